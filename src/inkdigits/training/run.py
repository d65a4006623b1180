"""A training run: from the name of a digit set to a finished run folder.

Knows nothing about how progress is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.arrays import CLASSES
from inkdigits.data import DigitSet, hash_images, lasting_name, load_digit_set, split_stratified
from inkdigits.errors import DataError, RunFolderError
from inkdigits.evaluation.evaluate import summarize
from inkdigits.evaluation.metrics import measure
from inkdigits.files import write_text
from inkdigits.model import Card, save_artifact
from inkdigits.model.artifact import MODEL_FILE
from inkdigits.model.recognizer import answer, open_session
from inkdigits.report import run_folder
from inkdigits.report.page import write_report
from inkdigits.report.run_records import EpochRecord, RunFacts
from inkdigits.training.checkpoint import load_epoch, save_epoch, save_weights
from inkdigits.training.choices import Recipe
from inkdigits.training.fit import fit, start_training
from inkdigits.training.hold import holding
from inkdigits.training.machine import describe_machine, now, versions
from inkdigits.training.network import build_network, build_release, describe_layers
from inkdigits.training.recipe import parse_recipe, recipe_text, with_epochs
from inkdigits.training.released import released_onnx
from inkdigits.training.state import LabelledImages, Progress, TrainingState, Watchers, averaged, ignore
from inkdigits.training.stops import stop_errors
from inkdigits.training.supplement import add_supplement
from inkdigits.training.teacher import Teacher, load_teacher


@dataclass(frozen=True)
class Order:
    """What a person asks for.

    Attributes:
        data: Name or path of a digit set.
        recipe: Name or path of a recipe.
        seed: Decides everything random.
        epochs: Instead of the recipe's, or None.
        limit: Images to take from the set, chosen by seed, or None for all.
        teacher: Folder of a finished run to learn from, where the recipe learns from another network.
    """

    data: str
    recipe: str
    seed: int = 0
    epochs: int | None = None
    limit: int | None = None
    teacher: str | None = None


@dataclass(frozen=True)
class Steps:
    """Who is told how a run goes.

    Attributes:
        on_start: Called once, when the data stand ready, with the run's facts and the epochs behind it.
        on_progress: Called every few steps.
        on_epoch: Called after each epoch.
        on_finish: Called with the name of each step after the last epoch.
    """

    on_start: Callable[[RunFacts, int], None] = ignore
    on_progress: Callable[[Progress], None] = ignore
    on_epoch: Callable[[EpochRecord], None] = ignore
    on_finish: Callable[[str], None] = ignore


@dataclass(frozen=True)
class _Run:
    """A run that has its data: what all steps after the first need."""

    folder: Path
    facts: RunFacts
    recipe_text: str
    recipe: Recipe
    fitted: DigitSet
    supplemented: LabelledImages
    validation: DigitSet
    teacher: Teacher | None
    steps: Steps


def train(order: Order, folder: Path, steps: Steps = Steps()) -> None:
    """Trains a network and leaves a finished run in `folder`.

    Args:
        order: What to train, on what.
        folder: Where the run goes; new or empty, see `run_folder.check_free`.
        steps: Who is told.

    Raises:
        RunFolderError: If the folder holds anything, or another process is training in it.
        InkdigitsError: Whatever data, recipe, training and disk may raise.
    """
    text = recipe_text(order.recipe)
    if order.epochs is not None:
        text = with_epochs(text, order.epochs)
    run_folder.check_free(folder, text)  # before the data are read
    recipe = parse_recipe(text)
    digit_set = _limited(load_digit_set(order.data), order.limit, order.seed)
    teacher = load_teacher(order.teacher, recipe, digit_set)
    split_seed = teacher.split_seed if teacher else order.seed
    fitted, validation = _split(digit_set, recipe, split_seed)
    supplemented = add_supplement(fitted, recipe.supplement, order.seed)
    facts = RunFacts(
        name=folder.resolve().name,
        recipe=recipe.name,
        recipe_sha256=run_folder.recipe_digest(text),
        data=lasting_name(order.data),
        fingerprint=digit_set.fingerprint,
        seed=order.seed,
        split_seed=split_seed,
        epochs=recipe.epochs,
        limit=order.limit,
        teacher=order.teacher and str(Path(order.teacher).resolve()),
        fit_counts=_counts(fitted),
        validation_counts=_counts(validation),
        layers=describe_layers(build_release(recipe.network)),
        machine=describe_machine(),
        versions=versions(),
        started=now(),
    )
    run = _Run(folder, facts, text, recipe, fitted, supplemented, validation, teacher, steps)
    with holding(folder), stop_errors(folder):
        run_folder.check_free(folder, text)
        write_text(folder / run_folder.RECIPE, text)
        run_folder.save_facts(folder, facts)
        _carry_on(run, _first_state(run))


def resume(folder: Path, steps: Steps = Steps()) -> None:
    """Goes on with a run that was broken off, to the same weights as if it had not been.

    Args:
        folder: The run's.
        steps: Who is told.

    Raises:
        RunFolderError: If it holds no run, or a finished one, or one whose recipe was changed, or another
            process is training in it.
        DataError: If the data are no longer those the run began with.
        InkdigitsError: As `train`.
    """
    facts = run_folder.load_facts(folder)
    if _is_finished(folder) and not (folder / run_folder.CHECKPOINT).is_file():
        raise RunFolderError(
            f"the run in {folder} is finished; `inkdigits report {folder}` draws its report again"
        )
    with holding(folder), stop_errors(folder):
        if _is_finished(folder):  # but for its report: the checkpoint goes last
            _draw_report(folder, steps)
        else:
            _go_on(folder, facts, steps)


def _is_finished(folder: Path) -> bool:
    return (folder / run_folder.METRICS).is_file()


def _go_on(folder: Path, facts: RunFacts, steps: Steps) -> None:
    text = recipe_text(str(folder / run_folder.RECIPE))
    run_folder.check_recipe(folder, text, facts.recipe_sha256)
    recipe = parse_recipe(text)
    digit_set = _limited(load_digit_set(facts.data), facts.limit, facts.seed)
    if digit_set.fingerprint != facts.fingerprint:
        raise DataError(f"'{facts.data}' is no longer what the run in {folder} began with; train it anew")
    teacher = load_teacher(facts.teacher, recipe, digit_set)
    fitted, validation = _split(digit_set, recipe, facts.split_seed)
    supplemented = add_supplement(fitted, recipe.supplement, facts.seed)
    run = _Run(folder, facts, text, recipe, fitted, supplemented, validation, teacher, steps)
    _carry_on(run, _last_state(run))


def _draw_report(folder: Path, steps: Steps) -> None:
    steps.on_finish("Drawing the report")
    write_report(folder)
    (folder / run_folder.CHECKPOINT).unlink()


def _first_state(run: _Run) -> TrainingState:
    network = build_network(run.recipe.network, run.facts.seed)
    return start_training(
        network, run.recipe, len(run.supplemented.images), run.teacher and run.teacher.network
    )


def _last_state(run: _Run) -> TrainingState:
    state = _first_state(run)
    if (run.folder / run_folder.CHECKPOINT).is_file():  # a run may have been broken off before its first
        load_epoch(run.folder, state)
    return state


def _carry_on(run: _Run, state: TrainingState) -> None:
    def keep(state: TrainingState) -> None:
        save_epoch(run.folder, state)
        run.steps.on_epoch(state.history[-1])

    run.steps.on_start(run.facts, len(state.history))
    watchers = Watchers(run.steps.on_progress, keep)
    fit(state, run.recipe, run.facts.seed, run.supplemented, run.validation, watchers)
    run.steps.on_finish("Exporting the model")
    with averaged(state):
        save_weights(run.folder / run_folder.WEIGHTS, state.network)
        parts = (run.fitted, run.validation)
        onnx = released_onnx(state.network, run.recipe, run.facts.seed, *parts, run.steps.on_finish)
    _finish(run, onnx)
    _draw_report(run.folder, run.steps)


def _finish(run: _Run, onnx: bytes) -> None:
    """Scores the exported model on the validation part and writes it with its card, then the metrics."""
    answers = answer(open_session(onnx), run.validation.images).probabilities
    metrics = measure(answers, run.validation.true_labels)
    seen = np.concatenate([hash_images(part.images) for part in (run.fitted, run.validation)])
    facts = run.facts
    score = summarize(f"validation part of {facts.data_told}", metrics)
    save_artifact(
        run.folder / MODEL_FILE,
        onnx,
        seen,
        Card(
            name=facts.name,
            data=facts.data_told,
            fingerprint=facts.fingerprint,
            fitted=len(run.fitted),
            chosen_by=len(run.validation),
            recipe=facts.recipe,
            recipe_text=run.recipe_text,
            network=run.recipe.network.name,
            parameters=sum(layer.parameters for layer in facts.layers),
            seed=facts.seed,
            epochs=facts.epochs,
            score=score,
            versions=facts.versions,
            created=now(),
        ),
    )
    run_folder.save_validation(run.folder, run.validation.images, run.validation.true_labels, answers)
    run_folder.save_metrics(run.folder, metrics)


def _limited(digit_set: DigitSet, limit: int | None, seed: int) -> DigitSet:
    if limit is None or limit >= len(digit_set):
        return digit_set
    chosen = np.random.default_rng(seed).permutation(len(digit_set))[:limit]
    return digit_set.take(np.sort(chosen))


def _split(digit_set: DigitSet, recipe: Recipe, seed: int) -> tuple[DigitSet, DigitSet]:
    fitted, validation = split_stratified(digit_set, recipe.validation, np.random.default_rng(seed))
    if len(fitted) < 2 or len(validation) == 0:  # one image has no statistics to normalize by
        raise DataError(
            f"'{digit_set.name}' has {len(digit_set)} images, too few to train on and hold some out"
        )
    return digit_set.take(fitted), digit_set.take(validation)


def _counts(digit_set: DigitSet) -> tuple[int, ...]:
    return tuple(int(count) for count in np.bincount(digit_set.true_labels, minlength=CLASSES))
