"""Ways of writing a digit that no source of ours has, as pen traces of our own.

Fives that are a tick with a bar beside it, √‾; ones with a long way up to them, or a loop; twos that begin
with a loop; open fours with a long upright, or a long first stroke; sevens that are a stem with a bar through
it; nines that look the other way, as a Greek rho. Hands in South America write all of them. A reader that
never saw them passes the glyph over or takes it for another digit. Which ways these are was seen in what a
reader before got wrong of the check amounts; see docs/log.md.

Knows nothing about lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from inkdigits.data.strokes import PenTrace

_WRITER = 0
_POINTS = 8  # of each straight part
_CURVE = 28  # points of a curve
_JITTER = 0.035  # of a curve's corners, in heights

_Point = tuple[float, float]
_Stroke = NDArray[np.float64]


def draw_shapes(count: int, rng: np.random.Generator) -> tuple[tuple[PenTrace, ...], ...]:
    """Gives so many of each of these ways, no two alike; each way is one digit's."""
    return tuple(tuple(_trace(digit, shape(rng)) for _ in range(count)) for digit, shape in _SHAPES)


def _trace(digit: int, strokes: Sequence[NDArray[np.floating]]) -> PenTrace:
    """Gives strokes as a trace: 1 high, from its upper left corner."""
    low = np.min([stroke.min(axis=0) for stroke in strokes], axis=0)
    high = max(float(stroke[:, 1].max()) for stroke in strokes) - low[1]
    return PenTrace(digit, _WRITER, tuple(((stroke - low) / high).astype(np.float32) for stroke in strokes))


def _tick_five(rng: np.random.Generator) -> list[_Stroke]:
    start = (0.0, rng.uniform(0.05, 0.65))
    foot = (rng.uniform(0.05, 0.25), 1.0)
    top = (foot[0] + rng.uniform(0.12, 0.4), rng.uniform(0.0, 0.15))
    away = rng.uniform(-0.08, 0.12)
    bar = (top[0] + away, top[1] + rng.uniform(-0.1, 0.06))
    end = (bar[0] + rng.uniform(0.2, 0.6), bar[1] + rng.uniform(-0.1, 0.1))
    tick = np.concatenate([_bow(start, foot, rng), _bow(foot, top, rng)])
    return [tick, _bow(bar, end, rng)]


def _led_one(rng: np.random.Generator) -> list[_Stroke]:
    start = (-rng.uniform(0.2, 0.6), rng.uniform(0.3, 0.95))
    down = _bow((0.0, 0.0), (rng.uniform(-0.1, 0.1), 1.0), rng)
    return [np.concatenate([_bow(start, (0.0, 0.0), rng), down]), *_foot(rng)]


def _looped_one(rng: np.random.Generator) -> list[_Stroke]:
    """With a loop so narrow that it is no nine."""
    start, wide = rng.uniform(0.55, 0.95), rng.uniform(0.03, 0.09)
    corners = [(-rng.uniform(0.3, 0.5), start), (0.0, 0.35), (wide, 0.06), (0.0, 0.04), (-0.04, 0.35)]
    return [_curve([*corners, (rng.uniform(-0.12, 0.06), 1.0)], rng, jitter=0.01), *_foot(rng)]


def _foot(rng: np.random.Generator) -> list[_Stroke]:
    """Gives the bar under a one, which few write."""
    if rng.random() < 0.85:
        return []
    return [_bow((-rng.uniform(0.1, 0.3), 1.0), (rng.uniform(0.15, 0.4), rng.uniform(0.95, 1.02)), rng)]


def _looped_two(rng: np.random.Generator) -> list[_Stroke]:
    inner, low = rng.uniform(0.25, 0.6), rng.uniform(0.3, 0.5)
    loop = [(inner, low), (0.15, low), (0.03, 0.18), (0.4, 0.0), (0.8, 0.2)]
    return [_curve([*loop, (0.6, 0.6), (0.15, 0.95), (0.45, 0.9), (rng.uniform(0.8, 1.1), 1.0)], rng)]


def _open_four(rng: np.random.Generator) -> list[_Stroke]:
    upright = rng.uniform(0.4, 0.75)
    low = rng.uniform(0.4, 0.65)
    corners = [
        (rng.uniform(0.0, 0.2), rng.uniform(0.0, 0.2)),
        (rng.uniform(-0.05, 0.12), low),
        (rng.uniform(0.6, 0.95), low + rng.uniform(-0.12, 0.04)),
    ]
    bent = _curve(corners, rng) if rng.random() < 0.5 else _broken(corners, rng)
    top = (upright + rng.uniform(-0.05, 0.15), rng.uniform(-0.05, 0.4))
    return [bent, _bow(top, (upright + rng.uniform(-0.2, 0.05), 1.0), rng)]


def _tall_four(rng: np.random.Generator) -> list[_Stroke]:
    """Open, its first stroke coming down from far above the upright, as an L."""
    low = rng.uniform(0.6, 0.8)
    corners = [
        (rng.uniform(0.05, 0.4), 0.0),
        (rng.uniform(-0.05, 0.1), low),
        (rng.uniform(0.35, 0.65), low + rng.uniform(-0.12, 0.04)),
    ]
    upright = rng.uniform(0.25, 0.5)
    return [
        _broken(corners, rng),
        _bow((upright, low - rng.uniform(0.1, 0.3)), (upright + rng.uniform(-0.15, 0.05), 1.0), rng),
    ]


def _crossed_seven(rng: np.random.Generator) -> list[_Stroke]:
    """With a long bar through it and hardly a top, as a plus or a t."""
    lean, flag = rng.uniform(0.0, 0.3), rng.uniform(0.0, 0.35)
    start = (lean - flag, rng.uniform(0.02, 0.18))
    stem = np.concatenate([_bow(start, (lean, 0.0), rng), _bow((lean, 0.0), (0.0, 1.0), rng)])
    level, middle = rng.uniform(0.35, 0.6), lean / 2
    bar = _bow(
        (middle - rng.uniform(0.15, 0.4), level + rng.uniform(-0.05, 0.1)),
        (middle + rng.uniform(0.2, 0.5), level + rng.uniform(-0.1, 0.05)),
        rng,
    )
    return [stem, bar]


def _rho_nine(rng: np.random.Generator) -> list[_Stroke]:
    """A stem with a bowl at its right."""
    stem = _bow((rng.uniform(0.0, 0.2), rng.uniform(0.0, 0.1)), (rng.uniform(-0.15, 0.1), 1.0), rng)
    wide, low = rng.uniform(0.35, 0.65), rng.uniform(0.35, 0.55)
    bowl = [(0.05, 0.12), (wide * 0.6, 0.0), (wide, low * 0.45), (wide * 0.6, low), (0.05, low)]
    return [stem, _curve(bowl, rng)]


def _eyed_nine(rng: np.random.Generator) -> list[_Stroke]:
    """In one go, as an e whose end goes on down."""
    wide, low = rng.uniform(0.35, 0.6), rng.uniform(0.3, 0.5)
    eye = [(0.02, low), (wide * 0.8, low * 0.8), (wide * 0.9, 0.1), (wide * 0.45, 0.0), (0.05, low * 0.6)]
    return [_curve([*eye, (0.02, 0.65), (rng.uniform(-0.1, 0.3), 1.0)], rng)]


_SHAPES: tuple[tuple[int, Callable[[np.random.Generator], list[_Stroke]]], ...] = (
    (1, _led_one),
    (1, _looped_one),
    (2, _looped_two),
    (4, _open_four),
    (4, _tall_four),
    (5, _tick_five),
    (7, _crossed_seven),
    (9, _rho_nine),
    (9, _eyed_nine),
)


def _bow(start: _Point, end: _Point, rng: np.random.Generator) -> _Stroke:
    """Gives the points of a line that is a little bent, (8, 2)."""
    one, other = np.array(start), np.array(end)
    across = np.array([one[1] - other[1], other[0] - one[0]]) * rng.normal(0, 0.07)
    along = np.linspace(0, 1, _POINTS)[:, None]
    points: _Stroke = one + (other - one) * along + across * 4 * along * (1 - along)
    return points


def _broken(corners: Sequence[_Point], rng: np.random.Generator) -> _Stroke:
    """Gives the points of lines from corner to corner."""
    return np.concatenate([_bow(one, other, rng) for one, other in pairwise(corners)])


def _curve(corners: Sequence[_Point], rng: np.random.Generator, jitter: float = _JITTER) -> _Stroke:
    """Gives the points of a smooth curve through corners, each a little off its place."""
    through = np.array(corners) + rng.normal(0, jitter, (len(corners), 2))
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(through, axis=0).T) ** 0.5)])
    points: _Stroke = CubicSpline(steps, through)(np.linspace(0, steps[-1], _CURVE))
    return points
