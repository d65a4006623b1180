"""The tables of recognizing: latency, throughput, arithmetic limit, memory, peaks, refusal, strangers.

Knows nothing about the document they stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from benchmarks.markdown import DASH, NOT_YET, origins, table
from benchmarks.records import Arithmetic, Kind, LatencyRow, MemoryRow, PeakRow, RefusalRow, StrangersRow

from inkdigits.records import from_plain

_SMALL = 0.005
"""Nodes with a smaller part of the time than that are put together."""

Row = TypeVar("Row", LatencyRow, MemoryRow, PeakRow, RefusalRow, StrangersRow)


def latency(rows: Sequence[LatencyRow]) -> str:
    """Gives the newest comparison of ways to recognize."""
    rows = _newest(rows)
    if not rows:
        return NOT_YET
    heads = (
        "way",
        "model",
        "cores",
        "accuracy",
        "one digit: median",
        "p90",
        "p99",
        "digits a second, in batches",
    )
    cells = [
        (
            row.subject,
            row.model,
            str(row.cores),
            DASH if row.accuracy is None else f"{100 * row.accuracy:.2f} % of {row.scored:,}",
            f"{row.median_ms:.3f} ms",
            f"{row.p90_ms:.3f}",
            f"{row.p99_ms:.3f}",
            f"{row.digits_per_second:,.0f}",
        )
        for row in rows
    ]
    calls = sorted({row.calls for row in rows})
    told = " to ".join(f"{count:,}" for count in dict.fromkeys((calls[0], calls[-1])))
    note = f"Single digits: {told} calls each, after warming up."
    return "\n\n".join([table(heads, cells), note, *origins(rows)])


def arithmetic(rows: Sequence[LatencyRow]) -> str:
    """Gives how far each of our models is from the arithmetic limit of one core, and where its time goes."""
    rows = [row for row in _newest(rows) if row.arithmetic]
    return "\n\n".join(_arithmetic_of(row) for row in rows) or NOT_YET


def memory(rows: Sequence[MemoryRow]) -> str:
    """Gives how cost grows with the number of images."""
    rows = _newest(rows)
    if not rows:
        return NOT_YET
    heads = ("images", "given as", "time", "digits a second", "peak memory of the process")
    cells = [
        (
            f"{row.images:,}",
            f"chunks of {row.chunk:,}" if row.way == "stream" else "one array",
            f"{row.seconds:.3g} s" if row.seconds < 100 else f"{row.seconds:.0f} s",
            f"{row.digits_per_second:,.0f}",
            f"{row.peak_mib:.0f} MiB",
        )
        for row in rows
    ]
    own = [
        f"One call with an array of {row.images:,} images took {max(row.own_mib, 0):.0f} MiB beside images"
        " and answers."
        for row in rows
        if row.own_mib is not None
    ]
    return "\n\n".join([table(heads, cells), *own, f"Model: `{rows[0].model}`.", *origins(rows)])


def peaks(rows: Sequence[PeakRow]) -> str:
    """Gives the peak memory of ways to recognize and of training."""
    rows = _newest(rows)
    if not rows:
        return NOT_YET
    heads = ("process", "model", "images", "accuracy", "time", "peak memory")
    cells = [
        (
            row.subject,
            row.model,
            f"{row.images:,}",
            DASH if row.accuracy is None else f"{100 * row.accuracy:.2f} %",
            f"{row.seconds:.3g} s" if row.seconds < 100 else f"{row.seconds:.0f} s",
            f"{row.peak_mib:,.0f} MiB",
        )
        for row in rows
    ]
    return "\n\n".join([table(heads, cells), *origins(rows)])


def refusal(rows: Sequence[RefusalRow]) -> str:
    """Gives how well a model tells digits from things that are none."""
    rows = _newest(rows)
    if not rows:
        return NOT_YET
    heads = ("no digits", "images", "AUROC", f"refused below {rows[0].threshold}")
    cells = [
        (row.group, f"{row.images:,}", f"**{row.auroc:.4f}**", f"{100 * row.refused:.1f} %") for row in rows
    ]
    first = rows[0]
    note = (
        f"`{first.model}` on {first.digits:,} digits: accuracy **{100 * first.accuracy:.2f} %**, expected"
        f" calibration error {100 * first.calibration_error:.2f} %; with what is refused below"
        f" {first.threshold} counted as wrong {100 * first.accuracy_if_refusing:.2f} %."
    )
    return "\n\n".join([table(heads, cells), note, *origins(rows)])


def strangers(rows: Sequence[StrangersRow]) -> str:
    """Gives how well a model does on digits of people and pens it was not trained on."""
    rows = _newest(rows)
    if not rows:
        return NOT_YET
    heads = ("digits", "images", "accuracy", "95 % interval", "expected calibration error")
    cells = [
        (
            row.group,
            f"{row.images:,}",
            f"**{100 * row.accuracy:.2f} %**",
            f"{100 * row.low:.2f} to {100 * row.high:.2f} %",
            f"{100 * row.calibration_error:.2f} %",
        )
        for row in rows
    ]
    note = f"`{rows[0].model}`; pen traces drawn with seed {rows[0].seed}."
    return "\n\n".join([table(heads, cells), note, *origins(rows)])


def _arithmetic_of(row: LatencyRow) -> str:
    facts, wall = from_plain(Arithmetic, row.arithmetic), 1e6 / row.digits_per_second
    rate = facts.multiply_adds_per_second
    limit = rate / facts.multiply_adds
    intro = (
        f"`{row.model}` on one core: {facts.multiply_adds:,} multiply-adds a digit, in {facts.precision}. A"
        f" large matrix product in {facts.precision} runs at {rate / 1e9:.0f} billion a second, which would"
        f" give {limit:,.0f} digits a second; {row.digits_per_second:,.0f} are"
        f" **{100 * row.digits_per_second / limit:.0f} %** of that. A digit takes {wall:.1f} µs in batches:"
    )
    shown = [kind for kind in facts.kinds if kind.microseconds >= _SMALL * wall]
    rest = wall - sum(kind.microseconds for kind in shown)
    cells = [(f"`{kind.name}`", *_time(kind.microseconds, wall), _rate(kind, rate)) for kind in shown]
    cells.append(("all else, and what profiling differs by", *_time(rest, wall), DASH))
    heads = ("ONNX Runtime's nodes", "for one digit", "of its time", "of the matrix product's rate")
    parts = [intro, table(heads, cells)]
    if rest < 0:
        parts.append(
            "The last row is negative because profiling slows the nodes, so that they add up to more than the"
            " whole."
        )
    return "\n\n".join(parts)


def _time(microseconds: float, wall: float) -> tuple[str, str]:
    return f"{microseconds:.2f} µs", f"{100 * microseconds / wall:.1f} %"


def _rate(kind: Kind, limit: float) -> str:
    return (
        f"{100 * kind.multiply_adds / kind.microseconds * 1e6 / limit:.0f} %" if kind.multiply_adds else DASH
    )


def _newest(rows: Sequence[Row]) -> list[Row]:
    """Gives the lines of the newest call of a benchmark: those can be compared."""
    return [row for row in rows if row.session == max(row.session for row in rows)]
