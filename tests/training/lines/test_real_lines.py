"""Real files: amounts, pen traces and letters; amounts as training lines keep their truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inkdigits.data.amounts import FOLDS, MISLABELLED, fold_of, load_amounts
from inkdigits.data.letters import load_letters
from inkdigits.data.strokes import load_pen_traces
from inkdigits.errors import CorruptData, DataNotFound
from inkdigits.training.lines.letters import LIKE_ANY_HANDS, LIKE_USUAL_HANDS, load_handwritten
from inkdigits.training.lines.real import digits_apart, spliced, vary
from inkdigits.training.lines.supply import fitted_amounts


@pytest.fixture(autouse=True)
def real(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (shared_data / "amounts").is_dir():
        pytest.skip("no amounts beside the other real data")
    monkeypatch.setenv("INKDIGITS_DATA", str(shared_data))


def test_amounts_come_with_a_box_a_digit_in_order() -> None:
    fields = load_amounts()
    assert len(fields) == 400
    assert [field.name for field in fields] == sorted(field.name for field in fields)
    for field in fields:
        assert len(field.boxes) == len(field.text)
        assert (np.diff(field.boxes[:, 0]) >= 0).all()
    folds = [fold_of(index, 400) for index in range(400)]
    assert folds == sorted(folds)
    assert set(Counter(folds).values()) == {400 // FOLDS}


def test_amounts_held_out_or_labelled_wrong_are_not_trained_on() -> None:
    fields = load_amounts()
    assert {field.name for field in fields} >= MISLABELLED
    assert len(fitted_amounts(None)) == 400 - len(MISLABELLED)
    fitted = {field.name for field in fitted_amounts(2)}
    assert not fitted & (MISLABELLED | {field.name for field in fields[160:240]})
    assert len(fitted) > 310


def test_amounts_as_training_lines_keep_their_digits_inside() -> None:
    fields = load_amounts()
    for index in range(60):
        rng = np.random.default_rng(index)
        field = fields[index]
        line = vary(field, rng)
        assert sorted(line.labels.tolist()) == sorted(int(digit) for digit in field.text)
        middles = (line.boxes[:, :2] + line.boxes[:, 2:]) / 2
        assert (np.diff(middles[:, 0]) >= 0).all()
        assert (middles > 0).all()
        assert (middles < line.page.shape[::-1]).all()


def test_boxes_of_varied_amounts_lie_where_the_ink_is() -> None:
    """Inside the boxes it is darker than around them, as on the field itself."""
    darker = []
    for index, field in enumerate(load_amounts()[:40]):
        line = vary(field, np.random.default_rng(index))
        inside = np.zeros(line.page.shape, dtype=bool)
        for x0, y0, x1, y1 in np.maximum(line.boxes, 0).round().astype(int):
            inside[y0:y1, x0:x1] = True
        page = line.page.astype(float)
        darker.append(
            abs(page[inside] - np.median(page)).mean() > abs(page[~inside] - np.median(page)).mean()
        )
    assert np.mean(darker) > 0.9


def test_pen_traces_are_one_high_and_begin_at_the_corner() -> None:
    traces = load_pen_traces("train")
    assert len(traces) == 7494
    assert {trace.writer for trace in traces} >= set(range(1, 30))
    points = [np.concatenate(trace.strokes) for trace in traces[:500]]
    assert all(found.min(axis=0) == pytest.approx([0, 0]) for found in points)
    assert np.mean([found[:, 1].max() == pytest.approx(1) for found in points]) > 0.95


def test_letters_that_a_hand_can_write_as_a_digit_are_not_fitted() -> None:
    usual = {"Latin": 26 - 8}
    any_hands = {"Latin": 26 - 15, "Greek": 24 - 8, "Balinese": 24 - 2}
    for but, fitted in ((LIKE_USUAL_HANDS, usual), (LIKE_ANY_HANDS, any_hands)):
        assert len(load_handwritten(but)) == 20 * sum(fitted.values())


def test_letters_leave_out_the_characters_named() -> None:
    letters = load_letters("Latin")
    assert letters[0].shape == (105, 105)
    assert letters[0].mean() < 60
    assert len(load_letters("Latin", [2, 15])) == len(letters) * 24 // 26


def test_absent_and_damaged_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    loaders: dict[str, Callable[[], object]] = {
        "amounts/orand_car_a_dev.zip": load_amounts,
        "handwriting/pendigits_strokes.npz": load_pen_traces,
        "not_digits/omniglot_small1.zip": lambda: load_letters("Latin"),
    }
    for name, load in loaders.items():
        with pytest.raises(DataNotFound, match="not on this machine"):
            load()
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"no archive")
        with pytest.raises(CorruptData):
            load()


def test_spliced_amounts_keep_their_digits_where_the_ink_is() -> None:
    fields, darker, joined = load_amounts()[:60], [], 0
    for index in range(60):
        field = spliced(fields, np.random.default_rng(index))
        joined += "+" in field.name
        assert len(field.text) == len(field.boxes) >= 1
        assert (np.diff((field.boxes[:, 0] + field.boxes[:, 2]) / 2) > 0).all()
        assert (field.boxes[:, 0] < field.page.shape[1]).all()
        for x0, y0, x1, y1 in np.maximum(field.boxes, 0).round().astype(int):
            darker.append(np.percentile(field.page[y0:y1, x0:x1], 10) < np.median(field.page))
    assert joined > 40
    assert np.mean(darker) > 0.97


def test_digits_apart_are_the_labelled_ones_without_their_neighbours() -> None:
    """As high as their boxes, of one piece or few, and enough of each digit to compose with."""
    fields = load_amounts()[:200]
    glyphs = digits_apart(fields)
    assert len(glyphs) == 10
    assert all(len(of_one) >= 15 for of_one in glyphs)
    ones, zeros = (np.median([glyph.shape[1] / glyph.shape[0] for glyph in glyphs[d]]) for d in (1, 0))
    assert ones < zeros
