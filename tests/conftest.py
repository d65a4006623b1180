"""Fixtures that many rooms' tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
settings.load_profile("untimed")

CHECKOUT = Path(__file__).resolve().parent.parent
INKDIGITS = Path(sys.executable).parent / "inkdigits"

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real MNIST and Kaggle files; skips where it is absent."""
    folder = Path(os.environ.get("INKDIGITS_DATA", CHECKOUT.parent / "shared" / "data"))
    if not ((folder / "mnist").is_dir() and (folder / "kaggle").is_dir()):
        pytest.skip(f"no real data at {folder}; set INKDIGITS_DATA to a folder with mnist/ and kaggle/")
    return folder


@pytest.fixture(scope="session")
def inkdigits() -> Command:
    """Runs the installed `inkdigits` in a process of its own, as a person does."""

    def run(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        command = [str(INKDIGITS), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)  # type: ignore[call-overload,no-any-return]

    return run


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory, inkdigits: Command) -> Path:
    """A finished run of the article's network: two epochs on 400 digits of `uci:train`."""
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    done = inkdigits("train", "--data", "uci:train", "--limit", "400", "--epochs", "2", "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder
