"""Strokes that join a digit with the next, as hands leave them that don't lift the pen.

Knows nothing about which digits are joined.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inkdigits.training.lines.glyphs import EDGE, Glyph, Hand, draw_strokes

_OVERSAMPLING = 2
_POINTS = 9
_BANDS = ((0.0, 0.35), (0.25, 0.6), (0.6, 1.0))  # of a digit's height: where a stroke leaves or arrives
_LEAVES, _ARRIVES = (0.5, 0.15, 0.35), (0.6, 0.3, 0.1)


def draw_link(
    one: Glyph,
    place: tuple[float, float],
    other: Glyph,
    other_place: tuple[float, float],
    hand: Hand,
    rng: np.random.Generator,
) -> tuple[Glyph, float, float]:
    """Draws the stroke from one glyph's right side to another's left.

    Args:
        one: The glyph that it leaves.
        place: Column and row of that glyph's upper left corner, in pixels of the line.
        other: The glyph at which it arrives.
        other_place: Likewise.
        hand: Whose pen it is.
        rng: Decides where it leaves, where it arrives and how it hangs.

    Returns:
        The stroke, and column and row of its upper left corner in pixels of the line.
    """
    leaving = _outermost(one, _BANDS[rng.choice(3, p=_LEAVES)], right=True) + place
    arriving = _outermost(other, _BANDS[rng.choice(3, p=_ARRIVES)], right=False) + other_place
    hanging = (leaving + arriving) / 2 + np.array([0.0, rng.uniform(-0.12, 0.22) * hand.height])
    along = np.linspace(0, 1, _POINTS)[:, None]
    stroke = (1 - along) ** 2 * leaving + 2 * along * (1 - along) * hanging + along**2 * arriving
    pen = max(1, round(hand.pen * _OVERSAMPLING * rng.uniform(0.7, 1.0)))
    low = np.floor(stroke.min(axis=0)) - pen - 1
    size = (np.ceil(stroke.max(axis=0)) + pen + 2 - low).astype(int) * _OVERSAMPLING
    picture = Image.new("L", (int(size[0]), int(size[1])))
    draw_strokes(ImageDraw.Draw(picture), [(stroke - low) * _OVERSAMPLING], pen)
    return np.asarray(picture.reduce(_OVERSAMPLING)), float(low[0]), float(low[1])


def _outermost(glyph: Glyph, band: tuple[float, float], right: bool) -> NDArray[np.float64]:
    """Gives column and row of the glyph's outermost ink in a band of its rows, or anywhere if it has none."""
    first, last = (round(part * glyph.shape[0]) for part in band)
    rows, columns = np.nonzero(glyph[first : max(last, first + 1)] > EDGE)
    if not len(rows):
        rows, columns = np.nonzero(glyph >= glyph.max())
        first = 0
    at = int(columns.argmax() if right else columns.argmin())
    return np.array([columns[at], rows[at] + first], dtype=np.float64)
