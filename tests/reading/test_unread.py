"""What stands on a line, or beside it, and was told as no digit."""

from __future__ import annotations

import numpy as np

from inkdigits.reading.find import Ink
from inkdigits.reading.records import Box
from inkdigits.reading.unread import count_unread, is_cut_off

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


def cut_off(part: Box, scale: float = 1.0, *, read: bool = False, ring: bool = False) -> bool:
    """Asks about the two digits, read, and a part that fills its box, or but its sides, beside them."""
    boxes = np.array([FOUR, SEVEN, part], dtype=np.float64) / scale
    parts = np.zeros((200, 400), dtype=np.int32)
    for number, (x0, y0, x1, y1) in enumerate(boxes.astype(int), start=1):
        parts[y0:y1, x0:x1] = number
    if ring:
        x0, y0, x1, y1 = boxes[2].astype(int)
        parts[y0 + 3 : y1 - 3, x0 + 3 : x1 - 3] = 0
        for number, (u0, v0, u1, v1) in enumerate(boxes[:2].astype(int), start=1):
            parts[v0:v1, u0:u1] = number
    drawn = (255 * (parts > 0)).astype(np.uint8)
    areas, rings = np.bincount(parts.ravel(), minlength=4)[1:], np.arange(2, 3) if ring else np.arange(0)
    ink = Ink(drawn, scale, drawn, parts, boxes, areas, rings, False, np.s_[:200, :400])
    return is_cut_off(ink, np.arange(3 if read else 2), (FOUR, SEVEN))


def test_ink_that_goes_on_beside_a_line_cuts_it_off() -> None:
    assert cut_off((280, 15, 310, 85))
    assert cut_off((70, 25, 90, 75), scale=2.5)
    assert cut_off((150, 10, 200, 180))


def test_ink_of_a_line_or_low_or_far_or_below_does_not() -> None:
    assert not cut_off((280, 15, 310, 85), read=True)
    assert not cut_off((280, 60, 310, 85))
    assert not cut_off((310, 15, 340, 85))
    assert not cut_off((100, 100, 250, 180))


def test_a_ring_around_it_does_not() -> None:
    assert not cut_off((80, 5, 270, 95), ring=True)
