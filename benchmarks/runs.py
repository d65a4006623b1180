"""The lines of training runs put together by recipe.

Knows nothing about how they are shown.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.records import AccuracyRow


@dataclass(frozen=True)
class Spread:
    """Mean and spread of a figure.

    Attributes:
        count: How many values.
        mean: Of these.
        deviation: Standard deviation; None for a single value.
        lowest: The smallest.
        highest: The largest.
    """

    count: int
    mean: float
    deviation: float | None
    lowest: float
    highest: float


@dataclass(frozen=True)
class RecipeRuns:
    """The runs of one recipe on one machine that count: its newest text, for each seed the newest run.

    Attributes:
        recipe: Its name.
        machine: The machine.
        rows: By seed.
    """

    recipe: str
    machine: str
    rows: tuple[AccuracyRow, ...]

    @property
    def accuracy(self) -> Spread:
        """On the test images, 0 to 1."""
        return spread([row.accuracy for row in self.rows])

    @property
    def seconds(self) -> Spread:
        """Of training."""
        return spread([row.seconds for row in self.rows])

    @property
    def article_epoch(self) -> float | None:
        """Seconds of one epoch of `article` in the same calls, or None where one was not timed."""
        timed = known(row.article_epoch_seconds for row in self.rows)
        return statistics.mean(timed) if len(timed) == len(self.rows) else None


def spread(values: Sequence[float]) -> Spread:
    """Gives mean and spread of one value or more."""
    deviation = statistics.stdev(values) if len(values) > 1 else None
    return Spread(len(values), statistics.mean(values), deviation, min(values), max(values))


def known(values: Iterable[float | None]) -> list[float]:
    """Gives the values that are not None."""
    return [value for value in values if value is not None]


def by_recipe(rows: Iterable[AccuracyRow]) -> list[RecipeRuns]:
    """Gives the runs that count, a recipe and machine at a time, the quickest recipe first.

    Where a recipe was changed, only runs of its newest text count; lines that don't hold its digest are told
    apart by their commit.
    """
    groups: dict[tuple[str, str], list[AccuracyRow]] = {}
    for row in sorted(rows, key=lambda row: row.time):
        groups.setdefault((row.recipe, row.machine), []).append(row)
    runs = []
    for (recipe, machine), group in groups.items():
        newest = {row.seed: row for row in group if _text(row) == _text(group[-1])}
        runs.append(RecipeRuns(recipe, machine, tuple(newest[seed] for seed in sorted(newest))))
    return sorted(runs, key=lambda run: (run.machine, run.seconds.mean))


def on_main_machine(runs: Sequence[RecipeRuns]) -> list[RecipeRuns]:
    """Gives the runs on the machine that most recipes were run on."""
    if not runs:
        return []
    ((machine, _),) = Counter(run.machine for run in runs).most_common(1)
    return [run for run in runs if run.machine == machine]


def _text(row: AccuracyRow) -> str:
    return row.recipe_sha256 or f"commit {row.commit}"
