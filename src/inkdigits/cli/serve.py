"""`inkdigits serve`: the page and the API, until it is stopped."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from inkdigits.cli.console import err


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen at.  \\[default: INKDIGITS_HOST, or 127.0.0.1]")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port; 0 for any that is free.  \\[default: INKDIGITS_PORT, or 8000]"),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where corrections go, as in `inkdigits corrections`."
            "  \\[default: INKDIGITS_DATABASE, or corrections.db in your data folder]",
        ),
    ] = None,
    line_reader: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN|MODEL.onnx",
            help="Read lines by your own run of `inkdigits train-lines`."
            "  \\[default: INKDIGITS_LINE_READER, or what comes with Inkdigits]",
        ),
    ] = None,
    recognizer: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN|MODEL.onnx",
            help="Recognize digits by your own run of `inkdigits train`."
            "  \\[default: INKDIGITS_RECOGNIZER, or what comes with Inkdigits]",
        ),
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Let others in without INKDIGITS_API_KEY.")
    ] = False,
) -> None:
    """Serve the page where digits are drawn, photographed and corrected, and its API.

    Only this machine can reach it, unless --host says otherwise; then requests need the key that
    INKDIGITS_API_KEY holds.
    """
    from inkdigits.serving import load_settings
    from inkdigits.serving import serve as run

    settings = load_settings(
        host=host,
        port=port,
        database=database,
        line_reader=line_reader,
        recognizer=recognizer,
        insecure=insecure or None,
    )
    ended = run(settings, lambda address: err.print(f"Inkdigits is at {address}  (Ctrl-C stops it)"))
    if not ended:
        os._exit(0)
