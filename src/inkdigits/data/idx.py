"""Reads IDX files, the format in which MNIST is published.

Knows nothing about where the files lie.

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", file formats.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES, DIGIT_SIZE, DigitImages, Labels
from inkdigits.data.packed import CONTENT_LIMIT, open_plain, read_at_most
from inkdigits.errors import CorruptData

_KINDS = {"uint8": (0x08, ">u1"), "int32": (0x0C, ">i4")}


def read_idx_digits(images_path: Path, labels_path: Path) -> tuple[DigitImages, Labels]:
    """Gives the images of one IDX file with the labels of another.

    Args:
        images_path: IDX of three dimensions, packed by gzip or not.
        labels_path: IDX of one dimension, packed by gzip or not.

    Returns:
        Images (n, 28, 28) uint8, ink 255 on 0, and labels (n,) uint8, each 0 to 9.

    Raises:
        CorruptData: If a file is no such IDX file, is truncated, or they differ in number.
        DataError: If a file can't be read.
    """
    images = read_idx(images_path, dimensions=3)
    if images.shape[1:] != (DIGIT_SIZE, DIGIT_SIZE):
        raise CorruptData(images_path, f"holds images of {images.shape[1]}x{images.shape[2]}, not 28x28")
    labels = read_idx(labels_path, dimensions=1)
    if len(labels) != len(images):
        raise CorruptData(
            labels_path, f"holds {len(labels)} labels for the {len(images)} images of {images_path.name}"
        )
    if len(labels) and labels.max() >= CLASSES:
        raise CorruptData(labels_path, f"holds the label {labels.max()}; labels are 0 to 9")
    return images, labels


def read_idx(path: Path, dimensions: int, kind: Literal["uint8", "int32"] = "uint8") -> NDArray[Any]:
    """Gives the array of an IDX file.

    Args:
        path: The file, packed by gzip or not.
        dimensions: How many dimensions the array has to have.
        kind: The dtype that it has to have.

    Returns:
        Of this dtype, and of the shape that the header names.

    Raises:
        CorruptData: If the magic number is another one, or the content is shorter or longer than
            the header promises.
        DataError: If the file can't be read.
    """
    code, stored = _KINDS[kind]
    with open_plain(path) as stream:
        header = stream.read(4 + 4 * dimensions)
        magic = bytes((0, 0, code, dimensions))
        if header[:4] != magic:
            raise CorruptData(path, f"starts with {header[:4].hex() or 'nothing'}, not with {magic.hex()}")
        if len(header) < 4 + 4 * dimensions:
            raise CorruptData(path, "ends inside its header; the file is cut short")
        shape = tuple(int(size) for size in np.frombuffer(header, dtype=">u4", offset=4))
        promised = math.prod(shape) * np.dtype(stored).itemsize
        if promised > CONTENT_LIMIT:
            raise CorruptData(path, f"promises {promised:,} bytes, more than we read")
        content = read_at_most(stream, promised, path)
    if len(content) < promised:
        raise CorruptData(path, f"holds {len(content):,} of {promised:,} bytes; the file is cut short")
    return np.frombuffer(content, dtype=stored).astype(kind).reshape(shape)
