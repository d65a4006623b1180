"""Finds writing in a paler ink than the strongest on a page: a pencil's beside print, or another pen's.

Knows nothing about digits but that their strokes are narrow, and about as high as the rest of the writing or
higher.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.images.heights import middle_height
from inkdigits.images.straight import Solid

_PALEST = 0.2  # of full ink, that strokes of another ink are deep at least
_APART = 1.3  # times as deep as what counts as ink at all, the same
_BESIDE = 2  # pixels around strong ink that are its edge
_EDGE = 0.1  # of a part, that lies along such an edge at most
_LOWEST = 0.3  # of the height of strong writing, that it is at least
_USUAL = 60  # pixels, that this height counts as at most
_LEAST = 8  # pixels that it is high at least
_HIGHEST = 0.8  # of the page's height, that it is at most
_BROADEST = 0.4  # of its height, that a stroke is wide at most
_SHAPED = 0.3  # of its height, that one of the parts is wide at least
_MOST = 200  # parts on a page, and ten times as many to look at; more are texture
_DEEP = 75  # percentile of a part's depths that is that of its ink


def strengthen_pale(depth: NDArray[np.float32], strong: Solid, least: float, full: float) -> Solid:
    """Makes strokes of a paler ink as deep as those of the strongest.

    Args:
        depth: (H, W), by how much each pixel stands out from the paper; overwritten where such strokes are.
        strong: Where strokes of the strongest ink are.
        least: Depth from which anything is ink.
        full: Depth of the strongest ink.

    Returns:
        (H, W) bool, where they are; nowhere if what is paler is no writing.
    """
    found = np.zeros_like(strong)
    edge = _grown(strong, _BESIDE)
    pale = (depth >= least) & ~edge
    if not pale.any():
        return found
    lowest = max(_LEAST, _LOWEST * min(_USUAL, middle_height(strong)))
    numbers, _ = ndimage.label(pale, structure=np.ones((3, 3)))
    places = ndimage.find_objects(numbers)
    heights = np.array([rows.stop - rows.start for rows, _ in places])
    chosen = np.flatnonzero((heights >= lowest) & (heights <= _HIGHEST * len(depth)))
    if len(chosen) > 10 * _MOST:
        return found
    along = _grown(edge, 1)
    parts = []
    for number in chosen:
        place, height = places[number], heights[number]
        own = numbers[place] == number + 1
        level = float(np.percentile(depth[place][own], _DEEP))
        beside = along[place][own].mean() > _EDGE
        if beside or level < max(_PALEST * full, _APART * least) or _is_broad(own, height):
            continue
        parts.append((place, own, full / level))
    # Upright strokes alone are pieces of faint rules.
    shaped = any(own.shape[1] >= _SHAPED * own.shape[0] for _, own, _ in parts)
    for place, own, gain in parts if shaped and len(parts) <= _MOST else ():
        found[place] |= own
        depth[place][own] *= gain
    return found


def _grown(solid: Solid, pixels: int) -> Solid:
    """Gives what lies within a square of so many pixels around anything."""
    square = ndimage.maximum_filter(solid.view(np.uint8), 2 * pixels + 1, mode="constant")
    return np.asarray(square.view(np.bool_))


def _is_broad(part: Solid, height: int) -> bool:
    return 2 * float(ndimage.distance_transform_edt(np.pad(part, 1)).max()) > _BROADEST * height
