"""Bends what is written as another hand might have written it, and makes its strokes wider or narrower.

Knows nothing about digits or where a line comes from.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

_KNOTS = 0.55  # between two that are moved independently, in heights of a digit
_REACH = 0.045  # standard deviation of their moves, in the same
_MOST_PEN = 0.8  # of the change that one more pixel on either side of a stroke would make


def bend(picture: NDArray[np.uint8], height: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Gives a picture whose pixels are moved a little, neighbours alike.

    Args:
        picture: (H, W) uint8.
        height: Of its digits, in pixels.
        rng: Decides how far and where to.

    Returns:
        (H, W) uint8.

    Source: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual
    document analysis" (2003), elastic distortions.
    """
    knots = [max(2, math.ceil(side / (_KNOTS * height)) + 1) for side in picture.shape]
    reach = _REACH * height * rng.uniform(0.3, 1.3)
    down, across = (_spread(rng.normal(0, reach, knots), picture.shape) for _ in range(2))
    y, x = np.ogrid[: picture.shape[0], : picture.shape[1]]
    bent: NDArray[np.uint8] = ndimage.map_coordinates(
        picture, [y + down, x + across], order=1, mode="nearest", output=np.uint8
    )
    return bent


def change_pen(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Gives a picture whose dark parts are wider or narrower by up to a pixel on either side.

    Args:
        picture: (H, W) uint8, dark ink on light paper.
        rng: Decides which and by how much.
    """
    grey = Image.fromarray(picture)
    other = grey.filter(ImageFilter.MinFilter(3) if rng.random() < 0.5 else ImageFilter.MaxFilter(3))
    return np.asarray(Image.blend(grey, other, float(rng.uniform(0, _MOST_PEN))))


def _spread(knots: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Gives a value for each pixel of a picture by those at its knots."""
    height, width = shape
    grid = Image.fromarray(knots.astype(np.float32))
    return np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC))
