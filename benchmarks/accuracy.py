"""Accuracy and training time of recipes over seeds, and the ratio to one epoch of the article's recipe.

    python -m benchmarks.accuracy fast --seeds 10
    python -m benchmarks.accuracy accurate --seeds 5 --runs runs/accurate
    python -m benchmarks.accuracy distilled --seeds 1 --teacher runs/ensemble

Trains on Kaggle's train.csv alone and scores the last weights on the 28,000 images of MNIST that are not in
it: Kaggle's own test set. Appends one JSON line per run to benchmarks/results/accuracy.jsonl. Before the
first run and after the last, one epoch of `article` is timed, so that recipes can be compared across
machines. Time is training time: augmenting and preparing counted, loading and scoring not. Run it alone.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import shutil
import statistics
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.records import RESULTS, AccuracyRow, append_row, one_line_errors, origin, replace_last_rows

from inkdigits.data import load_digit_set
from inkdigits.evaluation.evaluate import evaluate
from inkdigits.model import Recognizer, load_artifact, load_seen
from inkdigits.report.run_folder import load_run
from inkdigits.report.run_records import EpochRecord
from inkdigits.training.run import Order, train


def main() -> None:
    """Reads the arguments, trains, scores, writes."""
    options = _options()
    epoch_seconds = _article_epoch(quick=options.quick)
    rows = []
    for seed in range(options.first, options.first + options.seeds):
        rows.append(_run(options, seed, epoch_seconds))
        append_row(options.results, "accuracy", rows[-1])
        print(f"seed {seed}: {rows[-1].accuracy:.4%} in {rows[-1].seconds:.1f} s", flush=True)
    if not options.quick:
        epoch_seconds = statistics.mean([epoch_seconds, _article_epoch()])
        rows = [replace(row, article_epoch_seconds=epoch_seconds) for row in rows]
        replace_last_rows(options.results, "accuracy", rows)
    _tell(rows, epoch_seconds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipe", help="name or path of a recipe")
    parser.add_argument("--seeds", type=int, default=10, help="runs, seeds 0 to N-1 (default 10)")
    parser.add_argument("--first", type=int, default=0, help="the first seed, to go on with (default 0)")
    parser.add_argument("--teacher", help="a finished run to learn from, as `distilled` does")
    parser.add_argument("--runs", type=Path, help="keep the run folders here")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    parser.add_argument("--quick", action="store_true", help="time the epoch of `article` once and cold")
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error("--seeds is the number of runs, 1 or more")
    return options


def _run(options: argparse.Namespace, seed: int, epoch_seconds: float) -> AccuracyRow:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / f"seed-{seed}"
        train(Order("kaggle", options.recipe, seed=seed, teacher=options.teacher), folder)
        record, artifact = load_run(folder), load_artifact(folder)
        score = evaluate(
            Recognizer(artifact), load_digit_set("mnist"), load_seen(artifact), unseen_only=True
        ).metrics
        if options.runs is not None:
            shutil.copytree(folder, options.runs / folder.name)
    return AccuracyRow(
        recipe=record.facts.recipe,
        seed=seed,
        epochs=record.facts.epochs,
        parameters=artifact.card.parameters,
        fitted=artifact.card.fitted,
        images=score.images,
        correct=score.correct,
        accuracy=score.accuracy,
        calibration_error=score.calibration_error,
        validation_accuracy=record.metrics.accuracy,
        seconds=sum(epoch.seconds for epoch in record.history),
        article_epoch_seconds=epoch_seconds,
        recipe_sha256=choices_sha256(record.recipe_text),
        command=_command(record.facts.recipe, options),
        curve=_curve(record.history),
        **origin(),
    )


def choices_sha256(recipe_text: str) -> str:
    """Gives a digest of what a recipe chooses: its comments and the sentence about it don't count."""
    choices = {key: value for key, value in tomllib.loads(recipe_text).items() if key != "about"}
    return hashlib.sha256(json.dumps(choices, sort_keys=True).encode()).hexdigest()


def _command(recipe: str, options: argparse.Namespace) -> str:
    """Gives the command that makes such lines anew, without the paths of this machine."""
    first = f" --first {options.first}" if options.first else ""
    teacher = " --teacher RUN" if options.teacher else ""
    quick = " --quick" if options.quick else ""
    return f"python -m benchmarks.accuracy {recipe} --seeds {options.seeds}{first}{teacher}{quick}"


def _curve(history: Sequence[EpochRecord]) -> tuple[tuple[float, float], ...]:
    trained = itertools.accumulate(epoch.seconds for epoch in history)
    return tuple(
        (round(seconds, 3), round(epoch.validation_accuracy, 6))
        for seconds, epoch in zip(trained, history, strict=True)
    )


def _article_epoch(quick: bool = False) -> float:
    """Gives the seconds of one epoch of the article's recipe, 37,800 images, the second of two.

    The first also pays for what is prepared once; if `quick`, there is only that.
    """
    with tempfile.TemporaryDirectory() as scratch:
        train(Order("kaggle", "article", epochs=1 if quick else 2), Path(scratch) / "article")
        return load_run(Path(scratch) / "article").history[-1].seconds


def _tell(rows: Sequence[AccuracyRow], epoch_seconds: float) -> None:
    accuracies, seconds = [100 * row.accuracy for row in rows], [row.seconds for row in rows]
    for name, values, unit in (("accuracy", accuracies, "%"), ("seconds", seconds, "s")):
        spread = f", sd {statistics.stdev(values):.3f}" if len(values) > 1 else ""
        print(f"{name}: mean {statistics.mean(values):.3f} {unit}{spread}, n = {len(values)}")
    ratio = statistics.mean(seconds) / epoch_seconds
    print(f"one epoch of article: {epoch_seconds:.1f} s; ratio {ratio:.2f}")


if __name__ == "__main__":
    with one_line_errors():
        main()
