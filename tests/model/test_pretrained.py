"""The recognizer that every install carries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkdigits.data import load_digit_set
from inkdigits.data.letters import load_letters
from inkdigits.evaluation.metrics import auroc
from inkdigits.images import normalize_digit
from inkdigits.model import Recognizer
from inkdigits.model.recognizer import PRETRAINED
from inkdigits.training.recipe import parse_recipe, recipe_text


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def test_it_is_small_and_of_the_recipe_that_makes_it(recognizer: Recognizer) -> None:
    assert PRETRAINED.stat().st_size < 1_000_000
    assert recognizer.card.data == "mnist:train"
    assert parse_recipe(recognizer.card.recipe_text) == parse_recipe(recipe_text("pretrained"))


def test_it_reads_handwriting_it_has_not_seen(recognizer: Recognizer) -> None:
    digits = load_digit_set("uci")
    answers = recognizer.answer(digits.images)
    assert (answers.probabilities.argmax(axis=1) == digits.true_labels).mean() > 0.97
    assert (answers.digit > 0.01).mean() > 0.99


@pytest.mark.parametrize("letter", list("WMKRHX&$"))
def test_it_says_that_a_letter_is_no_digit(recognizer: Recognizer, letter: str) -> None:
    page = Image.new("L", (80, 80))
    ImageDraw.Draw(page).text((14, 6), letter, fill=255, font=ImageFont.load_default(54))
    assert recognizer.answer(normalize_digit(np.asarray(page))[None]).digit[0] < 0.2


def test_it_says_that_noise_and_nothing_are_no_digit(recognizer: Recognizer) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    assert recognizer.answer(np.concatenate([noise, np.zeros_like(noise[:1])])).digit.max() < 0.05


def test_digits_stand_above_letters_of_alphabets_it_has_not_seen(
    recognizer: Recognizer, shared_data: Path
) -> None:
    digits = recognizer.answer(load_digit_set("mnist:test").images[:2000])
    letters = recognizer.answer(np.stack([normalize_digit(letter) for letter in load_letters("Greek")]))
    confidences = [one.digit * one.probabilities.max(axis=1) for one in (digits, letters)]
    assert auroc(*confidences) > 0.96
