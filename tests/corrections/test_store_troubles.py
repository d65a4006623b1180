"""A database that is away, locked, full, read-only or none: one sentence, and nothing accepted is lost."""

from __future__ import annotations

import os
import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event
from tests.corrections.conftest import Server, corrected

from inkdigits.corrections import CorrectionStore
from inkdigits.errors import StoreUnavailable

NOBODY = 65534


@contextmanager
def refused(because: str) -> Iterator[None]:
    with pytest.raises(StoreUnavailable, match=because) as told:
        yield
    assert "\n" not in str(told.value)


@contextmanager
def every_connection(change: str) -> Iterator[None]:
    """Has each connection that is opened meanwhile begin with a statement."""

    def begin(connection: Any, _: object) -> None:
        connection.execute(change)

    event.listen(Engine, "connect", begin)
    try:
        yield
    finally:
        event.remove(Engine, "connect", begin)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Gives up root's right to write everywhere, where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def filled(sqlite_url: str) -> CorrectionStore:
    """A store in a file, with one correction."""
    store = CorrectionStore(sqlite_url, patience=0.1)
    store.add(corrected())
    return store


def test_a_locked_file(filled: CorrectionStore, file: Path) -> None:
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with refused("is locked"):
            filled.add(corrected("1"))
        with refused("is locked"):
            filled.delete_all()
        assert filled.count() == 1  # readers go on
        other.execute("ROLLBACK")
    other.close()
    assert filled.add(corrected("1")).is_new


def test_a_full_disk(filled: CorrectionStore) -> None:
    with every_connection("PRAGMA max_page_count = 12"):
        with refused("the disk is full"):
            for number in range(1, 1000):
                filled.add(corrected("7", number))
        kept = filled.count()
        assert kept == number
    assert filled.add(corrected("7", number)).is_new


def test_a_folder_that_is_read_only() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = CorrectionStore(f"sqlite:///{folder / 'corrections.db'}", patience=0.1)
        store.add(corrected())
        folder.chmod(0o555)
        (folder / "corrections.db").chmod(0o444)
        with ordinary_user(), refused(r"can't be opened|is read-only"):
            store.add(corrected("1"))
        folder.chmod(0o755)
        assert store.count() == 1


def test_a_file_that_is_read_only() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = CorrectionStore(f"sqlite:///{folder / 'corrections.db'}", patience=0.1)
        store.add(corrected())
        folder.chmod(0o777)
        (folder / "corrections.db").chmod(0o444)
        with ordinary_user():
            assert store.count() == 1
            with refused("is read-only"):
                store.add(corrected("1"))
            with refused("is read-only"):
                store.delete_all()
        assert store.count() == 1


def test_a_file_that_is_no_database(file: Path, sqlite_url: str) -> None:
    file.parent.mkdir()
    file.write_bytes(b"0042\n" * 1000)
    with refused("is no SQLite database"):
        CorrectionStore(sqlite_url).add(corrected())
    assert file.read_bytes() == b"0042\n" * 1000


def test_a_damaged_file(filled: CorrectionStore, file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    file.write_bytes(content)
    with refused("is damaged"):
        filled.count()


@pytest.mark.parametrize(
    "call",
    [CorrectionStore.count, CorrectionStore.entries, CorrectionStore.delete_all],
    ids=lambda c: c.__name__,
)
def test_only_adding_makes_a_file(
    call: Callable[[CorrectionStore], object], sqlite_url: str, file: Path
) -> None:
    with refused("there is no database at .*corrections.db; the first correction makes it"):
        call(CorrectionStore(sqlite_url))
    assert not file.parent.exists()


def test_a_place_that_is_no_file(tmp_path: Path) -> None:
    with refused("can't be opened"):
        CorrectionStore(f"sqlite:///{tmp_path}").count()
    (tmp_path / "plain").touch()
    with refused("can't be opened: Not a directory|File exists"):
        CorrectionStore(f"sqlite:///{tmp_path}/plain/corrections.db").add(corrected())


@pytest.mark.parametrize(
    "url",
    [
        "corrections.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:a.db?uri=true",
        "mysql://ink:secret@host/name",
        "postgresql+asyncpg://ink:secret@host/name",
        "postgresql://ink:secret@host:port/name",
        "secret",
    ],
)
def test_other_urls_are_refused_without_repeating_them(url: str) -> None:
    with refused("give "):
        CorrectionStore(url)
    with pytest.raises(StoreUnavailable) as told:
        CorrectionStore(url)
    assert "secret" not in str(told.value)


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = CorrectionStore(f"postgresql://ink:secret@127.0.0.1:{port}/ink", patience=0.1)
    with refused("refused"):
        store.add(corrected())
    assert store.name == f"postgresql://ink@127.0.0.1:{port}/ink"


def test_a_server_that_does_not_answer() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        store = CorrectionStore(f"postgresql://ink@127.0.0.1:{silent.getsockname()[1]}/ink", patience=0.1)
        with refused("timeout"):
            store.add(corrected())


def test_a_server_that_goes_away_and_comes_back(server: Server) -> None:
    store = CorrectionStore(server.new_database(), patience=2)
    store.add(corrected("7"))
    server.stop()
    try:
        with refused("refused"):
            store.add(corrected("1"))
    finally:
        server.start()
    assert store.add(corrected("1")).is_new
    assert store.count() == 2


def test_a_locked_table(server: Server) -> None:
    url = server.new_database()
    store = CorrectionStore(url, patience=0.2)
    store.add(corrected("7"))
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE corrections")
        with refused("is locked"):
            store.add(corrected("1"))
    assert store.add(corrected("1")).is_new


def test_a_server_that_only_reads(server: Server) -> None:
    url = server.new_database()
    store = CorrectionStore(url)
    store.add(corrected("7"))
    server.execute(
        "postgres", f"ALTER DATABASE {url.rpartition('/')[2]} SET default_transaction_read_only = on"
    )
    with refused("is read-only"):
        store.add(corrected("1"))
    assert store.count() == 1


def test_a_database_that_is_not_there(server: Server) -> None:
    with refused('database "nowhere" does not exist'):
        CorrectionStore(server.url("nowhere")).count()
