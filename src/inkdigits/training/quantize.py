"""Quantization: an exported model whose convolutions calculate in int8, scaled by what examples make of them.

Knows nothing about recipes or run folders.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process


def quantize(
    content: bytes, name: str, batches: Iterable[NDArray[np.uint8]], which: slice = slice(None)
) -> bytes:
    """Gives a model with the same inputs and outputs: weights int8, a scale a channel; activations uint8.

    Weights take seven of the eight bits, since processors without dot products of bytes would overflow and
    answer otherwise.

    Args:
        content: An ONNX model with convolutions.
        name: Of its input.
        batches: What activations are scaled by: inputs like those it was fitted on.
        which: Of its convolutions, from the first on, those that do; the others stay in float32.

    Source: ONNX Runtime, "Quantize ONNX Models".
    """
    with tempfile.TemporaryDirectory() as folder:
        given, prepared, made = (Path(folder) / f"{step}.onnx" for step in ("given", "prepared", "made"))
        given.write_bytes(content)
        quant_pre_process(given, prepared, skip_symbolic_shape=True)
        convolutions = [node.name for node in onnx.load(prepared).graph.node if node.op_type == "Conv"]
        quantize_static(
            prepared,
            made,
            _Batches(name, batches),
            quant_format=QuantFormat.QDQ,
            nodes_to_quantize=convolutions[which],
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        return made.read_bytes()


class _Batches(CalibrationDataReader):  # type: ignore[misc]
    """Hands out batches as ONNX Runtime asks for them."""

    def __init__(self, name: str, batches: Iterable[NDArray[np.uint8]]) -> None:
        self._fed: Iterator[dict[str, Any]] = ({name: batch} for batch in batches)

    def get_next(self) -> dict[str, Any] | None:
        """Gives the next batch, None after the last."""
        return next(self._fed, None)
