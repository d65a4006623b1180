"""Doubts what a line reader told: whether a line is of digits at all, or of letters or a scribble.

Both the line reader and the recognizer are wrong at times: the line reader takes letters for digits, the
recognizer refuses digits that others touch. So what either believes is weighed in log odds, and the
recognizer is heard only about ink that stands alone. And a line on which more than digits stands may be none.

Knows nothing about pages, or how either of them came to its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inkdigits.reading.records import Digit

_SUREST = 0.999  # what either may believe at most, and doubt at most
_TOGETHER = 0.6  # of the sum of both log odds, by which single digits are as sure as they are right
_NO_DIGIT, _A_DIGIT = 0.01, 0.9  # the recognizer's probability up to which ink is none, and from which it is
_DOUBTED = 0.9  # the line reader's up to which a digit is doubted
_PALER, _THINNER, _LOWER = 0.85, 0.25, 0.5  # of other writing's ink, pen and height, that rules have at most


@dataclass(frozen=True)
class Rule:
    """From which belief on a line is of digits; belief is a sum of log odds, not calibrated.

    Attributes:
        digits: Weight of the line reader's log odds of the digits, against those of the line.
        seen: Weight of the recognizer's log odds.
        unread: Belief that a line would lose of which nothing is told; others lose their share.
        least: Belief from which a line is of digits.
    """

    digits: float
    seen: float
    unread: float
    least: float


RULE = Rule(digits=1.4, seen=1.0, unread=12.0, least=8.5)
"""The rule that we read by. Chosen by `python -m benchmarks.letters`; see docs/log.md."""


@dataclass(frozen=True)
class Sight:
    """A digit as two have seen it.

    Attributes:
        digit: As the line reader told it; its confidence is the line reader's.
        seen: The recognizer's probability that there is a digit and that it is this one, 0 to 1.
        alone: Whether its ink touches no other.
    """

    digit: Digit
    seen: float
    alone: bool


@dataclass(frozen=True)
class SightedLine:
    """A line as two have seen it.

    Attributes:
        sights: What was told on it, from left to right, at least one.
        confidence: The line reader's that all of them are right, 0 to 1.
        unread: Parts of ink on it that are high enough for a letter and that no digit was told for.
        ink: How dark the ink of its digits is on average, 0 to 255.
        pen: How wide the strokes of its parts of ink are, in pixels of the ink map.
        members: Numbers of the page's parts of ink that are on it, from 0.
    """

    sights: tuple[Sight, ...]
    confidence: float
    unread: int
    ink: float
    pen: float
    members: NDArray[np.intp]


def numbers(lines: Sequence[SightedLine], rule: Rule = RULE) -> list[SightedLine]:
    """Gives the lines of a page that are of digits, in their order.

    What is left of printed rules is told as ones: lines of ones alone are left out where another number is
    much higher, and much darker or written with a much wider pen.

    Args:
        lines: As they were seen.
        rule: From which belief on a line is of digits.
    """
    believed = [line for line in lines if is_number(line, rule)]
    written = [line for line in believed if not is_ones(line)]
    if not written:
        return believed
    darkest, widest = max(written, key=lambda line: line.ink), max(written, key=lambda line: line.pen)

    def is_rule(line: SightedLine) -> bool:
        paler = line.ink < _PALER * darkest.ink and _height(line) < _LOWER * _height(darkest)
        thinner = line.pen < _THINNER * widest.pen and _height(line) < _LOWER * _height(widest)
        return is_ones(line) and (paler or thinner)

    return [line for line in believed if not is_rule(line)]


def without_letters(line: SightedLine) -> SightedLine:
    """Gives a line without what the line reader doubts and the recognizer is sure to be no digit.

    It is a letter between digits, and counts as unread. Only of a line whose digits stand apart, and all of
    which the recognizer takes for digits, anything is left out: odd ones are no digits to it, too.

    Args:
        line: As it was seen.
    """
    kept = tuple(one for one in line.sights if one.seen > _NO_DIGIT or one.digit.confidence > _DOUBTED)
    letters = len(line.sights) - len(kept)
    apart = all(one.alone for one in line.sights)
    if not letters or not apart or min((one.seen for one in kept), default=0.0) < _A_DIGIT:
        return line
    return replace(line, sights=kept, unread=line.unread + letters)


def is_number(line: SightedLine, rule: Rule = RULE) -> bool:
    """Says whether a line is of digits, and not of letters or a scribble that were taken for some.

    What counts is the line reader's belief in the line, its belief in the digits, summed over the square
    root of their number, the mean of the recognizer's, which is undecided about ink that others touch, and
    which share of the line is no digit.

    Args:
        line: As it was seen.
        rule: From which belief on a line is of digits.

    Source: Mudholkar and George, "The logit method for combining probabilities" (1979), for the sum.
    """
    sights, count = line.sights, len(line.sights)
    told = _log_odds([sight.digit.confidence for sight in sights])
    seen = np.where([sight.alone for sight in sights], _log_odds([sight.seen for sight in sights]), 0.0)
    belief = float(_log_odds([line.confidence]).sum()) + rule.digits * told.sum() / np.sqrt(count)
    belief += rule.seen * seen.mean() - rule.unread * line.unread / (line.unread + count)
    return bool(belief >= rule.least)


def heard_both(line: SightedLine) -> SightedLine:
    """Gives a line of a single digit with the confidence that line reader and recognizer have together.

    The recognizer's word says nothing about a line of several digits, nor about ink that others touch; there
    the line reader's alone stands.

    Args:
        line: As it was seen.

    Source: Satopää et al., "Combining multiple probability predictions using a simple logit model" (2014).
    """
    if len(line.sights) > 1 or line.unread or not line.sights[0].alone:
        return line
    sight = line.sights[0]
    together = _TOGETHER * float(_log_odds([line.confidence, sight.seen]).sum())
    confidence = float(1 / (1 + np.exp(-together)))
    digit = replace(sight.digit, confidence=confidence)
    return replace(line, sights=(replace(sight, digit=digit),), confidence=confidence)


def is_ones(line: SightedLine) -> bool:
    """Says whether nothing but ones was told on a line."""
    return all(sight.digit.label == 1 for sight in line.sights)


def _height(line: SightedLine) -> float:
    return float(np.median([sight.digit.box[3] - sight.digit.box[1] for sight in line.sights]))


def _log_odds(probabilities: Sequence[float]) -> NDArray[np.float64]:
    kept = np.clip(probabilities, 1 - _SUREST, _SUREST)
    return np.asarray(np.log(kept / (1 - kept)))
