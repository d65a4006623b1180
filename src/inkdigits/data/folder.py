"""Reads a folder of pictures, each in a subfolder that is called by its label.

Knows nothing about what pictures are made of: `images` decodes them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inkdigits.arrays import CLASSES, DigitImage, DigitImages, Labels
from inkdigits.data.adopt import adopt_picture
from inkdigits.data.packed import reading_errors
from inkdigits.errors import CorruptData, DataNotFound, PictureError
from inkdigits.images.decode import MAX_BYTES, decode_page

_LAYOUT = "expected are subfolders 0 to 9 with one picture of a digit a file, e.g. 7/first.png"


def read_picture_folder(folder: Path) -> tuple[DigitImages, Labels]:
    """Gives the digits of a folder `LABEL/*`, in the order of labels, then of file names.

    Args:
        folder: Has subfolders named 0 to 9, any of which may be missing, with pictures in any format of
            `inkdigits.images.FORMATS`. Hidden files and folders, and files beside the subfolders, are
            passed over.

    Returns:
        Images (n, 28, 28) uint8, ink 255 on 0, by the rule of `adopt_picture`, and labels (n,) uint8.

    Raises:
        DataNotFound: If there is no picture.
        CorruptData: If a file is no picture, or a subfolder is not called by a label.
        DataError: If a file or folder can't be read.
    """
    with reading_errors(folder):
        subfolders = _visible(folder, folders=True)
        stray = [path for path in subfolders if path.name not in map(str, range(CLASSES))]
        if stray:
            raise CorruptData(stray[0], f"no label has this name; {_LAYOUT}")
        paths = [path for subfolder in subfolders for path in _visible(subfolder, folders=False)]
    if not paths:
        raise DataNotFound(f"no pictures in {folder}; {_LAYOUT}")
    images = np.stack([_read_picture(path) for path in paths])
    return images, np.array([int(path.parent.name) for path in paths], dtype=np.uint8)


def _visible(folder: Path, folders: bool) -> list[Path]:
    paths = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(path for path in paths if not folders or path.is_dir())


def _read_picture(path: Path) -> DigitImage:
    with reading_errors(path), path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    try:
        image = adopt_picture(decode_page(content))
    except PictureError as error:
        raise CorruptData(path, str(error)) from error
    if not image.any():
        raise CorruptData(path, "there is no ink on it")
    return image
