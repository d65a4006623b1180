"""A pen: digits and marks as strokes of our own, and what they leave on paper.

Every coordinate was written for this file; no data set had a part in it. Knows nothing about pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Points = tuple[tuple[float, float], ...]
Strokes = tuple[Points, ...]

_RING = ((0.32, 0.02), (0.08, 0.2), (0.02, 0.5), (0.1, 0.85), (0.32, 0.98), (0.54, 0.82), (0.6, 0.5),
         (0.52, 0.16), (0.3, 0.02))  # fmt: skip
_SLIM_RING = ((0.35, 0.0), (0.14, 0.14), (0.06, 0.5), (0.14, 0.88), (0.3, 1.0), (0.46, 0.86), (0.52, 0.5),
              (0.46, 0.14), (0.28, 0.02))  # fmt: skip

DIGITS: dict[str, tuple[Strokes, ...]] = {
    "0": ((_RING,), (_SLIM_RING,)),
    "1": (
        (((0.3, 0.0), (0.28, 0.5), (0.26, 1.0)),),
        (((0.1, 0.24), (0.22, 0.14), (0.34, 0.0)), ((0.34, 0.0), (0.32, 0.5), (0.3, 1.0))),
    ),
    "2": (
        (
            ((0.06, 0.24), (0.14, 0.06), (0.34, 0.0), (0.54, 0.12), (0.5, 0.38), (0.28, 0.68), (0.04, 0.97)),
            ((0.04, 0.97), (0.3, 0.96), (0.6, 0.95)),
        ),
        (
            ((0.04, 0.2), (0.2, 0.02), (0.42, 0.02), (0.54, 0.2), (0.42, 0.5), (0.2, 0.78), (0.02, 1.0)),
            ((0.02, 1.0), (0.18, 0.93), (0.36, 0.98), (0.58, 0.96)),
        ),
    ),
    "3": (
        (((0.08, 0.1), (0.28, 0.0), (0.5, 0.1), (0.48, 0.32), (0.24, 0.46)),
         ((0.24, 0.46), (0.5, 0.54), (0.56, 0.76), (0.4, 0.96), (0.18, 1.0), (0.02, 0.88))),
        (((0.06, 0.04), (0.3, 0.02), (0.52, 0.03)), ((0.52, 0.03), (0.26, 0.42)),
         ((0.26, 0.42), (0.5, 0.5), (0.56, 0.74), (0.42, 0.95), (0.2, 1.0), (0.02, 0.9))),
    ),
    "4": (
        (((0.16, 0.02), (0.1, 0.3), (0.04, 0.56)), ((0.04, 0.56), (0.3, 0.55), (0.62, 0.52)),
         ((0.48, 0.1), (0.46, 0.55), (0.44, 1.0))),
        (((0.42, 0.0), (0.2, 0.34), (0.0, 0.66)), ((0.0, 0.66), (0.3, 0.66), (0.62, 0.64)),
         ((0.42, 0.0), (0.42, 0.5), (0.42, 1.0))),
    ),
    "5": (
        (((0.14, 0.02), (0.12, 0.22), (0.1, 0.42)),
         ((0.1, 0.42), (0.32, 0.36), (0.54, 0.52), (0.54, 0.8), (0.34, 0.98), (0.04, 0.94)),
         ((0.14, 0.02), (0.34, 0.02), (0.56, 0.0))),
        (((0.1, 0.04), (0.08, 0.44)),
         ((0.08, 0.44), (0.34, 0.4), (0.52, 0.58), (0.5, 0.84), (0.28, 1.0), (0.02, 0.9)),
         ((0.1, 0.04), (0.3, 0.05), (0.54, 0.03))),
    ),
    "6": (
        (((0.46, 0.0), (0.22, 0.2), (0.06, 0.5), (0.06, 0.8), (0.24, 1.0), (0.46, 0.94), (0.54, 0.72),
          (0.4, 0.54), (0.18, 0.6), (0.07, 0.76)),),
        (((0.4, 0.02), (0.16, 0.3), (0.04, 0.62), (0.12, 0.92), (0.32, 1.0), (0.52, 0.86), (0.5, 0.62),
          (0.3, 0.52), (0.08, 0.66)),),
    ),
    "7": (
        (((0.04, 0.04), (0.3, 0.04), (0.56, 0.02)), ((0.56, 0.02), (0.38, 0.44), (0.24, 1.0))),
        (((0.02, 0.06), (0.3, 0.03), (0.58, 0.03)), ((0.58, 0.03), (0.36, 0.5), (0.22, 1.0)),
         ((0.2, 0.52), (0.36, 0.5), (0.54, 0.5))),
    ),
    "8": (
        (((0.32, 0.48), (0.1, 0.34), (0.12, 0.08), (0.32, 0.0), (0.52, 0.1), (0.52, 0.32), (0.3, 0.5),
          (0.06, 0.7), (0.1, 0.94), (0.32, 1.0), (0.54, 0.92), (0.56, 0.68), (0.32, 0.48)),),
        (((0.5, 0.12), (0.3, 0.0), (0.1, 0.14), (0.16, 0.38), (0.44, 0.58), (0.52, 0.84), (0.3, 1.0),
          (0.08, 0.84), (0.16, 0.6), (0.44, 0.38), (0.5, 0.12)),),
    ),
    "9": (
        (((0.52, 0.22), (0.34, 0.02), (0.12, 0.12), (0.08, 0.36), (0.26, 0.5), (0.46, 0.4), (0.53, 0.2)),
         ((0.53, 0.2), (0.5, 0.6), (0.44, 1.0))),
        (((0.5, 0.14), (0.28, 0.0), (0.08, 0.18), (0.12, 0.44), (0.34, 0.48), (0.5, 0.3), (0.5, 0.12)),
         ((0.5, 0.12), (0.5, 0.5), (0.38, 0.86), (0.18, 1.0))),
    ),
}  # fmt: skip
"""Ways to write each digit: strokes through points in a box about 0.6 wide and 1 high, y down."""

MARKS: dict[str, Strokes] = {
    ".": (((0.1, 0.96), (0.11, 0.97)),),
    ",": (((0.12, 0.92), (0.1, 1.02), (0.04, 1.12)),),
    "-": (((0.05, 0.52), (0.4, 0.5)),),
    "/": (((0.5, -0.12), (0.0, 1.12)),),
    "(": (((0.3, -0.1), (0.08, 0.2), (0.02, 0.5), (0.08, 0.82), (0.28, 1.1)),),
    ")": (((0.0, -0.1), (0.22, 0.2), (0.28, 0.5), (0.22, 0.82), (0.02, 1.1)),),
    "[": (((0.24, -0.06), (0.02, -0.05), (0.0, 1.05), (0.22, 1.06)),),
    "]": (((0.0, -0.06), (0.22, -0.05), (0.24, 1.05), (0.02, 1.06)),),
    "!": (((0.08, -0.05), (0.06, 0.68)), ((0.05, 0.94), (0.06, 0.98))),
    "%": (((0.16, 0.06), (0.02, 0.16), (0.08, 0.34), (0.26, 0.28), (0.26, 0.1), (0.14, 0.06)),
          ((0.64, 0.0), (0.1, 1.0)),
          ((0.58, 0.66), (0.44, 0.78), (0.5, 0.96), (0.68, 0.9), (0.7, 0.72), (0.56, 0.66))),
    "$": (((0.5, 0.2), (0.3, 0.08), (0.08, 0.2), (0.14, 0.42), (0.4, 0.52), (0.52, 0.72), (0.36, 0.92),
           (0.06, 0.82)), ((0.28, -0.1), (0.28, 1.1))),
    "€": (((0.62, 0.14), (0.4, 0.02), (0.18, 0.2), (0.12, 0.5), (0.2, 0.84), (0.42, 0.98), (0.62, 0.86)),
          ((0.0, 0.42), (0.46, 0.4)), ((0.0, 0.6), (0.42, 0.58))),
    "Ø": (_RING, ((0.23, 0.62), (0.41, 0.38))),
    "A": (((0.0, 1.0), (0.3, 0.0), (0.6, 1.0)), ((0.12, 0.64), (0.48, 0.64))),
    "E": (((0.5, 0.0), (0.06, 0.0), (0.06, 1.0), (0.52, 1.0)), ((0.06, 0.48), (0.42, 0.48))),
    "H": (((0.04, 0.0), (0.04, 1.0)), ((0.56, 0.0), (0.56, 1.0)), ((0.04, 0.5), (0.56, 0.5))),
    "K": (((0.06, 0.0), (0.06, 1.0)), ((0.54, 0.0), (0.06, 0.55)), ((0.2, 0.42), (0.58, 1.0))),
    "M": (((0.0, 1.0), (0.06, 0.0)), ((0.06, 0.0), (0.36, 0.7)), ((0.36, 0.7), (0.66, 0.0)),
          ((0.66, 0.0), (0.74, 1.0))),
    "R": (((0.06, 1.0), (0.06, 0.0)), ((0.06, 0.02), (0.44, 0.06), (0.48, 0.34), (0.08, 0.5)),
          ((0.16, 0.5), (0.56, 1.0))),
    "W": (((0.0, 0.0), (0.16, 1.0)), ((0.16, 1.0), (0.36, 0.3)), ((0.36, 0.3), (0.56, 1.0)),
          ((0.56, 1.0), (0.74, 0.0))),
}  # fmt: skip
"""What is no digit."""


@dataclass(frozen=True)
class Hand:
    """How somebody writes.

    Attributes:
        height: Of a digit, in pixels.
        width: Of the pen's line, in parts of the height.
        slant: To the right, in degrees.
        gap: Between digits, in parts of the height; below 0 they overlap.
        shake: How far points stray, in parts of the height.
        breaks: Whether strokes of one digit are kept apart where they should meet.
    """

    height: float = 60
    width: float = 0.09
    slant: float = 4
    gap: float = 0.22
    shake: float = 0.012
    breaks: bool = False


FINE = 4  # drawn this much larger, then reduced, for even edges


def write(text: str, hand: Hand, random: np.random.Generator) -> NDArray[np.float32]:
    """Gives the ink of one word.

    Args:
        text: Of `DIGITS`, `MARKS` and spaces.
        hand: How it is written.
        random: Chooses variants and strays.

    Returns:
        (h, w) float32 of 0 to 1, a margin of a quarter of the height around it.
    """
    margin, x, traces = 0.35, 0.35, []
    for sign in text:
        if sign == " ":
            x += 0.7
            continue
        strokes = MARKS[sign] if sign in MARKS else DIGITS[sign][int(random.integers(len(DIGITS[sign])))]
        placed = [_slanted(_strayed(points, hand, random), hand, x, margin) for points in strokes]
        traces += [_shortened(points) if hand.breaks and len(strokes) > 1 else points for points in placed]
        wide = max(point[0] for points in strokes for point in points)
        x += wide + max(hand.gap, 0.12 if sign in ".,-" else hand.gap) + float(random.uniform(-0.02, 0.02))
    lean = np.tan(np.radians(abs(hand.slant)))
    size = ((x + margin + lean) * hand.height, (1 + 2 * margin) * hand.height)
    left = min(0.0, min((point[0] for points in traces for point in points), default=0) - margin)
    return _drawn([points - [left, 0] for points in traces], replace(hand), size)


def _strayed(points: Points, hand: Hand, random: np.random.Generator) -> NDArray[np.float64]:
    placed = np.array(points, dtype=np.float64)
    return placed + random.normal(0, hand.shake, placed.shape)


def _slanted(points: NDArray[np.float64], hand: Hand, x: float, y: float) -> NDArray[np.float64]:
    lean = (1 - points[:, 1]) * np.tan(np.radians(hand.slant))
    return np.stack([points[:, 0] + lean + x, points[:, 1] + y], axis=1)


def _shortened(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leaves a gap at the start of a stroke."""
    start = points[0] + 0.3 * (points[1] - points[0]) / max(np.linalg.norm(points[1] - points[0]), 0.3)
    return np.concatenate([[start], points[1:]])


def curve(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gives many points on a smooth curve through a few (Catmull and Rom's)."""
    if len(points) == 2:
        return points
    ends = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False)
    ]
    return np.concatenate([*parts, points[-1:]])


def _drawn(traces: list[NDArray[np.float64]], hand: Hand, size: tuple[float, float]) -> NDArray[np.float32]:
    width, height = (max(1, round(side)) for side in size)
    ink = Image.new("L", (width * FINE, height * FINE))
    pen = ImageDraw.Draw(ink)
    thick = max(hand.width * hand.height * FINE, 2)
    for points in traces:
        path = [tuple(point * hand.height * FINE) for point in curve(points)]
        pen.line(path, fill=255, width=round(thick))
        for x, y in path:
            pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255)
    return np.asarray(ink.reduce(FINE), dtype=np.float32) / np.float32(255)
