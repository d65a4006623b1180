"""Every figure of a run, drawn into its folder as PNG and SVG.

Knows nothing about the page they stand on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from inkdigits.errors import MissingExtra
from inkdigits.files import write_bytes
from inkdigits.report.run_folder import FIGURES
from inkdigits.report.run_records import RunRecord

try:
    from matplotlib.figure import Figure

    from inkdigits.report.canvas import figure_bytes
    from inkdigits.report.charts import confusion_matrix, digit_counts, reliability_diagram
    from inkdigits.report.curves import accuracy_curves, loss_curves
    from inkdigits.report.grids import errors, examples
except ModuleNotFoundError as error:
    raise MissingExtra("drawing a report", "train", "matplotlib") from error


def draw_figures(run: RunRecord, folder: Path) -> dict[str, bytes]:
    """Draws all figures into `figures/` of the run folder, each as PNG and as SVG.

    Args:
        run: The finished run.
        folder: Its folder.

    Returns:
        The SVG of each, by name: counts, loss, accuracy, confusion, examples, errors, reliability.

    Raises:
        OutputError: If they can't be written.
    """
    drawn = {}
    for name, figure in _figures(run):
        drawn[name] = figure_bytes(figure, "svg")
        write_bytes(folder / FIGURES / f"{name}.svg", drawn[name])
        write_bytes(folder / FIGURES / f"{name}.png", figure_bytes(figure, "png"))
    return drawn


def _figures(run: RunRecord) -> Iterator[tuple[str, Figure]]:
    yield "counts", digit_counts(run.facts.fit_counts, run.facts.validation_counts)
    yield "loss", loss_curves(run.history)
    yield "accuracy", accuracy_curves(run.history)
    yield "confusion", confusion_matrix(run.metrics)
    yield "examples", examples(run.images, run.labels, run.probabilities)
    yield "errors", errors(run.images, run.labels, run.probabilities)
    yield "reliability", reliability_diagram(run.metrics)
