"""Tells rings that are drawn around writing from the writing.

Knows nothing about digits but that nothing nearly as high stands within one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MOST_RINGS = 40  # parts of ink that are looked at, the highest
_MOST_WITHIN = 20  # parts within one that are looked at
_INNER = 0.25  # of a ring's height, that what it is drawn around is high at least
_LEAST_INNER = 5  # pixels, the same
_RING_INK = 0.3  # of its box, that a ring covers at most; a sheet or a shadow covers more


def run_around(
    parts: NDArray[np.int32], boxes: NDArray[np.float64], areas: NDArray[np.int64], free: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Says which parts of ink run around others that are not much lower.

    Args:
        parts: (h, w), number of the part at each pixel, from 1.
        boxes: (n, 4) of all parts, in pixels.
        areas: (n,) pixels of ink of each.
        free: (m,) numbers of the parts that are meant, from 0.

    Returns:
        (m,).
    """
    x0, y0, x1, y1 = boxes[free].T
    highest = np.argsort(y0 - y1)[:_MOST_RINGS]
    left, top, right, bottom = boxes[free[highest]].T[:, :, None]
    inside = (x0 > left) & (y0 > top) & (x1 < right) & (y1 < bottom)
    inside &= y1 - y0 >= np.maximum(_LEAST_INNER, _INNER * (bottom - top))
    inside &= areas[free[highest]][:, None] <= _RING_INK * (bottom - top) * (right - left)
    around = np.zeros(len(free), dtype=bool)
    for row in np.flatnonzero(inside.any(axis=1)):
        one = free[highest[row]]
        around[highest[row]] = _is_ring(parts, one, boxes[one], boxes[free[inside[row]]][:_MOST_WITHIN])
    return around


def _is_ring(
    parts: NDArray[np.int32], one: np.intp, box: NDArray[np.float64], within: NDArray[np.float64]
) -> bool:
    """Says whether a part stands on all four sides of the middle of one of those within its box."""
    left, top, right, bottom = box.astype(int)
    ring = parts[top:bottom, left:right] == one + 1
    for x0, y0, x1, y1 in within:
        x, y = int((x0 + x1) / 2) - left, int((y0 + y1) / 2) - top
        if all(side.any() for side in (ring[y, :x], ring[y, x:], ring[:y, x], ring[y:, x])):
            return True
    return False
