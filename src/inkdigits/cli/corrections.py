"""`inkdigits corrections`: what people put right, listed, exported for training, and deleted."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from inkdigits.cli.console import err, out
from inkdigits.cli.exit_codes import INTERRUPTED

if TYPE_CHECKING:  # a database's library is loaded by these commands, not by the others
    from inkdigits.corrections import Entry

app = typer.Typer(
    help="What people corrected: list it, export it for training, delete it.", no_args_is_help=True
)

_Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="sqlite:////path/to.db or postgresql://user@host/name."
        "  \\[default: INKDIGITS_DATABASE, or corrections.db in your data folder]",
    ),
]


@app.command("list")
def list_(
    database: _Database = None,
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 20,
    before: Annotated[int | None, typer.Option(min=1, help="Only those with a smaller number.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON, readings included.")] = False,
) -> None:
    """List corrections, the newest first."""
    from inkdigits.corrections import CorrectionStore

    store = CorrectionStore(database)
    entries = store.entries(limit + 1, before)
    more, entries = len(entries) > limit, entries[:limit]
    if as_json:
        out.print_json(json.dumps([_plain(entry) for entry in entries]))
        return
    out.print(_table(entries))
    out.print(f"{len(entries):,} of {store.count():,} corrections in {store.name}")
    if more:
        err.print(f"older ones: --before {entries[-1].id}")


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="The folder to write: new, or empty.")],
    database: _Database = None,
) -> None:
    """Write all corrections as a folder that `inkdigits train --data` takes.

    Single digits lie in DIGIT/, and are what is trained on. Whole numbers lie beside them; labels.jsonl
    has the text of every picture.
    """
    from inkdigits.corrections import CorrectionStore, export_corrections

    export = export_corrections(CorrectionStore(database), folder)
    out.print(f"{folder}: {export.digits:,} single digits to train on, {export.numbers:,} whole numbers")
    if export.without_ink:
        err.print(f"left out: {export.without_ink:,} without ink on the picture", style="yellow")


@app.command()
def delete(
    ids: Annotated[list[int] | None, typer.Argument(help="Their numbers.", metavar="ID")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every correction there is.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    database: _Database = None,
) -> None:
    """Delete corrections by number, all of those named or none.

    In an SQLite file their pictures are overwritten, once nobody reads it any more.
    """
    if every == (ids is not None):
        raise typer.BadParameter("name the corrections to delete, or give --all", param_hint="ID")
    from inkdigits.corrections import CorrectionStore

    store = CorrectionStore(database)
    if not yes:
        there = store.count()
        named = there if ids is None else len(set(ids))
        _confirm(f"Delete {named:,} of {there:,} corrections in {store.name}?")
    deleted = store.delete_all() if ids is None else store.delete(ids)
    out.print(f"deleted {deleted:,}")


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise typer.BadParameter("say that you mean it; nothing was deleted", param_hint="--yes")
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        err.print("\nnothing was deleted")
        raise typer.Exit(INTERRUPTED) from None
    if not agreed:
        err.print("nothing was deleted")
        raise typer.Exit


def _plain(entry: Entry) -> dict[str, Any]:
    return vars(entry) | {"made": entry.made.isoformat(), "reading": json.loads(entry.reading)}


def _table(entries: tuple[Entry, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("number", justify="right")
    for title in ("time (UTC)", "text", "model"):
        table.add_column(title, overflow="fold")
    for entry in entries:
        table.add_row(str(entry.id), f"{entry.made:%Y-%m-%d %H:%M:%S}", entry.text, entry.model)
    return table
