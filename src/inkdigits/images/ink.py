"""Separates the ink of a page from its paper, whichever of them is the darker.

Knows nothing about digits: whatever stands out from the paper is ink.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from inkdigits.arrays import INK, PAPER, InkMap, Page

MIN_CONTRAST = 30
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

_OVERVIEW = 32
"""Longer side, in pixels, of the small copy on which the light over the paper is estimated."""


def ink_map(page: Page) -> InkMap:
    """Gives the ink of a page.

    Args:
        page: (H, W) uint8, dark ink on light paper or the other way round. The paper is judged by the
            page's border, so ink may fill most of the page but not most of its border.

    Returns:
        (H, W) uint8, ink 255 on 0: uneven light taken out, strong strokes at 255, grain at 0. All 0
        for a blank page.
    """
    if page.size < 2:
        return np.zeros_like(page)
    depth = page.astype(np.float32)
    if _ink_is_dark(page):
        depth = INK - depth
    depth -= _paper_level(depth)
    # Neighbouring pixels differ by grain, hardly by print or shade.
    grain = _spread(np.diff(depth.ravel())) / np.sqrt(2)
    standing_out = depth[depth >= max(MIN_CONTRAST, _GRAINS_TO_COUNT * grain)]
    if not standing_out.size:
        return np.zeros_like(page)
    full = float(np.percentile(standing_out, 90))
    edge = np.clip(_SPREADS_AT_EDGE * _spread(depth), _FAINTEST * full, _EDGE_AT_MOST * full)
    depth[~_strokes(depth, float(edge), _CORE * full)] = PAPER
    ink: InkMap = np.round(np.minimum(depth / full, 1) * INK).astype(np.uint8)
    return ink


def border_pixels(page: Page) -> NDArray[np.uint8]:
    """Gives the pixels along the four sides of a page, where paper is rather than ink.

    Args:
        page: (H, W) uint8, H and W at least 1.

    Returns:
        (n,) uint8: a rim as wide as a sixteenth of the shorter side, at least 1 pixel.
    """
    width = max(1, min(page.shape) // 16)
    rim = np.ones(page.shape, dtype=bool)
    rim[width:-width, width:-width] = False
    return np.asarray(page[rim])


def _ink_is_dark(page: Page) -> bool:
    """Says whether the pixels far from the paper's grey level are the darker ones."""
    paper = float(np.median(border_pixels(page)))
    counts = np.bincount(page.ravel(), minlength=INK + 1)
    # By cubes, because ink covers less than shade and grain do but lies further from the paper.
    return bool((counts * (np.arange(INK + 1) - paper) ** 3).sum() < 0)


def _paper_level(depth: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gives the level of bare paper at each pixel of a page on which ink is higher than paper.

    A low percentile of the wide surroundings tells roughly what is bare; the level is then a plane
    through what is bare, plus the mean of what is left of it around.
    """
    height, width = depth.shape
    scale = min(1.0, _OVERVIEW / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(Image.fromarray(depth).resize(size, Image.Resampling.BOX))
    side = max(small.shape)
    rest = small - ndimage.percentile_filter(small, 20, size=max(side // 2, 1), mode="nearest")
    bare = (rest <= max(MIN_CONTRAST / 2, float(rest.max()) / 4)).astype(np.float32)
    plane = _plane(small, bare > 0)
    around = ndimage.gaussian_filter(bare, side / 4, mode="nearest")
    left = ndimage.gaussian_filter((small - plane) * bare, side / 4, mode="nearest")
    level = Image.fromarray(plane + left / np.maximum(around, 1e-6))
    return np.asarray(level.resize((width, height), Image.Resampling.BILINEAR))


def _plane(values: NDArray[np.float32], chosen: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Gives the plane through the chosen values by least squares, (H, W)."""
    rows, columns = np.indices(values.shape, dtype=np.float32)
    terms = np.stack([np.ones_like(values), rows, columns], axis=-1)
    weights = np.linalg.lstsq(terms[chosen], values[chosen], rcond=None)[0]
    return np.asarray(terms @ weights)


def _spread(values: NDArray[np.float32]) -> float:
    """Gives the standard deviation around 0, by the median so that rare values have no part in it."""
    return 1.4826 * float(np.median(np.abs(values)))


def _strokes(depth: NDArray[np.float32], edge: float, core: float) -> NDArray[np.bool_]:
    """Gives where `depth` is at least `edge` in a connected region that reaches `core`, (H, W)."""
    regions, count = ndimage.label(depth >= edge, structure=np.ones((3, 3)))
    reaches = np.zeros(count + 1, dtype=bool)
    reaches[regions[depth >= core]] = True
    return np.asarray(reaches[regions])
