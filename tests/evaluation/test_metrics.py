from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import confusion_matrix, log_loss, precision_recall_fscore_support

from inkdigits.arrays import Labels, Probabilities
from inkdigits.evaluation.metrics import (
    Metrics,
    auroc,
    frequent_confusions,
    measure,
    metrics_to_json,
    wilson_interval,
    worst_errors,
)
from inkdigits.records import from_plain


def answers(*given: tuple[int, float]) -> Probabilities:
    """One row an answer: the digit and its confidence; the rest is spread over the others."""
    rows = np.array([[(1 - confidence) / 9] * 10 for _, confidence in given], dtype=np.float32)
    for row, (digit, confidence) in zip(rows, given, strict=True):
        row[digit] = confidence
    return rows


def digits(*labels: int) -> Labels:
    return np.array(labels, dtype=np.uint8)


def random_answers(images: int) -> tuple[Probabilities, Labels]:
    rng = np.random.default_rng(7)
    labels = rng.integers(0, 10, images).astype(np.uint8)
    probabilities = rng.dirichlet(np.full(10, 0.1), images)
    probabilities[np.arange(images), labels] += 0.8
    return (probabilities / probabilities.sum(axis=1, keepdims=True)).astype(np.float32), labels


def test_four_answers_by_hand() -> None:
    metrics = measure(answers((3, 0.9), (3, 0.5), (5, 0.8), (0, 1.0)), digits(3, 5, 5, 0))

    assert (metrics.images, metrics.correct, metrics.accuracy) == (4, 3, 0.75)
    assert metrics.confusion[5][3] == 1
    assert metrics.confusion[3][5] == 0, "rows are labels"
    assert (metrics.per_digit[3].count, metrics.per_digit[3].precision, metrics.per_digit[3].recall) == (
        1,
        0.5,
        1,
    )
    assert (metrics.per_digit[5].count, metrics.per_digit[5].precision, metrics.per_digit[5].recall) == (
        2,
        1,
        0.5,
    )
    expected = -(math.log(0.9) + math.log(0.5 / 9) + math.log(0.8) + math.log(1)) / 4
    assert metrics.log_loss == pytest.approx(expected, rel=1e-6)
    assert metrics.calibration_error == pytest.approx((0.1 + 0.5 + 0.2 + 0) / 4, rel=1e-6)


def test_what_is_undefined_is_nan() -> None:
    metrics = measure(answers((3, 0.9)), digits(4))

    assert math.isnan(metrics.per_digit[3].recall)
    assert math.isnan(metrics.per_digit[4].precision)
    assert (metrics.per_digit[3].precision, metrics.per_digit[4].recall) == (0, 0)
    assert math.isnan(metrics.reliability[0].accuracy)
    assert math.isnan(metrics.reliability[0].confidence)


def test_agrees_with_scikit_learn() -> None:
    probabilities, labels = random_answers(500)
    metrics = measure(probabilities, labels)

    predictions = probabilities.argmax(axis=1)
    precision, recall, _, count = precision_recall_fscore_support(labels, predictions, labels=range(10))
    assert np.array_equal(metrics.confusion, confusion_matrix(labels, predictions, labels=range(10)))
    assert [digit.precision for digit in metrics.per_digit] == pytest.approx(precision)
    assert [digit.recall for digit in metrics.per_digit] == pytest.approx(recall)
    assert [digit.count for digit in metrics.per_digit] == list(count)
    exact = probabilities.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)
    assert metrics.log_loss == pytest.approx(log_loss(labels, exact), rel=1e-5)


@pytest.mark.parametrize(
    ("correct", "images", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_wilson_interval_has_the_published_ends(correct: int, images: int, low: float, high: float) -> None:
    assert wilson_interval(correct, images) == pytest.approx((low, high), abs=5e-5)


def test_a_bin_holds_its_upper_bound_but_not_its_lower() -> None:
    probabilities = answers((1, 0.6), (1, 0.61), (1, 1.0)).astype(np.float64)
    probabilities[0, 1] = 9 / 15  # exactly a bound, which float32 would miss
    metrics = measure(probabilities, digits(1, 1, 1))  # type: ignore[arg-type]

    assert len(metrics.reliability) == 15
    assert [b.count for b in metrics.reliability] == [0] * 8 + [1, 1, 0, 0, 0, 0, 1]
    assert metrics.reliability[14].high == 1


def test_a_tie_goes_to_the_lower_digit() -> None:
    even = np.full((1, 10), 0.1, dtype=np.float32)

    assert measure(even, digits(0)).correct == 1


def test_a_probability_of_nought_keeps_the_log_loss_finite() -> None:
    sure = np.eye(10, dtype=np.float32)[[2, 3]]

    assert measure(sure, digits(2, 3)).log_loss == 0
    assert 40 < measure(sure, digits(2, 9)).log_loss < 50


@given(
    arrays(np.float32, (12, 10), elements=st.floats(0, 1, width=32)),
    arrays(np.uint8, 12, elements=st.integers(0, 9)),
)
def test_sums_and_ranges_hold_for_any_answers(probabilities: Probabilities, labels: Labels) -> None:
    metrics = measure(probabilities, labels)

    confusion = np.array(metrics.confusion)
    assert confusion.sum() == sum(b.count for b in metrics.reliability) == metrics.images == 12
    assert np.trace(confusion) == metrics.correct
    assert 0 <= metrics.accuracy_low <= metrics.accuracy <= metrics.accuracy_high <= 1
    assert 0 <= metrics.calibration_error <= 1
    assert metrics.log_loss >= 0
    assert math.isfinite(metrics.log_loss)
    assert sum(digit.count for digit in metrics.per_digit) == 12
    for b in metrics.reliability:
        if b.count:
            assert b.low - 1e-9 <= b.confidence <= b.high + 1e-9
            assert 0 <= b.accuracy <= 1


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (np.zeros((0, 10), np.float32), digits(), "empty"),
        (answers((1, 0.9)), digits(1, 2), "need"),
        (np.zeros((2, 9), np.float32), digits(1, 2), "need"),
        (np.zeros((2, 10), np.float32), np.zeros((2, 1), np.uint8), "need"),
        (answers((1, 0.9)), digits(10), "0 to 9"),
        (np.full((1, 10), np.nan, np.float32), digits(1), "0 to 1"),
        (np.full((1, 10), -0.5, np.float32), digits(1), "0 to 1"),
    ],
)
def test_what_can_not_be_measured_is_refused(
    probabilities: Probabilities, labels: Labels, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        measure(probabilities, labels)


def test_worst_errors_come_surest_first_and_no_right_answer_among_them() -> None:
    probabilities = answers((1, 0.7), (2, 0.99), (3, 0.95), (4, 0.8), (5, 0.95))

    assert worst_errors(probabilities, digits(0, 2, 0, 0, 0), limit=3).tolist() == [2, 4, 3]
    assert worst_errors(probabilities, digits(1, 2, 3, 4, 5), limit=3).tolist() == []


def test_frequent_confusions_come_most_frequent_first() -> None:
    metrics = measure(answers((9, 0.9), (9, 0.9), (1, 0.9), (1, 0.9), (2, 0.9)), digits(4, 4, 7, 1, 2))

    assert frequent_confusions(metrics, limit=5) == [(4, 9, 2), (7, 1, 1)]
    assert frequent_confusions(metrics, limit=1) == [(4, 9, 2)]


def test_json_keeps_every_number_and_writes_nan_as_null() -> None:
    probabilities, labels = random_answers(50)
    labels[labels == 8] = 7
    metrics = measure(probabilities, labels)

    text = json.dumps(metrics_to_json(metrics), allow_nan=False)
    again = from_plain(Metrics, json.loads(text))

    assert "null" in text
    assert repr(again) == repr(metrics)
    assert list(json.loads(text)) == [field.name for field in dataclasses.fields(Metrics)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": "many"}, "Metrics.images is 'many', not int"),
        ({"images": True}, "Metrics.images"),
        ({"accuracy": "high"}, "Metrics.accuracy"),
        ({"confusion": 3}, "Metrics.confusion"),
        ({"per_digit": [3]}, r"Metrics.per_digit\[0\]"),
        ({"f1": 1.0}, "f1"),
    ],
)
def test_json_of_another_shape_is_refused_by_the_fields_name(change: dict[str, object], message: str) -> None:
    plain = metrics_to_json(measure(*random_answers(5)))

    with pytest.raises(ValueError, match=message):
        from_plain(Metrics, plain | change)


def test_json_that_lacks_a_field_is_refused() -> None:
    plain = metrics_to_json(measure(*random_answers(5)))
    del plain["log_loss"]

    with pytest.raises(ValueError, match="log_loss"):
        from_plain(Metrics, plain)


def test_auroc_is_how_often_a_positive_is_above_a_negative() -> None:
    positives, negatives = np.array([0.9, 0.5, 0.3], np.float32), np.array([0.1, 0.5], np.float32)
    assert auroc(positives, negatives) == pytest.approx((2 + 1.5 + 1) / 6)
    assert auroc(negatives, positives) == pytest.approx(1 - 4.5 / 6)
    with pytest.raises(ValueError, match="both groups"):
        auroc(positives, negatives[:0])
