"""The lines of the benchmarks: written, read, grouped, and made into docs/results.md."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from benchmarks.accuracy import choices_sha256
from benchmarks.records import (
    RESULTS,
    AccuracyRow,
    LatencyRow,
    MemoryRow,
    PeakRow,
    append_row,
    commit_of,
    read_rows,
    replace_last_rows,
)
from benchmarks.results import DOCUMENT, Lines, read_lines, render
from benchmarks.runs import by_recipe, on_main_machine, spread
from benchmarks.time_figure import accuracy_against_time

from inkdigits.errors import CorruptData, DataError
from inkdigits.report.canvas import figure_bytes

MakeRow = Callable[..., AccuracyRow]

MADE = {
    "machine": "A processor, 2 cores, Linux",
    "versions": {"python": "3.11.7", "onnxruntime": "1.32.0"},
    "commit": "0123456789ab",
    "time": "2026-01-02T03:04:05+00:00",
}


def _row(recipe: str = "fast", seed: int = 0, accuracy: float = 0.996, **others: object) -> AccuracyRow:
    facts: dict[str, object] = {
        "images": 28000,
        "correct": round(28000 * accuracy),
        "seconds": 20.0 + seed,
        "article_epoch_seconds": 40.0,
    }
    return AccuracyRow(**{**MADE, "recipe": recipe, "seed": seed, "accuracy": accuracy, **facts, **others})  # type: ignore[arg-type]


def _latency(session: str = "2026-01-02T03:00:00+00:00", **others: object) -> LatencyRow:
    facts: dict[str, object] = {
        "subject": "Recognizer",
        "model": "tiny",
        "cores": 1,
        "calls": 500,
        "median_ms": 0.1234,
        "p90_ms": 0.2,
        "p99_ms": 0.3,
        "batch": 64,
        "digits_per_second": 20_000.0,
        "images": 10_000,
        "scored": 4_000,
        "accuracy": 0.9975,
    }
    return LatencyRow(**{**MADE, "session": session, **facts, **others})  # type: ignore[arg-type]


def _memory(images: int, way: str = "stream", own_mib: float | None = None) -> MemoryRow:
    return MemoryRow(
        **MADE,  # type: ignore[arg-type]
        session="2026-01-02T03:00:00+00:00",
        model="tiny",
        way=way,
        images=images,
        chunk=1000,
        seconds=images / 20_000,
        digits_per_second=20_000.0,
        peak_mib=95.6,
        own_mib=own_mib,
        seed=0,
    )


def _part(name: str) -> str:
    return f"Before.\n<!-- made: {name} -->\nold\n<!-- end -->\nAfter.\n"


def test_the_document_is_fresh() -> None:
    document = DOCUMENT.read_text("utf-8")
    assert render(document, read_lines(RESULTS)) == document, "run `python -m benchmarks.results`"


def test_a_made_part_is_replaced_and_the_prose_around_it_stays() -> None:
    lines = Lines([_row(seed=seed) for seed in range(3)], [], [])
    made = render(_part("recipes"), lines)
    assert made.startswith("Before.\n<!-- made: recipes -->\n")
    assert made.endswith("<!-- end -->\nAfter.\n")
    assert "old" not in made
    assert render(made, lines) == made
    assert (
        "| `fast` | \N{EN DASH} | 3 | **99.600 ± 0.000 %** | 99.600 % | 99.600 % | 21.0 ± 1.0 s | 0.53 |"
        in made
    )
    assert "python -m benchmarks.accuracy fast --seeds 3" in made


def test_a_single_run_has_no_deviation() -> None:
    made = render(_part("recipe ensemble"), Lines([_row("ensemble", article_epoch_seconds=None)], [], []))
    assert "| **99.600 %** | seed 0 |" in made
    assert "±" not in made.replace("mean ± standard deviation", "")
    assert "ratio" not in made


@pytest.mark.parametrize("name", ["nothing", "recipes fast", "recipe nobody"])
def test_a_part_that_nothing_can_be_made_for_is_told(name: str) -> None:
    with pytest.raises(DataError, match=name.split()[0] if "nobody" not in name else "nobody"):
        render(_part(name), Lines([_row()], [], []))


@pytest.mark.parametrize("name", ["recipes", "latency", "arithmetic", "memory", "peaks", "letters", "pages"])
def test_without_lines_a_part_says_so(name: str) -> None:
    assert "Not measured yet." in render(_part(name), Lines([], [], []))


def test_only_runs_of_the_newest_recipe_text_count() -> None:
    rows = [
        _row(seed=0, accuracy=0.99, time="2026-01-01T00:00:00+00:00"),
        _row(seed=0, recipe_sha256="b", time="2026-01-02T00:00:00+00:00"),
        _row(seed=1, recipe_sha256="b", time="2026-01-03T00:00:00+00:00", commit="another"),
        _row(seed=1, recipe_sha256="a", accuracy=0.98, time="2026-01-01T12:00:00+00:00"),
        _row(seed=2, recipe_sha256="a", accuracy=0.98, time="2026-01-01T13:00:00+00:00"),
    ]
    (run,) = by_recipe(rows)
    assert [row.recipe_sha256 for row in run.rows] == ["b", "b"]


def test_of_two_runs_of_a_seed_the_newer_counts_and_machines_stay_apart() -> None:
    older = _row(accuracy=0.99, time="2026-01-01T00:00:00+00:00")
    runs = by_recipe([_row(), older, _row(machine="A GPU", seconds=2.0), _row("accurate", seconds=600.0)])
    assert [(run.recipe, run.machine[:5], run.accuracy.mean) for run in runs] == [
        ("fast", "A GPU", 0.996),
        ("fast", "A pro", 0.996),
        ("accurate", "A pro", 0.996),
    ]
    assert [run.recipe for run in on_main_machine(runs)] == ["fast", "accurate"]


def test_latency_shows_the_newest_call_only_and_no_accuracy_where_nobody_can_tell() -> None:
    rows = [_latency("2026-01-01T00:00:00+00:00", model="old"), _latency(), _latency(accuracy=None, scored=0)]
    made = render(_part("latency"), Lines([], rows, []))
    assert made.count("| Recognizer | tiny | 1 |") == 2
    assert "| 99.75 % of 4,000 | 0.123 ms | 0.200 | 0.300 | 20,000 |" in made
    assert "| \N{EN DASH} | 0.123 ms |" in made


def test_the_arithmetic_limit_is_told_with_what_is_left() -> None:
    kinds = [
        {"name": "Conv", "microseconds": 40.0, "multiply_adds": 1_000_000},
        {"name": "Cast", "microseconds": 0.01, "multiply_adds": 0},
    ]
    facts = {
        "precision": "float32",
        "multiply_adds": 1_000_000,
        "multiply_adds_per_second": 5e10,
        "kinds": kinds,
    }
    made = render(_part("arithmetic"), Lines([], [_latency(arithmetic=facts)], []))
    assert "which would give 50,000 digits a second; 20,000 are **40 %** of that" in made
    assert "| `Conv` | 40.00 µs | 80.0 % | 50 % |" in made
    assert "| 10.00 µs | 20.0 % | \N{EN DASH} |" in made
    assert "Cast" not in made


def test_nodes_that_add_up_to_more_than_the_whole_are_explained() -> None:
    facts = {
        "precision": "int8",
        "multiply_adds": 1_000_000,
        "multiply_adds_per_second": 5e10,
        "kinds": [{"name": "Conv", "microseconds": 51.0, "multiply_adds": 1_000_000}],
    }
    made = render(_part("arithmetic"), Lines([], [_latency(arithmetic=facts)], []))
    assert "| -1.00 µs | -2.0 % |" in made
    assert "profiling slows the nodes" in made


def test_peaks_are_those_of_the_newest_call() -> None:
    facts: dict[str, Any] = {**MADE, "model": "tiny", "images": 10_000, "seconds": 0.25}
    old = PeakRow(**facts, session="2026-01-01", subject="Recognizer", accuracy=0.5, peak_mib=1.0)
    new = PeakRow(**facts, session="2026-01-02", subject="Recognizer", accuracy=0.9962, peak_mib=130.4)
    trained = PeakRow(**facts, session="2026-01-02", subject="training `fast`", accuracy=None, peak_mib=1500)
    made = render(_part("peaks"), Lines(peaks=[old, new, trained]))
    assert "| Recognizer | tiny | 10,000 | 99.62 % | 0.25 s | 130 MiB |" in made
    assert "| training `fast` | tiny | 10,000 | \N{EN DASH} | 0.25 s | 1,500 MiB |" in made
    assert "50.00" not in made


def test_memory_tells_what_one_call_needed() -> None:
    made = render(_part("memory"), Lines([], [], [_memory(1), _memory(1_000_000, "array", own_mib=42.4)]))
    assert "| 1 | chunks of 1,000 | 5e-05 s | 20,000 | 96 MiB |" in made
    assert "One call with an array of 1,000,000 images took 42 MiB beside images and answers." in made


def test_each_run_is_told_with_its_recipe_and_seeds() -> None:
    rows = [
        _row("accurate", 0, recipe_sha256="a"),
        *(_row("accurate", seed, recipe_sha256="a", commit="another") for seed in (1, 2)),
        _row("fast"),
    ]
    made = render(_part("recipes"), Lines(rows))
    for subject, commit in (
        ("`accurate`, seed 0", "0123456789ab"),
        ("`accurate`, seeds 1 to 2", "another"),
        ("`fast`, seed 0", "0123456789ab"),
    ):
        (sentence,) = (line for line in made.splitlines() if line.startswith(f"{subject}: measured"))
        assert sentence.endswith(f"commit {commit}.")


def test_a_checkout_is_changed_where_code_is(tmp_path: Path) -> None:
    names = ("src/a.py", "benchmarks/b.py", "benchmarks/results/b.jsonl", "docs/c.md", "pyproject.toml")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first\n", "utf-8")
    someone = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "--quiet"], ["add", "."], [*someone, "commit", "--quiet", "-m", "First"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    clean = commit_of(tmp_path)
    assert len(clean) == 12
    for name in ("benchmarks/results/b.jsonl", "docs/c.md"):
        (tmp_path / name).write_text("second\n", "utf-8")
    assert commit_of(tmp_path) == clean
    for name in ("src/a.py", "benchmarks/b.py", "pyproject.toml"):
        (tmp_path / name).write_text("second\n", "utf-8")
        assert commit_of(tmp_path) == f"{clean}-dirty"
        (tmp_path / name).write_text("first\n", "utf-8")
    assert commit_of(tmp_path) == clean


def test_outside_of_a_checkout_the_commit_is_unknown(tmp_path: Path) -> None:
    assert commit_of(tmp_path) == "unknown"


def test_lines_come_back_as_written_and_unknown_fields_are_passed_over(tmp_path: Path) -> None:
    rows = [_row(seed=0, accuracy=1 / 3), _row(seed=1)]
    for row in rows:
        append_row(tmp_path / "new", "accuracy", row)
    path = tmp_path / "new" / "accuracy.jsonl"
    path.write_text(path.read_text("utf-8").replace('{"benchmark"', '{"of later": 1, "benchmark"'), "utf-8")
    assert read_rows(tmp_path / "new", "accuracy", AccuracyRow) == rows
    assert read_rows(tmp_path, "memory", MemoryRow) == []


def test_the_last_lines_can_be_written_anew(tmp_path: Path) -> None:
    rows = [_row(seed=seed) for seed in range(3)]
    for row in rows:
        append_row(tmp_path, "accuracy", row)
    mended = [dataclasses.replace(row, article_epoch_seconds=50.0) for row in rows[1:]]
    replace_last_rows(tmp_path, "accuracy", mended)
    assert read_rows(tmp_path, "accuracy", AccuracyRow) == [rows[0], *mended]
    replace_last_rows(tmp_path, "accuracy", [])
    assert read_rows(tmp_path, "accuracy", AccuracyRow) == [rows[0], *mended]


@pytest.mark.parametrize(("line", "says"), [("{", "line 2 is no JSON"), ('{"recipe": "x"}', "line 2 lacks")])
def test_a_broken_line_is_told_by_its_number(tmp_path: Path, line: str, says: str) -> None:
    append_row(tmp_path, "accuracy", _row())
    with (tmp_path / "accuracy.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(CorruptData, match=says):
        read_rows(tmp_path, "accuracy", AccuracyRow)


def test_the_repository_s_lines_hold_no_path_of_a_machine() -> None:
    for path in RESULTS.glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            words = [word for value in json.loads(line).values() for word in str(value).split()]
            assert not [word for word in words if word.startswith(("/", "~"))]


def test_a_recipe_s_digest_is_of_its_choices() -> None:
    text = 'name = "a"\nabout = "this"\nepochs = 3\n[network]\nname = "article"\n'
    assert choices_sha256(text) == choices_sha256("# why\n" + text.replace("this", "that"))
    assert choices_sha256(text) != choices_sha256(text.replace("3", "4"))


def test_spread() -> None:
    figure = spread([1.0, 2.0, 6.0])
    assert (figure.count, figure.mean, figure.lowest, figure.highest) == (3, 3.0, 1.0, 6.0)
    assert figure.deviation == pytest.approx(7**0.5)


def test_the_figure_labels_every_recipe_and_no_label_covers_another() -> None:
    rows = [
        _row("article", seed, 0.9946, seconds=1100.0, curve=((500.0, 0.99), (1100.0, 0.995)))
        for seed in (0, 1)
    ]
    rows += [
        _row("fast"),
        _row("accurate", 0, 0.9969, seconds=600.0),
        _row("ensemble", 0, 0.9975, seconds=2400.0),
    ]
    rows += [_row("distilled", 0, 0.9972, seconds=3300.0)]
    figure = accuracy_against_time(by_recipe(rows))
    figure.draw_without_rendering()
    labels = figure.axes[0].texts
    assert sorted(label.get_text().splitlines()[0] for label in labels) == [
        "accurate",
        "article",
        "distilled",
        "ensemble",
        "fast",
    ]
    boxes = [label.get_window_extent() for label in labels]
    assert sum(box.count_overlaps(boxes) for box in boxes) == len(boxes)  # each with itself
    assert figure_bytes(figure, "png") == figure_bytes(figure, "png")


def test_the_figure_tells_single_runs_from_means() -> None:
    rows = [_row("fast", 0), _row("fast", 1), _row("ensemble", 0, 0.9975, seconds=2400.0)]
    figure = accuracy_against_time(by_recipe(rows))
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names[0].endswith("mean and standard deviation over seeds")
    assert names[1].endswith("one run")
    low, high = figure.axes[0].get_ylim()
    assert low < 0.996 < 0.9975 < high
