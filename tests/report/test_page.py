from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from inkdigits.errors import OutputError, RunFolderError
from inkdigits.evaluation.metrics import measure
from inkdigits.report.figures import draw_figures
from inkdigits.report.page import write_report
from inkdigits.report.run_records import RunRecord

MakeRun = Callable[..., RunRecord]
SaveRun = Callable[[RunRecord], Path]

FIGURES = ("accuracy", "confusion", "counts", "errors", "examples", "loss", "reliability")
VOID = ("meta", "img", "br", "link", "input")


class Page(HTMLParser):
    """Collects what a page loads, its headings, texts and ids; fails on elements that don't nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.alts: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.loads += [values[name] for name in ("src", "href", "srcset", "data") if name in values]
        self.ids += [values["id"]] if "id" in values else []
        self.alts += [values["alt"]] if tag == "img" else []
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.texts.append(data)


def read(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def test_the_page_holds_everything_and_loads_nothing(run: RunRecord, save_run: SaveRun) -> None:
    path = write_report(save_run(run))
    page, html = read(path), path.read_text(encoding="utf-8")

    assert path.name == "report.html"
    assert page.ids == ["digits", "network", "curves", "confusion", "examples", "scores", "origin"]
    assert page.tags.count("img") == len(FIGURES)
    assert all(page.alts)
    assert all(load.startswith(("data:image/svg+xml;base64,", "#")) for load in page.loads)
    assert {load[1:] for load in page.loads if load.startswith("#")} <= set(page.ids)
    assert "script" not in page.tags
    assert "http" not in re.sub(r"base64,[^\"]+", "", html)
    assert "url(" not in html
    assert "@import" not in html


def test_the_page_tells_every_number_a_reader_asks_for(run: RunRecord, save_run: SaveRun) -> None:
    text = read(write_report(save_run(run))).text.replace("\N{NO-BREAK SPACE}", " ")

    for words in (
        "97.50 %",  # 195 of 200
        "94.28 % to 98.93 %",
        "195 of 200 images",
        "887,530",
        "max_pooling2d_1 (MaxPooling2D)",
        "(None, 28, 28, 32)",
        "803,072",
        "Accuracy on mnist:test",
        "the model has seen 17 of them",
        "2 min 38 s in all, 52.5 s an epoch",
        "727 images a second",  # supplements counted in, as the history has them
        "A processor, 2 cores, Linux",
        "keras 3.15.1",
        run.facts.fingerprint,
        run.recipe_text.strip().splitlines()[-1],
        "all 5 of them",
    ):
        assert words in text, words


def test_no_path_of_one_s_own_is_passed_on(run: RunRecord, save_run: SaveRun) -> None:
    own = "/home/ann/patients/ward7.npz"
    facts, scored = replace(run.facts, data=own), replace(run.evaluations[0], data=own)
    text = read(write_report(save_run(replace(run, facts=facts, evaluations=(scored,))))).text
    assert "ann" not in text
    assert text.count("…/ward7.npz") >= 6


def test_every_figure_stands_in_the_folder_twice(run: RunRecord, save_run: SaveRun) -> None:
    folder = save_run(run)
    write_report(folder)

    names = [f"{name}.{kind}" for name in FIGURES for kind in ("png", "svg")]
    assert sorted(path.name for path in (folder / "figures").iterdir()) == sorted(names)
    for name in FIGURES:
        ElementTree.parse(folder / "figures" / f"{name}.svg")
        with Image.open(folder / "figures" / f"{name}.png") as picture:
            assert min(picture.size) > 150
            assert len(picture.convert("L").histogram()) == 256
            assert picture.convert("L").getextrema()[1] == 255


def test_the_same_run_gives_the_same_bytes_twice(run: RunRecord, save_run: SaveRun) -> None:
    folder = save_run(run)
    before = write_report(folder).read_bytes()
    figures = {path.name: path.read_bytes() for path in (folder / "figures").iterdir()}

    assert write_report(folder).read_bytes() == before
    assert {path.name: path.read_bytes() for path in (folder / "figures").iterdir()} == figures


def test_names_are_text_and_never_markup(run: RunRecord, save_run: SaveRun) -> None:
    bad = '<script>alert("x")</script>'
    facts = replace(run.facts, name=bad, data=bad, machine=bad, recipe=bad, versions={bad: bad})
    facts = replace(facts, layers=(replace(facts.layers[0], name=bad),))
    evaluations = (replace(run.evaluations[0], data=bad),)
    page = read(write_report(save_run(replace(run, facts=facts, recipe_text=bad, evaluations=evaluations))))

    assert "script" not in page.tags
    assert page.text.count(bad) >= 8


@pytest.mark.parametrize(
    ("images", "errors", "epochs"),
    [(60, 0, 1), (150, 150, 60), (1, 0, 1), (1, 1, 2), (200, 31, 3)],
)
def test_runs_at_the_edges_draw_without_a_warning(
    make_run: MakeRun, save_run: SaveRun, images: int, errors: int, epochs: int
) -> None:
    page = read(write_report(save_run(make_run(images, errors, epochs))))

    assert ("There are none in the validation part" in page.text) == (errors == 0)
    assert ("; 30 of" in page.text) == (errors > 30)


@pytest.mark.parametrize("perfect", [True, False])
def test_losses_of_nought_and_accuracies_of_nought_or_one_have_a_place(
    run: RunRecord, tmp_path: Path, perfect: bool
) -> None:
    accuracy = 1.0 if perfect else 0.0
    history = [replace(e, loss=0.0, validation_loss=0.0, accuracy=accuracy) for e in run.history]
    history[-1] = replace(history[-1], validation_accuracy=accuracy)

    assert set(draw_figures(replace(run, history=tuple(history)), tmp_path)) == set(FIGURES)


def test_a_run_without_evaluations_or_with_one_kind_of_digit_is_drawn(
    run: RunRecord, save_run: SaveRun
) -> None:
    only = np.flatnonzero(run.labels == 3)
    facts = replace(run.facts, fit_counts=(0, 0, 0, 90, 0, 0, 0, 0, 0, 0))
    part = replace(
        run,
        facts=facts,
        images=run.images[only],
        labels=run.labels[only],
        probabilities=run.probabilities[only],
        metrics=measure(run.probabilities[only], run.labels[only]),
        evaluations=(),
    )
    page = read(write_report(save_run(part)))

    assert "\N{EN DASH}" in page.text
    assert "Accuracy on" not in page.text


def test_what_is_no_run_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError):
        write_report(tmp_path)


def test_figures_that_can_not_be_written_are_told(run: RunRecord, save_run: SaveRun) -> None:
    folder = save_run(run)
    (folder / "figures").write_text("not a folder", encoding="utf-8")

    with pytest.raises(OutputError, match="figures"):
        write_report(folder)


@pytest.mark.parametrize("package", ["matplotlib", "jinja2"])
def test_a_missing_extra_is_named_with_its_command(package: str) -> None:
    code = f"import sys; sys.modules['{package}'] = None; import inkdigits.report.page"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert f"needs {package}" in run.stderr
    assert "pip install 'inkdigits[train]'" in run.stderr


def test_drawing_leaves_pyplot_alone_and_the_run_folder_needs_no_matplotlib() -> None:
    code = (
        "import sys, inkdigits.report.run_folder; assert 'matplotlib' not in sys.modules;"
        "import inkdigits.report.page; assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
