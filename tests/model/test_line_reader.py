"""A line reader over a network of our own making: crops in, digits at their places out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkdigits.arrays import Page
from inkdigits.model import line_reader
from inkdigits.model.artifact import Artifact, Card, Score
from inkdigits.model.line_confidence import Calibration
from inkdigits.model.line_decode import CELL, NONE
from inkdigits.model.line_reader import LineReader

CARD = Card("x", "", "", 1, 1, "", "", "", 1, 0, 1, Score("", 1, 1.0, 0.0, 1.0, 0.0, 0.0), {}, "")


def _tell_uprights(session: object, strips: np.ndarray) -> np.ndarray:
    """Tells a 1 in the middle of every run of inked columns, with a box around its ink."""
    cells = np.zeros((1, strips.shape[2] // CELL, 15), dtype=np.float32)
    cells[..., NONE] = 1
    ink = strips[0] > 128
    edges = np.flatnonzero(np.diff(np.pad(ink.any(axis=0).astype(int), 1)))
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        rows = np.flatnonzero(ink[:, left:right].any(axis=1))
        cell = int((left + right) / 2 / CELL)
        middle = (cell + 0.5) * CELL
        cells[0, cell, [1, NONE]] = [0.9, 0.1]
        cells[0, cell, 11:] = np.array([left - middle, rows[0], right - middle, rows[-1] + 1]) / 40
    return cells


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> LineReader:
    class Session:
        def get_inputs(self) -> list[str]:
            return ["strips"]

        def get_modelmeta(self) -> Any:
            return type("Meta", (), {"custom_metadata_map": {"calibration": "1 0"}})

    monkeypatch.setattr(line_reader, "open_line_session", lambda *_: Session())
    monkeypatch.setattr(line_reader, "answer_cells", _tell_uprights)
    return LineReader(Artifact(Path("none"), b"", "", CARD))


def _page(top: int, bottom: int, height: int) -> Page:
    page = np.full((height, 300), 215, dtype=np.uint8)
    for left in (2, 120, 260):
        page[top:bottom, left : left + 12] = 30
    return page


@pytest.mark.parametrize(("top", "bottom", "height"), [(10, 90, 100), (60, 90, 150), (0, 40, 40)])
@pytest.mark.parametrize("turned", [False, True])
def test_digits_are_placed_on_the_crop_wherever_and_however_tall_they_are(
    reader: LineReader, top: int, bottom: int, height: int, turned: bool
) -> None:
    page = _page(top, bottom, height)
    line = reader.read_crop(255 - page if turned else page)
    assert line.text == "111"
    assert line.confidence == pytest.approx(0.9**3, rel=2e-4)
    for digit, left in zip(line.digits, (2, 120, 260), strict=True):
        assert digit.box == pytest.approx((left, top, left + 12, bottom), abs=3)


def test_paper_without_ink_is_an_empty_line(reader: LineReader) -> None:
    line = reader.read_crop(np.full((30, 90), 128, dtype=np.uint8))
    assert (line.text, line.digits) == ("", ())


def test_what_the_views_tell_together_goes_before_what_one_is_sure_of(
    reader: LineReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cells(chances: dict[int, float]) -> np.ndarray:
        told = np.zeros((1, 3, 15), dtype=np.float32)
        told[..., NONE] = 1
        told[0, 1, list(chances)] = list(chances.values())
        told[0, 1, NONE] = 1 - sum(chances.values())
        return told

    passes, views = [{3: 0.9}, {3: 0.9}], [{3: 0.52, 5: 0.45}, {5: 0.9}, {3: 0.3, 5: 0.6}, {3: 0.5, 5: 0.45}]
    answers = map(cells, passes + views)
    monkeypatch.setattr(line_reader, "answer_cells", lambda session, strips: next(answers))
    line = reader.read_crop(_page(0, 40, 40))
    assert line.text == "5"


@pytest.mark.parametrize(("chance", "looks"), [(0.999, 2), (0.9, 4)])
def test_where_two_looks_leave_no_doubt_there_are_no_more(
    reader: LineReader, monkeypatch: pytest.MonkeyPatch, chance: float, looks: int
) -> None:
    """Besides the glance at the whole crop."""
    widths = []

    def told(session: object, strips: np.ndarray) -> np.ndarray:
        widths.append(strips.shape[2])
        cells = _tell_uprights(session, strips)
        places = cells[..., 1] > 0
        cells[places, 1], cells[places, NONE] = chance, 1 - chance
        return cells

    monkeypatch.setattr(line_reader, "answer_cells", told)
    line = reader.read_crop(_page(10, 90, 100))
    assert line.text == "111"
    assert line.confidence == pytest.approx(chance**3, rel=2e-4)
    assert len(widths) == 1 + looks


def test_confidences_are_calibrated(reader: LineReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_calibration", Calibration(0.5, -1.0))
    line = reader.read_crop(_page(10, 90, 100))
    assert line.confidence == pytest.approx(Calibration(0.5, -1.0).mend(0.9**3), rel=2e-4)
