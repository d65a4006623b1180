"""Handwritten letters of Omniglot: what stands beside digits and is none.

Knows nothing about how they are drawn into a line.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkdigits.data.packed import reading_errors
from inkdigits.data.sources import find_file
from inkdigits.errors import CorruptData

_FILE = Path("not_digits") / "omniglot_small1.zip"


def load_letters(alphabet: str, without: Iterable[int] = ()) -> tuple[NDArray[np.uint8], ...]:
    """Gives every drawing of every character of an alphabet, each (105, 105) uint8, ink 255 on 0.

    Args:
        alphabet: As Omniglot calls it, such as `Latin`.
        without: Numbers of characters to leave out, from 1.

    Raises:
        DataNotFound: If the file is not on this machine.
        CorruptData: If it is not what it should be.
        DataError: If it can't be read.
    """
    path = find_file(_FILE, "letters")
    left_out = {f"character{number:02}" for number in without}
    try:
        with reading_errors(path), zipfile.ZipFile(path) as file:
            names = (Path(name) for name in sorted(file.namelist()) if name.endswith(".png"))
            chosen = (name for name in names if name.parts[-3] == alphabet)
            return tuple(
                _ink(path, file.read(name.as_posix())) for name in chosen if name.parts[-2] not in left_out
            )
    except IndexError as error:
        raise CorruptData(path, f"is no archive of letters ({error})") from error


def _ink(path: Path, content: bytes) -> NDArray[np.uint8]:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
            return np.asarray(255 - np.asarray(picture.convert("L")))
    except (OSError, SyntaxError) as error:  # Pillow's, of a file that it can't make out
        raise CorruptData(path, "a picture in it is damaged") from error
