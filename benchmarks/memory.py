"""How cost grows from one image to a million: seconds, digits a second, peak memory of a fresh process.

    python -m benchmarks.memory                      the shipped model
    python -m benchmarks.memory runs/article         or another

A stream is answered chunk after chunk, by one call of `probabilities` each, so that memory need not grow with
the count. At the end the largest count is answered once more, in a single call with one array. Appends one
JSON line each to benchmarks/results/memory.jsonl. Run it alone: as long as the model takes for 2.1 million
digits.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.records import RESULTS, MemoryRow, append_row, now, one_line_errors, origin
from benchmarks.stream import CHUNK, SEED

from inkdigits.model import load_artifact
from inkdigits.model.recognizer import PRETRAINED

_COUNTS = (1, 1_000, 10_000, 100_000, 1_000_000)


def main() -> None:
    """Reads the arguments, measures, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", type=Path, help="a run folder or an ONNX file of ours")
    parser.add_argument("--up-to", type=int, default=_COUNTS[-1], help="the largest count (default 1000000)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    options = parser.parse_args()
    model = options.model or PRETRAINED
    name = load_artifact(model).card.name
    counts = [count for count in _COUNTS if count <= options.up_to]
    session = now()
    measured = [measure(model, "stream", count) for count in counts]
    measured.append(measure(model, "array", counts[-1]))
    made: dict[str, Any] = {"session": session, "model": name, "chunk": CHUNK, "seed": SEED} | origin()
    for facts in measured:
        append_row(options.results, "memory", MemoryRow(**facts, **made))


def measure(model: Path, way: str, count: int) -> dict[str, Any]:
    """Gives what a fresh process took for so many images: fields of `MemoryRow`."""
    told = _child([str(model), way, str(count)])
    print(
        f"{way}, {count:,} images: {told['seconds']:.3f} s, {count / told['seconds']:,.0f} digits/s,"
        f" peak {told['peak_mib']:.1f} MiB",
        flush=True,
    )
    return {"way": way, "images": count, "digits_per_second": count / told["seconds"]} | told


def _child(words: Sequence[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.stream", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    with one_line_errors():
        main()
