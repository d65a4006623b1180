"""What the service bears: single digits a second, how long one waits at half the load asked for, and memory.

    python -m benchmarks.serving                            the shipped model; 50,000 requests for memory
    python -m benchmarks.serving --seconds 5 --requests 5000    a quick look

The service runs in a process of its own, the load comes from this one; both share the machine. Appends a
JSON line to benchmarks/results/serving.jsonl. Run it alone: some minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.records import RESULTS, ServingRow, append_row, one_line_errors, origin
from benchmarks.service import Connection, Service, running
from benchmarks.timing import percentile
from PIL import Image

from inkdigits.data import load_digit_set

_CONNECTIONS = 16
_RATE = 150.0  # half of the 300 a second that the service is to bear
_WARM = 0.1  # of the requests for memory, before it is looked at first


def main() -> None:
    """Reads the arguments, measures, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20, help="of each load (default 20)")
    parser.add_argument("--requests", type=int, default=50_000, help="for memory (default 50000)")
    parser.add_argument(
        "--rate", type=float, default=_RATE, help="requests a second for the waits (default 150)"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
        facts = asyncio.run(_measure(service, options.seconds, options.requests, options.rate))
    print(json.dumps(facts, indent=1))
    append_row(options.results, "serving", ServingRow(**facts, **origin("fastapi", "uvicorn")))


async def _measure(service: Service, seconds: float, requests: int, rate: float) -> dict[str, Any]:
    pictures = _pictures()
    _, answer = await Connection(service).post("/v1/recognize", pictures[0])
    await _as_many_as_it_bears(service, pictures, seconds=1)
    before = service.processor_seconds()
    answered, taken = await _as_many_as_it_bears(service, pictures, seconds=seconds)
    worked = service.processor_seconds() - before
    waits = await _at_a_rate(service, pictures, rate, seconds)
    return {
        "model": json.loads(answer)["model"],
        "cores": os.cpu_count() or 1,
        "connections": _CONNECTIONS,
        "requests_per_second": answered / taken,
        "processor_ms": 1000 * worked / answered,
        "rate": rate,
        "waits": len(waits),
        "median_ms": percentile(waits, 0.5),
        "p99_ms": percentile(waits, 0.99),
        "largest_ms": max(waits),
    } | await _memory(service, pictures, requests)


def _pictures() -> list[bytes]:
    """Gives real digits as a program would post them: 28x28, black on white, PNG."""
    pictures = []
    for image in load_digit_set("uci").images[:500]:
        buffer = io.BytesIO()
        Image.fromarray(255 - image).save(buffer, "PNG")
        pictures.append(buffer.getvalue())
    return pictures


async def _as_many_as_it_bears(
    service: Service, pictures: Sequence[bytes], seconds: float = float("inf"), requests: float = float("inf")
) -> tuple[int, float]:
    """Gives how many requests were answered, one after the other on each connection, and the seconds."""
    turn, answered, started = cycle(pictures), 0, time.perf_counter()

    async def one_connection() -> None:
        nonlocal answered
        connection = Connection(service)
        while time.perf_counter() - started < seconds and answered < requests:
            status, _ = await connection.post("/v1/recognize", next(turn))
            answered += status == 200
        connection.close()

    await asyncio.gather(*(one_connection() for _ in range(_CONNECTIONS)))
    return answered, time.perf_counter() - started


async def _at_a_rate(service: Service, pictures: Sequence[bytes], rate: float, seconds: float) -> list[float]:
    """Gives the milliseconds of each request from when it was due, however late it could be sent."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(4 * _CONNECTIONS):
        free.put_nowait(Connection(service))
    waits: list[float] = []

    async def one_request(due: float, picture: bytes) -> None:
        connection = await free.get()
        await connection.post("/v1/recognize", picture)
        waits.append(1000 * (time.perf_counter() - due))
        free.put_nowait(connection)

    started, turn, tasks = time.perf_counter(), cycle(pictures), []
    for number in range(int(rate * seconds)):
        due = started + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one_request(due, next(turn))))
    await asyncio.gather(*tasks)
    return waits


async def _memory(service: Service, pictures: Sequence[bytes], requests: int) -> dict[str, Any]:
    """Gives the service's memory after warming up, at most, and at the end, in MiB."""
    steps = [round(_WARM * requests)] + [round((1 - _WARM) * requests / 9)] * 9
    seen = []
    for step in steps:
        await _as_many_as_it_bears(service, pictures, requests=step)
        seen.append(service.resident_mib())
    return {"requests": requests, "warm_mib": seen[0], "peak_mib": max(seen), "end_mib": seen[-1]}


if __name__ == "__main__":
    with one_line_errors():
        main()
