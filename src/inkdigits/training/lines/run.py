"""One training of the line reader, from its beginning or going on: a recipe in, a run folder out.

    recipe.toml       every choice of the run
    run.json          seed, amounts held out, the run it started from, machine, versions     (`LineFacts`)
    history.csv       one row an epoch
    checkpoint.npz    what --resume needs
    weights.npz       what another run may start from, once the last epoch is done
    model.onnx        the artifact, once the run is finished; its card model.json; model.seen.npy

Knows nothing about how progress is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.data import load_digit_set
from inkdigits.data.digit_set import hash_images
from inkdigits.errors import RunFolderError
from inkdigits.evaluation.metrics import wilson_interval
from inkdigits.files import write_text
from inkdigits.model.artifact import MODEL_FILE, Card, Score, save_artifact
from inkdigits.model.line_confidence import Calibration
from inkdigits.report import run_folder
from inkdigits.report.run_records import EpochRecord
from inkdigits.training.average import Average
from inkdigits.training.backend import torch
from inkdigits.training.checkpoint import load_epoch, load_weights, save_checkpoint, save_epoch, save_weights
from inkdigits.training.hold import holding
from inkdigits.training.lines.choices import LineRecipe, line_recipe_text, parse_line_recipe
from inkdigits.training.lines.compose import TrainingStrip
from inkdigits.training.lines.confidence import fit_calibration
from inkdigits.training.lines.export import read_composed, with_calibration
from inkdigits.training.lines.facts import (
    LineFacts,
    LineOrder,
    folds_seen,
    load_line_facts,
    save_line_facts,
)
from inkdigits.training.lines.fit import fit_lines
from inkdigits.training.lines.network import NAME, build_line_network, release_line_network
from inkdigits.training.lines.released import released_line_reader
from inkdigits.training.lines.supply import Source, Supply, fitted_amounts, validation_strips
from inkdigits.training.machine import describe_machine, now, versions
from inkdigits.training.optimizers import make_optimizers
from inkdigits.training.state import Progress, TrainingState, averaged, ignore
from inkdigits.training.stops import stop_errors

_DATA = "lines composed of mnist:train and pen traces"


@dataclass(frozen=True)
class LineSteps:
    """Who is told how a run goes; as `training.run.Steps`."""

    on_start: Callable[[LineFacts, int], None] = ignore
    on_progress: Callable[[Progress], None] = ignore
    on_epoch: Callable[[EpochRecord], None] = ignore
    on_finish: Callable[[str], None] = ignore


def train_lines(order: LineOrder, folder: Path, steps: LineSteps = LineSteps()) -> None:
    """Trains a line reader and leaves a finished run in `folder`.

    Args:
        order: What to train.
        folder: Where the run goes; new or empty, see `run_folder.check_free`.
        steps: Who is told.

    Raises:
        RunFolderError: If the folder holds anything, or another process is training in it, or the run to
            start from is none, or not finished, or has seen amounts that are to be held out.
        InkdigitsError: Whatever data, recipe, training and disk may raise.
    """
    text = line_recipe_text(order.recipe)
    run_folder.check_free(folder, text)  # before the amounts are read
    recipe = parse_line_recipe(text)
    _check_amounts(recipe, order.hold_out)
    state = _first_state(recipe, order)
    facts = LineFacts(
        name=folder.resolve().name,
        recipe=recipe.name,
        recipe_sha256=run_folder.recipe_digest(text),
        seed=order.seed,
        start=None if order.start is None else order.start.resolve().name,
        hold_out=order.hold_out,
        epochs=recipe.epochs,
        parameters=_release(state, recipe).count_params(),
        machine=describe_machine(),
        versions=versions(),
        started=now(),
    )
    with holding(folder), stop_errors(folder):
        run_folder.check_free(folder, text)
        write_text(folder / run_folder.RECIPE, text)
        save_checkpoint(folder / run_folder.CHECKPOINT, state)  # so that --resume needs no run to start from
        save_line_facts(folder, facts)
        _carry_on(folder, facts, recipe, state, steps)


def resume_lines(folder: Path, steps: LineSteps = LineSteps()) -> None:
    """Goes on with a run that was broken off, to the same weights as if it had not been.

    Raises:
        RunFolderError: If it holds no line reader's run, or a finished one, or one whose recipe was changed,
            or another process is training in it.
        InkdigitsError: As `train_lines`.
    """
    facts = load_line_facts(folder)
    text = line_recipe_text(str(folder / run_folder.RECIPE))
    run_folder.check_recipe(folder, text, facts.recipe_sha256)
    recipe = parse_line_recipe(text)
    _check_amounts(recipe, facts.hold_out)
    with holding(folder), stop_errors(folder):
        if (folder / MODEL_FILE).is_file():
            raise RunFolderError(f"the run in {folder} is finished; train another one in another folder")
        state = _state_of(build_line_network(recipe.network, facts.seed), recipe)
        load_epoch(folder, state)
        _carry_on(folder, facts, recipe, state, steps)


def _check_amounts(recipe: LineRecipe, hold_out: int | None) -> None:
    """Finds out now, not in a process that composes, whether the amounts are there."""
    if recipe.amounts is not None:
        fitted_amounts(hold_out)


def _first_state(recipe: LineRecipe, order: LineOrder) -> TrainingState:
    network = build_line_network(recipe.network, order.seed)
    if order.start is not None:
        _start_from(order.start, order.hold_out, network)
    return _state_of(network, recipe)


def _state_of(network: Any, recipe: LineRecipe) -> TrainingState:
    average = Average(network, recipe.averaging.decay)
    return TrainingState(network, make_optimizers(network, recipe.optimizer), average, torch.zeros(0))


def _start_from(folder: Path, hold_out: int | None, network: Any) -> None:
    """Gives a fresh network the averaged weights of a run of the same network.

    Raises:
        RunFolderError: If that is none, or not finished, or has seen the amounts that are to be held out.
        CorruptData: If its weights are damaged or of another network.
    """
    if hold_out in folds_seen(folder):
        raise RunFolderError(
            f"the run in {folder} has seen fold {hold_out} of the amounts, which can't be held out any more;"
            " start from one that has not"
        )
    path = folder / run_folder.WEIGHTS
    if not path.is_file():
        raise RunFolderError(f"the run in {folder} is not finished; go on with `train-lines --resume` first")
    load_weights(path, network)


def _release(state: TrainingState, recipe: LineRecipe) -> Any:
    with averaged(state):
        return release_line_network(state.network, recipe.network)


def _carry_on(
    folder: Path, facts: LineFacts, recipe: LineRecipe, state: TrainingState, steps: LineSteps
) -> None:
    def keep(state: TrainingState) -> None:
        save_epoch(folder, state)
        steps.on_epoch(state.history[-1])

    steps.on_start(facts, len(state.history))
    validation = validation_strips(recipe.validation)
    source = Source(facts.seed, recipe.words, recipe.amounts, facts.hold_out)
    with Supply(source, recipe.lines, recipe.epochs) as supply:
        fit_lines(state, recipe, facts.seed, supply, validation, steps.on_progress, keep)
    with averaged(state):
        save_weights(folder / run_folder.WEIGHTS, state.network)
    steps.on_finish("Exporting the line reader")
    content = released_line_reader(_release(state, recipe), recipe, source, validation, steps.on_finish)
    _finish(folder, facts, recipe, content, validation)


def _finish(
    folder: Path,
    facts: LineFacts,
    recipe: LineRecipe,
    content: bytes,
    validation: list[TrainingStrip],
) -> None:
    """Calibrates on half of the validation lines, scores on the others, writes the artifact."""
    confidences, right = read_composed(content, validation)
    half = len(right) // 2
    calibration = fit_calibration(confidences[:half], right[:half])
    if recipe.calibration is not None:
        calibration = Calibration(recipe.calibration.slope, recipe.calibration.offset)
    sure = np.array([calibration.mend(value) for value in confidences[half:]])
    digits = load_digit_set("mnist:train")
    save_artifact(
        folder / MODEL_FILE,
        with_calibration(content, calibration),
        hash_images(digits.images),
        Card(
            name=facts.name,
            data=_DATA if recipe.amounts is None else f"{_DATA}, and real amounts",
            fingerprint=digits.fingerprint,
            fitted=recipe.lines * recipe.epochs,
            chosen_by=len(validation),
            recipe=recipe.name,
            recipe_text=(folder / run_folder.RECIPE).read_text("utf-8"),
            network=NAME,
            parameters=facts.parameters,
            seed=facts.seed,
            epochs=recipe.epochs,
            score=_score(sure, np.array(right[half:])),
            versions=facts.versions,
            created=now(),
        ),
    )


def _score(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> Score:
    """Gives whole lines read right, and how far their confidence is from that, over ten equal parts."""
    low, high = wilson_interval(int(right.sum()), len(right))
    parts = np.array_split(np.argsort(sure, kind="stable"), 10)
    gaps = [len(part) * abs(sure[part].mean() - right[part].mean()) for part in parts if len(part)]
    kept = np.clip(np.where(right, sure, 1 - sure), 1e-9, 1)
    return Score(
        data="composed validation lines",
        images=len(right),
        accuracy=float(right.mean()),
        accuracy_low=low,
        accuracy_high=high,
        log_loss=float(-np.log(kept).mean()),
        calibration_error=float(sum(gaps) / len(right)),
    )
