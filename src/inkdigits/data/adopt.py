"""The one rule by which a person's own pictures become digit images, whatever file they come in.

Knows nothing about files.
"""

from __future__ import annotations

import numpy as np

from inkdigits.arrays import DIGIT_SIZE, PAPER, DigitImage, Page
from inkdigits.images.normalize import normalize_digit
from inkdigits.images.one_digit import digit_ink
from inkdigits.images.polarity import border_pixels


def adopt_picture(page: Page) -> DigitImage:
    """Gives the digit image of a picture that shows one digit.

    Args:
        page: (H, W) uint8 of any size and polarity.

    Returns:
        (28, 28) uint8, ink 255 on 0: a page of 28x28 whose border is mostly bare black counts as a
        digit image already and is taken as it stands; any other goes through `digit_ink` and
        `normalize_digit`.
    """
    if page.shape == (DIGIT_SIZE, DIGIT_SIZE) and np.median(border_pixels(page)) == PAPER:
        return page
    return normalize_digit(digit_ink(page))
