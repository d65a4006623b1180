"""What is printed or written around a line: rules, form boxes, neighbours cut off by the crop.

Knows nothing about digits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inkdigits.training.lines.glyphs import Hand


def draw_rules(ink: NDArray[np.uint8], hand: Hand, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Gives an ink map with rules, boxes or cut-off neighbours added, in about half of all cases.

    Args:
        ink: (H, W) uint8, ink 255 on 0.
        hand: The line's.
        rng: Decides what and where.
    """
    if rng.random() < 0.45:
        return ink
    picture = Image.fromarray(ink.copy())
    drawing = ImageDraw.Draw(picture)
    height = ink.shape[0]
    strength = int(rng.uniform(60, 255))
    width = int(rng.choice([1, 1, 2, 3]))
    draw = rng.random()
    if draw < 0.55:
        _rule(drawing, picture.size, rng.uniform(0.82, 1.0) * height, strength, width, rng)
    if 0.35 < draw < 0.6:
        _rule(drawing, picture.size, rng.uniform(0, 0.15) * height, strength, width, rng)
    if 0.6 < draw < 0.68:
        _rule(drawing, picture.size, rng.uniform(0.3, 0.8) * height, strength // 2 + 40, 1, rng)
    if draw > 0.85:
        _boxes(drawing, picture.size, hand.height, strength, width, rng)
    if rng.random() < 0.3:
        _neighbours(drawing, picture.size, hand, rng)
    return np.asarray(np.maximum(np.asarray(picture), ink))


def _rule(
    drawing: ImageDraw.ImageDraw,
    size: tuple[int, int],
    y: float,
    strength: int,
    width: int,
    rng: np.random.Generator,
) -> None:
    """Draws a rule across, whole, dotted, or begun late."""
    fall = rng.normal(0, 0.012) * size[0]
    start = 0.0 if rng.random() < 0.8 else rng.uniform(0, 0.5) * size[0]
    if rng.random() < 0.85:
        drawing.line((start, y, size[0], y + fall), fill=strength, width=width)
        return
    step = int(rng.integers(3, 8))
    for x in range(int(start), size[0], step):
        drawing.line(
            (x, y + fall * x / size[0], x + step // 2, y + fall * x / size[0]), fill=strength, width=width
        )


def _boxes(
    drawing: ImageDraw.ImageDraw,
    size: tuple[int, int],
    body: float,
    strength: int,
    width: int,
    rng: np.random.Generator,
) -> None:
    """Draws a form: a box around, sometimes with a cell for each digit, sometimes only one upright."""
    draw = rng.random()
    if draw < 0.4:
        x = rng.choice([rng.uniform(0, 6), size[0] - rng.uniform(1, 6)])
        drawing.line((x, 0, x + rng.normal(0, 1), size[1]), fill=strength, width=width)
        return
    inset = rng.uniform(0, 0.06) * size[1]
    drawing.rectangle((inset, inset, size[0] - 1 - inset, size[1] - 1 - inset), outline=strength, width=width)
    if draw > 0.7:
        pitch, x = rng.uniform(0.8, 1.4) * body, inset
        while (x := x + pitch) < size[0]:
            drawing.line((x, inset, x, size[1] - inset), fill=max(40, strength // 2), width=1)


def _neighbours(
    drawing: ImageDraw.ImageDraw, size: tuple[int, int], hand: Hand, rng: np.random.Generator
) -> None:
    """Draws ends of other writing or print that reach a little into the crop from above or below."""
    below = rng.random() < 0.7
    reach = rng.uniform(0.04, 0.14) * size[1]
    printed = rng.random() < 0.5
    pen = 1 if printed else max(1, round(hand.pen))
    for _ in range(rng.integers(1, 9)):
        x, run = rng.uniform(0, size[0]), rng.normal(0, 3 if printed else 6)
        y = size[1] - reach * rng.uniform(0.4, 1) if below else reach * rng.uniform(0.4, 1)
        end = size[1] + 2 if below else -2
        drawing.line((x, y, x + run, end), fill=int(rng.uniform(120, 255)), width=pen)
