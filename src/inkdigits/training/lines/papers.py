"""Papers that lines stand on: plain, grainy, lined, squared, and printed as bank paper is.

Knows nothing about ink.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

HEIGHT, WIDTH = 128, 768
"""Size of a paper in a stock, in pixels."""

Texture = NDArray[np.float32]
"""(H, W) float32, mean 0, about 1 from print to paper; darker is lower."""


def make_papers(count: int, rng: np.random.Generator) -> NDArray[np.int8]:
    """Gives a stock of papers, (count, 128, 768) int8, mean 0, 64 from print to paper."""
    kinds = rng.choice(len(_KINDS), size=count, p=_SHARES)
    return np.stack([np.clip(np.round(64 * _KINDS[kind](rng)), -127, 127).astype(np.int8) for kind in kinds])


def take_paper(papers: NDArray[np.int8], size: tuple[int, int], rng: np.random.Generator) -> Texture:
    """Gives a piece of one of the papers, (height, width) float32, at a random scale."""
    paper = papers[rng.integers(len(papers))]
    zoom = rng.uniform(0.7, 1.7)
    height, width = (
        min(limit, max(2, round(side / zoom))) for limit, side in zip((HEIGHT, WIDTH), size, strict=True)
    )
    top, left = rng.integers(HEIGHT - height + 1), rng.integers(WIDTH - width + 1)
    piece = paper[top : top + height, left : left + width][:: rng.choice([-1, 1]), :: rng.choice([-1, 1])]
    picture = Image.fromarray((piece.astype(np.int16) + 128).astype(np.uint8))
    resized = picture.resize((size[1], size[0]), Image.Resampling.BILINEAR)
    return np.asarray((np.asarray(resized, dtype=np.float32) - 128) / 64, dtype=np.float32)


def _grid() -> tuple[Texture, Texture]:
    rows, columns = np.indices((HEIGHT, WIDTH), dtype=np.float32)
    return rows, columns


def _grain(rng: np.random.Generator) -> Texture:
    sigma = rng.choice([0.5, 0.8, 1.2, 2.0])
    noise = ndimage.gaussian_filter(rng.standard_normal((HEIGHT, WIDTH), dtype=np.float32), sigma)
    return np.asarray(noise / (3 * noise.std()))


def _lines(rng: np.random.Generator, angle: float, period: float, sway: float) -> Texture:
    """Gives a family of thin swaying parallels, -1 on a line and 0 between."""
    rows, columns = _grid()
    along = np.cos(angle) * columns + np.sin(angle) * rows
    across = -np.sin(angle) * columns + np.cos(angle) * rows
    swing = sway * period * np.sin(2 * np.pi * along / rng.uniform(30, 160) + rng.uniform(0, 6))
    bend = rng.normal(0, 0.0006) * (along - rng.uniform(0, WIDTH)) ** 2
    wave = np.cos(2 * np.pi * (across + swing + bend) / period)
    return np.asarray(-(np.clip(wave, 0, 1) ** rng.choice([1, 2, 4, 8])), dtype=np.float32)


def _guilloche(rng: np.random.Generator) -> Texture:
    families = [
        _lines(rng, rng.uniform(0, np.pi), rng.uniform(4, 16), rng.uniform(0, 1.5))
        for _ in range(rng.integers(1, 4))
    ]
    return _centred(sum(families, start=np.zeros((HEIGHT, WIDTH), np.float32)), rng)


def _waves(rng: np.random.Generator) -> Texture:
    return _centred(_lines(rng, rng.normal(0, 0.08), rng.uniform(3, 8), rng.uniform(0, 0.6)), rng)


def _weave(rng: np.random.Generator) -> Texture:
    angle, period = rng.uniform(0, np.pi), rng.uniform(2.5, 6)
    first = _lines(rng, angle, period, 0.1)
    second = _lines(rng, angle + np.pi / 2, period * rng.uniform(0.8, 1.3), 0.1)
    return _centred(first * second + 0.5 * _grain(rng), rng)


def _ruled(rng: np.random.Generator) -> Texture:
    """Lined or squared paper, a little turned."""
    rows, columns = _grid()
    turn, period, width = rng.normal(0, 0.02), rng.uniform(16, 60), rng.uniform(0.5, 1.3)
    squared = rng.random() < 0.6
    lines = np.zeros((HEIGHT, WIDTH), np.float32)
    for place in (rows + turn * columns, columns - turn * rows)[: 1 + squared]:
        off = np.abs((place + rng.uniform(0, period)) % period - period / 2)
        lines = np.minimum(lines, -np.clip(width + 0.5 - off, 0, 1))
    return lines - np.float32(lines.mean())


def _plain(rng: np.random.Generator) -> Texture:
    return 0.15 * _grain(rng)


def _centred(texture: Texture, rng: np.random.Generator) -> Texture:
    texture = texture + rng.uniform(0, 0.5) * _grain(rng)
    return np.asarray((texture - texture.mean()) / max(float(np.ptp(texture)), 1e-6) * 1.6, dtype=np.float32)


_KINDS: tuple[Callable[[np.random.Generator], Texture], ...] = (
    _plain,
    _grain,
    _guilloche,
    _waves,
    _weave,
    _ruled,
)
_SHARES = (0.12, 0.16, 0.32, 0.16, 0.12, 0.12)
