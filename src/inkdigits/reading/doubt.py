"""Doubts what a line reader told: asks the recognizer whether there is a digit, and drops what is none.

Both are wrong at times: the line reader takes letters for digits, the recognizer refuses digits that others
touch. What either believes is weighed in log odds; the recognizer is asked only about ink that stands alone.

Knows nothing about pages, or how either of them came to its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.reading.records import Digit

_SUREST = 0.999  # what either may believe at most, and doubt at most


@dataclass(frozen=True)
class Rule:
    """From which belief on there is a digit; belief is in log odds, not calibrated.

    Attributes:
        weight: Of the recognizer's log odds against the line reader's.
        line: Least belief on average over a line's digits; below, the line is of letters or a scribble.
        digit: Least belief in one digit of a line that has others.
    """

    weight: float
    line: float
    digit: float


RULE = Rule(weight=2 / 3, line=3.0, digit=-4.0)
"""The rule that we read by. Chosen by `python -m benchmarks.letters`; see docs/log.md."""


@dataclass(frozen=True)
class Sight:
    """A digit as two have seen it.

    Attributes:
        digit: As the line reader told it; its confidence is the line reader's.
        is_digit: The recognizer's probability that there is a digit at all, 0 to 1.
        alone: Whether its ink touches no other.
    """

    digit: Digit
    is_digit: float
    alone: bool


def without_others(
    sights: Sequence[Sight], confidence: float, rule: Rule = RULE
) -> tuple[tuple[Digit, ...], float]:
    """Gives the digits of a line without what is no digit, and how sure the line then is.

    Args:
        sights: From left to right, at least one.
        confidence: Probability that all of them are right, 0 to 1.
        rule: From which belief on there is a digit.

    Returns:
        The digits that are left, none for a line of letters, and the probability that these are right.
    """
    beliefs = _beliefs(sights, rule.weight)
    if beliefs.mean() < rule.line:
        return (), 1 - confidence
    kept = []
    for sight, value in zip(sights, beliefs, strict=True):
        told = sight.digit.confidence
        if value >= rule.digit:
            kept.append(sight.digit)
        else:  # right is the line now if the others were right and this was none
            confidence = min(1.0, confidence / max(told, 1e-9)) * (1 - told)
    return tuple(kept), confidence


def _beliefs(sights: Sequence[Sight], weight: float) -> NDArray[np.float64]:
    """Gives the log odds of each that there is a digit, (n,)."""
    told = _log_odds([sight.digit.confidence for sight in sights])
    seen = _log_odds([sight.is_digit for sight in sights])
    return told + weight * np.where([sight.alone for sight in sights], seen, 0.0)


def _log_odds(probabilities: Sequence[float]) -> NDArray[np.float64]:
    kept = np.clip(probabilities, 1 - _SUREST, _SUREST)
    return np.asarray(np.log(kept / (1 - kept)))
