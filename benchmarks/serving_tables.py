"""The tables of the service: what it bears, and corrections through kills.

Knows nothing about the document they stand in.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.markdown import NOT_YET, origins, table
from benchmarks.records import KillRow, ServingRow


def serving(rows: Sequence[ServingRow]) -> str:
    """Gives the newest measurement of what the service bears, beside what it is to bear."""
    if not rows:
        return NOT_YET
    row = rows[-1]
    asked = (
        (
            "single digits a second",
            f"{row.connections} connections, one request after the other on each",
            f"{row.requests_per_second:,.0f}",
            "300",
        ),
        ("processor time of one", "all cores together", f"{row.processor_ms:.2f} ms", ""),
        (
            f"wait at {row.rate:.0f} a second: median",
            f"{row.waits:,} requests, from when each was due",
            f"{row.median_ms:.1f} ms",
            "",
        ),
        ("the same: p99 (longest)", "", f"{row.p99_ms:.1f} ms ({row.largest_ms:.1f})", "50 ms"),
        (
            "answer to a drawn 7: median",
            f"{row.drawings:,} as the page sends them, one at a time",
            f"{row.drawing_median_ms:.1f} ms",
            "",
        ),
        ("the same: p99", "", f"{row.drawing_p99_ms:.1f} ms", "100 ms"),
        (
            "`/livez`, `/readyz` under overload: p99 (longest)",
            f"{row.probes:,} probes beside {row.crowd} connections; {row.refused:,} refusals",
            f"{row.probe_p99_ms:.1f} ms ({row.probe_largest_ms:.1f})",
            "50 ms",
        ),
        (
            "memory after a tenth, at most, at the end",
            f"{row.requests:,} requests",
            f"{row.warm_mib:.0f}, {row.peak_mib:.0f}, {row.end_mib:.0f} MiB",
            "300 MiB, 5 % of growth",
        ),
    )
    heads = ("what", "measured", "figure", "bar")
    return "\n\n".join([table(heads, asked), f"Model: `{row.model}`.", *origins([row])])


def kill(rows: Sequence[KillRow]) -> str:
    """Gives the newest account of corrections through kills."""
    if not rows:
        return NOT_YET
    row = rows[-1]
    told = (
        f"Of {row.answered:,} corrections answered 201, through {row.rounds} kills at moments drawn from seed"
        f" {row.seed}, **{row.lost}** were lost."
    )
    return "\n\n".join([told, *origins([row])])
