"""How a hand draws what lines are composed from: digit images, pen traces, letters.

Knows nothing about where on a line a glyph goes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inkdigits.data.strokes import PenTrace

Glyph = NDArray[np.uint8]
"""(h, w) uint8, ink 255 on 0, cut to its ink."""

EDGE = 60
"""Ink from which a pixel belongs to a glyph's box."""

_OVERSAMPLING = 2


@dataclass(frozen=True)
class Hand:
    """How one digit is drawn.

    Attributes:
        height: Of its body, in pixels.
        aspect: Its width is stretched by this.
        slant: Tangent of the angle by which uprights lean to the right.
        turn: Tangent of the angle by which the base falls to the right.
        pen: Width of the stroke, in pixels.
        wobble: How far a stroke strays, as part of the height.
    """

    height: float
    aspect: float
    slant: float
    turn: float
    pen: float
    wobble: float


def cut(ink: NDArray[np.uint8]) -> Glyph:
    """Gives the part of an ink map that holds its ink; one bare pixel if there is none."""
    dark = ink > EDGE
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not len(rows):
        return np.zeros((1, 1), dtype=np.uint8)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def draw_image(image: Glyph, hand: Hand) -> Glyph:
    """Draws a glyph that is an image; its strokes grow or shrink towards the hand's pen."""
    rows, columns = image.shape
    scale = hand.height / max(rows, columns * 0.6, 1)
    across, down = scale * hand.aspect, scale
    width = math.ceil(columns * across + abs(hand.slant) * rows * down) + 6
    height = math.ceil(rows * down + abs(hand.turn) * columns * across) + 6
    # Forward: x = across u - slant down v, y = turn across u + down v, both from the middle.
    determinant = across * down * (1 + hand.slant * hand.turn)
    a, b = down / determinant, hand.slant * down / determinant
    c, d = -hand.turn * across / determinant, across / determinant
    middle_x, middle_y = width / 2, height / 2
    moves = (
        a,
        b,
        columns / 2 - a * middle_x - b * middle_y,
        c,
        d,
        rows / 2 - c * middle_x - d * middle_y,
    )
    picture = Image.fromarray(np.pad(image, 2)).transform(
        (width, height),
        Image.Transform.AFFINE,
        (a, b, moves[2] + 2, c, d, moves[5] + 2),
        Image.Resampling.BICUBIC,
    )
    return cut(_repenned(np.asarray(picture), hand, scale))


def draw_trace(trace: PenTrace, hand: Hand, rng: np.random.Generator) -> Glyph:
    """Draws a pen trace with a round pen."""
    factor = _OVERSAMPLING
    strokes = [_bent(stroke, hand, rng) * factor for stroke in trace.strokes]
    pen = max(1, round(hand.pen * factor))
    low = np.min([stroke.min(axis=0) for stroke in strokes], axis=0) - pen - 2
    high = np.max([stroke.max(axis=0) for stroke in strokes], axis=0) + pen + 2
    size = np.ceil((high - low) / factor).astype(int) * factor
    picture = Image.new("L", (int(size[0]), int(size[1])))
    draw_strokes(ImageDraw.Draw(picture), [stroke - low for stroke in strokes], pen)
    return cut(np.asarray(picture.reduce(factor)))


def draw_strokes(drawing: ImageDraw.ImageDraw, strokes: list[NDArray[np.float64]], pen: int) -> None:
    """Draws strokes with round ends, full ink."""
    radius = pen / 2
    for stroke in strokes:
        points = stroke.ravel().tolist()
        drawing.line(points, fill=255, width=pen, joint="curve" if pen > 4 else None)
        if pen > 2:
            for x, y in (stroke[0], stroke[-1]):
                drawing.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _bent(stroke: NDArray[np.float32], hand: Hand, rng: np.random.Generator) -> NDArray[np.float64]:
    """Gives a stroke's points in pixels: strayed, stretched, leaning, turned."""
    x, y = stroke[:, 0].astype(np.float64), stroke[:, 1].astype(np.float64)
    phases = rng.uniform(0, 2 * np.pi, 2)
    x = x + hand.wobble * np.sin(rng.uniform(2, 6) * y + phases[0])
    y = y + hand.wobble * np.sin(rng.uniform(2, 6) * x + phases[1])
    x, y = x * hand.height * hand.aspect, y * hand.height
    return np.stack([x - hand.slant * y, y + hand.turn * x], axis=1)


def _repenned(ink: NDArray[np.uint8], hand: Hand, scale: float) -> NDArray[np.uint8]:
    """Moves the edges of strokes outward or inward by a share of the pen's difference from MNIST's."""
    usual = 2.4 * scale  # a stroke of MNIST's is about so wide in an image of its size
    outward = np.clip((hand.pen - usual) / 2, -0.45 * scale, 0.6 * scale)
    gain = max(1.0, 0.8 * scale)
    shift = 120.0 * outward / scale
    values = np.clip((np.arange(256) - 128.0 + shift) * gain + 128, 0, 255)
    values[:12] = 0
    return np.asarray(values.astype(np.uint8)[ink])
