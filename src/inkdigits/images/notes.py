"""Finds the sheets that lie in a picture, such as notes on a desk.

Knows nothing about ink but that it is narrower than what it is on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from inkdigits.arrays import INK, Page
from inkdigits.images.overview import MIN_CONTRAST, OVERVIEW, PHOTO, longest, reduced
from inkdigits.images.polarity import even_paper, under_dark_strokes, whole_sheet
from inkdigits.images.sheet import Window

_CLOSE = 800
"""Longer side, in pixels, of the copy on which it is judged whether something is written beside a sheet."""

_STROKE = 9
"""Pixels of the overview that strokes on a sheet are narrower than."""

_APART = 30
"""Grey levels between a sheet and what it lies on at least."""

_LEAST, _MOST = 16, 0.9
"""Pixels of the overview that a sheet is long each way at least; part of the picture that the rows and
columns around sheets take at most."""

_RECTANGLE = (0.84, 0.92)
"""Part of the narrowest rectangle around a sheet that it covers at least; the same where the picture cuts it
off, since a shadow in a corner is nearly one."""

_SMALL, _MOST_SHEETS = 0.08, 30
"""Part of the largest sheet's area from which others are sheets, too; how many there are at most."""

_ANGLES = np.radians(np.arange(0, 90, 3))
"""That rectangles around a sheet are turned by."""

_ACROSS, _STEP, _ALL_AROUND = 5, 0.5, 0.9
"""Pixels of the overview across a sheet's ends in which the grey level changes; by this part of what it
differs by from its surroundings; along this part of its ends."""

_MARGIN, _EDGE = 0.1, 2
"""Part of a sheet's sides by which its paper goes on around it; pixels of the overview that its edge is
blurred over."""

_WRITTEN, _UNEVEN = (0.002, 0.35), 0.5
"""Part of a sheet that writing covers at least, if there is any, and at most: more are cells in a frame; part
of what a sheet differs by from its surroundings that its paper does: more is lighter writing."""

_FROM_END_TO_END, _FAINT, _ALONG, _SIDES, _CELL = 0.9, 0.25, 0.2, 0.12, 0.3
"""Part of a sheet's height along which a gap between two cells is more like the surroundings than like them;
part of what those differ by, that blurred sides of a gap are like the surroundings at least, along which part
of the height; parts of the height that both sides are wide at most, and a cell at least."""

_DEEP, _GRAINS, _LONG = 0.35, 7, 0.025
"""Part of what a sheet differs by from its surroundings, and standard deviations of their grain, that writing
stands out by beside it; part of the picture's longer side that it is long."""


class Notes(NamedTuple):
    """Sheets that lie in a picture.

    Attributes:
        window: Rows and columns of the page around them.
        page: (h, w) uint8, that part of the page, of one grey level but for what is written on them.
        dark: Whether that is darker than the paper.
    """

    window: Window
    page: Page
    dark: bool


def find_notes(page: Page) -> Notes | None:
    """Gives the notes on a page, None if there are none.

    They are rectangles of another grey level, something is written on them and nothing beside them.

    Args:
        page: (H, W) uint8.
    """
    if min(page.shape) < PHOTO:
        return None
    found = _darkly_written(page)
    if found is not None:
        return Notes(*found, dark=True)
    found = _darkly_written(INK - page)
    return None if found is None else Notes(found[0], INK - found[1], dark=False)


def _darkly_written(page: Page) -> tuple[Window, Page] | None:
    """Gives the window and the page of `Notes` whose writing is darker than their paper."""
    overview = reduced(page, OVERVIEW)
    ground = under_dark_strokes(overview.astype(np.float32), _STROKE)
    for core, sheets, beyond in _sheets(overview, ground):
        apart = abs(beyond)
        paper, inside = _goes_on(ground, core), ndimage.binary_erosion(sheets, iterations=_EDGE)
        alone = page - _enlarged(paper, page.shape)
        gaps = _gaps(alone, _enlarged(sheets, page.shape), beyond)
        alone = np.where(_enlarged(inside, page.shape) & ~gaps, alone, np.float32(0))
        off = reduced(alone, OVERVIEW)[inside]
        written = float((np.abs(off) > MIN_CONTRAST).mean()) if (off**3).sum() < 0 else 0.0
        even = _unevenness(paper, inside) < max(_UNEVEN * apart, _APART)
        if even and _WRITTEN[0] < written < _WRITTEN[1] and not _is_beside(page, ground, sheets, apart):
            window = _around(sheets, page.shape)
            level = float(np.median(paper[core]))
            return window, np.clip(np.round(alone[window] + level), 0, INK).astype(np.uint8)
    return None


def _gaps(off: NDArray[np.float32], sheets: NDArray[np.bool_], beyond: float) -> NDArray[np.bool_]:
    """Gives where the surroundings show between cells side by side that were taken for one sheet, (H, W).

    Such a gap runs from end to end of the sheet with a cell's bare paper to both sides, as no stroke does.

    Args:
        off: (H, W), what each pixel differs by from the sheets' paper.
        sheets: (H, W), where they are.
        beyond: What their surroundings differ by from it.
    """
    gaps = np.zeros_like(sheets)
    parts, _ = ndimage.label(sheets)
    for number, place in enumerate(ndimage.find_objects(parts), start=1):
        sheet, like = parts[place] == number, off[place] / beyond
        height, width = sheet.shape
        gap, sides = (((like > least) & sheet).sum(axis=0) / sheet.sum(axis=0) for least in (_STEP, _FAINT))
        runs, _ = ndimage.label(sides > _ALONG)
        for (run,) in ndimage.find_objects(runs):
            middle = np.count_nonzero(gap[run] > _FROM_END_TO_END)
            between_cells = min(run.start, width - run.stop) >= _CELL * height
            if middle and between_cells and run.stop - run.start - middle <= _SIDES * height:
                gaps[place][:, run.start - 1 : run.stop + 1] = True
    return gaps


def _sheets(
    overview: Page, ground: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_], float]]:
    """Gives what may be notes: where strokes were taken out, all of them, how much lighter is around."""
    for level in (np.float32(0), even_paper(overview)):  # as it is, and without light that changes evenly
        even = ground - level
        low, high = np.percentile(even, (1, 99))
        if high - low < _APART:
            continue
        parting = (low + high) / 2
        for lighter in (True, False):
            core = _rectangles((even > parting) == lighter)
            if core is not None and _end_sharply(overview, core, high - low):
                whole = whole_sheet(core, (overview - level > parting) == lighter, _STROKE)
                yield core, whole, low - high if lighter else high - low


def _rectangles(alike: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Gives the parts that are rectangles, None if there are none, or others that are as large."""
    parts, count = ndimage.label(alike)
    areas = np.bincount(parts.ravel(), minlength=count + 1)[1:]
    large = np.flatnonzero(areas > _SMALL * areas.max(initial=0)) + 1
    if not 0 < len(large) <= _MOST_SHEETS or not all(_is_rectangle(parts == number) for number in large):
        return None
    sheets: NDArray[np.bool_] = ndimage.binary_fill_holes(np.isin(parts, large))
    sides = [np.ptp(np.flatnonzero(sheets.any(axis=axis))) + 1 for axis in (0, 1)]
    return sheets if sides[0] * sides[1] <= _MOST * sheets.size else None


def _is_rectangle(part: NDArray[np.bool_]) -> bool:
    """Says whether a part is a rectangle, large enough, that no opposite sides of the picture cut off."""
    rows, columns = (np.flatnonzero(part.any(axis=axis)) for axis in (1, 0))
    above, below, left, right = (side.any() for side in (part[0], part[-1], part[:, 0], part[:, -1]))
    if min(np.ptp(rows), np.ptp(columns)) + 1 < _LEAST or (above and below) or (left and right):
        return False
    straight = _RECTANGLE[int(above or below or left or right)]
    first, last = part[rows].argmax(axis=1), part.shape[1] - 1 - part[rows, ::-1].argmax(axis=1)
    ends = np.concatenate([np.stack([rows, first], axis=1), np.stack([rows, last], axis=1)])
    return bool(part.sum() >= straight * _narrowest(ends))


def _narrowest(points: NDArray[np.intp]) -> float:
    """Gives the area of the narrowest rectangle around points, (n, 2), in pixels."""
    turns = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)])
    along, across = points @ turns, points @ (np.array([[0, -1], [1, 0]]) @ turns)
    return float(((np.ptp(along, axis=0) + 1) * (np.ptp(across, axis=0) + 1)).min())


def _end_sharply(overview: Page, sheet: NDArray[np.bool_], apart: float) -> bool:
    """Says whether the grey level changes at sheets' ends within a few pixels, as in no shadow."""
    ends = ndimage.binary_dilation(sheet) & ~sheet
    around = ndimage.maximum_filter(overview, size=_ACROSS) - ndimage.minimum_filter(overview, size=_ACROSS)
    return bool((around[ends] >= _STEP * apart).mean() >= _ALL_AROUND)


def _is_beside(page: Page, ground: NDArray[np.float32], sheet: NDArray[np.bool_], apart: float) -> bool:
    """Says whether something is written beside a sheet."""
    close = reduced(page, _CLOSE)
    outside = _enlarged(~ndimage.binary_dilation(sheet, iterations=_EDGE), close.shape)
    off = np.abs(close - _enlarged(ground, close.shape)) * outside
    grain = 1.48 * float(np.median(off[outside])) if outside.any() else 0.0
    return bool(longest(off > max(_DEEP * apart, _GRAINS * grain)) >= _LONG * max(close.shape))


def _unevenness(paper: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    """Gives how many grey levels the paper of any sheet has."""
    parts, count = ndimage.label(inside)
    levels = [np.percentile(paper[parts == number], (2, 98)) for number in range(1, count + 1)]
    return float(np.ptp(levels, axis=1).max(initial=0)) if levels else 0.0


def _goes_on(ground: NDArray[np.float32], sheets: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Gives an overview (h, w) on which the paper of sheets goes on beyond their ends."""
    within = ndimage.binary_erosion(sheets, iterations=_EDGE)
    nearest = ndimage.distance_transform_edt(~within, return_distances=False, return_indices=True)
    return np.asarray(ground[tuple(nearest)])


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
