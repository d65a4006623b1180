"""The table that corrections stand in, and bringing a database to it.

Knows nothing about what a correction means. What made a table as it is stands in `migrations`.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from inkdigits.corrections.database import Database
from inkdigits.errors import MissingExtra, StoreUnavailable

try:
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
except ImportError as error:
    raise MissingExtra("keeping corrections", "serve", error.name or "alembic") from error

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

MIGRATIONS = Path(__file__).parent / "migrations"
"""The folder of alembic's scripts, carried by every install."""

VERSION_TABLE = "corrections_version"
"""Where a database says how far it was brought; a name of our own, for databases shared with others."""

_ADVISORY_LOCK = 0x696E6B  # any number that is always the same: "ink"

# Alembic's scripts speak to one migration at a time, through names that the whole process shares.
_one_at_a_time = threading.Lock()


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC, said to be so also where a database keeps no zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Gives the time as UTC, whatever zone the server speaks in."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


METADATA = MetaData()

CORRECTIONS = Table(
    "corrections",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("made", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("reading", Text, nullable=False),
    Column("picture", LargeBinary, nullable=False),
    Column("reduction", Integer, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    sqlite_autoincrement=True,  # the number of a deleted correction never names another
)


def bring_up_to_date(connection: Connection, database: Database) -> None:
    """Makes the table, or changes an older one into today's; mostly finds that nothing is to do.

    Args:
        connection: To `database`, in no transaction.
        database: Gives the transactions.

    Raises:
        StoreUnavailable: If a newer inkdigits has changed the database.
    """
    with database.transaction(connection, writing=False):
        if _is_current(connection, database):
            return
    with _one_at_a_time, database.transaction(connection, writing=True):
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        if not _is_current(connection, database):  # another process may have been quicker
            command.upgrade(_config(MIGRATIONS, connection), "head")


def _is_current(connection: Connection, database: Database) -> bool:
    at = set(MigrationContext.configure(connection, opts=_options()).get_current_heads())
    known, head = _revisions(MIGRATIONS)
    if not at <= known:
        raise StoreUnavailable(
            f"{database.name} was changed by a newer inkdigits (its version is {', '.join(sorted(at))},"
            f" this one knows {head}); install the newer one: pip install --upgrade inkdigits"
        )
    return at == {head}


@cache
def _revisions(folder: Path) -> tuple[frozenset[str], str]:
    scripts = ScriptDirectory.from_config(_config(folder))
    return frozenset(script.revision for script in scripts.walk_revisions()), scripts.get_heads()[0]


def _config(folder: Path, connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection, "options": _options()})
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _options() -> dict[str, Any]:
    return {"version_table": VERSION_TABLE}
