"""The figure of all recipes: accuracy on the test images against seconds of training.

Knows nothing about files.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from benchmarks.runs import RecipeRuns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.ticker import FixedLocator, FuncFormatter, MultipleLocator, NullLocator
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from inkdigits.report.canvas import BLUE, FAINT, TEXT, VERMILLION, house_style, new_figure

TENSORFLOW = ((462.0, 0.99125), (1188.0, 0.9945), (1600.0, 0.995), (2031.0, 0.99546))
"""The public recipe on TensorFlow after 7, 18, 24 and 30 epochs: seconds, accuracy on Kaggle's test images.

Source: one run of the notebook's own code on a like machine of two cores; no measurement of this project's.
"""

ARTICLE = "article"
"""The recipe that all are compared with."""

_TICKS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)

_SEEDS = "recipe, on Kaggle's 28,000 test images: mean and standard deviation over seeds"

_ONE_RUN = "recipe, on the same images: one run"

_STEP = 0.001
"""Of accuracy, between two ticks."""

_BETWEEN = 12
"""Places on a line, from one of its points to the next, that a label had better leave free."""

_PLACES = (
    (8, 0, "left"),
    (-8, 0, "right"),
    (0, 20, "center"),
    (0, -20, "center"),
    (8, 16, "left"),
    (8, -16, "left"),
    (-8, 16, "right"),
    (-8, -16, "right"),
    (18, 16, "left"),
    (18, -16, "left"),
)
"""Where a label may stand, seen from its point: points right, points up, alignment; the first free one."""


@house_style()
def accuracy_against_time(runs: Sequence[RecipeRuns]) -> Figure:
    """Draws each recipe's mean with its standard deviations, and how the article's recipe comes to its own.

    Args:
        runs: Of one machine, one recipe or more.
    """
    figure = new_figure(7.2, 4.6)
    axes = figure.add_subplot()
    for run in runs:
        _point(axes, run)
        if run.recipe == ARTICLE:
            _curve(axes, run)
    axes.plot(
        *zip(*TENSORFLOW, strict=True),
        color=FAINT,
        linestyle=":",
        linewidth=1.1,
        marker="s",
        markerfacecolor="white",
        label="the article's public recipe on TensorFlow, on the same images, another machine: one run",
    )
    _set_axes(axes, runs)
    handles, names = axes.get_legend_handles_labels()
    unique = dict(sorted(zip(names, handles, strict=True), key=lambda entry: _order(entry[0])))
    figure.legend(unique.values(), unique.keys(), loc="outside upper left")
    _label_points(figure, axes, runs)
    return figure


def _order(name: str) -> int:
    """Gives where a name stands in the legend: points before lines."""
    return (_SEEDS, _ONE_RUN).index(name) if name in (_SEEDS, _ONE_RUN) else 2


def _point(axes: Axes, run: RecipeRuns) -> None:
    """Draws a recipe's runs: filled for a mean, hollow for a single run, which has no deviation."""
    single = len(run.rows) == 1
    axes.errorbar(
        run.seconds.mean,
        run.accuracy.mean,
        xerr=run.seconds.deviation,
        yerr=run.accuracy.deviation,
        color=VERMILLION if run.recipe == ARTICLE else BLUE,
        marker="o",
        markersize=5.5,
        markerfacecolor="white" if single else None,
        elinewidth=1.2,
        linestyle="",
        zorder=3,
        label=_ONE_RUN if single else _SEEDS,
    )


def _curve(axes: Axes, run: RecipeRuns) -> None:
    """Draws how the runs' validation parts were answered after each epoch: no test image chooses an epoch."""
    curves = [row.curve for row in run.rows if row.curve]
    if curves:
        epochs = np.mean([curve[: min(map(len, curves))] for curve in curves], axis=0)
        name = "the article's recipe epoch by epoch, on its validation part instead"
        axes.plot(epochs[:, 0], epochs[:, 1], color=VERMILLION, linewidth=1, alpha=0.55, label=name)


def _set_axes(axes: Axes, runs: Sequence[RecipeRuns]) -> None:
    times = [seconds for seconds, _ in TENSORFLOW] + [run.seconds.mean for run in runs]
    accuracies = [accuracy for _, accuracy in TENSORFLOW]
    accuracies += [
        run.accuracy.mean + sign * (run.accuracy.deviation or 0) for run in runs for sign in (-1, 1)
    ]
    axes.set_xscale("log")
    axes.set_xlim(min(times) / 1.6, max(times) * 4)  # room for a label on the right
    low, high = math.floor(min(accuracies) / _STEP), math.ceil(max(accuracies) / _STEP)
    axes.set_ylim(_STEP * low, _STEP * high)  # the curve's first epochs are below
    axes.xaxis.set_major_locator(FixedLocator(_TICKS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"{seconds:,.0f}"))
    axes.yaxis.set_major_locator(MultipleLocator(_STEP))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda accuracy, _: f"{100 * accuracy:.1f}"))
    axes.set(xlabel="seconds of training (log scale)", ylabel="accuracy, %")
    axes.grid()


def _label_points(figure: Figure, axes: Axes, runs: Sequence[RecipeRuns]) -> None:
    """Writes its name and figures beside each point, where no other point, curve or label stands."""
    figure.draw_without_rendering()  # lays the figure out, so that places in pixels are known
    points = [_around(axes, run.seconds.mean, run.accuracy.mean) for run in runs]
    points += [_around(axes, x, y) for line in axes.get_lines() for x, y in _along(line)]
    labels: list[Bbox] = []
    for run in runs:
        texts = [_text(axes, run, place) for place in _PLACES]
        boxes = [text.get_window_extent() for text in texts]
        frame = axes.get_window_extent()
        costs = [_hidden(box, [*points, *labels]) + _outside(box, frame) for box in boxes]
        chosen = costs.index(min(costs))
        labels.append(boxes[chosen])
        for text in texts[:chosen] + texts[chosen + 1 :]:
            text.remove()


def _text(axes: Axes, run: RecipeRuns, place: tuple[float, float, str]) -> Annotation:
    right, up, align = place
    return axes.annotate(
        f"{run.recipe}\n{100 * run.accuracy.mean:.2f} % in {run.seconds.mean:,.0f} s",
        (run.seconds.mean, run.accuracy.mean),
        xytext=(right, up),
        textcoords="offset points",
        ha=align,
        va="center",
        linespacing=1.25,
        color=TEXT,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        zorder=4,
    )


def _along(line: Line2D) -> NDArray[np.float64]:
    """Gives places on a drawn line, seconds and accuracy: its points, and as many between two of them."""
    points = np.asarray(line.get_xydata())
    if len(points) < 2:
        return points
    places = np.linspace(0, len(points) - 1, (len(points) - 1) * _BETWEEN + 1)
    seconds, accuracy = np.log(points[:, 0]), points[:, 1]
    known = np.arange(len(points))
    return np.stack([np.exp(np.interp(places, known, seconds)), np.interp(places, known, accuracy)], axis=1)


def _around(axes: Axes, seconds: float, accuracy: float) -> Bbox:
    x, y = axes.transData.transform((seconds, accuracy))
    return Bbox.from_extents(x - 5, y - 5, x + 5, y + 5)


def _hidden(box: Bbox, others: Sequence[Bbox]) -> float:
    """Gives the area that a box shares with others."""
    return sum(_area(Bbox.intersection(box, other)) for other in others)


def _outside(box: Bbox, frame: Bbox) -> float:
    return _area(box) - _area(Bbox.intersection(box, frame))


def _area(box: Bbox | None) -> float:
    return 0.0 if box is None else float(box.width * box.height)
