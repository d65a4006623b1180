"""IDX files: read as published, and one line for each fault."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.data import load_digit_set
from inkdigits.data.idx import read_idx
from inkdigits.errors import CorruptData, DataError

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
LABELS = np.array([7, 2, 1, 0, 9], dtype=np.uint8)


def idx(array: np.ndarray) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes((0, 0, 8, array.ndim)) + sizes + array.tobytes()


def put_mnist(folder: Path, images: bytes, labels: bytes, suffix: str = "") -> None:
    (folder / "mnist").mkdir(exist_ok=True)
    (folder / "mnist" / f"train-images-idx3-ubyte{suffix}").write_bytes(images)
    (folder / "mnist" / f"train-labels-idx1-ubyte{suffix}").write_bytes(labels)


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    return tmp_path


def one_line(caught: pytest.ExceptionInfo[DataError]) -> str:
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("packed", [True, False])
def test_gzip_is_told_by_content_not_by_name(data_folder: Path, suffix: str, packed: bool) -> None:
    images, labels = idx(IMAGES), idx(LABELS)
    if packed:
        images, labels = gzip.compress(images), gzip.compress(labels)
    put_mnist(data_folder, images, labels, suffix)
    digits = load_digit_set("mnist:train")
    np.testing.assert_array_equal(digits.images, IMAGES)
    np.testing.assert_array_equal(digits.labels, LABELS)
    assert digits.name == "mnist:train"


FAULTS = {
    "cut inside gzip": (gzip.compress(idx(IMAGES))[:-200], "cut short"),
    "altered gzip": (gzip.compress(idx(IMAGES))[:60] + b"!!!!" + gzip.compress(idx(IMAGES))[64:], "unpacked"),
    "wrong gzip checksum": (gzip.compress(idx(IMAGES))[:-8] + bytes(8), "unpacked"),
    "gzip with a tail": (gzip.compress(idx(IMAGES)) + b"tail", "unpacked"),
    "cut content": (idx(IMAGES)[:-1], "cut short"),
    "content with a tail": (idx(IMAGES) + b"\x00", "more than"),
    "cut header": (idx(IMAGES)[:9], "cut short"),
    "empty": (b"", "nothing"),
    "labels where images should be": (idx(LABELS), "00000801"),
    "floats": (b"\x00\x00\x0d\x03" + idx(IMAGES)[4:], "00000d03"),
    "text": (b"<html>404</html>", "3c68746d"),
    "another size": (idx(IMAGES[:, :14]), "14x28"),
    "a header that promises too much": (b"\x00\x00\x08\x03" + b"\xff" * 12, "promises"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_images_are_named(data_folder: Path, fault: str) -> None:
    content, expected = FAULTS[fault]
    put_mnist(data_folder, content, idx(LABELS))
    with pytest.raises(CorruptData, match=expected) as caught:
        load_digit_set("mnist:train")
    assert "train-images-idx3-ubyte" in one_line(caught)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [(LABELS[:4], "4 labels for the 5 images"), (LABELS + np.uint8(1), "label 10"), (IMAGES, "00000803")],
)
def test_faulty_labels_are_named(data_folder: Path, labels: np.ndarray, expected: str) -> None:
    put_mnist(data_folder, idx(IMAGES), idx(labels))
    with pytest.raises(CorruptData, match=expected) as caught:
        load_digit_set("mnist:train")
    assert "train-labels-idx1-ubyte" in one_line(caught)


def test_a_gzip_bomb_is_cut_off_at_what_the_header_promises(data_folder: Path) -> None:
    put_mnist(data_folder, gzip.compress(idx(IMAGES) + bytes(2**26)), idx(LABELS))
    with pytest.raises(CorruptData, match="more than the 3,920 bytes"):
        load_digit_set("mnist:train")


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda tail: idx(IMAGES)[:8] + tail))
def test_any_bytes_are_an_array_or_one_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.idx"
    path.write_bytes(content)
    try:
        array = read_idx(path, dimensions=3)
    except CorruptData as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert array.ndim == 3


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't read") as caught:
        read_idx(tmp_path / "none", dimensions=1)
    one_line(caught)
