"""Tells the cells of a table by the walls between them.

Knows nothing about digits but that a wall is higher than they are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

_BEYOND = 0.15  # of a line's height, that a wall reaches beyond it at each end
_PIECE = 0.25  # of a line's height, that a piece of a wall is high at least
_SEEN, _WHOLE = 0.5, 0.9  # of a line's height and what is beyond it, that a wall covers: alone, with strokes
_ASKEW = 7  # pixels within which a wall may lean
_TALL, _INKY = 0.6, 0.3  # of a line's height, and of its usual part's ink, that a digit has at least
_CLOSE = 0.7  # of the usual way from digit to digit across a wall, that those of a number are nearer than
_NUMBERS = 0.5  # of the cells, that hold more than one digit
_ROW = 1.0  # heights of a line beside it, through which a grid's walls go on
_GRID, _SQUARES = 2, 1.3  # walls of a grid at least; heights of a line that they are apart at least
_ACROSS, _CROSSED = 0.2, 0.25  # of a line's height, that a digit lies beyond a wall; of the digits, at most


class Ruled(NamedTuple):
    """A page with printed rules.

    Attributes:
        rules: (h, w) bool, where they are and no stroke is.
        ink: (h, w) bool, where they or strokes are.
    """

    rules: NDArray[np.bool_]
    ink: NDArray[np.bool_]


def cells_of(
    page: Ruled,
    box: tuple[float, float, float, float],
    height: float,
    boxes: NDArray[np.float64],
    areas: NDArray[np.int64],
) -> NDArray[np.intp]:
    """Gives in which cell of a table each part of a line stands, from 0; all in one where there is no table.

    A form with a box for each digit has walls between them, too: the cells are numbers of their own only
    where most hold several digits, which are nearer to each other than across a wall, or in a grid of
    several rows, wider than squared paper is.

    Args:
        page: Where its printed rules are.
        box: Around the line.
        height: Of its digits, in pixels.
        boxes: (n, 4) of its parts.
        areas: (n,) pixels of ink of each.

    Returns:
        (n,), ascending from left to right.
    """
    walls = _walls(page, box, height)
    cell = np.searchsorted(walls, (boxes[:, 0] + boxes[:, 2]) / 2)
    digit = (boxes[:, 3] - boxes[:, 1] >= _TALL * height) & (areas >= _INKY * np.median(areas))
    order = np.argsort(boxes[digit, 0])
    middles, home = (boxes[digit, 0] + boxes[digit, 2])[order] / 2, cell[digit][order]
    ways, across = np.diff(middles), np.diff(home) != 0
    if not across.any():
        return np.zeros(len(boxes), dtype=np.intp)
    if _is_grid(page, box, height, walls, boxes[digit]):
        return np.asarray(cell, dtype=np.intp)
    if _lying_across(boxes[digit], walls, height).any(axis=0).all():  # a margin is written across
        return np.zeros(len(boxes), dtype=np.intp)
    near = ~across & (ways < _CLOSE * float(np.median(ways[across])))
    numbers = len(np.unique(home[1:][near]))
    if numbers < _NUMBERS * len(np.unique(home)):
        return np.zeros(len(boxes), dtype=np.intp)
    return np.asarray(cell, dtype=np.intp)


def _is_grid(
    page: Ruled,
    box: tuple[float, float, float, float],
    height: float,
    walls: NDArray[np.float64],
    digits: NDArray[np.float64],
) -> bool:
    """Says whether a line's walls go on in the row above or below, far apart, and few digits lie across."""
    x0, y0, x1, y1 = box
    row = _ROW * height
    above, below = (x0, y0 - row, x1, y0), (x0, y1, x1, y1 + row)
    wide = _walls(page, (x0 - 2 * row, y0, x1 + 2 * row, y1), height)
    if len(wide) < _GRID or np.median(np.diff(wide)) < _SQUARES * height:
        return False
    if _lying_across(digits, walls, height).any(axis=1).mean() > _CROSSED:
        return False
    for beyond in (above, below):
        on = _walls(page, beyond, height)
        if len(on) and all(np.abs(on - wall).min() <= _ASKEW for wall in walls):
            return True
    return False


def _lying_across(
    digits: NDArray[np.float64], walls: NDArray[np.float64], height: float
) -> NDArray[np.bool_]:
    """Gives which digits lie across which walls, (digits, walls)."""
    far = _ACROSS * height
    return np.asarray((digits[:, 0, None] < walls - far) & (digits[:, 2, None] > walls + far))


def _walls(page: Ruled, box: tuple[float, float, float, float], height: float) -> NDArray[np.float64]:
    """Gives where upright rules pass a line above and below, ascending."""
    x0, y0, x1, y1 = (max(0, int(side)) for side in box)
    beyond = round(_BEYOND * height)
    place = slice(max(0, y0 - beyond), y1 + beyond), slice(x0, x1)
    part, raw = page.rules[place], page.ink[place]
    if not part.any():
        return np.zeros(0)
    upright = ndimage.binary_opening(part, np.ones((max(2, round(_PIECE * height)), 1), dtype=bool))
    seen, whole = (ndimage.maximum_filter1d(ink, _ASKEW, axis=1).mean(axis=0) for ink in (upright, raw))
    walls, _ = ndimage.label((seen >= _SEEN) & (whole >= _WHOLE))
    return np.array([(place[0].start + place[0].stop) / 2 + x0 for place in ndimage.find_objects(walls)])
