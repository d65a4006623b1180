"""turn_plates: dark plates with light writing are turned over, all other ink stays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from inkdigits.images.plates import turn_plates

Ink = NDArray[np.uint8]


def _page() -> Ink:
    return np.zeros((300, 400), dtype=np.uint8)


def _plate(level: int = 255) -> tuple[Ink, NDArray[np.bool_]]:
    """A plate of 60 by 40 with a light 4, and where that is."""
    light = np.zeros((60, 40), dtype=bool)
    light[14:36, 10:14] = light[32:36, 10:30] = light[14:46, 24:28] = True
    return np.where(light, 0, level).astype(np.uint8), light


@pytest.mark.parametrize("level", [255, 150])
def test_what_is_light_on_a_plate_is_ink_and_the_plate_none(level: int) -> None:
    page = _page()
    plate, light = _plate(level)
    page[100:160, 100:140] = page[100:160, 150:190] = plate
    page[200:240, 300:306] = 200
    turned = turn_plates(page)
    assert turned is not None
    for left in (100, 150):
        np.testing.assert_array_equal(turned[100:160, left : left + 40] > 0, light)
    np.testing.assert_array_equal(turned[:, 200:], page[:, 200:])
    assert page[100, 100] == level  # what was given stays


def _bare(page: Ink) -> None:
    page[100:160, 100:140] = 255


def _frame(page: Ink) -> None:
    page[100:160, 100:140] = 255
    page[104:156, 104:136] = 0


def _bold_eight(page: Ink) -> None:
    page[100:160, 100:140] = 255
    page[106:128, 111:129] = page[134:154, 111:129] = 0


def _open(page: Ink) -> None:
    page[100:160, 100:140] = 255
    page[100:130, 110:113] = page[120:140, 125:129] = 0


def _large(page: Ink) -> None:
    page[50:250, 50:150] = 255
    page[100:200, 95:103] = 0


@pytest.mark.parametrize("draw", [_bare, _frame, _bold_eight, _open, _large])
def test_what_is_no_plate_with_writing_stays(draw: object) -> None:
    page = _page()
    draw(page)  # type: ignore[operator]
    assert turn_plates(page) is None


@given(
    arrays.arrays(
        np.uint8, st.tuples(st.integers(0, 90), st.integers(0, 90)), elements=st.sampled_from([0, 90, 255])
    )
)
def test_any_ink_map_goes_in(ink: Ink) -> None:
    turned = turn_plates(ink)
    assert turned is None or (turned.shape == ink.shape and turned.dtype == np.uint8)
