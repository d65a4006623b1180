"""Turns plates over: dark rectangles with light writing on a page of dark ink, as the cells of a meter are.

Knows nothing about writing but that strokes are thin.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.arrays import INK, PAPER, InkMap

_LEAST = (20, 14)
"""Pixels that a plate is high and wide at least."""

_MOST = 0.25
"""Of the page's shorter side, that a plate's is at most; larger ones are paper to whoever tells its level."""

_SMALLEST = 24
"""Pixels each way of a page that a plate can stand on."""

_SOLID, _FILLED = 0.5, 0.9
"""Part of the rectangle around a plate that is dark at least; the same with the writing."""

_NOTCH, _NOTCHED = 0.3, 0.03
"""Of a plate's height, that a gap is wide at most where writing is open to what is beyond; part of its area
that such gaps have at most."""

_RIM = 2
"""Pixels from a plate's sides in which it is blurred."""

_WRITTEN, _THICK = (0.25, 0.92), 0.35
"""Of a plate's height, that something light on it is high at least and at most; of that, that it is thick at
most: what is light within a bold digit, as in a 0 or an 8, is thicker."""

_LEGIBLE = 10
"""Pixels that it is high at least."""

_GRAIN = 0.3
"""Of full ink, below which what is lighter than a plate is grain."""


def turn_plates(ink: InkMap) -> InkMap | None:
    """Gives an ink map on which what is light on plates is ink, and the plates are none.

    Args:
        ink: (H, W) uint8, ink 255 on 0.

    Returns:
        (H, W) uint8, another one; None if there is no plate.
    """
    if min(ink.shape) < _SMALLEST:
        return None
    regions, _ = ndimage.label(ink > 0)
    turned = None
    for number, place in enumerate(ndimage.find_objects(regions), start=1):
        size = tuple(side.stop - side.start for side in place)
        if size[0] < _LEAST[0] or size[1] < _LEAST[1] or min(size) > _MOST * min(ink.shape):
            continue
        own = regions[place] == number
        if own.mean() < _SOLID:
            continue
        whole = ndimage.binary_fill_holes(own)
        if whole.mean() < _FILLED or _is_notched(whole):
            continue
        inner = ndimage.binary_erosion(whole, iterations=_RIM)
        level = float(np.median(ink[place][own]))
        if _is_written(inner & (ink[place] < level / 2)):
            turned = ink.copy() if turned is None else turned
            light = np.clip((level - ink[place]) * (INK / level), PAPER, INK)
            light[~inner | (light < _GRAIN * INK)] = PAPER
            turned[place] = np.where(whole, light.astype(np.uint8), turned[place])
    return turned


def _is_notched(whole: NDArray[np.bool_]) -> bool:
    """Says whether something narrow is cut out of a plate's sides."""
    gap = max(3, round(_NOTCH * len(whole)))
    around = np.pad(whole, gap)
    closed = [ndimage.binary_closing(around, np.ones(shape, dtype=bool)) for shape in ((1, gap), (gap, 1))]
    return bool(np.count_nonzero(closed[0] | closed[1]) > (1 + _NOTCHED) * np.count_nonzero(whole))


def _is_written(light: NDArray[np.bool_]) -> bool:
    """Says whether something light on a plate may be writing."""
    parts, _ = ndimage.label(light, structure=np.ones((3, 3)))
    for number, place in enumerate(ndimage.find_objects(parts), start=1):
        high = place[0].stop - place[0].start
        if high >= _LEGIBLE and _WRITTEN[0] * len(light) <= high <= _WRITTEN[1] * len(light):
            within = ndimage.distance_transform_edt(np.pad(parts[place] == number, 1))
            if 2 * within.max() <= _THICK * high:
                return True
    return False
