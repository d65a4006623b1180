"""The charts of a run: images per digit, confusion matrix, reliability diagram.

Knows nothing about files or the page they stand on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator, PercentFormatter

from inkdigits.arrays import CLASSES
from inkdigits.evaluation.metrics import Metrics, ReliabilityBin, wilson_interval
from inkdigits.report.canvas import (
    BLUE,
    COLUMN,
    FAINT,
    ORANGE,
    TEXT,
    house_style,
    new_figure,
)

_DARKEST_FROM = 5
"""Errors in one cell from which it may be the darkest: a matrix of single errors should not look alarming."""


@house_style()
def digit_counts(fit: Sequence[int], validation: Sequence[int]) -> Figure:
    """Draws how many images of each digit were fitted on and how many validate.

    Args:
        fit: 10 counts, digits 0 to 9.
        validation: Likewise.
    """
    figure = new_figure(COLUMN, 3.3)
    axes = figure.add_subplot()
    digits = range(CLASSES)
    axes.barh(digits, fit, color=BLUE, height=0.72, label="fitted on")
    axes.barh(
        digits,
        validation,
        left=fit,
        color=ORANGE,
        edgecolor="white",
        hatch="////",
        height=0.72,
        label="validation",
    )
    longest = max(f + v for f, v in zip(fit, validation, strict=True)) or 1
    for digit, f, v in zip(digits, fit, validation, strict=True):
        axes.text(f + v + 0.015 * longest, digit, f"{f:,} + {v:,}", va="center", fontsize=8)
    axes.set(xlim=(0, 1.27 * longest), ylim=(CLASSES - 0.5, -0.5), xlabel="images", ylabel="digit")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))
    axes.set_yticks(digits)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    figure.legend(loc="outside upper center", ncols=2)
    return figure


@house_style()
def confusion_matrix(metrics: Metrics) -> Figure:
    """Draws counts and, under each, the part of its row; wrong answers have a colour scale of their own."""
    confusion = np.array(metrics.confusion)
    totals = confusion.sum(axis=1)
    most = max(int((confusion - np.diag(np.diag(confusion))).max()), _DARKEST_FROM)
    figure = new_figure(5.8, 5.6)
    axes = figure.add_subplot()
    for label in range(CLASSES):
        for prediction in range(CLASSES):
            count = int(confusion[label, prediction])
            _cell(
                axes, label, prediction, count, int(totals[label]), 0 if label == prediction else count / most
            )
    axes.set(xlim=(-0.52, 9.52), ylim=(9.52, -0.52), aspect="equal", xlabel="prediction", ylabel="label")
    axes.set_xticks(range(CLASSES))
    axes.set_yticks(range(CLASSES))
    axes.tick_params(length=0)
    axes.xaxis.set_label_position("top")
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    return figure


@house_style()
def reliability_diagram(metrics: Metrics) -> Figure:
    """Draws accuracy against confidence, bin by bin, and under it how many answers each bin holds."""
    figure = new_figure(COLUMN, 4.9)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    upper.plot((0, 1), (0, 1), color=FAINT, linestyle="--", linewidth=1, label="confidence = accuracy")
    _reliability_points(upper, [b for b in metrics.reliability if b.count])
    upper.set(xlim=(0, 1), ylim=(-0.02, 1.04), ylabel="accuracy")
    upper.set_title(f"calibration error {metrics.calibration_error:.4f}", loc="right", fontsize=8.5)
    upper.grid()
    _bin_counts(lower, metrics.reliability)
    lower.set_xlabel("confidence")
    for axes in (upper, lower):
        axes.set_xticks(np.linspace(0, 1, 6))
        axes.xaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    upper.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def _cell(axes: Axes, label: int, prediction: int, count: int, total: int, strength: float) -> None:
    """Draws one cell; `strength` is 0 on the diagonal, else the count as a part of the largest wrong one."""
    right = label == prediction
    white, full = np.array((1.0, 1.0, 1.0)), np.array((0.62, 0.25, 0.0))
    shade = (
        (0.88, 0.93, 0.97)
        if right and count
        else tuple(white + (full - white) * (0.12 + 0.88 * strength) * (count > 0))
    )
    axes.add_patch(
        Rectangle((prediction - 0.5, label - 0.5), 1, 1, facecolor=shade, edgecolor="#E4E4E4", linewidth=0.6)
    )
    if not count and not right:
        axes.text(prediction, label, "0", ha="center", va="center", color="#C4C4C4", fontsize=7)
        return
    ink = "white" if strength > 0.7 else TEXT
    rate = f"{100 * count / total:.1f} %" if total else "\N{EN DASH}"
    weight = "bold" if right and count else "normal"
    axes.text(prediction, label - 0.1, f"{count:,}", ha="center", va="center", color=ink, weight=weight)
    axes.text(prediction, label + 0.24, rate, ha="center", va="center", color=ink, fontsize=6.2)


def _reliability_points(axes: Axes, bins: Sequence[ReliabilityBin]) -> None:
    """Draws each bin's accuracy with its 95 % interval, which tells a bin of few answers from a bad one."""
    ends = np.array([wilson_interval(round(b.accuracy * b.count), b.count) for b in bins]).T
    accuracies = np.array([b.accuracy for b in bins])
    axes.errorbar(
        [b.confidence for b in bins],
        accuracies,
        yerr=np.maximum([accuracies - ends[0], ends[1] - accuracies], 0),
        color=BLUE,
        ecolor=(BLUE, 0.55),
        elinewidth=1.2,
        fmt="o",
        clip_on=False,
        label="a bin, with its 95 % interval",
    )


def _bin_counts(axes: Axes, bins: Sequence[ReliabilityBin]) -> None:
    counts = [b.count for b in bins]
    # Bars on a logarithmic axis begin below 1, so that a single answer still shows.
    axes.bar(
        [b.low for b in bins],
        counts,
        width=[b.high - b.low for b in bins],
        align="edge",
        color=BLUE,
        edgecolor="white",
    )
    axes.set_yscale("log")
    axes.set_ylim(0.5, 12 * max(counts))
    for b in bins:
        if b.count:
            axes.text(
                (b.low + b.high) / 2, b.count * 1.3, f"{b.count:,}", ha="center", va="bottom", fontsize=6.5
            )
    axes.yaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylabel("answers (log scale)")
