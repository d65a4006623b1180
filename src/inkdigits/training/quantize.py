"""Quantization: an exported model whose convolutions calculate in int8, scaled by what images make of them.

Knows nothing about recipes or run folders.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from inkdigits.arrays import DigitImages
from inkdigits.model.recognizer import BATCH


def quantize(content: bytes, images: DigitImages) -> bytes:
    """Gives a model with the same inputs and outputs: weights int8, a scale a channel; activations uint8.

    Weights take seven of the eight bits, since processors without dot products of bytes would overflow and
    answer otherwise.

    Args:
        content: An ONNX model as `export_onnx` gives it.
        images: (n, 28, 28) uint8: what activations are scaled by, digits it was fitted on.

    Source: ONNX Runtime, "Quantize ONNX Models".
    """
    with tempfile.TemporaryDirectory() as folder:
        given, prepared, made = (Path(folder) / f"{step}.onnx" for step in ("given", "prepared", "made"))
        given.write_bytes(content)
        quant_pre_process(given, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            made,
            _Batches(images),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        return made.read_bytes()


class _Batches(CalibrationDataReader):  # type: ignore[misc]
    """Hands out images in batches, as ONNX Runtime asks for them."""

    def __init__(self, images: DigitImages) -> None:
        parts = np.array_split(images, max(1, len(images) // BATCH))
        self._parts: Iterator[dict[str, Any]] = iter([{"images": part} for part in parts])

    def get_next(self) -> dict[str, Any] | None:
        """Gives the next batch, None after the last."""
        return next(self._parts, None)
