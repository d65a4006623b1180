"""Does one thing in a process of its own, and says what that took: one line of JSON.

    python -m benchmarks.alone answer "k-NN" 60000     fits what has to be, answers mnist:test
    python -m benchmarks.alone train fast 2            trains on Kaggle's train.csv for two epochs

What `benchmarks.peaks` starts for each row. Nothing is loaded but what the thing itself needs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.peak import peak_memory
from benchmarks.records import one_line_errors
from benchmarks.timing import Way

from inkdigits.data import load_digit_set
from inkdigits.model import Recognizer, load_artifact
from inkdigits.model.recognizer import BATCH, PRETRAINED

WAYS = ("Recognizer", "keras predict", "k-NN", "SVM")
"""What answers, by the names of `benchmarks.latency`."""

_MIB = 2**20


def main() -> None:
    """Reads the arguments, does it, tells."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("answer")
    one.add_argument("way", choices=WAYS)
    one.add_argument("fitted", type=int, help="images of mnist:train for what is fitted here")
    other = commands.add_parser("train")
    other.add_argument("recipe")
    other.add_argument("epochs", type=int)
    options = parser.parse_args()
    if options.command == "answer":
        facts = answer_test(options.way, options.fitted)
    else:
        facts = train_for(options.recipe, options.epochs)
    print(json.dumps(facts | {"peak_mib": peak_memory() / _MIB}))


def answer_test(name: str, fitted: int) -> dict[str, Any]:
    """Answers mnist:test by one of `WAYS`; gives fields of `PeakRow`."""
    test = load_digit_set("mnist:test")
    way = _way(name, fitted)
    started = time.perf_counter()
    answers = way.answer(test.images)
    seconds = time.perf_counter() - started
    labels = answers.argmax(axis=1) if answers.ndim == 2 else answers
    accuracy = float((labels == test.true_labels).mean())
    return {"model": way.model, "images": len(test), "seconds": seconds, "accuracy": accuracy}


def train_for(recipe: str, epochs: int) -> dict[str, Any]:
    """Trains a recipe for so many epochs instead of its own; gives fields of `PeakRow`."""
    from inkdigits.report.run_folder import load_run
    from inkdigits.training.run import Order, train

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "run"
        train(Order("kaggle", recipe, epochs=epochs), folder)
        history, card = load_run(folder).history, load_artifact(folder).card
    seconds = sum(epoch.seconds for epoch in history)
    model = f"{card.parameters:,} parameters"
    return {"model": model, "images": card.fitted, "seconds": seconds, "accuracy": None}


def _way(name: str, fitted: int) -> Way:
    artifact = load_artifact(PRETRAINED)
    if name == "Recognizer":
        return Way(name, artifact.card.name, Recognizer(artifact).probabilities, BATCH, artifact=artifact)
    from benchmarks.rivals import CLASSIC_RIVALS, keras_rival

    train = load_digit_set("mnist:train")
    if name == "keras predict":
        return keras_rival(artifact, train.images)
    return CLASSIC_RIVALS[name](train.take(np.arange(fitted)))


if __name__ == "__main__":
    with one_line_errors():
        main()
