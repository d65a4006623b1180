"""Takes printed rules out of an ink map: lines, squares, underlines, boxes; strokes that cross them stay.

Knows nothing about digits but that their strokes are shorter than a rule.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from inkdigits.arrays import INK, PAPER, InkMap
from inkdigits.images.bars import is_display
from inkdigits.images.heights import middle_height
from inkdigits.images.ink import strokes
from inkdigits.images.rings import measured
from inkdigits.images.ruling import LARGER, find_rules, rules_apart
from inkdigits.images.straight import Regions, Solid, find_straight, find_tilt
from inkdigits.images.tables import fanned_rules, height_between

_UNLIKELY = 0.5  # of the page's shorter side, from which a height may be that of rules that lie unlike
_LEFT_OF_STROKES = 0.75  # of the height with rules, that the height without them is at least
_SQUARES = 4  # rules on a page at least, for them to be squares or the like
_STROKES = 2  # of a digit that lie along the page's sides, in either direction, at most
_LEFT_OF_DIGIT = 0.1  # of the page's shorter side, that a digit on squares is high at least without its rules
_MOST_LARGER = 400  # parts of larger writing that are looked at
_CUT = 0.5  # of a part's ink that was taken for rules, from which it may be one
_MOSTLY, _BOLD = 0.85, 0.1  # the same if the strokes that were taken are as wide as that part of its height
_SIDES = (0.15, 2)  # widths of a digit, in parts of its height
_NEAR, _LEVEL = 1.5, 0.3  # heights between digits of larger writing at most, and between their ends
_FLUSH = 0.12  # the same between ends of a stroke and of a digit that is hardly larger than the print
_FLAT = 2.0  # widths of a line drawn by hand in its heights, at least
_BULGE = 2.5  # times as thick as it mostly is, that it is at most
_ALONG = 0.9  # of its length, along which nothing is above it or below
_BEYOND = 0.25  # of a single digit's height, by which a rule at least passes it
_PIECE = 0.1  # of the largest part's ink, that other parts of a single digit have at least
_SPECKS = 1  # percent of the ink at each side of a digit that may be grain
_SMALLEST = 24  # pixels each way of a page that can have rules


def without_rules(ink: InkMap, one_digit: bool = False) -> InkMap:
    """Gives an ink map without printed rules.

    Args:
        ink: (H, W) uint8, ink 255 on 0.
        one_digit: Whether nothing but a single digit is written there: the foot of its 2 or the bar of its 5,
            long as it may be, then stays.

    Returns:
        The same without lines longer than any stroke, at most 11 degrees from the page's sides,
        and without boxes; strokes across a rule are kept, and what was faint and only held by a rule is
        gone.
    """
    if min(ink.shape) < _SMALLEST or not ink.any():
        return ink
    solid = ink > 0
    tilt = find_tilt(solid)
    height = _written_height(solid, tilt)
    rules = find_rules(solid, tilt, height)
    if not one_digit and rules.any():
        regions, _ = ndimage.label(solid, structure=np.ones((3, 3)))
        if is_display(measured(regions.astype(np.int32, copy=False))):
            return ink
        rules = rules_apart(regions, rules, tilt, height)
        rules |= fanned_rules(regions, rules, height)
        rules &= ~_strokes_of_larger(regions, rules, height)
        rules |= _drawn_lines(regions, rules)
    rules |= _frames(solid & ~rules)
    if not rules.any() or (one_digit and _is_stroke(rules, solid & ~rules)):
        return ink
    rest = np.where(rules, np.uint8(PAPER), ink)
    kept: InkMap = np.where(strokes(rest, 1, INK / 2), rest, np.uint8(PAPER))
    return kept


def _strokes_of_larger(regions: Regions, rules: Solid, height: float) -> Solid:
    """Gives the ink of larger writing: on a page of small print, a stroke of it may be as long as a rule.

    It is what stands beside whole digits larger than the print, and is as high as they are: the 1 of `551` is
    longer than 1.5 times the letters before it, and the fives need not be. Walls of boxes are higher.

    Args:
        regions: Connected parts of ink.
        rules: What was found.
        height: Of what most of the ink is.
    """
    places = ndimage.find_objects(regions)
    boxes = np.array([(x.start, y.start, x.stop, y.stop) for y, x in places], dtype=np.float64).reshape(-1, 4)
    high, wide = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    large = np.flatnonzero((high >= (1 - 2 * _FLUSH) * LARGER * height) & (wide < _SIDES[1] * high))
    if not len(large):
        return np.zeros_like(rules)
    count = len(places)
    found, areas = (np.bincount(regions[of], minlength=count + 1)[1:] for of in (rules, regions > 0))
    large = large[np.argsort(-areas[large])[:_MOST_LARGER]]
    share = found[large] / areas[large]
    for place in np.flatnonzero((share >= _CUT) & (share < _MOSTLY)):
        number = large[place]
        own = regions[places[number]] == number + 1
        if _stroke_width(own, rules[places[number]] & own) >= _BOLD * high[number]:
            share[place] = 0
    whole = large[(share < _CUT) & (wide[large] > _SIDES[0] * high[large])]
    one, other = boxes[large][:, None], boxes[whole]
    gap = np.maximum(one[..., 0], other[:, 0]) - np.minimum(one[..., 2], other[:, 2])
    reach = high[large][:, None]
    ends = np.abs(one[..., 1] - other[:, 1]), np.abs(one[..., 3] - other[:, 3])
    level = np.where(high[whole] >= LARGER * height, _LEVEL, _FLUSH)
    beside = (gap < _NEAR * reach) & (np.maximum(*ends) < level * reach) & (large[:, None] != whole)
    written = np.zeros(count + 1, dtype=bool)
    written[large[beside.any(axis=1)] + 1] = True
    written[whole[high[whole] >= LARGER * height] + 1] = True
    return np.asarray(written[regions])


def _drawn_lines(regions: Regions, rules: Solid) -> Solid:
    """Gives the parts of ink that are nothing but a line and in which a rule was found.

    A dash or a line drawn by hand is not straight enough to be a rule from end to end, and what would be left
    of it stands upright, as high as it is thick.

    Args:
        regions: Connected parts of ink.
        rules: What was found.
    """
    found = np.bincount(regions[rules])
    places = ndimage.find_objects(regions, len(found) - 1) if len(found) > 1 else []
    lines = np.zeros(int(regions.max()) + 1, dtype=bool)
    for number in np.flatnonzero(found[1:]) + 1:
        lines[number] = _is_line(regions[places[number - 1]] == number)
    return np.asarray(lines[regions])


def _is_line(part: Solid) -> bool:
    """Says whether a part of ink is one stroke from left to right, with nothing above it or below."""
    high, wide = part.shape
    if wide < _FLAT * high:
        return False
    thick = part.sum(axis=0)
    single = np.count_nonzero(np.diff(part, axis=0, prepend=False, append=False), axis=0) == 2
    return bool(single.mean() >= _ALONG and thick.max() <= _BULGE * np.median(thick))


def _stroke_width(part: Solid, strokes: Solid) -> float:
    """Gives how wide strokes of a part are: their pixels lie a quarter of that from an edge on average."""
    within = ndimage.distance_transform_edt(np.pad(part, 1))[1:-1, 1:-1]
    return 4 * float(within[strokes].mean())


def _is_stroke(rules: Solid, digit: Solid) -> bool:
    """Says whether what was found is a stroke of the one digit there is: it ends in it, at one side at least.

    A rule passes the digit on both sides, or runs off the page.
    """
    edge = np.concatenate([rules[0], rules[-1], rules[:, 0], rules[:, -1]])
    if edge.any() or not digit.any():
        return False
    parts, _ = ndimage.label(digit, structure=np.ones((3, 3)))
    areas = np.bincount(parts.ravel())
    areas[0] = 0
    digit = (areas >= _PIECE * areas.max())[parts]  # without what is left of faint rules
    margin = _BEYOND * np.ptp(np.flatnonzero(digit.any(axis=1)))
    for own, found in zip(np.nonzero(digit), np.nonzero(rules), strict=True):
        low, high = np.percentile(own, (_SPECKS, 100 - _SPECKS))
        if found.min() < low - margin and found.max() > high + margin:
            return False
    return True


def _written_height(solid: Solid, tilt: float) -> float:
    """Gives how high what is written is, in pixels, by what is left without the longest rules."""
    across = np.flatnonzero(solid.any(axis=0))
    rules, _, rows, _ = find_straight(
        solid, tilt, max(0.4 * solid.shape[1], 0.7 * (across[-1] + 1 - across[0]))
    )
    # Rows close to each other may be squares, whose lines across need not reach the page's sides.
    squared = len(rows) >= _SQUARES and np.median(np.diff(rows)) < solid.shape[0] / _SQUARES
    walls, _, columns, _ = find_straight(solid.T, -tilt, (0.7 if squared else 0.95) * solid.shape[0])
    left = solid & ~rules & ~walls.T
    middle = middle_height(left)
    # Without bars and feet, little may be left of a digit that stands alone; but none has so many.
    fewer, more = sorted((len(rows), len(columns)))
    crossed = fewer == _STROKES < more and middle >= _LEFT_OF_DIGIT * min(solid.shape)
    ruled = squared or fewer > _STROKES or crossed or not more
    if not ruled:
        middle = max(middle, _LEFT_OF_STROKES * middle_height(solid))
    between = height_between(left) if middle >= _UNLIKELY * min(solid.shape) else None
    return middle if between is None else between


def _frames(solid: Solid) -> Solid:
    """Gives where the four sides of boxes are, each around a digit or nothing."""
    frames = np.zeros_like(solid)
    regions, _ = ndimage.label(solid, structure=np.ones((3, 3)))
    for number, place in enumerate(ndimage.find_objects(regions), start=1):
        if min(side.stop - side.start for side in place) >= _SMALLEST:
            region = regions[place] == number
            sides = [np.rot90(region, turn) for turn in range(4)]
            if all(_is_side(side) for side in sides):
                for turn, side in enumerate(sides):
                    frames[place] |= np.rot90(_side(side), -turn)
    return frames


def _is_side(region: Solid) -> bool:
    """Says whether a straight line runs along the top of a region."""
    return bool(region[: max(3, len(region) // 14)].any(axis=0).mean() > 0.95)


def _side(region: Solid) -> Solid:
    """Gives the line that runs along the top of a region."""
    first = region.argmax(axis=0)
    length = (
        ~region[
            np.minimum(first + np.arange(len(region))[:, None], len(region) - 1), np.arange(region.shape[1])
        ]
    ).argmax(axis=0)
    thick = int(np.median(length)) + 1
    line = np.zeros_like(region)
    line[: int(np.median(first)) + thick + 1] = True
    return line & region
