"""What is printed of each picture: for a person, as CSV, as JSON.

Knows nothing about how pictures are read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from enum import Enum

from rich.text import Text

from inkdigits.cli.console import err, out, plain
from inkdigits.cli.pictures import Outcome
from inkdigits.records import to_plain
from inkdigits.report.words import percent


class Form(Enum):
    """How outcomes are printed."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


COLUMNS = ("file", "line", "text", "confidence", "accepted", "x0", "y0", "x1", "y1", "error")
"""Of the CSV: a row for each line read, one without line for a picture that has none or failed."""


def printer(form: Form, sole: bool) -> Callable[[Outcome], None]:
    """Gives what prints an outcome.

    Args:
        form: How.
        sole: Whether there is one picture only, whose name need not be told.
    """
    if form is Form.JSON:
        return _print_json
    if form is Form.CSV:
        _write(_csv(COLUMNS))
        return _print_csv
    return _Text(sole)


def _print_json(outcome: Outcome) -> None:
    plain = to_plain(outcome)
    del plain["code"]
    _write(json.dumps(plain))  # in ASCII: names of files need not be UTF-8


def _print_csv(outcome: Outcome) -> None:
    for number, line in enumerate(outcome.lines, start=1):
        accepted = str(line.accepted).lower()
        _write(_csv((outcome.file, number, line.text, line.confidence, accepted, *line.box, "")))
    if not outcome.lines:
        _write(_csv((outcome.file, *[""] * (len(COLUMNS) - 2), outcome.error)))


def _write(line: str) -> None:
    """Writes what programs read, as it is: the console would turn tabs into spaces."""
    out.file.write(f"{line}\n")
    out.file.flush()


def _csv(values: tuple[object, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)  # quotes what its line ends consist of, so that these are left
    return buffer.getvalue().removesuffix("\r\n")


class _Text:
    """Prints a line for each line read: its text, how sure it is, and the file if there are several."""

    def __init__(self, sole: bool) -> None:
        self._sole = sole

    def __call__(self, outcome: Outcome) -> None:
        name = "" if self._sole else f"{plain(outcome.file)}: "
        if outcome.error:
            err.print(Text.assemble(("error: ", "bold red"), name, plain(outcome.error)))
        elif not outcome.lines:
            err.print(f"{name}nothing to read")
        for line in outcome.lines:
            doubt = "" if line.accepted else "  unsure"
            out.print(
                Text.assemble(
                    name, (line.text, "bold"), f"  {percent(line.confidence, 1)}", (doubt, "yellow")
                )
            )
