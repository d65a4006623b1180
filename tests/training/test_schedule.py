"""The schedules: the plateau against ReduceLROnPlateau's rules, the triangle against its corners."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from inkdigits.report.run_records import EpochRecord
from inkdigits.training.choices import Triangle
from inkdigits.training.recipe import parse_recipe, recipe_text
from inkdigits.training.schedule import rate_factor

RECIPE = parse_recipe(recipe_text("article"))  # patience 3, factor 0.5, floor 1e-5, from 1e-3


def _history(accuracies: Sequence[float]) -> list[EpochRecord]:
    return [
        EpochRecord(n, 0.001, 0.1, 0.9, 0.1, accuracy, 1.0, 1.0) for n, accuracy in enumerate(accuracies, 1)
    ]


@pytest.mark.parametrize(
    ("accuracies", "rate"),
    [
        ([], 1e-3),
        ([0.9, 0.91, 0.92, 0.93], 1e-3),
        ([0.9, 0.9, 0.9], 1e-3),
        ([0.9, 0.9, 0.9, 0.9], 5e-4),
        ([0.9, 0.8, 0.8, 0.91, 0.8, 0.8], 1e-3),
        ([0.9] * 7, 2.5e-4),
        ([0.9] * 60, 1e-5),
    ],
)
def test_the_rate_falls_after_patience_epochs_without_a_better_one(
    accuracies: list[float], rate: float
) -> None:
    factor = rate_factor(RECIPE, _history(accuracies), part=0.5)
    assert factor * RECIPE.optimizer.learning_rate == pytest.approx(rate)


@pytest.mark.parametrize(
    ("epochs_behind", "part", "factor"),
    [(0, 0.0, 0.0), (0, 0.5, 0.25), (2, 0.0, 1.0), (6, 0.0, 0.5), (9, 1.0, 0.0)],
)
def test_the_triangle_rises_over_its_warm_part_and_falls_to_nothing(
    epochs_behind: int, part: float, factor: float
) -> None:
    schedule = Triangle(name="triangle", warm=0.2)
    recipe = RECIPE.model_copy(update={"epochs": 10, "schedule": schedule})
    assert rate_factor(recipe, _history([0.9] * epochs_behind), part) == pytest.approx(factor)
