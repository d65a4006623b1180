"""`inkdigits train-lines`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.cli.console import err, out
from inkdigits.cli.exit_codes import INTERRUPTED
from inkdigits.model.artifact import load_artifact
from inkdigits.report.run_folder import FACTS
from inkdigits.report.words import duration, percent

if TYPE_CHECKING:  # Keras is loaded by the command that trains, not by those that don't
    from inkdigits.report.run_records import EpochRecord
    from inkdigits.training.lines.facts import LineFacts
    from inkdigits.training.state import Progress


def train_lines(
    out_folder: Annotated[
        Path, typer.Option("--out", help="The run's folder: new, or with --resume the run's own.")
    ],
    recipe: Annotated[
        str | None, typer.Option(help="Recipe: lines, lines-real or a TOML file.  \\[default: lines]")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Decides everything random.  \\[default: 0]")
    ] = None,
    start: Annotated[Path | None, typer.Option(help="A run folder whose weights to start from.")] = None,
    hold_out: Annotated[
        int | None, typer.Option(min=0, max=4, help="Fold of the real amounts to keep for judging.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out, as it was begun.")
    ] = False,
) -> None:
    """Train the line reader on lines composed as it goes; leaves the model in a folder.

    Ctrl-C is safe: --resume goes on from the last epoch, to the same weights.
    """
    from inkdigits.training.lines import run
    from inkdigits.training.lines.facts import LineOrder

    steps = run.LineSteps(_tell_start, _tell_progress, _tell_epoch, _tell_step)
    try:
        if resume:
            _check_alone(recipe=recipe, seed=seed, start=start, hold_out=hold_out)
            run.resume_lines(out_folder, steps)
        else:
            order = LineOrder(recipe or "lines", seed or 0, start, hold_out)
            run.train_lines(order, out_folder, steps)
    except KeyboardInterrupt:
        if (out_folder / FACTS).is_file():
            command = f"inkdigits train-lines --resume --out {shlex.quote(str(out_folder))}"
            err.print(f"stopped; go on with: {command}")
        else:
            err.print("stopped before the run began")
        raise typer.Exit(INTERRUPTED) from None
    score = load_artifact(out_folder).card.score
    out.print(f"composed validation lines read right: {percent(score.accuracy)} of {score.images:,}")


def _check_alone(**options: object) -> None:
    """Refuses options beside --resume: what the run was begun with holds."""
    for name, value in options.items():
        if value is not None:
            raise typer.BadParameter(
                "a run goes on as it was begun; leave this out beside --resume",
                param_hint=f"--{name.replace('_', '-')}",
            )


def _tell_start(facts: LineFacts, behind: int) -> None:
    err.print(f"recipe {facts.recipe}, {facts.parameters:,} parameters; seed {facts.seed}; {facts.machine}")
    if behind:
        err.print(f"going on after epoch {behind}")


def _tell_progress(progress: Progress) -> None:
    if err.is_terminal:
        err.print(
            f"epoch {progress.epoch}/{progress.epochs}  {progress.done:,}/{progress.images:,} lines"
            f"  loss {progress.loss:.4f}  {duration(progress.seconds_left)} left ",
            end="\r",
        )


def _tell_epoch(record: EpochRecord) -> None:
    err.print(
        f"epoch {record.epoch}  loss {record.loss:.4f}  lines right {percent(record.accuracy)}"
        f"  validation loss {record.validation_loss:.4f}  lines right {percent(record.validation_accuracy)}"
        f"  {record.images_per_second:,.0f} lines/s  {duration(record.seconds)}"
    )


def _tell_step(step: str) -> None:
    err.print(step)
