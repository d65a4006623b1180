"""Parts ink that joins two lines of writing: a tail that runs into the line below.

Knows nothing about digits but that those of a line stand side by side and are about as high as each other.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.images.heights import usual_height
from inkdigits.images.pens import pen_widths
from inkdigits.images.rings import Parts, measured

_USUAL = (0.6, 1.5)  # of the usual height, that digits are which show where the lines are
_MOST = 40  # parts that are looked at
_REACH = 2.0  # heights, within which such digits stand beside a part
_PITCH = 0.9  # heights, that two lines are apart at least
_THROUGH = 0.25  # heights beyond a line's middle, that a part reaches which is on it
_SLIMMEST, _WIDEST = 0.2, 6.0  # heights, that a part is wide; walls are slimmer, grids wider
_STROKES = 2  # that join two lines at most
_BROADER = 1.5  # times as broad a pen as that of the lines, from which a part is of other writing


def part_lines(parts: Parts) -> Parts:
    """Gives the parts of ink, those that reach from one line into the next parted between the two.

    Args:
        parts: Of a page.
    """
    heights = parts.boxes[:, 3] - parts.boxes[:, 1]
    written = np.ones(len(heights), dtype=bool)
    written[parts.rings] = False
    if not written.any():
        return parts
    height = usual_height(heights[written], parts.areas[written])
    least, most = (times * height for times in _USUAL)
    usual = written & (heights >= least) & (heights <= most)
    digits, tall = parts.boxes[usual], np.flatnonzero(written & (heights > most))
    if not len(tall) or not len(digits):
        return parts
    pens = pen_widths(parts.numbers, parts.areas)
    tall = tall[pens[tall] < _BROADER * np.median(pens[usual])]  # large writing beside small is none of it
    count, numbers = len(heights), parts.numbers
    for one in tall[np.argsort(-heights[tall])[:_MOST]]:
        x0, y0, x1, y1 = (int(side) for side in parts.boxes[one])
        place = np.s_[y0:y1, x0:x1]
        alone = numbers[place] == one + 1
        if rows := _between(alone, digits - (x0, y0, x0, y0), height):
            numbers = numbers.copy() if numbers is parts.numbers else numbers
            count = _parted(numbers[place], alone, rows, count)
    return parts if numbers is parts.numbers else measured(numbers)._replace(rings=parts.rings)


def _between(part: NDArray[np.bool_], digits: NDArray[np.float64], height: float) -> list[int]:
    """Gives the rows of a part's box at which it goes from one line to the next; none for most.

    Args:
        part: (h, w), where its ink is in its box.
        digits: (n, 4), boxes of digits of usual height, from the corner of that box.
        height: That height, in pixels.
    """
    high, wide = part.shape
    if not _SLIMMEST * height <= wide <= _WIDEST * height:
        return []
    x0, y0, x1, y1 = digits.T
    middles = np.sort(((y0 + y1) / 2)[(x1 > -_REACH * height) & (x0 < wide + _REACH * height)])
    middles = middles[(middles >= _THROUGH * height) & (middles <= high - _THROUGH * height)]
    groups = np.split(middles, np.flatnonzero(np.diff(middles) > height / 2) + 1)
    lines = [float(group.mean()) for group in groups if len(group)]
    rows = []
    for one, other in pairwise(lines):
        first, last = round(one + _THROUGH * height), round(other - _THROUGH * height)
        if other - one < _PITCH * height or last <= first:
            return []
        inked = part[first:last].sum(axis=1)
        away = np.abs(np.arange(first, last) - (one + other) / 2)
        row = first + int(np.argmin(inked + away / height))
        if (np.diff(part[row].astype(np.int8), prepend=0) > 0).sum() > _STROKES:
            return []
        rows.append(row)
    return rows


def _parted(numbers: NDArray[np.int32], part: NDArray[np.bool_], rows: list[int], count: int) -> int:
    """Numbers what lies below each row anew, from `count` on, and gives the count then."""
    for start, stop in zip(rows, [*rows[1:], len(part)], strict=True):
        below = part[start:stop]
        labelled, more = ndimage.label(below, structure=np.ones((3, 3)))
        numbers[start:stop][below] = labelled[below] + count
        count += more
    return count
