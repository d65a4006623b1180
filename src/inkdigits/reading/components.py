"""Reads a line by its connected ink: cut where digits touch, broken strokes joined, the best path taken.

The way without a line reader's network. Knows nothing about pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.arrays import InkMap, Page, Probabilities
from inkdigits.images import ink_map, normalize_digit
from inkdigits.images.rules import without_rules
from inkdigits.reading.find import usual_height
from inkdigits.reading.readers import answer

_SPECK = 0.012  # of the squared height: ink that is none
_MARK = 0.42  # of the height: what is lower may be a mark
_WIDEST = 1.25  # a digit, in heights
_JOINED = 4  # pieces that a digit is of, at most
_CUT_FROM = 0.55  # of the height: wider parts of ink may be several digits
_CUT_COST = 2.5  # each, against -ln of a probability: ink that holds together is mostly one digit
_JOIN_COST = 4.0  # of taking ink that stands side by side for one digit
_ABOVE = 0.3  # of the narrower one's width, that pieces of a broken digit have above each other
_MARK_COST = 0.4  # of leaving out a piece that is as low as a mark
_DIGIT_COST = 7.0  # of leaving out one that is as high as a digit
_ALONE = 6  # pieces a path can't do without, more are too many to try


@dataclass(frozen=True)
class ComponentDigit:
    """A digit on a line, as `inkdigits.reading.readers.Spotted`."""

    label: int
    probability: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class ComponentLine:
    """A line as it was read, as `inkdigits.reading.readers.SpottedLine`."""

    digits: tuple[ComponentDigit, ...]
    confidence: float


@dataclass(frozen=True)
class _Piece:
    ink: InkMap  # of the whole line, this piece's alone
    box: tuple[int, int, int, int]
    part: int  # of ink that it was cut from
    area: int


class ComponentReader:
    """Reads lines by their connected ink."""

    def read_crop(self, crop: Page) -> ComponentLine:
        """Gives the digits of a line, as `inkdigits.reading.readers.LineReader`."""
        ink = without_rules(ink_map(crop))
        pieces, height = _pieces(ink)
        if not pieces:
            return ComponentLine((), 1.0)
        groups = _groups(pieces, height)
        images = np.stack([normalize_digit(_joined(pieces, group)) for group in groups])
        probabilities, is_digit = answer(images)
        path = _best_path(pieces, height, groups, probabilities.max(axis=1) * is_digit)
        digits = [_digit(pieces, groups[at], probabilities[at], float(is_digit[at])) for at in path]
        kept = tuple(digit for digit in digits if digit.probability >= 0.5)
        return ComponentLine(kept, float(np.prod([digit.probability for digit in digits])))


def _pieces(ink: InkMap) -> tuple[list[_Piece], float]:
    """Gives the pieces of a line from left to right, and the height of its digits."""
    parts, count = ndimage.label(ink, structure=np.ones((3, 3)))
    if not count:
        return [], 0.0
    places = ndimage.find_objects(parts)
    areas = np.bincount(parts.ravel())[1:]
    boxes = np.array([(x.start, y.start, x.stop, y.stop) for y, x in places], dtype=np.float64)
    height = usual_height(boxes, areas)
    pieces = []
    for number in np.flatnonzero(areas >= _SPECK * height**2):
        own = np.where(parts == number + 1, ink, np.uint8(0))
        x0, _, x1, _ = (int(side) for side in boxes[number])
        ends = [x0, *_cuts(own[:, x0:x1], height, x0), x1]
        for left, right in pairwise(ends):
            pieces.append(_piece(own, left, right, int(number)))
    pieces = [piece for piece in pieces if piece.area]
    return sorted(pieces, key=lambda piece: piece.box[0] + piece.box[2]), height


def _piece(own: InkMap, left: int, right: int, part: int) -> _Piece:
    alone = np.zeros_like(own)
    alone[:, left:right] = own[:, left:right]
    rows = np.flatnonzero(alone.any(axis=1))
    columns = np.flatnonzero(alone.any(axis=0))
    if not len(rows):
        return _Piece(alone, (left, 0, right, 0), part, 0)
    box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return _Piece(alone, box, part, int(np.count_nonzero(alone)))


def _cuts(ink: InkMap, height: float, start: int) -> list[int]:
    """Gives the columns where a part of ink may be cut: where it has least ink around."""
    width = ink.shape[1]
    if width < _CUT_FROM * height or np.count_nonzero(ink.any(axis=1)) < _MARK * height:
        return []
    profile = ndimage.gaussian_filter1d(ink.sum(axis=0, dtype=np.float64), height / 30)
    reach = max(3, round(height / 5))
    lowest = profile == ndimage.minimum_filter1d(profile, reach)
    edge = max(2, round(height / 8))
    places = np.flatnonzero(lowest[edge : width - edge]) + edge
    places = places[np.diff(places, prepend=-reach) > reach // 2]
    return [start + int(place) for place in places[: 6 * _ALONE]]


def _groups(pieces: list[_Piece], height: float) -> list[tuple[int, ...]]:
    """Gives the runs of pieces that may be a digit."""
    groups = []
    for first in range(len(pieces)):
        for last in range(first, min(first + _JOINED, len(pieces))):
            x0, y0, x1, y1 = _around(pieces, range(first, last + 1))
            if x1 - x0 > _WIDEST * height:
                break
            if y1 - y0 >= _MARK * height:
                groups.append(tuple(range(first, last + 1)))
    return groups or [tuple(range(len(pieces)))]


def _best_path(
    pieces: list[_Piece], height: float, groups: list[tuple[int, ...]], probabilities: NDArray[np.float32]
) -> list[int]:
    """Gives the groups that cost least together; pieces in none are marks."""
    cost = np.full(len(pieces) + 1, np.inf)
    cost[0] = 0
    came: list[int | None] = [None] * (len(pieces) + 1)
    ending: dict[int, list[int]] = {}
    for at, group in enumerate(groups):
        ending.setdefault(group[-1] + 1, []).append(at)
    for end in range(1, len(pieces) + 1):
        cost[end] = cost[end - 1] + _left_out(pieces[end - 1], height)
        for at in ending.get(end, []):
            first = groups[at][0]
            own = -float(np.log(max(probabilities[at], 1e-9))) * len(groups[at]) ** 0.5
            total = cost[first] + own + _shape_cost(pieces, groups[at])
            if total < cost[end]:
                cost[end], came[end] = total, at
    path, end = [], len(pieces)
    while end:
        taken = came[end]
        path += [] if taken is None else [taken]
        end = end - 1 if taken is None else groups[taken][0]
    return path[::-1]


def _left_out(piece: _Piece, height: float) -> float:
    low = piece.box[3] - piece.box[1] < _MARK * height
    return _MARK_COST + 20 * piece.area / height**2 if low else _DIGIT_COST


def _shape_cost(pieces: list[_Piece], group: tuple[int, ...]) -> float:
    """Gives what it costs that a group is not one connected part of ink."""
    after = group[-1] + 1
    cut = after < len(pieces) and any(pieces[at].part == pieces[after].part for at in group)
    joins = sum(not _belong(pieces[at], pieces[at + 1]) for at in group[:-1])
    return _CUT_COST * cut + _JOIN_COST * joins


def _belong(left: _Piece, right: _Piece) -> bool:
    (x0, _, x1, _), (u0, _, u1, _) = left.box, right.box
    return left.part == right.part or min(x1, u1) - max(x0, u0) >= _ABOVE * min(x1 - x0, u1 - u0)


def _joined(pieces: list[_Piece], group: tuple[int, ...]) -> InkMap:
    x0, y0, x1, y1 = _around(pieces, group)
    return np.asarray(np.max([pieces[at].ink[y0:y1, x0:x1] for at in group], axis=0))


def _around(pieces: list[_Piece], group: range | tuple[int, ...]) -> tuple[int, int, int, int]:
    boxes = [pieces[at].box for at in group]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _digit(
    pieces: list[_Piece], group: tuple[int, ...], probabilities: Probabilities, is_digit: float
) -> ComponentDigit:
    return ComponentDigit(
        int(probabilities.argmax()), float(probabilities.max()) * is_digit, _around(pieces, group)
    )
