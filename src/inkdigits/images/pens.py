"""Tells how broad the pen was that left a part of ink.

Knows nothing about what is written.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pen_widths(numbers: NDArray[np.int32], areas: NDArray[np.int64]) -> NDArray[np.float64]:
    """Gives how wide the strokes of each part of ink are, (n,) in pixels.

    It is twice a part's ink over what of it lies beside paper, which of a long stroke is its width.

    Args:
        numbers: (H, W), number of the part at each pixel, from 1; 0 is paper.
        areas: (n,) pixels of ink of each part.
    """
    inked = np.pad(numbers > 0, 1)
    inside = inked[1:-1, :-2] & inked[1:-1, 2:] & inked[:-2, 1:-1] & inked[2:, 1:-1]
    edges = np.bincount(numbers[~inside], minlength=len(areas) + 1)[1:]
    return np.asarray(2 * areas / np.maximum(edges, 1))
