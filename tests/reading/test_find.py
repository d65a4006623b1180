"""Lines on a page, and a line cut out of it: upright strokes stand for digits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.reading.cut import cut_line
from inkdigits.reading.find import FoundLine, Ink, find_ink, find_lines, one_line
from inkdigits.reading.records import Box

Page = NDArray[np.uint8]


def row(x: int, y: int, count: int, height: int = 40) -> list[Box]:
    """Strokes side by side, the first with its corner at x, y."""
    step, wide = height, height // 4
    return [(x + n * step, y, x + n * step + wide, y + height) for n in range(count)]


def page_of(*boxes: Box, size: tuple[int, int] = (400, 700), turn: float = 0) -> Page:
    """Dark strokes on light paper, the page turned clockwise by so many degrees."""
    page = np.full(size, 220, dtype=np.uint8)
    for x0, y0, x1, y1 in boxes:
        page[y0:y1, x0:x1] = 40
    return ndimage.rotate(page, -turn, reshape=False, order=1, cval=220) if turn else page


def found(page: Page) -> tuple[Ink, list[FoundLine]]:
    ink = find_ink(page)
    return ink, find_lines(ink)


def sizes(lines: Sequence[FoundLine]) -> list[int]:
    return [len(line.members) for line in lines]


def test_lines_come_from_top_to_bottom_and_in_a_row_from_left_to_right() -> None:
    page = page_of(*row(400, 60, 4), *row(60, 65, 2), *row(60, 200, 5), *row(420, 300, 3))
    _, lines = found(page)
    assert sizes(lines) == [2, 4, 5, 3]
    assert [round(line.tilt) for line in lines] == [0, 0, 0, 0]


@pytest.mark.parametrize("turn", [-9, -4, 5, 9])
def test_on_a_page_that_lies_turned_too(turn: float) -> None:
    lines_of = [*row(90, 90, 3), *row(430, 90, 4), *row(90, 170, 5), *row(430, 170, 3), *row(90, 250, 6)]
    _, lines = found(page_of(*lines_of, turn=turn))
    assert sizes(lines) == [3, 4, 5, 3, 6]
    assert [line.tilt for line in lines if len(line.members) > 3] == pytest.approx([turn] * 3, abs=1.5)


@pytest.mark.parametrize("turn", [-9, 9])
def test_short_numbers_in_columns_on_a_page_that_lies_turned(turn: float) -> None:
    rows_of = [(3, 1, 1), (1, 4, 2), (1, 1, 5), (2, 1, 1)]
    boxes = [
        box
        for place, counts in enumerate(rows_of)
        for column, count in enumerate(counts)
        for box in row(100 + 340 * column, 120 + 90 * place, count)
    ]
    _, lines = found(page_of(*boxes, size=(640, 1100), turn=turn))
    assert sizes(lines) == [count for counts in rows_of for count in counts]


def test_a_dot_belongs_to_the_line_it_stands_in_and_a_speck_to_none() -> None:
    ink, (only,) = found(page_of(*row(60, 100, 5), (85, 130, 92, 144), (600, 350, 606, 356)))
    assert len(ink.areas) == 7
    assert len(only.members) == 6
    assert only.box == (60, 100, 230, 144)


def test_writing_of_two_heights_is_two_lines() -> None:
    _, lines = found(page_of(*row(60, 60, 3, height=120), *row(60, 260, 6, height=32)))
    assert sizes(lines) == [3, 6]
    assert [line.height for line in lines] == pytest.approx([120, 32], abs=5)


def test_bare_paper_has_no_line() -> None:
    ink, lines = found(page_of())
    assert (lines, one_line(ink)) == ([], [])


@pytest.mark.parametrize("height", [40, 150])
@pytest.mark.parametrize("turn", [0, 8])
def test_what_stands_on_a_cut_out_is_found_again_on_the_page(turn: float, height: int) -> None:
    """Upright and smaller as the cut-out may be."""
    size = (3 * height + 160, 9 * height + 200)
    page = page_of(*row(100, height + 80, 8, height), size=size, turn=turn)
    ink, (line,) = found(page)
    cut = cut_line(page, ink, line)
    assert cut.crop.shape[0] <= 2.2 * min(height, 96)
    np.testing.assert_array_equal(np.sort(cut.members), np.arange(8))
    strokes, count = ndimage.label(cut.crop < 130)
    assert count == 8
    told = [
        cut.to_page((place[1].start, place[0].start, place[1].stop, place[0].stop), page.shape)
        for place in ndimage.find_objects(strokes)
    ]
    own = sorted((ink.boxes * ink.scale).tolist())
    np.testing.assert_allclose(sorted(told), own, atol=0.17 * height)
    middles, own_middles = (
        np.array([np.add(box[:2], box[2:]) / 2 for box in boxes]) for boxes in (sorted(told), own)
    )
    np.testing.assert_allclose(middles, own_middles, atol=3)


@pytest.mark.parametrize(("top", "found"), [(0, 5), (30, 6)])
def test_what_reaches_from_side_to_side_of_a_page_of_small_writing_is_no_line(top: int, found: int) -> None:
    page = np.full((400, 500), 240, dtype=np.uint8)
    for x in range(40, 240, 40):
        page[180:230, x : x + 12] = 30
    for y in range(top, 400):  # a fold is not straight, as walls are
        page[y, 400 + 12 * (y // 40 % 2) : 430 + 12 * (y // 40 % 2)] = 30
    assert sum(len(line.members) for line in find_lines(find_ink(page))) == found


def test_digits_that_fill_a_page_are_a_line() -> None:
    page = np.full((60, 300), 240, dtype=np.uint8)
    for x in range(40, 240, 40):
        page[:, x : x + 10] = 30
    (line,) = find_lines(find_ink(page))
    assert len(line.members) == 5


def test_a_row_within_something_half_as_high_as_the_page_is_a_line_of_its_own() -> None:
    page = page_of(*row(200, 180, 4))
    y, x = np.mgrid[:400, :700] - np.array([200, 290])[:, None, None]
    away = np.hypot(y, x)
    page[(away > 150) & (away < 185) & (x < 60)] = 40  # a rim that is open to the right
    _, lines = found(page)
    assert sorted(sizes(lines)) == [1, 4]
