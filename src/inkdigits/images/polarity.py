"""Tells whether the ink of a page is darker than its paper, or lighter.

Knows nothing about digits but that their strokes are thin beside what they are written on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.arrays import Page
from inkdigits.images.overview import OVERVIEW, PHOTO, STEP, reduced

_SURVEY = 80
"""Longer side, in pixels, of the copy on which ink is told from paper where a page has several grounds."""

_GLANCE = 48
"""Longer side, in pixels, of the copy on which it is judged whether a page has several grounds."""

_GROUNDS_APART, _STILL_APART = 40, 20
"""Grey levels between the grounds of a page that has several; the same without light that changes evenly."""

_LEAST_SHEET = 0.2
"""Part of a page that a sheet covers; the middle of a thick 0 is less."""

_THICK, _ON_SHEET = 0.3, 0.9
"""Parts, by cubes, of what would be ink on a sheet: that may be thicker than strokes; that lies within it."""

_ROUNDS, _GRAIN = 12, 2.0
"""How often the surface of even light is fitted; grey levels from which what misses it counts less."""


def ink_is_dark(page: Page) -> bool:
    """Says whether the pixels far from the paper's grey level are the darker ones."""
    small = reduced(page, OVERVIEW)
    far: Any
    if min(page.shape) < PHOTO:
        far = small - np.float32(np.median(border_pixels(page)))
    else:
        far = small - _even_paper(small)
        glance, evened = (reduced(page, _GLANCE).astype(np.float32) for page in (small, far))
        if (on_sheet := _dark_on_sheet(glance)) != _dark_on_sheet(-glance):
            return on_sheet
        if _has_several_grounds(glance, _GROUNDS_APART) and _has_several_grounds(evened, _STILL_APART):
            far = _off_grounds(small)
    # By cubes, because ink covers less than shade and grain do but lies further from the paper.
    return bool((far * far * far).sum() < 0)


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
    return np.where(steps < STEP, small - paper, np.float32(0))


def _has_several_grounds(glance: NDArray[np.float32], apart: float) -> bool:
    """Says whether a page without its strokes is of several grey levels: a sheet on a table, a shadow."""
    along_sides = ndimage.median_filter(glance, size=_GLANCE // 4, mode="nearest")[_rim(glance.shape)]
    if _range(along_sides) > apart:
        return True
    # Both ways round: a ring of ink that is filled before it is taken out would look like a ground.
    return min(_range(_under_dark_strokes(glance)), _range(_under_dark_strokes(-glance))) > apart


def _under_dark_strokes(glance: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gives a page without dark strokes, and then without light ones."""
    widest = _GLANCE // 3
    page = np.pad(glance, widest, mode="edge")
    filled = ndimage.grey_closing(page, size=(widest, widest))
    ground: NDArray[np.float32] = ndimage.grey_opening(filled, size=(widest, widest))
    return ground[widest:-widest, widest:-widest]


def _dark_on_sheet(glance: NDArray[np.float32]) -> bool:
    """Says whether, if ink is dark, it is that of thin strokes within a sheet lighter than all around it."""
    ground = _under_dark_strokes(glance)
    if _range(ground) <= _GROUNDS_APART:
        return False
    middle = np.mean(np.percentile(ground, (5, 95)))
    if (ground >= middle).mean() < _LEAST_SHEET:
        return False
    ink = np.maximum(ground - glance, 0)
    thick = ndimage.grey_opening(ink, size=(_GLANCE // 8, _GLANCE // 8), mode="nearest")
    # A digit of light ink, its gaps filled, would be a sheet too, but the gaps are open to what is around it.
    parts, count = ndimage.label(glance < middle, structure=np.ones((3, 3)))
    open_ = np.zeros(count + 1, dtype=bool)
    open_[parts[ground < middle]] = open_[0] = True
    closed = np.where(open_[parts], 0, ink)
    whole, thicker, within = (float((values**3).sum()) for values in (ink, thick, closed))
    return thicker <= _THICK * whole and within > _ON_SHEET * whole


def _range(values: NDArray[Any]) -> float:
    low, high = np.percentile(values, (5, 95))
    return float(high - low)


def _even_paper(small: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Gives the level of paper under light that changes evenly: a quadratic surface through the border.

    Source: Holland and Welsch, "Robust regression using iteratively reweighted least-squares" (1977).
    """
    glance = reduced(small, _GLANCE)
    at_border, seen = _powers(glance.shape)[_rim(glance.shape)], border_pixels(glance).astype(np.float64)
    missed = seen - np.median(seen)
    for _ in range(_ROUNDS):
        # What misses the surface counts for little: strokes that run off the page. By einsum, because BLAS
        # would keep all cores busy for these few numbers.
        weighted = at_border / np.hypot(1, missed / _GRAIN)[:, None]
        left, right = np.einsum("ni,nj->ij", weighted, at_border), np.einsum("ni,n->i", weighted, seen)
        surface = np.linalg.lstsq(left, right, rcond=None)[0]
        missed = seen - np.einsum("ni,i->n", at_border, surface)
    return np.asarray(np.einsum("yxi,i->yx", _powers(small.shape), surface), dtype=np.float32)


def _powers(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Gives the terms of a quadratic surface at each pixel, (h, w, 6)."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in shape), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
