"""The recognizer: probabilities for any number of digit images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkdigits import Recognizer
from inkdigits.data import load_digit_set


@pytest.fixture(scope="module")
def recognizer(tiny_run: Path) -> Recognizer:
    return Recognizer.load(tiny_run)


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 300])
def test_any_number_of_images_gets_as_many_rows_that_sum_to_one(recognizer: Recognizer, count: int) -> None:
    images = load_digit_set("uci").images[:count]
    answers = recognizer.probabilities(images)
    assert answers.shape == (count, 10)
    assert answers.dtype == np.float32
    assert answers.sum(axis=1) == pytest.approx(np.ones(count), abs=1e-5)


def test_an_image_gets_the_same_answer_alone_and_among_others(recognizer: Recognizer) -> None:
    images = load_digit_set("uci").images[:300]
    alone = np.concatenate([recognizer.probabilities(images[i : i + 1]) for i in (0, 150, 299)])
    assert alone == pytest.approx(recognizer.probabilities(images)[[0, 150, 299]], abs=1e-6)


def test_any_number_of_threads_gives_the_same_answers(recognizer: Recognizer, tiny_run: Path) -> None:
    images = load_digit_set("uci").images[:100]
    alone = Recognizer.load(tiny_run, threads=1)
    assert alone.probabilities(images) == pytest.approx(recognizer.probabilities(images), abs=1e-6)


@pytest.mark.parametrize("threads", [0, -1])
def test_fewer_than_one_thread_are_refused(tiny_run: Path, threads: int) -> None:
    with pytest.raises(ValueError, match="1 thread or more"):
        Recognizer.load(tiny_run, threads=threads)


def test_it_learned_something(recognizer: Recognizer) -> None:
    test = load_digit_set("uci:test")
    accuracy = (recognizer.probabilities(test.images).argmax(axis=1) == test.true_labels).mean()
    assert accuracy > 0.18  # two epochs on 360 of 400 images give 0.25 to 0.33, guessing 0.1


def test_images_in_another_memory_layout_get_the_same_answer(recognizer: Recognizer) -> None:
    images = load_digit_set("uci").images[:20]
    strided = np.asfortranarray(images)[::2]
    assert np.array_equal(recognizer.probabilities(strided), recognizer.probabilities(images[::2].copy()))


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (np.zeros((28, 28), np.uint8), "shape"),
        (np.zeros((3, 28, 27), np.uint8), "shape"),
        (np.zeros((3, 28, 28), np.float32), "uint8"),
    ],
)
def test_other_shapes_and_types_are_refused(recognizer: Recognizer, images: np.ndarray, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        recognizer.probabilities(images)


def test_the_card_goes_with_it(recognizer: Recognizer) -> None:
    assert recognizer.card.parameters == 887_530
