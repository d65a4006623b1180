"""Tells whether the ink of a page is darker than its paper, or lighter.

Knows nothing about digits but that their strokes are thin beside what they are written on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.arrays import Page
from inkdigits.images.overview import MIN_CONTRAST, OVERVIEW, PAPER_STEP, PHOTO, longest, reach, reduced

_SURVEY = 80
"""Longer side, in pixels, of the copy on which ink is told from paper where a page has several grounds."""

_GLANCE = 48
"""Longer side, in pixels, of the copy on which it is judged whether a page has several grounds."""

_GROUNDS_APART, _STILL_APART = 40, 20
"""Grey levels between the grounds of a page that has several; the same without light that changes evenly."""

_SHEETS = (3, 5, 7)
"""Parts of the copy that a window may be which strokes on a sheet are narrower than."""

_LEAST_SHEET, _AT_SIDES = 0.06, 0.05
"""Part of a page that a sheet covers at least, and of its border at most."""

_WITHIN, _SHEET_APART = (0.35, 0.6), (40, 25)
"""Part of the ink, by cubes, that lies within a sheet, and grey levels between the sheet and what is around:
as the page is, and with even light taken out."""

_NEAR, _SHARP = 3, 0.35
"""Pixels of a copy to either side of a sheet's bounds, and part of what it differs by from what is around it,
that it differs by there at least; a spot of light fades more slowly."""

_BESIDE = 1 / 3
"""Part of the extent of what is written on a sheet, from which what is beside it may be writing, too."""

_BARE, _LONG = 2.5, 4
"""Widths of a stroke that a sheet is wide where it is bare; halves of its width that a stroke is long."""

_ROUNDS, _GRAIN = 12, 2.0
"""How often the surface of even light is fitted; grey levels from which what misses it counts less."""

_BROAD = 6
"""Pixels that the copy is broad at least, if light can be told to change from one side to the other."""


class Polarity(NamedTuple):
    """Which of ink and paper is the darker, and where that was told.

    Attributes:
        dark: Whether it is the ink.
        sheet: (h, w) bool, where on a small copy of the page a sheet lies within it that has all of its ink;
            None if there is none.
    """

    dark: bool
    sheet: NDArray[np.bool_] | None


def find_polarity(page: Page) -> Polarity:
    """Says whether the pixels far from the paper's grey level are the darker ones, and on what they are."""
    small = reduced(page, OVERVIEW)
    far: Any
    if min(page.shape) < PHOTO:
        far = small - np.float32(np.median(border_pixels(page)))
    else:
        far = small - even_paper(small)
        glances = [reduced(copy, _GLANCE).astype(np.float32) for copy in (small, far)]
        dark, light = (_strongest(glances, sign) for sign in (1, -1))
        sheet = max(filter(None, (dark, light)), key=lambda one: one.ink, default=None)
        if sheet is not None:
            return Polarity(sheet is dark, sheet.place if sheet.has_all_ink else None)
        if all(map(_has_several_grounds, glances, (_GROUNDS_APART, _STILL_APART))):
            far = _off_grounds(small)
    # By cubes, because ink covers less than shade and grain do but lies further from the paper.
    return Polarity(bool((far * far * far).sum() < 0), None)


def border_pixels(page: Page) -> NDArray[np.uint8]:
    """Gives the pixels along the four sides of a page, where paper is rather than ink.

    Args:
        page: (H, W) uint8, H and W at least 1.

    Returns:
        (n,) uint8: a rim as wide as a sixteenth of the shorter side, at least 1 pixel.
    """
    return np.asarray(page[_rim(page.shape)])


def _rim(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    width = max(1, min(shape) // 16)
    rim = np.ones(shape, dtype=bool)
    rim[width:-width, width:-width] = False
    return rim


def _off_grounds(small: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Gives how far each pixel of a page with several grounds is from what is around it."""
    small = reduced(small, _SURVEY)
    paper = ndimage.median_filter(small, size=_SURVEY // 8, mode="nearest").astype(np.float32)
    # Where one ground ends it is none.
    steps = ndimage.maximum_filter(paper, size=5) - ndimage.minimum_filter(paper, size=5)
    return np.where(steps < PAPER_STEP, small - paper, np.float32(0))


def _has_several_grounds(glance: NDArray[np.float32], apart: float) -> bool:
    """Says whether a page without its strokes is of several grey levels: a sheet on a table, a shadow."""
    along_sides = ndimage.median_filter(glance, size=_GLANCE // 4, mode="nearest")[_rim(glance.shape)]
    if _range(along_sides) > apart:
        return True
    # Both ways round: a ring of ink that is filled before it is taken out would look like a ground.
    return min(_range(under_dark_strokes(glance)), _range(under_dark_strokes(-glance))) > apart


def under_dark_strokes(glance: NDArray[np.float32], widest: int = _GLANCE // 3) -> NDArray[np.float32]:
    """Gives a page without dark strokes, and then without light ones, narrower than a window in pixels."""
    page = np.pad(glance, widest, mode="edge")
    filled = ndimage.grey_closing(page, size=(widest, widest))
    ground: NDArray[np.float32] = ndimage.grey_opening(filled, size=(widest, widest))
    return ground[widest:-widest, widest:-widest]


class _Sheet(NamedTuple):
    """A sheet that lies within a page.

    Attributes:
        place: (h, w) bool, where it is.
        has_all_ink: Whether there are no strokes beside it.
        ink: By how much the strongest of what is written on it stands out.
    """

    place: NDArray[np.bool_]
    has_all_ink: bool
    ink: float


def _strongest(glances: Sequence[NDArray[np.float32]], sign: int) -> _Sheet | None:
    """Gives the sheet within a page that is written on darkly, or if `sign` is -1 lightly.

    Args:
        glances: Small copies of the page, as it is and with even light taken out: by the one on which what is
            written stands out more.
        sign: 1 or -1.
    """
    found = [
        _sheet_under_dark_ink(sign * glance, within, apart)
        for glance, within, apart in zip(glances, _WITHIN, _SHEET_APART, strict=True)
    ]
    return max(filter(None, found), key=lambda sheet: sheet.ink, default=None)


def _sheet_under_dark_ink(glance: NDArray[np.float32], within: float, apart: float) -> _Sheet | None:
    """Gives the sheet within a page, lighter or darker than what is around it, that is written on darkly.

    Args:
        glance: A small copy of the page.
        within: Part of the ink, by cubes, that lies within the sheet at least.
        apart: Grey levels between it and what is around it at least.
    """
    for window in (_GLANCE // part for part in _SHEETS):
        ground = under_dark_strokes(glance, window)
        low, high = np.percentile(ground, (5, 95))
        if high - low <= apart:
            continue
        ink, parting = np.maximum(ground - glance, 0), (low + high) / 2
        solid = ink > (high - low) / 3
        for lighter in (True, False):
            sheet = (ground > parting) == lighter
            if _part_within(ink, solid, sheet, ~sheet & (glance < parting)) > within:
                beside = (ink > MIN_CONTRAST) & ~ndimage.binary_dilation(sheet, iterations=2)
                alone = longest(beside) < _BESIDE * longest(solid & sheet)
                has_all_ink = alone and _step(ground, sheet) >= _SHARP * (high - low)
                whole = whole_sheet(sheet, (glance > parting) == lighter, window)
                return _Sheet(whole, has_all_ink, float(ink[sheet].max()))
    return None


def _step(ground: NDArray[np.float32], sheet: NDArray[np.bool_]) -> float:
    """Gives the grey levels between a sheet near its bounds and what is near around it."""
    inner = sheet & ~ndimage.binary_erosion(sheet, iterations=_NEAR, border_value=1)
    outer = ~sheet & ndimage.binary_dilation(sheet, iterations=_NEAR)
    return float(abs(np.median(ground[inner]) - np.median(ground[outer])))


def whole_sheet(sheet: NDArray[np.bool_], alike: NDArray[np.bool_], window: int) -> NDArray[np.bool_]:
    """Gives all of a sheet, whose sides and corners a level window does not fit into where it is turned.

    Args:
        sheet: (h, w), where the window fits.
        alike: Where the page is like it rather than like what is around.
        window: Its side in pixels.
    """
    near = ndimage.binary_dilation(sheet, iterations=window // 2)
    grown = ndimage.binary_propagation(sheet, mask=sheet | alike & near)
    return np.asarray(ndimage.binary_fill_holes(grown))


def _part_within(
    ink: NDArray[np.float32],
    solid: NDArray[np.bool_],
    sheet: NDArray[np.bool_],
    around: NDArray[np.bool_],
) -> float:
    """Gives the part of the ink, by cubes, that lies in strokes on a sheet within the page, else 0.

    Args:
        ink: (h, w), how far each pixel stands out from the ground.
        solid: Where that is much.
        sheet: Where the sheet is.
        around: What is as dark as ink and is not on the sheet.
    """
    if sheet.mean() < _LEAST_SHEET or sheet[_rim(sheet.shape)].mean() > _AT_SIDES:
        return 0.0
    # A digit of light ink, its gaps filled, would be a sheet too, but the gaps are open to what is around it,
    # and if they are not, they are no thinner than the rest.
    parts, count = ndimage.label(around | solid, structure=np.ones((3, 3)))
    open_ = np.zeros(count + 1, dtype=bool)
    open_[parts[~sheet]] = open_[0] = True
    stroke = reach(solid)
    thin = _BARE * stroke <= reach(sheet & ~solid) and longest(solid & sheet) >= _LONG * stroke
    return float((ink[~open_[parts]] ** 3).sum() / (ink**3).sum()) if thin and solid.any() else 0.0


def _range(values: NDArray[Any]) -> float:
    low, high = np.percentile(values, (5, 95))
    return float(high - low)


def even_paper(small: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Gives the level of paper under light that changes evenly: a quadratic surface through the border.

    Source: Holland and Welsch, "Robust regression using iteratively reweighted least-squares" (1977).
    """
    glance = reduced(small, _GLANCE)
    broad = tuple(side >= _BROAD for side in glance.shape)
    at_border = _powers(glance.shape, broad)[_rim(glance.shape)]
    seen = border_pixels(glance).astype(np.float64)
    missed = seen - np.median(seen)
    for _ in range(_ROUNDS):
        # What misses the surface counts for little: strokes that run off the page. By einsum, because BLAS
        # would keep all cores busy for these few numbers.
        weighted = at_border / np.hypot(1, missed / _GRAIN)[:, None]
        left, right = np.einsum("ni,nj->ij", weighted, at_border), np.einsum("ni,n->i", weighted, seen)
        surface = np.linalg.lstsq(left, right, rcond=None)[0]
        missed = seen - np.einsum("ni,i->n", at_border, surface)
    return np.asarray(np.einsum("yxi,i->yx", _powers(small.shape, broad), surface), dtype=np.float32)


def _powers(shape: tuple[int, ...], broad: tuple[bool, ...]) -> NDArray[np.float64]:
    """Gives the terms of a quadratic surface at each pixel, (h, w, 6).

    Args:
        shape: (h, w).
        broad: Whether the surface changes down, and across; terms are 0 where it does not.
    """
    sides = [np.linspace(-1, 1, side) * changes for side, changes in zip(shape, broad, strict=True)]
    y, x = np.meshgrid(*sides, indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
