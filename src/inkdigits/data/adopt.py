"""The one rule by which a person's own pictures become digit images, whatever file they come in.

Knows nothing about files but what they are called.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from inkdigits.arrays import DIGIT_SIZE, PAPER, DigitImage, DigitImages, Page
from inkdigits.errors import CorruptData
from inkdigits.images.normalize import normalize_digit
from inkdigits.images.one_digit import digit_ink, digit_page
from inkdigits.images.polarity import border_pixels


def adopt_picture(page: Page) -> DigitImage:
    """Gives the digit image of a picture that shows one digit.

    Args:
        page: (H, W) uint8 of any size and polarity.

    Returns:
        (28, 28) uint8, ink 255 on 0: a page of 28x28 whose border is mostly bare black counts as a
        digit image already and is taken as it stands; any other goes through `digit_page`,
        `digit_ink` and `normalize_digit`.
    """
    if page.shape == (DIGIT_SIZE, DIGIT_SIZE) and np.median(border_pixels(page)) == PAPER:
        return page
    return normalize_digit(digit_ink(digit_page(page)))


def adopt_pictures(pages: Iterable[Page], path: Path) -> DigitImages:
    """Gives the digit images of pictures that show one digit each, all out of the file at `path`.

    Args:
        pages: At least one, each as `adopt_picture` takes it.
        path: For the message.

    Returns:
        (n, 28, 28) uint8, ink 255 on 0.

    Raises:
        CorruptData: If there is no ink on one.
    """
    images = np.stack([adopt_picture(page) for page in pages])
    blank = np.flatnonzero(~images.any(axis=(1, 2)))
    if len(blank):
        raise CorruptData(path, f"there is no ink on image {blank[0] + 1} of {len(images)}")
    return images
