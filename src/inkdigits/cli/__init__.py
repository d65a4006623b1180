"""The command line: thin commands; the only place that prints, exits or reads the arguments."""

from inkdigits.cli.app import app


def main() -> None:
    """Runs the command line; what the `inkdigits` script calls."""
    app()


__all__ = ["app", "main"]
