"""Who wrote MNIST's digits: read as published, and one line for each fault."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from inkdigits.data import load_digit_set
from inkdigits.data.writers import load_writers
from inkdigits.errors import CorruptData, DataNotFound

LABELS = np.array([7, 2, 1], dtype=np.uint8)
ROWS = np.array([[7, 0, 503, 0], [2, 0, 503, 1], [1, 0, 12, 2]], dtype=np.int32)


def _put(folder: Path, content: bytes) -> None:
    (folder / "writers").mkdir(exist_ok=True)
    (folder / "writers" / "qmnist-train-labels-idx2-int.gz").write_bytes(content)


def _idx(rows: np.ndarray, code: int = 0x0C) -> bytes:
    return bytes((0, 0, code, 2)) + struct.pack(">2I", *rows.shape) + rows.astype(">i4").tobytes()


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_writers_stand_in_the_third_column(data_folder: Path) -> None:
    _put(data_folder, gzip.compress(_idx(ROWS)))
    writers = load_writers(LABELS)
    assert writers.tolist() == [503, 503, 12]
    assert writers.dtype == np.int32


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (_idx(ROWS[:2]), "tells of other images"),
        (_idx(ROWS[:, :2]), "tells of other images"),
        (_idx(ROWS[::-1]), "tells of other images"),
        (_idx(ROWS)[:-1], "cut short"),
        (_idx(ROWS, code=8), "not with 00000c02"),
    ],
)
def test_files_that_are_not_about_these_images(data_folder: Path, content: bytes, problem: str) -> None:
    _put(data_folder, gzip.compress(content))
    with pytest.raises(CorruptData, match=problem):
        load_writers(LABELS)


def test_no_file() -> None:
    with pytest.raises(DataNotFound, match=r"writers of MNIST's digits are not .*; see docs/data\.md"):
        load_writers(LABELS)


def test_the_real_file(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_DATA", str(shared_data))
    writers = load_writers(load_digit_set("mnist:train").true_labels)
    assert len(writers) == 60_000
    assert len(np.unique(writers)) == 539
