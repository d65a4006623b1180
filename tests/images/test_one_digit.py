"""The ink of the one digit that a picture shows: its parts, and nothing that stands apart."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from tests.pages.pen import Hand, write

from inkdigits.images import digit_ink, digit_page, normalize_digit


def page_of(
    *inks: tuple[NDArray[np.float32], int, int], size: tuple[int, int] = (300, 400)
) -> NDArray[np.uint8]:
    """Black ink on white: each at its (x, y)."""
    page = np.zeros(size, dtype=np.float32)
    for ink, x, y in inks:
        place = page[y : y + ink.shape[0], x : x + ink.shape[1]]
        np.maximum(place, ink, out=place)
    return np.round(255 * (1 - page)).astype(np.uint8)


def digit(text: str, width: float = 0.1) -> NDArray[np.float32]:
    return write(text, Hand(height=100, width=width), np.random.default_rng(5))


def speck(size: int = 3) -> NDArray[np.float32]:
    return np.ones((size, size), dtype=np.float32)


def test_specks_far_away_are_no_part_of_the_digit() -> None:
    clean = page_of((digit("4"), 100, 80))
    dusty = page_of((digit("4"), 100, 80), (speck(), 20, 20), (speck(), 370, 280), (speck(), 350, 40))
    np.testing.assert_array_equal(digit_ink(dusty), digit_ink(clean))


def test_the_parts_of_a_digit_stay_together() -> None:
    whole = digit("5")
    rows = np.arange(len(whole))[:, None]
    broken = np.where((rows > 30) & (rows < 38), np.float32(0), whole)
    ink = digit_ink(page_of((broken, 100, 80)))
    assert np.count_nonzero(ink) > 0.97 * np.count_nonzero(broken > 0.1)


def test_a_large_dark_part_at_the_side_is_not_taken_for_the_digit() -> None:
    table = np.ones((300, 14), dtype=np.float32)
    ink = digit_ink(page_of((digit("3", width=0.05), 160, 80), (table, 0, 0)))
    assert not ink[:, :100].any()
    assert ink[:, 160:300].any()


def test_a_digit_that_touches_the_side_is_taken_where_nothing_else_is() -> None:
    ink = digit_ink(page_of((digit("2")[10:], 100, 0), (speck(), 300, 200)))
    assert ink[:90].any()
    assert not ink[190:].any()


def test_a_large_page_gives_a_smaller_map_of_the_same_digit() -> None:
    small = page_of((digit("7"), 60, 60), size=(250, 250))
    large = np.kron(small, np.ones((6, 6), dtype=np.uint8))
    ink = digit_ink(digit_page(large))
    assert max(ink.shape) <= 1024
    differs = np.abs(normalize_digit(ink).astype(int) - normalize_digit(digit_ink(small)))
    assert differs.mean() < 8


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=60)), st.booleans())
def test_any_page_gives_ink_within_its_ink(page: NDArray[np.uint8], turned: bool) -> None:
    ink = digit_ink(page.T if turned else page)
    assert ink.dtype == np.uint8
    assert ink.shape == (page.T if turned else page).shape
