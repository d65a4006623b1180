from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import CorruptData, DataNotFound, OutputError, RunFolderError
from inkdigits.report.run_folder import (
    load_facts,
    load_history,
    load_run,
    save_evaluation,
    save_facts,
    save_history,
)
from inkdigits.report.run_records import RunRecord

MakeRun = Callable[..., RunRecord]
SaveRun = Callable[[RunRecord], Path]


def test_a_run_comes_back_to_the_last_bit(run: RunRecord, save_run: SaveRun) -> None:
    again = load_run(save_run(run))

    assert again.facts == run.facts
    assert again.recipe_text == run.recipe_text
    assert again.history == run.history
    assert repr(again.metrics) == repr(run.metrics)
    assert {e.data: repr(e) for e in again.evaluations} == {e.data: repr(e) for e in run.evaluations}
    for name in ("images", "labels", "probabilities"):
        there, here = getattr(again, name), getattr(run, name)
        assert there.dtype == here.dtype
        assert np.array_equal(there, here)


def test_a_limit_and_odd_names_come_back(run: RunRecord, tmp_path: Path) -> None:
    facts = replace(run.facts, limit=500, name="é → <b>", versions={"a b": "1\n2"})
    save_facts(tmp_path, facts)

    assert load_facts(tmp_path) == facts


def test_history_is_rewritten_whole_and_read_while_the_run_goes_on(run: RunRecord, tmp_path: Path) -> None:
    assert load_history(tmp_path) == ()
    for epochs in (1, 2, 3):
        save_history(tmp_path, run.history[:epochs])
        assert load_history(tmp_path) == run.history[:epochs]
    lines = (tmp_path / "history.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("epoch,learning_rate,loss,accuracy,validation_loss")
    assert len(lines) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["history.csv"]


def test_numpy_numbers_in_the_history_are_written_as_numbers(run: RunRecord, tmp_path: Path) -> None:
    numbers = [np.float64(value) for value in astuple(run.history[0])[1:]]
    save_history(tmp_path, [replace(run.history[0], learning_rate=numbers[0], loss=numbers[1])])

    assert load_history(tmp_path) == run.history[:1]


def test_the_same_set_scored_again_replaces_its_score_and_another_does_not(
    run: RunRecord, tmp_path: Path
) -> None:
    evaluation = run.evaluations[0]
    first = save_evaluation(tmp_path, evaluation)
    again = save_evaluation(tmp_path, replace(evaluation, seconds=9.0))
    other = save_evaluation(tmp_path, replace(evaluation, fingerprint="00" * 32))

    renamed = save_evaluation(tmp_path, replace(evaluation, data="/somebody/secret/set.npz"))

    assert renamed.name.startswith("set.npz-")
    assert not first.exists()
    first = save_evaluation(tmp_path, replace(evaluation, seconds=9.0))
    assert not renamed.exists()
    assert first == again != other
    assert json.loads(first.read_text(encoding="utf-8"))["seconds"] == 9


@pytest.mark.parametrize("name", ["../../up", "/a/b c/d.csv", "C:\\digits", "...", "x" * 500, "é"])
def test_a_score_stays_in_its_folder_whatever_its_set_is_called(
    run: RunRecord, tmp_path: Path, name: str
) -> None:
    path = save_evaluation(tmp_path, replace(run.evaluations[0], data=name))

    assert path.resolve().parent == (tmp_path / "evaluations").resolve()
    assert path.is_file()


def test_a_line_readers_run_is_none_of_these(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"hold_out": 0}', encoding="utf-8")
    with pytest.raises(RunFolderError, match="line reader"):
        load_run(tmp_path)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(RunFolderError, match="holds no run"):
            load_run(folder)


@pytest.mark.parametrize("name", ["metrics.json", "validation.npz"])
def test_an_unfinished_run_is_refused_with_the_way_on(run: RunRecord, save_run: SaveRun, name: str) -> None:
    folder = save_run(run)
    (folder / name).unlink()

    with pytest.raises(RunFolderError, match="--resume"):
        load_run(folder)


def test_a_recipe_that_is_gone_is_named(run: RunRecord, save_run: SaveRun) -> None:
    folder = save_run(run)
    (folder / "recipe.toml").unlink()

    with pytest.raises(DataNotFound, match=r"recipe\.toml"):
        load_run(folder)


@pytest.mark.parametrize("name", ["run.json", "history.csv", "metrics.json", "validation.npz"])
@pytest.mark.parametrize("damage", ["empty", "half", "noise"])
def test_a_damaged_file_is_named_in_one_line(
    run: RunRecord, save_run: SaveRun, name: str, damage: str
) -> None:
    folder = save_run(run)
    whole = (folder / name).read_bytes()
    content = {"empty": b"", "half": whole[: len(whole) // 2], "noise": b"\xff\x00" * 99}[damage]
    (folder / name).write_bytes(content)

    with pytest.raises(CorruptData, match=name.replace(".", r"\.")) as caught:
        load_run(folder)
    assert "\n" not in str(caught.value)


def test_a_flipped_byte_in_the_images_is_noticed(run: RunRecord, save_run: SaveRun) -> None:
    path = save_run(run) / "validation.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x55
    path.write_bytes(content)

    with pytest.raises(CorruptData):
        load_run(path.parent)


@pytest.mark.parametrize(
    "change",
    [
        {"labels": np.zeros(7, np.uint8)},
        {"labels": np.full(200, 10, np.uint8)},
        {"labels": np.uint8(3)},
        {"images": np.zeros((200, 28, 28), np.float32)},
        {"probabilities": np.full((200, 10), np.nan, np.float32)},
        {"probabilities": np.array([{}], dtype=object)},
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(
    run: RunRecord, save_run: SaveRun, change: dict[str, object]
) -> None:
    folder = save_run(run)
    arrays = {"images": run.images, "labels": run.labels, "probabilities": run.probabilities}
    np.savez(folder / "validation.npz", **(arrays | change))  # type: ignore[arg-type]

    with pytest.raises(CorruptData, match=r"validation\.npz"):
        load_run(folder)


@pytest.mark.parametrize("row", ["2,1,1,1,1,1,1,1", "1,1,1", "1,a,1,1,1,1,1,1", ""])
def test_a_history_with_a_bad_row_is_refused(run: RunRecord, save_run: SaveRun, row: str) -> None:
    folder = save_run(run)
    header = (folder / "history.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "history.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")

    with pytest.raises(CorruptData, match=r"history\.csv"):
        load_run(folder)


def test_a_target_that_can_not_be_written_is_told(run: RunRecord, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")

    with pytest.raises(OutputError, match=r"history\.csv"):
        save_history(tmp_path / "file", run.history)
