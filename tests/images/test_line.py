"""A line's crop becomes a strip of one height, and boxes go there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inkdigits.images.line import BODY_HEIGHT, SIDE, STEP, STRIP_HEIGHT, normalize_line


def _page(height: int = 60, width: int = 150) -> np.ndarray:
    """Three dark uprights on light paper, 30 high from row 15."""
    page = np.full((height, width), 210, dtype=np.uint8)
    for left in (30, 70, 110):
        page[15:45, left : left + 6] = 40
    return page


@given(arrays(np.uint8, st.tuples(st.integers(0, 70), st.integers(0, 90))))
@settings(max_examples=60)
def test_any_crop_becomes_a_strip(crop: np.ndarray) -> None:
    strip = normalize_line(crop).strip
    assert strip.shape[0] == STRIP_HEIGHT
    assert strip.shape[1] % STEP == 0
    assert strip.dtype == np.uint8


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 60))),
    st.tuples(st.floats(-30, 60), st.floats(0, 60)),
)
@settings(max_examples=60)
def test_any_rows_are_taken(crop: np.ndarray, rows: tuple[float, float]) -> None:
    assert normalize_line(crop, (rows[0], rows[0] + rows[1])).strip.shape[0] == STRIP_HEIGHT


@pytest.mark.parametrize("rows", [None, (15.0, 45.0)])
def test_boxes_go_to_the_strip_and_back(rows: tuple[float, float] | None) -> None:
    made = normalize_line(_page(), rows)
    boxes = np.array([[30, 15, 36, 45], [110, 15, 116, 45]], dtype=np.float32)
    assert made.to_crop(made.to_strip(boxes)) == pytest.approx(boxes, abs=1e-3)
    for x0, y0, x1, y1 in made.to_strip(boxes).round().astype(int):
        assert made.strip[y0 + 1 : y1 - 1, x0 + 1 : x1 - 1].min() > 200
        assert made.strip[:, x0 - 6 : x0 - 2].max() < 20


def test_given_rows_come_to_lie_in_the_middle_at_one_height() -> None:
    made = normalize_line(_page(), (15.0, 45.0))
    inked = np.flatnonzero(made.strip.max(axis=1) > 128)
    assert inked[-1] + 1 - inked[0] == pytest.approx(BODY_HEIGHT, abs=1)
    assert inked.mean() == pytest.approx(STRIP_HEIGHT / 2 - 0.5, abs=1)


def test_a_strip_is_stretched_across_alone() -> None:
    plain, wide = (normalize_line(_page(), (15.0, 45.0), stretch) for stretch in (1.0, 1.5))
    assert wide.scale_y == plain.scale_y
    assert wide.scale_x == pytest.approx(1.5 * plain.scale_x, rel=0.01)
    boxes = np.array([[30, 15, 36, 45], [110, 15, 116, 45]], dtype=np.float32)
    assert wide.to_crop(wide.to_strip(boxes)) == pytest.approx(boxes, abs=1e-3)
    for x0, y0, x1, y1 in wide.to_strip(boxes).round().astype(int):
        assert wide.strip[y0 + 1 : y1 - 1, x0 + 1 : x1 - 1].min() > 200
        assert wide.strip[:, x0 - 6 : x0 - 2].max() < 20


def test_rows_taller_than_the_crop_leave_bare_paper_around() -> None:
    made = normalize_line(_page()[15:45], (0.0, 30.0))
    assert not made.strip[:5].any()
    assert not made.strip[-5:].any()


def test_polarity_does_not_matter() -> None:
    dark, light = normalize_line(_page()).strip, normalize_line(255 - _page()).strip
    assert np.abs(dark.astype(int) - light).max() <= 6


@pytest.mark.parametrize("turned", [False, True])
def test_ink_is_told_from_the_edge_of_another_paper(turned: bool) -> None:
    page = _page()
    page[:22] = np.where(page[:22] > 100, 255, page[:22])
    page[22:] = np.where(page[22:] > 100, 130, page[22:])
    strip = normalize_line(255 - page if turned else page).strip
    made = normalize_line(_page())
    assert strip[made.strip > 220].min() > 150


def test_uneven_light_across_is_taken_out() -> None:
    shade = np.linspace(0, 120, 400)
    page = np.clip(np.tile(_page(), (1, 3))[:, :400].astype(float) - shade, 0, 255).astype(np.uint8)
    strip = normalize_line(page).strip
    assert np.percentile(strip, 75) < 25


def test_blank_paper_stays_bare() -> None:
    assert not normalize_line(np.full((50, 200), 180, dtype=np.uint8)).strip.any()


def test_a_very_wide_crop_is_made_narrower() -> None:
    made = normalize_line(np.full((4, 20_000), 180, dtype=np.uint8))
    assert made.strip.shape[1] <= 8192
    box = np.array([[19_000, 0, 19_900, 4]], dtype=np.float32)
    assert made.to_strip(box)[0, 2] < made.strip.shape[1] - SIDE + 1
