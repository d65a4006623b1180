"""Who wrote which image of MNIST's training part, by QMNIST's label files.

Knows nothing about the images.

Source: Yadav and Bottou, "Cold Case: The Lost MNIST Digits" (2019).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.idx import read_idx
from inkdigits.data.sources import find_file
from inkdigits.errors import CorruptData

_FILE = Path("writers") / "qmnist-train-labels-idx2-int.gz"
_CLASS, _WRITER = 0, 2  # columns


def load_writers(labels: NDArray[np.integer]) -> NDArray[np.int32]:
    """Gives the writer of each image of `mnist:train`, (60000,) int32.

    Args:
        labels: The images' digits, to be sure that the file's rows are theirs.

    Raises:
        DataNotFound: If the file is not on this machine.
        CorruptData: If it is not what it should be, or tells of other images.
    """
    path = find_file(_FILE, "writers of MNIST's digits")
    rows = read_idx(path, dimensions=2, kind="int32")
    if rows.shape[1] <= _WRITER or not np.array_equal(rows[:, _CLASS], labels):
        raise CorruptData(path, "tells of other images than those of mnist:train")
    writers: NDArray[np.int32] = rows[:, _WRITER]
    return writers
