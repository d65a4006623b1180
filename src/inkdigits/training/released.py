"""What a trained network is released as: one ONNX model, calibrated, in int8 where that costs nothing.

Knows nothing about run folders or how a network is trained.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from inkdigits.arrays import CLASSES
from inkdigits.data import DigitSet
from inkdigits.model.recognizer import BATCH, answer, open_session
from inkdigits.training.calibration import Calibration, digit_evidence, fit_digit, fit_temperature
from inkdigits.training.choices import Recipe
from inkdigits.training.export import export_onnx
from inkdigits.training.fit import answer_logits
from inkdigits.training.network import release
from inkdigits.training.quantize import quantize
from inkdigits.training.supplement import draw_no_digits

_PROBES = 100  # images by which the export is checked
_SCALED_BY = 2000  # images that say how large activations become
_INT8_COST = 0.0002  # part of the fitted digits from which int8 is not worth its speed


def released_onnx(
    network: Any,
    recipe: Recipe,
    seed: int,
    fitted: DigitSet,
    validation: DigitSet,
    on_step: Callable[[str], None],
) -> bytes:
    """Gives the model that a trained network becomes, with what the validation part says of its confidence.

    Args:
        network: As it was trained, from `build_network`; in its last weights.
        recipe: What it was trained by.
        seed: Of its run: decides which images scale int8 and what stands for no digit.
        fitted: What it was fitted on; int8 is judged by it.
        validation: Labelled images that it was not fitted on.
        on_step: Told where int8 was not taken, and why.

    Raises:
        TrainingStopped: If the exported model answers otherwise than the network.
    """
    released = release(network, recipe.network)
    content = export_onnx(
        released, validation.images[:_PROBES], _calibration(released, recipe, seed, validation)
    )
    return _in_int8(content, seed, fitted, on_step) if recipe.int8 else content


def _calibration(released: Any, recipe: Recipe, seed: int, validation: DigitSet) -> Calibration:
    logits = answer_logits(released, validation.images)
    temperature = fit_temperature(logits[:, :CLASSES], validation.true_labels)
    if not recipe.network.refuses:
        return Calibration(temperature)
    others = draw_no_digits(len(validation), np.random.default_rng([seed, 2]))
    evidence = (digit_evidence(logits), digit_evidence(answer_logits(released, others)))
    return Calibration(temperature, *fit_digit(*evidence))


def _in_int8(content: bytes, seed: int, fitted: DigitSet, on_step: Callable[[str], None]) -> bytes:
    """Gives the model in int8, or as it is if that costs too many of the digits it was fitted on."""
    images, labels = fitted.images, fitted.true_labels
    chosen = np.random.default_rng([seed, 3]).permutation(len(images))[:_SCALED_BY]
    quantized = quantize(content, "images", np.array_split(images[chosen], len(chosen) // BATCH + 1))
    wrong, wrong_quantized = (
        (answer(open_session(model), images).probabilities.argmax(1) != labels).mean()
        for model in (content, quantized)
    )
    if wrong_quantized - wrong < _INT8_COST:
        return quantized
    on_step(f"Left in float32: int8 would cost {wrong_quantized - wrong:.2%} of the digits")
    return content
