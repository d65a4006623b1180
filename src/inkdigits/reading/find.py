"""Finds the lines on a page: where each stands, how it is turned, and which ink belongs to it.

Works on a reduced page. Knows nothing about digits but that they stand side by side and are about as high
as each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkdigits.arrays import INK, InkMap, Page
from inkdigits.images import find_page_ink
from inkdigits.images.bars import join_bars
from inkdigits.images.heights import usual_height
from inkdigits.images.rings import find_parts
from inkdigits.images.rules import without_rules
from inkdigits.images.sheet import Window
from inkdigits.reading.cells import Ruled, cells_of
from inkdigits.reading.chains import Boxes, chained, heights_of, in_rows
from inkdigits.reading.joined import part_lines
from inkdigits.reading.sizes import by_height

WORKING_PIXELS = 2_000_000
"""Pixels of the reduced page that lines are found on, at most."""

_MOST_PARTS = 8000  # of ink on a page; a page with more is no writing, and pairs grow with the square
_MOST_LINES = 400  # on a page; those of most ink are read
_PAIRED = 400  # digits by whose pairs a line's tilt is found
_TELLING = 3.0  # heights, that a line is wide at least to tell how the page is turned
_PIECES = 100  # parts that one line in pieces has at most
_ONE_LINE = 3.5  # heights of its highest parts, that a line is high at most
_LOW = 0.45  # of the usual height: what is lower is a mark, or a part of a digit
_HIGH = (1.7, 2.8)  # of the usual height: between these begins what is no digit of a line, where no height is
_LEAST = 5  # pixels of the working page that a digit is high
_AT_EDGE = 2  # pixels from the page's upper and lower side, that a fold begins and ends within
_FOLD = 5.0  # usual heights of the other writing, that it is long at least
_LEGIBLE = 12  # pixels, that these are at least
_HUGE = 0.55  # of the page's height, that what has no row of others for its pieces is high at least
_LEAST_INK = 0.25  # of a part of the page's main writing, that a digit alone has
_RIM = 8  # pixels of a sheet's rim by which its paper goes on
_ROUNDS = 3  # of different heights of writing on one page


@dataclass(frozen=True, eq=False)
class Ink:
    """The ink of a page, reduced where the page is large.

    Attributes:
        map: (h, w) uint8, ink 255 on 0, without printed rules.
        scale: Page pixels for one of the map.
        raw: (h, w) uint8, the same with the rules.
        parts: (h, w) int32, connected parts of ink by number from 1; 0 is paper.
        boxes: (n, 4) of the parts, in pixels of the map.
        areas: (n,) pixels of ink of each.
        rings: Numbers of the parts, from 0, that are rings and boxes drawn around others.
        shaded: Whether the paper has shadows or ends.
        sheet: Rows and columns of the map between the sides beyond which the sheet ends.
    """

    map: InkMap
    scale: float
    raw: InkMap
    parts: NDArray[np.int32]
    boxes: Boxes
    areas: NDArray[np.int64]
    rings: NDArray[np.intp]
    shaded: bool
    sheet: Window

    @property
    def writing(self) -> InkMap:
        """(h, w) uint8, the map without rings."""
        if not len(self.rings):
            return self.map
        return np.where(np.isin(self.parts, self.rings + 1), np.uint8(0), self.map)


@dataclass(frozen=True, eq=False)
class FoundLine:
    """A line on a page.

    Attributes:
        members: Numbers of its parts of ink, from 0.
        box: Around them, `(x0, y0, x1, y1)` in pixels of the ink map.
        tilt: Degrees clockwise that it is turned by.
        height: Of its digits, in pixels of the ink map.
    """

    members: NDArray[np.intp]
    box: tuple[float, float, float, float]
    tilt: float
    height: float


def find_ink(page: Page) -> Ink:
    """Gives the ink of a page and its connected parts."""
    scale = max(1.0, float(np.sqrt(page.size / WORKING_PIXELS)))
    if scale > 1:
        size = (max(1, round(page.shape[1] / scale)), max(1, round(page.shape[0] / scale)))
        page = np.asarray(Image.fromarray(page).resize(size, Image.Resampling.BOX, reducing_gap=2.0))
    raw, shaded, sheet = find_page_ink(page)
    ink = without_rules(raw)
    parts = part_lines(join_bars(find_parts(ink, raw)))
    return Ink(ink, scale, raw, parts.numbers, parts.boxes, parts.areas, parts.rings, shaded, sheet)


def drawn_ink(page: Page, ink: Ink) -> Page:
    """Gives a page of the same shape (H, W) with nothing on it but the page's ink, black on white."""
    height, width = page.shape
    return np.asarray(Image.fromarray(INK - ink.map).resize((width, height), Image.Resampling.BILINEAR))


def sheet_alone(page: Page, ink: Ink) -> Page:
    """Gives a page of the same shape (H, W) whose paper goes on where it shows what lies beyond its sheet."""
    sides = [
        (round(sheet.start * ink.scale), round((length - sheet.stop) * ink.scale))
        for sheet, length in zip(ink.sheet, ink.map.shape, strict=True)
    ]
    if not np.any(sides):
        return page
    (top, bottom), (left, right) = sides
    sheet = page[top : page.shape[0] - bottom, left : page.shape[1] - right]
    return np.asarray(np.pad(sheet, sides, mode="median", stat_length=_RIM))


def find_lines(ink: Ink) -> list[FoundLine]:
    """Gives the lines of a page, from top to bottom and from left to right in a row."""
    free = _written(ink)
    ruled = Ruled((ink.raw > 0) & (ink.map == 0), ink.raw > 0)
    lines: list[FoundLine] = []
    for _ in range(_ROUNDS if len(free) else 0):
        found = _lines_of_one_height(ink, free)
        kept = [line for line in found if not lines or not _is_speck(ink, line, lines[0])]
        lines += [cell for line in kept for cell in _cells(ink, ruled, line)]
        taken = np.concatenate([line.members for line in found]) if found else np.zeros(0, dtype=np.intp)
        free = np.setdiff1d(free, taken)
        if not len(taken) or not len(free):
            break
    lines.sort(key=lambda line: -int(ink.areas[line.members].sum()))
    return _in_reading_order(lines[:_MOST_LINES])


def _written(ink: Ink) -> NDArray[np.intp]:
    """Gives the parts of ink that may be writing, those of most ink first: no rings, no folds."""
    parts = np.argsort(-ink.areas)[:_MOST_PARTS]
    parts = parts[~np.isin(parts, ink.rings)]
    return parts[~_is_fold(ink, parts)]


def _is_fold(ink: Ink, parts: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Says which parts reach from top to bottom of a page of far smaller writing, as a fold does, (n,)."""
    boxes, areas = ink.boxes[parts], ink.areas[parts]
    across = (boxes[:, 1] <= _AT_EDGE) & (boxes[:, 3] >= len(ink.map) - _AT_EDGE)
    rest = ~across
    if not across.any() or not rest.any():
        return np.zeros_like(across)
    height = usual_height(heights_of(boxes[rest]), areas[rest])
    alike = np.count_nonzero(_as_high(boxes[rest], height))
    small = alike > 1 and height >= _LEGIBLE and len(ink.map) >= _FOLD * height
    return across & small


def _is_speck(ink: Ink, line: FoundLine, first: FoundLine) -> bool:
    """Says whether a line is one part of far less ink than those of a line found before."""
    usual = float(np.median(ink.areas[first.members]))
    return len(line.members) == 1 and float(ink.areas[line.members[0]]) < _LEAST_INK * usual


def _cells(ink: Ink, ruled: Ruled, line: FoundLine) -> list[FoundLine]:
    """Gives the numbers in a row of a table that was found as one line; other lines as they are."""
    boxes, areas = ink.boxes[line.members], ink.areas[line.members]
    cells = cells_of(ruled, line.box, line.height, boxes, areas)
    if not cells.any():
        return [line]
    return [_line(ink, line.members[cells == cell], line.height) for cell in np.unique(cells)]


def one_line(ink: Ink) -> list[FoundLine]:
    """Gives the ink of a page as one line, without specks far from it; none for bare paper."""
    everything = _written(ink)
    if not len(everything):
        return []
    height = usual_height(heights_of(ink.boxes[everything]), ink.areas[everything])
    tall = _as_high(ink.boxes[everything], height)
    return _with_other_parts(ink, [_line(ink, everything[tall], height)], everything[~tall])


def is_one_line(ink: Ink) -> bool:
    """Says whether all ink of a page may be one line, by how high it is and in how many parts."""
    return any(
        line.box[3] - line.box[1] <= _ONE_LINE * line.height and len(line.members) <= _PIECES
        for line in one_line(ink)
    )


def _lines_of_one_height(ink: Ink, free: NDArray[np.intp]) -> list[FoundLine]:
    height = usual_height(heights_of(ink.boxes[free]), ink.areas[free])
    if height < _LEAST:
        return []
    tall = free[_as_high(ink.boxes[free], height)]
    groups = chained(ink.boxes[tall])
    chains = [tall[groups == group] for group in range(groups.max() + 1)]
    lines = [_line(ink, chain[part], height) for chain in chains for part in by_height(ink.boxes[chain])]
    return _with_other_parts(ink, lines, np.setdiff1d(free, tall))


def _as_high(boxes: Boxes, height: float) -> NDArray[np.bool_]:
    """Gives which parts are about as high as digits of this height are, (n,)."""
    heights = heights_of(boxes)
    return np.asarray((heights >= _LOW * height) & (heights <= _highest(heights, height)))


def _highest(heights: NDArray[np.float64], height: float) -> float:
    """Gives how high digits of this height are at most: where larger writing begins, if there is any."""
    low, high = (times * height for times in _HIGH)
    near = np.sort(heights[(heights > low) & (heights < high)])
    bounds = np.concatenate([[low], near, [high]])
    widest = int((bounds[1:] / bounds[:-1]).argmax())
    return float(np.sqrt(bounds[widest] * bounds[widest + 1]))


def _line(ink: Ink, members: NDArray[np.intp], height: float) -> FoundLine:
    boxes = ink.boxes[members]
    x0, y0 = boxes[:, :2].min(axis=0)
    x1, y1 = boxes[:, 2:].max(axis=0)
    heights = boxes[:, 3] - boxes[:, 1]
    tall = heights >= _LOW * height
    own = float(np.median(heights[tall])) if tall.any() else height
    return FoundLine(members, (float(x0), float(y0), float(x1), float(y1)), _tilt(boxes[tall], own), own)


def _tilt(boxes: Boxes, height: float) -> float:
    """Gives the degrees by which the middles of a line's digits rise or fall."""
    boxes = boxes[np.linspace(0, len(boxes) - 1, min(len(boxes), _PAIRED)).astype(np.intp)]
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    if len(boxes) < 3 or np.ptp(middles[:, 0]) < 2 * height:
        return 0.0
    across = middles[:, 0][:, None] - middles[:, 0][None]
    down = middles[:, 1][:, None] - middles[:, 1][None]
    far = across > height
    # The median over pairs: one digit with a long tail does not turn the line (Theil and Sen's).
    return float(np.degrees(np.arctan(np.median(down[far] / across[far]))))


def _with_other_parts(ink: Ink, lines: list[FoundLine], others: NDArray[np.intp]) -> list[FoundLine]:
    """Gives the lines with the parts too low or too high for a digit whose middles lie within them.

    One part half as high as the page is a frame, or what the sheet lies on, rather than a digit: parts that
    stand in a row between its sides, as high as each other, are no pieces of it.
    """
    middles = (ink.boxes[others, :2] + ink.boxes[others, 2:]) / 2
    joined = []
    for line in lines:
        x0, y0, x1, y1 = line.box
        reach = 0.6 * line.height
        inside = (middles[:, 0] > x0 - reach) & (middles[:, 0] < x1 + reach)
        inside &= (middles[:, 1] > y0 - reach / 2) & (middles[:, 1] < y1 + reach / 2)
        if len(line.members) == 1 and line.height > _HUGE * len(ink.map):
            between = (middles[:, 0] > x0) & (middles[:, 0] < x1)
            inside &= ~(between & in_rows(ink.boxes[others]))
        members = np.concatenate([line.members, others[inside]])
        boxes = ink.boxes[members]
        box = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
        joined.append(FoundLine(members, box, line.tilt, line.height))
    return joined


def _in_reading_order(lines: list[FoundLine]) -> list[FoundLine]:
    if not lines:
        return []
    wide = [line for line in lines if line.box[2] - line.box[0] >= _TELLING * line.height]
    slope = float(np.tan(np.radians(np.median([line.tilt for line in wide or lines]))))

    def level(line: FoundLine) -> float:
        return (line.box[1] + line.box[3]) / 2 - slope * (line.box[0] + line.box[2]) / 2

    rows: list[list[FoundLine]] = []
    for line in sorted(lines, key=level):
        if rows and level(line) - level(rows[-1][0]) < 0.5 * max(line.height, rows[-1][0].height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box[0])]
