"""The user's own digits by path: a folder of pictures, an .npz, a CSV."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from inkdigits.data import DigitSet, load_digit_set
from inkdigits.errors import CorruptData, DataError, DataNotFound


@pytest.fixture(scope="module")
def digits() -> DigitSet:
    return load_digit_set("uci").take(np.arange(20))


def picture(array: NDArray[np.generic], form: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, form)
    return buffer.getvalue()


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def drawn(size: int = 100) -> NDArray[np.uint8]:
    """A black stroke on white paper."""
    page = np.full((size, size), 255, dtype=np.uint8)
    page[size // 5 : -size // 5, size // 2 - 4 : size // 2 + 4] = 0
    return page


def test_a_folder_of_digit_images_is_taken_as_it_stands(tmp_path: Path, digits: DigitSet) -> None:
    for number, (image, label) in enumerate(zip(digits.images, digits.true_labels, strict=True)):
        put(tmp_path / "mine.v1" / str(label) / f"{number:02}.png", picture(image))
    read = load_digit_set(str(tmp_path / "mine.v1"))
    order = np.argsort(digits.true_labels, kind="stable")
    np.testing.assert_array_equal(read.images, digits.images[order])
    np.testing.assert_array_equal(read.labels, digits.true_labels[order])
    assert read.name == "mine.v1"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_other_pictures_are_normalized(tmp_path: Path, form: str) -> None:
    put(tmp_path / "1" / "drawn", picture(drawn(), form))
    image = load_digit_set(str(tmp_path)).images[0]
    rows = np.flatnonzero(image.max(axis=1) > 100)
    assert (rows[0], rows[-1]) == (4, 23)
    assert image[0].max() == 0


def test_deep_and_palette_pictures_are_read_rightly(tmp_path: Path, digits: DigitSet) -> None:
    image = digits.images[0]
    put(tmp_path / "0" / "deep.png", picture(image.astype(np.uint16) * 257))
    palette = Image.fromarray(255 - image, "P")
    palette.putpalette([level for level in range(255, -1, -1) for _ in range(3)])
    palette.save(tmp_path / "0" / "palette.png")
    np.testing.assert_array_equal(load_digit_set(str(tmp_path)).images, [image, image])


def test_black_on_white_of_28_is_not_taken_as_it_stands(tmp_path: Path, digits: DigitSet) -> None:
    put(tmp_path / "0" / "a.png", picture(255 - digits.images[0]))
    image = load_digit_set(str(tmp_path)).images[0]
    assert image[0].max() == 0
    assert np.abs(image.astype(int) - digits.images[0]).mean() < 10


def test_hidden_files_and_files_beside_the_labels_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "3" / "a.png", picture(drawn()))
    put(tmp_path / "3" / ".DS_Store", b"x")
    put(tmp_path / ".git" / "HEAD", b"x")
    put(tmp_path / "README.md", b"mine")
    assert load_digit_set(str(tmp_path)).true_labels.tolist() == [3]


def test_an_empty_folder_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(DataNotFound, match="subfolders 0 to 9"):
        load_digit_set(str(tmp_path))
    (tmp_path / "4").mkdir()
    with pytest.raises(DataNotFound, match="no pictures"):
        load_digit_set(str(tmp_path))


def test_a_folder_that_is_no_label_is_named(tmp_path: Path) -> None:
    put(tmp_path / "1" / "a.png", picture(drawn()))
    put(tmp_path / "seven" / "a.png", picture(drawn()))
    with pytest.raises(CorruptData, match="seven"):
        load_digit_set(str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"notes", picture(drawn())[:60]])
def test_a_file_that_is_no_picture_is_named(tmp_path: Path, content: bytes) -> None:
    put(tmp_path / "1" / "a.png", picture(drawn()))
    put(tmp_path / "1" / "b.png", content)
    with pytest.raises(CorruptData, match=r"b\.png") as caught:
        load_digit_set(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_folder_among_pictures_is_one_line(tmp_path: Path) -> None:
    put(tmp_path / "1" / "deeper" / "a.png", picture(drawn()))
    with pytest.raises(DataError, match="deeper"):
        load_digit_set(str(tmp_path))


@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
def test_npz_of_digit_images_is_taken_as_it_stands(tmp_path: Path, digits: DigitSet, dtype: type) -> None:
    np.savez_compressed(tmp_path / "own.npz", images=digits.images, labels=digits.true_labels.astype(dtype))
    read = load_digit_set(str(tmp_path / "own.npz"))
    assert read.fingerprint == digits.fingerprint
    assert read.name == "own"


def test_npz_of_other_pictures_goes_the_way_of_the_folder(tmp_path: Path) -> None:
    pages = np.stack([drawn(), 255 - drawn()])
    np.savez(tmp_path / "own.npz", images=pages, labels=[1, 1])
    for number, page in enumerate(pages):
        put(tmp_path / "folder" / "1" / f"{number}.png", picture(page))
    by_table, by_folder = (load_digit_set(str(tmp_path / name)) for name in ("own.npz", "folder"))
    assert by_table.fingerprint == by_folder.fingerprint


GOOD = np.zeros((2, 28, 28), dtype=np.uint8)
NPZ_FAULTS = {
    "no labels": ({"images": GOOD}, "missing"),
    "no images": ({"labels": [1, 2]}, "missing"),
    "floats": ({"images": GOOD / 255, "labels": [1, 2]}, "float64"),
    "flat": ({"images": GOOD.reshape(2, -1), "labels": [1, 2]}, r"\(2, 784\)"),
    "none": ({"images": GOOD[:0], "labels": GOOD[:0, 0, 0]}, r"\(0, 28, 28\)"),
    "numbers differ": ({"images": GOOD, "labels": [1]}, "2 images but 1 labels"),
    "label 10": ({"images": GOOD, "labels": [1, 10]}, "label 10"),
    "label -1": ({"images": GOOD, "labels": [-1, 1]}, "label -1"),
    "label 256": ({"images": GOOD, "labels": [256, 1]}, "label 256"),
    "labels in text": ({"images": GOOD, "labels": ["1", "2"]}, "'labels' is"),
    "one-hot": ({"images": GOOD, "labels": np.eye(10, dtype=int)[:2]}, r"\(2, 10\)"),
    "objects": ({"images": GOOD, "labels": np.array([1, None])}, "plain arrays"),
}


@pytest.mark.parametrize("fault", NPZ_FAULTS)
def test_a_faulty_npz_says_what_is_expected(tmp_path: Path, fault: str) -> None:
    arrays, expected = NPZ_FAULTS[fault]
    np.savez(tmp_path / "own.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(CorruptData, match=expected) as caught:
        load_digit_set(str(tmp_path / "own.npz"))
    assert "own.npz" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_damaged_npz_files_are_one_line(tmp_path: Path, digits: DigitSet) -> None:
    path = tmp_path / "own.npz"
    np.savez_compressed(path, images=digits.images, labels=digits.true_labels)
    whole = path.read_bytes()
    middle = len(whole) // 2
    for content in (b"", b"text", whole[:middle], whole[:middle] + b"????" + whole[middle + 4 :]):
        path.write_bytes(content)
        with pytest.raises(CorruptData, match="unpacked") as caught:
            load_digit_set(str(path))
        assert "\n" not in str(caught.value)


def test_an_npz_whose_header_lies_is_one_line(tmp_path: Path) -> None:
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (999999999, 999999, 999999), }"
    lie = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    with zipfile.ZipFile(tmp_path / "own.npz", "w") as archive:
        archive.writestr("images.npy", lie)
        archive.writestr("labels.npy", lie)
    with pytest.raises(CorruptData, match="plain arrays"):
        load_digit_set(str(tmp_path / "own.npz"))


def test_csv_by_path_goes_the_same_way(tmp_path: Path, digits: DigitSet) -> None:
    header = ",".join(["label", *(f"pixel{number}" for number in range(784))])
    images = np.stack([digits.images[0], 255 - digits.images[0]])
    rows = ["0," + ",".join(map(str, image.ravel())) for image in images]
    content = "\n".join([header, *rows]).encode()
    plain = load_digit_set(str(put(tmp_path / "own.csv", content)))
    packed = load_digit_set(str(put(tmp_path / "own.csv.gz", gzip.compress(content))))
    np.testing.assert_array_equal(plain.images[0], digits.images[0])
    assert plain.images[1][0].max() == 0
    assert plain.name == packed.name == "own"
    assert plain.fingerprint == packed.fingerprint


def test_another_kind_of_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.parquet; give a folder"):
        load_digit_set(str(put(tmp_path / "a.parquet", b"x")))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_one_line(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", b"x")
    path.chmod(0)
    with pytest.raises(DataError, match="can't read"):
        load_digit_set(str(path))


@pytest.mark.parametrize("kind", ["npz", "csv"])
def test_a_picture_without_ink_is_named_in_whatever_file_it_comes(
    tmp_path: Path, digits: DigitSet, kind: str
) -> None:
    """As in a folder: a blank image with a label is nothing to train on."""
    images = digits.images[:4].copy()
    images[2] = 0
    path = tmp_path / f"own.{kind}"
    if kind == "npz":
        np.savez(path, images=images, labels=digits.true_labels[:4])
    else:
        rows = np.column_stack([digits.true_labels[:4], images.reshape(4, -1)])
        header = ",".join(["label", *(f"pixel{number}" for number in range(784))])
        np.savetxt(path, rows, "%d", ",", header=header, comments="")
    with pytest.raises(CorruptData, match="no ink on image 3 of 4"):
        load_digit_set(str(path))


def test_an_npz_of_something_else_is_one_line(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "own.npz", "w") as file:
        file.writestr("images", b"abc")
        file.writestr("labels", b"abc")
    with pytest.raises(CorruptData, match="no plain arrays"):
        load_digit_set(str(tmp_path / "own.npz"))


def test_a_link_into_a_store_is_called_by_its_own_name(tmp_path: Path, digits: DigitSet) -> None:
    np.savez(tmp_path / "made.npz", images=digits.images, labels=digits.true_labels)
    (tmp_path / "store").mkdir()
    (tmp_path / "made.npz").rename(tmp_path / "store" / "ab12cd")
    (tmp_path / "mine.npz").symlink_to(tmp_path / "store" / "ab12cd")
    read = load_digit_set(str(tmp_path / "mine.npz"))
    assert (read.name, read.fingerprint) == ("mine", digits.fingerprint)


def test_a_name_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"digits\xff")
    put(folder / "7" / "one.png", picture(drawn()))
    with pytest.raises(DataError, match="is not UTF-8"):
        load_digit_set(str(folder))


def test_whatever_bit_of_an_array_flips_is_one_line(tmp_path: Path, digits: DigitSet) -> None:
    """NumPy reads a header by Python's own tokenizer, whose errors are not its own."""
    header = io.BytesIO()
    np.save(header, digits.images[:2])
    whole = header.getvalue()
    for place in range(8 * 128):
        content = bytearray(whole)
        content[place // 8] ^= 1 << place % 8
        with zipfile.ZipFile(tmp_path / "flipped.npz", "w") as archive:
            archive.writestr("images.npy", bytes(content))
            labels = io.BytesIO()
            np.save(labels, digits.true_labels[:2])
            archive.writestr("labels.npy", labels.getvalue())
        with suppress(DataError):
            load_digit_set(str(tmp_path / "flipped.npz"))
