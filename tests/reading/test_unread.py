"""What stands on a line beside the digits that were told."""

from __future__ import annotations

import numpy as np

from inkdigits.reading.find import Ink
from inkdigits.reading.records import Box
from inkdigits.reading.unread import count_unread

FOUR: Box = (100, 20, 130, 80)
SEVEN: Box = (220, 20, 250, 80)


def unread(*parts: Box, digits: tuple[Box, ...] = (FOUR, SEVEN), scale: float = 1.0) -> int:
    """Counts parts of ink that fill the given boxes on the page of a map `scale` times smaller."""
    boxes = np.array(parts, dtype=np.float64).reshape(-1, 4) / scale
    blank = np.zeros((100, 400), dtype=np.uint8)
    areas = np.ones(len(parts), dtype=np.int64)
    ink = Ink(
        blank, scale, blank, blank.astype(np.int32), boxes, areas, np.arange(0), False, np.s_[:100, :400]
    )
    return count_unread(ink, np.arange(len(parts)), digits)


def test_letters_beside_digits_are_counted() -> None:
    assert unread(FOUR, (160, 20, 190, 80), SEVEN, (290, 40, 320, 82)) == 2


def test_on_a_reduced_map_too() -> None:
    assert unread(FOUR, (160, 20, 190, 80), SEVEN, scale=2.5) == 1


def test_dots_dashes_and_low_marks_are_not() -> None:
    assert unread(FOUR, (140, 74, 150, 84), (160, 45, 200, 52), (260, 55, 280, 84), SEVEN) == 0


def test_parts_of_a_digit_and_ink_that_reaches_beyond_its_box_are_the_digit_s() -> None:
    assert unread((98, 10, 116, 60), (112, 44, 140, 100), (225, 18, 255, 85)) == 0


def test_two_digits_that_touch_are_both_told() -> None:
    assert unread((100, 20, 170, 80), digits=(FOUR, (135, 20, 170, 80))) == 0


def test_a_line_none_of_whose_ink_was_found_has_none_unread() -> None:
    assert unread() == 0
