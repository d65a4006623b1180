"""Digits in pieces on displays are joined, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.images.bars import is_display, join_bars
from inkdigits.images.rings import Parts, measured
from inkdigits.images.rules import without_rules

Ink = NDArray[np.uint8]

SHOWN = ("abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg")
HIGH, WIDE, THICK = 80, 44, 8


def display(text: str, gap: int, slant: float = 0.0) -> Ink:
    """Bars that end a gap before each corner; a 1 stands at the right of its cell."""
    ink = np.zeros((HIGH + 40, len(text) * (WIDE + 24) + 60), dtype=np.uint8)
    half = HIGH // 2
    for place, digit in enumerate(text):
        left = 20 + place * (WIDE + 24)
        for bar in SHOWN[int(digit)]:
            if bar in "adg":
                y = 20 + {"a": 0, "g": half, "d": HIGH}[bar]
                box = (left + gap, y - THICK // 2, left + WIDE - gap, y + THICK // 2)
            else:
                x = left + (WIDE if bar in "bc" else 0)
                y = 20 + (half if bar in "ce" else 0)
                box = (x - THICK // 2, y + gap, x + THICK // 2, y + half - gap)
            for row in range(box[1], box[3]):
                shift = round(slant * (20 + HIGH - row))
                ink[row, box[0] + shift : box[2] + shift] = 255
    return ink


def parts_of(ink: Ink) -> Parts:
    return measured(ndimage.label(ink, structure=np.ones((3, 3)))[0].astype(np.int32))


@pytest.mark.parametrize("slant", [0.0, 0.1])
@pytest.mark.parametrize("gap", [4, 6])
@pytest.mark.parametrize("text", ["0171231", "45701", "810", "8862"])
def test_the_bars_of_each_digit_are_joined(text: str, gap: int, slant: float) -> None:
    ink = display(text, gap, slant)
    parts = join_bars(parts_of(ink))
    assert len(parts.areas) == len(text)
    assert (np.ptp(parts.boxes[:, ::2], axis=1) > 0).all()
    heights = parts.boxes[:, 3] - parts.boxes[:, 1]
    assert heights.min() > 0.8 * HIGH
    assert np.array_equal(parts.numbers > 0, ink > 0)
    assert parts.areas.sum() == np.count_nonzero(ink)


def test_its_aligned_bars_are_no_rules() -> None:
    ink = display("0171231", 4)
    assert is_display(parts_of(ink))
    np.testing.assert_array_equal(without_rules(ink), ink)


def test_curves_in_pieces_stay() -> None:
    """Noughts of which the upper and the lower half stand apart."""
    rows, columns = np.indices((120, 300))
    ink = np.zeros(rows.shape, dtype=np.uint8)
    for middle in (50, 130, 210):
        far = np.hypot((rows - 60) / 40, (columns - middle) / 25)
        ink[(far > 0.75) & (far < 1) & (np.abs(rows - 60) > 3)] = 255
    parts = parts_of(ink)
    assert len(parts.areas) == 6
    assert join_bars(parts) is parts


def test_digits_in_boxes_stay() -> None:
    ink = np.zeros((120, 300), dtype=np.uint8)
    for x in (20, 85, 150):
        ink[20:100, x : x + 55] = 255
        ink[23:97, x + 3 : x + 52] = 0
        ink[35:85, x + 25 : x + 31] = ink[35:41, x + 12 : x + 31] = 255
    parts = parts_of(ink)
    assert join_bars(parts) is parts


@pytest.mark.parametrize("apart", [10, 20, 30])
def test_lines_of_ones_stay(apart: int) -> None:
    ink = np.zeros((240, 300), dtype=np.uint8)
    for top in (10, 50 + apart, 90 + 2 * apart):
        for x in range(30, 270, 40):
            ink[top : top + 40, x : x + 7] = 255
    parts = parts_of(ink)
    assert join_bars(parts) is parts


@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 40), st.integers(1, 40))))
@settings(max_examples=60)
def test_all_ink_stays(solid: NDArray[np.bool_]) -> None:
    parts = parts_of(solid.astype(np.uint8))
    joined = join_bars(parts)
    assert np.array_equal(joined.numbers > 0, solid)
    assert len(joined.areas) <= len(parts.areas)
    assert joined.areas.sum() == np.count_nonzero(solid)
