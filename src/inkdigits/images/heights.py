"""How high what is written is.

Knows nothing about what it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

TABLE = 6.0
"""A table is so wide and so high at least, in heights of what is written in it."""

_HELD = 4  # parts of ink that a table holds at least
_MOST = 0.5  # of all ink but a table's own, that theirs is at least
_ALIKE = 2.0  # times as high, that writing of one height is less than
_WRITTEN = 0.1  # of a table's ink, that what is written in it has at least


def middle_height(solid: NDArray[np.bool_]) -> float:
    """Gives the height of the part of ink in whose like half of all ink is; a page's longer side for none.

    A table, whose rules are one part with most of the others between them, does not count.
    """
    regions, count = ndimage.label(solid, structure=np.ones((3, 3)))
    if not count:
        return float(max(solid.shape))
    places = ndimage.find_objects(regions)
    boxes = np.array([(x.start, y.start, x.stop, y.stop) for y, x in places], dtype=np.float64)
    areas = np.bincount(regions.ravel())[1:]
    held = _held_by_table(boxes, areas)
    return usual_height((boxes[:, 3] - boxes[:, 1])[held], areas[held])


def writing_height(solid: NDArray[np.bool_]) -> float | None:
    """Gives what `middle_height` does; None where only few parts of ink are about as high."""
    middle = middle_height(solid)
    regions, _ = ndimage.label(solid, structure=np.ones((3, 3)))
    heights = np.array([rows.stop - rows.start for rows, _ in ndimage.find_objects(regions)])
    alike = np.count_nonzero((heights > middle / _ALIKE) & (heights < middle * _ALIKE))
    return middle if alike >= _HELD else None


def _held_by_table(boxes: NDArray[np.float64], areas: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Says which parts of ink the largest holds if that is a table, (n,); all if it is none."""
    size = boxes[:, 2:] - boxes[:, :2]
    largest = int(size.prod(axis=1).argmax())
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    others = np.arange(len(boxes)) != largest
    held = others & (middles > boxes[largest, :2]).all(axis=1) & (middles < boxes[largest, 2:]).all(axis=1)
    written = areas[held].sum()
    enough = written >= max(_MOST * areas[others].sum(), _WRITTEN * areas[largest])
    if held.sum() < _HELD or not enough:
        return np.ones_like(others)
    large = size[largest].min() >= TABLE * usual_height(size[held, 1], areas[held])
    return held if large else np.ones_like(others)


def usual_height(heights: NDArray[Any], areas: NDArray[np.intp]) -> float:
    """Gives the height of the part of ink in whose like half of all ink is.

    Args:
        heights: (n,) of each part, n at least 1.
        areas: (n,) pixels of ink of each.
    """
    order = np.argsort(heights)
    middle = np.searchsorted(np.cumsum(areas[order]), areas.sum() / 2)
    return float(heights[order[min(int(middle), len(order) - 1)]])
