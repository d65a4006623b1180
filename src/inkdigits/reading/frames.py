"""Tells what is drawn around writing: rings around a number, and the walls between the cells of a table.

Knows nothing about digits but that a wall is higher than they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

_MOST_RINGS = 40  # parts of ink that are looked at, the highest
_MOST_WITHIN = 20  # parts within one that are looked at
_INNER = 0.25  # of a ring's height, that what it is drawn around is high at least
_LEAST_INNER = 5  # pixels, the same
_RING_INK = 0.3  # of its box, that a ring covers at most; a sheet or a shadow covers more
_BEYOND = 0.15  # of a line's height, that a wall reaches beyond it at each end
_PIECE = 0.25  # of a line's height, that a piece of a wall is high at least
_WALL = 0.85  # of a line's height and what is beyond it, that a wall covers
_ASKEW = 7  # pixels within which a wall may lean
_TALL, _INKY = 0.6, 0.3  # of a line's height, and of its usual part's ink, that a digit has at least
_CLOSE = 0.6  # of the usual gap across a wall, that digits of a number are nearer than
_OVER = 0.2  # of a line's height, that digits of a number may lie over each other
_NUMBERS = 0.5  # of the cells, that hold more than one digit


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


def cells_of(
    rules: NDArray[np.bool_],
    box: tuple[float, float, float, float],
    height: float,
    boxes: NDArray[np.float64],
    areas: NDArray[np.int64],
) -> NDArray[np.intp]:
    """Gives in which cell of a table each part of a line stands, from 0; all in one where there is no table.

    A form with a box for each digit has walls between them, too: only where most cells hold several digits,
    which are nearer to each other than across a wall, are the cells numbers of their own.

    Args:
        rules: (h, w), where the page's printed rules are.
        box: Around the line.
        height: Of its digits, in pixels.
        boxes: (n, 4) of its parts.
        areas: (n,) pixels of ink of each.

    Returns:
        (n,), ascending from left to right.
    """
    walls = _walls(rules, box, height)
    cell = np.searchsorted(walls, (boxes[:, 0] + boxes[:, 2]) / 2)
    digit = (boxes[:, 3] - boxes[:, 1] >= _TALL * height) & (areas >= _INKY * np.median(areas))
    order = np.argsort(boxes[digit, 0])
    left, right, home = boxes[digit, 0][order], boxes[digit, 2][order], cell[digit][order]
    gaps, across = left[1:] - right[:-1], home[1:] != home[:-1]
    if not across.any():
        return np.zeros(len(boxes), dtype=np.intp)
    near = ~across & (gaps > -_OVER * height) & (gaps < _CLOSE * float(np.median(gaps[across])))
    numbers = len(np.unique(home[1:][near]))
    if numbers < _NUMBERS * len(np.unique(home)):
        return np.zeros(len(boxes), dtype=np.intp)
    return np.asarray(cell, dtype=np.intp)


def _walls(
    rules: NDArray[np.bool_], box: tuple[float, float, float, float], height: float
) -> NDArray[np.float64]:
    """Gives where upright rules pass a line above and below, ascending."""
    x0, y0, x1, y1 = (int(side) for side in box)
    beyond = round(_BEYOND * height)
    part = rules[max(0, y0 - beyond) : y1 + beyond, x0:x1]
    if not part.any():
        return np.zeros(0)
    upright = ndimage.binary_opening(part, np.ones((max(2, round(_PIECE * height)), 1), dtype=bool))
    covered = ndimage.maximum_filter1d(upright, _ASKEW, axis=1).mean(axis=0)
    walls, _ = ndimage.label(covered >= _WALL)
    return np.array([(place[0].start + place[0].stop) / 2 + x0 for place in ndimage.find_objects(walls)])
