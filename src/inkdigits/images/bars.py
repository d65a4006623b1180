"""Joins the pieces of digits on displays, of seven bars each, of which some or all stand apart.

Knows nothing about digits but that on a display all are as high as each other and have no curves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits.images.rings import Parts, measured

_MOST = 600  # pieces on a page
_SPECK = 0.03  # of the largest part's ink, below which a part is none
_NEAR = 0.05  # of the shorter one's longer side, that two pieces of a digit are apart at most
_CORNER, _OVERLAP = 0.15, 0.3  # the same at a corner, and by how much they then lie side by side at most
_PIECE = 0.3  # of the other's longer side, that a piece's is at least
_STACKED = 0.6  # of the lower one's height, that a piece stands above another at most
_ALIKE = 0.6  # of the other's height, that such a piece has at least
_ASIDE = 0.3  # of its height, that the nearer of their sides are apart at most, as on slanted displays
_BROKEN, _OF_INK = 0.7, 0.05  # of a digit's height, that pieces are high at most; of the ink, in such
_AS_HIGH = 0.25  # of their height, that digits of a display differ at most: a 1 has no bar at its ends
_WIDEST = 1.2  # of its height, that a digit is wide at most
_SHARE = 0.7  # of the ink, that is of such digits
_UPRIGHT = 0.2  # of the ink, that is of digits as high without pieces above others
_EDGES, _FEWEST = 0.22, 6  # of a digit's rows, and rows, in which its edges across are
_STRAIGHT = 0.7  # of its edges across, that are in these rows


def join_bars(parts: Parts) -> Parts:
    """Gives the parts of ink, on a display the pieces of each digit joined, elsewhere as they are.

    Args:
        parts: Of a page.
    """
    pieces = np.flatnonzero(parts.areas >= _SPECK * parts.areas.max(initial=0))
    if not 1 < len(pieces) <= _MOST:
        return parts
    boxes, areas = parts.boxes[pieces], parts.areas[pieces]
    near, stacked = _meets(boxes)
    if not (near | stacked).any():
        return parts
    groups = _groups(near | stacked)
    if not _may_be_shown(boxes, areas, _groups(near), groups):
        return parts
    leads = np.arange(len(parts.areas) + 1)
    leads[pieces + 1] = pieces[groups] + 1
    kept, numbers = np.unique(leads, return_inverse=True)
    joined = measured(numbers.astype(np.int32)[parts.numbers])
    if not _are_straight(joined, np.unique(np.searchsorted(kept, pieces[groups] + 1) - 1)):
        return parts
    return joined._replace(rings=np.unique(np.searchsorted(kept, leads[parts.rings + 1]) - 1))


def is_display(parts: Parts) -> bool:
    """Says whether parts of ink are those of a display, some of whose digits are in pieces."""
    return join_bars(parts) is not parts


def _meets(boxes: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Says which pieces touch which, or nearly, and which stand right above or below which, (n, n) both."""
    x0, y0, x1, y1 = boxes.T
    across = np.maximum.outer(x0, x0) - np.minimum.outer(x1, x1)
    down = np.maximum.outer(y0, y0) - np.minimum.outer(y1, y1)
    wide, high = x1 - x0, y1 - y0
    side = np.maximum(wide, high)
    aside = np.minimum(np.abs(np.subtract.outer(x0, x0)), np.abs(np.subtract.outer(x1, x1)))
    longer, shorter = np.maximum.outer(side, side), np.minimum.outer(side, side)
    ends = np.min([np.abs(np.subtract.outer(end, end)) for end in (x0, y0, x1, y1)], axis=0)
    within = (np.maximum(across, down) < 0) & (ends > _NEAR * shorter)  # as a digit within a box
    apart = np.maximum(across, down)
    corner = (apart <= _CORNER * shorter) & (np.minimum(across, down) >= -_OVERLAP * shorter)
    near = ((apart <= _NEAR * shorter) | corner) & (shorter >= _PIECE * longer) & ~within
    higher, lower = np.maximum.outer(high, high), np.minimum.outer(high, high)
    stacked = (down > 0) & (down <= _STACKED * lower) & (lower >= _ALIKE * higher) & (aside <= _ASIDE * lower)
    return np.asarray(near & ~np.eye(len(boxes), dtype=bool)), np.asarray(stacked)


def _groups(meets: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Gives for each the first of those that it meets, by way of others too, (n,)."""
    meets = meets | np.eye(len(meets), dtype=bool)
    groups, changed = np.arange(len(meets)), True
    while changed:
        least = np.where(meets, groups, len(meets)).min(axis=1)
        groups, changed = least, bool((least != groups).any())
    return groups


def _may_be_shown(
    boxes: NDArray[np.float64],
    areas: NDArray[np.int64],
    joined: NDArray[np.intp],
    groups: NDArray[np.intp],
) -> bool:
    """Says whether groups of pieces may be digits of a display: nearly all about as high, some in pieces.

    Some must be as high without what stands above another: two lines close to each other have no such.

    Args:
        boxes: (n, 4), of the pieces.
        areas: (n,), of each.
        joined: (n,), number of the group that each is in by what touches or nearly does.
        groups: (n,), the same with what stands above another.
    """
    wide, high = _sizes(boxes, groups)
    order = np.argsort(high)
    height = high[order[np.searchsorted(np.cumsum(areas[order]), areas.sum() / 2)]]
    own_wide, own_high = (boxes[:, 2:] - boxes[:, :2]).T
    digits = (np.abs(high - height) <= _AS_HIGH * height) & (wide <= _WIDEST * height)
    upright = digits & (_sizes(boxes, joined)[1] >= (1 - _AS_HIGH) * height)
    broken = own_high <= _BROKEN * height
    shares = [areas[some].sum() / areas.sum() for some in (digits, upright, broken)]
    return bool((np.array(shares) >= (_SHARE, _UPRIGHT, _OF_INK)).all() and (own_wide <= height).all())


def _sizes(
    boxes: NDArray[np.float64], groups: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gives for each piece how wide and high the group is that it is in, (n,) both."""
    low, high = np.full((len(boxes), 2), np.inf), np.full((len(boxes), 2), -np.inf)
    np.minimum.at(low, groups, boxes[:, :2])
    np.maximum.at(high, groups, boxes[:, 2:])
    wide, tall = (high - low)[groups].T
    return wide, tall


def _are_straight(parts: Parts, digits: NDArray[np.intp]) -> bool:
    """Says whether digits have no curves: whether their edges across are in few rows."""
    found, edges = np.array([_edges(parts, one) for one in digits]).sum(axis=0)
    return bool(found >= _STRAIGHT * edges)


def _edges(parts: Parts, one: np.intp) -> tuple[int, int]:
    """Gives how much of a part's edges across is in the rows that have most of it, and how much there is."""
    x0, y0, x1, y1 = parts.boxes[one].astype(int)
    own = np.pad(parts.numbers[y0:y1, x0:x1] == one + 1, ((1, 1), (0, 0)))
    counts = np.sort((own[1:] != own[:-1]).sum(axis=1))
    return int(counts[-max(_FEWEST, round(_EDGES * len(counts))) :].sum()), int(counts.sum())
