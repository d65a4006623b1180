"""Rings around writing that touches them are parts of their own, and digits with rings in them stay whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from scipy import ndimage
from tests.pages.pen import Hand, write

from inkdigits.images.rings import find_parts

SIZE = 160


def ring(high: float, wide: float, stroke: float = 4, gap: float = 0.0) -> NDArray[np.bool_]:
    """A ring in the middle of a square page, with a gap in radians at its right."""
    rows, columns = np.indices((SIZE, SIZE)) - SIZE / 2
    near = np.abs(np.hypot(rows / high, columns / wide) - 1) * min(high, wide) < stroke / 2
    return np.asarray(near & (np.abs(np.arctan2(rows / high, columns / wide)) >= gap / 2))


def bar(top: int, bottom: int, place: int = 0, reach: int = 2) -> NDArray[np.bool_]:
    """An upright stroke from row to row around a column, all counted from the middle of the page."""
    rows, columns = np.indices((SIZE, SIZE)) - SIZE // 2
    return np.asarray((rows >= top) & (rows <= bottom) & (np.abs(columns - place) <= reach))


def noughts(count: int, high: float, wide: float, apart: float) -> NDArray[np.bool_]:
    """Noughts side by side whose middles are so far apart."""
    places = (np.arange(count) - (count - 1) / 2) * apart
    rings = [np.roll(ring(high, wide), round(place), axis=1) for place in places]
    return np.asarray(np.any(rings, axis=0))


def triangle() -> NDArray[np.bool_]:
    rows, columns = np.indices((SIZE, SIZE)) - SIZE // 2
    inside = (rows <= 40) & (rows >= 2 * np.abs(columns) - 60)
    return np.asarray(inside & ~ndimage.binary_erosion(inside, iterations=4))


def written(text: str, height: int = 60, width: float = 0.08) -> NDArray[np.bool_]:
    """A number in the middle of a square page."""
    word = write(text, Hand(height=height, width=width, slant=0), np.random.default_rng(3)) > 0.3
    rows, columns = np.flatnonzero(word.any(axis=1)), np.flatnonzero(word.any(axis=0))
    word = word[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    page = np.zeros((SIZE, SIZE), dtype=bool)
    top, left = (SIZE - word.shape[0]) // 2, (SIZE - word.shape[1]) // 2
    page[top : top + word.shape[0], left : left + word.shape[1]] = word
    return page


def found(ink: NDArray[np.uint8], raw: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    parts = find_parts(ink, raw)
    return parts.numbers, parts.rings


def parts_of(page: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    ink = as_ink(page)
    return found(ink, ink)


@pytest.mark.parametrize("gap", [0.0, 0.35])
@pytest.mark.parametrize("text", ["4", "7", "9"])
def test_a_ring_is_parted_from_the_digit_that_touches_it(text: str, gap: float) -> None:
    around, digit = ring(34, 34, gap=gap), written(text)
    assert (around & digit).any()
    parts, rings = parts_of(around | digit)
    assert len(rings) == 1
    assert (parts == rings[0] + 1)[around].mean() > 0.97
    left = (parts > 0) & (parts != rings[0] + 1)
    assert left[digit].mean() > 0.7
    assert not left[~ndimage.binary_dilation(digit, iterations=2)].any()


@pytest.mark.parametrize("times", [3, 7])
def test_a_large_ring_is_parted_as_a_small_one(times: int) -> None:
    page = ring(34, 34) | written("4")
    small, _ = parts_of(page)
    parts, rings = parts_of(np.kron(page, np.ones((times, times), dtype=bool)))
    assert len(rings) == 1
    assert (parts.reshape(SIZE, times, SIZE, times)[:, 1, :, 1] == small).mean() > 0.995


@pytest.mark.parametrize(
    "page",
    [
        written("0", 100),
        written("8", 100),
        written("6", 100),
        written("4", 100),
        written("00", 70),
        written("80", 70),
        ring(50, 40),
        ring(50, 34) | bar(-48, 48),  # a nought with a stroke through it
        ring(50, 45) | bar(-50, -8),  # one with a hook
        ring(50, 45) | bar(-40, 25, 24) | bar(-40, -36, 0, 24),  # one that begins within
        triangle() | bar(-20, 40),
        noughts(2, 30, 21, 42),
        noughts(2, 30, 21, 36),
        noughts(3, 30, 19, 38),
        noughts(3, 30, 19, 33),
        ring(34, 34, gap=1.2) | written("4"),  # no ring
        ring(34, 34, stroke=14) | written("4"),  # a frame
        np.abs(np.indices((SIZE, SIZE)) - SIZE / 2).max(axis=0) // 2 == 17,  # a box
        ring(18, 18, stroke=2) | written("4", 6),
    ],
)
def test_digits_with_rings_in_them_stay_whole(page: NDArray[np.bool_]) -> None:
    parts, rings = parts_of(page)
    assert not len(rings)
    np.testing.assert_array_equal(parts, ndimage.label(page, structure=np.ones((3, 3)))[0])


def test_a_nought_that_begins_with_a_hook_stays_whole() -> None:
    turns = np.linspace(-1.2, 2 * np.pi + 0.3, 300)
    away = 45 - 16 * np.clip(-turns / 1.2, 0, 1)
    page = np.zeros((SIZE, SIZE), dtype=bool)
    rows, columns = (np.round(SIZE / 2 + away * side).astype(int) for side in (np.sin(turns), np.cos(turns)))
    page[rows, columns] = True
    _, rings = parts_of(ndimage.binary_dilation(page, iterations=3))
    assert not len(rings)


@pytest.mark.parametrize(("gap", "around"), [(0.0, True), (0.3, True), (1.0, False), (2.0, False)])
def test_a_ring_may_have_a_gap_but_a_letter_c_is_none(gap: float, around: bool) -> None:
    _, rings = parts_of(ring(60, 60, gap=gap) | written("3"))
    assert len(rings) == around


def around(ring: NDArray[np.bool_], inner: int) -> list[bool]:
    """Says of a ring, and of a stroke so high within it, which are rings."""
    page = ring.copy()
    page[60 - inner // 2 : 60 + inner // 2, 90:100] = True
    parts, rings = parts_of(page)
    return [number in rings for number in range(int(parts.max()))]


def test_a_ring_around_writing_is_told() -> None:
    rows, columns = np.indices((120, 200), dtype=np.float64)
    far = np.hypot((rows - 60) / 50, (columns - 95) / 80)
    ring = np.abs(far - 1) < 0.04
    assert around(ring, 40) == [True, False]
    assert around(ring, 6) == [False, False]  # a speck in a zero
    assert around(ring & (columns > 60), 40) == [False, False]  # open at one side
    assert around((far > 0.55) & (far < 1), 40) == [False, False]  # more ink than a ring has


def frame(high: int, wide: int, stroke: int = 4) -> NDArray[np.bool_]:
    rows, columns = np.abs(np.indices((SIZE, SIZE)) - SIZE // 2)
    outer = (rows <= high) & (columns <= wide)
    return np.asarray(outer & ~((rows <= high - stroke) & (columns <= wide - stroke)))


def as_ink(page: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return page.astype(np.uint8) * np.uint8(255)


@pytest.mark.parametrize("text", ["3", "24"])
def test_sides_of_a_box_that_were_no_rules_are_rings_of_their_own(text: str) -> None:
    digits, box = written(text, 50), frame(45, 60)
    rules = box & (np.abs(np.indices((SIZE, SIZE))[0] - SIZE // 2) > 38)
    raw = digits | box
    parts, rings = found(as_ink(raw & ~rules), as_ink(raw))
    np.testing.assert_array_equal(np.isin(parts, rings + 1), box & ~rules)


def test_digits_on_squares_are_no_rings() -> None:
    rows, columns = np.indices((SIZE, SIZE))
    squares = (rows % 38 < 3) | (columns % 38 < 3)
    raw = written("3", 50) | squares
    raw[:, :4] = raw[:, -4:] = raw[:4] = raw[-4:] = False
    parts, rings = found(as_ink(raw & ~squares), as_ink(raw))
    assert parts.any()
    assert not len(rings)


def test_a_digit_that_touches_the_frame_of_a_table_is_no_ring() -> None:
    table = frame(60, 40) | bar(-60, 60) | bar(-40, 40).T
    digits = np.roll(written("3", 34), (30, -20), axis=(0, 1)) | bar(-57, -20, 20)
    parts, rings = found(as_ink(digits & ~table), as_ink(digits | table))
    assert parts.max() == 2
    assert not len(rings)


def test_a_digit_that_crosses_the_side_of_a_box_is_no_side() -> None:
    box = frame(45, 60)
    raw = box | bar(-30, 70) | written("3", 30)
    rules = box & ~bar(-30, 70)
    _, rings = found(as_ink(raw & ~rules), as_ink(raw))
    assert not len(rings)


@given(
    arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.sampled_from([0, 255]))
)
def test_all_ink_is_in_some_part_and_nothing_else_is(ink: NDArray[np.uint8]) -> None:
    parts, rings = found(ink, ink)
    np.testing.assert_array_equal(parts > 0, ink > 0)
    assert set(np.unique(parts)) | {0} == set(range(int(parts.max(initial=0)) + 1))
    assert all(rings < parts.max(initial=0))


@pytest.mark.parametrize("within", [written("4", 24), written("25", 20)])
def test_a_small_number_has_a_large_ring(within: NDArray[np.bool_]) -> None:
    parts, rings = parts_of(ring(70, 70) | within)
    assert rings.tolist() == [parts[SIZE // 2, SIZE // 2 - 70] - 1]


@pytest.mark.parametrize("dot", [bar(-6, 6, reach=6), bar(-3, 3, reach=4)])
def test_a_nought_with_a_dot_in_it_is_no_ring(dot: NDArray[np.bool_]) -> None:
    assert not len(parts_of(ring(60, 40) | dot)[1])


def test_a_nought_with_a_stroke_in_it_is_no_ring_beside_digits_as_high() -> None:
    slashed = ring(40, 28) | bar(-12, 12)
    assert len(parts_of(slashed)[1]) == 1
    assert not len(parts_of(slashed | bar(-40, 40, 45))[1])
    assert len(parts_of(slashed | bar(-10, 40, 45))[1]) == 1  # what stands beside is lower
