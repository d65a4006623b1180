"""Evaluation: every image counted, and those the model has seen told or left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkdigits import Recognizer
from inkdigits.data import DigitSet, load_digit_set
from inkdigits.errors import DataError
from inkdigits.evaluation.evaluate import evaluate
from inkdigits.model import load_artifact, load_seen


@pytest.fixture(scope="module")
def recognizer(tiny_run: Path) -> Recognizer:
    return Recognizer.load(tiny_run)


def test_every_image_is_counted(recognizer: Recognizer) -> None:
    test = load_digit_set("uci:test")
    evaluation = evaluate(recognizer, test, np.array([], np.uint64))
    assert evaluation.metrics.images == len(test) == 382
    assert evaluation.probabilities.shape == (382, 10)
    assert (evaluation.seen, evaluation.left_out) == (0, False)


def test_what_the_model_has_seen_is_told(recognizer: Recognizer, tiny_run: Path) -> None:
    seen = load_seen(load_artifact(tiny_run))
    evaluation = evaluate(recognizer, load_digit_set("uci"), seen)
    assert evaluation.seen == 400
    assert evaluation.metrics.images == 1797


def test_what_the_model_has_seen_can_be_left_out(recognizer: Recognizer, tiny_run: Path) -> None:
    seen = load_seen(load_artifact(tiny_run))
    evaluation = evaluate(recognizer, load_digit_set("uci"), seen, unseen_only=True)
    assert (evaluation.seen, evaluation.left_out) == (400, True)
    assert evaluation.metrics.images == len(evaluation.digit_set) == 1397


def test_nothing_left_is_told(recognizer: Recognizer, tiny_run: Path) -> None:
    seen = load_seen(load_artifact(tiny_run))
    once = evaluate(recognizer, load_digit_set("uci"), seen, unseen_only=True).digit_set
    everything = load_digit_set("uci")
    known = everything.take(
        np.flatnonzero([not (once.images == image).all(axis=(1, 2)).any() for image in everything.images])
    )
    with pytest.raises(DataError, match="has seen all 400 images"):
        evaluate(recognizer, known, seen, unseen_only=True)


def test_a_set_without_labels_is_refused(recognizer: Recognizer) -> None:
    bare = DigitSet("bare", np.zeros((2, 28, 28), np.uint8), None)
    with pytest.raises(DataError, match="has no labels"):
        evaluate(recognizer, bare, np.array([], np.uint64))
