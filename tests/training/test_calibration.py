"""The temperature that makes probabilities mean what they say."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.evaluation.metrics import measure
from inkdigits.training.calibration import fit_temperature


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


def test_where_every_answer_is_right_it_stays_within_its_bounds() -> None:
    logits = np.eye(10, dtype=np.float32)
    assert 0.04 < fit_temperature(logits, np.arange(10, dtype=np.uint8)) < 0.1
