"""Kaggle's CSV: plain, gzipped, inside the zip file, LF or CRLF; each fault by its line."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits.data import kaggle, load_digit_set
from inkdigits.data.kaggle import parse_digit_csv
from inkdigits.errors import CorruptData, DataError

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (12, 28, 28), dtype=np.uint8)
LABELS = RNG.integers(0, 10, 12, dtype=np.uint8)
HEADER = ",".join(f"pixel{number}" for number in range(784))


def csv(images: np.ndarray, labels: np.ndarray | None, end: str = "\n") -> bytes:
    rows = [",".join(map(str, image.ravel())) for image in images]
    header = HEADER
    if labels is not None:
        header = f"label,{HEADER}"
        rows = [f"{label},{row}" for label, row in zip(labels, rows, strict=True)]
    return (end.join([header, *rows]) + end).encode()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, bytes], None]:
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    (tmp_path / "kaggle").mkdir()

    def write(name: str, content: bytes) -> None:
        (tmp_path / "kaggle" / name).write_bytes(content)

    return write


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("form", ["plain", "gzip", "zip", "gzip in zip"])
def test_both_splits_are_read_in_every_form(put: Callable[[str, bytes], None], form: str, end: str) -> None:
    train, test = csv(IMAGES, LABELS, end), csv(IMAGES[:5], None, end)
    if form == "plain":
        put("train.csv", train)
        put("test.csv", test)
    elif form == "gzip":
        put("train.csv.gz", gzip.compress(train))
        put("test.csv.gz", gzip.compress(test))
    elif form == "zip":
        put("digit-recognizer.zip", zipped(train_csv=train, test_csv=test, sample_submission_csv=b""))
    else:
        members = {"train_csv_gz": gzip.compress(train), "test_csv_gz": gzip.compress(test)}
        put("digit-recognizer.zip", zipped(**members))
    digits = load_digit_set("kaggle")
    np.testing.assert_array_equal(digits.images, IMAGES)
    np.testing.assert_array_equal(digits.labels, LABELS)
    assert digits.name == "kaggle:train"
    unlabelled = load_digit_set("kaggle:test")
    np.testing.assert_array_equal(unlabelled.images, IMAGES[:5])
    assert unlabelled.labels is None


@pytest.mark.parametrize("tail", [b"", b"\n\n"])
def test_the_last_line_end_does_not_matter(tail: bytes) -> None:
    images, _ = parse_digit_csv(csv(IMAGES, LABELS).rstrip(b"\n") + tail, "x.csv")
    np.testing.assert_array_equal(images, IMAGES)


def test_many_blocks_give_the_same_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    content = csv(IMAGES, LABELS)
    monkeypatch.setattr(kaggle, "_BLOCK", 4000)
    images, labels = parse_digit_csv(content, "x.csv")
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(labels, LABELS)
    lines = content.split(b"\n")
    lines[9] = lines[9] + b",1"
    with pytest.raises(CorruptData, match="line 10: 786 columns"):
        parse_digit_csv(b"\n".join(lines), "x.csv")


def row(first: str = "1", last: str = "0", pixels: int = 784) -> str:
    return ",".join([first, *["0"] * (pixels - 1), last])


FAULTS = {
    "missing column": (row(pixels=783), "784 columns instead of 785"),
    "extra column": (row(pixels=785), "786 columns instead of 785"),
    "trailing comma": (row() + ",", "786 columns"),
    "empty line": ("", "1 columns"),
    "text": (row(last="dog"), "pixel783 is 'dog'"),
    "empty cell": (row(last=""), "pixel783 is empty"),
    "empty label": (row(first=""), "label is empty"),
    "256": (row(last="256"), "pixel783 is '256'"),
    "1000": (row(last="1000"), "pixel783 is '1000'"),
    "negative": (row(last="-1"), "pixel783 is '-1'"),
    "fraction": (row(last="0.5"), "pixel783 is '0.5'"),
    "exponent": (row(last="1e2"), "pixel783 is '1e2'"),
    "space": (row(last=" 5"), "pixel783 is ' 5'"),
    "quotes": (row(last='"5"'), "pixel783 is"),
    "not a number": (row(last="nan"), "pixel783 is 'nan'"),
    "semicolon": (row(last="5;5"), "pixel783 is '5;5'"),
    "null byte": (row(last="\0"), "pixel783 is"),
    "label 10": (row(first="10"), "label is '10', not a whole number from 0 to 9"),
    "old line end": (row() + "\r" + row(), "columns"),
    "arabic digits": (row(last="\u0665"), "pixel783 is"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("rows_before", [0, 3])
def test_the_first_bad_line_is_named(fault: str, rows_before: int) -> None:
    line, expected = FAULTS[fault]
    rows = [f"label,{HEADER}", *[row()] * rows_before, line, row()]
    with pytest.raises(CorruptData) as caught:
        parse_digit_csv("\n".join(rows).encode(), "mine.csv")
    assert f"mine.csv: line {rows_before + 2}: " in str(caught.value)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_of_several_bad_lines_the_first_is_named() -> None:
    rows = [f"label,{HEADER}", row(), row(first="x"), row(last="y"), row(pixels=9)]
    with pytest.raises(CorruptData, match="line 3: label is 'x'"):
        parse_digit_csv("\n".join(rows).encode(), "mine.csv")


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"label\n1\n", HEADER.removesuffix(",pixel783").encode(), b"\xff\xfe", row().encode()],
)
def test_another_header_is_refused(content: bytes) -> None:
    with pytest.raises(CorruptData, match="line 1"):
        parse_digit_csv(content, "x.csv")


def test_a_header_alone_is_refused() -> None:
    with pytest.raises(CorruptData, match="no rows"):
        parse_digit_csv(f"label,{HEADER}\n".encode(), "x.csv")


def _altered_lzma() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("train.csv", csv(IMAGES, LABELS))
    content = bytearray(buffer.getvalue())
    content[60:90] = bytes(30)
    return bytes(content)


ZIPS = {
    "no zip": (b"this is no zip", "unpacked"),
    "cut": (zipped(train_csv=csv(IMAGES, LABELS))[:-300], "unpacked"),
    "altered": (zipped(train_csv=csv(IMAGES, LABELS)).replace(b"PK\x01\x02", b"PK\x09\x09"), "unpacked"),
    "altered LZMA": (_altered_lzma(), "unpacked"),
    "no member": (zipped(other_csv=b""), "holds no train.csv"),
    "cut gzip inside": (zipped(train_csv_gz=gzip.compress(csv(IMAGES, LABELS))[:-40]), "cut short"),
}


@pytest.mark.parametrize("fault", ZIPS)
def test_a_faulty_zip_is_one_line(put: Callable[[str, bytes], None], fault: str) -> None:
    content, expected = ZIPS[fault]
    put("digit-recognizer.zip", content)
    with pytest.raises(DataError, match=expected) as caught:
        load_digit_set("kaggle")
    assert "digit-recognizer.zip" in str(caught.value)
    assert "\n" not in str(caught.value)


@given(arrays.arrays(np.uint8, (3, 28, 28)), arrays.arrays(np.uint8, 3, elements=st.integers(0, 9)))
def test_any_digits_come_back(images: np.ndarray, labels: np.ndarray) -> None:
    read, read_labels = parse_digit_csv(csv(images, labels), "x.csv")
    np.testing.assert_array_equal(read, images)
    np.testing.assert_array_equal(read_labels, labels)


@given(at=st.integers(0, 2 * 784 * 2), put_there=st.binary(min_size=1, max_size=3))
def test_any_altered_byte_is_digits_or_one_line(at: int, put_there: bytes) -> None:
    content = bytearray("\n".join([f"label,{HEADER}", row(), row()]).encode())
    start = len(HEADER) + 7 + at
    content[start : start + len(put_there)] = put_there
    try:
        images, _ = parse_digit_csv(bytes(content), "x.csv")
    except CorruptData as error:
        assert "line" in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert images.shape[1:] == (28, 28)
