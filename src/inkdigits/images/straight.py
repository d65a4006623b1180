"""Finds straight lines along the rows of an ink map, whatever crosses them.

Knows nothing about what is printed or written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.arrays import INK

Solid = NDArray[np.bool_]
"""(H, W) bool, where there is ink."""

Regions = NDArray[np.signedinteger]
"""(H, W) integers, connected parts of ink by number from 1; 0 is paper."""

LONGEST_STROKE = 1.5
"""A stroke of a digit along the line is at most so long, in heights of what is written."""

_MAX_TILT = 11.0  # degrees that lines may be turned by
_TILTS = np.arange(-_MAX_TILT, _MAX_TILT + 0.1, 0.5)
_POINTS = 20_000  # of the ink, by which the tilt is found

FILLED = 0.85
"""Part of a line that is seen; grain and the edge of the print leave gaps."""

_UNEVEN = 0.3
"""Part of a broad line's thickness by which it is thicker here and there, if a hand drew it."""

_WIDER, _ACROSS_PAGE = 4, 0.7
"""Times as long as others, or of the page's width, that a wider line is at least."""


class Straight(NamedTuple):
    """Straight lines along the rows of a map.

    Attributes:
        alone: (H, W) bool, where they are and no stroke crosses them.
        whole: The same, and where one does.
        starts: (n,), rows in which they begin.
        lengths: (n,), pixels of them in the row that has most, of those up to the next that they begin in.
    """

    alone: Solid
    whole: Solid
    starts: NDArray[np.intp]
    lengths: NDArray[np.intp]


def find_tilt(solid: Solid) -> float:
    """Gives the degrees, clockwise, by which rows of ink are turned: at most 11, 0 for bare paper."""
    rows, columns = np.nonzero(solid)
    step = max(1, len(rows) // _POINTS)
    rows, columns = rows[::step], columns[::step]
    rows = rows + solid.shape[1]
    sharpest, best = 0.0, 0.0
    for tilt in sorted(_TILTS, key=abs):  # where several are as sharp, the least
        counts = np.bincount((rows - columns * np.tan(np.radians(tilt))).astype(np.intp) >> 1)
        sharpness = float(np.dot(counts, counts))
        if sharpness > sharpest * 1.01:
            sharpest, best = sharpness, float(tilt)
    return best


def find_straight(solid: Solid, tilt: float, length: float, filled: float = FILLED) -> Straight:
    """Gives the straight lines along the rows.

    Args:
        solid: Where there is ink.
        tilt: Degrees, clockwise, by which the rows are turned.
        length: Pixels that a line is long at least.
        filled: Part of them that is seen at least.
    """
    length = round(length)
    none, nowhere = np.zeros_like(solid), np.zeros(0, dtype=np.intp)
    if length >= solid.shape[1]:
        return Straight(none, none, nowhere, nowhere)
    level = _sheared(solid, tilt)
    seeds = _runs(level, length, filled)
    if not seeds.any():
        return Straight(none, none, nowhere, nowhere)
    lines = _along(seeds, length) & level
    # Its edges are ragged where it lies a little askew.
    lines = ndimage.maximum_filter1d(lines, 3, axis=0, mode="constant") & level
    alone = _uncrossed(lines, level)
    longer = max(length, round(min(_WIDER * length, _ACROSS_PAGE * solid.shape[1])))
    rest = lines & ~alone
    if rest.sum(axis=1).max(initial=0) >= filled * longer:
        alone |= _uncrossed(rest & _along(_runs(rest, longer, filled), longer), level & ~alone)
    starts = np.flatnonzero(np.diff(seeds.any(axis=1).astype(np.int8), prepend=0) > 0)
    lengths = np.maximum.reduceat(lines.sum(axis=1), starts)
    return Straight(_sheared(alone, -tilt), _sheared(lines, -tilt), starts, lengths)


def _uncrossed(lines: Solid, level: Solid) -> Solid:
    """Gives lines where no stroke crosses them: nowhere much thicker than they mostly are."""
    usual = _thickness(lines)
    thick = np.ones((usual + max(2, round(_UNEVEN * usual)), 1), dtype=bool)
    return np.asarray(lines & ~ndimage.binary_opening(level, thick))


def _runs(level: Solid, length: int, filled: float) -> Solid:
    """Gives the middles of runs along the rows of so many pixels, but for a few."""
    full = ndimage.uniform_filter1d(level.view(np.uint8) * np.uint8(INK), length, axis=1, mode="constant")
    return np.asarray(full >= filled * INK)


def _along(middles: Solid, length: int) -> Solid:
    """Gives where runs of so many pixels lie that have these middles."""
    return np.asarray(ndimage.maximum_filter1d(middles, length, axis=1, mode="constant"))


def _thickness(lines: Solid) -> int:
    """Gives how many rows a rule mostly takes."""
    edges = np.diff(lines.astype(np.int8), axis=0, prepend=0, append=0)
    # Transposed, so that starts and ends come in the order of columns and belong together.
    runs = np.nonzero(edges.T < 0)[1] - np.nonzero(edges.T > 0)[1]
    return int(np.median(runs)) if len(runs) else 1


def _sheared(solid: Solid, tilt: float) -> Solid:
    """Gives the map with each column moved up so that rows turned by `tilt` degrees lie level."""
    if tilt == 0:
        return solid
    middle = solid.shape[1] / 2
    shifts = np.round((np.arange(solid.shape[1]) - middle) * np.tan(np.radians(tilt))).astype(np.intp)
    shifts = np.clip(shifts, -len(solid), len(solid))
    moved = np.zeros_like(solid)
    for columns, shift in _blocks(shifts):
        if shift >= 0:
            moved[: solid.shape[0] - shift, columns] = solid[shift:, columns]
        else:
            moved[-shift:, columns] = solid[:shift, columns]
    return moved


def _blocks(shifts: NDArray[np.intp]) -> Iterator[tuple[slice, int]]:
    starts = np.flatnonzero(np.diff(shifts, prepend=shifts[0] - 1))
    for start, end in zip(starts, [*starts[1:], len(shifts)], strict=True):
        yield slice(int(start), int(end)), int(shifts[start])
