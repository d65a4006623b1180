"""Inference: milliseconds for a single digit, digits a second in batches, and how far that is from the limit.

    python -m benchmarks.latency                     the shipped models
    python -m benchmarks.latency runs/article        or others: run folders, ONNX files of ours

Beside our recognizer stand `keras predict` on the same network with the same weights, and scikit-learn's
k-NN and SVM, on the same images of mnist:test, in the same call, on one core and on two. A model is scored on
those of the images that it has not seen. Appends one JSON line each to benchmarks/results/latency.jsonl.
Run it alone: about five minutes, and two for each further model.
"""

from __future__ import annotations

import argparse
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.arithmetic import measure_arithmetic
from benchmarks.records import RESULTS, LatencyRow, append_row, now, one_line_errors, origin
from benchmarks.timing import QUICK, WHOLE, Effort, Way, pass_seconds, percentile, single_digit_ms
from numpy.typing import NDArray

from inkdigits.arrays import DigitImages
from inkdigits.data import DigitSet, hash_images, load_digit_set
from inkdigits.errors import ArtifactError
from inkdigits.model import Artifact, Recognizer, load_artifact, load_seen
from inkdigits.model.recognizer import BATCH, PRETRAINED
from inkdigits.records import to_plain

_FITTED = 10_000
_QUICK_FITTED = 2_000
_PROFILED = 2_048

Facts = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What is measured.

    Attributes:
        artifacts: Our models.
        test: The images that all answer.
        effort: How long.
        fitted: Images that the rivals are fitted on.
        cores: Numbers of cores.
    """

    artifacts: tuple[Artifact, ...]
    test: DigitSet
    effort: Effort
    fitted: int
    cores: tuple[int, ...]


def main() -> None:
    """Reads the arguments, measures, writes."""
    options = _options()
    paths = options.models or [PRETRAINED]
    test = load_digit_set("mnist:test")
    task = Task(
        artifacts=tuple(load_artifact(path) for path in paths),
        test=test.take(np.arange(_QUICK_FITTED)) if options.quick else test,
        effort=QUICK if options.quick else WHOLE,
        fitted=_QUICK_FITTED if options.quick else _FITTED,
        cores=tuple(range(1, min(os.cpu_count() or 1, 2) + 1)),
    )
    session = now()
    measured = [*map(_tell, ours(task)), *map(_tell, rivals(task))]
    made = {"session": session} | origin("scikit-learn")
    for facts in measured:
        append_row(options.results, "latency", LatencyRow(**facts, **made))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", type=Path, help="run folders or ONNX files of ours")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    parser.add_argument("--quick", action="store_true", help="fewer calls, 2,000 images: about a minute")
    return parser.parse_args()


def ours(task: Task) -> Iterator[Facts]:
    """Gives the figures of our models on each number of cores; on one with where the time goes."""
    for artifact in task.artifacts:
        for cores in task.cores:
            answer = Recognizer(artifact, threads=cores).probabilities
            way = Way("Recognizer", artifact.card.name, answer, BATCH, artifact=artifact)
            facts = measure(way, cores, task)
            if cores == 1:
                images = np.resize(task.test.images, (_PROFILED, *task.test.images.shape[1:]))
                facts["arithmetic"] = to_plain(measure_arithmetic(artifact.onnx, images))
            yield facts


def rivals(task: Task) -> Iterator[Facts]:
    """Gives the figures of `keras predict` for each model that it can be given, of k-NN and of SVM."""
    # Imported only now: torch makes glibc keep freed memory, which would change our own figures.
    from benchmarks.rivals import CLASSIC_RIVALS, CannotRebuild, keras_rival, limited_to

    ways = []
    for artifact in task.artifacts:
        try:
            ways.append(keras_rival(artifact, task.test.images))
        except CannotRebuild as error:
            print(f"left out: {error}", flush=True)
    train = load_digit_set("mnist:train").take(np.arange(task.fitted))
    for way in itertools.chain(ways, (fit(train) for fit in CLASSIC_RIVALS.values())):
        for cores in task.cores[: way.cores]:
            with limited_to(cores):
                yield measure(way, cores, task)


def measure(way: Way, cores: int, task: Task) -> Facts:
    """Times one way of recognizing and scores it: the fields of `LatencyRow` but for those of its making."""
    images = task.test.images
    singles = single_digit_ms(way.answer, images, task.effort)
    seconds, answers = pass_seconds(way.answer, images, task.effort)
    predictions = answers.argmax(axis=1) if answers.ndim == 2 else answers
    unseen = _unseen(way.artifact, images)
    right = (predictions == task.test.true_labels)[unseen]
    return {
        "subject": way.subject,
        "model": way.model,
        "cores": cores,
        "calls": len(singles),
        "median_ms": percentile(singles, 0.5),
        "p90_ms": percentile(singles, 0.9),
        "p99_ms": percentile(singles, 0.99),
        "batch": way.batch,
        "digits_per_second": len(images) / seconds,
        "images": len(images),
        "scored": len(right),
        "accuracy": float(right.mean()) if len(right) else None,
    }


def _unseen(artifact: Artifact | None, images: DigitImages) -> NDArray[np.bool_]:
    """Says of each image whether a model may be scored on it: (n,), all False where nobody can tell."""
    if artifact is None:
        return np.ones(len(images), dtype=bool)
    try:
        return ~np.isin(hash_images(images), load_seen(artifact))
    except ArtifactError:
        return np.zeros(len(images), dtype=bool)


def _tell(facts: Facts) -> Facts:
    accuracy = "not scored" if facts["accuracy"] is None else f"{facts['accuracy']:.2%}"
    print(
        f"{facts['subject']} ({facts['model']}), {facts['cores']} core(s):"
        f" {accuracy} of {facts['scored']:,};"
        f" one digit {facts['median_ms']:.4f} ms (p90 {facts['p90_ms']:.4f}, p99 {facts['p99_ms']:.4f});"
        f" {facts['digits_per_second']:,.0f} digits/s",
        flush=True,
    )
    return facts


if __name__ == "__main__":
    with one_line_errors():
        main()
