"""Digit sets by name or by path: the names we know, where their files may lie, and how to get them.

Knows nothing about file formats: each has a module of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import platformdirs

from inkdigits.data.digit_set import DigitSet, join
from inkdigits.data.idx import read_idx_digits
from inkdigits.data.kaggle import parse_digit_csv
from inkdigits.data.own import load_own
from inkdigits.data.packed import read_plain, read_zip_member
from inkdigits.data.uci import UCI_TRAIN, load_uci
from inkdigits.errors import DataNotFound, UnknownName

KAGGLE_PAGE = "https://www.kaggle.com/competitions/digit-recognizer/data"
KAGGLE_ZIP = "digit-recognizer.zip"

_MNIST_FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


@dataclass(frozen=True)
class SourceStatus:
    """What we can say of a source without reading it.

    Attributes:
        name: What to ask `load_digit_set` for.
        splits: The splits it has, e.g. `mnist:train`.
        title: What it is, in one line.
        place: The folder or file on this machine that holds all of it; None if there is none.
        hint: What to do to have it here; empty where it needs nothing.
    """

    name: str
    splits: tuple[str, ...]
    title: str
    place: Path | None
    hint: str


def load_digit_set(name: str) -> DigitSet:
    """Gives a digit set by name or by path.

    Args:
        name: `mnist:train`, `mnist:test`, `mnist` (both, 70,000, train first), `kaggle:train` or
            `kaggle` (42,000 with labels), `kaggle:test` (28,000 without), `uci:train`, `uci:test` (the
            last 382 of 1,797, on other forms), `uci` (both); or the path of a folder `LABEL/*.png`, an
            `.npz` with `images` and `labels`, or a CSV in Kaggle's shape. A name goes before a path:
            write `./mnist` for a folder of that name.

    Returns:
        The set; its name is the split's full name (`kaggle` gives `kaggle:train`), or the stem of the path.

    Raises:
        UnknownName: If it is neither a name we know nor a path.
        DataNotFound: If the files are not on this machine; the message says what to do.
        CorruptData: If a file is not what it should be.
        MissingExtra: If scikit-learn, which carries `uci`, is not installed.
    """
    if name in _LOADERS:
        return _LOADERS[name]()
    if name and _exists(name):
        return load_own(Path(name))
    if _looks_like_path(name):
        raise DataNotFound(f"no such file or folder: {name}")
    raise UnknownName("source", name, _LOADERS, "or give the path of your own data")


def lasting_name(name: str) -> str:
    """Gives a digit set's name as it holds in every working folder: a path is made absolute."""
    return str(Path(name).resolve()) if name and name not in _LOADERS and _exists(name) else name


def list_sources() -> tuple[SourceStatus, ...]:
    """Gives every source by name, with where it was found."""
    mnist_here = _find_mnist("train", "test")
    kaggle_here = _find_kaggle("train", "test")
    return (
        SourceStatus(
            "mnist",
            ("mnist:train", "mnist:test"),
            "MNIST: 60,000 and 10,000 labelled digits",
            mnist_here[0].parent if mnist_here else None,
            "" if mnist_here else _MNIST_HINT,
        ),
        SourceStatus(
            "kaggle",
            ("kaggle:train", "kaggle:test"),
            "Kaggle's Digit Recognizer: 42,000 labelled digits of MNIST and 28,000 to answer",
            kaggle_here.parent if kaggle_here else None,
            "" if kaggle_here else kaggle_hint(),
        ),
        SourceStatus(
            "uci",
            ("uci:train", "uci:test"),
            "UCI optical digits, carried by scikit-learn: 1,415 and 382 labelled digits",
            None,
            "",
        ),
    )


def user_data_folder() -> Path:
    """Gives the folder in the user's cache where fetched sources are put."""
    return platformdirs.user_cache_path("inkdigits")


def kaggle_hint() -> str:
    """Says how to have Kaggle's files here."""
    return (
        f"download {KAGGLE_ZIP} from {KAGGLE_PAGE} (you accept the competition's rules there) "
        f"and put it in {user_data_folder() / 'kaggle'}"
    )


def search_folders() -> list[Path]:
    """Gives the folders where files of data may lie, the first to look in first.

    Raises:
        DataNotFound: If INKDIGITS_DATA names no folder.
    """
    given = os.environ.get("INKDIGITS_DATA")
    if given and not Path(given).is_dir():
        raise DataNotFound(f"INKDIGITS_DATA is {given}, which is no folder on this machine")
    folders = [Path(given)] if given else []
    return [*folders, Path.cwd().parent / "shared" / "data", user_data_folder()]


def find_file(file: Path, what: str) -> Path:
    """Gives where a file of data lies on this machine.

    Args:
        file: Its path below a folder of data.
        what: What it holds, for the message, in the plural.

    Raises:
        DataNotFound: If it is in none of the folders.
    """
    places = [folder / file for folder in search_folders()]
    for place in places:
        if place.is_file():
            return place
    raise DataNotFound(
        f"the {what} are not on this machine: none of {', '.join(map(str, places))} is there;"
        " see docs/data.md for where to get them"
    )


def _load_mnist(split: str) -> DigitSet:
    paths = _find_mnist(split)
    if not paths:
        raise DataNotFound(_not_found(f"mnist:{split}", "mnist", _MNIST_FILES[split], _MNIST_HINT))
    return DigitSet(f"mnist:{split}", *read_idx_digits(*paths))


def _find_mnist(*splits: str) -> list[Path]:
    """Gives the IDX files of `splits` in the first folder that has them all; none if no folder has."""
    names = [name for split in splits for name in _MNIST_FILES[split]]
    for folder in search_folders():
        paths = [_present(folder / "mnist" / name) for name in names]
        if None not in paths:
            return [path for path in paths if path]
    return []


def _load_kaggle(split: str) -> DigitSet:
    path = _find_kaggle(split)
    if path is None:
        wanted = (f"{split}.csv", KAGGLE_ZIP)
        raise DataNotFound(_not_found(f"kaggle:{split}", "kaggle", wanted, kaggle_hint()))
    content = read_zip_member(path, f"{split}.csv") if path.suffix == ".zip" else read_plain(path)
    return DigitSet(f"kaggle:{split}", *parse_digit_csv(content, path))


def _find_kaggle(*splits: str) -> Path | None:
    """Gives the last split's CSV in the first folder that has them all, or the zip file that has."""
    for folder in search_folders():
        paths = [_present(folder / "kaggle" / f"{split}.csv") for split in splits]
        if None not in paths:
            return paths[-1]
        if (folder / "kaggle" / KAGGLE_ZIP).is_file():
            return folder / "kaggle" / KAGGLE_ZIP
    return None


def _load_uci(split: slice, name: str) -> DigitSet:
    images, labels = load_uci()
    return DigitSet(name, images, labels).take(np.arange(len(labels))[split])


def _present(path: Path) -> Path | None:
    """Gives `path` as it is or with `.gz`, whichever stands."""
    packed = path.with_name(f"{path.name}.gz")
    return next((found for found in (path, packed) if found.is_file()), None)


def _not_found(name: str, subfolder: str, files: tuple[str, ...], hint: str) -> str:
    places = ", ".join(str(folder / subfolder) for folder in search_folders())
    return f"{name} is not on this machine: no {' and '.join(files)} (or .gz) in {places}; {hint}"


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _looks_like_path(name: str) -> bool:
    return "/" in name or os.sep in name or name.endswith((".csv", ".csv.gz", ".npz"))


_MNIST_HINT = "run: inkdigits data fetch mnist"

_LOADERS: dict[str, Callable[[], DigitSet]] = {
    "mnist": lambda: join("mnist", [_load_mnist("train"), _load_mnist("test")]),
    "mnist:train": partial(_load_mnist, "train"),
    "mnist:test": partial(_load_mnist, "test"),
    "kaggle": partial(_load_kaggle, "train"),
    "kaggle:train": partial(_load_kaggle, "train"),
    "kaggle:test": partial(_load_kaggle, "test"),
    "uci": partial(_load_uci, slice(None), "uci"),
    "uci:train": partial(_load_uci, slice(UCI_TRAIN), "uci:train"),
    "uci:test": partial(_load_uci, slice(UCI_TRAIN, None), "uci:test"),
}

SOURCES = tuple(_LOADERS)
"""Every name that `load_digit_set` knows."""
