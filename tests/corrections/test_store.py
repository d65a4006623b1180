"""The store over SQLite and PostgreSQL: what was added is there, once, until it is deleted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event
from tests.corrections.conftest import corrected, picture

from inkdigits.corrections import Added, CorrectionStore
from inkdigits.errors import CorrectionError
from inkdigits.images import decode_page

ADDING = """
import sys
from inkdigits.corrections import CorrectionStore
from tests.corrections.conftest import corrected
store = CorrectionStore(sys.argv[1], patience=60)
corrections = {number: corrected("7", number) for number in range(int(sys.argv[2]), int(sys.argv[3]))}
print("ready", flush=True)
sys.stdin.readline()
for number, correction in corrections.items():
    print(number, store.add(correction).is_new, flush=True)
"""


def adding(url: str, first: int, end: int, start: int) -> subprocess.Popen[str]:
    """Another process that adds the corrections of some numbers, once the pipe `start` is closed."""
    command = [sys.executable, "-c", ADDING, url, str(first), str(end)]
    return subprocess.Popen(command, stdin=start, stdout=subprocess.PIPE, text=True)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def ids(store: CorrectionStore) -> Sequence[int]:
    return [entry.id for entry in store.entries()]


def test_what_was_added_is_there(store: CorrectionStore) -> None:
    correction = corrected("0042\n15300")
    assert store.add(correction) == Added(1, is_new=True)
    (entry,) = store.entries()
    assert (entry.id, entry.text, entry.model) == (1, "0042\n15300", "pretrained")
    assert (entry.reading, entry.reduction, entry.digit) == (correction.reading, 1, None)
    assert store.pictures([1]) == {1: correction.picture}
    assert (decode_page(store.pictures([1])[1]) == decode_page(picture())).all()


def test_the_time_is_utc(store: CorrectionStore) -> None:
    store.add(corrected())
    (entry,) = store.entries()
    assert entry.made.tzinfo is UTC
    assert abs(datetime.now(UTC) - entry.made) < timedelta(minutes=5)


def test_the_same_correction_is_one(store: CorrectionStore) -> None:
    first = store.add(corrected("7"))
    assert store.add(corrected("7")) == Added(first.id, is_new=False)
    assert store.add(corrected("1")).is_new
    assert store.count() == 2


def test_pages_go_from_the_newest_to_the_oldest(store: CorrectionStore) -> None:
    for number in range(5):
        store.add(corrected("7", number))
    added = ids(store)
    assert sorted(added, reverse=True) == added
    pages = [store.entries(2), store.entries(2, added[1]), store.entries(2, added[3]), store.entries(2, 1)]
    assert [[entry.id for entry in page] for page in pages] == [added[:2], added[2:4], added[4:], []]
    assert ids(store) == [entry.id for entry in store.entries(before=10**30)]


def test_a_digit_is_told_from_a_number(store: CorrectionStore) -> None:
    for text in ("0", "10", "3\n4"):
        store.add(corrected(text))
    assert [entry.digit for entry in store.entries()] == [None, None, 0]


def test_deleting_is_for_all_that_are_named_or_none(store: CorrectionStore) -> None:
    for number in range(3):
        store.add(corrected("7", number))
    newest, middle, oldest = ids(store)
    for unknown in (99, 0, -1, 2**31, 10**30):
        with pytest.raises(CorrectionError, match=f"no correction {unknown} "):
            store.delete([newest, unknown])
    assert store.count() == 3
    assert store.delete([middle, newest, middle]) == 2
    assert ids(store) == [oldest]


def test_a_deleted_number_is_not_given_again(store: CorrectionStore) -> None:
    deleted = store.add(corrected("7")).id
    store.delete([deleted])
    again = store.add(corrected("7"))
    assert again.is_new
    assert again.id > deleted
    assert store.delete_all() == 1
    assert store.count() == 0


def test_nothing_of_a_deleted_picture_stays_in_the_file(sqlite_url: str, file: Path) -> None:
    store, correction = CorrectionStore(sqlite_url), corrected()
    added = store.add(correction)
    assert correction.picture in file.read_bytes()
    store.delete([added.id])
    assert correction.picture not in file.read_bytes()


def test_a_file_is_written_to_outlive_a_power_cut(sqlite_url: str, file: Path) -> None:
    seen = []

    def look(connection: Connection) -> None:
        seen.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())

    event.listen(Engine, "commit", look)
    try:
        CorrectionStore(sqlite_url).add(corrected())
    finally:
        event.remove(Engine, "commit", look)
    assert set(seen) == {2}  # FULL
    assert file.read_bytes()[18:20] == b"\x02\x02"  # WAL, by the header of SQLite's file format


def test_threads_share_a_store(url: str) -> None:
    store = CorrectionStore(url, patience=60)
    with ThreadPoolExecutor(8) as threads:
        added = list(threads.map(store.add, [corrected("7", number % 10) for number in range(40)]))
    assert sum(one.is_new for one in added) == 10
    assert {one.id for one in added} == set(ids(store))


def test_processes_share_a_database_that_none_has_made(url: str) -> None:
    """Three begin at once with an empty place, and half of what each adds another adds too."""
    start, hold = os.pipe()
    processes = [adding(url, first, first + 8, start) for first in (0, 4, 8)]
    assert [line(process) for process in processes] == ["ready\n"] * 3
    os.close(start)
    os.close(hold)
    told = [process.communicate(timeout=120)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    new = [int(words.split()[0]) for lines in told for words in lines if words.endswith("True")]
    assert sorted(new) == list(range(16))
    assert CorrectionStore(url).count() == 16


def test_what_was_accepted_outlives_a_kill(url: str) -> None:
    process = adding(url, 0, 500, subprocess.DEVNULL)
    accepted = [line(process) for _ in range(6)][1:]
    process.kill()
    accepted += process.communicate()[0].splitlines()
    # The last one may have been kept, and the process killed before it said so.
    assert CorrectionStore(url, patience=30).count() - len(accepted) in (0, 1)
