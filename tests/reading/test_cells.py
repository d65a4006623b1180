"""Walls part the cells of a table but not the boxes of a form."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from inkdigits.reading.cells import Ruled, cells_of

HEIGHT = 40
AREAS = np.full(6, 300)


def _row(*lefts: int) -> NDArray[np.float64]:
    """Boxes of digits 25 wide in a row."""
    return np.array([(left, 50, left + 25, 50 + HEIGHT) for left in lefts], dtype=np.float64)


def _walls(*columns: int, top: int = 20, bottom: int = 120) -> NDArray[np.bool_]:
    rules = np.zeros((140, 500), dtype=bool)
    for column in columns:
        rules[top:bottom, column : column + 2] = True
    return rules


def _cells(rules: NDArray[np.bool_], boxes: NDArray[np.float64]) -> list[int]:
    around = (boxes[:, 0].min(), 50.0, boxes[:, 2].max(), 90.0)
    return [int(cell) for cell in cells_of(Ruled(rules, rules), around, HEIGHT, boxes, AREAS[: len(boxes)])]


def test_numbers_in_cells_are_parted() -> None:
    boxes = _row(20, 50, 130, 160, 240, 270)
    assert _cells(_walls(100, 215), boxes) == [0, 0, 1, 1, 2, 2]
    assert _cells(_walls(), boxes) == [0] * 6


def test_a_digit_in_each_box_is_one_number() -> None:
    assert _cells(_walls(60, 120, 180), _row(20, 80, 140, 200)) == [0] * 4


def test_a_margin_that_a_digit_lies_across_is_no_wall() -> None:
    assert _cells(_walls(45), _row(10, 50, 76, 102)) == [0, 1, 1, 1]
    assert _cells(_walls(61), _row(10, 50, 76, 102)) == [0] * 4


@pytest.mark.parametrize(("top", "bottom"), [(0, 120), (20, 140)])
def test_in_a_grid_of_several_rows_each_cell_is_its_own(top: int, bottom: int) -> None:
    walls = _walls(10, 80, 150, 220, top=top, bottom=bottom)
    assert _cells(walls, _row(35, 100, 175)) == [0, 1, 2]
    assert _cells(walls, _row(20, 48, 90, 118, 160, 188)) == [0, 0, 1, 1, 2, 2]


def test_squared_paper_is_no_grid_of_cells() -> None:
    assert _cells(_walls(10, 50, 90, 130, 170, top=0), _row(17, 57, 97, 137)) == [0] * 4
    walls = _walls(10, 80, 150, 220, top=0)
    assert _cells(walls, _row(20, 70, 120, 140, 205)) == [0] * 5  # digits lie across


def test_a_wall_that_a_stroke_runs_across_is_whole() -> None:
    rules, boxes = _walls(10, 80, 150, 220, top=0), _row(35, 100, 175)
    ink = rules.copy()
    rules[60:75, 80:82] = False
    around = (35, 50, 200, 90)
    assert cells_of(Ruled(rules, ink), around, HEIGHT, boxes, AREAS[:3]).tolist() == [0, 1, 2]
    ink[60:75, 80:82] = False
    assert cells_of(Ruled(rules, ink), around, HEIGHT, boxes, AREAS[:3]).tolist() == [0, 0, 1]


@pytest.mark.parametrize(("top", "bottom"), [(50, 90), (20, 70), (70, 120)])
def test_what_does_not_pass_the_line_above_and_below_is_no_wall(top: int, bottom: int) -> None:
    """A one is as high as its neighbours."""
    assert _cells(_walls(100, 215, top=top, bottom=bottom), _row(20, 50, 130, 160, 240, 270)) == [0] * 6
