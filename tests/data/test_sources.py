"""Names and places: what is found where, and what a person is told."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from inkdigits.data import SOURCES, list_sources, load_digit_set
from inkdigits.errors import DataNotFound, MissingExtra, UnknownName

IDX_IMAGES = b"\x00\x00\x08\x03" + b"\x00\x00\x00\x01" + b"\x00\x00\x00\x1c" * 2
MNIST = {
    "train-images-idx3-ubyte": IDX_IMAGES,
    "train-labels-idx1-ubyte": b"\x00\x00\x08\x01\x00\x00\x00\x01",
    "t10k-images-idx3-ubyte": IDX_IMAGES,
    "t10k-labels-idx1-ubyte": b"\x00\x00\x08\x01\x00\x00\x00\x01",
}


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The three places that are searched, all empty."""
    folders = {
        "variable": tmp_path / "variable",
        "shared": tmp_path / "shared" / "data",
        "cache": tmp_path / "cache" / "inkdigits",
    }
    (tmp_path / "work").mkdir()
    (tmp_path / "variable").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("INKDIGITS_DATA", str(folders["variable"]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folders


def put_mnist(folder: Path, level: int) -> None:
    (folder / "mnist").mkdir(parents=True)
    for name, header in MNIST.items():
        content = bytes([level]) * 784 if "images" in name else bytes([level])
        (folder / "mnist" / name).write_bytes(header + content)


def test_places_are_searched_in_order(places: dict[str, Path]) -> None:
    for level, place in ((3, "cache"), (2, "shared"), (1, "variable")):
        put_mnist(places[place], level)
        digits = load_digit_set("mnist")
        assert digits.true_labels.tolist() == [level, level]
        assert list_sources()[0].place == places[place] / "mnist"


def test_a_variable_that_names_no_folder_is_told(places: dict[str, Path]) -> None:
    put_mnist(places["shared"], 5)
    places["variable"].rmdir()
    with pytest.raises(DataNotFound, match=r"INKDIGITS_DATA is .*variable, which is no folder"):
        load_digit_set("mnist:test")


def test_without_the_variable_the_other_places_are_searched(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INKDIGITS_DATA")
    put_mnist(places["shared"], 5)
    assert load_digit_set("mnist:test").true_labels.tolist() == [5]


def test_a_place_that_lacks_a_file_is_passed_over(places: dict[str, Path]) -> None:
    put_mnist(places["variable"], 1)
    (places["variable"] / "mnist" / "train-labels-idx1-ubyte").unlink()
    put_mnist(places["cache"], 2)
    assert load_digit_set("mnist:train").true_labels.tolist() == [2]
    assert load_digit_set("mnist:test").true_labels.tolist() == [1]


def test_mnist_that_is_not_here_says_where_was_looked_and_what_to_do(places: dict[str, Path]) -> None:
    with pytest.raises(DataNotFound) as caught:
        load_digit_set("mnist:train")
    message = str(caught.value)
    assert "\n" not in message
    assert "inkdigits data fetch mnist" in message
    assert all(str(place / "mnist") in message for place in places.values())


@pytest.mark.parametrize("name", ["kaggle", "kaggle:train", "kaggle:test"])
def test_kaggle_that_is_not_here_says_what_to_do(places: dict[str, Path], name: str) -> None:
    with pytest.raises(DataNotFound) as caught:
        load_digit_set(name)
    message = str(caught.value)
    assert "\n" not in message
    assert "digit-recognizer.zip" in message
    assert "https://www.kaggle.com/competitions/digit-recognizer" in message
    assert str(places["cache"] / "kaggle") in message


def test_the_list_tells_what_is_here(places: dict[str, Path]) -> None:
    mnist, kaggle, uci = list_sources()
    assert [source.name for source in (mnist, kaggle, uci)] == ["mnist", "kaggle", "uci"]
    assert "fetch mnist" in mnist.hint
    assert "digit-recognizer.zip" in kaggle.hint
    assert uci.place is None
    (places["cache"] / "kaggle").mkdir(parents=True)
    (places["cache"] / "kaggle" / "digit-recognizer.zip").write_bytes(b"")
    kaggle = list_sources()[1]
    assert kaggle.place == places["cache"] / "kaggle"
    assert not kaggle.hint
    assert all(split in SOURCES for source in list_sources() for split in source.splits)


@pytest.mark.parametrize(
    ("name", "near"), [("mnits", "mnist"), ("kagle:train", "kaggle:train"), ("x", "known")]
)
def test_an_unknown_name_offers_the_nearest(places: dict[str, Path], name: str, near: str) -> None:
    with pytest.raises(UnknownName, match=near):
        load_digit_set(name)


@pytest.mark.parametrize("name", ["", "mnist:", "mnist:validation", "x" * 5000, "nul\0l"])
def test_odd_names_are_one_line(places: dict[str, Path], name: str) -> None:
    with pytest.raises(UnknownName):
        load_digit_set(name)


@pytest.mark.parametrize("path", ["./mine", "/nowhere/at/all", "digits.npz", "train.csv", "train.csv.gz"])
def test_a_path_that_does_not_exist_is_told_as_such(places: dict[str, Path], path: str) -> None:
    with pytest.raises(DataNotFound, match="no such file or folder"):
        load_digit_set(path)


def test_a_name_goes_before_a_folder_of_that_name(places: dict[str, Path]) -> None:
    Path("uci").mkdir()
    assert len(load_digit_set("uci")) == 1797
    with pytest.raises(DataNotFound, match="no pictures"):
        load_digit_set("./uci")


def test_uci_is_split_by_position() -> None:
    whole, train, test = (load_digit_set(name) for name in ("uci", "uci:train", "uci:test"))
    assert (whole.name, train.name, test.name) == ("uci", "uci:train", "uci:test")
    assert (len(train), len(test)) == (1415, 382)
    np.testing.assert_array_equal(np.concatenate([train.images, test.images]), whole.images)
    assert np.bincount(whole.true_labels).min() > 170


def test_uci_images_stand_as_mnist_places_them() -> None:
    for image in load_digit_set("uci").images:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert max(np.ptp(rows), np.ptp(columns)) == 19
        assert image.max() == 255


def test_uci_without_scikit_learn_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingExtra, match=r"pip install 'inkdigits\[train\]'"):
        load_digit_set("uci")
