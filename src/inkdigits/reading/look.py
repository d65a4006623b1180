"""A picture of one digit as it is looked at: as it seems to be, or its ink and paper the other way round.

Knows nothing about what digits look like.
"""

from __future__ import annotations

from dataclasses import dataclass

from inkdigits.arrays import DigitImage, InkMap, Page
from inkdigits.images import Picture, digit_ink, digit_page, digit_step, normalize_digit, to_page


@dataclass(frozen=True, eq=False)
class DigitLook:
    """What is seen of a digit.

    Attributes:
        page: (h, w) uint8, the picture, smaller by `step` each way.
        step: Pixels of the picture's page, each way, that became one.
        ink: (h, w) uint8, ink 255 on 0.
        image: (28, 28) uint8, ink 255 on 0; all 0 if there is no ink.
        turned: Whether the lighter is ink where the darker seems to be, or the other way round.
    """

    page: Page
    step: int
    ink: InkMap
    image: DigitImage
    turned: bool

    def otherwise(self) -> DigitLook:
        """Gives the other look: ink and paper the other way round."""
        return _look(self.page, self.step, not self.turned)


def look_at_digit(picture: Picture) -> DigitLook:
    """Gives what is seen of a picture of one digit: the part of `recognize` before the model.

    Args:
        picture: As in `read`.

    Raises:
        PictureError: As `read`.
    """
    return look_at_page(to_page(picture))


def look_at_page(page: Page) -> DigitLook:
    """Gives what is seen of a page (H, W) uint8 that shows one digit."""
    return _look(digit_page(page), digit_step(page), turned=False)


def _look(page: Page, step: int, turned: bool) -> DigitLook:
    ink = digit_ink(page, turned)
    return DigitLook(page, step, ink, normalize_digit(ink), turned)
