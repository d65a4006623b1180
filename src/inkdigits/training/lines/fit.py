"""The line reader's training loop: a network, a recipe and strips in, better weights and a history out.

Knows nothing about folders or how progress is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from inkdigits.report.run_records import EpochRecord
from inkdigits.training.backend import torch
from inkdigits.training.lines.choices import LineRecipe
from inkdigits.training.lines.compose import TrainingStrip
from inkdigits.training.lines.loss import Batch, count_right, line_losses, make_batch, whole_loss
from inkdigits.training.lines.supply import Supply
from inkdigits.training.optimizers import scale_rates
from inkdigits.training.schedule import triangle_factor
from inkdigits.training.state import Progress, TrainingState, averaged
from inkdigits.training.stops import check_loss, step_errors

_PROGRESS_EVERY = 10  # steps
_WIDTH_JITTER = 24.0  # pixels; strips of a batch are about, not exactly, as wide


def fit_lines(
    state: TrainingState,
    recipe: LineRecipe,
    seed: int,
    supply: Supply,
    validation: Sequence[TrainingStrip],
    on_progress: Callable[[Progress], None],
    on_epoch: Callable[[TrainingState], None],
) -> None:
    """Trains for the epochs that the recipe has and the state has not behind it.

    Args:
        state: Is changed: weights, optimizers, average, history.
        recipe: Every choice.
        seed: Decides the order of the strips.
        supply: Gives them.
        validation: Strips to validate on.
        on_progress: Called every few steps.
        on_epoch: Called after each epoch, with the state as it then is.

    Raises:
        TrainingStopped: If the loss is no number any more, or memory ran out in a step, or a process
            that composes has ended.
    """
    held_out = [make_batch(part, recipe.window) for part in batches(validation, recipe.batch, None)]
    while len(state.history) < recipe.epochs:
        epoch = len(state.history) + 1
        started = time.perf_counter()
        loss, accuracy = _train_epoch(state, recipe, seed, supply.epoch(epoch), on_progress)
        seconds = time.perf_counter() - started
        with averaged(state):
            validation_loss, validation_accuracy = score_lines(state, held_out, recipe.window)
        check_loss(validation_loss, epoch)
        state.history.append(
            EpochRecord(
                epoch=epoch,
                learning_rate=float(state.optimizers[0].param_groups[0]["lr"]),
                loss=loss,
                accuracy=accuracy,
                validation_loss=validation_loss,
                validation_accuracy=validation_accuracy,
                seconds=seconds,
                images_per_second=recipe.lines / seconds,
            )
        )
        on_epoch(state)


def batches(
    strips: Sequence[TrainingStrip], size: int, rng: np.random.Generator | None
) -> Iterator[list[TrainingStrip]]:
    """Gives the strips in batches of about equal widths; batches in random order where there is an `rng`."""
    widths = np.array([strip.strip.shape[1] for strip in strips], dtype=np.float64)
    if rng is not None:
        widths += rng.uniform(0, _WIDTH_JITTER, len(widths))
    order = np.argsort(widths, kind="stable")
    starts = np.arange(0, len(order), size)
    for start in starts if rng is None else rng.permutation(starts):
        yield [strips[index] for index in order[start : start + size]]


def score_lines(state: TrainingState, held_out: Sequence[Batch], window: float) -> tuple[float, float]:
    """Gives the mean loss of a line, in nats, and the part of lines that are told right."""
    loss, right, lines = 0.0, 0, 0
    with torch.no_grad():
        for batch in held_out:
            values = state.network(batch.ink, training=False).float()
            loss += float(line_losses(values, batch, window).sum())
            right += count_right(values, batch)
            lines += len(batch.counts)
    return loss / lines, right / lines


def _train_epoch(
    state: TrainingState,
    recipe: LineRecipe,
    seed: int,
    strips: Sequence[TrainingStrip],
    on_progress: Callable[[Progress], None],
) -> tuple[float, float]:
    """Gives the mean loss over the epoch's steps and the part of lines told right."""
    epoch, count = len(state.history) + 1, len(strips)
    started = time.perf_counter()
    losses, right, done, steps = 0.0, 0, 0, 0
    for part in batches(strips, recipe.batch, np.random.default_rng([seed, epoch])):
        scale_rates(
            state.optimizers, triangle_factor(recipe.schedule, (epoch - 1 + done / count) / recipe.epochs)
        )
        with step_errors(recipe.batch, least=1):
            loss, told = _train_step(state, make_batch(part, recipe.window), recipe)
        losses, right, done, steps = losses + loss, right + told, done + len(part), steps + 1
        if steps % _PROGRESS_EVERY == 0:
            speed = done / (time.perf_counter() - started)
            left = (recipe.epochs * count - (epoch - 1) * count - done) / speed
            on_progress(
                Progress(epoch, recipe.epochs, done, count, losses / steps, right / done, speed, left)
            )
    return losses / steps, right / count


def _train_step(state: TrainingState, batch: Batch, recipe: LineRecipe) -> tuple[float, int]:
    """Takes one step; gives its loss and how many lines were told right."""
    values = state.network(batch.ink, training=True).float()
    loss = whole_loss(values, batch, recipe.window, recipe.box_weight)
    check_loss(float(loss.detach()), len(state.history) + 1)
    loss.backward()  # type: ignore[no-untyped-call]
    for optimizer in state.optimizers:
        optimizer.step()
        optimizer.zero_grad()
    if state.average is not None:
        state.average.update()
    return float(loss.detach()), count_right(values.detach(), batch)
