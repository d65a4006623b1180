"""From ink and paper to a picture: light, contrast, blur, noise, compression, few pixels.

Knows nothing about what the ink says.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from inkdigits.arrays import Page
from inkdigits.training.lines.papers import Texture, take_paper


def take_picture(ink: NDArray[np.uint8], papers: NDArray[np.int8], rng: np.random.Generator) -> Page:
    """Gives a grey picture of ink on a random paper.

    Args:
        ink: (H, W) uint8, ink 255 on 0.
        papers: A stock, as `make_papers` gives it.
        rng: Decides everything.

    Returns:
        (H, W) uint8; mostly dark ink on light paper, sometimes the other way round.
    """
    level, depth = _contrast(rng)
    print_depth = depth * rng.uniform(0, 0.75) ** 1.5
    page = level + print_depth * take_paper(papers, ink.shape, rng)
    page += _shade(ink.shape, rng) * min(0.6 * depth, 40.0)
    page -= (depth / 255) * _uneven(ink, rng)
    picture = _seen(page, depth, rng)
    return 255 - picture if rng.random() < 0.15 else picture


def _contrast(rng: np.random.Generator) -> tuple[float, float]:
    """Gives the paper's level and how far ink stands out from it, in grey levels."""
    level = rng.uniform(120, 250)
    faint = rng.random() < 0.15
    depth = rng.uniform(22, 60) if faint else rng.uniform(50, 235)
    return level, min(depth, level - 4)


def _shade(shape: tuple[int, int], rng: np.random.Generator) -> Texture:
    """Gives uneven light, within about -1 to 1: a slope, and sometimes the edge of another paper."""
    rows = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    slope = rng.normal(0, 0.25) * rows + rng.normal(0, 0.4) * columns
    if rng.random() < 0.05:
        edge = rows + rng.normal(0, 0.1) * columns if rng.random() < 0.6 else columns + 0 * rows
        slope = slope + rng.choice([-0.7, 0.7]) * (edge > rng.uniform(-1, 1))
    return np.asarray(slope, dtype=np.float32)


def _uneven(ink: NDArray[np.uint8], rng: np.random.Generator) -> Texture:
    """Gives ink as a pen leaves it: sometimes paler in places, sometimes with holes."""
    draw = rng.random()
    if draw < 0.6:
        return ink.astype(np.float32)
    small = rng.random((ink.shape[0] // 3 + 1, ink.shape[1] // 3 + 1), dtype=np.float32)
    if draw < 0.9:
        small = 1 - rng.uniform(0.1, 0.7) * small
    else:
        small = (small > rng.uniform(0.1, 0.35)).astype(np.float32)
    field = Image.fromarray(small).resize(ink.shape[::-1], Image.Resampling.BILINEAR)
    return np.asarray(ink * np.asarray(field))


def _seen(page: Texture, depth: float, rng: np.random.Generator) -> Page:
    """Gives what a lens, a sensor and a file make of a page."""
    noise = depth * (rng.uniform(0, 0.05) if rng.random() < 0.8 else rng.uniform(0.05, 0.16))
    blur = rng.uniform(0, 0.5) if rng.random() < 0.6 else rng.uniform(0.5, 1.3)
    if rng.random() < 0.5:
        page = page + noise * rng.standard_normal(page.shape, dtype=np.float32)
    picture = Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))
    if blur > 0.25:
        picture = picture.filter(ImageFilter.GaussianBlur(blur))
    if rng.random() < 0.5:
        noisy = np.asarray(picture, dtype=np.float32) + 0.6 * noise * rng.standard_normal(
            page.shape, np.float32
        )
        picture = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
    if rng.random() < 0.5:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=int(rng.integers(25, 92)))
        picture = Image.open(buffer)
    return np.asarray(picture)
