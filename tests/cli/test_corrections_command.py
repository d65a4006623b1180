"""`inkdigits corrections` as a person runs it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from tests.conftest import INKDIGITS, Command
from tests.corrections.conftest import corrected

from inkdigits.corrections import CorrectionStore


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with three corrections, the second of a whole number."""
    url = f"sqlite:///{tmp_path / 'corrections.db'}"
    store = CorrectionStore(url)
    for number, text in enumerate(["7", "0042\n15300", "1"]):
        store.add(corrected(text, number))
    return url


def answering(answer: str, *words: str) -> tuple[int, str]:
    """Runs a command at a terminal, where a person answers its question."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [INKDIGITS, *words], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, text=True
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    told = process.communicate(timeout=60)[1]
    os.close(ours)
    return process.returncode, told


def test_they_are_listed_the_newest_first(url: str, inkdigits: Command) -> None:
    done = inkdigits("corrections", "list", "--database", url, "--limit", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("\n     3  ") < done.stdout.index("\n     2  ")
    assert "2 of 3 corrections in" in done.stdout
    assert "--before 2" in done.stderr
    for many in ("3", str(10**20)):
        done = inkdigits("corrections", "list", "--database", url, "--limit", many)
        assert (done.returncode, done.stderr) == (0, "")
    done = inkdigits(
        "corrections", "list", "--before", "2", "--json", env=os.environ | {"INKDIGITS_DATABASE": url}
    )
    (entry,) = json.loads(done.stdout)
    assert (entry["id"], entry["text"], entry["reading"]["lines"][0]["text"]) == (1, "7", "1")
    assert entry["made"].endswith("+00:00")


def test_what_is_exported_can_be_trained_on(url: str, tmp_path: Path, inkdigits: Command) -> None:
    done = inkdigits("corrections", "export", tmp_path / "mine", "--database", url)
    assert done.returncode == 0, done.stderr
    assert "2 single digits to train on, 1 whole numbers" in done.stdout
    shown = inkdigits("data", "show", tmp_path / "mine")
    assert "mine: 2 images of 28x28" in shown.stdout


def test_deleting_asks_at_a_terminal(url: str) -> None:
    words = ("corrections", "delete", "2", "--database", url)
    code, told = answering("n\n", *words)
    assert (code, "Delete 1 of 3" in told, "nothing was deleted" in told) == (0, True, True)
    assert answering("\x04", *words)[0] == 130
    assert CorrectionStore(url).count() == 3
    assert answering("y\n", *words)[0] == 0
    assert [entry.id for entry in CorrectionStore(url).entries()] == [3, 1]


def test_deleting_elsewhere_wants_yes(url: str, inkdigits: Command) -> None:
    done = inkdigits("corrections", "delete", "--all", "--database", url, stdin=subprocess.DEVNULL)
    assert (done.returncode, "--yes" in done.stderr) == (2, True)
    assert CorrectionStore(url).count() == 3
    done = inkdigits("corrections", "delete", "--all", "--yes", "--database", url)
    assert (done.returncode, done.stdout) == (0, "deleted 3\n")
    assert CorrectionStore(url).count() == 0


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["list", "--database", "corrections.db"], 14, "give sqlite:////path/corrections.db"),
        (["list", "--database", "sqlite:///nowhere.db"], 14, "there is no database at nowhere.db"),
        (["delete", "2", "99", "--yes"], 15, "there is no correction 99"),
        (["delete", "--yes"], 2, "name the corrections to delete"),
        (["delete", "2", "--all", "--yes"], 2, "name the corrections to delete"),
        (["export", "/dev/null"], 11, "something at /dev/null already"),
    ],
)
def test_a_mistake_is_one_line_and_its_exit_code(
    words: list[str], code: int, says: str, url: str, inkdigits: Command
) -> None:
    done = inkdigits("corrections", *words, env=os.environ | {"INKDIGITS_DATABASE": url})
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert CorrectionStore(url).count() == 3
