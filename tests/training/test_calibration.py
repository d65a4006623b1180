"""The temperature that makes probabilities mean what they say."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.evaluation.metrics import measure
from inkdigits.training.calibration import digit_evidence, fit_digit, fit_temperature


def _softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def _draw(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Gives logits whose softmax is exactly how often each label occurs."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (count, 10)).astype(np.float32)
    labels = (_softmax(logits).cumsum(axis=1) < rng.random((count, 1))).sum(axis=1).clip(max=9)
    return logits, labels.astype(np.uint8)


@pytest.mark.parametrize("factor", [0.2, 1.0, 4.0])
def test_it_undoes_a_factor_on_the_logits(factor: float) -> None:
    logits, labels = _draw(20_000)
    assert fit_temperature(logits * np.float32(factor), labels) == pytest.approx(factor, rel=0.05)


def test_it_lowers_the_calibration_error() -> None:
    logits, labels = _draw(20_000)
    modest = logits * np.float32(0.4)
    temperature = fit_temperature(modest, labels)
    before, after = (measure(_softmax(values), labels) for values in (modest, modest / temperature))
    assert after.calibration_error < 0.02 < before.calibration_error
    assert after.accuracy == before.accuracy


@pytest.mark.parametrize("count", [10, 140, 1000])
def test_where_every_answer_is_right_the_network_is_not_taken_to_be_right_always(count: int) -> None:
    labels = (np.arange(count) % 10).astype(np.uint8)
    logits = np.eye(10, dtype=np.float32)[labels] * 3
    confidence = _softmax(logits / np.float32(fit_temperature(logits, labels))).max(axis=1)
    assert confidence == pytest.approx(1 - 1 / (count + 2), abs=0.002)


def test_what_tells_all_digits_from_all_others_is_not_taken_to_do_so_always() -> None:
    scale, shift = fit_digit(np.full(98, 4.0), np.full(98, -4.0))
    assert 1 / (1 + np.exp(-(4 * scale + shift))) == pytest.approx(0.99, abs=0.003)


def test_evidence_is_how_far_the_digits_stand_above_no_digit() -> None:
    logits = np.zeros((2, 11), np.float32)
    logits[1, 10] = 3
    assert digit_evidence(logits) == pytest.approx([np.log(10), np.log(10) - 3])


def test_evidence_becomes_the_log_odds_of_a_digit() -> None:
    rng = np.random.default_rng(0)
    odds = rng.normal(0, 3, 40_000)
    is_digit = rng.random(len(odds)) < 1 / (1 + np.exp(-odds))
    evidence = (odds - 0.7) / 2
    scale, shift = fit_digit(evidence[is_digit], evidence[~is_digit])
    assert (scale, shift) == pytest.approx((2.0, 0.7), abs=0.1)
