"""Parts a row of writing where its size changes: a number beside small print, two numbers of unlike size.

Knows nothing about pages, or what is written.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_UNLIKE = 1.4  # times, that writing beside other writing is higher if it is a line of its own
_APART = 1.5  # heights of the lower of them, that lie between at least
_TELLERS = 3  # parts next to a gap, by which is told how high what stands to a side of it is


def by_height(boxes: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Parts neighbours in a line where small writing stands beside large, a gap between: which are together.

    Either side has two digits or more; one alone may be any digit of a hand that writes unevenly.

    Args:
        boxes: (n, 4), `(x0, y0, x1, y1)` of each, in any order.

    Returns:
        Numbers of the boxes, from 0, of each line from left to right.
    """
    order = np.argsort(boxes[:, 0])
    pieces = _above_each_other(boxes[order])
    starts = np.flatnonzero(np.diff(pieces, prepend=-1))
    left, top = (np.minimum.reduceat(boxes[order, side], starts) for side in (0, 1))
    right, bottom = (np.maximum.reduceat(boxes[order, side], starts) for side in (2, 3))
    ends = [0]
    for place in range(2, len(starts) - 1):
        before, after = (bottom - top)[ends[-1] : place], (bottom - top)[place:]
        lower, higher = sorted(float(np.median(some)) for some in (before[-_TELLERS:], after[:_TELLERS]))
        gap = left[place] - right[ends[-1] : place].max()
        if len(before) > 1 and gap >= _APART * lower and higher >= _UNLIKE * lower:
            ends.append(place)
    return np.split(order, starts[ends[1:]])


def _above_each_other(boxes: NDArray[np.float64]) -> NDArray[np.intp]:
    """Gives a number to each box, from 0, (n,); pieces of a digit, one above the other, share it.

    Args:
        boxes: (n, 4), from left to right.
    """
    left, right = boxes[:, 0], np.maximum.accumulate(boxes[:, 2])
    widths = boxes[:, 2] - left
    apart = right[:-1] - left[1:] < np.minimum(widths[:-1], widths[1:]) / 2
    return np.asarray(np.concatenate([[0], np.cumsum(apart)]), dtype=np.intp)
