"""What a correction is: its picture made anew, its text lines of digits, sameness by content."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from tests.corrections.conftest import READING, corrected, picture

from inkdigits.corrections import make_correction
from inkdigits.corrections.correction import MAX_PIXELS_KEPT
from inkdigits.errors import CorrectionError, PictureError
from inkdigits.images import decode_page


def test_the_picture_is_the_page_without_what_the_file_tells() -> None:
    page = np.arange(600, dtype=np.uint8).reshape(20, 30)
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Ada at home")
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Ada's telephone"
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, "PNG", pnginfo=told, exif=exif)
    kept = make_correction(buffer.getvalue(), "7", READING, "pretrained").picture
    np.testing.assert_array_equal(decode_page(kept), np.rot90(page, -1))
    assert set(re.findall(rb"IHDR|IDAT|IEND|tEXt|eXIf|tIME|pHYs", kept)) == {b"IHDR", b"IDAT", b"IEND"}
    assert b"Ada" not in kept


def test_a_large_page_is_reduced_and_says_by_how_much() -> None:
    buffer = io.BytesIO()
    Image.new("L", (4000, 3000), 255).save(buffer, "PNG")
    correction = make_correction(buffer.getvalue(), "7", READING, "pretrained")
    assert correction.reduction == 3
    assert Image.open(io.BytesIO(correction.picture)).size == (1334, 1000)
    assert MAX_PIXELS_KEPT >= 1334 * 1000


def test_the_same_correction_is_told_by_pixels_and_text() -> None:
    same = io.BytesIO()
    Image.open(io.BytesIO(picture())).convert("RGB").save(same, "BMP")
    assert make_correction(same.getvalue(), " 7\n", "{}", "other").digest == corrected("7").digest
    assert len({corrected("7").digest, corrected("1").digest, corrected("7", number=1).digest}) == 3


@pytest.mark.parametrize(
    ("given", "kept"), [("0042", "0042"), (" 7 ", "7"), ("\r\n0042\r\n\r\n 15300\n", "0042\n15300")]
)
def test_lines_of_digits_are_kept_as_they_are(given: str, kept: str) -> None:
    assert corrected(given).text == kept


@pytest.mark.parametrize("text", ["", " \n ", "7a", "4 2", "-1", "٣", "1\x002", "7" * 60_001])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(CorrectionError, match="corrected text"):
        corrected(text)


@pytest.mark.parametrize("reading", ["", "seven", "{", "[" * 90_000, "NaN", '"' + "a" * 2_000_000 + '"'])
def test_a_reading_is_json(reading: str) -> None:
    with pytest.raises(CorrectionError, match="the reading"):
        make_correction(picture(), "7", reading, "pretrained")


def test_a_page_full_of_digits_fits() -> None:
    digit = {"label": 7, "confidence": 0.9993172658612474, "box": [5000, 5000, 5000, 5000]}
    reading = json.dumps({"lines": [{"text": "7", "digits": [digit]}] * 16_000})
    assert make_correction(picture(), "7\r\n" * 20_000, reading, "pretrained").text == "\n".join("7" * 20_000)


@pytest.mark.parametrize("model", ["", "a\nb", "a\x00", "\ud800", "m" * 201])
def test_a_model_has_a_plain_name(model: str) -> None:
    with pytest.raises(CorrectionError, match="model's name"):
        make_correction(picture(), "7", "{}", model)


def test_no_picture_no_correction() -> None:
    with pytest.raises(PictureError):
        make_correction(b"seven", "7", "{}", "pretrained")


@given(text=st.text(), reading=st.text(), model=st.text())
def test_whatever_comes_is_taken_or_refused(text: str, reading: str, model: str) -> None:
    try:
        correction = make_correction(picture(), text, reading, model)
    except CorrectionError:
        pass
    else:
        assert re.fullmatch(r"[0-9\n]+", correction.text)
        assert correction.reading.isascii()
