"""Answers so many made-up images in a process of its own, and says what that took: one line of JSON.

    python -m benchmarks.stream MODEL stream 1000000
    python -m benchmarks.stream MODEL array 1000000

What `benchmarks.memory` starts for each count. Loads the recognizer and nothing that trains, so that the peak
is that of a program which only recognizes.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from benchmarks.peak import peak_memory
from benchmarks.records import one_line_errors

from inkdigits.arrays import DIGIT_SIZE, DigitImages
from inkdigits.model import Recognizer

CHUNK = 1000
"""Images in a chunk of a stream."""

SEED = 0
"""Decides the images."""

_MIB = 2**20


def main() -> None:
    """Reads the arguments, answers, tells."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("way", choices=("stream", "array"))
    parser.add_argument("images", type=int)
    options = parser.parse_args()
    answer_all = answer_stream if options.way == "stream" else answer_array
    seconds, own = answer_all(Recognizer.load(options.model), options.images)
    print(json.dumps({"seconds": seconds, "peak_mib": peak_memory() / _MIB, "own_mib": own}))


def made_up(count: int) -> Iterator[DigitImages]:
    """Gives `count` images of noise, chunk by chunk; what they show makes no difference to the cost."""
    rng = np.random.default_rng(SEED)
    for start in range(0, count, CHUNK):
        size = (min(CHUNK, count - start), DIGIT_SIZE, DIGIT_SIZE)
        yield rng.integers(0, 256, size, dtype=np.uint8)


def answer_stream(recognizer: Recognizer, count: int) -> tuple[float, None]:
    """Answers a stream and counts the answers; gives the seconds."""
    counts = np.zeros(10, dtype=np.int64)
    started = time.perf_counter()
    for chunk in made_up(count):
        predictions = recognizer.probabilities(chunk).argmax(axis=1)
        counts += np.bincount(predictions, minlength=10)
    return time.perf_counter() - started, None


def answer_array(recognizer: Recognizer, count: int) -> tuple[float, float]:
    """Answers all images in one call; gives the seconds, and the MiB it needed beside images and answers."""
    images = np.empty((count, DIGIT_SIZE, DIGIT_SIZE), dtype=np.uint8)
    for start, chunk in zip(range(0, count, CHUNK), made_up(count), strict=True):
        images[start : start + CHUNK] = chunk
    before = peak_memory()
    started = time.perf_counter()
    answers = recognizer.probabilities(images)
    seconds = time.perf_counter() - started
    return seconds, (peak_memory() - before - answers.nbytes) / _MIB


if __name__ == "__main__":
    with one_line_errors():
        main()
