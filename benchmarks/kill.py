"""What the service keeps when it is killed (`kill -9`) during corrections: all that were answered 201.

    python -m benchmarks.kill --rounds 20

Whether one is there is asked at the door of the restarted service, which knows the same picture with the
same text again. Appends a JSON line to benchmarks/results/kill.jsonl; the status is 1 if any was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import numpy as np
from benchmarks.records import RESULTS, KillRow, append_row, one_line_errors, origin
from benchmarks.service import Connection, Service, running
from PIL import Image

_CONNECTIONS = 6
_KIND = "multipart/form-data; boundary=ink"
_OFTEN = {"INKDIGITS_CORRECTIONS_PER_MINUTE": "1000000"}


def main() -> None:
    """Reads the arguments, kills, counts, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20, help="how often the service is killed (default 20)")
    parser.add_argument("--seed", type=int, default=0, help="decides the moments (default 0)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    options = parser.parse_args()
    dice, numbers = np.random.default_rng(options.seed), count()
    kept: dict[int, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            with running(Path(folder), **_OFTEN) as service:
                kept |= asyncio.run(_post_until_killed(service, numbers, dice.uniform(0.2, 1.5)))
        with running(Path(folder), **_OFTEN) as service:
            lost = asyncio.run(_lost(service, kept))
    print(f"{options.rounds} kills, {len(kept):,} corrections answered 201, {lost} lost")
    facts = {"rounds": options.rounds, "seed": options.seed, "answered": len(kept), "lost": lost}
    append_row(options.results, "kill", KillRow(**facts, **origin("sqlalchemy")))
    if lost:
        raise SystemExit(1)


async def _post_until_killed(service: Service, numbers: Iterator[int], seconds: float) -> dict[int, int]:
    """Gives the ids of the corrections that were answered 201, by the number that each shows."""
    kept: dict[int, int] = {}

    async def one_connection() -> None:
        connection = Connection(service)
        with suppress(OSError, asyncio.IncompleteReadError, IndexError):
            while True:
                number = next(numbers)
                status, answer = await connection.post("/v1/corrections", _form(number), _KIND)
                if status == 201:
                    kept[number] = json.loads(answer)["id"]

    posting = [asyncio.create_task(one_connection()) for _ in range(_CONNECTIONS)]
    await asyncio.sleep(seconds)
    service.process.kill()
    await asyncio.gather(*posting)
    return kept


async def _lost(service: Service, kept: dict[int, int]) -> int:
    """Gives how many corrections the service does not know again under their ids."""
    connection, lost = Connection(service), 0
    for number, id_ in kept.items():
        status, answer = await connection.post("/v1/corrections", _form(number), _KIND)
        lost += status != 200 or json.loads(answer)["id"] != id_
    return lost


def _form(number: int) -> bytes:
    """Gives a form with a picture that no other number has, and that number as its text."""
    page = np.full((24, 48), 255, dtype=np.uint8)
    page[6:18, 4] = 0
    page[21, [8 + bit for bit in range(32) if number >> bit & 1]] = 0
    picture = io.BytesIO()
    Image.fromarray(page).save(picture, "PNG")
    head = b"--ink\r\nContent-Disposition: form-data; name="
    text = head + b'"text"\r\n\r\n' + str(number).encode("ascii") + b"\r\n"
    file = head + b'"file"; filename="a.png"\r\n\r\n' + picture.getvalue() + b"\r\n--ink--\r\n"
    return text + file


if __name__ == "__main__":
    with one_line_errors():
        main()
