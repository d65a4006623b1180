"""`inkdigits read`: numbers out of pictures, many at a time, none of which stops the others.

Knows nothing about how a picture is read, nor how rows are printed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from inkdigits.cli.console import err, out
from inkdigits.cli.exit_codes import INTERRUPTED, SOME_FAILED
from inkdigits.cli.pictures import STDIN, Job, Outcome, Source, find_pictures, read_all
from inkdigits.cli.rows import Form, printer
from inkdigits.errors import PictureUnreadable
from inkdigits.reading import DEFAULT_CONFIDENCE

_FEW = 8  # pictures that need no bar


def read(
    context: typer.Context,
    pictures: Annotated[
        list[str],
        typer.Argument(help="Pictures, folders of pictures, - for standard input.", metavar="FILE|FOLDER|-"),
    ],
    layout: Annotated[
        Literal["auto", "digit", "line", "page"], typer.Option(help="What a picture shows.")
    ] = "auto",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object a picture, a line each.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a row a line read.")] = False,
    overlay: Annotated[
        Path | None, typer.Option(help="Folder to draw each picture into, with boxes and answers.")
    ] = None,
    min_confidence: Annotated[
        float, typer.Option(min=0, max=1, help="Lines below are marked as unsure.")
    ] = DEFAULT_CONFIDENCE,
    explain: Annotated[
        bool, typer.Option("--explain", help="Draw how each picture was read, into --overlay or here.")
    ] = False,
    line_reader: Annotated[
        Path | None,
        typer.Option(metavar="RUN|MODEL.onnx", help="Read lines by your own run of `inkdigits train-lines`."),
    ] = None,
    recognizer: Annotated[
        Path | None,
        typer.Option(metavar="RUN|MODEL.onnx", help="Recognize digits by your own run of `inkdigits train`."),
    ] = None,
) -> None:
    """Read the digits and numbers in pictures.

    A picture that can't be read is told with its error, and the others go on. The exit status is 0 if all
    were read.
    """
    if as_json and as_csv:
        raise typer.BadParameter("give --json or --csv, not both", param_hint="--csv")
    job = Job(layout, min_confidence, overlay, explain, line_reader, recognizer)
    _check(pictures, context)
    sources = [source for name in pictures for source in find_pictures(name)]
    show = printer(Form.JSON if as_json else Form.CSV if as_csv else Form.TEXT, sole=len(sources) == 1)
    codes = []
    try:
        for outcome in _with_bar(read_all(sources, job), sources):
            show(outcome)
            codes.append(outcome.code)
    except KeyboardInterrupt:
        err.print(f"stopped after {len(codes):,} of {len(sources):,} pictures")
        raise typer.Exit(INTERRUPTED) from None
    if explain and overlay is None and 0 in codes:
        err.print("how each picture was read is drawn here, in FILE.explained.png")
    failed = [code for code in codes if code]
    if failed:
        raise typer.Exit(failed[0] if len(codes) == 1 else SOME_FAILED)


def _check(names: list[str], context: typer.Context) -> None:
    if names.count(STDIN) > 1:
        raise PictureUnreadable(f"standard input, {STDIN}, can be read only once; name it once")
    for name in names:
        _check_option(name, context)


def _check_option(name: str, context: typer.Context) -> None:
    """Lets a name that could be an option pass if it is a file, and takes it for an option otherwise."""
    could_be = name == "-h" or name.startswith("--")
    if not could_be or "--" in sys.argv or os.path.lexists(name):
        return
    if name == "-h":
        out.print(context.get_help(), markup=False, highlight=False)
        raise typer.Exit
    raise typer.BadParameter(f"there is no option or file {name}")


def _with_bar(outcomes: Iterator[Outcome], sources: list[Source]) -> Iterator[Outcome]:
    columns = (TextColumn("reading"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeRemainingColumn())
    # Where results appear on the same terminal, they show the progress, and a bar would run into them.
    hidden = not err.is_terminal or out.is_terminal or len(sources) < _FEW
    with Bar(*columns, console=err, transient=True, disable=hidden) as bar:
        yield from bar.track(outcomes, total=len(sources))
