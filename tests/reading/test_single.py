"""The ink of one digit, out of a page that holds more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from tests.pages.compose import compose

import inkdigits
from inkdigits.images import to_page
from inkdigits.reading.find import Ink, find_ink
from inkdigits.reading.records import Box
from inkdigits.reading.single import mean_ink, single_digit


def ink_of(*boxes: Box) -> Ink:
    """Ink that fills each box."""
    drawn = np.zeros((120, 300), dtype=np.uint8)
    for x0, y0, x1, y1 in boxes:
        drawn[y0:y1, x0:x1] = 255
    labelled, count = ndimage.label(drawn)
    parts = labelled.astype(np.int32)
    areas = np.bincount(parts.ravel(), minlength=count + 1)[1:]
    return Ink(drawn, 1.0, drawn, parts, np.zeros((count, 4)), areas, np.arange(0), False, np.s_[:120, :300])


def size(own: NDArray[np.uint8]) -> tuple[int, int]:
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def test_a_digit_that_stands_alone_is_taken_whole_where_its_box_is_a_little_short() -> None:
    own, alone = single_digit(ink_of((40, 30, 52, 90)), (38, 36, 54, 84))
    assert (size(own), alone) == ((12, 60), True)


def test_both_parts_of_a_broken_digit_are_taken_and_a_neighbour_s_end_is_not() -> None:
    ink = ink_of((40, 30, 70, 40), (50, 46, 60, 90), (73, 30, 110, 40))
    own, alone = single_digit(ink, (38, 28, 72, 92))
    assert (size(own), alone) == ((30, 60), True)


def test_ink_that_goes_on_beyond_the_box_is_cut_and_told() -> None:
    own, alone = single_digit(ink_of((40, 60, 140, 70), (50, 30, 60, 90)), (44, 28, 68, 92))
    assert (size(own), alone) == ((24, 60), False)


def test_a_ring_that_touches_a_digit_is_no_part_of_it() -> None:
    content, _ = compose("ring_touches.png")
    reading = inkdigits.read(content)
    ink = find_ink(to_page(content))
    ring = ink.parts == ink.rings[0] + 1
    assert ring.any()
    assert not reading.ink[ring].any()
    never_drawn = replace(ink, map=reading.ink, parts=np.where(ring, np.int32(0), ink.parts))
    for digit in reading.lines[0].digits:
        np.testing.assert_array_equal(
            single_digit(ink, digit.box)[0], single_digit(never_drawn, digit.box)[0]
        )


def test_a_box_without_ink_or_at_the_page_s_edge_is_no_trouble() -> None:
    ink = ink_of((40, 30, 52, 90))
    assert not single_digit(ink_of(), (40, 30, 52, 90))[0].any()
    for box in ((150, 30, 170, 80), (299, 119, 300, 120), (0, 0, 1, 1)):
        own, alone = single_digit(ink, box)
        assert not own.any()
        assert not alone


def test_how_dark_ink_is_counts_no_paper() -> None:
    ink = ink_of((40, 30, 52, 90), (80, 30, 92, 90))
    ink.map[30:90, 80:92] = 85
    assert mean_ink(ink, [(30, 20, 60, 100)]) == 255
    assert mean_ink(ink, [(30, 20, 60, 100), (70, 20, 100, 100)]) == 170
    assert mean_ink(ink, [(150, 20, 160, 100)]) == 0
