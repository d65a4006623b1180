"""Reads CSV in the shape of Kaggle's "Digit Recognizer": a header, then one row of 784 pixels an image.

Knows nothing about where the files lie.

Source: https://www.kaggle.com/competitions/digit-recognizer/data
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES, DIGIT_SIZE, DigitImages, Labels
from inkdigits.errors import CorruptData

_PIXELS = DIGIT_SIZE * DIGIT_SIZE
_PIXEL_HEADER = ",".join(f"pixel{number}" for number in range(_PIXELS)).encode()
_HEADERS = {b"label," + _PIXEL_HEADER: True, _PIXEL_HEADER: False}
_BLOCK = 2**22
"""Bytes parsed at a time: the temporary arrays of a block stay in the processor's cache or near it."""


def parse_digit_csv(content: bytes, path: Path | str) -> tuple[DigitImages, Labels | None]:
    """Gives the images, and the labels if there are any, of a CSV file.

    Args:
        content: The file, with the header `label,pixel0,…,pixel783` or `pixel0,…,pixel783`, then whole
            numbers without spaces or quotes; LF or CRLF.
        path: What to call it in an error.

    Returns:
        Images (n, 28, 28) uint8 and labels (n,) uint8, each 0 to 9, or None.

    Raises:
        CorruptData: If the header is another one, there are no rows, or a row has missing or extra
            columns, text, an empty cell, a pixel above 255 or a label above 9; it names the first such line.
    """
    header, _, body = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").partition(b"\n")
    if header not in _HEADERS:
        raise CorruptData(path, "line 1 is not the header label,pixel0,…,pixel783, with or without label")
    labelled = _HEADERS[header]
    body = body.rstrip(b"\n")
    if not body:
        raise CorruptData(path, "has a header but no rows")
    rows = _parse_rows(body, labelled, path)
    images = np.ascontiguousarray(rows[:, -_PIXELS:]).reshape(-1, DIGIT_SIZE, DIGIT_SIZE)
    return images, rows[:, 0].copy() if labelled else None


def _parse_rows(body: bytes, labelled: bool, path: Path | str) -> NDArray[np.uint8]:
    parsed = []
    first_line = 2
    for block in _blocks(body):
        rows = _parse_block(np.frombuffer(block, dtype=np.uint8), _PIXELS + labelled)
        if rows is None or (labelled and rows[:, 0].max() >= CLASSES):
            raise CorruptData(path, _first_fault(block, labelled, first_line))
        parsed.append(rows)
        first_line += len(rows)
    return np.concatenate(parsed)


def _blocks(body: bytes) -> Iterator[bytes]:
    """Cuts `body` into blocks of whole lines, each closed by a line end."""
    start = 0
    while start < len(body):
        end = body.find(b"\n", start + _BLOCK)
        end = len(body) if end < 0 else end
        yield body[start:end] + b"\n"
        start = end + 1


def _parse_block(text: NDArray[np.uint8], columns: int) -> NDArray[np.uint8] | None:
    """Gives the rows of whole lines, (n, columns) uint8, or None if any of them has a fault."""
    digits = text - np.uint8(ord("0"))
    is_digit = digits <= 9
    ends = np.flatnonzero(~is_digit)
    separators = text[ends]
    line_ends = separators == ord("\n")
    lines = np.count_nonzero(line_ends)
    if len(ends) != lines * columns or not line_ends[columns - 1 :: columns].all():
        return None
    lengths = np.diff(ends, prepend=-1) - 1
    if not (line_ends | (separators == ord(","))).all() or lengths.min() < 1 or lengths.max() > 3:
        return None
    values = digits[ends - 1].astype(np.uint16)
    # Where a field is shorter, the index may fall before the text and wrap; the mask throws that away.
    values += np.where(lengths > 1, digits[ends - 2], 0) * np.uint16(10)
    values += np.where(lengths > 2, digits[ends - 3], 0) * np.uint16(100)
    if values.max() > 255:
        return None
    return values.astype(np.uint8).reshape(lines, columns)


def _first_fault(block: bytes, labelled: bool, first_line: int) -> str:
    """Says which line of a block that has a fault is the first bad one, and why."""
    lines = enumerate(block.removesuffix(b"\n").split(b"\n"), start=first_line)
    faults = ((number, _line_fault(line, labelled)) for number, line in lines)
    return next(f"line {number}: {fault}" for number, fault in faults if fault)


def _line_fault(line: bytes, labelled: bool) -> str | None:
    fields = line.split(b",")
    if len(fields) != _PIXELS + labelled:
        return f"{len(fields)} columns instead of {_PIXELS + labelled}"
    for column, field in enumerate(fields):
        name = "label" if labelled and column == 0 else f"pixel{column - labelled}"
        limit = CLASSES - 1 if name == "label" else 255
        if not field:
            return f"{name} is empty"
        if not (field.isdigit() and len(field) <= 3 and int(field) <= limit):
            shown = field[:20].decode("ascii", "replace")
            return f"{name} is {shown!r}, not a whole number from 0 to {limit}"
    return None
