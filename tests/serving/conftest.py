"""Services in processes of their own, as a person starts them, and pictures to send to them."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.conftest import INKDIGITS
from tests.pages.pen import Hand, write

from inkdigits.corrections import CorrectionStore


@dataclass(frozen=True)
class Served:
    """A running service."""

    process: subprocess.Popen[str]
    address: str
    database: str

    @property
    def store(self) -> CorrectionStore:
        return CorrectionStore(self.database)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)


@contextmanager
def serving(folder: Path, *words: str, **variables: str) -> Iterator[Served]:
    """Starts `inkdigits serve` on a free port with a database in a folder."""
    database = f"sqlite:///{folder / 'corrections.db'}"
    named = {"INKDIGITS_DATABASE": database, "OMP_NUM_THREADS": "1"}
    environment = {name: value for name, value in os.environ.items() if name != "INKDIGITS_API_KEY"}
    process = subprocess.Popen(
        [INKDIGITS, "serve", "--port", "0", *words],
        env=environment | named | variables,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert "Inkdigits is at http" in said, said + process.stderr.read()
        yield Served(process, said.split()[3], variables.get("INKDIGITS_DATABASE", database))
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that many tests share; it takes corrections as fast as they come."""
    with serving(tmp_path_factory.mktemp("served"), INKDIGITS_CORRECTIONS_PER_MINUTE="100000") as running:
        yield running


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.address, timeout=30) as client:
        yield client


def written(text: str, height: int = 50, seed: int = 1) -> bytes:
    """A number, black on white, as PNG."""
    ink = write(text, Hand(height=height, gap=0.3), np.random.default_rng(seed))
    return png((255 - 255 * ink).astype(np.uint8))


def many(text: str, rows: int, columns: int = 1) -> bytes:
    """A page that says the same many times, far enough apart to be as many lines."""
    ink = write(text, Hand(height=30, gap=0.3), np.random.default_rng(1))
    apart = np.pad(ink, ((15, 15), (50, 50)))
    return png((255 - 255 * np.tile(apart, (rows, columns))).astype(np.uint8))


def png(page: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, "PNG")
    return buffer.getvalue()


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Waits until something holds."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)
