"""Learning-rate schedules, as functions of the history: nothing of theirs needs to be kept in a checkpoint.

Knows nothing about networks or optimizers.
"""

from __future__ import annotations

from collections.abc import Sequence

from inkdigits.report.run_records import EpochRecord
from inkdigits.training.choices import Plateau, Recipe, Triangle


def rate_factor(recipe: Recipe, history: Sequence[EpochRecord], part: float) -> float:
    """Gives the part of the full learning rate that a step takes.

    Args:
        recipe: Every choice.
        history: The epochs behind.
        part: Part of the running epoch that is behind, 0 to 1.

    Returns:
        0 to 1.
    """
    if isinstance(recipe.schedule, Plateau):
        return _plateau(recipe.schedule, recipe.optimizer.learning_rate, history)
    return triangle_factor(recipe.schedule, (len(history) + part) / recipe.epochs)


def _plateau(schedule: Plateau, rate: float, history: Sequence[EpochRecord]) -> float:
    """Counts as Keras's ReduceLROnPlateau does.

    The rate falls after `patience` epochs in a row without a better accuracy, and the count starts anew.
    """
    factor, best, waited = 1.0, -1.0, 0
    for record in history:
        if record.validation_accuracy > best:
            best, waited = record.validation_accuracy, 0
            continue
        waited += 1
        if waited >= schedule.patience:
            factor, waited = max(factor * schedule.factor, min(1.0, schedule.floor / rate)), 0
    return factor


def triangle_factor(schedule: Triangle, part: float) -> float:
    """Gives the part of the full learning rate at a part of the training, both 0 to 1."""
    if part < schedule.warm:
        return part / schedule.warm
    return (1 - part) / (1 - schedule.warm)
