"""What README and docs say is true: tree, commands, Python blocks, links."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import CHECKOUT, INKDIGITS, Command
from tests.pages.compose import compose
from typer.main import get_command

from inkdigits.cli import app
from inkdigits.cli.exit_codes import EXIT_CODES, INTERRUPTED, OUR_FAULT, SOME_FAILED, SYSTEM_REFUSES
from inkdigits.images import to_page

DOCUMENTS = [CHECKOUT / "README.md", CHECKOUT / "CHANGELOG.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
PICTURES = CHECKOUT / "docs" / "pictures"
README = (CHECKOUT / "README.md").read_text("utf-8")


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def _commands(program: str) -> list[list[str]]:
    """All calls of a program in the console blocks, continuation lines joined, comments left out."""
    text = "".join(block for document in DOCUMENTS for block in _blocks(document.read_text("utf-8"), "sh"))
    lines = text.replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.split()[:1] == [program]]


def test_the_tree_is_the_tree() -> None:
    (tree,) = (block for block in _blocks(README, "text") if block.startswith("src/inkdigits/"))
    told, room = set(), ""
    for line in tree.splitlines()[1:]:
        name, depth = line.split()[0], len(line) - len(line.lstrip())
        room = name if depth == 2 and name.endswith("/") else room if depth == 4 else ""
        told.add(name if depth == 2 else room + name)
    package = CHECKOUT / "src" / "inkdigits"
    rooms = {f"{path.name}/" for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"}
    modules = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    assert told == rooms | {name for name in modules if not name.endswith("__init__.py")}


@pytest.mark.parametrize("words", _commands("inkdigits"), ids=" ".join)
def test_every_command_is_understood(words: list[str]) -> None:
    command = get_command(app)
    context = command.make_context("inkdigits", list(words))
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert command is not None, f"no command {name}"
        context = command.make_context(name, rest, parent=context)


def _defaults_told(words: list[str], command: Any) -> Iterator[tuple[list[str], str]]:
    """All commands below one, each with every default that its help texts tell in words of their own."""
    for parameter in command.params:
        for told in re.findall(r"\[(default: [^]]+)\]", getattr(parameter, "help", None) or ""):
            yield words, told
    for name, below in getattr(command, "commands", {}).items():
        yield from _defaults_told([*words, name], below)


@pytest.mark.parametrize(("words", "told"), list(_defaults_told([], get_command(app))), ids=str)
def test_help_shows_defaults_told_in_words(words: list[str], told: str, inkdigits: Command) -> None:
    """Brackets are markup to Rich, which leaves out what stands in them."""
    done = inkdigits(*words, "--help", env=os.environ | {"COLUMNS": "250"})
    assert f"[{told}]" in done.stdout


@pytest.mark.parametrize("words", _commands("make"), ids=" ".join)
def test_every_make_target_exists(words: list[str]) -> None:
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    for target in words:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


@pytest.mark.parametrize("block", _blocks(README, "python"))
def test_every_python_block_runs(block: str, tiny_run: Path, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "demo").symlink_to(tiny_run)
    (tmp_path / "docs").symlink_to(CHECKOUT / "docs")
    command = [sys.executable, "-W", "error", "-c", block]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr


def test_the_pictures_that_the_readme_reads_are_there_and_say_what_it_tells(tmp_path: Path) -> None:
    told = re.findall(r"^inkdigits (read docs/pictures/\S+)\s+# (\d+),", README, flags=re.MULTILINE)
    assert told
    for words, text in told:
        command = [str(INKDIGITS), *words.split()]
        done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=True)
        assert done.stdout.split()[0] == text


@pytest.mark.parametrize("picture", sorted(PICTURES.iterdir()), ids=lambda path: path.name)
def test_a_picture_in_docs_is_the_one_that_our_pen_draws(picture: Path) -> None:
    kept, drawn = (to_page(content).astype(int) for content in (picture, compose(picture.name)[0]))
    assert kept.shape == drawn.shape
    assert abs(kept - drawn).mean() < 1  # another release of Pillow may compress otherwise


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", document.read_text("utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), target


def test_the_exit_codes_are_told() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", README, flags=re.MULTILINE)}
    assert told == {0, OUR_FAULT, 2, INTERRUPTED, SOME_FAILED, SYSTEM_REFUSES, *EXIT_CODES.values()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_figure_is_still_to_come(document: Path) -> None:
    assert not re.findall(r"\b(?:TODO|TBD|XXX|[A-Z]{3,}TIME|RESULT)\b", document.read_text("utf-8"))
