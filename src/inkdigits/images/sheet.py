"""Tells the sheet of a page from what lies beyond its sides: a table, a scanner's black border.

Knows nothing about ink but that it does not run along a whole side.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import Page
from inkdigits.images.overview import OVERVIEW, PHOTO, reduced

Window = tuple[slice, slice]
"""Rows and columns of a page, as it is indexed with."""

_DEEPEST = 0.3
"""Part of a page, that lies beyond a side at most."""

_DIFFER, _TIMES = 30, 1.4
"""Grey levels between the sheet and what lies beyond; times that the lighter is as light as the darker."""

_SHARP, _STEP, _ROWS = 2, 0.6, 0.9
"""Pixels of the overview that a sheet's edge is blurred over, to either side; part of the difference that is
found across it; part of the rows in which it is."""

_STRAIGHT = 0.08
"""Part of a side's length that its edge may come nearer from end to end: 4.5 degrees."""

_STROKE, _GRAINS, _WRITTEN = 0.5, 6, 0.002
"""Part of the difference, and standard deviations of the grain, that strokes stand out by; part of what lies
beyond a side that they cover, if something is written there."""


def sheet_window(page: Page) -> Window:
    """Gives where on a page its sheet is; all of the page if nothing is told to lie beyond a side.

    What lies beyond runs along a whole side, ends in a straight, sharp edge, is of another grey level, and
    nothing is written on it, as may be on a table's head.

    Args:
        page: (H, W) uint8.
    """
    whole = np.array([(0, page.shape[0]), (0, page.shape[1])])
    if min(page.shape) < PHOTO:
        return _window(whole)
    small = reduced(page, OVERVIEW).astype(np.float32)
    scales = np.divide(page.shape, small.shape)[:, None]
    bounds = np.array([(0, small.shape[0]), (0, small.shape[1])])
    for _ in range(2):  # a corner lies beyond both of its sides, and hides one until the other is cut off
        for axis, end in ((0, 0), (0, 1), (1, 0), (1, 1)):
            part = _from_side(small[_window(bounds)], axis, end)
            found = _beyond(part)
            if found is None:
                continue
            on_page = _from_side(page[_window(np.round(bounds * scales))], axis, end)
            band = on_page[:, : round((found.least - 1) * float(scales[axis, 0]))]
            if not _is_written(band.astype(np.float32), found.apart):
                bounds[axis, end] += -found.most if end else found.most
    return _window(np.round(bounds * scales))


def _window(bounds: NDArray[Any]) -> Window:
    (top, bottom), (left, right) = bounds.astype(int).tolist()
    return slice(top, bottom), slice(left, right)


def _from_side(page: NDArray[Any], axis: int, end: int) -> NDArray[Any]:
    """Gives a page turned over so that a side of it is the left one: the beginning or end of an axis."""
    page = page if axis else page.T
    return page[:, ::-1] if end else page


class _Beyond(NamedTuple):
    """What lies beyond the left side of a sheet.

    Attributes:
        least: Columns that do everywhere.
        most: Columns that do anywhere, the edge's blur included.
        apart: Grey levels between it and the sheet.
    """

    least: int
    most: int
    apart: float


def _beyond(part: NDArray[np.float32]) -> _Beyond | None:
    """Gives what lies beyond the left side of the sheet, None if nothing does."""
    height, width = part.shape
    beyond, sheet = part[:, :1], np.median(part, axis=1, keepdims=True)
    low, high = sorted((float(np.median(beyond)), float(np.median(sheet))))
    if high - low < _DIFFER or high < _TIMES * low:
        return None
    like = np.abs(part - beyond) < np.abs(part - sheet)
    ends = np.where(like.all(axis=1), width, like.argmin(axis=1))
    first, last = np.percentile(ends, (5, 95)).astype(int)
    if last > _DEEPEST * width or last - first > max(2, _STRAIGHT * height):
        return None
    rows = np.arange(height)
    within = part[rows, np.minimum(ends + _SHARP, width - 1)]
    before = part[rows, np.maximum(ends - _SHARP, 0)]
    sharp = np.abs(within - before) >= _STEP * np.abs(sheet - beyond)[:, 0]
    return _Beyond(int(first), int(last) + _SHARP, high - low) if sharp.mean() >= _ROWS else None


def _is_written(band: NDArray[np.float32], apart: float) -> bool:
    """Says whether strokes are on what lies beyond a sheet.

    Args:
        band: (h, w), what lies beyond.
        apart: Grey levels between it and the sheet.
    """
    if not band.size:
        return False
    off = np.abs(band - np.median(band, axis=0))
    grain = 1.48 * float(np.median(off))
    return bool((off > max(_STROKE * apart, _GRAINS * grain)).mean() > _WRITTEN)
