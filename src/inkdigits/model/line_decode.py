"""From what the line reader's network says of each place to the digits of a line, and how sure they are.

The network looks at a strip in cells of 4 columns and says for each, independent of the others, whether a
digit is told there and which. A string's probability is the sum over all ways to tell it: two equal digits
are told in two cells, so that repeats never merge, and one digit that could be told in either of two cells is
not doubted.

Knows nothing about pictures or ONNX.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES

CELL = 4
"""Width of a cell in strip pixels."""

NONE = CLASSES
"""The class "no digit is told here"."""

CELL_VALUES = CLASSES + 1 + 4
"""Numbers a cell: a probability for each digit and for `NONE`, then a box.

The box is `(x0, y0, x1, y1)` in strip heights, x from the cell's middle, y from the strip's top.
"""

Cells = NDArray[np.float32]
"""(T, 15) float32, see `CELL_VALUES`."""

_SURELY_NONE = 1e-4  # a cell with less than this for all digits together is not looked at
_CANDIDATE = math.log(1e-3)  # from which a digit in a cell is followed
_HOPELESS = math.log(1e-5)  # against the best string so far
_RULED_OUT = 1e-4  # of the best string, for one that is not named; probability of its digits
_UNDERFLOW = 1e-300
_STRINGS = 16  # followed at a time


@dataclass(frozen=True)
class SpottedDigit:
    """A digit on a line.

    Attributes:
        label: 0 to 9.
        probability: That a digit stands there and is this one, 0 to 1; never below that of the line.
        box: `(x0, y0, x1, y1)`, in pixels of whatever was read.
    """

    label: int
    probability: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class SpottedLine:
    """A line as it was read.

    Attributes:
        digits: From left to right.
        confidence: Probability that the digits are right and all, 0 to 1.
    """

    digits: tuple[SpottedDigit, ...]
    confidence: float

    @property
    def text(self) -> str:
        """The digits as a string."""
        return "".join(str(digit.label) for digit in self.digits)


class _String(NamedTuple):  # some hundred a strip: frozen data classes take three times as long to make
    total: float  # log of the sum over all ways to tell it
    best: float  # log of the most probable way
    told: tuple[tuple[int, int], ...]  # that way: (cell, label)


@dataclass(frozen=True)
class _ToldString:
    """A string that a strip may hold.

    Attributes:
        probability: The sum over all ways to tell it, 0 to 1, not calibrated.
        told: Cell and label of each digit in the most probable way.
    """

    probability: float
    told: tuple[tuple[int, int], ...]


def decode_line(answers: Sequence[Cells], height: int) -> tuple[SpottedLine, int]:
    """Gives the most probable digits of a line that was looked at once or several times.

    Args:
        answers: What was said each time, (T, 15) float32 each; they may differ in T.
        height: Of the strips, in pixels.

    Returns:
        The string whose probabilities have the highest geometric mean, so that one answer can rule a string
        out; its confidence is that mean's share of all strings' means, not calibrated, and its digits' log
        odds are means too. And the number of the first answer that names it, in whose strip's pixels its
        boxes are.

    Source: Genest and Zidek, "Combining probability distributions: a critique and an annotated bibliography"
    (1986), the logarithmic opinion pool.
    """
    weighed = [_weigh_strings(cells) for cells in answers]
    chances = {
        text: [strings[text].probability if text in strings else 0.0 for strings in weighed]
        for text in dict.fromkeys(text for strings in weighed for text in strings)
    }
    # Of a long line even the best string of an answer is improbable.
    best = [max(string.probability for string in strings.values()) for strings in weighed]
    least = [max(_RULED_OUT * one, _UNDERFLOW) for one in best]

    def pooled(probabilities: Sequence[float]) -> float:
        return sum(math.log(max(*pair)) for pair in zip(probabilities, least, strict=True)) / len(answers)

    logs = {text: pooled(probabilities) for text, probabilities in chances.items()}
    text = max(logs, key=logs.__getitem__)
    rest = pooled([1 - sum(string.probability for string in strings.values()) for strings in weighed])
    confidence = math.exp(logs[text] - float(np.logaddexp.reduce([*logs.values(), rest])))
    place = next(index for index, strings in enumerate(weighed) if text in strings)
    told = [
        _digit_probabilities(cells, strings[text]) if text in strings else np.zeros(len(text))
        for cells, strings in zip(answers, weighed, strict=True)
    ]
    probabilities = np.maximum(_pooled(told), confidence)
    boxes = [_box(answers[place][cell, NONE + 1 :], cell, height) for cell, _ in weighed[place][text].told]
    digits = map(SpottedDigit, map(int, text), probabilities.tolist(), boxes)
    return SpottedLine(tuple(digits), confidence), place


def _weigh_strings(cells: Cells) -> dict[str, _ToldString]:
    """Gives the strings that a strip may hold, hopeless ones left out; at least one.

    Args:
        cells: (T, 15) float32.
    """
    probabilities = _probabilities(cells)
    strings = {"": _String(0.0, 0.0, ())}
    open_cells = np.flatnonzero(1 - probabilities[:, NONE] >= _SURELY_NONE)
    for cell, logs in zip(open_cells.tolist(), np.log(probabilities[open_cells]).tolist(), strict=True):
        strings = _step(strings, cell, logs)
    rest = float(np.log(np.delete(probabilities[:, NONE], open_cells)).sum())
    return {
        text: _ToldString(min(1.0, math.exp(string.total + rest)), string.told)
        for text, string in strings.items()
    }


def _digit_probabilities(cells: Cells, string: _ToldString) -> NDArray[np.float64]:
    """Gives the probability of each digit of a string, (n,); none is below that of all together."""
    probabilities = _probabilities(cells)
    told = [cell for cell, _ in string.told]
    masses = [_mass(probabilities[:, label], cell, told) for cell, label in string.told]
    return np.maximum(masses, string.probability)


def _pooled(told: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Gives the probability whose log odds are the mean of those of the given ones, (n,) each."""
    kept = np.clip(told, _RULED_OUT, 1 - _RULED_OUT)
    return np.asarray(1 / (1 + np.exp(-np.log(kept / (1 - kept)).mean(axis=0))))


def _probabilities(cells: Cells) -> NDArray[np.float64]:
    return np.clip(cells[:, : NONE + 1].astype(np.float64), 1e-12, 1)


def _step(strings: dict[str, _String], cell: int, logs: Sequence[float]) -> dict[str, _String]:
    """Gives the strings after one more cell, of which the logs of its probabilities are given."""
    labels = [label for label in range(CLASSES) if logs[label] > _CANDIDATE]
    none = logs[NONE]
    grown: dict[str, _String] = {}
    for text, string in strings.items():
        _add(grown, text, _String(string.total + none, string.best + none, string.told))
        for label in labels:
            more = logs[label]
            told = (*string.told, (cell, label))
            _add(grown, text + str(label), _String(string.total + more, string.best + more, told))
    ranked = sorted(grown.items(), key=lambda item: -item[1].total)[:_STRINGS]
    floor = ranked[0][1].total + _HOPELESS
    return {text: string for text, string in ranked if string.total >= floor}


def _add(strings: dict[str, _String], text: str, new: _String) -> None:
    old = strings.get(text)
    if old is None:
        strings[text] = new
        return
    total = max(old.total, new.total) + math.log1p(math.exp(-abs(old.total - new.total)))
    better = old if old.best >= new.best else new
    strings[text] = _String(total, better.best, better.told)


def _mass(probability: NDArray[np.float64], cell: int, told: list[int]) -> float:
    """Gives the probability of a label in a cell and in its neighbours that tell no other digit."""
    near = [place for place in (cell - 1, cell, cell + 1) if 0 <= place < len(probability)]
    return min(1.0, float(sum(probability[place] for place in near if place == cell or place not in told)))


def _box(values: NDArray[np.float32], cell: int, height: int) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) * height for value in values)
    middle = (cell + 0.5) * CELL
    return middle + x0, y0, middle + max(x1, x0 + 1), max(y1, y0 + 1)
