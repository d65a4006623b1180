"""Array aliases, constants with their units, and shape checks.

Knows nothing about files, pictures or models.
"""

from __future__ import annotations

import zipfile
import zlib
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIGIT_SIZE = 28
"""Height and width of a digit image, in pixels."""

DIGIT_BODY = 20
"""The longer side of the digit's ink box inside a digit image, in pixels.

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
"""

CLASSES = 10
"""Digits 0 to 9."""

INK = 255
"""Value of full ink in an ink map and in a digit image."""

PAPER = 0
"""Value of bare paper in an ink map and in a digit image."""

DigitImages = NDArray[np.uint8]
"""(n, 28, 28) uint8, ink 255 on 0, each placed as MNIST places it."""

DigitImage = NDArray[np.uint8]
"""(28, 28) uint8, ink 255 on 0, placed as MNIST places it."""

Page = NDArray[np.uint8]
"""(H, W) uint8, an upright grey picture, of either polarity."""

InkMap = NDArray[np.uint8]
"""(H, W) uint8, ink 255 on 0."""

Labels = NDArray[np.uint8]
"""(n,) uint8, each 0 to 9."""

Probabilities = NDArray[np.float32]
"""(n, 10) float32, rows sum to 1."""


ARRAY_ERRORS = (MemoryError, OverflowError, SyntaxError, TokenError, TypeError, ValueError)
"""What NumPy raises where an array of an `.npz` is damaged, or is none that can be read without pickle."""

NPZ_ERRORS = (*ARRAY_ERRORS, OSError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What it raises where any of an `.npz` is damaged, or lacking."""


def check_digit_images(images: NDArray[Any]) -> DigitImages:
    """Gives `images` back if they are digit images by shape and dtype.

    Args:
        images: Anything array-like by numpy.

    Returns:
        The same array, (n, 28, 28) uint8.

    Raises:
        ValueError: If the shape is not (n, 28, 28) or the dtype not uint8.
    """
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1:] != (DIGIT_SIZE, DIGIT_SIZE):
        raise ValueError(f"digit images have the shape (n, 28, 28), these have {images.shape}")
    if images.dtype != np.uint8:
        raise ValueError(f"digit images are uint8 with ink 255 on 0, these are {images.dtype}")
    return images
