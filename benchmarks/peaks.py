"""Peak memory of recognizing and of training, each in a fresh process.

    python -m benchmarks.peaks                       all of it
    python -m benchmarks.peaks --recipes fast        of training, one recipe alone

Our recognizer, `keras predict` with the same weights, and scikit-learn's k-NN and SVM, fitted on all of
mnist:train, answer mnist:test; recipes train for two epochs, which need no less than all of them. Appends one
JSON line each to benchmarks/results/peaks.jsonl. Run it alone: half an hour, of which the SVM takes most.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.alone import WAYS
from benchmarks.records import RESULTS, PeakRow, append_row, now, one_line_errors, origin

_RECIPES = ("fast", "article", "accurate", "ensemble")
_FITTED = 60_000
_EPOCHS = 2


def main() -> None:
    """Reads the arguments, measures, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipes", nargs="*", default=_RECIPES, help="recipes to train (default: four)")
    parser.add_argument("--fitted", type=int, default=_FITTED, help="images for k-NN and SVM (default 60000)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    options = parser.parse_args()
    session = now()
    measured = [measure(way, ["answer", way, str(options.fitted)]) for way in WAYS]
    measured += [
        measure(f"training `{recipe}`", ["train", recipe, str(_EPOCHS)]) for recipe in options.recipes
    ]
    made = {"session": session} | origin("scikit-learn")
    for facts in measured:
        append_row(options.results, "peaks", PeakRow(**facts, **made))


def measure(subject: str, words: Sequence[str]) -> dict[str, Any]:
    """Gives what a fresh process took: the fields of `PeakRow` but for those of its making."""
    command = [sys.executable, "-m", "benchmarks.alone", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{subject}: {told['seconds']:.1f} s, peak {told['peak_mib']:.0f} MiB", flush=True)
    return {"subject": subject} | told


if __name__ == "__main__":
    with one_line_errors():
        main()
