"""A line reader's run folder: finished, gone on with to the same weights, started from, refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from inkdigits.data import load_digit_set
from inkdigits.data.amounts import AmountField
from inkdigits.errors import CorruptData, DataNotFound, RunFolderError, TrainingStopped
from inkdigits.model.artifact import load_artifact
from inkdigits.model.line_reader import LineReader, answer_cells, open_line_session
from inkdigits.training.backend import torch
from inkdigits.training.lines import fit, released, run, supply
from inkdigits.training.lines.bank import make_bank
from inkdigits.training.lines.choices import line_recipe_text
from inkdigits.training.lines.facts import LineOrder, folds_seen, load_line_facts
from inkdigits.training.lines.run import LineSteps, resume_lines, train_lines
from inkdigits.training.lines.supply import Source, Supply


def _threads(workers: int, context: object, initializer: Any, initargs: Any) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, initializer=initializer, initargs=initargs)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digits of `uci` for all others, threads for processes: quicker, and no file is needed."""
    bank = make_bank(load_digit_set("uci:train"), (), ())
    monkeypatch.setattr(supply, "load_bank", lambda part: bank)
    monkeypatch.setattr(supply, "ProcessPoolExecutor", _threads)
    monkeypatch.setattr(run, "load_digit_set", lambda name: load_digit_set("uci:train"))


@pytest.fixture
def recipe(tmp_path: Path) -> str:
    changed = {
        "epochs": "2",
        "lines": "64",
        "validation": "64",
        "batch": "32",
        "int8": "false",
        "precision": '"float32"',
        "widths": "[4, 4, 8, 8, 8, 8, 8, 8]",
    }
    keys = (line.split(" = ")[0] for line in line_recipe_text("lines").splitlines())
    lines = zip(keys, line_recipe_text("lines").splitlines(), strict=True)
    path = tmp_path / "small.toml"
    path.write_text("\n".join(f"{key} = {changed[key]}" if key in changed else line for key, line in lines))
    return str(path)


class _BrokenOff(Exception):
    pass


def _break_off(*_: object) -> None:
    raise _BrokenOff


def test_a_run_that_was_broken_off_goes_on_to_the_same_model(recipe: str, tmp_path: Path) -> None:
    train_lines(LineOrder(recipe, seed=3), tmp_path / "whole")
    with pytest.raises(_BrokenOff):
        train_lines(LineOrder(recipe, seed=3), tmp_path / "broken", LineSteps(on_epoch=_break_off))
    told: list[int] = []
    resume_lines(tmp_path / "broken", LineSteps(on_start=lambda facts, behind: told.append(behind)))
    assert told == [1]
    whole, broken = (LineReader.load(tmp_path / name) for name in ("whole", "broken"))
    strip = supply.validation_strips(1)[0].strip
    assert whole.read([strip]) == broken.read([strip])
    assert whole.calibration == broken.calibration
    assert whole.card.parameters == broken.card.parameters
    assert whole.card.score.images == 32


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (MemoryError(), "batches of 32; train anew in another folder with batch = 16 in"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "with batch = 16"),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling"), "with batch = 16"),
        (None, "the loss is no number any more in epoch 2"),
    ],
)
def test_a_stop_keeps_the_last_checkpoint(
    fault: Exception | None, says: str, recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(values: torch.Tensor, *_: object) -> torch.Tensor:
        if fault is not None:
            raise fault
        return values.sum() * float("nan")

    folder = tmp_path / "run"
    with pytest.raises(_BrokenOff):
        train_lines(LineOrder(recipe, seed=3), folder, LineSteps(on_epoch=_break_off))
    kept = (folder / "checkpoint.npz").read_bytes()
    monkeypatch.setattr(fit, "whole_loss", failing)
    with pytest.raises(TrainingStopped, match=f"{says}.*; the last checkpoint is kept"):
        resume_lines(folder)
    assert (folder / "checkpoint.npz").read_bytes() == kept


def test_a_validation_loss_that_is_no_number_stops_too(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "score_lines", lambda *_: (float("nan"), 0.0))
    with pytest.raises(TrainingStopped, match="no number any more in epoch 1"):
        train_lines(LineOrder(recipe), tmp_path / "run")
    assert not (tmp_path / "run" / "history.csv").exists()


@pytest.mark.parametrize(
    "where", [(supply, "_work"), (fit, "score_lines"), (run, "released_line_reader"), (run, "read_composed")]
)
def test_out_of_memory_where_no_step_is_taken_blames_no_batch(
    where: tuple[object, str], recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(*where, failing)
    with pytest.raises(TrainingStopped) as told:
        train_lines(LineOrder(recipe), tmp_path / "run")
    assert str(told.value) == (
        "out of memory; go on with --resume where more memory is free; the last checkpoint is kept"
    )
    assert (tmp_path / "run" / "checkpoint.npz").is_file()


def test_a_run_can_start_from_another(recipe: str, tmp_path: Path) -> None:
    train_lines(LineOrder(recipe), tmp_path / "first")
    with pytest.raises(_BrokenOff):
        train_lines(
            LineOrder(recipe, start=tmp_path / "first"), tmp_path / "next", LineSteps(on_epoch=_break_off)
        )
    history = (tmp_path / "next" / "history.csv").read_text().splitlines()
    fresh = (tmp_path / "first" / "history.csv").read_text().splitlines()
    column = history[0].split(",").index("loss")
    assert float(history[1].split(",")[column]) < float(fresh[1].split(",")[column])


def test_one_process_at_a_time_trains_in_a_folder_and_by_one_recipe(recipe: str, tmp_path: Path) -> None:
    folder, told = tmp_path / "run", []

    def meanwhile(*_: object) -> None:
        with pytest.raises(RunFolderError) as caught:
            resume_lines(folder)
        told.append(str(caught.value))
        raise _BrokenOff

    with pytest.raises(_BrokenOff):
        train_lines(LineOrder(recipe, seed=3), folder, LineSteps(on_epoch=meanwhile))
    assert "another process is training in" in told[0]
    (folder / "recipe.toml").write_text((folder / "recipe.toml").read_text() + "# changed\n")
    with pytest.raises(RunFolderError, match="was changed since the run began"):
        resume_lines(folder)


def test_a_folder_in_use_and_a_folder_without_a_run_are_refused(recipe: str, tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="not empty"):
        train_lines(LineOrder(recipe), tmp_path)
    with pytest.raises(RunFolderError, match="holds no run"):
        resume_lines(tmp_path)
    with pytest.raises(RunFolderError, match="give a folder that train-lines wrote"):
        train_lines(LineOrder(recipe, start=tmp_path), tmp_path / "new")


def test_only_a_finished_run_of_the_same_network_can_be_started_from(recipe: str, tmp_path: Path) -> None:
    first = tmp_path / "first"
    with pytest.raises(_BrokenOff):
        train_lines(LineOrder(recipe), first, LineSteps(on_epoch=_break_off))
    with pytest.raises(RunFolderError, match="is not finished; go on with `train-lines --resume`"):
        train_lines(LineOrder(recipe, start=first), tmp_path / "new")
    resume_lines(first)
    wider = tmp_path / "wider.toml"
    wider.write_text(Path(recipe).read_text().replace("[4, 4,", "[4, 6,"))
    with pytest.raises(CorruptData, match="does not hold this network's weights"):
        train_lines(LineOrder(str(wider), start=first), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_run_that_was_killed_before_it_began_can_begin_again(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, folder = LineOrder(recipe, seed=3), tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(run, "save_line_facts", _break_off)
        with pytest.raises(_BrokenOff):
            train_lines(order, folder)
    with pytest.raises(_BrokenOff):
        train_lines(order, folder, LineSteps(on_start=_break_off))
    assert load_line_facts(folder).seed == 3


def _kernels(folder: Path) -> list[int]:
    """Gives the types of the convolutions' kernels."""
    stored = onnx.load_from_string(load_artifact(folder).onnx).graph.initializer
    return sorted(each.data_type for each in stored if len(each.dims) == 4 and each.dims[0] > 1)


def test_int8_answers_nearly_alike_where_it_costs_no_lines(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(released, "_SCALED_BY", 40)
    in_int8 = tmp_path / "int8.toml"
    in_int8.write_text(Path(recipe).read_text().replace("int8 = false", "int8 = true"))
    train_lines(LineOrder(recipe), tmp_path / "plain")
    train_lines(LineOrder(str(in_int8)), tmp_path / "small")
    assert _kernels(tmp_path / "plain") == 12 * [TensorProto.FLOAT16]
    assert _kernels(tmp_path / "small") == 6 * [TensorProto.INT8] + 6 * [TensorProto.FLOAT16]
    strip = supply.validation_strips(1)[0].strip[None]
    expected, given = (
        answer_cells(open_line_session(load_artifact(tmp_path / name).onnx), strip)
        for name in ("plain", "small")
    )
    assert given == pytest.approx(expected, abs=0.1)

    told: list[str] = []
    monkeypatch.setattr(released, "_INT8_COST", -1.0)
    train_lines(LineOrder(str(in_int8)), tmp_path / "kept", LineSteps(on_finish=told.append))
    assert _kernels(tmp_path / "kept") == _kernels(tmp_path / "plain")
    assert any("float32" in line for line in told)


def test_an_epoch_follows_from_seed_and_number() -> None:
    def labels(seed: int, first: int) -> list[list[int]]:
        with Supply(Source(seed), lines=40, epochs=3) as supplied:
            supplied.epoch(first)
            return [strip.labels.tolist() for strip in supplied.epoch(3)]

    assert labels(0, 1) == labels(0, 2)
    assert labels(0, 1) != labels(1, 1)


def test_validation_strips_are_the_same_each_time() -> None:
    first, second = supply.validation_strips(3), supply.validation_strips(3)
    assert all(np.array_equal(a.strip, b.strip) for a, b in zip(first, second, strict=True))


def _with_amounts(recipe: str, tmp_path: Path) -> str:
    """The same recipe, whose lines may be amounts."""
    path = tmp_path / "with-amounts.toml"
    path.write_text(Path(recipe).read_text() + "\n[amounts]\nshare = 0.5\n")
    return str(path)


def test_amounts_that_were_seen_cannot_be_held_out_any_more(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ink = np.full((40, 60), 220, dtype=np.uint8)
    ink[8:32, 10:14] = ink[8:32, 40:44] = 30
    boxes = np.array([[8, 6, 16, 34], [38, 6, 46, 34]], dtype=np.float32)
    fields = tuple(AmountField(f"{number}.png", ink, "11", boxes) for number in range(10))
    monkeypatch.setattr(supply, "load_amounts", lambda: fields)
    real = _with_amounts(recipe, tmp_path)

    def begin(name: str, made_by: str, start: str | None = None, hold_out: int | None = None) -> Path:
        order = LineOrder(made_by, start=None if start is None else tmp_path / start, hold_out=hold_out)
        with pytest.raises(_BrokenOff):
            train_lines(order, tmp_path / name, LineSteps(on_finish=_break_off))
        return tmp_path / name

    assert folds_seen(begin("composed", recipe)) == set()
    assert folds_seen(begin("all", real, "composed")) == {0, 1, 2, 3, 4}
    assert folds_seen(begin("but-2", real, "composed", hold_out=2)) == {0, 1, 3, 4}
    begin("again", real, "but-2", hold_out=2)
    for start, hold_out in (("all", 0), ("but-2", 3), (begin("on", recipe, "all").name, 0)):
        with pytest.raises(RunFolderError, match=f"has seen fold {hold_out} of the amounts"):
            train_lines(LineOrder(real, start=tmp_path / start, hold_out=hold_out), tmp_path / "leak")
    assert not (tmp_path / "leak").exists()


def test_amounts_that_are_not_there_are_missed_before_anything_is_written(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise DataNotFound("the amounts are not on this machine")

    monkeypatch.setattr(supply, "load_amounts", missing)
    with pytest.raises(DataNotFound):
        train_lines(LineOrder(_with_amounts(recipe, tmp_path)), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_finished_run_is_not_gone_on_with(recipe: str, tmp_path: Path) -> None:
    train_lines(LineOrder(recipe), tmp_path / "run")
    before = (tmp_path / "run" / "model.onnx").read_bytes()
    with pytest.raises(RunFolderError, match="is finished"):
        resume_lines(tmp_path / "run")
    assert (tmp_path / "run" / "model.onnx").read_bytes() == before


def test_a_composing_process_that_ends_stops_the_training(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        raise BrokenProcessPool("ended")

    monkeypatch.setattr(supply, "_work", ended)
    with pytest.raises(TrainingStopped, match="more memory is free; the last checkpoint is kept"):
        train_lines(LineOrder(recipe), tmp_path / "run")
