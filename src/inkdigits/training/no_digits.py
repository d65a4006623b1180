"""Things that are no digit: what a network has to see to refuse it.

Letters and signs, marks, scribbles, digits that run into each other, lie on their side or stand in a mirror,
textures and blots. Knows nothing about networks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from inkdigits.arrays import DIGIT_SIZE, INK, DigitImage
from inkdigits.data.strokes import load_pen_traces
from inkdigits.images import normalize_digit
from inkdigits.training.lines.glyphs import (
    Glyph,
    Hand,
    draw_image,
    draw_trace,
)
from inkdigits.training.lines.letters import LIKE_USUAL_HANDS, draw_printed, load_handwritten
from inkdigits.training.lines.marks import draw_mark
from inkdigits.training.lines.scribbles import draw_scribble

_MARKS = ".-=~:+x*#"
"""Marks that are no digit even when seen alone; a slash, a comma or a bracket could be a 1."""

_TURNABLE = (2, 3, 4, 5, 6, 7, 9)
"""Digits that are none when they lie on their side."""

_MIRRORABLE = (3, 4, 6, 7, 9)
"""Digits that are none in a mirror; 2 and 5 come too close to each other."""

_SHAPE = (DIGIT_SIZE, DIGIT_SIZE)

Thing = TypeVar("Thing")


class NoDigits:
    """A supply of things that are no digit.

    Raises:
        DataNotFound: If pen traces or letters are not on this machine.
    """

    def __init__(self) -> None:
        traces = load_pen_traces("train")
        self._traces = traces
        self._turnable = tuple(trace for trace in traces if trace.label in _TURNABLE)
        self._mirrorable = tuple(trace for trace in traces if trace.label in _MIRRORABLE)
        self._letters = load_handwritten(LIKE_USUAL_HANDS) + draw_printed(LIKE_USUAL_HANDS)
        self._kinds: tuple[tuple[float, Callable[[np.random.Generator], DigitImage]], ...] = (
            (0.25, self._letter),
            (0.25, _scribble),
            (0.08, self._mark),
            (0.15, self._joined),
            (0.07, self._turned),
            (0.05, self._mirrored),
            (0.13, _texture),
            (0.02, _grain),
        )

    def draw(self, rng: np.random.Generator) -> DigitImage:
        """Gives one of them, (28, 28) uint8, ink 255 on 0."""
        shares = [share for share, _ in self._kinds]
        return self._kinds[rng.choice(len(shares), p=shares)][1](rng)

    def _letter(self, rng: np.random.Generator) -> DigitImage:
        return normalize_digit(draw_image(_one(self._letters, rng), _hand(rng)))

    def _mark(self, rng: np.random.Generator) -> DigitImage:
        mark = _MARKS[int(rng.integers(len(_MARKS)))]
        return normalize_digit(draw_mark(mark, _hand(rng), rng)[0])

    def _joined(self, rng: np.random.Generator) -> DigitImage:
        """Two or three digits that touch or overlap, side by side or one over the other."""
        hand = _hand(rng)
        glyphs = [draw_trace(_one(self._traces, rng), hand, rng) for _ in range(rng.integers(2, 4))]
        joined = glyphs[0]
        for glyph in glyphs[1:]:
            joined = _beside(joined, glyph, float(rng.uniform(-0.35, 0.15)))
        return normalize_digit(joined.T if rng.random() < 0.2 else joined)

    def _turned(self, rng: np.random.Generator) -> DigitImage:
        glyph = draw_trace(_one(self._turnable, rng), _hand(rng), rng)
        return normalize_digit(np.rot90(glyph, rng.choice([1, 3])))

    def _mirrored(self, rng: np.random.Generator) -> DigitImage:
        return normalize_digit(draw_trace(_one(self._mirrorable, rng), _hand(rng), rng)[:, ::-1])


def _scribble(rng: np.random.Generator) -> DigitImage:
    return normalize_digit(draw_scribble(_hand(rng).pen, rng))


def _one(things: tuple[Thing, ...], rng: np.random.Generator) -> Thing:
    return things[int(rng.integers(len(things)))]


def _hand(rng: np.random.Generator) -> Hand:
    pen = float(np.exp(rng.uniform(np.log(1.5), np.log(8.0))))
    return Hand(40.0, float(np.exp(rng.normal(0, 0.15))), float(rng.normal(0, 0.15)), 0.0, pen, 0.02)


def _beside(left: Glyph, right: Glyph, gap: float) -> Glyph:
    """Puts one glyph to the right of another, `gap` of its height apart, at most overlapping."""
    height = max(len(left), len(right))
    start = max(0, left.shape[1] + round(gap * height))
    joined = np.zeros((height, max(left.shape[1], start + right.shape[1])), dtype=np.uint8)
    for glyph, x in ((left, 0), (right, start)):
        y = (height - len(glyph)) // 2
        part = joined[y : y + len(glyph), x : x + glyph.shape[1]]
        np.maximum(part, glyph, out=part)
    return joined


def _texture(rng: np.random.Generator) -> DigitImage:
    """A blot or a patch with soft, striped or grainy grey levels, as photographed things have them."""
    rough = ndimage.gaussian_filter(rng.normal(0, 1, _SHAPE), rng.uniform(1.5, 6, 2))
    inside = rough > np.quantile(rough, rng.uniform(0.3, 0.85))
    if rng.random() < 0.6:
        inside &= _polygon(rng)
    elif rng.random() < 0.5:
        inside = _polygon(rng)
    levels = ndimage.gaussian_filter(rng.normal(0, 1, _SHAPE), rng.uniform(0.3, 4, 2))
    span = max(float(np.ptp(levels)), 1e-6)
    grey = rng.uniform(0.1, 1) + rng.uniform(0, 1) * (levels - levels.min()) / span
    image = np.clip(grey / grey.max(), 0, 1) * inside * INK
    return np.asarray(image, dtype=np.uint8)


def _polygon(rng: np.random.Generator) -> NDArray[np.bool_]:
    angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 9)))
    radius = rng.uniform(5, 16, len(angles))
    points = 14 + np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, None]
    picture = Image.new("L", _SHAPE)
    ImageDraw.Draw(picture).polygon([(float(x), float(y)) for x, y in points], fill=1)
    return np.asarray(np.asarray(picture) > 0)


def _grain(rng: np.random.Generator) -> DigitImage:
    """Noise, or nothing at all."""
    share = rng.uniform(0, 0.6) if rng.random() < 0.8 else 0.0
    grain = np.where(rng.random(_SHAPE) < share, rng.integers(0, INK + 1, _SHAPE), 0)
    return np.asarray(grain, dtype=np.uint8)
