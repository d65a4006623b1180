"""Tells which parts of ink stand beside each other, as the digits of a line do.

Knows nothing about lines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]
"""(n, 4) float64, `(x0, y0, x1, y1)` each, in pixels."""

_AT_A_TIME = 200  # parts whose neighbours are looked for
_GAP = 2.0  # between two digits of a line at most, in heights of the higher
_OVERLAP = 0.4  # of the lower one's height, that two digits of a line have beside each other
_ALIKE = (0.6, 1.6)  # of their median, how high those in a row are
_LEAST = 12  # pixels, that these are high at least


def heights_of(boxes: Boxes) -> NDArray[np.float64]:
    """Gives how high each box is, (n,)."""
    return boxes[:, 3] - boxes[:, 1]


def chained(boxes: Boxes) -> NDArray[np.intp]:
    """Gives a group number for each box: neighbours in a line share one, (n,).

    SciPy's graphs would give this, too, and take a fifth of the time in which all of Inkdigits is imported.
    """
    pairs = [
        _neighbours(boxes, slice(start, start + _AT_A_TIME)) for start in range(0, len(boxes), _AT_A_TIME)
    ]
    rows, columns = np.concatenate(pairs, axis=1)
    starts = np.flatnonzero(np.diff(rows, prepend=-1))  # every box stands beside itself
    groups, changed = np.arange(len(boxes)), True
    while changed:
        least = np.minimum.reduceat(groups[columns], starts)
        least = least[least]  # the group of who leads mine
        groups, changed = least, bool((least != groups).any())
    return np.asarray(np.unique(groups, return_inverse=True)[1], dtype=np.intp)


def _neighbours(boxes: Boxes, some: slice) -> NDArray[np.intp]:
    """Gives which of some boxes stands beside which of all, (2, n)."""
    x0, y0, x1, y1 = boxes.T
    u0, v0, u1, v1 = boxes[some].T[:, :, None]
    gap = np.maximum(u0, x0) - np.minimum(u1, x1)
    beside = np.minimum(v1, y1) - np.maximum(v0, y0)
    near = gap <= _GAP * np.maximum(v1 - v0, y1 - y0)
    level = beside >= _OVERLAP * np.minimum(v1 - v0, y1 - y0)
    rows, columns = np.nonzero(near & level)
    return np.stack([rows + some.start, columns])


def in_rows(boxes: Boxes) -> NDArray[np.bool_]:
    """Says which parts stand in a row of at least two that are about as high as each other, (n,)."""
    in_rows = np.zeros(len(boxes), dtype=bool)
    groups = chained(boxes) if len(boxes) else np.zeros(0, dtype=np.intp)
    high = heights_of(boxes)
    for group in np.unique(groups):
        row = np.flatnonzero(groups == group)
        usual = float(np.median(high[row]))
        alike = (high[row] > _ALIKE[0] * usual) & (high[row] < _ALIKE[1] * usual)
        in_rows[row] = usual >= _LEAST and np.count_nonzero(alike) > 1
    return in_rows
