"""Cuts lines out of a page: upright, other lines' ink painted over, at the resolution its reader needs.

Knows nothing about what is written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from inkdigits.arrays import Page
from inkdigits.reading.find import FoundLine, Ink, find_lines, one_line

_MARGIN = 0.4  # around a line, in heights of its digits
_TALLEST = 96  # pixels that digits of a cut-out are high at most: readers need 40
_WALL = 0.25  # of the height of digits, that a rule across the line is high at least
_UPRIGHT = 1.5  # degrees that a line may be turned by
_STRIP = 200  # pixels that a page which is one line is high at most


@dataclass(frozen=True, eq=False)
class Cut:
    """A line's cut-out.

    Attributes:
        crop: (h, w) uint8, grey as on the page, upright.
        matrix: (2, 3), from crop pixels `(x, y, 1)` to page pixels.
        members: Numbers of the page's parts of ink that are on it, from 0.
    """

    crop: Page
    matrix: NDArray[np.float64]
    members: NDArray[np.intp]

    def to_page(
        self, box: tuple[float, float, float, float], shape: tuple[int, ...]
    ) -> tuple[int, int, int, int]:
        """Gives the box on a page of `shape` (H, W) around a box of the crop."""
        x0, y0, x1, y1 = box
        corners = np.array([(x0, y0, 1), (x1, y0, 1), (x0, y1, 1), (x1, y1, 1)]) @ self.matrix.T
        left, top = np.floor(corners.min(axis=0) + 0.01).astype(int)
        right, bottom = np.ceil(corners.max(axis=0) - 0.01).astype(int)
        left, top = min(max(left, 0), shape[1] - 1), min(max(top, 0), shape[0] - 1)
        return (
            int(left),
            int(top),
            int(max(min(right, shape[1]), left + 1)),
            int(max(min(bottom, shape[0]), top + 1)),
        )


def cut_lines(page: Page, ink: Ink, layout: str) -> list[Cut]:
    """Gives the cut-outs of a page's lines, from the top.

    Args:
        page: (H, W) uint8.
        ink: Its ink.
        layout: `line` for one line of all ink; `page` for lines as they are found; `auto` for these, too,
            but a page that is hardly higher than its one line is left as it is.
    """
    if layout == "line":
        return [cut_line(page, ink, line) for line in one_line(ink)]
    found = find_lines(ink)
    if layout == "auto" and _is_strip(page, ink, found):
        return [Cut(page, np.array([(1.0, 0, 0), (0, 1, 0)]), np.arange(len(ink.areas)))]
    return [cut_line(page, ink, line) for line in found]


def cut_line(page: Page, ink: Ink, line: FoundLine) -> Cut:
    """Gives a line's cut-out.

    Args:
        page: (H, W) uint8.
        ink: Its ink.
        line: One of its lines.
    """
    height, width = page.shape
    margin = _MARGIN * line.height
    x0, y0, x1, y1 = (side * ink.scale for side in np.add(line.box, (-margin, -margin, margin, margin)))
    left, top = max(0, int(x0)), max(0, int(y0))
    part = page[top : min(height, int(np.ceil(y1))), left : min(width, int(np.ceil(x1)))]
    part = _without_others(part, ink, line, (left, top))
    return _upright(part, line, ink.scale, (left, top))


def _is_strip(page: Page, ink: Ink, found: list[FoundLine]) -> bool:
    """Says whether a page is hardly higher than its one line, and needs no cutting."""
    if not found:
        return False
    areas = [int(ink.areas[line.members].sum()) for line in found]
    main = found[int(np.argmax(areas))]
    high = max(2 * main.height, 1.5 * (main.box[3] - main.box[1])) * ink.scale
    return page.shape[0] <= min(high, _STRIP) and max(areas) > 0.8 * sum(areas)


def _without_others(part: Page, ink: Ink, line: FoundLine, corner: tuple[int, int]) -> Page:
    """Gives a part of a page with walls of boxes and the ink of other lines painted over."""
    left, top = (int(side / ink.scale) for side in corner)
    bottom = int(np.ceil((corner[1] + part.shape[0]) / ink.scale))
    right = int(np.ceil((corner[0] + part.shape[1]) / ink.scale))
    place = np.s_[top:bottom, left:right]
    numbers, rules = ink.parts[place], (ink.raw[place] > 0) & (ink.map[place] == 0)
    own = np.isin(numbers, line.members + 1)
    # Rules along the line stay: bars of two digits at one height look like one, and readers know rules.
    walls = ndimage.binary_opening(rules, np.ones((max(2, round(_WALL * line.height)), 1), dtype=bool))
    other = ndimage.binary_dilation((numbers > 0) & ~own | walls, iterations=2)
    other &= ~ndimage.binary_dilation(own)
    if not other.any():
        return part
    small = np.asarray(Image.fromarray(part).resize(other.shape[::-1], Image.Resampling.BOX))
    paper = _paper_around(small, other | (numbers > 0), line.height)
    painted, covered = (
        np.asarray(Image.fromarray(values).resize(part.shape[::-1], Image.Resampling.BILINEAR))
        for values in (paper, other.astype(np.uint8) * 255)
    )
    return np.where(covered > 127, painted, part)


def _paper_around(part: Page, taken: NDArray[np.bool_], height: float) -> Page:
    """Gives the level of the paper at each pixel, by the mean of what is not taken around it."""
    reach = max(3, round(height / 2))
    free = ndimage.uniform_filter((~taken).astype(np.float32), reach, mode="nearest")
    level = ndimage.uniform_filter(np.where(taken, 0, part).astype(np.float32), reach, mode="nearest")
    everywhere = float(np.median(part))
    paper = np.where(free > 0.02, level / np.maximum(free, 0.02), everywhere)
    return np.asarray(np.clip(paper, 0, 255).astype(np.uint8))


def _upright(part: Page, line: FoundLine, scale: float, corner: tuple[int, int]) -> Cut:
    """Gives a part of a page turned upright and made smaller where it is larger than readers need."""
    shrink = max(1.0, line.height * scale / _TALLEST)
    tilt = line.tilt if abs(line.tilt) > _UPRIGHT else 0.0
    if shrink == 1 and not tilt:
        return Cut(part, np.array([(1.0, 0, corner[0]), (0, 1, corner[1])]), line.members)
    cos, sin = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    middle = np.array([part.shape[1] / 2, part.shape[0] / 2])
    wide = part.shape[1] * cos
    # A turned line is lower than the box around it, but its ends may come from beyond that box.
    high = max(part.shape[0] - part.shape[1] * abs(sin), (1 + 2 * _MARGIN) * line.height * scale)
    size = max(1, round(wide / shrink)), max(1, round(high / shrink))
    turn = shrink * np.array([(cos, -sin), (sin, cos)])
    start = middle - turn @ (np.array(size) / 2)
    matrix = np.column_stack([turn, start])
    picture = Image.fromarray(part)
    if shrink > 2:
        picture = picture.reduce(int(shrink))
    inner = matrix / int(shrink) if shrink > 2 else matrix
    fill = int(np.median(np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])))
    crop = picture.transform(
        size, Image.Transform.AFFINE, tuple(inner.ravel()), Image.Resampling.BILINEAR, fillcolor=fill
    )
    matrix[:, 2] += corner
    return Cut(np.asarray(crop), matrix, line.members)
