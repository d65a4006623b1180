"""Corrections as a folder: what `load_digit_set` takes, and every text in `labels.jsonl`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.corrections.conftest import corrected, picture

from inkdigits.corrections import CorrectionStore, Export, export_corrections, make_correction
from inkdigits.data import load_digit_set
from inkdigits.errors import CorrectionError, DataNotFound, OutputError


@pytest.fixture
def store(sqlite_url: str) -> CorrectionStore:
    return CorrectionStore(sqlite_url)


def png(array: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


def test_single_digits_are_a_digit_set(store: CorrectionStore, tmp_path: Path) -> None:
    digits = load_digit_set("uci").take(np.arange(30))
    for image, label in zip(digits.images, digits.true_labels, strict=True):
        store.add(make_correction(png(image), str(label), "{}", "pretrained"))
    assert export_corrections(store, tmp_path / "mine") == Export(digits=30, numbers=0, without_ink=0)
    read = load_digit_set(str(tmp_path / "mine"))
    order = np.argsort(digits.true_labels, kind="stable")
    np.testing.assert_array_equal(read.images, digits.images[order])
    np.testing.assert_array_equal(read.labels, digits.true_labels[order])


def test_whole_numbers_lie_beside_them_and_all_have_their_text(
    store: CorrectionStore, tmp_path: Path
) -> None:
    corrections = [corrected(text, number) for number, text in enumerate(["7", "0042", "1\n2", "7"])]
    for correction in corrections:
        store.add(correction)
    assert export_corrections(store, tmp_path / "mine") == Export(digits=2, numbers=2, without_ink=0)
    lines = (tmp_path / "mine" / "labels.jsonl").read_text("utf-8").splitlines()
    told = {label["file"]: label["text"] for label in map(json.loads, lines)}
    assert list(told.values()) == ["7", "0042", "1\n2", "7"]
    assert list(told) == ["7/00000001.png", "00000002.png", "00000003.png", "7/00000004.png"]
    pictures = [(tmp_path / "mine" / name).read_bytes() for name in told]
    assert pictures == [correction.picture for correction in corrections]
    np.testing.assert_array_equal(load_digit_set(str(tmp_path / "mine")).labels, [7, 7])


def test_more_than_a_page_of_them(store: CorrectionStore, tmp_path: Path) -> None:
    for number in range(45):
        store.add(corrected("7", number))
    assert export_corrections(store, tmp_path / "mine").digits == 45
    assert len(load_digit_set(str(tmp_path / "mine"))) == 45


def test_a_picture_without_ink_does_not_spoil_the_rest(store: CorrectionStore, tmp_path: Path) -> None:
    store.add(make_correction(png(np.full((50, 50), 255, dtype=np.uint8)), "7", "{}", "pretrained"))
    with pytest.raises(CorrectionError, match="no corrections with ink"):
        export_corrections(store, tmp_path / "mine")
    store.add(corrected("7"))
    assert export_corrections(store, tmp_path / "mine") == Export(digits=1, numbers=0, without_ink=1)
    assert len(load_digit_set(str(tmp_path / "mine"))) == 1


def test_only_whole_numbers_are_no_digit_set(store: CorrectionStore, tmp_path: Path) -> None:
    store.add(corrected("0042"))
    assert export_corrections(store, tmp_path / "mine").numbers == 1
    with pytest.raises(DataNotFound, match="no pictures"):
        load_digit_set(str(tmp_path / "mine"))


def test_a_folder_with_something_in_it_is_left_as_it_is(store: CorrectionStore, tmp_path: Path) -> None:
    store.add(corrected("7"))
    export_corrections(store, tmp_path / "mine")
    (tmp_path / "file").write_text("precious")
    for place in ("mine", "file"):
        with pytest.raises(OutputError, match="give a new folder or an empty one"):
            export_corrections(store, tmp_path / place)
    assert (tmp_path / "file").read_text() == "precious"
    assert len(load_digit_set(str(tmp_path / "mine"))) == 1


def test_an_empty_folder_is_filled_and_a_broken_one_never_stands(
    store: CorrectionStore, tmp_path: Path
) -> None:
    place = tmp_path / "out"
    (place / "mine").mkdir(parents=True)
    correction = make_correction(picture(), "7", "{}", "pretrained")
    store.add(correction)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("inkdigits.corrections.export.write_text", _full_disk)
        with pytest.raises(OutputError, match="mine: No space left"):
            export_corrections(store, place / "mine")
    assert [path.name for path in place.rglob("*")] == ["mine"]
    export_corrections(store, place / "mine")
    assert sorted(path.name for path in place.rglob("*")) == ["00000001.png", "7", "labels.jsonl", "mine"]


def _full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")
