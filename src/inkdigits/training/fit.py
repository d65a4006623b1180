"""The training loop: a network, a recipe and two digit sets in, better weights and a history out.

Everything random in an epoch follows from the run's seed and the epoch's number, so that a run that was
broken off goes on as if it had not been. Knows nothing about folders or how progress is shown.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES, INK, DigitImages
from inkdigits.data import DigitSet
from inkdigits.report.run_records import EpochRecord
from inkdigits.training.augment import augment
from inkdigits.training.average import Average
from inkdigits.training.backend import DEVICE, torch
from inkdigits.training.choices import Augmentation, Recipe
from inkdigits.training.optimizers import make_optimizers, scale_rates
from inkdigits.training.order import epoch_batches
from inkdigits.training.schedule import rate_factor
from inkdigits.training.state import LabelledImages, Progress, TrainingState, Watchers, averaged
from inkdigits.training.stops import check_loss, step_errors

_VALIDATION_BATCH = 1000
_PROGRESS_EVERY = 10  # steps; reading the loss makes a GPU wait


def start_training(network: Any, recipe: Recipe, images: int, teacher: Any = None) -> TrainingState:
    """Gives a fresh state for so many images: optimizers that have not stepped, no history."""
    average = Average(network, recipe.averaging.decay) if recipe.averaging else None
    losses = torch.full((images,), float("inf"))
    return TrainingState(network, make_optimizers(network, recipe.optimizer), average, losses, teacher)


def fit(
    state: TrainingState,
    recipe: Recipe,
    seed: int,
    fitted: LabelledImages,
    validation: DigitSet,
    watchers: Watchers,
) -> None:
    """Trains for the epochs that the recipe has and the state has not behind it.

    Args:
        state: Is changed: weights, optimizer, history.
        recipe: Every choice.
        seed: Decides the order of the images and how they are moved.
        fitted: What is fitted on: images of digits, and for a network that refuses of what is none.
        validation: Labelled images to choose by; never fitted on.
        watchers: Who is told.

    Raises:
        TrainingStopped: If the loss is no number any more, or memory ran out in a step.
    """
    images = torch.from_numpy(np.ascontiguousarray(fitted.images)).to(DEVICE)
    labels = torch.from_numpy(fitted.labels).to(DEVICE)
    while len(state.history) < recipe.epochs:
        started = time.perf_counter()
        with step_errors(recipe.batch, recipe.least_batch):
            loss, accuracy = _train_epoch(state, recipe, seed, images, labels, watchers)
        seconds = time.perf_counter() - started
        with averaged(state):
            validation_loss, validation_accuracy = _score(state.network, validation)
        check_loss(validation_loss, len(state.history) + 1)
        state.history.append(
            EpochRecord(
                epoch=len(state.history) + 1,
                learning_rate=float(state.optimizers[0].param_groups[0]["lr"]),
                loss=loss,
                accuracy=accuracy,
                validation_loss=validation_loss,
                validation_accuracy=validation_accuracy,
                seconds=seconds,
                images_per_second=len(images) / seconds,
            )
        )
        watchers.on_epoch(state)


def _train_epoch(
    state: TrainingState,
    recipe: Recipe,
    seed: int,
    images: torch.Tensor,
    labels: torch.Tensor,
    watchers: Watchers,
) -> tuple[float, float]:
    """Gives mean loss and accuracy over the epoch."""
    epoch, count = len(state.history) + 1, len(images)
    generator = _generator(seed, epoch)
    focus = recipe.focus if recipe.focus and (epoch - 1) / recipe.epochs >= recipe.focus.after else None
    totals = torch.zeros(2, dtype=torch.float64, device=images.device)  # sum of losses, right answers
    clock = _Clock(recipe.epochs * count, (epoch - 1) * count)
    done = 0
    batches = epoch_batches(state.losses, recipe.batch, focus, generator)
    for step, batch in enumerate(batches, start=1):
        part = done / count
        scale_rates(state.optimizers, rate_factor(recipe, state.history, part))
        moved = _moved(images[batch].float() / INK, recipe, (epoch - 1 + part) / recipe.epochs, generator)
        losses, right = _train_step(state, recipe, moved, labels[batch])
        if recipe.focus is not None:
            state.losses[batch] = losses.cpu()
        totals += torch.stack([losses.double().sum(), right.double()])
        done += len(batch)
        if step % _PROGRESS_EVERY == 0 or count - done < recipe.batch / 2:
            loss, accuracy = (totals / done).tolist()
            check_loss(loss, epoch)
            watchers.on_progress(
                Progress(epoch, recipe.epochs, done, count, loss, accuracy, *clock.speed_and_left(done))
            )
    return loss, accuracy


class _Clock:
    """Tells how fast an epoch goes and how long the run will yet take at this speed."""

    def __init__(self, images: int, behind: int) -> None:
        self._left = images - behind
        self._started = time.perf_counter()

    def speed_and_left(self, done: int) -> tuple[float, float]:
        """Gives images a second, and the seconds left after `done` images of this epoch."""
        speed = done / (time.perf_counter() - self._started)
        return speed, (self._left - done) / speed


def _train_step(
    state: TrainingState, recipe: Recipe, images: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Takes one step; gives the loss of each image by its label alone, and the number of right answers."""
    cross_entropy = torch.nn.functional.cross_entropy
    targets = _targets(state, recipe, images, labels)
    logits = _member_logits(state.network, images, training=True)
    members = logits.shape[1]
    cross_entropy(logits.flatten(0, 1), targets.repeat_interleave(members, dim=0)).backward()  # type: ignore[no-untyped-call]
    for optimizer in state.optimizers:
        optimizer.step()
        optimizer.zero_grad()
    if state.average is not None:
        state.average.update()
    answers = logits.detach().mean(1)
    return cross_entropy(answers, labels, reduction="none"), (answers.argmax(1) == labels).sum()


def _targets(
    state: TrainingState, recipe: Recipe, images: torch.Tensor, labels: torch.Tensor
) -> torch.Tensor:
    """Gives what the network shall answer, (n, 10): smoothed labels, mixed with the teacher's answers."""
    smoothing = recipe.label_smoothing
    classes = CLASSES + recipe.network.refuses
    targets = torch.nn.functional.one_hot(labels, classes) * (1 - smoothing) + smoothing / classes
    if recipe.teacher is None:
        return targets
    with torch.no_grad():
        answers = _member_logits(state.teacher, images[..., :1], training=False).mean(1).softmax(1)
    return torch.lerp(targets, answers, recipe.teacher.weight)


def _member_logits(network: Any, images: torch.Tensor, training: bool) -> torch.Tensor:
    """Gives the logits of each member of a network, (n, members, 10) float32; 11 where it refuses.

    Args:
        network: A Keras network.
        images: (n, 28, 28, members), an image for each member; with a last axis of 1, the same for all.
        training: Whether it drops out and normalizes by the batch.
    """
    shown = images.expand(-1, -1, -1, network.input_shape[-1])
    logits: torch.Tensor = network(shown, training=training).float()
    return logits if logits.ndim == 3 else logits[:, None]


def _moved(images: torch.Tensor, recipe: Recipe, part: float, generator: torch.Generator) -> torch.Tensor:
    """Gives (n, 28, 28, members): each image moved for each member of the network by itself."""
    moves = recipe.augmentation if part < recipe.augmentation.until else Augmentation()
    copies = augment(images.repeat(recipe.network.members, 1, 1), moves, generator)
    return copies.reshape(recipe.network.members, *images.shape).movedim(0, -1)


def _generator(seed: int, epoch: int) -> torch.Generator:
    entropy = np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(entropy >> np.uint64(1)))


def answer_logits(network: Any, images: DigitImages) -> NDArray[np.float32]:
    """Gives the logits of a network, without dropout or augmentation.

    Args:
        network: A Keras network; where it has several members, the mean of theirs is given.
        images: (n, 28, 28) uint8.

    Returns:
        (n, 10) float32; (n, 11) of a network that refuses.
    """
    with torch.no_grad():
        batches = torch.split(torch.from_numpy(np.ascontiguousarray(images)), _VALIDATION_BATCH)
        scaled = (batch.to(DEVICE).float()[..., None] / INK for batch in batches)
        logits = [_member_logits(network, batch, training=False).mean(1).cpu() for batch in scaled]
    return np.asarray(torch.cat(logits).numpy(), dtype=np.float32)


def _score(network: Any, digit_set: DigitSet) -> tuple[float, float]:
    """Gives mean loss and accuracy of a network over a set."""
    logits = torch.from_numpy(answer_logits(network, digit_set.images)[:, :CLASSES])
    labels = torch.from_numpy(digit_set.true_labels.astype(np.int64))
    loss = torch.nn.functional.cross_entropy(logits, labels)
    return float(loss), float((logits.argmax(1) == labels).double().mean())
