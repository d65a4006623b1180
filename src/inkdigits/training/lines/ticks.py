"""Fives written as a tick with a bar beside it, √‾: pen traces of our own, since no source of ours has any.

Many hands in South America write them so; taken for a mark and passed over, they cost an amount a digit.
Knows nothing about lines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.strokes import PenTrace

_WRITER = 0
_POINTS = 8  # of each straight part


def draw_tick_fives(count: int, rng: np.random.Generator) -> tuple[PenTrace, ...]:
    """Gives so many, no two alike, each one high from its upper left corner."""
    return tuple(_tick_five(rng) for _ in range(count))


def _tick_five(rng: np.random.Generator) -> PenTrace:
    start = (0.0, rng.uniform(0.05, 0.65))
    foot = (rng.uniform(0.05, 0.25), 1.0)
    top = (foot[0] + rng.uniform(0.12, 0.4), rng.uniform(0.0, 0.15))
    away = rng.uniform(-0.08, 0.12)
    bar = (top[0] + away, top[1] + rng.uniform(-0.1, 0.06))
    end = (bar[0] + rng.uniform(0.2, 0.6), bar[1] + rng.uniform(-0.1, 0.1))
    tick = np.concatenate([_bow(start, foot, rng), _bow(foot, top, rng)])
    strokes = [tick, _bow(bar, end, rng)]
    low = np.min([stroke.min(axis=0) for stroke in strokes], axis=0)
    high = max(stroke[:, 1].max() for stroke in strokes) - low[1]
    return PenTrace(5, _WRITER, tuple(((stroke - low) / high).astype(np.float32) for stroke in strokes))


def _bow(
    start: tuple[float, float], end: tuple[float, float], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Gives the points of a line that is a little bent, (8, 2)."""
    one, other = np.array(start), np.array(end)
    across = np.array([one[1] - other[1], other[0] - one[0]]) * rng.normal(0, 0.07)
    along = np.linspace(0, 1, _POINTS)[:, None]
    points: NDArray[np.float64] = one + (other - one) * along + across * 4 * along * (1 - along)
    return points
