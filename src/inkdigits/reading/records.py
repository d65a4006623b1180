"""What a picture is read as: a reading has lines, a line has digits.

Knows nothing about how they were found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

from inkdigits.arrays import DigitImage, InkMap, Page, Probabilities

Box = tuple[int, int, int, int]
"""`(x0, y0, x1, y1)`, pixels of the upright page, half-open, origin top left."""


@dataclass(frozen=True)
class Digit:
    """One digit on a page.

    Attributes:
        label: 0 to 9.
        confidence: Probability that a digit stands there and is this one, 0 to 1.
        box: Where it stands.
        image: (28, 28) uint8, ink 255 on 0, the ink in its box as MNIST places digits.
    """

    label: int
    confidence: float
    box: Box
    image: DigitImage = field(repr=False, compare=False)


@dataclass(frozen=True)
class Line:
    """One number on a page.

    Attributes:
        text: Its digits, leading zeros kept, nothing between them.
        confidence: Probability that the text is right and whole, 0 to 1.
        accepted: Whether the confidence reaches the one asked for.
        digits: From left to right.
        box: Around its digits.
    """

    text: str
    confidence: float
    accepted: bool
    digits: tuple[Digit, ...]
    box: Box


@dataclass(frozen=True)
class Reading:
    """A picture, read.

    Attributes:
        text: The lines' texts, a line each; empty for a picture without digits.
        lines: From top to bottom, and from left to right in a row.
        page: (H, W) uint8, the picture in grey, upright; what boxes refer to.
        ink: (h, w) uint8, ink 255 on 0, smaller than the page where that is large: what was taken for
            writing on it.
    """

    text: str
    lines: tuple[Line, ...]
    page: Page = field(repr=False, compare=False)
    ink: InkMap = field(repr=False, compare=False)

    def draw(self) -> Image.Image:
        """Gives the picture with boxes, answers and doubts, in colour."""
        from inkdigits.reading.draw import draw

        return draw(self)

    def explain(self) -> Image.Image:
        """Gives the page, its ink map, the boxes and every digit's 28x28 image in one picture."""
        from inkdigits.reading.draw import explain

        return explain(self)


@dataclass(frozen=True)
class Recognition:
    """A picture of one digit, recognized.

    Attributes:
        label: 0 to 9, the most probable; None if there is no ink.
        confidence: Probability that it is a digit and this one, 0 to 1; 0 if there is no ink.
        probabilities: (10,) float32, of each digit, given that it is one.
        accepted: Whether there is ink and the confidence reaches the one asked for.
        normalized: (28, 28) uint8, ink 255 on 0: what the model saw.
    """

    label: int | None
    confidence: float
    probabilities: Probabilities = field(compare=False)
    accepted: bool
    normalized: DigitImage = field(repr=False, compare=False)
