"""Numbers as machines write them: printed, and on displays of seven bars.

Printed in a font, and shown with bars, that no digit was trained on.
"""

from __future__ import annotations

import numpy as np
from benchmarks.pictures import REPORTED, Picture
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from inkdigits.arrays import INK, Page

_COUNT = 150
_BARS = {  # ends of each, in widths and heights of a digit
    "a": ((0, 0), (1, 0)),
    "b": ((1, 0), (1, 0.5)),
    "c": ((1, 0.5), (1, 1)),
    "d": ((0, 1), (1, 1)),
    "e": ((0, 0.5), (0, 1)),
    "f": ((0, 0), (0, 0.5)),
    "g": ((0, 0.5), (1, 0.5)),
}
_SHOWN = ("abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg")


def printed_numbers(seed: int = REPORTED) -> list[Picture]:
    """Gives printed numbers of three to seven digits, dark on light.

    Args:
        seed: As in `pictures.photographed_digits`.
    """
    rng = np.random.default_rng(seed)
    pictures = []
    for name in range(_COUNT):
        text, font = _digits(rng), ImageFont.load_default(float(rng.integers(20, 70)))
        left, top, right, bottom = map(round, font.getbbox(text))
        picture = Image.new("L", (right - left + 60, bottom - top + 50))
        ImageDraw.Draw(picture).text((30 - left, 25 - top), text, fill=255, font=font)
        pictures.append(Picture(str(name), _taken(picture, rng), text))
    return pictures


def shown_numbers(seed: int = REPORTED) -> list[Picture]:
    """Gives such numbers on displays, dark on light or light on dark; a 1 stands at the right of its cell.

    Args:
        seed: As in `pictures.photographed_digits`.
    """
    rng = np.random.default_rng(seed)
    pictures = []
    for name in range(_COUNT):
        text = _digits(rng)
        page = _taken(display(text, rng), rng)
        pictures.append(Picture(str(name), INK - page if rng.random() < 0.5 else page, text))
    return pictures


def _digits(rng: np.random.Generator) -> str:
    return "".join(map(str, rng.integers(0, 10, rng.integers(3, 8))))


def display(text: str, rng: np.random.Generator) -> Image.Image:
    """Gives a number as some display shows it, light on dark."""
    height, slant = float(rng.integers(30, 80)), float(rng.choice([0.0, 0.1]))
    width, between = height * rng.uniform(0.45, 0.65), height * rng.uniform(0.2, 0.4)
    gap, thick = height * rng.uniform(0.02, 0.09), height * rng.uniform(0.08, 0.16)
    size = (round(len(text) * (width + between) + slant * height + 80), round(height + 70))
    picture = Image.new("L", size)
    drawing = ImageDraw.Draw(picture)
    for place, digit in enumerate(text):
        left = 35 + place * (width + between)
        for bar in _SHOWN[int(digit)]:
            drawing.line(_bar(bar, left, width, height, gap, slant), fill=255, width=round(thick))
    return picture


def _bar(
    bar: str, left: float, width: float, height: float, gap: float, slant: float
) -> list[tuple[float, float]]:
    """Gives the ends of a bar in pixels."""
    start, end = (np.array([x * width, y * height]) for x, y in _BARS[bar])
    short = gap * (end - start) / np.abs(end - start).sum()
    return [(left + x + slant * (height - y), 30 + y) for x, y in (start + short, end - short)]


def _taken(ink: Image.Image, rng: np.random.Generator) -> Page:
    """Gives what is light as dark ink on light ground, a little blurred and grainy."""
    paper, pen = rng.uniform(170, 240), rng.uniform(20, 70)
    soft: NDArray[np.float64] = np.asarray(ink.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0)))) / INK
    grey = paper + soft * (pen - paper)
    return np.clip(grey + rng.normal(0, 4, grey.shape), 0, 255).astype(np.uint8)
