"""Reads one picture several times in a process of its own, and says what that took: one line of JSON.

    python -m benchmarks.page PICTURE READINGS

What `benchmarks.pages` starts for each picture. Loads nothing but what reading needs.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.peak import peak_memory


def main() -> None:
    """Reads the arguments and the picture, tells."""
    picture, readings = Path(sys.argv[1]), int(sys.argv[2])
    began = time.perf_counter()
    import inkdigits  # within what is timed

    text = inkdigits.read(picture).text
    first = time.perf_counter() - began
    seconds = []
    for _ in range(readings):
        started = time.perf_counter()
        inkdigits.read(picture)
        seconds.append(time.perf_counter() - started)
    told = {"text": text, "first_seconds": first, "seconds": median(seconds), "peak": peak_memory()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
