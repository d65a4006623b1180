"""Learning-rate schedules, as functions of the history: nothing of theirs needs to be kept in a checkpoint.

Knows nothing about networks or optimizers.
"""

from __future__ import annotations

from collections.abc import Sequence

from inkdigits.report.run_folder import EpochRecord
from inkdigits.training.recipe import Recipe


def learning_rate(recipe: Recipe, history: Sequence[EpochRecord]) -> float:
    """Gives the learning rate of the epoch that follows `history`.

    Counts as Keras's ReduceLROnPlateau does: after `patience` epochs in a row without a better validation
    accuracy the rate falls, and the count starts anew.
    """
    schedule, rate = recipe.schedule, recipe.optimizer.learning_rate
    best, waited = -1.0, 0
    for record in history:
        if record.validation_accuracy > best:
            best, waited = record.validation_accuracy, 0
            continue
        waited += 1
        if waited >= schedule.patience:
            rate, waited = max(rate * schedule.factor, schedule.floor), 0
    return rate
