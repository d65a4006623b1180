"""Real amount fields of bank checks, with the text and the boxes of their digits.

Knows nothing about how they are read.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import Page
from inkdigits.data.packed import reading_errors
from inkdigits.data.sources import find_file
from inkdigits.errors import CorruptData, PictureError
from inkdigits.images.decode import decode_page

FOLDS = 5
"""Amounts are judged in so many folds of neighbouring file numbers, since neighbours may share a writer."""

MISLABELLED = frozenset(f"a_car_{number:06}.jpg" for number in (285, 340, 365, 414, 429, 498, 525))
"""Fields whose text is not what the picture shows: found where readers that had not seen them were sure of
another one, then looked at by a person."""

_FILE = Path("amounts") / "orand_car_a_dev.zip"


@dataclass(frozen=True, eq=False)
class AmountField:
    """One field.

    Attributes:
        name: Its file's name.
        page: (H, W) uint8, dark ink on light paper.
        text: Its digits; marks between are left out.
        boxes: (n, 4) float32, one for each digit, left to right, pixels.
    """

    name: str
    page: Page
    text: str
    boxes: NDArray[np.float32]


def load_amounts() -> tuple[AmountField, ...]:
    """Gives the amount fields in the order of their file names.

    Raises:
        DataNotFound: If the file is not on this machine.
        CorruptData: If it is not what it should be.
        DataError: If it can't be read.
    """
    path = find_file(_FILE, "amounts")
    try:
        with reading_errors(path), zipfile.ZipFile(path) as file:
            rows = [json.loads(line) for line in file.read("labels.jsonl").splitlines()]
            rows.sort(key=lambda row: row["file"])
            return tuple(_field(row, file.read(row["file"])) for row in rows)
    except (KeyError, ValueError, PictureError) as error:
        raise CorruptData(path, f"is no archive of amounts ({error})") from error


def fold_of(index: int, count: int) -> int:
    """Gives the fold, 0 to 4, that the field at `index` of `count` belongs to."""
    return index * FOLDS // count


def _field(row: dict[str, object], content: bytes) -> AmountField:
    boxes = np.array(row["boxes"], dtype=np.float32).reshape(-1, 4)
    text = str(row["text"])
    if len(text) != len(boxes):
        raise ValueError(f"{row['file']} has {len(text)} digits but {len(boxes)} boxes")
    return AmountField(str(row["file"]), decode_page(content), text, boxes)
