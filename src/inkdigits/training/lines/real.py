"""Real amount fields as training lines: moved, bent, cropped, lit otherwise, parted and joined anew.

Their digits that stand apart can be composed with as well.

Knows nothing about networks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image
from scipy import ndimage

from inkdigits.arrays import CLASSES, Page
from inkdigits.data.amounts import AmountField
from inkdigits.images.ink import ink_map
from inkdigits.training.lines.compose import ComposedLine
from inkdigits.training.lines.glyphs import EDGE, Glyph, cut
from inkdigits.training.lines.warp import bend, change_pen

_BENT, _REPENNED = 0.6, 0.4  # shares of the lines that are bent, and written with another pen
_PAD = 16  # pixels of repeated edge around a field, for crops wider than it and for slants
_APART = -1.0  # pixels between boxes of digits at which a field is parted; boxes are a little generous
_AROUND = np.array([-2, -2, 2, 2])  # pixels by which a digit's ink may lie outside its box
_WITHIN = 0.9  # share of a connected region that lies in a digit's box if the region is the digit's


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
    if rng.random() < _BENT:
        page = bend(page, float(np.median(sides[:, 1])) * down, rng)
    if rng.random() < _REPENNED:
        page = change_pen(page, rng)
    return ComposedLine(_lit(page, rng), labels[order], boxes[order].astype(np.float32))


def spliced(fields: Sequence[AmountField], rng: np.random.Generator) -> AmountField:
    """Joins the beginning of one field with the end of another, between digits that stand apart.

    Args:
        fields: To choose from; at least one.
        rng: Chooses.

    Returns:
        A field of both, the second's digits as high as the first's and on its base line; one field as it
        is where the chosen ones leave no place to part them.
    """
    one, other = (fields[int(rng.integers(len(fields)))] for _ in range(2))
    parts, other_parts = _gaps(one), _gaps(other)
    if not parts or not other_parts:
        return one
    (count, column), (first, start) = (
        places[int(rng.integers(len(places)))] for places in (parts, other_parts)
    )
    scale = _body(one) / _body(other)
    size = (max(1, round(other.page.shape[1] * scale)), max(1, round(other.page.shape[0] * scale)))
    page = np.asarray(Image.fromarray(other.page).resize(size, Image.Resampling.BICUBIC)).astype(np.int16)
    page += int(np.median(one.page)) - int(np.median(page))
    down = round(_base(one) - _base(other) * scale)
    height = one.page.shape[0]
    rows = np.clip(np.arange(height) - down, 0, len(page) - 1)  # repeats the edge where a field is too low
    begin = min(round(start * scale), page.shape[1] - 1)
    tail = np.clip(page[rows, begin:], 0, 255).astype(np.uint8)
    moved = other.boxes[first:] * scale + np.tile([column - begin, down], 2)
    moved[:, 1::2] = moved[:, 1::2].clip(0, height)
    return AmountField(
        f"{one.name}+{other.name}",
        np.concatenate([one.page[:, :column], tail], axis=1),
        one.text[:count] + other.text[first:],
        np.concatenate([one.boxes[:count], moved]).astype(np.float32),
    )


def digits_apart(fields: Sequence[AmountField]) -> tuple[tuple[Glyph, ...], ...]:
    """Gives for each digit 0 to 9 its glyphs out of the fields: those that no other ink touches."""
    found: list[list[Glyph]] = [[] for _ in range(CLASSES)]
    for field in fields:
        ink = ink_map(field.page)
        regions, _ = ndimage.label(ink > EDGE, np.ones((3, 3)))
        whole = np.bincount(regions.ravel())
        for label, box in zip(field.text, field.boxes, strict=True):
            x0, y0, x1, y1 = (int(side) for side in np.round(box + _AROUND).clip(0))
            inside = np.bincount(regions[y0:y1, x0:x1].ravel(), minlength=len(whole))
            share = inside / np.maximum(whole, 1)
            share[0] = 0
            cut_off = inside[(share > 0) & (share < _WITHIN)].sum()
            own = ink * (share >= _WITHIN)[regions]
            glyph = cut(own[y0:y1, x0:x1])
            if cut_off <= (1 - _WITHIN) * inside[1:].sum() and glyph.shape[0] >= 0.7 * (box[3] - box[1]):
                found[int(label)].append(glyph)
    return tuple(map(tuple, found))


def _gaps(field: AmountField) -> list[tuple[int, int]]:
    """Gives where a field can be parted: how many digits come before, and the column."""
    ends = np.maximum.accumulate(field.boxes[:, 2])[:-1]
    starts = np.minimum.accumulate(field.boxes[::-1, 0])[::-1][1:]
    middles = np.round((ends + starts) / 2).astype(int)
    return [(int(i) + 1, int(middles[i])) for i in np.flatnonzero(starts - ends >= _APART)]


def _body(field: AmountField) -> float:
    return max(float(np.median(field.boxes[:, 3] - field.boxes[:, 1])), 1.0)


def _base(field: AmountField) -> float:
    return float(np.median(field.boxes[:, 3]))


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
