"""Tells what stands on a line, or beside it, and was told as no digit: letters, digits left out.

Knows nothing about how digits are told, or what becomes of the line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkdigits.images.rings import is_loop
from inkdigits.reading.find import Ink
from inkdigits.reading.records import Box

_HIGH = 0.5  # of the usual height of the line's digits, that a letter is higher than
_REACH = 0.8  # of the height of the line's digits, within which ink stands beside it
_BESIDE = 0.6  # of that height, that the ink there covers
_COVERED = 0.3  # of the narrower and of the lower of a digit's box and ink, that belong together


def count_unread(ink: Ink, members: NDArray[np.intp], digits: Sequence[Box]) -> int:
    """Gives how many parts of ink on a line are high enough for a letter and lie in no digit's box.

    Args:
        ink: Of the page.
        members: Numbers of the line's parts of ink, from 0.
        digits: Where digits were told on the line, in pixels of the page; at least one.
    """
    told = np.array(digits, dtype=np.float64) / ink.scale
    parts = ink.boxes[members]
    parts = parts[parts[:, 3] - parts[:, 1] > _HIGH * np.median(told[:, 3] - told[:, 1])]
    covered = _share(parts[:, 0::2], told[:, 0::2]) > _COVERED
    covered &= _share(parts[:, 1::2], told[:, 1::2]) > _COVERED
    return int((~covered.any(axis=1)).sum())


def is_cut_off(ink: Ink, read: NDArray[np.intp], digits: Sequence[Box]) -> bool:
    """Says whether ink that belongs to no line goes on beside a line's digits: more of the number, maybe.

    Rings around the line are no such ink, if nothing is left in them that touches them.

    Args:
        ink: Of the page.
        read: Numbers of the parts of ink of all lines that are read, from 0.
        digits: As in `count_unread`.
    """
    told = np.array(digits, dtype=np.float64) / ink.scale
    (x0, y0), (x1, y1) = told[:, :2].min(axis=0), told[:, 2:].max(axis=0)
    height = float(np.median(told[:, 3] - told[:, 1]))
    x0, x1 = x0 - _REACH * height, x1 + _REACH * height
    left, top, right, bottom = ink.boxes.T
    near = (left < x1) & (right > x0) & (np.minimum(bottom, y1) - np.maximum(top, y0) >= _BESIDE * height)
    near[read] = False
    place = np.s_[max(0, int(y0)) : int(y1), max(0, int(x0)) : int(x1)]
    for one in np.flatnonzero(near):
        if np.count_nonzero((ink.parts[place] == one + 1).any(axis=1)) >= _BESIDE * height and not (
            one in ink.rings and is_loop(_alone(ink, one))
        ):
            return True
    return False


def _alone(ink: Ink, one: np.intp) -> NDArray[np.bool_]:
    left, top, right, bottom = ink.boxes[one].astype(int).tolist()
    return np.asarray(ink.parts[top:bottom, left:right] == one + 1)


def _share(spans: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gives how much of the shorter of each two spans both have, (n, m): 1 at most, below 0 if apart.

    Args:
        spans: (n, 2), start and end.
        others: (m, 2).
    """
    start = np.maximum(spans[:, None, 0], others[None, :, 0])
    stop = np.minimum(spans[:, None, 1], others[None, :, 1])
    shorter = np.minimum(np.diff(spans), np.diff(others).T)
    return np.asarray((stop - start) / shorter)
