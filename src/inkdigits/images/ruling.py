"""Finds the rules of a page, longer than any stroke, and those of boxes in which larger writing stands.

Knows nothing about digits but how long their strokes are.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from inkdigits.images.heights import middle_height
from inkdigits.images.straight import FILLED, LONGEST_STROKE, Regions, Solid, Straight, find_straight

LARGER = 1.5
"""Times as high as most of what is written is, that larger writing is at least."""

_MOST_BOXES = 400  # in which larger writing is looked for
_MOST_AREA = 4  # times the page's, that these have together at most: boxes may lie within boxes
_SMALLEST = 24  # pixels each way of a box
_BOX = (0.4, 0.95)  # of a box's sides, that its rules are long at least
_IN_BOX = 0.95  # of its height, that what is written in it has at most; else it is a fold, or a sheet's edge
_WALL = 0.95  # of a wall of such a box, that is seen: a 1 that stands on its floor is nearly as high
_MAIN = 0.5  # of the longest rule's length, that those have whose distance tells how long walls are


def find_rules(solid: Solid, tilt: float, height: float, wall: float = FILLED) -> Solid:
    """Gives the lines that are longer than any stroke.

    Args:
        solid: Where there is ink.
        tilt: Degrees, clockwise, by which its rows are turned.
        height: Of what is written, in pixels.
        wall: Part of a wall that is seen at least.
    """
    across = find_straight(solid, tilt, LONGEST_STROKE * height)
    down = find_straight(solid.T, -tilt, _wall_length(across, height), wall)
    return across.alone | down.alone.T | (across.whole & down.whole.T)


def rules_apart(regions: Regions, rules: Solid, tilt: float, height: float) -> Solid:
    """Gives the rules found anew in each part of ink whose writing is larger than most of what is written.

    A number that touches the box it is written in is one part with it: on a cheque, whose print is small, its
    bars and stems are longer than any stroke of the print.

    Args:
        regions: Connected parts of ink.
        rules: What was found.
        tilt: Degrees, clockwise, by which rows of ink are turned.
        height: Of what most of the ink is.
    """
    rules = rules.copy()
    found = np.bincount(regions[rules])
    places = ndimage.find_objects(regions, len(found) - 1) if len(found) > 1 else []
    left = _MOST_AREA * regions.size
    for number in (np.argsort(-found[1:]) + 1)[:_MOST_BOXES]:
        if not found[number]:
            break
        place = places[number - 1]
        high, wide = (side.stop - side.start for side in place)
        if min(high, wide) >= _SMALLEST and _IN_BOX * high >= LARGER * height and high * wide <= left:
            left -= high * wide
            own = regions[place] == number
            larger = _height_within(own, tilt)
            if LARGER * height <= larger <= _IN_BOX * high:
                rules[place] = np.where(own, find_rules(own, tilt, larger, _WALL), rules[place])
    return rules


def _height_within(part: Solid, tilt: float) -> float:
    """Gives how high what is written in a box is, in pixels, by what is left without the box."""
    across = find_straight(part, tilt, _BOX[0] * part.shape[1]).alone
    down = find_straight(part.T, -tilt, _BOX[1] * part.shape[0]).alone
    return middle_height(part & ~across & ~down.T)


def _wall_length(across: Straight, height: float) -> float:
    """Gives how long a line across these rules is at least to be no stroke."""
    rows = across.starts[across.lengths >= _MAIN * across.lengths.max(initial=0)]  # a word's foot is none
    gap = float(np.median(np.diff(rows))) if len(rows) > 1 else 0.0
    # Between two rules, a wall reaches from the one to the other and a digit does not.
    return gap - 1 if 0.8 * height <= gap <= 3 * height else LONGEST_STROKE * height
