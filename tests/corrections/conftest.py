"""Databases to keep corrections in: SQLite files, and a PostgreSQL server of the tests' own."""

from __future__ import annotations

import io
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psycopg
import pytest
from PIL import Image

from inkdigits.corrections import Correction, CorrectionStore, make_correction

READING = '{"lines": [{"text": "1", "confidence": 0.51}]}'


def picture(number: int = 0) -> bytes:
    """A black stroke on white paper, another one for each number."""
    page = np.full((40, 40 + number), 255, dtype=np.uint8)
    page[6:34, 18:22] = 0
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, "PNG")
    return buffer.getvalue()


def corrected(text: str = "7", number: int = 0) -> Correction:
    return make_correction(picture(number), text, READING, "pretrained")


class Server:
    """A PostgreSQL server in a temporary folder, run as an ordinary user where the tests run as root."""

    def __init__(self, programs: Path, folder: Path, user: str | None) -> None:
        self._programs, self._folder, self._user = programs, folder, user
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._databases = itertools.count()
        self._run("initdb", "--auth=trust", "--username=ink", "--encoding=UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        options = f"-F -p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "start", "-w", "-l", str(self._folder / "log"), "-o", options)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate")

    def new_database(self) -> str:
        name = f"ink{next(self._databases)}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        return f"postgresql://ink@127.0.0.1:{self.port}/{name}"

    def execute(self, database: str, statement: str) -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str) -> str:
        return f"postgresql://ink@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), "-D", str(self._folder / "data"), *arguments]
        as_user = {"user": self._user, "extra_groups": []} if self._user else {}
        # Nothing is captured: the server keeps what it is given open, and reading would never end.
        subprocess.run(command, check=True, cwd=self._folder, stdout=subprocess.DEVNULL, **as_user)  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running PostgreSQL; skips where none is installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = shutil.which("initdb")
    programs = Path(found).parent if found else versions[-1] if versions else None
    if programs is None:
        pytest.skip("no PostgreSQL here; on Debian: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="inkdigits-", ignore_cleanup_errors=True) as name:
        user = _ordinary_user()
        if user:
            os.chown(name, pwd.getpwnam(user).pw_uid, -1)
        server = Server(programs, Path(name), user)
        server.start()
        yield server
        server.stop()


def _ordinary_user() -> str | None:
    """Gives whom PostgreSQL runs as where it may not run as who we are."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "corrections.db"


@pytest.fixture
def sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A new database of each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    server: Server = request.getfixturevalue("server")
    return server.new_database()


@pytest.fixture
def store(url: str) -> CorrectionStore:
    return CorrectionStore(url, patience=2)
