"""Tells the cells of a table by the walls between them.

Knows nothing about digits but that a wall is higher than they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

_BEYOND = 0.15  # of a line's height, that a wall reaches beyond it at each end
_PIECE = 0.25  # of a line's height, that a piece of a wall is high at least
_WALL = 0.85  # of a line's height and what is beyond it, that a wall covers
_ASKEW = 7  # pixels within which a wall may lean
_TALL, _INKY = 0.6, 0.3  # of a line's height, and of its usual part's ink, that a digit has at least
_CLOSE = 0.7  # of the usual way from digit to digit across a wall, that those of a number are nearer than
_NUMBERS = 0.5  # of the cells, that hold more than one digit


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
    middles, home = (boxes[digit, 0] + boxes[digit, 2])[order] / 2, cell[digit][order]
    ways, across = np.diff(middles), np.diff(home) != 0
    if not across.any():
        return np.zeros(len(boxes), dtype=np.intp)
    near = ~across & (ways < _CLOSE * float(np.median(ways[across])))
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
