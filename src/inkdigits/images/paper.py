"""Gives the level of bare paper all over a page: uneven light, shadows, and where a sheet ends.

Knows nothing about ink but that it is narrower than what it is on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from inkdigits.images.overview import MIN_CONTRAST, OVERVIEW, PAPER_STEP, PHOTO, longest, reach, reduced

_FINER = (5, 8, 12)
"""Parts of the shorter side of a photo that windows may be instead of a third, where there are shadows."""

_SHADE, _LEAST_SHADE = 20, 0.01
"""Grey levels that a shadow is darker by at least; part of a page that it covers."""

_BLUR = 4
"""Pixels of an overview to either side of where a shadow begins that its edge is blurred over."""

_AS_DEEP = 0.4
"""Part of a shadow's depth that strokes have at least; printed rules are paler."""

_OF_WINDOW, _KEPT = 0.4, 0.8
"""What a window leaves whole: half a stroke's width in its own; part of the ink that the one before left."""

_BROADER = 1.5
"""Widths of a stroke that a shadow is wide at least, where no window before says how wide strokes are."""

_STEPS = 6
"""Pixels of a copy, about, that one standard deviation of what is softened on it is."""

_AT_ENDS = 7
"""Pixels of an overview across, of which the highest is the level where paper or a shadow ends."""

_LEAST_EXTENT = 0.05
"""Height or width, in parts of the page's shorter side, of what may be written beside a shadow."""


class Paper(NamedTuple):
    """The bare paper of a page.

    Attributes:
        level: (H, W) float32, its level.
        shaded: Whether there are shadows or sheets that strokes are much thinner than.
    """

    level: NDArray[np.float32]
    shaded: bool


def paper_level(depth: NDArray[np.float32]) -> Paper:
    """Gives the bare paper of a page, (H, W) float32, on which ink is higher.

    Whatever is narrower than a window is cut off the overview, which leaves paper with its shades and edges
    but no stroke; then the mean of what is left on bare paper around is added, because the cut follows the
    lowest of the grain.
    """
    height, width = depth.shape
    small = reduced(depth, OVERVIEW)
    widest = max(3, min(small.shape) // (3 if min(depth.shape) >= PHOTO else 2) | 1)
    level, window = _opened(small, widest), widest
    if min(depth.shape) >= PHOTO:
        level, window = _along_shadows(small, level, widest)
    rest = small - level
    bare = (rest <= max(MIN_CONTRAST / 2, float(rest.max()) / 4)).astype(np.float32)
    level += _softened(rest * bare, window / 2) / np.maximum(_softened(bare, window / 2), 1e-6)
    # Between the pixels of a step the larger copy would be neither the one paper nor the other, so that only
    # what stands out from the higher is ink there.
    higher = ndimage.maximum_filter(level, size=3, mode="nearest")
    if min(depth.shape) < PHOTO:
        level = np.where(higher - level > PAPER_STEP, higher, level)
    else:
        ends = ndimage.binary_dilation(
            higher - ndimage.minimum_filter(level, size=3, mode="nearest") > PAPER_STEP
        )
        level = np.where(ends, ndimage.maximum_filter(level, size=_AT_ENDS, mode="nearest"), level)
    enlarged = Image.fromarray(level).resize((width, height), Image.Resampling.BILINEAR)
    return Paper(np.asarray(enlarged), shaded=window < widest)


def _along_shadows(
    small: NDArray[np.float32], at_widest: NDArray[np.float32], widest: int
) -> tuple[NDArray[np.float32], int]:
    """Gives an overview cut off by a narrower window where there are shadows, and its side in pixels.

    A window must be wider than any stroke, and narrower than a shadow or a sheet to follow its bounds: it is
    the narrowest that leaves the strokes whole.

    Args:
        small: The overview.
        at_widest: The same, cut off by the widest window.
        widest: Its side in pixels.
    """
    side = min(small.shape)
    level, window = at_widest, widest
    before = None  # the ink that the window before left
    for part in _FINER:
        finer = max(3, side // part | 1)
        cut = _opened(small, finer)
        rest, ground = small - cut, cut - at_widest
        shade = ground > _SHADE
        if shade.mean() < _LEAST_SHADE:
            before = rest > _SHADE
            continue
        # Where a ground begins, its blurred edge looks like a stroke.
        within = ndimage.binary_erosion(shade, iterations=_BLUR, border_value=1)
        clear = within | ~ndimage.binary_dilation(shade, iterations=_BLUR)
        ink = clear & (rest >= _AS_DEEP * float(ground[shade].mean()))
        if before is None:
            whole = _BROADER * reach(ink) <= reach(shade)
        else:
            whole = reach(before) <= _OF_WINDOW * finer and ink.sum() >= _KEPT * before.sum()
        if whole and reach(ink) <= _OF_WINDOW * finer and longest(ink) >= _LEAST_EXTENT * side:
            level, window = cut, finer
        before = ink
    return level, window


def _softened(small: NDArray[np.float32], deviation: float) -> NDArray[np.float32]:
    """Gives an overview softened by a wide Gaussian, on a copy as small as that allows."""
    step = max(1, int(deviation // _STEPS))
    coarse = ndimage.gaussian_filter(
        reduced(small, max(small.shape) // step), deviation / step, mode="nearest"
    )
    return np.asarray(Image.fromarray(coarse).resize(small.shape[::-1], Image.Resampling.BILINEAR))


def _opened(small: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    # Continued beyond its sides as a slope of light would go on.
    beyond = np.pad(small, window, mode="reflect", reflect_type="odd")
    level: NDArray[np.float32] = ndimage.grey_opening(beyond, size=(window, window))
    return level[window:-window, window:-window]
