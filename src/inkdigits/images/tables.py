"""Finds the rules of a table or of lined paper that was photographed at an angle, where no two lie alike.

Knows nothing about what is written in it.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from inkdigits.images.heights import TABLE, writing_height
from inkdigits.images.straight import LONGEST_STROKE, Regions, Solid, find_straight, find_tilt

_MOST_TABLES = 4  # on a page, the largest
_LEFT = 0.03  # of a table's ink, that is left at least where its rules do not lie alike
_SPAN = 0.7  # of the page, that rules held together by a margin reach across both ways at least
_LEGIBLE = 12  # pixels that writing between such rules is high at least
_LONG = 0.4  # of the page's side, that its rules are long at least
_BANDS = 8  # of a table, half of each in the next, in which rules lie alike


def fanned_rules(regions: Regions, rules: Solid, height: float) -> Solid:
    """Gives rules that lie otherwise than most: those of tables, a band at a time.

    Args:
        regions: Connected parts of ink.
        rules: Those that were found, all turned alike.
        height: Of what most of the ink is.
    """
    fanned, longest = np.zeros_like(rules), LONGEST_STROKE * height
    if height < _LEGIBLE:
        return fanned
    places = ndimage.find_objects(regions)
    sizes = np.array([[side.stop - side.start for side in place] for place in places])
    large = np.flatnonzero(sizes.min(axis=1) >= TABLE * height)
    for one in large[np.argsort(-sizes[large].prod(axis=1))][:_MOST_TABLES]:
        place = places[one]
        own = regions[place] == one + 1
        if np.count_nonzero(own & ~rules[place]) >= _LEFT * np.count_nonzero(own):
            (across, crossed), (down, met) = (_in_bands(way, longest) for way in (own, own.T))
            fanned[place] |= across | down.T | (crossed & met.T)
    return fanned


def height_between(solid: Solid) -> float | None:
    """Gives how high what is written between rules is that lie otherwise than most, in pixels.

    Args:
        solid: Where there is ink.

    Returns:
        None where no part of the ink reaches across the page both ways, as rules and a margin do, or what is
        left without long lines is no writing, or hardly lower than the page.
    """
    if min(solid.shape) < TABLE * _LEGIBLE:
        return None
    regions, _ = ndimage.label(solid, structure=np.ones((3, 3)))
    least = _SPAN * solid.shape[0], _SPAN * solid.shape[1]
    places = ndimage.find_objects(regions)
    if not any(y.stop - y.start >= least[0] and x.stop - x.start >= least[1] for y, x in places):
        return None
    (across, _), (down, _) = (_in_bands(way, _LONG * way.shape[1]) for way in (solid, solid.T))
    height = writing_height(solid & ~across & ~down.T)
    return height if height and _LEGIBLE <= height <= min(solid.shape) / TABLE else None


def _in_bands(solid: Solid, length: float) -> tuple[Solid, Solid]:
    """Gives straight lines along the rows where no stroke crosses them, and all of them."""
    alone, whole = np.zeros_like(solid), np.zeros_like(solid)
    step = max(len(solid) // _BANDS, 1)
    for start in range(0, len(solid) - step, step):
        rows = slice(start, start + 2 * step)
        found = find_straight(solid[rows], find_tilt(solid[rows]), length)
        alone[rows] |= found.alone
        whole[rows] |= found.whole
    return alone, whole
