"""Pen traces of single digits: the points a pen went through, stroke by stroke, with label and writer.

Knows nothing about how a trace is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.packed import reading_errors
from inkdigits.data.sources import find_file
from inkdigits.errors import CorruptData

_FILE = Path("handwriting") / "pendigits_strokes.npz"


@dataclass(frozen=True, eq=False)
class PenTrace:
    """One digit as it was written.

    Attributes:
        label: 0 to 9.
        writer: Number of the writer, within the split.
        strokes: Each (n, 2) float32, x to the right, y down; the trace's ink box is 1 high, its corner at 0.
    """

    label: int
    writer: int
    strokes: tuple[NDArray[np.float32], ...]


def load_pen_traces(split: Literal["train", "test"] = "train") -> tuple[PenTrace, ...]:
    """Gives the pen traces of one split of UCI's pen-based digits.

    Raises:
        DataNotFound: If the file is not on this machine.
        CorruptData: If it is not what it should be.
        DataError: If it can't be read.
    """
    path = find_file(_FILE, "pen traces")
    try:
        with reading_errors(path), path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            parts = ("points", "stroke", "offsets", "labels", "comment")
            points, stroke, offsets, labels, comment = (file[f"{split}_{part}"] for part in parts)
        pieces = zip(
            np.split(points, offsets[1:-1]),
            np.split(stroke, offsets[1:-1]),
            labels,
            comment[:, 1],
            strict=True,
        )
        return tuple(_trace(*piece) for piece in pieces)
    except (ValueError, KeyError, IndexError) as error:
        raise CorruptData(path, f"is no file of pen traces ({error})") from error


def _trace(points: NDArray[np.int16], stroke: NDArray[np.uint8], label: int, writer: int) -> PenTrace:
    low, high = points.min(axis=0).astype(np.float32), points.max(axis=0).astype(np.float32)
    size = max(high[1] - low[1], 0.2 * (high[0] - low[0]), 1.0)
    placed = np.stack([points[:, 0] - low[0], high[1] - points[:, 1]], axis=1).astype(np.float32) / size
    starts = np.flatnonzero(np.diff(stroke)) + 1
    return PenTrace(int(label), int(writer), tuple(np.split(placed, starts)))
