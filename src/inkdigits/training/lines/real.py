"""Real amount fields as training lines, each time stretched, slanted, cropped and lit otherwise.

Knows nothing about networks.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from inkdigits.arrays import Page
from inkdigits.data.amounts import AmountField
from inkdigits.training.lines.compose import ComposedLine

_PAD = 16  # pixels of repeated edge around a field, for crops wider than it and for slants


def vary(field: AmountField, rng: np.random.Generator) -> ComposedLine:
    """Gives a field as a new line, with its truth."""
    stretch, slant = math.exp(rng.normal(0, 0.14)), rng.normal(0, 0.1)
    size = rng.uniform(0.75, 1.25)
    across, down = size * stretch, size
    left, top, right, bottom = _crop(field, rng)
    out = (max(8, round((right - left) * across)), max(8, round((bottom - top) * down)))
    # Forward, from the middles: x = across u - slant down v, y = down v.
    middle_u, middle_v = (left + right) / 2, (top + bottom) / 2
    a, b, e = 1 / across, slant / across, 1 / down
    offset_u = middle_u - a * out[0] / 2 - b * out[1] / 2
    offset_v = middle_v - e * out[1] / 2
    padded = Image.fromarray(np.pad(field.page, _PAD, mode="edge"))
    moves = (a, b, offset_u + _PAD, 0.0, e, offset_v + _PAD)
    page = np.asarray(padded.transform(out, Image.Transform.AFFINE, moves, Image.Resampling.BICUBIC))
    middles = (field.boxes[:, :2] + field.boxes[:, 2:]) / 2
    y = (middles[:, 1] - middle_v) * down + out[1] / 2
    x = (middles[:, 0] - middle_u) * across - slant * (y - out[1] / 2) + out[0] / 2
    sides = field.boxes[:, 2:] - field.boxes[:, :2]
    half_width = (sides[:, 0] * across + 0.5 * abs(slant) * sides[:, 1] * down) / 2
    half_height = sides[:, 1] * down / 2
    boxes = np.stack([x - half_width, y - half_height, x + half_width, y + half_height], axis=1)
    labels = np.array([int(digit) for digit in field.text], dtype=np.uint8)
    order = np.argsort(x, kind="stable")
    return ComposedLine(_lit(page, rng), labels[order], boxes[order].astype(np.float32))


def _crop(field: AmountField, rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Gives another crop that still holds every digit, at most a little wider than the field."""
    height, width = field.page.shape
    low, high = field.boxes[:, :2].min(axis=0), field.boxes[:, 2:].max(axis=0)
    keep = rng.uniform(0, 1.3, 4) if rng.random() < 0.6 else np.ones(4)
    return (
        max(float(low[0]) * (1 - keep[0]), -_PAD / 2),
        max(float(low[1]) * (1 - keep[1]), -_PAD / 2),
        min(width + _PAD / 2, float(high[0]) + keep[2] * (width - float(high[0]))),
        min(height + _PAD / 2, float(high[1]) + keep[3] * (height - float(high[1]))),
    )


def _lit(page: Page, rng: np.random.Generator) -> Page:
    bent = 255 * (page.astype(np.float32) / 255) ** math.exp(rng.normal(0, 0.25))
    bent += rng.uniform(0, 6) * rng.standard_normal(page.shape, dtype=np.float32)
    picture = np.clip(bent, 0, 255).astype(np.uint8)
    return 255 - picture if rng.random() < 0.1 else picture
