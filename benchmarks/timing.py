"""Timing of anything that answers digit images: single ones after warming up, and whole passes.

Knows nothing about what answers.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import DigitImages
from inkdigits.model import Artifact

Answer = Callable[[DigitImages], NDArray[Any]]
"""Gives probabilities or logits (n, 10), or labels (n,), for (n, 28, 28) uint8."""

_WARM_CALLS = 50


@dataclass(frozen=True)
class Way:
    """One way of recognizing.

    Attributes:
        subject: What it is, such as `k-NN`.
        model: Name of the model that answers, or what was fitted.
        answer: What is timed.
        batch: Images in a batch, or None where the library decides.
        cores: The most that it can use.
        artifact: The model, where it is one of ours.
    """

    subject: str
    model: str
    answer: Answer
    batch: int | None = None
    cores: int = 2
    artifact: Artifact | None = None


@dataclass(frozen=True)
class Effort:
    """How long to measure.

    Attributes:
        calls: Single digits to time.
        seconds: Where these take longer than that, fewer calls or passes will do.
        passes: Passes over all images.
    """

    calls: int
    seconds: float
    passes: int


WHOLE = Effort(calls=5000, seconds=20, passes=7)
QUICK = Effort(calls=500, seconds=2, passes=2)


def single_digit_ms(answer: Answer, images: DigitImages, effort: Effort) -> list[float]:
    """Gives the milliseconds of each call with a single image, after warming up.

    Args:
        answer: What is timed.
        images: (n, 28, 28) uint8, taken in turn.
        effort: How long; at least ten calls are made.
    """
    singles = [images[i : i + 1] for i in range(len(images))]
    ends = time.perf_counter() + effort.seconds / 4
    for call in range(_WARM_CALLS):
        answer(singles[call % len(singles)])
        if time.perf_counter() > ends:
            break
    ends = time.perf_counter() + effort.seconds
    taken: list[float] = []
    while len(taken) < effort.calls and (len(taken) < 10 or time.perf_counter() < ends):
        image = singles[len(taken) % len(singles)]
        started = time.perf_counter()
        answer(image)
        taken.append(1000 * (time.perf_counter() - started))
    return taken


def pass_seconds(answer: Answer, images: DigitImages, effort: Effort) -> tuple[float, NDArray[Any]]:
    """Gives the median time of a pass over all images, in seconds, and the answers.

    Args:
        answer: What is timed; after one untimed call with a tenth of the images.
        images: (n, 28, 28) uint8.
        effort: How many passes.
    """
    answer(images[: max(1, len(images) // 10)])
    taken: list[float] = []
    while len(taken) < effort.passes and sum(taken) < effort.seconds:
        started = time.perf_counter()
        answers = answer(images)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken), answers


def percentile(values: list[float], part: float) -> float:
    """Gives the value that `part` of `values` (0 to 1) stay below."""
    return float(np.quantile(values, part))
