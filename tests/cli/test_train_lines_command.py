"""`inkdigits train-lines` as a person mistakes it; what it trains is tested where it is trained."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Command


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--resume"], 7, "holds no run"),
        (["--resume", "--seed", "0"], 2, "--seed"),
        (["--resume", "--hold-out", "2"], 2, "--hold-out"),
        (["--resume", "--recipe", "lines"], 2, "leave this out"),
        (["--recipe", "lnes"], 5, "did you mean 'lines'?"),
        (["--hold-out", "5"], 2, "--hold-out"),
    ],
)
def test_a_mistake_is_told_with_its_exit_code(
    arguments: list[str], code: int, says: str, tmp_path: Path, inkdigits: Command
) -> None:
    done = inkdigits("train-lines", *arguments, "--out", tmp_path / "run")
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()
