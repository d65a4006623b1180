"""Runs: the same seed gives the same weights, broken off or not, and what stops a run."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkdigits.data import hash_images, load_digit_set
from inkdigits.errors import CorruptData, DataError, RecipeError, RunFolderError, TrainingStopped
from inkdigits.model import Recognizer, load_artifact, load_seen
from inkdigits.report import run_folder
from inkdigits.report.run_folder import load_facts, load_history, load_run
from inkdigits.report.run_records import EpochRecord, RunFacts
from inkdigits.training import fit, run
from inkdigits.training.backend import torch
from inkdigits.training.recipe import recipe_text
from inkdigits.training.run import Order, Steps, resume, train

SHORT = Order("uci:train", "article", seed=3, epochs=3, limit=200)


AVERAGED = """
name = "averaged"
epochs = 3
batch = 64
validation = 0.1
label_smoothing = 0.1
network = { name = "strided", precision = "bfloat16" }
optimizer = { name = "muon", learning_rate = 0.02, rest_learning_rate = 0.006 }
schedule = { name = "triangle", warm = 0.2 }
augmentation = { rotation = 8.0, shear = 4.0, until = 0.8 }
focus = { after = 0.3, known_below = 1.5, keep = 0.3 }
averaging = { decay = 0.98 }
"""


class _BreakOffError(Exception):
    """Breaks a run off as Ctrl-C does: wherever it happens to be."""


def _break_off_after(epoch: int) -> Steps:
    def on_progress(progress: object) -> None:
        if getattr(progress, "epoch", 0) > epoch:
            raise _BreakOffError

    return Steps(on_progress=on_progress)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unbroken") / "run"
    train(SHORT, folder)
    return folder


def test_the_same_seed_gives_the_same_weights_twice(unbroken: Path, tmp_path: Path) -> None:
    train(SHORT, tmp_path / "again")
    assert load_artifact(tmp_path / "again").onnx == load_artifact(unbroken).onnx


def test_another_seed_gives_others(unbroken: Path, tmp_path: Path) -> None:
    train(Order("uci:train", "article", seed=4, epochs=3, limit=200), tmp_path / "other")
    assert load_artifact(tmp_path / "other").onnx != load_artifact(unbroken).onnx


@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_a_run_broken_off_goes_on_to_the_same_weights(unbroken: Path, tmp_path: Path, epoch: int) -> None:
    folder = tmp_path / "broken"
    with pytest.raises(_BreakOffError):
        train(SHORT, folder, _break_off_after(epoch))
    assert len(load_history(folder)) == epoch
    resume(folder)
    assert load_artifact(folder).onnx == load_artifact(unbroken).onnx
    told = [(record.loss, record.validation_accuracy) for record in load_history(folder)]
    assert told == [(record.loss, record.validation_accuracy) for record in load_history(unbroken)]


def test_momenta_averages_and_losses_outlive_a_break_too(tmp_path: Path) -> None:
    recipe = tmp_path / "averaged.toml"
    recipe.write_text(AVERAGED)
    order = Order("uci:train", str(recipe), limit=300)
    train(order, tmp_path / "whole")
    with pytest.raises(_BreakOffError):
        train(order, tmp_path / "broken", _break_off_after(1))
    resume(tmp_path / "broken")
    assert load_artifact(tmp_path / "broken").onnx == load_artifact(tmp_path / "whole").onnx


LEARNER = AVERAGED.replace('"averaged"', '"learner"').replace(
    "label_smoothing", "teacher = { weight = 0.7 }\nlabel_smoothing"
)


@pytest.fixture(scope="module")
def recipes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipes")
    (folder / "teacher.toml").write_text(AVERAGED.replace('"strided",', '"strided", members = 2,'))
    (folder / "learner.toml").write_text(LEARNER)
    (folder / "other.toml").write_text(LEARNER.replace("validation = 0.1", "validation = 0.2"))
    train(Order("uci:train", str(folder / "teacher.toml"), seed=7, limit=300), folder / "teacher")
    return folder


def _learner(recipes: Path, recipe: str = "learner.toml", **changes: object) -> Order:
    given = {"seed": 1, "limit": None, "teacher": str(recipes / "teacher")} | changes
    return Order("uci:train", str(recipes / recipe), **given)  # type: ignore[arg-type]


def test_a_learner_holds_out_what_its_teacher_held_out_and_outlives_a_break(
    recipes: Path, tmp_path: Path
) -> None:
    source = tmp_path / "same.npz"
    given = load_digit_set("uci:train").take(
        np.sort(np.random.default_rng(7).permutation(len(load_digit_set("uci:train")))[:300])
    )
    np.savez(source, images=given.images, labels=given.true_labels)
    order = Order(str(source), str(recipes / "learner.toml"), seed=1, teacher=str(recipes / "teacher"))
    train(order, tmp_path / "whole")
    held_out = load_run(tmp_path / "whole").images
    assert np.array_equal(held_out, load_run(recipes / "teacher").images)
    with pytest.raises(_BreakOffError):
        train(order, tmp_path / "broken", _break_off_after(1))
    resume(tmp_path / "broken")
    assert load_artifact(tmp_path / "broken").onnx == load_artifact(tmp_path / "whole").onnx


def test_a_learner_without_a_teacher_is_told(recipes: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="add --teacher RUN"):
        train(_learner(recipes, teacher=None), tmp_path / "run")
    with pytest.raises(RecipeError, match=r"has no table \[teacher\]; leave --teacher out"):
        train(_learner(recipes, "teacher.toml"), tmp_path / "run")


def test_who_learns_from_a_learner_holds_out_what_the_first_teacher_held_out(
    recipes: Path, tmp_path: Path
) -> None:
    teacher = str(recipes / "teacher")
    given = load_digit_set("uci:train")
    chosen = np.sort(np.random.default_rng(7).permutation(len(given))[:300])
    np.savez(tmp_path / "same.npz", images=given.images[chosen], labels=given.true_labels[chosen])
    for seed, folder in ((1, "second"), (2, "third")):
        order = Order(
            str(tmp_path / "same.npz"), str(recipes / "learner.toml"), seed, epochs=1, teacher=teacher
        )
        train(order, tmp_path / folder)
        teacher = str(tmp_path / folder)
    assert np.array_equal(load_run(tmp_path / "third").images, load_run(recipes / "teacher").images)


def test_a_teacher_that_saw_other_images_is_refused(recipes: Path, tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="was trained on other images"):
        train(_learner(recipes), tmp_path / "run")
    with pytest.raises(RunFolderError, match=r"a recipe with validation = 0\.1"):
        train(_learner(recipes, "other.toml", seed=7, limit=300), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_teacher_that_is_not_finished_is_refused(recipes: Path, tmp_path: Path) -> None:
    with pytest.raises(_BreakOffError):
        train(SHORT, tmp_path / "teacher", _break_off_after(1))
    with pytest.raises(RunFolderError, match="is not finished"):
        train(_learner(recipes, teacher=str(tmp_path / "teacher")), tmp_path / "run")


def test_a_run_tells_its_facts_and_its_epochs(tmp_path: Path) -> None:
    starts: list[tuple[RunFacts, int]] = []
    epochs: list[EpochRecord] = []
    finished: list[str] = []
    steps = Steps(
        on_start=lambda facts, behind: starts.append((facts, behind)),
        on_epoch=epochs.append,
        on_finish=finished.append,
    )
    train(Order("uci:train", "article", epochs=2, limit=200), tmp_path / "run", steps)
    (facts, behind) = starts[0]
    assert (facts.limit, facts.epochs, facts.seed, behind) == (200, 2, 0, 0)
    assert sum(facts.fit_counts) + sum(facts.validation_counts) == 200
    assert [record.epoch for record in epochs] == [1, 2]
    assert len(finished) == 2


def test_the_card_says_what_it_was_trained_on_and_every_image_is_remembered(unbroken: Path) -> None:
    artifact = load_artifact(unbroken)
    record = load_run(unbroken)
    card = artifact.card
    assert (card.data, card.recipe, card.seed, card.epochs) == ("uci:train", "article", 3, 3)
    assert card.fingerprint == record.facts.fingerprint
    assert card.parameters == 887_530
    assert card.score.accuracy == record.metrics.accuracy
    assert (card.fitted + card.chosen_by) == 200
    known = np.isin(hash_images(load_digit_set("uci:train").images), load_seen(artifact))
    assert known.sum() == 200
    assert np.isin(hash_images(record.images), load_seen(artifact)).all()


def test_a_finished_run_leaves_no_checkpoint_and_is_not_resumed(unbroken: Path) -> None:
    assert not (unbroken / "checkpoint.npz").exists()
    with pytest.raises(RunFolderError, match="is finished"):
        resume(unbroken)


def test_a_folder_that_holds_another_run_is_left_alone(unbroken: Path) -> None:
    before = load_artifact(unbroken).onnx
    with pytest.raises(RunFolderError, match="holds another run"):
        train(SHORT, unbroken)
    assert load_artifact(unbroken).onnx == before


def test_one_process_at_a_time_trains_in_a_folder(tmp_path: Path) -> None:
    """Begun or gone on with while another is at it, a run would get that one's files."""

    def meanwhile(*_: object) -> None:
        with pytest.raises(RunFolderError, match="holds another run"):
            train(replace(SHORT, seed=4), tmp_path / "run")
        with pytest.raises(RunFolderError, match="another process is training in"):
            resume(tmp_path / "run")
        raise _BreakOffError

    with pytest.raises(_BreakOffError):
        train(SHORT, tmp_path / "run", Steps(on_epoch=meanwhile))
    with pytest.raises(_BreakOffError):
        resume(tmp_path / "run", Steps(on_start=_break_off_at_once))
    assert not list((tmp_path / "run").glob(".*"))


def test_of_two_runs_that_begin_in_a_folder_the_later_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have found it free before their data were read."""
    split = run._split

    def while_another_trains(*asked: Any) -> Any:
        monkeypatch.setattr(run, "_split", split)
        with pytest.raises(_BreakOffError):
            train(SHORT, tmp_path / "run", Steps(on_start=_break_off_at_once))
        return split(*asked)

    monkeypatch.setattr(run, "_split", while_another_trains)
    with pytest.raises(RunFolderError, match="holds another run"):
        train(replace(SHORT, seed=4), tmp_path / "run")
    assert load_facts(tmp_path / "run").seed == 3


def test_a_run_goes_on_by_the_recipe_it_began_with(tmp_path: Path) -> None:
    with pytest.raises(_BreakOffError):
        train(SHORT, tmp_path / "run", _break_off_after(1))
    recipe = tmp_path / "run" / "recipe.toml"
    recipe.write_text(recipe.read_text().replace("epochs = 3", "epochs = 2"))
    with pytest.raises(RunFolderError, match="was changed since the run began"):
        resume(tmp_path / "run")


def test_copies_of_an_image_are_fitted_or_held_out_together(tmp_path: Path) -> None:
    digits = load_digit_set("uci:train")
    images, labels = (np.repeat(array[:100], 4, axis=0) for array in (digits.images, digits.true_labels))
    np.savez(tmp_path / "copies.npz", images=images, labels=labels)
    train(Order(str(tmp_path / "copies.npz"), "small", epochs=1), tmp_path / "run")
    card, held_out = load_artifact(tmp_path / "run").card, load_run(tmp_path / "run").images
    hashes, counts = np.unique(hash_images(held_out), return_counts=True)
    assert set(counts) == {4}
    assert 0.05 <= len(hashes) / 100 <= 0.15
    assert card.fitted + card.chosen_by == 400


def test_a_folder_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="is not UTF-8"):
        train(SHORT, tmp_path / os.fsdecode(b"run\xff"))


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="is not empty"):
        train(SHORT, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def _break_off_at_once(*_: object) -> None:
    raise _BreakOffError


def test_a_run_that_was_killed_before_it_began_can_begin_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, at_start = tmp_path / "run", Steps(on_start=_break_off_at_once)
    with monkeypatch.context() as patch:
        patch.setattr(run_folder, "save_facts", _break_off_at_once)
        with pytest.raises(_BreakOffError):
            train(SHORT, folder)
    (folder / ".inkdigits-a1b2c3").write_text("half a fi")
    with pytest.raises(RunFolderError, match="is not empty"):
        train(replace(SHORT, recipe="small"), folder)
    with pytest.raises(_BreakOffError):
        train(SHORT, folder, at_start)
    assert load_facts(folder).seed == SHORT.seed


def test_a_run_goes_on_from_any_folder_and_passes_no_path_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = load_digit_set("uci:test").take(np.arange(60))
    np.savez(tmp_path / "mine.npz", images=given.images, labels=given.true_labels)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(_BreakOffError):
        train(Order("mine.npz", "article", epochs=1), Path("run"), Steps(on_start=_break_off_at_once))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    resume(Path("../run"))
    assert load_artifact(Path("../run")).card.data == "\N{HORIZONTAL ELLIPSIS}/mine.npz"
    for name in ("model.json", "report.html"):
        assert str(tmp_path) not in (tmp_path / "run" / name).read_text("utf-8")


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_its_last_checkpoint(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with pytest.raises(_BreakOffError):
        train(SHORT, folder, _break_off_after(1))
    kept = (folder / "checkpoint.npz").read_bytes()
    recipe = folder / "recipe.toml"
    text = recipe.read_text().replace("epsilon = 1e-8", "epsilon = 1e-60")  # divides 0 by 0
    recipe.write_text(text)
    run_folder.save_facts(folder, replace(load_facts(folder), recipe_sha256=run_folder.recipe_digest(text)))
    with pytest.raises(TrainingStopped) as told:
        resume(folder)
    assert str(told.value) == (
        "the loss is no number any more in epoch 2; train anew in another folder with a lower learning rate;"
        " the last checkpoint is kept"
    )
    assert (folder / "checkpoint.npz").read_bytes() == kept
    assert len(load_history(folder)) == 1


def test_a_loss_that_is_no_number_in_the_first_epoch_leaves_no_checkpoint(tmp_path: Path) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text(recipe_text("article").replace("epsilon = 1e-8", "epsilon = 1e-60"))
    with pytest.raises(TrainingStopped, match="lower learning rate; there is no checkpoint yet"):
        train(Order("uci:train", str(recipe), epochs=1, limit=100), tmp_path / "run")
    assert not (tmp_path / "run" / "checkpoint.npz").exists()


def _greedy(*_: object, **__: object) -> None:
    torch.empty(2**50)


@pytest.mark.parametrize(
    ("batch", "normalized", "says"),
    [
        (
            86,
            False,
            "batches of 86; train anew in another folder with batch = 43 in the recipe, or go on with",
        ),
        (1, False, "batches of 1; go on with --resume where more memory is free"),
        (4, True, "batches of 4; train anew in another folder with batch = 3 in the recipe, or go on with"),
        (3, True, "batches of 3; go on with --resume where more memory is free"),
    ],
)
def test_out_of_memory_says_which_batch_to_try(
    batch: int, normalized: bool, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = recipe_text("article").replace("batch = 86", f"batch = {batch}")
    recipe = tmp_path / "mine.toml"
    recipe.write_text(text.replace("[network]", f"[network]\nnormalized = {str(normalized).lower()}"))
    monkeypatch.setattr(fit, "augment", _greedy)
    with pytest.raises(TrainingStopped) as told:
        train(Order("uci:train", str(recipe), epochs=1, limit=100), tmp_path / "run")
    assert str(told.value).startswith(f"out of memory with {says}")
    assert str(told.value).endswith("more memory is free; there is no checkpoint yet")


def _fails_as_onnx_runtime(*_: object) -> None:
    raise Exception("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Status Message: std::bad_alloc")


@pytest.mark.parametrize(
    ("where", "failing", "left"),
    [
        ((fit, "answer_logits"), _greedy, "there is no checkpoint yet"),
        ((run, "build_network"), _greedy, "there is no checkpoint yet"),
        ((run, "released_onnx"), _greedy, "the last checkpoint is kept"),
        ((run, "answer"), _fails_as_onnx_runtime, "the last checkpoint is kept"),
    ],
)
def test_out_of_memory_where_no_step_is_taken_blames_no_batch_and_the_run_goes_on(
    where: tuple[object, str],
    failing: object,
    left: str,
    unbroken: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(*where, failing)
        with pytest.raises(TrainingStopped) as told:
            train(SHORT, tmp_path / "run")
    assert str(told.value) == f"out of memory; go on with --resume where more memory is free; {left}"
    resume(tmp_path / "run")
    assert load_artifact(tmp_path / "run").onnx == load_artifact(unbroken).onnx


def test_data_that_changed_meanwhile_are_refused(tmp_path: Path) -> None:
    source, folder = tmp_path / "mine.npz", tmp_path / "run"
    given = load_digit_set("uci:train").take(np.arange(100))
    np.savez(source, images=given.images, labels=given.true_labels)
    with pytest.raises(_BreakOffError):
        train(Order(str(source), "article", epochs=2), folder, _break_off_after(1))
    np.savez(source, images=given.images[::-1], labels=given.true_labels[::-1])
    with pytest.raises(DataError, match="no longer what the run"):
        resume(folder)


def test_a_damaged_checkpoint_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with pytest.raises(_BreakOffError):
        train(SHORT, folder, _break_off_after(1))
    (folder / "checkpoint.npz").write_bytes((folder / "checkpoint.npz").read_bytes()[:1000])
    with pytest.raises(CorruptData, match="is no checkpoint of this run"):
        resume(folder)


def test_a_history_that_tells_of_too_few_epochs_is_told(tmp_path: Path) -> None:
    """Gone on with, the run would train all its epochs again from weights that have them behind them."""
    folder = tmp_path / "run"
    with pytest.raises(_BreakOffError):
        train(SHORT, folder, _break_off_after(2))
    (folder / "history.csv").unlink()
    with pytest.raises(CorruptData, match="tells of 0 epochs, the checkpoint has 2 behind it"):
        resume(folder)


@pytest.mark.parametrize("images", [1, 2])
def test_too_few_images_to_hold_some_out(images: int, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="too few to train on"):
        train(Order("uci:train", "small", limit=images), tmp_path / "run")


def test_a_run_broken_off_while_its_report_was_drawn_is_finished_by_resume(tmp_path: Path) -> None:
    def break_off(step: str) -> None:
        if "report" in step:
            raise _BreakOffError

    folder = tmp_path / "run"
    with pytest.raises(_BreakOffError):
        train(Order("uci:train", "article", epochs=1, limit=100), folder, Steps(on_finish=break_off))
    assert not (folder / "report.html").exists()
    resume(folder)
    assert (folder / "report.html").exists()
    assert not (folder / "checkpoint.npz").exists()


def test_the_demos_recipe_keeps_its_promise(tmp_path: Path) -> None:
    train(Order("uci:train", "small"), tmp_path / "run")
    test = load_digit_set("uci:test")
    answers = Recognizer.load(tmp_path / "run").probabilities(test.images).argmax(axis=1)
    assert (answers == test.true_labels).mean() >= 0.98
