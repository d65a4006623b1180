"""Tells rings, and boxes, that are drawn around writing from the writing.

Knows nothing about digits but that nothing nearly as high stands within one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.arrays import InkMap
from inkdigits.images.straight import Solid

_MOST_RINGS = 40  # parts of ink that are looked at, the highest
_MOST_WITHIN = 20  # parts within one that are looked at
_INNER = 0.12  # of a ring's height, that what it is drawn around is high at least
_LEAST_INNER = 8  # pixels, the same
_SEVERAL, _OF_SEVERAL = 3, 0.05  # the same where it is drawn around so many
_LEAST_OF_SEVERAL = 12  # pixels, the same
_DOT = 0.25  # of a ring's height, below which what is within may be a dot
_FILL, _SLIM = 0.6, 2.2  # of its box that a dot's ink covers at least, and its widths in its height at most
_AS_HIGH = 0.8  # of the higher one's height, that a nought and the digit beside it have both
_BESIDE = 1.0  # of their height, that these stand apart at most
_RING_INK = 0.3  # of its box, that a ring covers at most; a sheet or a shadow covers more
_RAYS, _HIT = 16, 14  # directions from the middle of what is within; those in which the ring must be met
_COPY = 120  # pixels of the smaller side, and up to twice as many, of the copy that a ring is told on
_LEAST_RING = 24  # pixels each way of a ring that writing touches, at least
_WIDEST, _NARROWEST = 5.0, 0.75  # widths of one in its heights; a nought with a stroke through it is narrower
_SIDE = 0.25  # of its box, within which it passes the middle of each of the box's sides
_GAP = 0.12  # of its smaller side, that half a gap in it is at most
_ROUND = 0.79  # of an ellipse and what is within it together, that is both
_SMOOTH = 0.06  # of its smaller side: narrower notches in its bounds, and tails out of them, don't count
_CONVEX = 0.95  # of the least shape without notches around it, that a ring fills; joined digits fill less
_SIDES = 24  # of that shape
_CLOSED = 0.6  # of its length at each depth, that is ink as far as its stroke goes
_BROAD = 0.1  # of its smaller side, that its stroke is wide at most
_HIGH = 0.55  # of its height, that a part of that is high at least: in a nought hooks are lower
_DEEP, _DEEPEST = 0.4, 0.7  # of the way to its middle, that each part of that reaches, and that one does
_WITHIN = 0.05  # of the ink of a ring that nothing touches, that lies within its stroke at most
_MOSTLY = 0.8  # of a part without the rules, that was a ring's with them


class Parts(NamedTuple):
    """The connected parts of ink.

    Attributes:
        numbers: (H, W) int32, number of the part at each pixel, from 1; 0 is paper.
        boxes: (n, 4) float64, `(x0, y0, x1, y1)` of each, in pixels.
        areas: (n,) int64, pixels of ink of each.
        rings: Numbers, from 0, of those that are drawn around others.
    """

    numbers: NDArray[np.int32]
    boxes: NDArray[np.float64]
    areas: NDArray[np.int64]
    rings: NDArray[np.intp]


def find_parts(ink: InkMap, raw: InkMap) -> Parts:
    """Gives the connected parts of ink, rings and boxes parted from writing that touches them.

    Args:
        ink: (H, W) uint8, ink 255 on 0, without rules.
        raw: The same with them, of which some may have been a side of a box drawn by hand; `ink` itself
            where there were none.
    """
    parts = _parted(ink)
    rings = np.union1d(parts.rings, _around(parts))
    if ink is not raw:
        before = _parted(raw)
        loops = [one for one in _around(before) if is_loop(_alone(before, one))]
        of_rings = parts.numbers[np.isin(before.numbers, np.append(before.rings, loops) + 1)]
        lost = np.bincount(of_rings, minlength=len(parts.areas) + 1)[1:]
        rings = np.union1d(rings, np.flatnonzero(lost > _MOSTLY * parts.areas))
    return parts._replace(rings=rings.astype(np.intp))


def is_loop(part: Solid) -> bool:
    """Says whether a part is nothing but its own bounds, as squares that cross are not."""
    small, _ = _smaller(part)
    bounds = _bounds(small)
    return bounds is not None and (small & (bounds.depth > bounds.stroke)).mean() < _WITHIN * small.mean()


def _parted(ink: InkMap) -> Parts:
    """Gives the connected parts of ink, rings parted from what touches them; of rings these alone."""
    labelled, count = ndimage.label(ink, structure=np.ones((3, 3)))
    parts = measured(labelled.astype(np.int32, copy=False))
    wide, high = (parts.boxes[:, 2:] - parts.boxes[:, :2]).T
    shaped = (wide >= _NARROWEST * high) & (wide <= _WIDEST * high)
    large = np.flatnonzero(shaped & (np.minimum(wide, high) >= _LEAST_RING))
    rings = []
    for one in large[np.argsort(-high[large])[:_MOST_RINGS]]:
        within = _touching_within(_alone(parts, one))
        if within is not None:
            numbers, more = ndimage.label(within, structure=np.ones((3, 3)))
            parts.numbers[_place(parts, one)][within] = numbers[within] + count
            count += more
            rings.append(one)
    return measured(parts.numbers)._replace(rings=np.array(rings)) if rings else parts


def measured(numbers: NDArray[np.int32]) -> Parts:
    """Gives parts that are numbered, none of them a ring."""
    places = ndimage.find_objects(numbers)
    boxes = np.array([(x.start, y.start, x.stop, y.stop) for y, x in places], dtype=np.float64).reshape(-1, 4)
    areas = np.bincount(numbers.ravel(), minlength=len(places) + 1)[1:]
    return Parts(numbers, boxes, areas, np.zeros(0, dtype=np.intp))


def _place(parts: Parts, one: np.intp) -> tuple[slice, slice]:
    left, top, right, bottom = parts.boxes[one].astype(int).tolist()
    return np.s_[top:bottom, left:right]


def _alone(parts: Parts, one: np.intp) -> Solid:
    """Gives where one part is within its box."""
    return np.asarray(parts.numbers[_place(parts, one)] == one + 1)


def _touching_within(part: Solid) -> Solid | None:
    """Gives what of a part of ink is within a ring that is the rest of it; None if it is no such ring."""
    small, step = _smaller(part)
    within = _within_small(small)
    if within is None:
        return None
    return part & within.repeat(step, axis=0).repeat(step, axis=1)[: part.shape[0], : part.shape[1]]


def _smaller(part: Solid) -> tuple[Solid, int]:
    """Gives a part on a copy as small as rings can be told on, and how many of its pixels one there is."""
    step = max(1, min(part.shape) // _COPY)
    padded = np.pad(part, [(0, -side % step) for side in part.shape])
    rows, columns = (side // step for side in padded.shape)
    return np.asarray(padded.reshape(rows, step, columns, step).any(axis=(1, 3))), step


def _within_small(part: Solid) -> Solid | None:
    """Gives what `_touching_within` does, of a part on its copy."""
    if not _looks_crossed(part) or (bounds := _bounds(part)) is None or _is_notched(bounds):
        return None
    numbers, count = ndimage.label(part & (bounds.depth > bounds.stroke), structure=np.ones((3, 3)))
    reached = np.asarray(ndimage.maximum(bounds.depth, numbers, np.arange(count + 1))) / bounds.depth.max()
    reached[0] = 0
    if reached.max() < _DEEPEST:
        return None
    heights = [rows.stop - rows.start for rows, _ in ndimage.find_objects(numbers)]
    return (reached >= _DEEP)[numbers] if max(heights) >= _HIGH * len(part) else None


class _Bounds(NamedTuple):
    """The bounds of a part of ink that runs around something.

    Attributes:
        depth: (h, w), how far within them each pixel of the part's box lies, in pixels.
        stroke: Depth that their stroke reaches.
    """

    depth: NDArray[np.float64]
    stroke: int


def _bounds(part: Solid) -> _Bounds | None:
    """Gives the bounds of a part that is closed but for a gap and round or a box; None of another."""
    side = min(part.shape)
    beyond = int(_GAP * side) + 2
    solid = np.pad(part, beyond)
    grown = ndimage.distance_transform_edt(~solid) <= _GAP * side
    filled = ndimage.distance_transform_edt(ndimage.binary_fill_holes(grown)) > _GAP * side
    if not _is_round(filled):
        return None
    depth = ndimage.distance_transform_edt(filled)
    levels = np.ceil(depth[filled]).astype(np.intp)
    inked = np.bincount(levels, solid[filled]) / np.maximum(np.bincount(levels), 1)
    first = int(np.argmax(inked >= _CLOSED))
    stroke = first + int(np.argmin(inked[first:] >= _CLOSED))
    if inked[first] < _CLOSED or stroke > _BROAD * side:
        return None
    return _Bounds(depth[beyond:-beyond, beyond:-beyond], stroke)


def _is_notched(bounds: _Bounds) -> bool:
    """Says whether the bounds of a part turn inwards, as they do where one digit touches the next.

    By the share of the least convex shape around them, of a limited number of sides, that they fill.
    """
    near = _SMOOTH * min(bounds.depth.shape)
    beyond = int(near) + 2
    core = ndimage.distance_transform_edt(np.pad(bounds.depth > 0, beyond)) > near
    smooth = ndimage.distance_transform_edt(~core) <= near
    angles = 2 * np.pi * np.arange(_SIDES) / _SIDES
    ways = np.stack([np.sin(angles), np.cos(angles)])
    reach = (np.argwhere(smooth) @ ways).max(axis=0, initial=-np.inf)
    convex = (np.indices(smooth.shape).reshape(2, -1).T @ ways <= reach + 0.5).all(axis=1)
    return bool(smooth.sum() < _CONVEX * convex.sum())


def _looks_crossed(part: Solid) -> bool:
    """Says whether a part reaches near all sides of its box in their middles, and has ink in between."""
    crossed = False
    for turned in (part, part.T):
        middle = turned[len(turned) // 3 : -(len(turned) // 3)]
        near = round(_SIDE * turned.shape[1])
        if any(side.any(axis=1).mean() < 0.5 for side in (middle[:, :near], middle[:, -near:])):
            return False
        strokes = (np.diff(middle.astype(np.int8), axis=1, prepend=0) > 0).sum(axis=1)
        crossed |= bool(strokes.max() > 2)
    return crossed


def _is_round(filled: Solid) -> bool:
    """Says whether a shape is much like the ellipse with its extent; a box is, too."""
    points = np.argwhere(filled)
    if not len(points):
        return False
    middle = points.mean(axis=0)
    spread = np.cov((points - middle).T) + 1e-6 * np.eye(2)
    down, across = (np.arange(side) - place for side, place in zip(filled.shape, middle, strict=True))
    (a, b), (_, c) = np.linalg.inv(spread)
    ellipse = a * (down * down)[:, None] + 2 * b * np.outer(down, across) + c * across * across <= 4
    return bool((filled & ellipse).sum() >= _ROUND * (filled | ellipse).sum())


def _around(parts: Parts) -> NDArray[np.intp]:
    """Gives the numbers of parts that run around others which are not much lower."""
    x0, y0, x1, y1 = parts.boxes.T
    highest = np.argsort(y0 - y1)[:_MOST_RINGS]
    left, top, right, bottom = parts.boxes[highest].T[:, :, None]
    within = (x0 > left) & (y0 > top) & (x1 < right) & (y1 < bottom)
    inside = within & (y1 - y0 >= np.maximum(_LEAST_INNER, _INNER * (bottom - top)))
    several = within & (y1 - y0 >= np.maximum(_LEAST_OF_SEVERAL, _OF_SEVERAL * (bottom - top)))
    inside |= several & (np.count_nonzero(several, axis=1, keepdims=True) >= _SEVERAL)
    inside &= parts.areas[highest][:, None] <= _RING_INK * (bottom - top) * (right - left)
    wide, high = x1 - x0, y1 - y0
    round_ = (parts.areas > _FILL * wide * high) & (high < _SLIM * wide)
    inside &= ~(round_ & (high < _DOT * (bottom - top)))
    inside[_noughts(parts.boxes, highest, inside)] = False
    rows = [
        row
        for row in np.flatnonzero(inside.any(axis=1))
        if _is_ring(parts, highest[row], parts.boxes[inside[row]][:_MOST_WITHIN])
    ]
    return highest[rows]


def _noughts(
    boxes: NDArray[np.float64], rings: NDArray[np.intp], inside: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Gives which rings are noughts with a stroke in them: digits as high stand beside them, (n,).

    Args:
        boxes: (m, 4) of all parts.
        rings: (n,) numbers of those that run around others.
        inside: (n, m), which parts are within which.
    """
    x0, y0, x1, y1 = boxes.T
    left, top, right, bottom = boxes[rings].T[:, :, None]
    high = np.maximum(y1 - y0, bottom - top)
    level = np.minimum(y1, bottom) - np.maximum(y0, top) >= _AS_HIGH * high
    apart = np.maximum(x0, left) - np.minimum(x1, right)
    beside = level & (apart >= 0) & (apart <= _BESIDE * high)
    beside[:, rings[inside.any(axis=1)]] = False
    return np.asarray((inside.sum(axis=1) == 1) & beside.any(axis=1))


def _is_ring(parts: Parts, one: np.intp, within: NDArray[np.float64]) -> bool:
    """Says whether a part stands on all sides of the middle of one of those within its box, but for a gap."""
    ring, (left, top) = _alone(parts, one), parts.boxes[one, :2]
    steps = np.arange(max(ring.shape))
    angles = 2 * np.pi * np.arange(_RAYS)[:, None] / _RAYS
    for x0, y0, x1, y1 in within:
        rows = np.round((y0 + y1) / 2 - top + steps * np.sin(angles)).astype(np.intp)
        columns = np.round((x0 + x1) / 2 - left + steps * np.cos(angles)).astype(np.intp)
        seen = (rows >= 0) & (rows < ring.shape[0]) & (columns >= 0) & (columns < ring.shape[1])
        hit = seen & ring[rows.clip(0, ring.shape[0] - 1), columns.clip(0, ring.shape[1] - 1)]
        if np.count_nonzero(hit.any(axis=1)) >= _HIT:
            return True
    return False
