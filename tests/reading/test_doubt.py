"""What is no digit is dropped, though the line reader told it as one."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.reading.doubt import Rule, Sight, without_others
from inkdigits.reading.records import Digit

RULE = Rule(weight=1 / 3, line=2.0, digit=-2.0)
BLANK = np.zeros((28, 28), dtype=np.uint8)


def sight(label: int, told: float, is_digit: float, alone: bool = True) -> Sight:
    return Sight(Digit(label, told, (0, 0, 9, 9), BLANK), is_digit, alone)


def text(digits: tuple[Digit, ...]) -> str:
    return "".join(str(digit.label) for digit in digits)


def test_digits_both_believe_in_stay_with_their_confidence() -> None:
    digits, confidence = without_others([sight(4, 0.99, 0.99), sight(2, 0.97, 0.9)], 0.95, RULE)
    assert (text(digits), confidence) == ("42", 0.95)


def test_a_sign_beside_digits_is_dropped_and_the_rest_is_as_sure_as_it_was_without() -> None:
    sights = [sight(5, 0.4, 0.001), sight(4, 0.999, 0.99), sight(8, 0.999, 0.99)]
    digits, confidence = without_others(sights, 0.36, RULE)
    assert text(digits) == "48"
    assert confidence == pytest.approx(0.9 * 0.6)


def test_letters_alone_leave_nothing() -> None:
    digits, _ = without_others([sight(4, 0.8, 0.002), sight(1, 0.9, 0.01), sight(0, 0.6, 0.1)], 0.2, RULE)
    assert digits == ()


def test_the_recognizer_is_not_believed_about_digits_that_others_touch() -> None:
    sights = [sight(label, 0.99, 0.002, alone=False) for label in (3, 8, 6)]
    assert text(without_others(sights, 0.97, RULE)[0]) == "386"
    assert without_others([sight(3, 0.8, 0.002)], 0.97, RULE)[0] == ()


@pytest.mark.parametrize("told", [0.0, 1.0])
@pytest.mark.parametrize("is_digit", [0.0, 1.0])
def test_certainty_is_no_trouble(told: float, is_digit: float) -> None:
    digits, confidence = without_others([sight(1, told, is_digit), sight(2, 1.0, 1.0)], 1.0, RULE)
    assert text(digits) in ("", "2", "12")
    assert 0 <= confidence <= 1
