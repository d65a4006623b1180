"""Brings the ink of one digit to a digit image, as MNIST does.

Knows nothing about pages, or whether the ink is a digit.

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits": size-normalized to fit a
20x20 box at its aspect ratio, with grey levels from anti-aliasing, then placed by its centre of mass.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from inkdigits.arrays import DIGIT_BODY, DIGIT_SIZE, INK, PAPER, DigitImage, InkMap


def normalize_digit(ink: InkMap) -> DigitImage:
    """Gives one digit as MNIST would hold it.

    Args:
        ink: (H, W) uint8 ink map of one digit, ink 255 on 0, of any size.

    Returns:
        (28, 28) uint8, ink 255 on 0: the ink box scaled so that its longer side is 20 pixels, its
        strongest ink brought to 255, its centre of mass in the middle as far as the box stays inside.
        All 0 for an ink map without ink.
    """
    image = np.zeros((DIGIT_SIZE, DIGIT_SIZE), dtype=np.uint8)
    if not ink.any():
        return image
    body = _scale(_crop(ink))
    y, x = (_place(body.sum(axis=1 - axis, dtype=np.int64)) for axis in (0, 1))
    image[y : y + body.shape[0], x : x + body.shape[1]] = body
    return image


def _crop(ink: InkMap) -> InkMap:
    rows = np.flatnonzero(ink.any(axis=1))
    columns = np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scale(ink: InkMap) -> InkMap:
    height, width = ink.shape
    scale = DIGIT_BODY / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = Image.fromarray(ink.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    body = np.clip(np.asarray(grey), PAPER, INK)
    # Thin strokes turn faint when scaled down, while MNIST's reach full ink.
    scaled: InkMap = np.round(body * (INK / body.max())).astype(np.uint8)
    return scaled


def _place(profile: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    """Gives where along one axis a body with this ink profile starts."""
    centre = (profile * (np.arange(len(profile)) + 0.5)).sum() / max(int(profile.sum()), 1)
    # MNIST's own images all have their centre of mass inside the pixel right of and below the middle.
    return int(np.clip(np.ceil(DIGIT_SIZE / 2 - centre), 0, DIGIT_SIZE - len(profile)))
