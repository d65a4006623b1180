"""The store: corrections added, listed, and deleted, each call one transaction.

Knows nothing about how pictures are made or what a database is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from inkdigits.corrections.correction import Correction
from inkdigits.corrections.database import PATIENCE, Database
from inkdigits.corrections.schema import CORRECTIONS, bring_up_to_date
from inkdigits.errors import CorrectionError

_TABLE = CORRECTIONS.c
_TOLD = (_TABLE.id, _TABLE.made, _TABLE.text, _TABLE.model, _TABLE.reading, _TABLE.reduction)
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Added:
    """What became of a correction that was offered.

    Attributes:
        id: The number it stands under.
        is_new: False if the same picture with the same text stood there already.
    """

    id: int
    is_new: bool


@dataclass(frozen=True)
class Entry:
    """A kept correction without its picture.

    Attributes:
        id: Its number, from 1 on, never given twice.
        made: When it was added, in UTC.
        text: The truth: lines of digits, joined by LF.
        model: The name of the model that read it.
        reading: What was read, as JSON text.
        reduction: How many pixels of the page make one of the picture; boxes in the reading are divided
            by it.
    """

    id: int
    made: datetime
    text: str
    model: str
    reading: str
    reduction: int

    @property
    def digit(self) -> int | None:
        """The digit, where the picture shows a single one; None for a whole number or several lines."""
        return int(self.text) if len(self.text) == 1 else None


class CorrectionStore:
    """What people corrected, in an SQLite file or a PostgreSQL database.

    Threads may share one, processes have one each. What `add` has answered is in the database for good.
    A database that is away, locked, full or read-only costs the call its `StoreUnavailable`, not the
    store: the next call tries again.
    """

    def __init__(self, url: str | None = None, patience: float = PATIENCE) -> None:
        """Names the database; it is opened, and brought up to date, by each call.

        Args:
            url: `sqlite:///…` or `postgresql://…`; None means what `INKDIGITS_DATABASE` says, or else
                `corrections.db` in the user's data folder.
            patience: Seconds that a call waits for another program's lock, or for a server to answer.

        Raises:
            StoreUnavailable: If the URL is none, or of a database we don't use.
            MissingExtra: If PostgreSQL's driver is not installed.
        """
        self._database = Database(url, patience)

    @property
    def name(self) -> str:
        """The database's file, or its URL without the password."""
        return self._database.name

    def add(self, correction: Correction) -> Added:
        """Keeps a correction, once.

        An SQLite file that is not there is made.

        Raises:
            StoreUnavailable: If the database refuses; then the correction is not kept.
        """
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        row = vars(correction) | {"made": datetime.now(UTC)}
        adding = insert(CORRECTIONS).values(row).on_conflict_do_nothing().returning(_TABLE.id)
        finding = select(_TABLE.id).where(_TABLE.digest == correction.digest)
        with self._transaction(writing=True) as connection:
            while True:  # more than once only where another process deletes it just between the two
                if (id_ := connection.scalar(adding)) is not None:
                    return Added(id_, is_new=True)
                if (id_ := connection.scalar(finding)) is not None:
                    return Added(id_, is_new=False)

    def count(self) -> int:
        """Gives how many corrections there are.

        Raises:
            StoreUnavailable: If the database refuses, or an SQLite file is not there.
        """
        with self._transaction() as connection:
            return connection.scalar(select(func.count()).select_from(CORRECTIONS)) or 0

    def entries(self, limit: int = 100, before: int | None = None) -> tuple[Entry, ...]:
        """Gives a page of the corrections, the newest first.

        Args:
            limit: So many at most.
            before: The last number of the page before; None for the first page.

        Raises:
            StoreUnavailable: If the database refuses, or an SQLite file is not there.
        """
        wanted = select(*_TOLD).order_by(_TABLE.id.desc()).limit(min(limit, _LARGEST_ID))
        if before is not None:
            wanted = wanted.where(_TABLE.id < min(before, _LARGEST_ID))
        with self._transaction() as connection:
            return tuple(Entry(*row) for row in connection.execute(wanted))

    def pictures(self, ids: Sequence[int]) -> dict[int, bytes]:
        """Gives the pictures of some corrections as PNG; those deleted meanwhile are missing.

        Raises:
            StoreUnavailable: If the database refuses, or an SQLite file is not there.
        """
        wanted = select(_TABLE.id, _TABLE.picture).where(_TABLE.id.in_(ids))
        with self._transaction() as connection:
            return {row.id: row.picture for row in connection.execute(wanted)}

    def delete(self, ids: Iterable[int]) -> int:
        """Deletes corrections by their numbers, all of them or none, and gives how many those were.

        Raises:
            CorrectionError: If one of them is not there; then none is deleted.
            StoreUnavailable: If the database refuses, or an SQLite file is not there.
        """
        with self._transaction(writing=True, make=False) as connection:
            wanted = set(ids)
            for id_ in sorted(wanted):
                known = 0 < id_ <= _LARGEST_ID
                if not (known and connection.execute(delete(CORRECTIONS).where(_TABLE.id == id_)).rowcount):
                    raise CorrectionError(f"there is no correction {id_} in {self.name}; nothing was deleted")
            return len(wanted)

    def delete_all(self) -> int:
        """Deletes every correction, and gives how many there were.

        Raises:
            StoreUnavailable: If the database refuses, or an SQLite file is not there.
        """
        with self._transaction(writing=True, make=False) as connection:
            return connection.execute(delete(CORRECTIONS)).rowcount

    @contextmanager
    def _transaction(self, writing: bool = False, make: bool | None = None) -> Iterator[Connection]:
        with self._database.connect(make=writing if make is None else make) as connection:
            bring_up_to_date(connection, self._database)
            with self._database.transaction(connection, writing):
                yield connection
