"""Ink that joins two lines is parted between them: upright strokes stand for digits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.images.rings import Parts, measured
from inkdigits.reading.joined import part_lines

HIGH = 40
LINES = (100, 170, 240)


def parts_of(*boxes: tuple[int, int, int, int]) -> Parts:
    """Gives the parts of three lines of five strokes each and of what else is drawn."""
    page = np.zeros((400, 500), dtype=bool)
    strokes = [(60 + 40 * n, y, 70 + 40 * n, y + HIGH) for y in LINES for n in range(5)]
    for x0, y0, x1, y1 in (*strokes, *boxes):
        page[y0:y1, x0:x1] = True
    return measured(ndimage.label(page, structure=np.ones((3, 3)))[0].astype(np.int32))


def numbers(parts: Parts, column: int) -> list[int]:
    """Gives the numbers of the parts in the middles of the lines at a column."""
    return [int(parts.numbers[y + HIGH // 2, column]) for y in LINES]


@pytest.mark.parametrize("joint", [(100, 138, 104, 175), (106, 120, 114, 180)])
def test_a_stroke_into_the_line_below_is_parted(joint: tuple[int, int, int, int]) -> None:
    whole = parts_of(joint)
    assert len(set(numbers(whole, 105))) == 2
    before = whole.numbers.copy()
    parts = part_lines(whole)
    assert len(set(numbers(parts, 105))) == 3
    np.testing.assert_array_equal(whole.numbers, before)  # what was given stays as it was
    assert ((parts.numbers > 0) == (whole.numbers > 0)).all()
    heights = parts.boxes[:, 3] - parts.boxes[:, 1]
    assert heights.max() < 1.5 * HIGH


def test_three_lines_are_parted_twice() -> None:
    assert len(set(numbers(part_lines(parts_of((100, 135, 104, 245))), 105))) == 3


@pytest.mark.parametrize(("wide", "parted"), [(10, True), (20, False)])
def test_a_stroke_of_a_much_broader_pen_is_none_of_the_lines(wide: int, parted: bool) -> None:
    """A large number stands beside small print."""
    large = parts_of((280, 95, 280 + wide, 215))
    first, second, _ = numbers(part_lines(large), 285)
    assert (first != second) == parted


@pytest.mark.parametrize(
    "boxes",
    [
        [],
        [(300, 100, 306, 210)],  # a wall
        [(100, 138, 104, 172), (140, 138, 144, 172), (180, 138, 184, 172)],  # a frame's sides
        [(100, 138, 104, 165)],  # a tail that ends above the line below
    ],
)
def test_what_is_no_joint_stays_whole(boxes: list[tuple[int, int, int, int]]) -> None:
    if len(boxes) == 3:
        boxes = [*boxes, (100, 150, 184, 154)]
    whole = parts_of(*boxes)
    before = whole.numbers.copy()
    np.testing.assert_array_equal(part_lines(whole).numbers, before)


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=60)))
@settings(max_examples=60)
def test_any_ink_stays_the_same_ink(page: NDArray[np.bool_]) -> None:
    whole = measured(ndimage.label(page, structure=np.ones((3, 3)))[0].astype(np.int32))
    parts = part_lines(whole)
    assert ((parts.numbers > 0) == page).all()
    assert parts.areas.sum() == page.sum()
