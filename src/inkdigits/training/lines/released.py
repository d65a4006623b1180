"""What a trained line reader is released as: one ONNX model, partly in int8 where that costs next to nothing.

Knows nothing about run folders or how it is calibrated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from inkdigits.training.lines.choices import LineRecipe
from inkdigits.training.lines.compose import TrainingStrip
from inkdigits.training.lines.export import export_line_reader, read_composed, stored_in_16_bits
from inkdigits.training.lines.supply import Source, further_strips
from inkdigits.training.quantize import quantize

_PROBES = 3  # strips by which the export is checked
_SCALED_BY = 400  # strips that say how large activations become
_INT8_COST = 0.01  # part of the validation lines from which int8 is not worth its speed

_COSTLY = slice(3, 9)
"""Convolutions in int8: nearly four fifths of all multiplications; the others lose more by it than they save.

Chosen by trials, see docs/log.md.
"""


def released_line_reader(
    network: Any,
    recipe: LineRecipe,
    source: Source,
    validation: Sequence[TrainingStrip],
    on_step: Callable[[str], None],
) -> bytes:
    """Gives the model that a trained network becomes.

    Args:
        network: In float32, as `release_line_network` gives it.
        recipe: What it was trained by.
        source: What its lines were made from.
        validation: Lines that it was not fitted on; int8 is judged by them.
        on_step: Told where int8 was not taken, and why.

    Raises:
        TrainingStopped: If the exported model answers otherwise than the network.
    """
    content = export_line_reader(network, [item.strip for item in validation[:_PROBES]])
    if recipe.int8:
        content = _in_int8(content, source, validation, on_step)
    return stored_in_16_bits(content)


def _in_int8(
    content: bytes, source: Source, validation: Sequence[TrainingStrip], on_step: Callable[[str], None]
) -> bytes:
    """Gives the model with its costly convolutions in int8, or as it is if that costs too many lines."""
    scaled_by = further_strips(source, _SCALED_BY)
    quantized = quantize(content, "strips", (item.strip[None] for item in scaled_by), _COSTLY)
    right, right_quantized = (np.mean(read_composed(model, validation)[1]) for model in (content, quantized))
    if right - right_quantized < _INT8_COST:
        return quantized
    on_step(f"Left in float32: int8 would cost {right - right_quantized:.1%} of the validation lines")
    return content
