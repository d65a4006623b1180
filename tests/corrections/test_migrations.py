"""An older database is brought forward with what is in it; a newer one is refused."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from tests.corrections.conftest import corrected

from inkdigits.corrections import CorrectionStore, schema
from inkdigits.errors import StoreUnavailable

LATER = '''
"""What a later inkdigits might do."""

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("corrections", sa.Column("seen", sa.Integer, server_default="0"))
'''


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations of an inkdigits to come, in a folder whose name would trouble a config file."""
    folder = tmp_path / "50%(later)s" / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "v9999_later.py").write_text(LATER)
    return folder


def look(url: str, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return rows


def test_the_migrations_make_the_table_that_the_code_uses(url: str) -> None:
    CorrectionStore(url).add(corrected())
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    options = {"version_table": schema.VERSION_TABLE}
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), schema.METADATA) == []
    engine.dispose()


def test_an_older_database_is_brought_forward(url: str, later: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = CorrectionStore(url, patience=30)
    store.add(corrected("7"))
    monkeypatch.setattr(schema, "MIGRATIONS", later)
    with ThreadPoolExecutor(4) as threads:  # all find it old at once, one brings it forward
        counts = list(threads.map(lambda _: store.count(), range(4)))
    assert counts == [1, 1, 1, 1]
    assert look(url, "SELECT text, seen FROM corrections") == [("7", 0)]
    assert look(url, "SELECT version_num FROM corrections_version") == [("later",)]


def test_threads_make_databases_at_once(tmp_path: Path) -> None:
    stores = [CorrectionStore(f"sqlite:///{tmp_path / str(number)}.db") for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        added = list(threads.map(lambda store: store.add(corrected()).is_new, stores))
    assert added == [True] * 8


def test_a_newer_database_is_refused_and_left_alone(
    url: str, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = CorrectionStore(url)
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", later)
        store.add(corrected("7"))
    for call in (store.count, store.delete_all, lambda: store.add(corrected("1"))):
        with pytest.raises(StoreUnavailable, match=r"changed by a newer inkdigits .*pip install --upgrade"):
            call()
    assert look(url, "SELECT text FROM corrections") == [("7",)]


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    url: str, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = CorrectionStore(url)
    store.add(corrected("7"))
    script = later / "versions" / "v9999_later.py"
    script.write_text(script.read_text() + '    op.execute("SELECT * FROM nowhere")\n')
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", later)
        with pytest.raises(StoreUnavailable):
            store.count()
    assert store.count() == 1
    assert look(url, "SELECT version_num FROM corrections_version") == [("0001",)]


def test_a_database_may_hold_other_tables(sqlite_url: str, file: Path) -> None:
    file.parent.mkdir()
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('of another program')"))
    engine.dispose()
    assert CorrectionStore(sqlite_url).add(corrected()).is_new
    assert look(sqlite_url, "SELECT version_num FROM alembic_version") == [("of another program",)]
