"""What the package shows, and what reading must not load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Command

import inkdigits
from inkdigits import errors
from inkdigits.cli.exit_codes import EXIT_CODES, exit_code

HEAVY = ("keras", "torch", "onnx", "sklearn", "matplotlib", "sqlalchemy", "alembic", "fastapi", "uvicorn")

SLOW = ("scipy.optimize", "scipy.sparse")
"""What takes long to import and no picture needs."""


def _python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )


def test_public_names() -> None:
    assert set(inkdigits.__all__) == {
        "InkdigitsError",
        "Reader",
        "Reading",
        "Recognition",
        "Recognizer",
        "__version__",
        "read",
        "recognize",
    }


def test_recognizing_and_evaluating_load_no_training_framework(tiny_run: Path, tmp_path: Path) -> None:
    code = f"""
import sys
import numpy as np
from inkdigits.cli import app
from inkdigits import Recognizer
Recognizer.load({str(tiny_run)!r}).probabilities(np.zeros((3, 28, 28), np.uint8))
path = {str(tmp_path / "set.npz")!r}
np.savez(path, images=np.zeros((3, 28, 28), np.uint8), labels=np.arange(3, dtype=np.uint8))
app(["evaluate", {str(tiny_run / "model.onnx")!r}, "--data", path], standalone_mode=False)
print("loaded:", [name for name in {HEAVY!r} if name in sys.modules])
"""
    done = _python(code)
    assert done.returncode == 0, done.stderr
    assert "loaded: []" in done.stdout


def test_reading_loads_nothing_that_is_slow_to_import() -> None:
    code = f"""
import sys
import numpy as np
import inkdigits
inkdigits.read(np.full((40, 40), 255, np.uint8))
print("loaded:", [name for name in {HEAVY + SLOW!r} if name in sys.modules])
"""
    done = _python(code)
    assert done.returncode == 0, done.stderr
    assert "loaded: []" in done.stdout


@pytest.mark.parametrize(
    ("absent", "command", "purpose"),
    [
        ("sqlalchemy", ["corrections", "list"], "keeping corrections needs sqlalchemy"),
        ("alembic", ["corrections", "list"], "keeping corrections needs alembic"),
        ("psycopg", ["corrections", "list", "--database", "postgresql://h/d"], "database needs psycopg"),
        ("fastapi", ["serve"], "serving needs fastapi"),
        ("uvicorn", ["serve"], "serving needs uvicorn"),
        ("pydantic_settings", ["serve"], "serving needs pydantic_settings"),
        ("prometheus_client", ["serve"], "serving needs prometheus_client"),
        ("keras", ["train", "--data", "uci", "--out", "RUN"], "training needs keras"),
        ("keras jinja2 matplotlib", ["train", "--data", "uci", "--out", "RUN"], "training needs keras"),
        ("torch", ["train", "--data", "uci", "--out", "RUN"], "training needs torch"),
        ("onnx", ["train", "--data", "uci", "--out", "RUN"], "training needs onnx"),
        ("tomlkit", ["train", "--data", "uci", "--out", "RUN"], "training needs tomlkit"),
        ("jinja2", ["report", "TINY"], "needs jinja2"),
        ("matplotlib", ["report", "TINY"], "needs matplotlib"),
        ("sklearn", ["data", "show", "uci"], "needs scikit-learn"),
        ("pooch", ["data", "fetch", "mnist"], "needs pooch"),
    ],
)
def test_a_missing_extra_says_which_command_brings_it(
    absent: str, command: list[str], purpose: str, tiny_run: Path, tmp_path: Path
) -> None:
    words = [{"RUN": str(tmp_path / "run"), "TINY": str(tiny_run)}.get(word, word) for word in command]
    done = _python(
        f"import sys; sys.modules.update(dict.fromkeys({absent.split()!r}));"
        f" from inkdigits.cli import app; app({words!r})"
    )
    assert done.returncode == 12, done.stderr
    assert purpose in done.stderr
    extra = "serve" if command[0] in ("corrections", "serve") else "train"
    assert f"pip install 'inkdigits[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_error_has_an_exit_code_of_its_own_or_of_its_kind() -> None:
    root = errors.InkdigitsError
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, root)]
    leaves = [kind for kind in kinds if kind is not root]
    assert leaves
    for kind in leaves:
        assert exit_code(kind.__new__(kind)) > 2
    assert len(set(EXIT_CODES.values())) == len(EXIT_CODES)


def test_help_is_there_for_every_command(inkdigits: Command) -> None:
    rooms = [["data"], ["data", "fetch"], ["corrections"], ["corrections", "delete"], ["serve"]]
    for words in ([], ["read"], ["train"], ["evaluate"], ["submit"], ["report"], *rooms):
        done = inkdigits(*words, "--help")
        assert done.returncode == 0
        assert "Usage: inkdigits" in done.stdout
