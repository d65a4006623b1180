"""Separates the ink of a page from its paper, whichever of them is the darker.

Knows nothing about digits: whatever stands out from the paper is ink.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from inkdigits.arrays import INK, PAPER, InkMap, Page

MIN_CONTRAST = 20
"""Grey levels of 255 that ink stands out from the paper by; a page without such pixels is blank."""

_GRAINS_TO_COUNT = 6
"""Ink also stands out by this many standard deviations of the paper's grain."""

_FAINTEST = 0.1
"""Part of full ink from which a pixel at the edge of a stroke is ink: compression leaves less."""

_SPREADS_AT_EDGE = 3
"""The same limit in standard deviations of the paper, its print and texture included; the higher holds."""

_EDGE_AT_MOST = 0.4
"""The same limit at most, however restless the paper."""

_CORE = 0.5
"""Part of full ink that a stroke reaches somewhere; what nowhere does is a speck."""

_SAMPLE = 300_000
"""Pixels of a page that its grain is judged by, about."""

_STRONGER = 1.6
"""Ink on printed paper is that much deeper than the print on average."""

_PRINT_APART = 7
"""Pixels across, at least, around strong ink in which pale pixels are its edge, not print."""

_LEAST_PRINTED = 32
"""Pixels each way of a page that can be told to be printed."""

_TILES, _PRINT_IN_TILE, _PRINTED_TILES = 12, 0.02, 0.6
"""Tiles along the longer side of a page; part of a tile that print covers; part of the tiles with print."""

_OVERVIEW = 160
"""Longer side, in pixels, of the small copy on which the light over the paper is estimated."""

_SURVEY = 80
"""Longer side, in pixels, of the copy on which ink is told from paper where a page has several grounds."""

_GLANCE = 48
"""Longer side, in pixels, of the copy on which it is judged whether a page has several grounds."""

_PHOTO = 64
"""Pixels each way from which a page may show more than one ground."""

_GROUNDS_APART = 40
"""Grey levels between the grounds of a page that has several."""

_ROUNDS, _GRAIN = 12, 2.0
"""How often the surface of even light is fitted; grey levels from which what misses it counts less."""

_MOST_GAIN = 2.5
"""How much ink in a shadow is strengthened at most; on a dark table grain would become ink."""

_STEP = 40
"""Grey levels between neighbours on the overview from which paper ends there, as at a sheet's edge."""


def ink_map(page: Page) -> InkMap:
    """Gives the ink of a page.

    Args:
        page: (H, W) uint8, dark ink on light paper or the other way round; a sheet may lie on something
            darker or lighter. Where the page has one ground, that is judged by the page's border, so ink
            may fill most of the page but not most of its border.

    Returns:
        (H, W) uint8, ink 255 on 0: uneven light taken out, strong strokes at 255, grain at 0. All 0
        for a blank page.
    """
    if page.size < 2:
        return np.zeros_like(page)
    depth = page.astype(np.float32)
    if _ink_is_dark(page):
        np.subtract(INK, depth, out=depth)
    level, ends = _paper_level(depth)
    depth -= level
    depth *= _gain(level)
    depth[ends] = PAPER
    # Neighbouring pixels differ by grain, hardly by print or shade.
    grain = _spread(np.diff(_some(depth))) / np.sqrt(2)
    standing_out = depth[depth >= max(MIN_CONTRAST, _GRAINS_TO_COUNT * grain)]
    if not standing_out.size:
        return np.zeros_like(page)
    full = float(np.percentile(standing_out, 90))
    edge = float(np.clip(_SPREADS_AT_EDGE * _spread(_some(depth)), _FAINTEST * full, _EDGE_AT_MOST * full))
    core = _CORE * full
    printed = _print(depth, standing_out)
    if printed:
        edge, core, full = printed
    depth[~strokes(depth, edge, core)] = PAPER
    depth *= INK / full
    ink: InkMap = np.round(np.minimum(depth, INK, out=depth), out=depth).astype(np.uint8)
    return ink


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


def _ink_is_dark(page: Page) -> bool:
    """Says whether the pixels far from the paper's grey level are the darker ones."""
    small = _reduced(page, _OVERVIEW)
    far: Any
    if min(page.shape) < _PHOTO:
        far = small - np.float32(np.median(border_pixels(page)))
    elif _has_several_grounds(small):
        # What is paper differs from place to place, and where one ground ends it is none.
        small = _reduced(small, _SURVEY)
        paper = ndimage.median_filter(small, size=_SURVEY // 8, mode="nearest").astype(np.float32)
        steps = ndimage.maximum_filter(paper, size=5) - ndimage.minimum_filter(paper, size=5)
        far = np.where(steps < _STEP, small - paper, 0)
    else:
        far = small - _even_paper(small)
    # By cubes, because ink covers less than shade and grain do but lies further from the paper.
    return bool((far * far * far).sum() < 0)


def _has_several_grounds(small: NDArray[np.uint8]) -> bool:
    """Says whether a page without its strokes is of several grey levels: a sheet on a table, a shadow."""
    glance = _reduced(small, _GLANCE)
    along_sides = border_pixels(ndimage.median_filter(glance, size=_GLANCE // 4, mode="nearest"))
    if _range(along_sides) > _GROUNDS_APART:
        return True
    # Both ways round: a ring of ink that is filled before it is taken out would look like a ground.
    widest = (_GLANCE // 3, _GLANCE // 3)
    filled = ndimage.grey_closing(glance, size=widest, mode="nearest")
    cleared = ndimage.grey_opening(glance, size=widest, mode="nearest")
    grounds = (
        ndimage.grey_opening(filled, size=widest, mode="nearest"),
        ndimage.grey_closing(cleared, size=widest, mode="nearest"),
    )
    return min(map(_range, grounds)) > _GROUNDS_APART


def _range(values: NDArray[np.uint8]) -> float:
    low, high = np.percentile(values, (5, 95))
    return float(high - low)


def _even_paper(small: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Gives the level of paper under light that changes evenly: a quadratic surface through the border.

    Source: Holland and Welsch, "Robust regression using iteratively reweighted least-squares" (1977).
    """
    glance = _reduced(small, _GLANCE)
    at_border, seen = _powers(glance.shape)[_rim(glance.shape)], border_pixels(glance).astype(np.float64)
    missed = seen - np.median(seen)
    for _ in range(_ROUNDS):
        # What misses the surface counts for little: strokes that run off the page. By einsum, because BLAS
        # would keep all cores busy for these few numbers.
        weighted = at_border / np.hypot(1, missed / _GRAIN)[:, None]
        left, right = np.einsum("ni,nj->ij", weighted, at_border), np.einsum("ni,n->i", weighted, seen)
        surface = np.linalg.lstsq(left, right, rcond=None)[0]
        missed = seen - np.einsum("ni,i->n", at_border, surface)
    return np.asarray(np.einsum("yxi,i->yx", _powers(small.shape), surface))


def _powers(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Gives the terms of a quadratic surface at each pixel, (h, w, 6)."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in shape), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _paper_level(depth: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Gives the level of bare paper at each pixel of a page on which ink is higher, and where one paper ends.

    Whatever is narrower than a window is cut off the overview, which leaves paper with its shades and edges
    but no stroke; then the mean of what is left on bare paper around is added, because the cut follows the
    lowest of the grain.
    """
    height, width = depth.shape
    small = _reduced(depth, _OVERVIEW)
    window = max(3, min(small.shape) // (3 if min(depth.shape) >= _PHOTO else 2) | 1)
    # Continued beyond its sides as a slope of light would go on.
    beyond = np.pad(small, window, mode="reflect", reflect_type="odd")
    level = ndimage.grey_opening(beyond, size=(window, window))[window:-window, window:-window]
    rest = small - level
    bare = (rest <= max(MIN_CONTRAST / 2, float(rest.max()) / 4)).astype(np.float32)
    around = ndimage.gaussian_filter(bare, window / 2, mode="nearest")
    level += ndimage.gaussian_filter(rest * bare, window / 2, mode="nearest") / np.maximum(around, 1e-6)
    # Between the pixels of a step the larger copy would be neither the one paper nor the other.
    higher = ndimage.maximum_filter(level, size=3, mode="nearest")
    ends = np.zeros(level.shape, dtype=bool)
    if min(depth.shape) >= _PHOTO:
        lower = ndimage.minimum_filter(level, size=3, mode="nearest")
        ends = ndimage.binary_dilation(higher - lower > _STEP)
    level = np.where(higher - level > _STEP, higher, level)
    return (
        np.asarray(Image.fromarray(level).resize((width, height), Image.Resampling.BILINEAR)),
        np.asarray(Image.fromarray(ends).resize((width, height), Image.Resampling.NEAREST)),
    )


def _print(
    depth: NDArray[np.float32], standing_out: NDArray[np.float32]
) -> tuple[float, float, float] | None:
    """Gives edge, core and full ink of a page that is printed all over, paler than what is written on it."""
    if min(depth.shape) < _LEAST_PRINTED:
        return None
    parting = _parting(standing_out)
    pale, strong = standing_out[standing_out < parting], standing_out[standing_out >= parting]
    if not len(strong) or len(pale) < len(strong) or strong.mean() < _STRONGER * pale.mean():
        return None
    written = ndimage.maximum_filter(depth >= parting, size=max(_PRINT_APART, min(depth.shape) // 32))
    printed = (depth >= float(np.median(pale))) & (depth < parting) & ~written
    tiles = _reduced(printed.astype(np.float32), _TILES) > _PRINT_IN_TILE
    if tiles.mean() < _PRINTED_TILES:
        return None
    full = float(np.median(strong))
    return (float(pale.mean()) + parting) / 2, (parting + full) / 2, full


def _parting(values: NDArray[np.float32]) -> float:
    """Gives the value that parts pale from strong ones best.

    Source: Otsu, "A threshold selection method from gray-level histograms" (1979).
    """
    counts = np.bincount(values.astype(np.intp)).astype(np.float64)
    levels = np.arange(len(counts))
    below, total = np.cumsum(counts), np.cumsum(counts * levels)
    above = below[-1] - below
    between = (total[-1] * below / below[-1] - total) ** 2 / np.maximum(below * above, 1e-9)
    return float(np.argmax(between) + 1)


def _gain(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gives what the depth of ink is multiplied by: in a shadow ink stands out by less, in proportion."""
    room = np.maximum(INK - level, 1)
    return np.asarray(np.clip(np.median(_some(room)) / room, 1 / _MOST_GAIN, _MOST_GAIN), dtype=np.float32)


def _reduced(page: NDArray[Any], longer_side: int) -> NDArray[Any]:
    """Gives a page made smaller by averaging, as large as it is if it is small."""
    height, width = page.shape
    scale = min(1.0, longer_side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(page).resize(size, Image.Resampling.BOX))


def _some(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gives whole rows of a page, as many as its statistics need."""
    step = max(1, values.size // _SAMPLE)
    return values[::step].ravel()


def _spread(values: NDArray[np.float32]) -> float:
    """Gives the standard deviation around 0, by the median so that rare values have no part in it."""
    return 1.4826 * float(np.median(np.abs(values)))


def strokes(depth: NDArray[Any], edge: float, core: float) -> NDArray[np.bool_]:
    """Gives where `depth` is at least `edge` in a connected region that reaches `core`, (H, W)."""
    regions, count = ndimage.label(depth >= edge, structure=np.ones((3, 3)))
    reaches = np.zeros(count + 1, dtype=bool)
    reaches[regions[depth >= core]] = True
    return np.asarray(reaches[regions])
