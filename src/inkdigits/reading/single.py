"""Picks the ink of digits out of a page's ink, by the boxes in which they were told.

Knows nothing about lines, or what digits look like.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import InkMap
from inkdigits.reading.find import Ink
from inkdigits.reading.records import Box

_BEYOND = 0.25  # of its height, that a digit's ink may reach beyond its box
_WHOLE = 0.95  # of a part's ink, that lies there if the part belongs to the digit alone
_OWN = 0.6  # of a part's ink, that lies in the box itself
_CUT = 0.25  # of the box's ink, that a part has if it belongs to the digit and to others
_OTHERS = 0.03  # of the box's ink, that may belong to others while the digit stands alone
_SPECK = 0.012  # of the squared side of the box: ink that is none


def single_digit(ink: Ink, box: Box) -> tuple[InkMap, bool]:
    """Gives the ink of one digit, and whether it stands alone.

    Args:
        ink: Of the page.
        box: Where the digit was told, in pixels of the page.

    Returns:
        (h, w) uint8, ink 255 on 0: connected parts that belong to the digit whole, others as far as they lie
        in the box. It stands alone if it touches no other ink and next to none of it lies in the box.
    """
    inner, window = _rows_and_columns(ink, box)
    numbers, own = ink.parts[window], ink.map[window]
    names, place = _names(numbers)
    areas = np.concatenate([[0], ink.areas])[names]
    near, inside = _counts(place, len(names)), _counts(place[inner], len(names))
    inside[names == 0] = 0
    large = areas >= max(1.0, _SPECK * max(own[inner].shape) ** 2)
    large &= ~np.isin(names - 1, ink.rings)
    whole = large & (near >= _WHOLE * areas) & (inside >= _OWN * areas)
    cut = large & ~whole & (inside >= max(1.0, _CUT * inside.sum()))
    kept = whole[place]
    kept[inner] |= cut[place[inner]]
    if not kept.any():
        return own[inner], False
    left = inside[large & ~whole].sum()  # of what belongs to others, or not to this digit alone
    return np.where(kept, own, np.uint8(0)), bool(left <= _OTHERS * inside.sum())


def mean_ink(ink: Ink, boxes: Sequence[Box]) -> float:
    """Gives how dark the ink in some boxes is on average, 0 to 255; 0 if there is none.

    Args:
        ink: Of the page.
        boxes: In pixels of the page.
    """
    inside = []
    for box in boxes:
        inner, window = _rows_and_columns(ink, box)
        inside.append(ink.map[window][inner].ravel())
    drawn = np.concatenate(inside)
    return float(drawn.sum() / max(1, np.count_nonzero(drawn)))


def _rows_and_columns(ink: Ink, box: Box) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Gives a box on the ink map, within the window around it, and that window."""
    x0, y0, x1, y1 = (round(side / ink.scale) for side in box)
    height, width = ink.map.shape
    x0, y0 = min(x0, width - 1), min(y0, height - 1)
    x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
    reach = max(1, round(_BEYOND * (y1 - y0)))
    left, top = max(0, x0 - reach), max(0, y0 - reach)
    inner = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
    return inner, np.s_[top : y1 + reach, left : x1 + reach]


def _names(numbers: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Gives what `np.unique` gives with the inverse, for small numbers several times as fast."""
    names = np.flatnonzero(np.bincount(numbers.ravel()))
    places = np.zeros(names[-1] + 1, dtype=np.intp)
    places[names] = np.arange(len(names))
    return names, places[numbers]


def _counts(place: NDArray[np.intp], names: int) -> NDArray[np.intp]:
    return np.bincount(place.ravel(), minlength=names)
