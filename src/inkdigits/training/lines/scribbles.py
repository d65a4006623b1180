"""Characters of no script: a few strokes that could be anybody's letter or sign.

Knows nothing about lines or digits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from inkdigits.training.lines.glyphs import Glyph, cut, draw_strokes

SIZE = 56
"""Side of the paper for scribbles, in pixels."""

_STROKES = (0.08, 0.27, 0.3, 0.2, 0.15)  # how many have one stroke, two and so on

_Stroke = NDArray[np.float64]


def draw_scribble(pen: float, rng: np.random.Generator, fewest: int = 1) -> Glyph:
    """Gives one to five strokes, bent or straight, as the characters of any script have them.

    Args:
        pen: Width of a stroke, in pixels of paper with sides of `SIZE`.
        rng: Decides all else.
        fewest: Strokes at least; one alone may be a 1.
    """
    picture = Image.new("L", (2 * SIZE, 2 * SIZE))
    width = max(1, round(2 * pen))
    strokes: list[_Stroke] = []
    for _ in range(max(fewest, int(rng.choice([1, 2, 3, 4, 5], p=_STROKES)))):
        stroke = _random_stroke(rng)
        if strokes and rng.random() < 0.5:  # begins where another passes, as in a character
            other = strokes[int(rng.integers(len(strokes)))]
            stroke = stroke + other[int(rng.integers(len(other)))] - stroke[0]
        strokes.append(stroke)
    draw_strokes(ImageDraw.Draw(picture), [stroke * 2 * SIZE for stroke in strokes], width)
    return cut(np.asarray(picture.reduce(2)))


def _random_stroke(rng: np.random.Generator) -> NDArray[np.float64]:
    """Gives a stroke's points within 0.1 to 0.9: straight pieces, or a curve through a few points."""
    corners = rng.uniform(0.15, 0.85, (int(rng.integers(2, 6)), 2))
    if rng.random() < 0.35:
        return corners
    if rng.random() < 0.25:
        return _ring(rng)
    steps = np.linspace(0, len(corners) - 1, 24)
    smooth = [np.interp(steps, np.arange(len(corners)), axis) for axis in corners.T]
    return np.stack([ndimage.gaussian_filter1d(axis, 2.5, mode="nearest") for axis in smooth], axis=1)


def _ring(rng: np.random.Generator) -> NDArray[np.float64]:
    """Gives a part of a small or flat ellipse."""
    start, sweep = rng.uniform(0, 2 * np.pi), rng.uniform(np.pi, 2 * np.pi)
    angle = np.linspace(start, start + sweep, 24)
    radius = rng.uniform(0.06, 0.3, 2)
    middle = rng.uniform(0.35, 0.65, 2)
    return np.asarray(middle + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1))
