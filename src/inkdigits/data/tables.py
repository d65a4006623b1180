"""Reads digits from NumPy's `.npz`: an array of images and one of labels.

Knows nothing about what the images show.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import ARRAY_ERRORS, CLASSES, DigitImages, Labels
from inkdigits.data.adopt import adopt_pictures
from inkdigits.data.packed import CONTENT_LIMIT, reading_errors
from inkdigits.errors import CorruptData

_LAYOUT = "expected are 'images', (n, H, W) uint8, and 'labels', (n,) whole numbers from 0 to 9"


def read_npz(path: Path) -> tuple[DigitImages, Labels]:
    """Gives the digits of an `.npz` with the arrays `images` and `labels`.

    Args:
        path: Holds `images`, (n, H, W) uint8 of any size and polarity, and `labels`, (n,) integers.

    Returns:
        Images (n, 28, 28) uint8, ink 255 on 0, each by the rule of `adopt_picture`, and labels (n,) uint8.

    Raises:
        CorruptData: If the file is no such `.npz`, an array is missing or of another kind, or an image has no
            ink.
        DataError: If the file can't be read.
    """
    images, labels = _read_arrays(path)
    if images.ndim != 3 or images.dtype != np.uint8 or images.size == 0:
        raise CorruptData(path, f"'images' is {images.shape} {images.dtype}; {_LAYOUT}")
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise CorruptData(path, f"'labels' is {labels.shape} {labels.dtype}; {_LAYOUT}")
    if len(labels) != len(images):
        raise CorruptData(path, f"holds {len(images)} images but {len(labels)} labels")
    wrong = labels[(labels < 0) | (labels >= CLASSES)]
    if wrong.size:
        raise CorruptData(path, f"holds the label {wrong[0]}; labels are 0 to 9")
    return adopt_pictures(images, path), labels.astype(np.uint8)


def _read_arrays(path: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    with reading_errors(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > CONTENT_LIMIT:
            raise CorruptData(path, f"holds {size:,} bytes; the limit is {CONTENT_LIMIT:,}")
        try:
            with np.load(path, allow_pickle=False) as file:
                images, labels = file["images"], file["labels"]
        except KeyError as error:
            raise CorruptData(path, f"an array is missing; {_LAYOUT}") from error
        except ARRAY_ERRORS as error:
            raise CorruptData(path, f"holds no plain arrays; {_LAYOUT}") from error
    if not (isinstance(images, np.ndarray) and isinstance(labels, np.ndarray)):  # as members of another kind
        raise CorruptData(path, f"holds no plain arrays; {_LAYOUT}")
    return images, labels
