"""The export: accepted only after ONNX Runtime has given the network's answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from onnxruntime import InferenceSession

from inkdigits.arrays import DigitImages, Probabilities
from inkdigits.data import load_digit_set
from inkdigits.errors import TrainingStopped
from inkdigits.model import Answers
from inkdigits.model.recognizer import answer, open_session
from inkdigits.training import export
from inkdigits.training.backend import torch
from inkdigits.training.calibration import Calibration, digit_evidence
from inkdigits.training.choices import ArticleNetwork, StridedNetwork
from inkdigits.training.network import build_network, release

NETWORK = build_network(ArticleNetwork(name="article"), seed=0)
IMAGES = load_digit_set("uci").images[:300]


def _expected(images: DigitImages) -> Probabilities:
    with torch.no_grad():
        logits = NETWORK(torch.from_numpy(images)[..., None].float() / 255, training=False)
    return np.asarray(torch.softmax(logits, dim=1).numpy())


@pytest.mark.parametrize("count", [1, 2, 255, 300])
def test_onnx_runtime_answers_as_the_network_at_any_number_of_images(count: int) -> None:
    session = open_session(export.export_onnx(NETWORK, IMAGES[:10], Calibration()))
    answers = answer(session, IMAGES[:count]).probabilities
    assert answers == pytest.approx(_expected(IMAGES[:count]), abs=export.TOLERANCE)


def test_a_temperature_divides_the_logits() -> None:
    session = open_session(export.export_onnx(NETWORK, IMAGES[:10], Calibration(temperature=0.5)))
    squared = _expected(IMAGES) ** 2
    expected = squared / squared.sum(axis=1, keepdims=True)
    assert answer(session, IMAGES).probabilities == pytest.approx(expected, abs=export.TOLERANCE)


@pytest.mark.parametrize("wrong_at", [1, 10])
def test_another_answer_at_either_batch_size_is_refused(
    monkeypatch: pytest.MonkeyPatch, wrong_at: int
) -> None:
    def off_by_a_little(session: InferenceSession, images: DigitImages) -> Answers:
        shift = 2e-5 if len(images) == wrong_at else 0
        answers = answer(session, images)
        return replace(answers, probabilities=answers.probabilities + np.float32(shift))

    monkeypatch.setattr(export, "answer", off_by_a_little)
    with pytest.raises(TrainingStopped, match="differ by 2e-05"):
        export.export_onnx(NETWORK, IMAGES[:10], Calibration())


def test_answers_that_are_no_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_numbers(session: InferenceSession, images: DigitImages) -> Answers:
        return Answers(np.full((len(images), 10), np.nan, np.float32), np.ones(len(images), np.float32))

    monkeypatch.setattr(export, "answer", no_numbers)
    with pytest.raises(TrainingStopped, match="differ by nan"):
        export.export_onnx(NETWORK, IMAGES[:10], Calibration())


def test_a_network_that_refuses_says_how_sure_it_is_that_there_is_a_digit() -> None:
    choice = StridedNetwork(name="strided", refuses=True)
    network = release(build_network(choice, seed=0), choice)
    calibration = Calibration(temperature=0.5, digit_scale=2.0, digit_shift=0.3)
    answers = answer(open_session(export.export_onnx(network, IMAGES[:10], calibration)), IMAGES[:50])
    with torch.no_grad():
        logits = network(torch.from_numpy(IMAGES[:50])[..., None].float() / 255, training=False)
    odds = 2 * digit_evidence(logits.numpy()) + 0.3
    assert answers.digit == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-5)
    expected = (logits[:, :10] / 0.5).softmax(1).numpy()
    assert answers.probabilities == pytest.approx(expected, abs=1e-5)


def test_float32_is_float32_on_a_gpu_too() -> None:
    """In 19 bits, torch's default for convolutions there, no export would answer as its network."""
    assert not torch.backends.cudnn.allow_tf32
