"""Separates the ink of a page from its paper, whichever of them is the darker.

Knows nothing about digits: whatever stands out from the paper is ink.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from inkdigits.arrays import INK, PAPER, InkMap, Page
from inkdigits.images.notes import find_notes
from inkdigits.images.overview import MIN_CONTRAST, PHOTO, reduced
from inkdigits.images.pale import strengthen_pale
from inkdigits.images.paper import paper_level
from inkdigits.images.plates import turn_plates
from inkdigits.images.polarity import Polarity, find_polarity
from inkdigits.images.sheet import Window, sheet_window

_GRAINS_TO_COUNT = 6
"""Ink also stands out by this many standard deviations of the paper's grain."""

_DROWNED = 0.5
"""Where that is more than this part of the deepest pixel's depth, strokes drown in the grain."""

_SOFTNESS = 1.0
"""Standard deviation of what then softens the page, in pixels."""

_LEFT = 1 / (2 * np.sqrt(np.pi) * _SOFTNESS)
"""Part of the grain's standard deviation that is left, if neighbours have nothing to do with each other."""

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

_MOST_GAIN = 2.5
"""How much ink in a shadow is strengthened at most; on a dark table grain would become ink."""

_BRIGHTER = 1.2
"""How much brighter chalk, and its board, are in the light than in the shadow at least."""


class PageInk(NamedTuple):
    """What `find_page_ink` finds.

    Attributes:
        map: (H, W) uint8, ink 255 on 0: uneven light taken out, strong strokes at 255, grain at 0. All 0 for
            a blank page, and beyond the sheet.
        shaded: Whether the paper has shadows, ends or plates on it, whose bounds look like strokes on the
            page itself.
        sheet: Rows and columns between the sides beyond which the sheet ends.
    """

    map: InkMap
    shaded: bool
    sheet: Window


def ink_map(page: Page, turned: bool = False) -> InkMap:
    """Gives the strongest ink of a page, (H, W) uint8, as `find_page_ink` but without any that is paler.

    Args:
        page: (H, W) uint8.
        turned: Whether to take the lighter for ink where the darker seems to be, and the other way round.
    """
    return _page_ink(page, turned, pale=False).map


def find_page_ink(page: Page) -> PageInk:
    """Gives the ink of a page.

    Args:
        page: (H, W) uint8, dark ink on light paper or the other way round; a sheet may lie on something
            darker or lighter. Where the page has one ground, that is judged by the page's border, so ink
            may fill most of the page but not most of its border. Small dark plates with light writing on
            them may stand among dark ink.
    """
    found = _page_ink(page, turned=False, pale=True)
    turned = turn_plates(found.map)
    return found if turned is None else PageInk(turned, shaded=True, sheet=found.sheet)


def _page_ink(page: Page, turned: bool, pale: bool) -> PageInk:
    sheet, ink = sheet_window(page), np.zeros_like(page)
    if page.size < 2:
        return PageInk(ink, shaded=False, sheet=sheet)
    notes = find_notes(page[sheet])
    if notes is None:
        polarity = find_polarity(page[sheet])
        if turned:
            polarity = Polarity(not polarity.dark, None)
        ink[sheet], shaded = _sheet_ink(page[sheet], polarity, pale)
        return PageInk(ink, shaded, sheet)
    rows, columns = (
        slice(whole.start + part.start, whole.start + part.stop)
        for whole, part in zip(sheet, notes.window, strict=True)
    )
    ink[rows, columns], _ = _sheet_ink(notes.page, Polarity(notes.dark != turned, None), pale)
    return PageInk(ink, shaded=True, sheet=(rows, columns))


def _sheet_ink(page: Page, polarity: Polarity, pale: bool) -> tuple[InkMap, bool]:
    """Gives the ink of a page beyond whose sides nothing lies, and whether it is shaded.

    Bounds of shadows look like strokes of a paler ink, so that there is none on shaded paper.
    """
    depth = page.astype(np.float32)
    if polarity.dark:
        np.subtract(INK, depth, out=depth)
    paper = paper_level(depth)
    depth -= paper.level
    depth *= _gain(paper.level, depth, polarity.dark)
    if polarity.sheet is not None:
        # Its bounds would be ink, and so would the grain of what it lies on.
        inner = Image.fromarray(ndimage.binary_erosion(polarity.sheet, border_value=1))
        size = (page.shape[1], page.shape[0])
        depth[~np.asarray(inner.resize(size, Image.Resampling.NEAREST))] = PAPER
    shaded = paper.shaded or polarity.sheet is not None
    return _strokes(depth, pale and not shaded), shaded


def _strokes(depth: NDArray[np.float32], pale: bool) -> InkMap:
    """Gives the ink map of what stands out from the paper by `depth`, which is overwritten."""
    # Neighbouring pixels differ by grain, hardly by print or shade.
    grain = _spread(np.diff(_some(depth))) / np.sqrt(2)
    if min(depth.shape) >= PHOTO and _GRAINS_TO_COUNT * grain > _DROWNED * float(depth.max()):
        ndimage.gaussian_filter(depth, _SOFTNESS, mode="mirror", output=depth)
        depth -= np.median(_some(depth))  # the paper's level is told too low on such grain
        grain *= _LEFT
    standing_out = depth[depth >= max(MIN_CONTRAST, _GRAINS_TO_COUNT * grain)]
    if not standing_out.size:
        return np.zeros(depth.shape, dtype=np.uint8)
    full = float(np.percentile(standing_out, 90))
    edge = float(np.clip(_SPREADS_AT_EDGE * _spread(_some(depth)), _FAINTEST * full, _EDGE_AT_MOST * full))
    core = _CORE * full
    printed = _print(depth, standing_out)
    if printed:
        edge, core, full = printed
    written = strokes(depth, edge, core)
    if pale and not printed:
        least = max(edge, MIN_CONTRAST, _GRAINS_TO_COUNT * grain)
        written |= strengthen_pale(depth, written, least, full)
    depth[~written] = PAPER
    depth *= INK / full
    ink: InkMap = np.round(np.minimum(depth, INK, out=depth), out=depth).astype(np.uint8)
    return ink


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
    tiles = reduced(printed.astype(np.float32), _TILES) > _PRINT_IN_TILE
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


def _gain(level: NDArray[np.float32], depth: NDArray[np.float32], dark: bool) -> NDArray[np.float32]:
    """Gives what the depth of ink is multiplied by: in a shadow ink stands out by less, in proportion.

    Args:
        level: (H, W), of the paper, on which ink is higher.
        depth: (H, W), by how much each pixel is.
        dark: Whether the ink is the darker. If not, it is chalk where it is the brighter the brighter the
            board is, as both have the same light; else the page is a negative, and its light the other way.
    """
    bright = not dark and min(level.shape) >= PHOTO and _rises(level, depth)
    light = np.maximum(level if bright else INK - level, 1)
    return np.asarray(np.clip(np.median(_some(light)) / light, 1 / _MOST_GAIN, _MOST_GAIN), dtype=np.float32)


def _rises(level: NDArray[np.float32], depth: NDArray[np.float32]) -> bool:
    """Says whether ink stands out by much more where the paper is much lighter."""
    ink = _some(depth) >= MIN_CONTRAST
    on, out = _some(level)[ink], _some(depth)[ink]
    upper = on > (on.min(initial=INK) + on.max(initial=0)) / 2
    if not upper.any():
        return False
    return all(np.median(one[upper]) > _BRIGHTER * np.median(one[~upper]) for one in (on, out))


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
