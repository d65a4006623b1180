"""Every page of `tests/pages`, one per trouble, is read right."""

from __future__ import annotations

import pytest
from tests.pages.compose import PAGES, compose

import inkdigits

NEEDS_LINE_READER = dict.fromkeys(
    ("touching.png", "overlapping.png", "broken_strokes.png", "ten_pixels.png"),
    "connected ink is not enough; needs the line reader",
) | dict.fromkeys(
    ("marks_between.png", "currency.png", "letters.png", "scribble.png"),
    "needs the answer that this is no digit",
)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_right(name: str, request: pytest.FixtureRequest) -> None:
    if name in NEEDS_LINE_READER:
        request.applymarker(pytest.mark.xfail(reason=NEEDS_LINE_READER[name], strict=True))
    content, truth = compose(name)
    assert inkdigits.read(content).text == truth


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
