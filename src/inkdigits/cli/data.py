"""`inkdigits data`: what digit sets there are, where they lie, and bringing them here."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from inkdigits.arrays import CLASSES
from inkdigits.cli.console import err, out
from inkdigits.data import fetch as fetch_source
from inkdigits.data import list_sources, load_digit_set

app = typer.Typer(help="Digit sets: what there is, where it lies, bringing it here.", no_args_is_help=True)

_BAR = 40  # characters of the longest bar


@app.command("list")
def list_() -> None:
    """List the sources, and where each lies on this machine."""
    table = Table(box=None, pad_edge=False)
    for title in ("source", "sets", "what", "where"):
        table.add_column(title, overflow="fold")
    for source in list_sources():
        where = str(source.place) if source.place else source.hint or "comes with scikit-learn"
        table.add_row(source.name, "\n".join(source.splits), source.title, where)
    out.print(table)
    out.print(
        "\nYour own data, by path: a folder LABEL/*.png, an .npz with images and labels,"
        " a CSV in Kaggle's shape."
    )


@app.command()
def fetch(name: Annotated[str, typer.Argument(help="The source, such as mnist.")]) -> None:
    """Download a source from a public mirror into your cache, checked by SHA-256."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=err
    )
    tasks: dict[str, int] = {}

    def advance(file: str, done: int, total: int) -> None:
        if file not in tasks:
            tasks[file] = bar.add_task(file, total=total)
        bar.update(tasks[file], completed=done, total=total)  # type: ignore[arg-type]

    with bar:
        paths = fetch_source(name, progress=advance)
    for path in paths:
        out.print(str(path))


@app.command()
def show(name: Annotated[str, typer.Argument(help="A digit set's name or path.")]) -> None:
    """Show a digit set: how many images of each digit, and its fingerprint."""
    digit_set = load_digit_set(name)
    out.print(f"{digit_set.name}: {len(digit_set):,} images of 28x28")
    out.print(f"fingerprint {digit_set.fingerprint}")
    if digit_set.labels is None:
        out.print("no labels")
        return
    counts = np.bincount(digit_set.labels, minlength=CLASSES)
    for digit, count in enumerate(counts):
        bar = "#" * round(_BAR * count / max(1, counts.max()))
        out.print(f"  {digit}  {count:>7,}  {bar}")
