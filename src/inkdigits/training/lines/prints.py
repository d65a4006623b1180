"""Digits and letters as machines write them: printed, and on displays of seven bars.

The hands that lines are composed from write neither, and forms, receipts and meters are full of them.

Knows nothing about lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkdigits.arrays import CLASSES
from inkdigits.data.strokes import PenTrace
from inkdigits.training.lines.glyphs import Glyph, Hand, cut, draw_trace

FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSansMono",
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "DejaVuSerif-Italic",
    "STIXGeneral",
    "STIXGeneralBol",
    "STIXGeneralItalic",
)
"""Fonts for text that come with matplotlib."""

_DIGIT_FONTS = (*FONTS, "DejaVuSansMono-Bold", "cmr10", "cmb10", "cmss10", "cmtt10")
_CAPITALS = "ACDEFHKMNPRTUVWXY$€%&#@"
"""As high as digits, and no digit in print."""

_FONT_SIZE = 44
_WRITER = 0
_PEN = Hand(height=40.0, aspect=1.0, slant=0.0, turn=0.0, pen=5.0, wobble=0.0)
_ENDS = {  # of the bars, in widths and heights; named a to g as everywhere, from the top, clockwise
    "a": ((0.0, 0.0), (1.0, 0.0)),
    "b": ((1.0, 0.0), (1.0, 0.5)),
    "c": ((1.0, 0.5), (1.0, 1.0)),
    "d": ((0.0, 1.0), (1.0, 1.0)),
    "e": ((0.0, 0.5), (0.0, 1.0)),
    "f": ((0.0, 0.0), (0.0, 0.5)),
    "g": ((0.0, 0.5), (1.0, 0.5)),
}
_LIT = ("abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg")
_OTHERWISE = {6: "cdefg", 7: "abcf", 9: "abcfg"}  # as some displays show them
_LETTERS_LIT = ("abcefg", "adef", "adefg", "aefg", "bcefg", "def", "abefg", "bcdef", "bcdeg", "cefg", "defg")
"""A, C, E, F, H, L, P, U, d, h, t; not b, which is a 6."""


@dataclass(frozen=True, eq=False)
class Display:
    """What one display shows.

    Attributes:
        digits: 0 to 9.
        width: Of each, in heights.
        gap: By which a bar is shorter at either end, in heights.
    """

    digits: tuple[PenTrace, ...]
    width: float
    gap: float

    def draw_letters(self) -> tuple[Glyph, ...]:
        """Gives some that are no digit."""
        rng = np.random.default_rng(0)
        shown = (_shown(bars, 0, self.width, self.gap) for bars in _LETTERS_LIT)
        return tuple(draw_trace(trace, _PEN, rng) for trace in shown)


def print_digits() -> tuple[tuple[Glyph, ...], ...]:
    """Gives 0 to 9 in each of some fonts."""
    return tuple(tuple(_printed(str(digit), name) for digit in range(CLASSES)) for name in _DIGIT_FONTS)


def print_letters() -> tuple[tuple[Glyph, ...], ...]:
    """Gives letters and signs as high as digits in each of the same fonts."""
    return tuple(tuple(_printed(letter, name) for letter in _CAPITALS) for name in _DIGIT_FONTS)


def make_display(rng: np.random.Generator) -> Display:
    """Gives what a display shows; no two are alike."""
    width, gap = float(rng.uniform(0.4, 0.7)), float(rng.uniform(0.0, 0.1))
    lit = list(_LIT)
    for digit, bars in _OTHERWISE.items():
        if rng.random() < 0.3:
            lit[digit] = bars
    return Display(tuple(_shown(bars, digit, width, gap) for digit, bars in enumerate(lit)), width, gap)


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Gives one of `FONTS`, so many pixels high."""
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf", size)


def _printed(character: str, name: str) -> Glyph:
    picture = Image.new("L", (3 * _FONT_SIZE, 2 * _FONT_SIZE))
    place = (_FONT_SIZE // 2, _FONT_SIZE // 4)
    ImageDraw.Draw(picture).text(place, character, fill=255, font=font(name, _FONT_SIZE))
    return cut(np.asarray(picture))


def _shown(bars: str, label: int, width: float, gap: float) -> PenTrace:
    return PenTrace(label, _WRITER, tuple(_bar(bar, width, gap) for bar in bars))


def _bar(name: str, width: float, gap: float) -> NDArray[np.float32]:
    """Gives a bar of a display that is 1 high, (2, 2), a gap shorter at either end."""
    start, end = (np.array([x * width, y]) for x, y in _ENDS[name])
    short = (end - start) * gap / np.abs(end - start).sum()
    return np.array([start + short, end - short], dtype=np.float32)
