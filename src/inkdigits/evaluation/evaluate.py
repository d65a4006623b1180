"""A model over a set: every image counted, and how many of them the model had seen before.

Knows nothing about how the set was found or where the score goes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import Labels, Probabilities
from inkdigits.data import DigitSet, hash_images
from inkdigits.errors import DataError
from inkdigits.evaluation.metrics import Metrics, measure
from inkdigits.model import Recognizer, Score


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a model did on a set.

    Attributes:
        digit_set: The set as scored: without the images left out.
        seen: Images of the given set that the model was fitted on or chosen by.
        left_out: Whether those were left out.
        probabilities: (n, 10) float32, the answers.
        seconds: Time for all of them through ONNX Runtime.
        metrics: What they amount to.
    """

    digit_set: DigitSet
    seen: int
    left_out: bool
    probabilities: Probabilities
    seconds: float
    metrics: Metrics


def evaluate(
    recognizer: Recognizer, digit_set: DigitSet, seen: NDArray[np.uint64], *, unseen_only: bool = False
) -> Evaluation:
    """Scores a model on a labelled set.

    Args:
        recognizer: The model.
        digit_set: The set.
        seen: (n,) uint64, hashes of the images that the model has seen (`load_seen`).
        unseen_only: Leave those out of the score.

    Raises:
        DataError: If the set has no labels, or nothing is left of it.
    """
    known = np.isin(hash_images(digit_set.images), seen)
    scored = digit_set.take(np.flatnonzero(~known)) if unseen_only else digit_set
    labels: Labels = scored.true_labels
    if len(scored) == 0:
        raise DataError(
            f"nothing is left of '{digit_set.name}': the model has seen all {len(digit_set)} images"
        )
    started = time.perf_counter()
    probabilities = recognizer.probabilities(scored.images)
    seconds = time.perf_counter() - started
    metrics = measure(probabilities, labels)
    return Evaluation(scored, int(known.sum()), unseen_only, probabilities, seconds, metrics)


def summarize(data: str, metrics: Metrics) -> Score:
    """Gives the few figures of a score that a model's card carries."""
    return Score(
        data=data,
        images=metrics.images,
        accuracy=metrics.accuracy,
        accuracy_low=metrics.accuracy_low,
        accuracy_high=metrics.accuracy_high,
        log_loss=metrics.log_loss,
        calibration_error=metrics.calibration_error,
    )
