"""Makes docs/results.md and its figure of recipes from the lines in benchmarks/results.

    python -m benchmarks.results

Only what stands between `<!-- made: NAME -->` and `<!-- end -->` is replaced; the prose around it is written
by hand. Names: `recipes`, `recipe NAME`, `figure`, `latency`, `arithmetic`, `memory`, `peaks`, `refusal`,
`strangers`, `reading`, `letters`, `pages`, `serving`, `kill`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy_tables import recipe, recipes, summary
from benchmarks.reading_tables import letters, pages, reading
from benchmarks.records import (
    RESULTS,
    AccuracyRow,
    KillRow,
    LatencyRow,
    LettersRow,
    MemoryRow,
    PageRow,
    PeakRow,
    ReadingRow,
    RefusalRow,
    ServingRow,
    StrangersRow,
    one_line_errors,
    read_rows,
)
from benchmarks.runs import by_recipe, on_main_machine
from benchmarks.serving_tables import kill, serving
from benchmarks.speed_tables import arithmetic, latency, memory, peaks, refusal, strangers
from benchmarks.time_figure import ARTICLE, accuracy_against_time

from inkdigits.errors import DataError
from inkdigits.files import write_bytes, write_text
from inkdigits.report.canvas import figure_bytes

DOCS = RESULTS.parent.parent / "docs"
DOCUMENT = DOCS / "results.md"
FIGURE = "figures/time.png"

_PART = re.compile(r"(<!-- made: (\w+)(?: ([\w.-]+))? -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True)
class Lines:
    """All lines there are, oldest first."""

    accuracy: Sequence[AccuracyRow] = ()
    latency: Sequence[LatencyRow] = ()
    memory: Sequence[MemoryRow] = ()
    peaks: Sequence[PeakRow] = ()
    refusal: Sequence[RefusalRow] = ()
    reading: Sequence[ReadingRow] = ()
    letters: Sequence[LettersRow] = ()
    pages: Sequence[PageRow] = ()
    strangers: Sequence[StrangersRow] = ()
    serving: Sequence[ServingRow] = ()
    kill: Sequence[KillRow] = ()


def main() -> None:
    """Writes the document and the figure anew."""
    lines = read_lines(RESULTS)
    write_text(DOCUMENT, render(DOCUMENT.read_text("utf-8"), lines))
    figure = accuracy_against_time(on_main_machine(by_recipe(lines.accuracy)))
    write_bytes(DOCS / FIGURE, figure_bytes(figure, "png"))


def read_lines(folder: Path) -> Lines:
    """Gives all lines in a folder.

    Raises:
        CorruptData: If one is none of ours.
    """
    return Lines(
        accuracy=read_rows(folder, "accuracy", AccuracyRow),
        latency=read_rows(folder, "latency", LatencyRow),
        memory=read_rows(folder, "memory", MemoryRow),
        peaks=read_rows(folder, "peaks", PeakRow),
        refusal=read_rows(folder, "refusal", RefusalRow),
        reading=read_rows(folder, "reading", ReadingRow),
        letters=read_rows(folder, "letters", LettersRow),
        pages=read_rows(folder, "pages", PageRow),
        strangers=read_rows(folder, "strangers", StrangersRow),
        serving=read_rows(folder, "serving", ServingRow),
        kill=read_rows(folder, "kill", KillRow),
    )


def render(document: str, lines: Lines) -> str:
    """Gives the document with its made parts made anew.

    Raises:
        DataError: If a part has a name we don't know, or there are no lines for it.
    """
    return _PART.sub(lambda part: f"{part[1]}\n{_made(part[2], part[3], lines)}\n\n{part[4]}", document)


def _made(name: str, argument: str | None, lines: Lines) -> str:
    if name == "recipe" and argument:
        return recipe(lines.accuracy, argument)
    makers: dict[str, Callable[[], str]] = {
        "recipes": lambda: recipes(lines.accuracy),
        "figure": lambda: _figure(lines),
        "latency": lambda: latency(lines.latency),
        "arithmetic": lambda: arithmetic(lines.latency),
        "memory": lambda: memory(lines.memory),
        "peaks": lambda: peaks(lines.peaks),
        "refusal": lambda: refusal(lines.refusal),
        "reading": lambda: reading(lines.reading),
        "letters": lambda: letters(lines.letters),
        "pages": lambda: pages(lines.pages),
        "strangers": lambda: strangers(lines.strangers),
        "serving": lambda: serving(lines.serving),
        "kill": lambda: kill(lines.kill),
    }
    if name not in makers or argument:
        raise DataError(f"the document has a part '{name}'; known: {', '.join([*makers, 'recipe NAME'])}")
    return makers[name]()


def _figure(lines: Lines) -> str:
    runs = on_main_machine(by_recipe(lines.accuracy))
    picture = f"![Accuracy against training time: {summary(runs)}]({FIGURE})"
    notes = [
        "Hollow points are single runs.",
        "The grey squares are the article's public recipe on TensorFlow, one run by no command of ours.",
    ]
    if any(row.curve for run in runs if run.recipe == ARTICLE for row in run.rows):
        notes.append(
            "The orange line is accuracy on the validation part, since no epoch is chosen by a test image:"
            " it shows how training goes, and can't be compared with the points."
        )
    return f"{picture}\n\n{' '.join(notes)}"


if __name__ == "__main__":
    with one_line_errors():
        main()
