"""Where a sheet ends within a picture, and what lies beyond."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import ndimage
from tests.pages.compose import Sheet, laid, on_paper
from tests.pages.pen import Hand, write

from inkdigits.arrays import Page
from inkdigits.images import find_page_ink
from inkdigits.images.sheet import sheet_window

SHAPE = (260, 400)
WHOLE = (slice(0, 260), slice(0, 400))


def photo(beyond: NDArray[np.bool_], table: float = 50, paper: float = 200, blur: float = 0.7) -> Page:
    """A number on a sheet, and what it lies on where `beyond` says so, (260, 400)."""
    ink = laid(SHAPE, (write("4073", Hand(height=70), np.random.default_rng(1)), 90, 60))
    grey = np.where(beyond, table, on_paper(ink, Sheet(paper=paper, ink=0.3 * paper)))
    light = 1 - 0.2 * np.indices(SHAPE)[1] / SHAPE[1]
    grain = np.random.default_rng(0).normal(0, 3, SHAPE)
    return np.clip(ndimage.gaussian_filter(grey * light, blur) + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize(("table", "paper"), [(50, 200), (60, 110), (240, 120)])
def test_a_table_beyond_any_side_is_cut_off(turns: int, table: float, paper: float) -> None:
    rows, columns = np.indices(SHAPE)
    beyond = [columns < 31, rows >= 260 - 31, columns >= 400 - 31, rows < 31][turns]
    found = sheet_window(photo(beyond, table, paper))
    expected = [(0, 260, 31, 400), (0, 229, 0, 400), (0, 260, 0, 369), (31, 260, 0, 400)][turns]
    sides = (found[0].start, found[0].stop, found[1].start, found[1].stop)
    off = np.abs(np.subtract(sides, expected))
    assert off.max() <= 12
    assert (off > 0).sum() <= 1


def test_an_edge_a_little_askew_is_cut_off_whole_and_so_are_two_sides() -> None:
    rows, columns = np.indices(SHAPE)
    beyond = (columns < 14 + 0.05 * rows) | (rows >= 238 - 0.03 * columns)
    found = sheet_window(photo(beyond))
    assert not beyond[found].any()
    assert found[1].start <= 45
    assert found[0].stop >= 215


def test_shadows_strokes_and_broad_grounds_are_not() -> None:
    rows, columns = np.indices(SHAPE)
    nothing = np.zeros(SHAPE, dtype=bool)
    assert sheet_window(photo(nothing)) == WHOLE
    assert sheet_window(photo(columns < 30, table=110, blur=14)) == WHOLE  # a shadow's soft edge
    assert sheet_window(photo(columns < 20 + 0.3 * rows)) == WHOLE
    assert sheet_window(photo(columns < 180)) == WHOLE
    assert sheet_window(photo((columns < 30) & (rows < 200))) == WHOLE
    assert sheet_window(photo(columns < 30, table=185)) == WHOLE  # hardly another grey level


def test_a_head_on_which_something_is_written_is_no_table() -> None:
    """The head of a table of numbers, on a screen."""
    page = np.full(SHAPE, 245, dtype=np.float32)
    page[:60] = 150
    word = laid(SHAPE, (write("20", Hand(height=34), np.random.default_rng(1)), 180, 10))
    for ink in (40, 245):
        written = np.clip(page + word * (ink - page), 0, 255).astype(np.uint8)
        assert sheet_window(written) == WHOLE
    assert sheet_window(page.astype(np.uint8))[0].start >= 60


def test_no_ink_lies_beyond_the_sheet() -> None:
    columns = np.indices(SHAPE)[1]
    page = photo(columns < 31).copy()
    page[:, :28] = np.random.default_rng(2).integers(0, 120, (260, 28))
    found = find_page_ink(page)
    assert found.sheet == sheet_window(page) != WHOLE
    assert not found.map[:, :31].any()
    assert found.map[:, 60:].any()


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 90))))
def test_a_sheet_is_found_on_any_page(page: Page) -> None:
    rows, columns = sheet_window(page)
    assert 0 <= rows.start < rows.stop <= page.shape[0]
    assert 0 <= columns.start < columns.stop <= page.shape[1]
