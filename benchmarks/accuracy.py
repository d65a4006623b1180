"""Accuracy and training time of recipes over seeds, and the ratio to one epoch of the article's recipe.

    python benchmarks/accuracy.py fast --seeds 10
    python benchmarks/accuracy.py accurate --seeds 5 --runs runs/accurate

Trains on Kaggle's train.csv alone and scores the last weights on the 28,000 images of MNIST that are not in
it: Kaggle's own test set. Appends one JSON line per run to benchmarks/results/accuracy.jsonl. Before the
first run and after the last, one epoch of `article` is timed, so that recipes can be compared across
machines. Time is training time: augmenting and preparing counted, loading and scoring not. Run it alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inkdigits.data import load_digit_set
from inkdigits.evaluation.evaluate import evaluate
from inkdigits.model import Recognizer, load_artifact, load_seen
from inkdigits.report.run_folder import load_run
from inkdigits.training.run import Order, train

RESULTS = Path(__file__).parent / "results" / "accuracy.jsonl"


def main() -> None:
    """Reads the arguments, trains, scores, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipe", help="name or path of a recipe")
    parser.add_argument("--seeds", type=int, default=10, help="runs, seeds 0 to N-1 (default 10)")
    parser.add_argument("--first", type=int, default=0, help="the first seed, to go on with (default 0)")
    parser.add_argument("--runs", type=Path, help="keep the run folders here")
    options = parser.parse_args()
    article = _article_epoch()
    rows = []
    for seed in range(options.first, options.first + options.seeds):
        rows.append(_run(options.recipe, seed, options.runs) | {"article_epoch_seconds": article})
        _append(rows[-1])
        print(f"seed {seed}: {rows[-1]['accuracy']:.4%} in {rows[-1]['seconds']:.1f} s", flush=True)
    _tell(rows, statistics.mean([article, _article_epoch()]))


def _run(recipe: str, seed: int, keep: Path | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / f"seed-{seed}"
        train(Order("kaggle", recipe, seed=seed), folder)
        record, artifact = load_run(folder), load_artifact(folder)
        score = evaluate(
            Recognizer(artifact), load_digit_set("mnist"), load_seen(artifact), unseen_only=True
        ).metrics
        if keep is not None:
            shutil.copytree(folder, keep / folder.name)
    return {
        "benchmark": "accuracy",
        "recipe": record.facts.recipe,
        "seed": seed,
        "epochs": record.facts.epochs,
        "parameters": artifact.card.parameters,
        "fitted": artifact.card.fitted,
        "images": score.images,
        "correct": score.correct,
        "accuracy": score.accuracy,
        "calibration_error": score.calibration_error,
        "validation_accuracy": record.metrics.accuracy,
        "seconds": sum(epoch.seconds for epoch in record.history),
        "machine": record.facts.machine,
        "versions": record.facts.versions,
        "commit": _commit(),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _article_epoch() -> float:
    """Gives the seconds of one epoch of the article's recipe, 37,800 images, the second of two.

    The first also pays for what is prepared once.
    """
    with tempfile.TemporaryDirectory() as scratch:
        train(Order("kaggle", "article", epochs=2), Path(scratch) / "article")
        return load_run(Path(scratch) / "article").history[-1].seconds


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _append(row: dict[str, Any]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def _tell(rows: list[dict[str, Any]], article: float) -> None:
    for name, scale, unit in (("accuracy", 100, "%"), ("seconds", 1, "s")):
        values = [scale * row[name] for row in rows]
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        print(f"{name}: mean {statistics.mean(values):.3f} {unit}, sd {spread:.3f}, n = {len(values)}")
    ratio = statistics.mean(row["seconds"] for row in rows) / article
    print(f"one epoch of article: {article:.1f} s; ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
