"""The tables of training runs: accuracy with spread, training time, commands.

Knows nothing about the document they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.markdown import DASH, NOT_YET, origins, table
from benchmarks.records import AccuracyRow
from benchmarks.runs import RecipeRuns, Spread, by_recipe, known, spread

from inkdigits.errors import DataError

_HEADS = (
    "recipe",
    "parameters",
    "runs",
    "accuracy",
    "lowest",
    "highest",
    "training time",
    "in epochs of `article`",
)


def recipes(rows: Sequence[AccuracyRow]) -> str:
    """Gives all recipes: accuracy with spread, training time, ratio to an epoch of `article`, commands."""
    runs = by_recipe(rows)
    if not runs:
        return NOT_YET
    several = len({run.machine for run in runs}) > 1
    overview = table(_HEADS, [_recipe_cells(run, several) for run in runs])
    made = (sentence for run in runs for sentence in origins(run.rows, _told))
    return "\n\n".join([overview, _commands(runs), *made])


def recipe(rows: Sequence[AccuracyRow], name: str) -> str:
    """Gives one recipe's figures, a row each.

    Raises:
        DataError: If there is no line of such a recipe.
    """
    runs = [run for run in by_recipe(rows) if run.recipe == name]
    if not runs:
        raise DataError(f"no line of benchmarks/results/accuracy.jsonl is of the recipe '{name}'")
    return "\n\n".join(part for run in runs for part in (_recipe_table(run), *origins(run.rows)))


def summary(runs: Sequence[RecipeRuns]) -> str:
    """Gives recipes in words, as the text that stands for a picture of them."""
    told = (
        f"{run.recipe} {100 * run.accuracy.mean:.2f} % in {run.seconds.mean:,.0f} s (n = {len(run.rows)})"
        for run in runs
    )
    return "; ".join(told)


def _recipe_cells(run: RecipeRuns, with_machine: bool) -> tuple[str, ...]:
    row, accuracy = run.rows[-1], run.accuracy
    return (
        f"`{run.recipe}` on {run.machine}" if with_machine else f"`{run.recipe}`",
        DASH if row.parameters is None else f"{row.parameters:,}",
        str(accuracy.count),
        f"**{_percent(accuracy)}**",
        f"{100 * accuracy.lowest:.3f} %",
        f"{100 * accuracy.highest:.3f} %",
        _seconds(run.seconds),
        DASH if run.article_epoch is None else f"{run.seconds.mean / run.article_epoch:.2f}",
    )


def _recipe_table(run: RecipeRuns) -> str:
    seeds, accuracy = _seeds(run.rows), run.accuracy
    cells = [
        (
            f"**accuracy on `mnist --unseen`** ({run.rows[-1].images:,} images)",
            f"**{_percent(accuracy)}**{_range(accuracy, 100, 3)}",
            seeds,
        ),
        ("**training time**", f"**{_seconds(run.seconds)}**{_range(run.seconds, 1, 1)}", seeds),
    ]
    for name, values in (
        ("expected calibration error there", known(row.calibration_error for row in run.rows)),
        ("accuracy on the validation part", known(row.validation_accuracy for row in run.rows)),
    ):
        if values:
            cells.append((name, _percent(spread(values)), seeds))
    if run.article_epoch is not None:
        cells.append(("one epoch of `article` in the same run", f"{run.article_epoch:.1f} s", ""))
        cells.append(("ratio of the two times", f"{run.seconds.mean / run.article_epoch:.2f}", ""))
    return table(("figure", "mean ± standard deviation", "runs"), cells)


def _commands(runs: Iterable[RecipeRuns]) -> str:
    """Gives the commands that the lines come from, in a block for the shell."""
    commands = [
        row.command or f"python -m benchmarks.accuracy {run.recipe} --seeds {len(run.rows)}"
        for run in runs
        for row in run.rows
    ]
    return "\n".join(["```sh", *dict.fromkeys(commands), "```"])


def _told(rows: Sequence[AccuracyRow]) -> str:
    return f"`{rows[0].recipe}`, {_seeds(rows)}"


def _seeds(rows: Sequence[AccuracyRow]) -> str:
    seeds = [row.seed for row in rows]
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    whole = seeds == list(range(seeds[0], seeds[-1] + 1))
    return f"seeds {seeds[0]} to {seeds[-1]}" if whole else f"seeds {', '.join(map(str, seeds))}"


def _percent(figure: Spread) -> str:
    aside = "" if figure.deviation is None else f" ± {100 * figure.deviation:.3f}"
    return f"{100 * figure.mean:.3f}{aside} %"


def _seconds(figure: Spread) -> str:
    aside = "" if figure.deviation is None else f" ± {figure.deviation:,.1f}"
    return f"{figure.mean:,.1f}{aside} s"


def _range(figure: Spread, scale: float, digits: int) -> str:
    if figure.deviation is None:
        return ""
    return f" (lowest {scale * figure.lowest:,.{digits}f}, highest {scale * figure.highest:,.{digits}f})"
