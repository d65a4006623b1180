"""The most probable digits of a strip: repeats never merge, and doubt between two cells is no doubt."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.model.line_decode import CELL, NONE, SpottedLine, decode_line

HEIGHT = 40


def _cells(count: int, told: dict[int, dict[int, float]]) -> np.ndarray:
    """Cells that tell nothing but, by cell, the given digits with the given probabilities."""
    cells = np.zeros((count, 15), dtype=np.float32)
    cells[:, NONE] = 1
    cells[:, 11:] = [-0.2, 0.2, 0.2, 0.8]
    for cell, labels in told.items():
        cells[cell, NONE] = 1 - sum(labels.values())
        for label, probability in labels.items():
            cells[cell, label] = probability
    return cells


def _decode(cells: np.ndarray) -> SpottedLine:
    return decode_line([cells], HEIGHT)[0]


def test_digits_are_read_from_left_to_right_with_their_boxes() -> None:
    line = _decode(_cells(20, {3: {4: 0.98}, 9: {0: 0.9}}))
    assert line.text == "40"
    middle = 3.5 * CELL
    assert line.digits[0].box == pytest.approx((middle - 8, 8, middle + 8, 32), abs=1e-4)
    assert [digit.probability for digit in line.digits] == pytest.approx([0.98, 0.9])
    assert line.confidence == pytest.approx(0.98 * 0.9, rel=2e-4)


def test_repeats_do_not_merge_even_in_neighbouring_cells() -> None:
    assert _decode(_cells(12, {3: {1: 0.97}, 5: {1: 0.97}, 7: {1: 0.97}})).text == "111"
    assert _decode(_cells(12, {3: {0: 0.97}, 4: {0: 0.97}})).text == "00"


def test_a_digit_that_may_be_told_in_either_of_two_cells_is_told_once_and_not_doubted() -> None:
    line = _decode(_cells(12, {4: {7: 0.45}, 5: {7: 0.45}}))
    assert line.text == "7"
    assert line.confidence == pytest.approx(2 * 0.45 * 0.55, rel=2e-4)
    assert line.digits[0].probability == pytest.approx(0.9)


def test_of_several_looks_all_decide_and_the_first_that_has_the_answer_places_it() -> None:
    looks = [_cells(9, {2: {3: 0.99}}), _cells(12, {5: {8: 0.99}}), _cells(9, {4: {8: 0.99}})]
    line, place = decode_line(looks, HEIGHT)
    assert (line.text, place) == ("8", 1)
    assert line.digits[0].box[0] == pytest.approx(5.5 * CELL - 8, abs=1e-4)


def test_a_string_that_one_look_rules_out_is_not_the_answer() -> None:
    looks = [_cells(9, {2: {3: 0.97, 8: 0.02}}), _cells(9, {2: {3: 0.3, 8: 0.69}})]
    assert decode_line(looks, HEIGHT)[0].text == "3"
    looks[1] = _cells(9, {2: {3: 0.005, 8: 0.6}})  # the mean alone would say 3
    assert decode_line(looks, HEIGHT)[0].text == "8"


def test_the_confidence_is_the_share_of_the_geometric_mean() -> None:
    """Each look leaves something for no digit at all, which is a string too."""
    looks = [_cells(9, {2: {3: 0.9, 8: 0.06}}), _cells(9, {2: {3: 0.5, 8: 0.4}})]
    means = {"3": math.sqrt(0.9 * 0.5), "8": math.sqrt(0.06 * 0.4), "": math.sqrt(0.04 * 0.1)}
    line, _ = decode_line(looks, HEIGHT)
    assert line.confidence == pytest.approx(means["3"] / sum(means.values()), rel=1e-3)


def test_what_no_look_names_takes_its_share_of_a_long_line() -> None:
    """So many strings have two digits of sixty in doubt that the few which are followed are not all."""
    told = {4 * place: {1: 0.7, 7: 0.3} for place in range(60)}
    assert decode_line([_cells(240, told)] * 3, HEIGHT)[0].confidence < 1e-6


@pytest.mark.parametrize("length", [20, 60, 400])
def test_looks_decide_together_however_long_the_line(length: int) -> None:
    """One look of three takes the first digit for a 3, the others take it for an 8."""
    told = {4 * place: {1: 0.8, 7: 0.2} for place in range(1, length)}
    looks = [_cells(4 * length, {0: first} | told) for first in ({3: 0.6, 8: 0.3}, {8: 0.9, 3: 0.05})]
    line, _ = decode_line([looks[0], looks[1], looks[1]], HEIGHT)
    assert line.text == "8" + "1" * (length - 1)


def test_a_digit_is_as_probable_as_all_looks_together_make_it() -> None:
    looks = [_cells(9, {2: {3: chance}, 5: {4: 0.9}}) for chance in (0.99, 0.7)]
    digits = decode_line(looks, HEIGHT)[0].digits
    odds = math.sqrt(0.99 / 0.01 * 0.7 / 0.3)
    assert [digit.probability for digit in digits] == pytest.approx([odds / (1 + odds), 0.9], abs=1e-3)


def test_a_look_that_does_not_name_the_string_doubts_its_digits() -> None:
    looks = [_cells(9, {2: {3: 0.999}}), _cells(9, {2: {3: 0.999}}), _cells(9, {})]
    (digit,) = decode_line(looks, HEIGHT)[0].digits
    odds = (999**2 * 1e-4) ** (1 / 3)
    assert digit.probability == pytest.approx(odds / (1 + odds), abs=1e-3)


def test_bare_paper_is_an_empty_line() -> None:
    line = _decode(_cells(9, {}))
    assert (line.text, line.digits) == ("", ())
    assert line.confidence == pytest.approx(1, abs=2e-4)


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0.02, 0.98)), min_size=1, max_size=4))
@settings(max_examples=60)
def test_the_confidence_is_the_sum_over_all_ways_to_tell_the_string(told: list[tuple[int, float]]) -> None:
    line = _decode(_cells(4, {i: {label: p} for i, (label, p) in enumerate(told)}))
    sums: dict[str, float] = {}
    for choice in itertools.product([False, True], repeat=len(told)):
        text = "".join(str(label) for (label, _), yes in zip(told, choice, strict=True) if yes)
        ways = math.prod(p if yes else 1 - p for (_, p), yes in zip(told, choice, strict=True))
        sums[text] = sums.get(text, 0) + ways
    assert line.confidence == pytest.approx(max(sums.values()), rel=1e-3)
    assert sums[line.text] == pytest.approx(max(sums.values()), rel=1e-3)
