"""Finds the one sheet that lies in a picture, such as a note on a desk.

Knows nothing about ink but that it is narrower than what it is on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from scipy.spatial import ConvexHull

from inkdigits.arrays import Page
from inkdigits.images.overview import MIN_CONTRAST, OVERVIEW, PHOTO, longest, reduced
from inkdigits.images.polarity import even_paper, whole_sheet
from inkdigits.images.sheet import Window

_CLOSE = 800
"""Longer side, in pixels, of the copy on which it is judged whether something is written beside a sheet."""

_STROKE = 9
"""Pixels of the overview that strokes on a sheet are narrower than."""

_APART = 30
"""Grey levels between a sheet and what it lies on at least."""

_LEAST, _MOST, _CUT_OFF = 16, 0.9, 2
"""Pixels of the overview that a sheet is long each way at least; part of the picture that the rows and
columns around it take at most; sides of the picture that cut it off at most."""

_RECTANGLE, _ALONE = 0.88, 0.08
"""Part of the narrowest rectangle around a sheet that it covers at least; part of its area that anything else
like it has at most: of several fields of a form none is the sheet."""

_ANGLES = np.radians(np.arange(0, 90, 3))
"""That rectangles around a sheet are turned by."""

_ACROSS, _STEP, _ALL_AROUND = 5, 0.5, 0.9
"""Pixels of the overview across a sheet's ends in which the grey level changes; by this part of what it
differs by from its surroundings; along this part of its ends."""

_MARGIN, _EDGE = 0.1, 2
"""Part of a sheet's sides by which its paper goes on around it; pixels of the overview that its edge is
blurred over."""

_WRITTEN = (0.002, 0.35)
"""Part of a sheet that writing covers at least, if there is any, and at most: more are cells in a frame."""

_DEEP, _GRAINS, _LONG = 0.35, 6, 12
"""Part of what a sheet differs by from its surroundings, and standard deviations of their grain, that writing
stands out by beside it; pixels of the close copy that it is long."""


class Note(NamedTuple):
    """A sheet that lies in a picture.

    Attributes:
        window: Rows and columns of the page around it.
        page: (h, w) uint8, that part of the page, where the sheet's paper goes on beyond its ends.
        dark: Whether what is written on it is darker than its paper.
    """

    window: Window
    page: Page
    dark: bool


def find_note(page: Page) -> Note | None:
    """Gives the note on a page, None if there is none.

    It is a rectangle of another grey level, the only one, something is written on it and nothing beside it.

    Args:
        page: (H, W) uint8.
    """
    if min(page.shape) < PHOTO:
        return None
    overview = reduced(page, OVERVIEW)
    ground = _without_strokes(overview.astype(np.float32))
    for core, sheet, apart in _sheets(overview, ground):
        paper, inside = _goes_on(ground, core), ndimage.binary_erosion(sheet, iterations=_EDGE)
        off = overview[inside].astype(np.float32) - paper[inside]
        written = float((np.abs(off) > MIN_CONTRAST).mean())
        if _WRITTEN[0] < written < _WRITTEN[1] and not _is_beside(page, ground, sheet, apart):
            window = _around(sheet, page.shape)
            alone = np.where(_enlarged(inside, page.shape), page, _enlarged(paper, page.shape))
            return Note(window, alone[window], bool((off**3).sum() < 0))
    return None


def _sheets(
    overview: Page, ground: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_], float]]:
    """Gives what may be the note: where strokes were taken out of it, all of it, and how far it is apart."""
    for level in (np.float32(0), even_paper(overview)):  # as it is, and without light that changes evenly
        even = ground - level
        low, high = np.percentile(even, (1, 99))
        if high - low < _APART:
            continue
        parting = (low + high) / 2
        for lighter in (True, False):
            core = _only_sheet((even > parting) == lighter)
            if core is not None and _ends_sharply(overview, core, high - low):
                yield core, whole_sheet(core, (overview - level > parting) == lighter, _STROKE), high - low


def _without_strokes(small: NDArray[np.float32]) -> NDArray[np.float32]:
    page = np.pad(small, _STROKE, mode="edge")
    filled = ndimage.grey_closing(page, size=(_STROKE, _STROKE))
    ground: NDArray[np.float32] = ndimage.grey_opening(filled, size=(_STROKE, _STROKE))
    return ground[_STROKE:-_STROKE, _STROKE:-_STROKE]


def _only_sheet(alike: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Gives the one part that is a rectangle, None if there is none or another."""
    parts, count = ndimage.label(alike)
    areas = np.bincount(parts.ravel(), minlength=count + 1)
    areas[0] = 0
    largest = int(areas.argmax())
    if (np.delete(areas, largest) > _ALONE * areas[largest]).any():
        return None
    sheet = ndimage.binary_fill_holes(parts == largest)
    rows, columns = (np.flatnonzero(sheet.any(axis=axis)) for axis in (1, 0))
    sides = np.array([np.ptp(rows), np.ptp(columns)]) + 1
    cut_off = sum(bool(side.any()) for side in (sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]))
    if sides.min() < _LEAST or sides.prod() > _MOST * sheet.size or cut_off > _CUT_OFF:
        return None
    return sheet if areas[largest] >= _RECTANGLE * _narrowest(np.argwhere(sheet)) else None


def _narrowest(points: NDArray[np.intp]) -> float:
    """Gives the area of the narrowest rectangle around points, (n, 2), in pixels."""
    hull = points[ConvexHull(points).vertices]
    turns = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)])
    along, across = hull @ turns, hull @ (np.array([[0, -1], [1, 0]]) @ turns)
    return float(((np.ptp(along, axis=0) + 1) * (np.ptp(across, axis=0) + 1)).min())


def _ends_sharply(overview: Page, sheet: NDArray[np.bool_], apart: float) -> bool:
    """Says whether the grey level changes at a sheet's ends within a few pixels, as in no shadow."""
    ends = ndimage.binary_dilation(sheet) & ~sheet
    around = ndimage.maximum_filter(overview, size=_ACROSS) - ndimage.minimum_filter(overview, size=_ACROSS)
    return bool((around[ends] >= _STEP * apart).mean() >= _ALL_AROUND)


def _is_beside(page: Page, ground: NDArray[np.float32], sheet: NDArray[np.bool_], apart: float) -> bool:
    """Says whether something is written beside a sheet."""
    close = reduced(page, _CLOSE)
    outside = _enlarged(~ndimage.binary_dilation(sheet, iterations=_EDGE), close.shape)
    off = np.abs(close - _enlarged(ground, close.shape)) * outside
    grain = 1.48 * float(np.median(off[outside])) if outside.any() else 0.0
    return longest(off > max(_DEEP * apart, _GRAINS * grain)) >= _LONG


def _goes_on(ground: NDArray[np.float32], sheet: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Gives an overview (h, w) on which a sheet's paper goes on beyond its ends."""
    within = ndimage.binary_erosion(sheet, iterations=_EDGE)
    nearest = ndimage.distance_transform_edt(~within, return_distances=False, return_indices=True)
    return np.asarray(np.round(ground[tuple(nearest)]), dtype=np.uint8)


def _enlarged(small: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    way = Image.Resampling.NEAREST if small.dtype == bool else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(small).resize((shape[1], shape[0]), way))


def _around(sheet: NDArray[np.bool_], shape: tuple[int, ...]) -> Window:
    """Gives the rows and columns of a page, (H, W), that hold a sheet and its margin."""
    window = []
    for axis, side in enumerate(shape):
        places = np.flatnonzero(sheet.any(axis=1 - axis))
        margin = _MARGIN * (np.ptp(places) + 1)
        scale = side / sheet.shape[axis]
        start = max(0, round((places[0] - margin) * scale))
        window.append(slice(start, min(side, round((places[-1] + 1 + margin) * scale))))
    return window[0], window[1]
