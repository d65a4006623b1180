"""How high what is written is.

Knows nothing about what it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


def middle_height(solid: NDArray[np.bool_]) -> float:
    """Gives the height of the part of ink in whose like half of all ink is; a page's longer side for none."""
    regions, count = ndimage.label(solid, structure=np.ones((3, 3)))
    if not count:
        return float(max(solid.shape))
    heights = np.array([rows.stop - rows.start for rows, _ in ndimage.find_objects(regions)])
    return usual_height(heights, np.bincount(regions.ravel())[1:])


def usual_height(heights: NDArray[Any], areas: NDArray[np.intp]) -> float:
    """Gives the height of the part of ink in whose like half of all ink is.

    Args:
        heights: (n,) of each part, n at least 1.
        areas: (n,) pixels of ink of each.
    """
    order = np.argsort(heights)
    middle = np.searchsorted(np.cumsum(areas[order]), areas.sum() / 2)
    return float(heights[order[min(int(middle), len(order) - 1)]])
