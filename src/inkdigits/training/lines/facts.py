"""What a training of the line reader is asked for, and what it was run on.

Knows nothing about how it is trained.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from inkdigits.data.amounts import FOLDS
from inkdigits.errors import CorruptData, RunFolderError
from inkdigits.files import write_text
from inkdigits.records import from_plain, to_plain
from inkdigits.report import run_folder
from inkdigits.training.lines.choices import line_recipe_text, parse_line_recipe


@dataclass(frozen=True)
class LineOrder:
    """What a person asks for.

    Attributes:
        recipe: Name or path of a line reader's recipe.
        seed: Decides everything random.
        start: A run folder to start from, with its averaged weights, or None for fresh weights.
        hold_out: Fold of the real amounts, 0 to 4, that is kept for judging; None to train with all.
    """

    recipe: str = "lines"
    seed: int = 0
    start: Path | None = None
    hold_out: int | None = None


@dataclass(frozen=True)
class LineFacts:
    """What a run was run on; attributes as in `LineOrder` and in `RunFacts`."""

    name: str
    recipe: str
    recipe_sha256: str
    seed: int
    start: str | None
    hold_out: int | None
    epochs: int
    parameters: int
    machine: str
    versions: dict[str, str]
    started: str


def save_line_facts(folder: Path, facts: LineFacts) -> None:
    """Writes `run.json`.

    Raises:
        OutputError: If it can't be written.
    """
    write_text(folder / run_folder.FACTS, json.dumps(to_plain(facts), indent=2) + "\n")


def load_line_facts(folder: Path) -> LineFacts:
    """Gives what the line reader's run in `folder` was run on, finished or not.

    Raises:
        RunFolderError: If there is no run.
        CorruptData: If `run.json` is not what `save_line_facts` writes.
    """
    path = folder / run_folder.FACTS
    if not path.is_file():
        raise RunFolderError(f"{folder} holds no run (no {path.name}); give a folder that train-lines wrote")
    try:
        return from_plain(LineFacts, json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise CorruptData(path, f"is no line reader's run ({error})") from error


def folds_seen(folder: Path) -> frozenset[int]:
    """Gives the folds of real amounts that a run of the line reader has been trained on.

    A run without amounts that goes on from another is taken to have seen what that one may have.

    Raises:
        RunFolderError: If the folder holds no line reader's run.
        InkdigitsError: If its files are not what they should be.
    """
    facts = load_line_facts(folder)
    recipe = parse_line_recipe(line_recipe_text(str(folder / run_folder.RECIPE)))
    if recipe.amounts is None and facts.start is None:
        return frozenset()
    return frozenset(range(FOLDS)) - {facts.hold_out}
