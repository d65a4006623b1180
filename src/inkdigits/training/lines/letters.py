"""Letters and signs that are no digits, without those that can be taken for one.

Which these are depends on whose digits are known: to who knows those of MNIST and the pen traces alone, an e
is none; to who knows South America's too, it may be a 9.

Knows nothing about lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkdigits.data.letters import load_letters
from inkdigits.training.lines.glyphs import Glyph, cut

_FONT_SIZE = 44
_ALPHABET = 26  # letters, a to z


@dataclass(frozen=True)
class LikeDigits:
    """What is left out because a digit can look so.

    Attributes:
        handwritten: For each of Omniglot's alphabets that is taken, the numbers of characters, from 1.
        printed: Printed letters.
    """

    handwritten: dict[str, tuple[int, ...]]
    printed: str


LIKE_USUAL_HANDS = LikeDigits(
    {"Latin": (2, 7, 9, 12, 15, 17, 19, 26)},
    "bgijloqszBGIJLOQSZ",
)
"""Like the digits of MNIST and the pen traces: b, g, i, l, o, q, s, z; of the Latin alphabet alone."""

LIKE_ANY_HANDS = LikeDigits(
    {
        "Latin": (1, 2, 5, 6, 7, 9, 12, 15, 16, 17, 18, 19, 20, 25, 26),
        "Greek": (4, 6, 8, 9, 15, 17, 18, 19),
        "Balinese": (5, 14),
    },
    LIKE_USUAL_HANDS.printed + "aefprtyFPTY",
)
"""Like the digits that some hand of `shapes` or the amounts writes, too: also a, e, f, p, r, t, y; of Greek
delta, zeta, theta, iota, omicron, rho, sigma, tau; two of Balinese."""

_PRINTED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$€£%&#@"


def load_handwritten(but: LikeDigits) -> tuple[Glyph, ...]:
    """Gives letters of some of Omniglot's alphabets; Aramaic and Korean are kept to judge by.

    Args:
        but: What is left out.

    Raises:
        DataError: If the file is not on this machine or not what it should be.
    """
    return tuple(
        cut(letter)
        for alphabet, left_out in but.handwritten.items()
        for letter in load_letters(alphabet, left_out)
    )


def load_scripts() -> tuple[tuple[Glyph, ...], ...]:
    """Gives the Latin letters of some people, each a to z.

    Raises:
        DataError: If the file is not on this machine or not what it should be.
    """
    drawings = tuple(map(cut, load_letters("Latin")))
    people = len(drawings) // _ALPHABET
    return tuple(drawings[person::people] for person in range(people))  # by letter, then by person


def draw_printed(but: LikeDigits) -> tuple[Glyph, ...]:
    """Gives printed letters and signs.

    Args:
        but: What is left out.
    """
    font = ImageFont.load_default(_FONT_SIZE)
    letters = []
    for character in sorted(set(_PRINTED) - set(but.printed)):
        picture = Image.new("L", (2 * _FONT_SIZE, 2 * _FONT_SIZE))
        ImageDraw.Draw(picture).text((_FONT_SIZE // 2, _FONT_SIZE // 4), character, fill=255, font=font)
        letters.append(cut(np.asarray(picture)))
    return tuple(letters)
