"""A database by URL: SQLite or PostgreSQL, its connections and transactions, its refusals as our error.

Knows nothing about tables.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs

from inkdigits.errors import MissingExtra, StoreUnavailable

try:
    from sqlalchemy import Connection, Engine, NullPool, create_engine, event
    from sqlalchemy.engine import URL, make_url
    from sqlalchemy.exc import ArgumentError, DBAPIError
except ImportError as error:
    raise MissingExtra("keeping corrections", "serve", error.name or "sqlalchemy") from error

DATABASE_VARIABLE = "INKDIGITS_DATABASE"
"""The environment variable that names the database where no argument does."""

PATIENCE = 5.0
"""Seconds that a call waits for another program's lock, or for a server to answer."""

_KEPT_ALIVE = 30  # seconds of silence after which a server is asked whether it is still there

_KINDS = "give sqlite:////path/corrections.db or postgresql://user@host/name"

_SQLITE_SET_UP = (
    "PRAGMA journal_mode = WAL",  # readers and a writer do not wait for each other
    "PRAGMA synchronous = FULL",  # what was accepted outlives a power cut as well
    "PRAGMA secure_delete = ON",  # a deleted picture is overwritten, not only forgotten
)

_REASONS = {
    "SQLITE_BUSY": "is locked by another program; try again later",
    "SQLITE_FULL": "has no room left: the disk is full",
    "SQLITE_READONLY": "is read-only",
    "SQLITE_CANTOPEN": "can't be opened; see to its folder and its permissions",
    "SQLITE_NOTADB": "is no SQLite database",
    "SQLITE_CORRUPT": "is damaged",
    "25006": "is read-only",
    "53100": "has no room left: the server's disk is full",
    "55P03": "is locked by another program; try again later",
}
"""What refuses, by the beginning of SQLite's name for it or of the SQLSTATE."""


class Database:
    """A database by URL. It holds no connection between calls: one that was away is simply back."""

    def __init__(self, url: str | None = None, patience: float = PATIENCE) -> None:
        """Names the database; nothing is opened or made yet.

        Args:
            url: `sqlite:///…` or `postgresql://…`; None means what `INKDIGITS_DATABASE` says, or else
                `corrections.db` in the user's data folder.
            patience: Seconds to wait for a lock or an answer.

        Raises:
            StoreUnavailable: If the URL is none, or of a database we don't use.
            MissingExtra: If PostgreSQL's driver is not installed.
        """
        self._url = _parse(url or os.environ.get(DATABASE_VARIABLE) or _default())
        self._patience = patience
        self._engine = self._make_engine()

    @property
    def name(self) -> str:
        """What to call it in a message: the file's path, or the URL without its password."""
        url = self._url
        plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
        return str(self._file or plain)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file; a server otherwise."""
        return self._file is not None

    @contextmanager
    def connect(self, make: bool) -> Iterator[Connection]:
        """Opens a connection, closed when the block ends.

        Args:
            make: Whether an SQLite file that is not there is made, or refused.

        Yields:
            The connection, in no transaction.

        Raises:
            StoreUnavailable: If the database refuses, now or while the block runs.
        """
        try:
            if self._file:
                _see_to(self._file, make)
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise StoreUnavailable(f"{self.name} {_reason(error)}") from error
        except (OSError, UnicodeError) as error:  # UnicodeError: a name that can be no host's
            reason = getattr(error, "strerror", None) or error
            raise StoreUnavailable(f"{self.name} can't be opened: {reason}") from error

    @contextmanager
    def transaction(self, connection: Connection, writing: bool) -> Iterator[None]:
        """Makes the block one transaction: kept when it ends, undone if an error leaves it.

        Args:
            connection: One of `connect`.
            writing: Whether the block writes; in SQLite it is then the only one that does.
        """
        with connection.begin():
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
            else:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(self._patience * 1000)}")
            yield

    @property
    def _file(self) -> Path | None:
        return Path(self._url.database or "") if self._url.get_backend_name() == "sqlite" else None

    def _make_engine(self) -> Engine:
        arguments: dict[str, Any] = {"timeout": self._patience, "isolation_level": None}
        if not self.is_sqlite:
            milliseconds = round(self._patience * 1000)
            arguments = {
                "connect_timeout": max(2, round(self._patience)),
                "tcp_user_timeout": milliseconds,
                "keepalives_idle": _KEPT_ALIVE,  # a server that is gone for good is not waited for
            }
            arguments = {key: value for key, value in arguments.items() if key not in self._url.query}
        try:
            engine = create_engine(self._url, poolclass=NullPool, connect_args=arguments)
        except ImportError as error:
            raise MissingExtra("a PostgreSQL database", "serve", "psycopg") from error
        if self.is_sqlite:
            event.listen(engine, "connect", lambda made, _: _set_up_sqlite(made, self._patience))
        return engine


def _default() -> str:
    path = platformdirs.user_data_path("inkdigits") / "corrections.db"
    return URL.create("sqlite", database=str(path)).render_as_string()


def _parse(given: str) -> URL:
    """Reads a URL; no message repeats it, since it may hold a password."""
    try:
        url = make_url(given)
    except (ArgumentError, ValueError) as error:
        raise StoreUnavailable(f"the database is given by no URL that we read; {_KINDS}") from error
    kind = url.drivername
    if kind in ("sqlite", "sqlite+pysqlite"):
        if url.query or url.database in (None, "", ":memory:"):
            raise StoreUnavailable("SQLite keeps corrections in a file only; give sqlite:////path/to.db")
        return url
    if kind in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise StoreUnavailable(f"corrections can't be kept in a database of the kind '{kind}'; {_KINDS}")


def _see_to(file: Path, make: bool) -> None:
    if make:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not file.exists():
        raise StoreUnavailable(f"there is no database at {file}; the first correction makes it")


def _set_up_sqlite(connection: Any, patience: float) -> None:
    """Sets a connection up; the switch to WAL does not wait by itself for others that make it just then."""
    ends = time.monotonic() + patience
    for pragma in _SQLITE_SET_UP:
        while True:
            try:
                connection.execute(pragma)
                break
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > ends:
                    raise
                time.sleep(0.01)


def _reason(error: DBAPIError) -> str:
    cause = error.orig
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    known = (reason for beginning, reason in _REASONS.items() if code.startswith(beginning))
    return next(known, f"can't be used: {' '.join(str(cause).split()):.200}")
