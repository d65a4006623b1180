"""Marks that stand between, beside, under and over digits, and are none.

Knows nothing about digits.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inkdigits.training.lines.glyphs import Glyph, Hand, cut, draw_strokes

Strokes = list[NDArray[np.float64]]
"""Each (n, 2), in heights of a digit's body: x to the right, y down, 0 at its top and 1 at its base."""

SEPARATORS = ".,.,.-·'"
ENDINGS = "-=~.-,*):/x)]!?%w"  # w: a zigzag, as blanks are filled with; no plus: some write sevens so
BEGINNINGS = "-=~*+:#["  # no bar, slash or lone round bracket: nobody could tell it from a 1 there
BRACKETS = ("()", "[]")
LIKE_DIGITS = "/)]!"
"""Those of `ENDINGS` that alone nobody could tell from a 1."""

_OVERSAMPLING = 2


def draw_mark(mark: str, hand: Hand, rng: np.random.Generator) -> tuple[Glyph, float]:
    """Draws a mark.

    Args:
        mark: One of the characters in `SEPARATORS`, `ENDINGS`, `BEGINNINGS` and `BRACKETS`.
        hand: Whose it is.
        rng: Decides its shape.

    Returns:
        The mark, and its upper edge in pixels below the top of a digit's body.
    """
    pen = max(1, round(hand.pen * _OVERSAMPLING * (rng.uniform(1, 1.8) if mark in ".,·:" else 1.0)))
    scale = hand.height * _OVERSAMPLING
    strokes = []
    for stroke in _STROKES[mark](rng):
        x, y = (stroke + rng.normal(0, 0.02, stroke.shape)).T * scale
        strokes.append(np.stack([x - hand.slant * (y - scale / 2), y], axis=1))
    low = np.floor(np.min([stroke.min(axis=0) for stroke in strokes], axis=0)) - pen - 2
    high = np.ceil(np.max([stroke.max(axis=0) for stroke in strokes], axis=0)) + pen + 2
    size = [int(side) // _OVERSAMPLING * _OVERSAMPLING + _OVERSAMPLING for side in high - low]
    picture = Image.new("L", (size[0], size[1]))
    draw_strokes(ImageDraw.Draw(picture), [stroke - low for stroke in strokes], pen)
    ink = np.asarray(picture.reduce(_OVERSAMPLING))
    rows = np.flatnonzero((ink > 60).any(axis=1))
    first = int(rows[0]) if len(rows) else 0
    return cut(ink), float(low[1] / _OVERSAMPLING + first)


def _line(*points: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(points, dtype=np.float64)


def _arc(
    x: float, y: float, radius: float, start: float, stop: float, flat: float = 1.0
) -> NDArray[np.float64]:
    angle = np.linspace(start, stop, 9)
    return np.stack([x + radius * np.cos(angle), y + flat * radius * np.sin(angle)], axis=1)


def _dot(rng: np.random.Generator) -> Strokes:
    y = rng.uniform(0.85, 1.05)
    return [_line((0, y), (rng.uniform(0.0, 0.08), y + rng.uniform(0, 0.05)))]


def _comma(rng: np.random.Generator) -> Strokes:
    y, length = rng.uniform(0.8, 1.0), rng.uniform(0.15, 0.35)
    return [_line((0.05, y), (0.06, y + length / 2), (rng.uniform(-0.15, 0), y + length))]


def _dash(rng: np.random.Generator) -> Strokes:
    y, length = rng.uniform(0.3, 0.9), rng.uniform(0.2, 1.0)
    return [_line((0, y), (length, y + rng.normal(0, 0.06)))]


def _equals(rng: np.random.Generator) -> Strokes:
    y, length, apart = rng.uniform(0.2, 0.6), rng.uniform(0.2, 0.6), rng.uniform(0.12, 0.25)
    return [_line((0, y), (length, y - 0.03)), _line((0, y + apart), (length, y + apart))]


def _tilde(rng: np.random.Generator) -> Strokes:
    x, y = np.linspace(0, rng.uniform(0.3, 0.7), 9), rng.uniform(0.3, 0.8)
    return [np.stack([x, y + rng.uniform(0.04, 0.12) * np.sin(x * rng.uniform(7, 12))], axis=1)]


def _slash(rng: np.random.Generator) -> Strokes:
    """Longer and more oblique than the same hand writes 1."""
    rise, run = rng.uniform(1.15, 1.8), rng.uniform(0.4, 0.9)
    above = rng.uniform(0.3, 0.6) * (rise - 1)
    return [_line((0, rise - above), (run, -above))]


def _bracket(side: float) -> Strokes:
    return [_line((side, -0.1), (0, -0.1), (0, 1.1), (side, 1.1))]


def _opening(rng: np.random.Generator) -> Strokes:
    """More bowed than a 1 is."""
    reach = rng.uniform(0.33, 0.42) * np.pi
    return [_arc(0, 0.5, 0.45, np.pi + reach, np.pi - reach, 1.45)]


def _exclamation(rng: np.random.Generator) -> Strokes:
    lean = rng.uniform(-0.1, 0.1)
    return [_line((lean, rng.uniform(-0.15, 0.05)), (0, rng.uniform(0.55, 0.75))), *_point(-lean / 3)]


def _question(rng: np.random.Generator) -> Strokes:
    wide, stem = rng.uniform(0.14, 0.24), rng.uniform(0.6, 0.75)
    hook = _arc(0, 0.2, wide, -np.pi, 0.5 * np.pi, 0.2 / wide)
    return [np.concatenate([hook, [(0, stem)]]), *_point(0)]


def _point(x: float) -> Strokes:
    """Gives the point below an exclamation or question mark."""
    return [_line((x, 0.95), (x + 0.03, 1.0))]


def _percent(rng: np.random.Generator) -> Strokes:
    radius, run = rng.uniform(0.09, 0.16), rng.uniform(0.4, 0.6)
    rings = [_arc(x, y, radius, 0, 2 * np.pi, 1.2) for x, y in ((0.1, 0.2), (run, 0.8))]
    return [*rings, _line((run, 0), (0.1, 1.0))]


def _zigzag(rng: np.random.Generator) -> Strokes:
    """Of four strokes at least: three may be an N or a digit."""
    corners = int(rng.integers(5, 12))
    x = np.arange(corners) * rng.uniform(0.15, 0.4) + rng.normal(0, 0.03, corners)
    top, high = rng.uniform(-0.1, 0.4), rng.uniform(0.4, 1.0)
    down = (np.arange(corners) + rng.integers(2)) % 2
    return [np.stack([x, top + high * down + rng.normal(0, 0.04, corners)], axis=1)]


_STROKES: dict[str, Callable[[np.random.Generator], Strokes]] = {
    ".": _dot,
    ",": _comma,
    "·": lambda rng: [stroke - np.array([0, 0.45]) for stroke in _dot(rng)],
    "'": lambda rng: [stroke - np.array([0, 0.85]) for stroke in _comma(rng)],
    ":": lambda rng: [stroke - np.array([0, up]) for stroke in _dot(rng) for up in (0.0, 0.5)],
    "-": _dash,
    "=": _equals,
    "~": _tilde,
    "/": _slash,
    "+": lambda _: [_line((0, 0.6), (0.5, 0.6)), _line((0.25, 0.35), (0.25, 0.85))],
    "x": lambda _: [_line((0, 0.5), (0.45, 1.0)), _line((0.45, 0.5), (0, 1.0))],
    "*": lambda _: [
        _line((0, 0.35), (0.4, 0.65)),
        _line((0.4, 0.35), (0, 0.65)),
        _line((0.2, 0.28), (0.2, 0.72)),
    ],
    "#": lambda _: [
        _line((0.2, 0.2), (0.1, 0.9)),
        _line((0.45, 0.2), (0.35, 0.9)),
        _line((0, 0.4), (0.6, 0.4)),
        _line((0, 0.65), (0.6, 0.65)),
    ],
    ")": lambda _: [_arc(0, 0.5, 0.5, -0.3 * np.pi, 0.3 * np.pi, 1.4)],
    "(": _opening,
    "[": lambda rng: _bracket(rng.uniform(0.12, 0.3)),
    "]": lambda rng: _bracket(-rng.uniform(0.12, 0.3)),
    "!": _exclamation,
    "?": _question,
    "%": _percent,
    "w": _zigzag,
}
