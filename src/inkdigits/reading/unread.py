"""Counts what stands on a line and was told as no digit: letters beside others that were taken for digits.

Knows nothing about how digits are told, or what becomes of the line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkdigits.reading.find import Ink
from inkdigits.reading.records import Box

_HIGH = 0.5  # of the usual height of the line's digits, that a letter is higher than
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
