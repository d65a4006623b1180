"""Markdown that the made parts of docs/results.md share: tables, and what lines were made with.

Knows nothing about what the lines hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from benchmarks.records import Origin

NOT_YET = "Not measured yet."
DASH = "\N{EN DASH}"

Row = TypeVar("Row", bound=Origin)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Gives a table, a line each."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("|" + "|".join(f" {cell} " if cell else " " for cell in line) + "|" for line in lines)


def origins(rows: Iterable[Row], subject: Callable[[Sequence[Row]], str] | None = None) -> list[str]:
    """Gives a sentence for each machine, set of versions and commit that lines were made with.

    Args:
        rows: The lines.
        subject: Gives what a sentence is about, from the lines it is about.
    """
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        versions = ", ".join(f"{name} {version}" for name, version in row.versions.items())
        groups.setdefault((row.machine, versions, row.commit), []).append(row)
    return [
        f"{f'{subject(group)}: measured' if subject else 'Measured'} {_days(group)} on {machine}; {versions};"
        f" commit {commit}."
        for (machine, versions, commit), group in groups.items()
    ]


def _days(rows: Sequence[Origin]) -> str:
    days = [row.time[:10] for row in rows]
    return " to ".join(dict.fromkeys([min(days), max(days)]))
