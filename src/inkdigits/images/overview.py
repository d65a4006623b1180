"""Small copies of a page, on which it is judged as a whole, and what differs on them.

Knows nothing about digits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

MIN_CONTRAST = 20
"""Grey levels of 255 that ink stands out from the paper by; a page without such pixels is blank."""

OVERVIEW = 160
"""Longer side, in pixels, of the small copy on which the light over the paper is estimated."""

PHOTO = 64
"""Pixels each way from which a page may show more than one ground."""

PAPER_STEP = 40
"""Grey levels between neighbours on the overview from which paper ends there, as at a sheet's edge."""


def reduced(page: NDArray[Any], longer_side: int) -> NDArray[Any]:
    """Gives a page made smaller by averaging, as large as it is if it is small."""
    height, width = page.shape
    scale = min(1.0, longer_side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(page).resize(size, Image.Resampling.BOX))


def longest(solid: NDArray[np.bool_]) -> int:
    """Gives how far the longest connected part runs, down or across, in pixels."""
    regions, _ = ndimage.label(solid, structure=np.ones((3, 3)))
    extents = [max(y.stop - y.start, x.stop - x.start) for y, x in ndimage.find_objects(regions)]
    return max(extents, default=0)


def reach(solid: NDArray[np.bool_]) -> float:
    """Gives how far the innermost pixel is from the nearest that is not solid, half the width of a stroke."""
    return float(ndimage.distance_transform_edt(np.pad(solid, 1, mode="edge")).max())
