"""The `inkdigits` command: its commands put together, and errors turned into one line and an exit code.

Knows nothing about what a command does.
"""

from __future__ import annotations

import errno
import io
import sys
from typing import Annotated, Any

import typer
from rich.text import Text
from typer.core import TyperGroup

from inkdigits import __version__
from inkdigits.cli import corrections, data, evaluate, read, serve, train, train_lines
from inkdigits.cli.console import err, out, plain
from inkdigits.cli.exit_codes import SYSTEM_REFUSES, exit_code
from inkdigits.errors import InkdigitsError


class _OneLineErrors(TyperGroup):
    """A mistake of the person's is one line and an exit code, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except InkdigitsError as error:
            err.print(Text.assemble(("error: ", "bold red"), plain(str(error))))
            raise typer.Exit(exit_code(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader went away, as with `| head`: no fault
                raise
            where = f"{error.filename}: " if error.filename else ""
            err.print(Text.assemble(("error: ", "bold red"), plain(f"{where}{error.strerror or error}")))
            raise typer.Exit(SYSTEM_REFUSES) from error


app = typer.Typer(
    cls=_OneLineErrors,
    help="Handwritten digits: read them in pictures; train the network, score it, submit it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# A name may begin with a dash, -h.png too; what is neither option nor file is refused by the command.
app.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})(read.read)
app.add_typer(data.app, name="data")
app.command()(train.train)
app.command()(evaluate.evaluate)
app.command()(evaluate.submit)
app.command()(train_lines.train_lines)
app.command()(train.report)
app.command()(serve.serve)
app.add_typer(corrections.app, name="corrections")


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"inkdigits {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):  # names of files need not be UTF-8: they go out as they came
        sys.stdout.reconfigure(errors="surrogateescape")
