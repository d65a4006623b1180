"""The user's own digits, by path: a folder of pictures, an `.npz`, or a CSV in Kaggle's shape.

Knows nothing about the sources that have a name.
"""

from __future__ import annotations

from pathlib import Path

from inkdigits.data.adopt import adopt_pictures
from inkdigits.data.digit_set import DigitSet
from inkdigits.data.folder import read_picture_folder
from inkdigits.data.kaggle import parse_digit_csv
from inkdigits.data.packed import read_plain
from inkdigits.data.tables import read_npz
from inkdigits.errors import DataError
from inkdigits.files import is_text


def load_own(path: Path) -> DigitSet:
    """Gives the digit set that stands at `path`; every picture in it by the rule of `adopt_picture`.

    Args:
        path: A folder `LABEL/*.png`, an `.npz` with `images` and `labels`, or a CSV in Kaggle's shape,
            packed by gzip or not.

    Returns:
        The set, called by the path's stem.

    Raises:
        DataNotFound: If it is a folder without pictures.
        CorruptData: If a file is not what it should be.
        DataError: If it is of a kind we don't read, can't be read, or has a name that can't be told.
    """
    if not is_text(path.resolve()):
        raise DataError(
            f"the name {str(path)!r} is not UTF-8, and could not be told; give the set another one"
        )
    # By its own name where it has one: what a link leads to in a store may be called anything.
    name = path.name if path.name not in ("", "..") else path.resolve().name
    if path.is_dir():
        return DigitSet(name, *read_picture_folder(path))
    if name.lower().endswith(".npz"):
        return DigitSet(name[: -len(".npz")], *read_npz(path))
    if name.lower().endswith((".csv", ".csv.gz")):
        images, labels = parse_digit_csv(read_plain(path), path)
        return DigitSet(name[: name.lower().rindex(".csv")], adopt_pictures(images, path), labels)
    raise DataError(f"can't read digits from {path}; give a folder LABEL/*.png, an .npz or a .csv")
