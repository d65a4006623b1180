"""How ways to read are judged, and the table of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.engines import Answer
from benchmarks.machines import printed_numbers, shown_numbers
from benchmarks.pictures import Picture
from benchmarks.reading import edit_distance, judged, score
from benchmarks.reading_tables import reading
from benchmarks.records import ReadingRow, append_row, read_rows

from inkdigits.data.amounts import MISLABELLED

MADE = {
    "machine": "A processor",
    "versions": {"python": "3.11.7"},
    "commit": "0",
    "time": "2026-01-02T03:04:05",
}
PAGE = np.zeros((9, 9), dtype=np.uint8)


@pytest.mark.parametrize(
    ("first", "second", "edits"), [("", "", 0), ("123", "", 3), ("1030", "130", 1), ("12", "21", 2)]
)
def test_edits_are_the_fewest(first: str, second: str, edits: int) -> None:
    assert edit_distance(first, second) == edit_distance(second, first) == edits


def test_a_way_is_scored_and_shown_as_it_did(tmp_path: Path) -> None:
    pictures = [Picture("a", PAGE, "100"), Picture("b", PAGE, "27"), Picture("c", PAGE, "5")]
    answers = [Answer("100", 0.995, 4.0, 3.0), Answer("2", 0.992, 6.0, 5.0), Answer("5", 0.5, 5.0, 4.0)]
    facts = score(pictures, answers)
    assert facts["whole_right"] == pytest.approx(2 / 3)
    assert facts["digit_error_rate"] == pytest.approx(1 / 6)
    assert (facts["accepted"], facts["accepted_right"]) == (pytest.approx(2 / 3), 0.5)
    made: dict[str, Any] = {**MADE, "session": "2", "way": "`read`", "pictures": "check amounts"}
    append_row(tmp_path, "reading", ReadingRow(**made, **facts, engine="lines-0+recognizer-1"))
    shown = reading([*read_rows(tmp_path, "reading", ReadingRow)])
    assert "| 3 check amounts | `read` | 66.67 % (" in shown
    assert "Read by `lines-0+recognizer-1`." in shown
    assert "| 16.67 % | 66.7 % | 50.00 % | 5.0 ms | 5.9 | 4.0 ms |" in shown


def test_a_way_that_accepts_nothing_has_no_share_of_right_ones() -> None:
    facts = score([Picture("a", PAGE, "1")], [Answer("7", 0.4, 9.0)])
    assert (facts["accepted_right"], facts["processor_ms"]) == (None, None)
    row = ReadingRow(**MADE, session="2", way="Tesseract", pictures="drawn digits", **facts)  # type: ignore[arg-type]
    assert "| \N{EN DASH} | 9.0 ms |" in reading([row])


def test_amounts_that_are_labelled_wrong_are_scored_and_left_out() -> None:
    wrong = min(MISLABELLED)
    pictures = [Picture("a", PAGE, "100"), Picture(wrong, PAGE, "27")]
    answers = [Answer("100", 0.995, 4.0, 3.0), Answer("29", 0.992, 6.0, 5.0)]
    whole, kept = judged("check amounts", pictures, answers)
    assert whole == ("check amounts", pictures, answers)
    assert kept[0] == "check amounts but those labelled wrong"
    assert [picture.name for picture in kept[1]] == ["a"]
    assert [answer.text for answer in kept[2]] == ["100"]
    assert len(judged("drawn digits", pictures[:1], answers[:1])) == 1


def test_without_lines_there_is_no_table() -> None:
    assert reading([]) == "Not measured yet."


@pytest.mark.parametrize("numbers", [printed_numbers, shown_numbers])
def test_numbers_by_machines_follow_from_their_seed(numbers: Callable[[int], list[Picture]]) -> None:
    first, again, other = numbers(1), numbers(1), numbers(2)
    assert all(np.array_equal(a.page, b.page) and a.text == b.text for a, b in zip(first, again, strict=True))
    assert [picture.text for picture in first] != [picture.text for picture in other]
    for picture in first:
        assert 3 <= len(picture.text) <= 7
        ground = np.median(picture.page)
        apart = np.abs(picture.page - ground) > 60
        assert 0.01 < apart.mean() < 0.4
        edge = np.concatenate([apart[0], apart[-1], apart[:, 0], apart[:, -1]])
        assert not edge.any()
