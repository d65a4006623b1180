"""The tables of reading: ways to read, on the same pictures; letters refused; what a picture costs.

Knows nothing about the document it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.markdown import DASH, NOT_YET, origins, table
from benchmarks.records import LettersRow, PageRow, ReadingRow

_HELD_OUT = "held-out"  # read by five line readers, which no other pictures are read by


def reading(rows: Sequence[ReadingRow]) -> str:
    """Gives the newest figure of each way to read, those of the newest call first."""
    if not rows:
        return NOT_YET
    newest = {(row.pictures, row.way): row for row in sorted(rows, key=lambda row: row.session)}
    rows = sorted(newest.values(), key=lambda row: row.session, reverse=True)
    heads = (
        "pictures",
        "way",
        "read right as a whole (95 % interval)",
        "digit errors",
        "accepted at 0.99",
        "right of these",
        "time: median",
        "p95",
        "processor time",
    )
    engines = dict.fromkeys(
        row.engine for row in rows if row.engine and not row.pictures.startswith(_HELD_OUT)
    )
    made = [f"Read by {', '.join(f'`{engine}`' for engine in engines)}."] if engines else []
    return "\n\n".join([table(heads, [_cells(row) for row in rows]), *made, *origins(rows)])


def letters(rows: Sequence[LettersRow]) -> str:
    """Gives the newest count of letters that were refused."""
    rows = [row for row in rows if row.session == max(other.session for other in rows)]
    if not rows:
        return NOT_YET
    cells = [(row.pictures, f"{row.count:,}", f"{100 * row.nothing:.1f} %") for row in rows]
    made = f"Read by `{rows[0].model}`."
    return "\n\n".join([table(("letters alone", "pictures", "nothing read"), cells), made, *origins(rows)])


def pages(rows: Sequence[PageRow]) -> str:
    """Gives the newest measurement of what pictures cost."""
    rows = [row for row in rows if row.session == max(other.session for other in rows)]
    if not rows:
        return NOT_YET
    heads = ("picture", "megapixels", "start to first answer", "a later reading: median", "peak memory")
    cells = [
        (
            row.picture,
            f"{row.megapixels:.2f}",
            f"{row.first_seconds:.2f} s",
            f"{1000 * row.seconds:,.0f} ms of {row.readings}",
            f"{row.peak_mib:.0f} MiB",
        )
        for row in rows
    ]
    return "\n\n".join([table(heads, cells), *origins(rows)])


def _cells(row: ReadingRow) -> tuple[str, ...]:
    return (
        f"{row.count:,} {row.pictures}",
        row.way,
        f"{100 * row.whole_right:.2f} % ({100 * row.whole_low:.1f} to {100 * row.whole_high:.1f})",
        f"{100 * row.digit_error_rate:.2f} %",
        f"{100 * row.accepted:.1f} %",
        DASH if row.accepted_right is None else f"{100 * row.accepted_right:.2f} %",
        f"{row.median_ms:.1f} ms",
        f"{row.p95_ms:.1f}",
        DASH if row.processor_ms is None else f"{row.processor_ms:.1f} ms",
    )
