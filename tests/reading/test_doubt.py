"""A line of letters is none of digits, though the line reader told it as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from inkdigits.reading.doubt import Rule, Sight, SightedLine, heard_both, is_number, numbers, without_letters
from inkdigits.reading.records import Digit

RULE = Rule(digits=1.0, seen=1 / 3, unread=4.0, least=5.0)
BLANK = np.zeros((28, 28), dtype=np.uint8)


def sight(told: float, seen: float, alone: bool = True) -> Sight:
    return Sight(Digit(4, told, (0, 0, 9, 9), BLANK), seen, alone)


def believed(sights: Sequence[Sight], confidence: float, unread: int = 0) -> bool:
    return is_number(SightedLine(tuple(sights), confidence, unread, 255, 4, members=np.arange(0)), RULE)


def test_digits_that_both_believe_in_are_a_number() -> None:
    assert believed([sight(0.99, 0.99), sight(0.97, 0.9)], 0.95)


def test_letters_are_none() -> None:
    assert not believed([sight(0.8, 0.002), sight(0.9, 0.01), sight(0.6, 0.1)], 0.2)


def test_a_sure_line_outweighs_what_the_recognizer_refuses_and_an_unsure_one_does_not() -> None:
    sights = [sight(0.999, 0.01) for _ in range(3)]
    assert believed(sights, 0.97)
    assert not believed([sight(0.9, 0.01) for _ in range(3)], 0.5)


def test_the_recognizer_is_not_believed_about_digits_that_others_touch() -> None:
    touching, alone = ([sight(0.97, 0.002, alone) for _ in range(3)] for alone in (False, True))
    assert believed(touching, 0.6)
    assert not believed(alone, 0.6)


def test_several_digits_are_believed_rather_than_one_of_them() -> None:
    assert believed([sight(0.97, 0.9, alone=False)] * 4, 0.6)
    assert not believed([sight(0.97, 0.9, alone=False)], 0.6)


def test_a_line_that_holds_more_than_digits_needs_more_belief() -> None:
    sights = [sight(0.97, 0.9), sight(0.95, 0.9)]
    assert believed(sights, 0.6, unread=0)
    assert not believed(sights, 0.6, unread=3)
    assert believed([sight(0.999, 0.99)] * 4, 0.99, unread=3)


def single(seen: float, alone: bool = True, unread: int = 0) -> SightedLine:
    return SightedLine((sight(0.98, seen, alone),), 0.97, unread, 255, 4, members=np.arange(0))


def test_a_single_digit_is_surer_the_surer_the_recognizer_is() -> None:
    sure, doubted = heard_both(single(0.995)), heard_both(single(0.3))
    assert 0.99 < sure.confidence < 1
    assert doubted.confidence < 0.9
    for heard in (sure, doubted):
        assert heard.sights[0].digit.confidence == heard.confidence


@pytest.mark.parametrize(
    "one",
    [
        single(0.999, alone=False),
        single(0.999, unread=1),
        SightedLine((sight(0.98, 0.999), sight(0.98, 0.999)), 0.97, 0, 255, 4, members=np.arange(0)),
    ],
    ids=["touching", "more than digits", "two"],
)
def test_of_any_other_line_the_recognizer_says_nothing(one: SightedLine) -> None:
    assert heard_both(one) is one


@pytest.mark.parametrize("told", [0.0, 1.0])
@pytest.mark.parametrize("seen", [0.0, 1.0])
@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_certainty_is_no_trouble(told: float, seen: float, confidence: float) -> None:
    one = believed([sight(told, seen)], confidence)
    assert one == (told == 1 and confidence == 1)


def line(text: str, height: int, ink: float, pen: float = 4) -> SightedLine:
    digits = (Digit(int(label), 0.999, (0, 0, height // 2, height), BLANK) for label in text)
    return SightedLine(
        tuple(Sight(digit, 0.99, True) for digit in digits), 0.99, 0, ink, pen, members=np.arange(0)
    )


def test_pale_low_ones_beside_a_dark_number_are_what_is_left_of_rules() -> None:
    number, left = line("407", 60, 230), line("11", 20, 120)
    assert numbers([left, number, left], RULE) == [number]


def test_thin_low_ones_beside_a_number_in_a_broad_pen_are_so_too() -> None:
    number, left, darker = line("407", 60, 230, 12), line("1", 20, 230, 2), line("8", 80, 240, 3)
    assert numbers([left, number, darker], RULE) == [number, darker]


@pytest.mark.parametrize(
    "other",
    [
        line("11", 20, 225, pen=6),
        line("11", 50, 120),
        line("12", 20, 120),
        line("1", 50, 230, pen=2),
        line("7", 20, 230, pen=2),
    ],
    ids=["as dark and as broad", "as high", "not ones alone", "as high though thin", "thin, but no one"],
)
def test_other_lines_beside_a_dark_number_in_a_broad_pen_stay(other: SightedLine) -> None:
    number = line("407", 60, 230, pen=12)
    assert numbers([number, other], RULE) == [number, other]


def test_a_page_of_ones_stays_though_one_of_them_is_darker() -> None:
    lines = [line("1", 60, 230), line("11", 20, 120)]
    assert numbers(lines, RULE) == lines
    assert numbers([], RULE) == []


def test_a_letter_between_digits_is_left_out_and_counts_as_unread() -> None:
    sure, letter = sight(0.99, 0.99), sight(0.8, 0.001)
    line = SightedLine((sure, letter, sure), 0.7, 0, 255, 4, members=np.arange(0))
    assert without_letters(line).sights == (sure, sure)
    assert (without_letters(line).unread, without_letters(line).confidence) == (1, 0.7)


@pytest.mark.parametrize(
    "sights",
    [
        (sight(0.99, 0.99), sight(0.97, 0.001)),  # told surely
        (sight(0.99, 0.99), sight(0.8, 0.05)),  # perhaps a digit
        (sight(0.99, 0.99), sight(0.8, 0.001, alone=False)),  # joined with another
        (sight(0.99, 0.99, alone=False), sight(0.8, 0.001)),
        (sight(0.99, 0.6), sight(0.8, 0.001)),  # the other is odd, too
        (sight(0.8, 0.001), sight(0.7, 0.001)),  # nothing else
    ],
)
def test_what_may_be_a_digit_stays(sights: tuple[Sight, ...]) -> None:
    line = SightedLine(sights, 0.7, 2, 255, 4, members=np.arange(0))
    assert without_letters(line) is line
