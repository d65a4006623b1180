"""`inkdigits train` and `inkdigits report`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from inkdigits.cli.console import err, out
from inkdigits.cli.evaluate import KAGGLE_TEST, write_submission
from inkdigits.cli.exit_codes import INTERRUPTED
from inkdigits.data import DigitSet, hash_images, lasting_name, load_digit_set
from inkdigits.errors import RunFolderError
from inkdigits.evaluation.submission import check_no_leak
from inkdigits.report.run_folder import FACTS, RECIPE, load_facts, load_run
from inkdigits.report.words import duration, percent

if TYPE_CHECKING:  # Keras is loaded by the command that trains, not by those that don't
    from inkdigits.report.run_records import EpochRecord, RunFacts
    from inkdigits.training.state import Progress


def train(
    out_folder: Annotated[
        Path, typer.Option("--out", help="The run's folder: new, or with --resume the run's own.")
    ],
    data: Annotated[
        str | None, typer.Option(help="Digit set: a name (see `inkdigits data list`) or a path.")
    ] = None,
    recipe: Annotated[
        str | None, typer.Option(help="Recipe: a name or a TOML file.  \\[default: article]")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Decides everything random.  \\[default: 0]")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Take so many images, chosen by seed.")] = None,
    teacher: Annotated[
        str | None, typer.Option(help="Folder of a finished run to learn from, where the recipe needs one.")
    ] = None,
    submission: Annotated[
        Path | None, typer.Option(help="At the end, answer kaggle:test and write the submission here.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
) -> None:
    """Train a network on a digit set; leaves the model, its figures and its report in a folder.

    Ctrl-C is safe: --resume goes on from the last epoch, to the same weights.
    """
    unlabelled = None
    if submission:  # before the hours, not after
        unlabelled = load_digit_set(KAGGLE_TEST)
        _check_may_submit(load_facts(out_folder).data if resume else data, unlabelled)
    from inkdigits.training import run

    with _Screen() as screen:
        steps = run.Steps(screen.start, screen.advance, screen.epoch, screen.finish)
        try:
            if resume:
                _check_same(out_folder, data=data, seed=seed, epochs=epochs, limit=limit, teacher=teacher)
                _check_same_recipe(out_folder, recipe)
                run.resume(out_folder, steps)
            elif data is None:
                raise typer.BadParameter("say what to train on, such as --data uci", param_hint="--data")
            else:
                order = run.Order(data, recipe or "article", seed or 0, epochs, limit, teacher)
                run.train(order, out_folder, steps)
        except KeyboardInterrupt:
            _tell_stopped(out_folder, submission)
            raise typer.Exit(INTERRUPTED) from None
    _tell_result(out_folder)
    if submission and unlabelled:
        write_submission(out_folder, unlabelled, submission)


def report(
    run: Annotated[Path, typer.Argument(help="A finished run's folder.")],
) -> None:
    """Draw a run's figures and report again, with every evaluation it has had since."""
    from inkdigits.report.page import write_report

    out.print(str(write_report(run)))


def _check_may_submit(data: str | None, unlabelled: DigitSet) -> None:
    if data is not None:
        check_no_leak(data, hash_images(load_digit_set(data).images), unlabelled)


def _check_same(
    folder: Path,
    *,
    data: str | None,
    seed: int | None,
    epochs: int | None,
    limit: int | None,
    teacher: str | None,
) -> None:
    """Refuses options beside --resume that are not those of the run."""
    facts = load_facts(folder)
    asked: dict[str, str | int | None] = {
        "data": data and lasting_name(data),
        "seed": seed,
        "epochs": epochs,
        "limit": limit,
        "teacher": teacher and str(Path(teacher).resolve()),
    }
    for name, value in asked.items():
        if value is not None and value != getattr(facts, name):
            raise RunFolderError(
                f"the run in {folder} has --{name} {getattr(facts, name)}, not {value};"
                f" leave --{name} out to go on"
            )


def _check_same_recipe(folder: Path, asked: str | None) -> None:
    from inkdigits.training.recipe import parse_recipe, recipe_text, with_epochs

    if asked is None:
        return
    own = parse_recipe(recipe_text(str(folder / RECIPE)))
    if parse_recipe(with_epochs(recipe_text(asked), own.epochs)) != own:
        raise RunFolderError(
            f"the run in {folder} has another --recipe than {asked}; leave --recipe out to go on"
        )


def _tell_stopped(folder: Path, submission: Path | None) -> None:
    if (folder / FACTS).is_file():
        also = f" --submission {shlex.quote(str(submission))}" if submission else ""
        err.print(f"stopped; go on with: inkdigits train --resume --out {shlex.quote(str(folder))}{also}")
    else:
        err.print("stopped before the run began; nothing was written")


def _tell_result(folder: Path) -> None:
    record = load_run(folder)
    metrics = record.metrics
    interval = f"{percent(metrics.accuracy_low)} to {percent(metrics.accuracy_high)}"
    out.print(
        f"validation accuracy {percent(metrics.accuracy)} (95 %: {interval}), {metrics.images:,} images"
    )
    out.print(f"report {folder / 'report.html'}")


class _Screen:
    """The live view of a run: a bar within the epoch, and a line for each epoch behind it."""

    def __init__(self) -> None:
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[figures]}"),
            console=err,
            transient=True,
        )
        self._task = self._bar.add_task("Reading the data", total=None, figures="")
        self._epochs = 0

    def __enter__(self) -> _Screen:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def start(self, facts: RunFacts, epochs_behind: int) -> None:
        self._epochs = facts.epochs
        parameters = sum(layer.parameters for layer in facts.layers)
        fitted, held_out = sum(facts.fit_counts), sum(facts.validation_counts)
        err.print(
            f"recipe {facts.recipe}, {parameters:,} parameters; {facts.data_told}: {fitted:,} images to fit,"
            f" {held_out:,} for validation; seed {facts.seed}; {facts.machine}"
        )
        if epochs_behind:
            err.print(f"going on after epoch {epochs_behind}")

    def advance(self, progress: Progress) -> None:
        figures = (
            f"loss {progress.loss:.4f}  accuracy {percent(progress.accuracy)}"
            f"  {progress.images_per_second:,.0f} images/s  {duration(progress.seconds_left)} left"
        )
        self._bar.update(
            self._task,
            description=f"Epoch {progress.epoch}/{progress.epochs}",
            completed=progress.done,
            total=progress.images,
            figures=figures,
        )

    def epoch(self, record: EpochRecord) -> None:
        width = len(str(self._epochs))
        err.print(
            f"epoch {record.epoch:>{width}}/{self._epochs}"
            f"  loss {record.loss:.4f}  accuracy {percent(record.accuracy)}"
            f"  validation loss {record.validation_loss:.4f}  accuracy {percent(record.validation_accuracy)}"
            f"  {record.images_per_second:,.0f} images/s  {duration(record.seconds)}"
        )

    def finish(self, step: str) -> None:
        self._bar.update(self._task, description=step, total=None, figures="")
