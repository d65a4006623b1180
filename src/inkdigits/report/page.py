"""The report of a run: one HTML file that holds everything and loads nothing.

Knows nothing about how a figure is drawn, nor how a metric is computed.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from inkdigits.errors import MissingExtra
from inkdigits.evaluation.metrics import frequent_confusions
from inkdigits.files import write_text
from inkdigits.report.figures import draw_figures
from inkdigits.report.grids import EXAMPLES_PER_DIGIT, IMAGES_SHOWN
from inkdigits.report.run_folder import REPORT, load_run
from inkdigits.report.run_records import EpochRecord, RunRecord
from inkdigits.report.words import duration, percent

try:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
except ModuleNotFoundError as error:
    raise MissingExtra("drawing a report", "train", "jinja2") from error

CONFUSIONS_NAMED = 5
"""How many of the most frequent confusions the caption names."""


def write_report(folder: Path) -> Path:
    """Draws a finished run: `figures/` and `report.html` in its folder, whatever stood there before.

    Args:
        folder: The run folder.

    Returns:
        The path of `report.html`.

    Raises:
        RunFolderError: If the folder holds no run, or one that is not finished.
        DataNotFound: If a file of the run is gone.
        CorruptData: If a file of the run is not what it should be.
        OutputError: If the folder can't be written.
    """
    run = load_run(folder)
    figures = draw_figures(run, folder)
    path = folder / REPORT
    write_text(path, _page(run, figures))
    return path


def _page(run: RunRecord, figures: dict[str, bytes]) -> str:
    here = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(here),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(count=_count, percent=_percent, duration=duration)
    return environment.get_template("page.jinja").render(
        run=run,
        facts=run.facts,
        metrics=run.metrics,
        figures={name: _data_uri(svg) for name, svg in figures.items()},
        css=(here / "page.css").read_text(encoding="utf-8"),
        parameters=sum(layer.parameters for layer in run.facts.layers),
        seconds=sum(epoch.seconds for epoch in run.history),
        speed=_speed(run.history),
        examples_per_digit=EXAMPLES_PER_DIGIT,
        images_shown=IMAGES_SHOWN,
        confusions=frequent_confusions(run.metrics, CONFUSIONS_NAMED),
    )


def _speed(history: Sequence[EpochRecord]) -> float:
    """Gives images a second over all epochs, whatever was learned beside the set counted in; 0 if unknown."""
    seconds = sum(epoch.seconds for epoch in history)
    return sum(epoch.images_per_second * epoch.seconds for epoch in history) / seconds if seconds else 0.0


def _data_uri(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"


def _count(number: float) -> str:
    """Gives 28000 as 28,000."""
    return f"{number:,.0f}"


def _percent(part: float) -> str:
    """Gives a percentage with a space that does not break."""
    return percent(part).replace(" ", "\N{NO-BREAK SPACE}")
