"""Markdown that the made parts of docs/results.md share: tables, and what lines were made with.

Knows nothing about what the lines hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.records import Origin

NOT_YET = "Not measured yet."
DASH = "\N{EN DASH}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Gives a table, a line each."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("|" + "|".join(f" {cell} " if cell else " " for cell in line) + "|" for line in lines)


def origins(rows: Iterable[Origin]) -> list[str]:
    """Gives a sentence for each machine, set of versions and commit that lines were made with."""
    days: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        versions = ", ".join(f"{name} {version}" for name, version in row.versions.items())
        days.setdefault((row.machine, versions, row.commit), []).append(row.time[:10])
    return [
        f"Measured {' to '.join(dict.fromkeys([min(when), max(when)]))} on {machine}; {versions};"
        f" commit {commit}."
        for (machine, versions, commit), when in days.items()
    ]
