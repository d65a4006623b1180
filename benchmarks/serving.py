"""What the service bears: digits a second, waits at half that load, drawings, probes under overload, memory.

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
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.records import RESULTS, ServingRow, append_row, one_line_errors, origin
from benchmarks.service import Connection, Service, running
from benchmarks.timing import percentile
from PIL import Image, ImageDraw

from inkdigits.data import load_digit_set

_CONNECTIONS = 16
_RATE = 150.0  # half of the 300 a second that the service is to bear
_CROWD = 128  # twice what is taken at a time
_PROBE_EVERY = 0.02  # seconds
_COME_AGAIN = 0.25  # seconds after which a refused request is sent again
_SHEET = (640, 400)  # pixels of a drawing as the page sends it, from a desk
_PEN = 0.018  # of the sheet's width: the medium one
_SEVEN = ((0.40, 0.28), (0.58, 0.27), (0.47, 0.75))  # parts of width and height
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
    _, answer = await Connection(service).post("/v1/read", pictures[0])
    await _as_many_as_it_bears(service, pictures, seconds=1)
    before = service.processor_seconds()
    answered, taken = await _as_many_as_it_bears(service, pictures, seconds=seconds)
    worked = service.processor_seconds() - before
    waits = await _at_a_rate(service, pictures, rate, seconds)
    answers = await _drawing(service, seconds)
    facts = {
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
        "drawings": len(answers),
        "drawing_median_ms": percentile(answers, 0.5),
        "drawing_p99_ms": percentile(answers, 0.99),
    }
    facts |= await _crowded(service, seconds)
    return facts | await _memory(service, pictures, requests)


def _pictures() -> list[bytes]:
    """Gives real digits as a program would post them: 28x28, black on white, PNG."""
    return [_png(Image.fromarray(255 - image)) for image in load_digit_set("uci").images[:500]]


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


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
        status, _ = await connection.post("/v1/recognize", picture)
        if status != HTTPStatus.OK:
            raise SystemExit(f"a digit was answered {status}")
        waits.append(1000 * (time.perf_counter() - due))
        free.put_nowait(connection)

    started, turn, tasks = time.perf_counter(), cycle(pictures), []
    for number in range(int(rate * seconds)):
        due = started + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one_request(due, next(turn))))
    await asyncio.gather(*tasks)
    return waits


async def _drawing(service: Service, seconds: float) -> list[float]:
    """Gives the milliseconds to each answer to a drawn 7, asked for as the page does."""
    connection, drawn, waits = Connection(service), _drawn_seven(), list[float]()
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends or not waits:
        since = time.perf_counter()
        status, answer = await connection.post("/v1/read?images=true", drawn)
        waits.append(1000 * (time.perf_counter() - since))
        if status != 200 or json.loads(answer)["text"] != "7":
            raise SystemExit(f"the drawn 7 was answered {status}: {answer[:200]!r}")
    connection.close()
    return waits


def _drawn_seven() -> bytes:
    sheet = Image.new("RGBA", _SHEET, "white")
    places = [(x * _SHEET[0], y * _SHEET[1]) for x, y in _SEVEN]
    ImageDraw.Draw(sheet).line(places, "black", round(_PEN * _SHEET[0]), joint="curve")
    return _png(sheet)


async def _crowded(service: Service, seconds: float) -> dict[str, Any]:
    """Asks for more than is taken, and gives how long the probes wait meanwhile."""
    drawn, waits, refused, ends = _drawn_seven(), list[float](), 0, time.perf_counter() + seconds

    async def one_of_the_crowd() -> None:
        nonlocal refused
        connection = Connection(service)
        while time.perf_counter() < ends:
            status, _ = await connection.post("/v1/read", drawn)
            if status == 429:
                refused += 1
                await asyncio.sleep(_COME_AGAIN)
        connection.close()

    crowd = [asyncio.create_task(one_of_the_crowd()) for _ in range(_CROWD)]
    connection, probes = Connection(service), cycle(("/livez", "/readyz"))
    while time.perf_counter() < ends:
        await asyncio.sleep(_PROBE_EVERY)
        since = time.perf_counter()
        await connection.get(next(probes))
        waits.append(1000 * (time.perf_counter() - since))
    connection.close()
    await asyncio.gather(*crowd)
    return {
        "crowd": _CROWD,
        "refused": refused,
        "probes": len(waits),
        "probe_p99_ms": percentile(waits, 0.99),
        "probe_largest_ms": max(waits),
    }


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
