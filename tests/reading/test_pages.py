"""Every page of `tests/pages`, one per trouble, is read right."""

from __future__ import annotations

import pytest
from tests.pages.compose import PAGES, compose

import inkdigits


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_right(name: str) -> None:
    content, truth = compose(name)
    assert inkdigits.read(content).text == truth


@pytest.mark.parametrize(
    "name", ["single_digit.png", "thick_brush.png", "fading_light.jpg", "dusty.jpg", "digit_in_shadow.jpg"]
)
def test_a_page_of_one_digit_is_read_right_as_one(name: str) -> None:
    content, truth = compose(name)
    assert inkdigits.read(content, layout="digit").text == truth
    assert str(inkdigits.recognize(content).label) == truth


def test_dust_around_a_number_does_not_hide_it_where_a_line_is_asked_for() -> None:
    content, truth = compose("dusty.jpg")
    assert inkdigits.read(content, layout="line").text == truth


@pytest.mark.parametrize(
    "name", ["plain.png", "tilted.png", "several_lines.png", "form_boxes.png", "dark_table.jpg"]
)
def test_boxes_stand_where_the_digits_do(name: str) -> None:
    reading = inkdigits.read(compose(name)[0])
    height, width = reading.page.shape
    for line in reading.lines:
        lefts = [digit.box[0] for digit in line.digits]
        assert lefts == sorted(lefts)
        assert line.text == "".join(str(digit.label) for digit in line.digits)
        for digit in line.digits:
            x0, y0, x1, y1 = digit.box
            assert 0 <= x0 < x1 <= width
            assert 0 <= y0 < y1 <= height
            assert digit.image.max() == 255


@pytest.mark.parametrize("name", ["circled.png", "ring_touches.png", "ring_with_a_gap_touches.png"])
def test_a_ring_hides_no_number_whatever_layout_is_asked_for(name: str) -> None:
    content, truth = compose(name)
    assert {inkdigits.read(content, layout=layout).text for layout in ("auto", "line", "page")} == {truth}


@pytest.mark.parametrize("name", ["circled_digit.png", "ring_touches_digit.png", "ring_with_a_gap.png"])
def test_a_ring_hides_no_digit_whatever_layout_is_asked_for(name: str) -> None:
    content, truth = compose(name)
    assert {inkdigits.read(content, layout=layout).text for layout in inkdigits.reading.LAYOUTS} == {truth}
    assert str(inkdigits.recognize(content).label) == truth
