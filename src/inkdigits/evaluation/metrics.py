"""What the answers to a labelled set amount to: pure functions from probabilities and labels to a record.

Knows nothing about models, files or how a figure is drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES, Labels, Probabilities
from inkdigits.records import to_plain

RELIABILITY_BINS = 15
"""Bins of equal width, as in Guo et al., "On Calibration of Modern Neural Networks" (2017)."""

WILSON_Z = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""

SMALLEST_PROBABILITY = float(np.finfo(np.float32).tiny)
"""Stands for a probability that float32 rounded to 0, so that one image can't make the log loss infinite."""


@dataclass(frozen=True)
class DigitMetrics:
    """How one digit fared.

    Attributes:
        digit: 0 to 9.
        count: Images with this label.
        precision: Part of the images answered with this digit that have this label; nan where none was.
        recall: Part of the images with this label that were answered with it; nan where there are none.
    """

    digit: int
    count: int
    precision: float
    recall: float


@dataclass(frozen=True)
class ReliabilityBin:
    """Answers of about the same confidence.

    Attributes:
        low: Lower bound of the confidence, exclusive (inclusive for the first bin).
        high: Upper bound, inclusive.
        count: Answers between the two.
        confidence: Their mean confidence; nan where there are none.
        accuracy: The part of them that is right; nan where there are none.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Metrics:
    """What the answers to a labelled set amount to.

    Attributes:
        images: How many were answered: all of them.
        correct: How many rightly.
        accuracy: `correct / images`.
        accuracy_low: Lower end of its 95 % Wilson score interval.
        accuracy_high: Upper end.
        log_loss: Mean of -ln p(label), nats.
        calibration_error: Expected calibration error over the reliability bins, 0 to 1.
        confusion: 10 x 10 counts; rows are labels, columns predictions.
        per_digit: One record per digit, 0 to 9.
        reliability: Bins of equal width over 0 to 1.
    """

    images: int
    correct: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    log_loss: float
    calibration_error: float
    confusion: tuple[tuple[int, ...], ...]
    per_digit: tuple[DigitMetrics, ...]
    reliability: tuple[ReliabilityBin, ...]


def measure(probabilities: Probabilities, labels: Labels) -> Metrics:
    """Gives what the answers to a labelled set amount to.

    Args:
        probabilities: (n, 10) float, one row an image, finite, each row sums to 1; n at least 1.
        labels: (n,) integer, each 0 to 9.

    Returns:
        The metrics of all n images; the answer is the class of highest probability, the lower digit on a tie.

    Raises:
        ValueError: If the shapes don't match, the set is empty, or a value is out of its range.
    """
    _check(probabilities, labels)
    answers = np.asarray(probabilities, dtype=np.float64)
    predictions, confidences = answers.argmax(axis=1), answers.max(axis=1)
    right = predictions == labels
    images, correct = len(labels), int(right.sum())
    low, high = wilson_interval(correct, images)
    bins = _reliability(confidences, right)
    confusion = _confusion(labels, predictions)
    return Metrics(
        images=images,
        correct=correct,
        accuracy=correct / images,
        accuracy_low=low,
        accuracy_high=high,
        log_loss=_log_loss(answers, labels),
        calibration_error=sum(b.count * abs(b.accuracy - b.confidence) for b in bins if b.count) / images,
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        per_digit=_per_digit(confusion),
        reliability=bins,
    )


def wilson_interval(correct: int, images: int) -> tuple[float, float]:
    """Gives the 95 % Wilson score interval of a rate.

    Args:
        correct: Successes, 0 to `images`.
        images: Trials, at least 1.

    Returns:
        Lower and upper end, 0 to 1; the rate itself lies between.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    rate, z2 = correct / images, WILSON_Z**2
    scale = 1 + z2 / images
    centre = (rate + z2 / (2 * images)) / scale
    half = WILSON_Z * math.sqrt(rate * (1 - rate) / images + z2 / (4 * images**2)) / scale
    # At a rate of 0 or 1 that end is the rate itself, which rounding would miss by 1e-17.
    low = 0.0 if correct == 0 else centre - half
    return low, 1.0 if correct == images else centre + half


def auroc(positives: NDArray[np.float32], negatives: NDArray[np.float32]) -> float:
    """Gives how well a value tells two groups apart: the area under the receiver operating characteristic.

    Args:
        positives: (n,) values of what should have high ones.
        negatives: (m,) values of what should have low ones.

    Returns:
        0 to 1: how often a positive drawn at random is above a negative, ties counted half.

    Raises:
        ValueError: If either group is empty.
    """
    if not len(positives) or not len(negatives):
        raise ValueError("an AUROC needs values of both groups")
    ordered = np.sort(negatives)
    below, not_above = (np.searchsorted(ordered, positives, side) for side in ("left", "right"))
    return float((below + not_above).mean() / (2 * len(negatives)))


def worst_errors(probabilities: Probabilities, labels: Labels, limit: int) -> NDArray[np.intp]:
    """Gives the wrong answers of highest confidence.

    Args:
        probabilities: (n, 10) float.
        labels: (n,) integer, each 0 to 9.
        limit: At most so many.

    Returns:
        Indices of wrongly answered images, the most confident first, the lower index first on a tie.
    """
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    order = np.argsort(-probabilities[wrong].max(axis=1), kind="stable")
    return wrong[order[:limit]]


def frequent_confusions(metrics: Metrics, limit: int) -> list[tuple[int, int, int]]:
    """Gives the most frequent confusions as (label, prediction, count), the most frequent first."""
    pairs = [
        (label, prediction, count)
        for label, row in enumerate(metrics.confusion)
        for prediction, count in enumerate(row)
        if count and label != prediction
    ]
    return sorted(pairs, key=lambda pair: -pair[2])[:limit]


def metrics_to_json(metrics: Metrics) -> dict[str, object]:
    """Gives metrics as plain JSON data: the keys are the fields of the records, nan is null."""
    plain: dict[str, object] = to_plain(metrics)
    return plain


def _check(probabilities: Probabilities, labels: Labels) -> None:
    if labels.ndim != 1 or probabilities.shape != (len(labels), CLASSES):
        raise ValueError(f"{labels.shape} labels need (n, 10) probabilities, these are {probabilities.shape}")
    if len(labels) == 0:
        raise ValueError("an empty set has no metrics")
    if not np.isin(labels, np.arange(CLASSES)).all():
        raise ValueError("labels are the digits 0 to 9")
    if not ((probabilities >= 0) & (probabilities <= 1 + 1e-5)).all():
        raise ValueError("probabilities are numbers from 0 to 1")


def _log_loss(answers: NDArray[np.float64], labels: Labels) -> float:
    of_label = answers[np.arange(len(labels)), labels]
    return max(0.0, float(-np.log(np.maximum(of_label, SMALLEST_PROBABILITY)).mean()))


def _confusion(labels: Labels, predictions: NDArray[np.intp]) -> NDArray[np.intp]:
    cells = labels.astype(np.intp) * CLASSES + predictions
    return np.bincount(cells, minlength=CLASSES * CLASSES).reshape(CLASSES, CLASSES)


def _per_digit(confusion: NDArray[np.intp]) -> tuple[DigitMetrics, ...]:
    return tuple(
        DigitMetrics(
            digit=digit,
            count=int(confusion[digit].sum()),
            precision=_part(confusion[digit, digit], confusion[:, digit].sum()),
            recall=_part(confusion[digit, digit], confusion[digit].sum()),
        )
        for digit in range(CLASSES)
    )


def _reliability(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[ReliabilityBin, ...]:
    places = np.clip(np.ceil(confidences * RELIABILITY_BINS).astype(int) - 1, 0, RELIABILITY_BINS - 1)
    counts = np.bincount(places, minlength=RELIABILITY_BINS)
    sums = np.bincount(places, weights=confidences, minlength=RELIABILITY_BINS)
    hits = np.bincount(places, weights=right, minlength=RELIABILITY_BINS)
    return tuple(
        ReliabilityBin(
            low=i / RELIABILITY_BINS,
            high=(i + 1) / RELIABILITY_BINS,
            count=int(counts[i]),
            confidence=_part(sums[i], counts[i]),
            accuracy=_part(hits[i], counts[i]),
        )
        for i in range(RELIABILITY_BINS)
    )


def _part(some: float, whole: int) -> float:
    return float(some / whole) if whole else math.nan
