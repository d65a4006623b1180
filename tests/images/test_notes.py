"""Where a note lies within a picture, and what it looks like alone."""

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
from inkdigits.images.notes import find_notes

SHAPE = (600, 800)
SIDES = (260, 300)


def picture(
    turn: float = 6, desk: float = 90, text: str = "417", blur: float = 0.7, light: float = 0.2
) -> Page:
    """A note of 260 x 300 pixels with its upper left corner near (120, 250), turned, on a grainy desk."""
    hand, random = Hand(height=40, width=0.1), np.random.default_rng(1)
    digits = [(write(digit, hand, random), 40 + 55 * i, 90) for i, digit in enumerate(text)]
    note = on_paper(laid(SIDES, *digits), Sheet(paper=215, ink=70))
    turned = ndimage.rotate(note - 300, turn, order=1)
    rows, columns = 120 + np.arange(turned.shape[0]), 250 + np.arange(turned.shape[1])
    placed = np.zeros(SHAPE)
    placed[np.ix_(rows, columns)] = np.where(turned > -10, 0, turned)
    grey = np.where(placed < 0, placed + 300, desk)
    falls = 1 - light * np.indices(SHAPE)[1] / SHAPE[1]
    grain = np.random.default_rng(0).normal(0, 3, SHAPE)
    return np.clip(ndimage.gaussian_filter(grey * falls, blur) + grain, 0, 255).astype(np.uint8)


def ink_of(text: str) -> NDArray[np.int_]:
    """The boxes of the parts of ink on the picture of a note, (n, 4), `(y0, x0, y1, x1)`."""
    parts, _ = ndimage.label(find_page_ink(picture(text=text)).map > 100, structure=np.ones((3, 3)))
    return np.array([(y.start, x.start, y.stop, x.stop) for y, x in ndimage.find_objects(parts)])


@pytest.mark.parametrize("turn", [0, 6, 30, 45])
@pytest.mark.parametrize("desk", [40, 150])
def test_a_note_is_found_whichever_way_it_lies(turn: float, desk: float) -> None:
    found = find_notes(picture(turn, desk))
    assert found is not None
    assert found.dark
    size = (
        np.abs(np.cos(np.radians(turn))) * np.array(SIDES) + np.sin(np.radians(turn)) * np.array(SIDES)[::-1]
    )
    corners = np.array([[side.start, side.stop] for side in found.window])
    np.testing.assert_allclose(corners[:, 0], np.array([120, 250]) - 0.1 * size, atol=12)
    np.testing.assert_allclose(corners[:, 1], np.array([120, 250]) + 1.1 * size, atol=12)


def test_alone_its_paper_goes_on_where_it_ends() -> None:
    found = find_notes(picture(turn=20, desk=40))
    assert found is not None
    assert found.page.shape == picture()[found.window].shape
    corners = [
        found.page[y, x] for y in (slice(0, 40), slice(-40, None)) for x in (slice(0, 40), slice(-40, None))
    ]
    assert min(corner.min() for corner in corners) > 140


def test_only_its_writing_is_ink() -> None:
    boxes = ink_of("417")
    assert len(boxes) == 3
    assert (np.diff(np.sort(boxes[:, 1])) > 30).all()


def test_light_writing_is_told_as_well() -> None:
    found = find_notes(255 - picture())
    assert found is not None
    assert not found.dark


def test_a_sheet_that_two_sides_of_the_picture_cut_off_is_one() -> None:
    found = find_notes(picture(turn=3)[:300, :480])
    assert found is not None
    assert [side.stop for side in found.window] == [300, 480]
    assert min(side.start for side in found.window) > 70


def test_several_notes_become_one_even_page() -> None:
    pair = np.hstack([picture(turn=6), (picture(turn=-10) * 0.8).astype(np.uint8)])
    found = find_notes(pair)
    assert found is not None
    assert found.window[1].stop - found.window[1].start > 1100
    paper = np.median(found.page)
    assert (np.abs(found.page - paper) < 25).mean() > 0.97
    _, count = ndimage.label(find_page_ink(pair).map > 100, structure=np.ones((3, 3)))
    assert count == 6


def test_what_is_none_is_left_alone() -> None:
    rows, columns = np.indices(SHAPE)
    assert find_notes(picture(text="")) is None  # nothing written on it
    assert find_notes(picture(desk=205)) is None  # hardly another grey level
    assert find_notes(picture()[160:320, 290:500]) is None  # nothing but paper
    beside = 255 * (1 - laid(SHAPE, (write("9", Hand(height=60), np.random.default_rng(2)), 60, 430)))
    assert find_notes(np.minimum(picture(), beside).astype(np.uint8)) is None
    round_ = np.hypot(rows - 250, columns - 400) < 150
    page = np.where(round_, picture(turn=0, desk=215), 60).astype(np.uint8)
    assert find_notes(page) is None  # a plate
    assert (
        find_notes(np.where(rows < 300, picture(turn=0, desk=215), 60).astype(np.uint8)) is None
    )  # half a page


def test_a_spot_of_light_on_which_is_written_is_none() -> None:
    light = ndimage.gaussian_filter(picture(text="").astype(np.float32), 40)
    page = np.where(picture(turn=0, desk=215) < 140, 40, light).astype(np.uint8)
    assert find_notes(page) is None


def _cells(digits: str) -> Page:
    """A light frame of dark cells, each with a light digit."""
    page = np.full((500, 900), 62, dtype=np.float32)
    page[150:330, 100:800] = 235
    for i, digit in enumerate(digits):
        cell = laid((160, 100), (write(digit, Hand(height=100, width=0.1), np.random.default_rng(i)), 22, 28))
        page[160:320, 115 + 114 * i : 215 + 114 * i] = 25 + 220 * cell
    return ndimage.gaussian_filter(page, 0.8).astype(np.uint8)


@pytest.mark.parametrize("digits", ["802198", "277757"])
def test_a_frame_of_dark_cells_is_no_note_that_is_written_on_darkly(digits: str) -> None:
    found = find_notes(_cells(digits))
    assert found is None or not found.dark


@pytest.mark.parametrize("gap", [5, 14, 26])
@pytest.mark.parametrize("turn", [0, 2])
def test_between_cells_side_by_side_nothing_is_left(gap: int, turn: float) -> None:
    """As in a meter, which is lighter than its cells."""
    meter, cell = np.full((320, 900), 215, dtype=np.float32), Hand(height=60, width=0.12)
    for i, digit in enumerate("417305"):
        left, strokes = 150 + (76 + gap) * i, write(digit, cell, np.random.default_rng(i))
        meter[100:204, left : left + 76] = 30 + 210 * laid((104, 76), (strokes, 6, 2))
    turned = ndimage.rotate(meter, turn, cval=215, order=1)
    page = ndimage.gaussian_filter(turned, 0.8).astype(np.uint8)
    found = find_notes(page)
    assert found is not None
    assert not found.dark
    _, count = ndimage.label(find_page_ink(page).map > 60, structure=np.ones((3, 3)))
    assert count == 6


def test_digits_side_by_side_are_no_cells() -> None:
    word = write("9680", Hand(width=0.12, gap=0.2), np.random.default_rng(0))
    assert find_notes(on_paper(laid((400, 640), (word, 20, 120)), Sheet()).astype(np.uint8)) is None


@pytest.mark.parametrize("text", ["7791", "632"])
def test_light_writing_close_together_is_no_lighter_paper(text: str) -> None:
    word = write(text, Hand(height=95, width=0.09), np.random.default_rng(0))
    page = np.full((800, 1100), 190, dtype=np.float32)
    page[150:570, 250:850] = on_paper(laid((420, 600), (word, 40, 150)), Sheet(paper=30, ink=235))
    found = find_notes(ndimage.gaussian_filter(page, 0.8).astype(np.uint8))
    assert found is not None
    assert not found.dark


def test_a_note_is_found_where_the_light_falls_off_by_as_much_as_it_differs() -> None:
    found = find_notes(picture(desk=150, light=0.4))
    assert found is not None
    assert found.dark


@given(
    arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=90)),
    st.booleans(),
)
def test_any_page_has_a_note_within_it_or_none(page: NDArray[np.uint8], doubled: bool) -> None:
    page = np.kron(page, np.ones((2, 2), dtype=np.uint8)) if doubled else page
    found = find_notes(page)
    if found is not None:
        assert found.page.shape == page[found.window].shape
        assert found.page.size
