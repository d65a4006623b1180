"""A line of letters is none of digits, though the line reader told it as one."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.reading.doubt import Rule, Sight, is_number
from inkdigits.reading.records import Digit

RULE = Rule(weight=1 / 3, least=5.0)
BLANK = np.zeros((28, 28), dtype=np.uint8)


def sight(told: float, seen: float, alone: bool = True) -> Sight:
    return Sight(Digit(4, told, (0, 0, 9, 9), BLANK), seen, alone)


def test_digits_that_both_believe_in_are_a_number() -> None:
    assert is_number([sight(0.99, 0.99), sight(0.97, 0.9)], 0.95, RULE)


def test_letters_are_none() -> None:
    assert not is_number([sight(0.8, 0.002), sight(0.9, 0.01), sight(0.6, 0.1)], 0.2, RULE)


def test_a_sure_line_outweighs_what_the_recognizer_refuses_and_an_unsure_one_does_not() -> None:
    sights = [sight(0.999, 0.01) for _ in range(3)]
    assert is_number(sights, 0.97, RULE)
    assert not is_number([sight(0.9, 0.01) for _ in range(3)], 0.5, RULE)


def test_the_recognizer_is_not_believed_about_digits_that_others_touch() -> None:
    touching, alone = ([sight(0.97, 0.002, alone) for _ in range(3)] for alone in (False, True))
    assert is_number(touching, 0.6, RULE)
    assert not is_number(alone, 0.6, RULE)


def test_several_digits_are_believed_rather_than_one_of_them() -> None:
    assert is_number([sight(0.97, 0.9, alone=False)] * 4, 0.6, RULE)
    assert not is_number([sight(0.97, 0.9, alone=False)], 0.6, RULE)


@pytest.mark.parametrize("told", [0.0, 1.0])
@pytest.mark.parametrize("seen", [0.0, 1.0])
@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_certainty_is_no_trouble(told: float, seen: float, confidence: float) -> None:
    one = is_number([sight(told, seen)], confidence, RULE)
    assert one == (told == 1 and confidence == 1)
