"""How well a recognizer does on digits of people and pens it was not trained on.

    python -m benchmarks.strangers [RUN_OR_MODEL]

Drawn digits: hwd1000's, black on white, made into digit images as any picture of one digit is. Pen traces:
those of the writers that no model of ours is fitted on, each drawn once by a pen from hairline to marker,
decided by --seed. Appends one JSON line for each to benchmarks/results/strangers.jsonl.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.pictures import drawn_digits
from benchmarks.records import RESULTS, StrangersRow, append_row, now, one_line_errors, origin

from inkdigits.arrays import DigitImages, Labels
from inkdigits.data.strokes import load_pen_traces
from inkdigits.evaluation.metrics import measure as measure_answers
from inkdigits.images import normalize_digit
from inkdigits.model import Recognizer
from inkdigits.reading import look_at_digit
from inkdigits.training.lines.glyphs import draw_trace
from inkdigits.training.supplement import random_hand


def main() -> None:
    """Reads the arguments, scores, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "model", nargs="?", type=Path, help="a run folder or a model (default: the shipped one)"
    )
    parser.add_argument("--seed", type=int, default=0, help="decides how pen traces are drawn")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    options = parser.parse_args()
    for row in measure(Recognizer.load(options.model), options.seed):
        append_row(options.results, "strangers", row)
        print(f"{row.group}: {row.accuracy:.2%} of {row.images:,} ({row.low:.2%} to {row.high:.2%})")


def measure(recognizer: Recognizer, seed: int) -> list[StrangersRow]:
    """Gives a row for each group."""
    made: dict[str, Any] = {"session": now(), "model": recognizer.card.name, "seed": seed} | origin()
    rows = []
    for group, (images, labels) in _groups(seed).items():
        score = measure_answers(recognizer.answer(images).probabilities, labels)
        rows.append(
            StrangersRow(
                group=group,
                images=score.images,
                correct=score.correct,
                accuracy=score.accuracy,
                low=score.accuracy_low,
                high=score.accuracy_high,
                calibration_error=score.calibration_error,
                **made,
            )
        )
    return rows


def _groups(seed: int) -> dict[str, tuple[DigitImages, Labels]]:
    rng = np.random.default_rng(seed)
    drawn, traces = drawn_digits(), load_pen_traces("test")
    writers = len({trace.writer for trace in traces})
    return {
        "drawn digits": (
            np.stack([look_at_digit(picture.page).image for picture in drawn]),
            np.array([int(picture.text) for picture in drawn], dtype=np.uint8),
        ),
        f"pen traces of {writers} writers": (
            np.stack([normalize_digit(draw_trace(trace, random_hand(rng), rng)) for trace in traces]),
            np.array([trace.label for trace in traces], dtype=np.uint8),
        ),
    }


if __name__ == "__main__":
    with one_line_errors():
        main()
