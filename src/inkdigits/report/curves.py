"""The curves of a run: loss and accuracy, training against validation, epoch by epoch.

Knows nothing about files or the page they stand on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from inkdigits.report.canvas import BLUE, COLUMN, VERMILLION, house_style, new_figure
from inkdigits.report.run_records import EpochRecord

SMALLEST_LOSS = 1e-6
"""Where the loss axis ends: a loss of 0 has no place on a logarithmic one."""

TICK_STEPS: tuple[tuple[float, ...], ...] = (
    (1, 2, 5),
    (1, 1.5, 2, 3, 5, 7),
    (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9),
)
"""Ticks in a decade, from coarse to fine."""


@house_style()
def loss_curves(history: Sequence[EpochRecord]) -> Figure:
    """Draws training against validation loss, epoch by epoch, on a logarithmic axis."""
    training = [max(epoch.loss, SMALLEST_LOSS) for epoch in history]
    validation = [max(epoch.validation_loss, SMALLEST_LOSS) for epoch in history]
    figure, axes = _curves(training, validation)
    _log_axis(axes, [*training, *validation], lambda loss: f"{loss:.4g}")
    axes.set_ylabel("loss (log scale)")
    return figure


@house_style()
def accuracy_curves(history: Sequence[EpochRecord]) -> Figure:
    """Draws training against validation accuracy; the axis is stretched towards 100 %.

    It is the logarithm of the part of wrong answers, so that 99.2 and 99.6 % lie as far apart as 80 and 90.
    """
    accuracies = [(epoch.accuracy, epoch.validation_accuracy) for epoch in history]
    floor = min((1 - accuracy for pair in accuracies for accuracy in pair if accuracy < 1), default=0.02) / 2
    training, validation = (
        [max(1 - accuracy, floor) for accuracy in curve] for curve in zip(*accuracies, strict=True)
    )
    figure, axes = _curves(training, validation)
    whole = floor in training + validation
    _log_axis(
        axes,
        [*training, *validation],
        lambda error: "100 %" if whole and error == floor else f"{100 * (1 - error):.6g} %",
        extra=[floor] if whole else [],
    )
    axes.invert_yaxis()
    axes.set_ylabel("accuracy (stretched towards 100 %)")
    return figure


def _curves(training: Sequence[float], validation: Sequence[float]) -> tuple[Figure, Axes]:
    figure = new_figure(COLUMN, 3.4)
    axes = figure.add_subplot()
    epochs = range(1, len(training) + 1)
    every = max(1, len(training) // 15)
    axes.plot(
        epochs,
        training,
        color=BLUE,
        linestyle="--",
        marker="o",
        markevery=every,
        label="training",
        clip_on=False,
    )
    axes.plot(
        epochs, validation, color=VERMILLION, marker="s", markevery=every, label="validation", clip_on=False
    )
    axes.set_xlabel("epoch")
    room = max(0.4, 0.02 * len(epochs))
    axes.set_xlim(1 - room, len(epochs) + room)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
    axes.grid()
    figure.legend(loc="outside upper center", ncols=2)
    return figure, axes


def _log_axis(
    axes: Axes, values: Sequence[float], name: Callable[[float], str], extra: Sequence[float] = ()
) -> None:
    """Sets a logarithmic y axis that begins and ends at a tick, the ticks finer where the range is small."""
    low, high = min(values), max(values)
    finer = (_ticks_around(low, high, steps) for steps in TICK_STEPS)
    ticks = next((ticks for ticks in finer if len(ticks) >= 7), _ticks_around(low, high, TICK_STEPS[-1]))
    ticks = [tick for tick in ticks if not extra or tick > 1.2 * extra[0]] + list(extra)
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: name(value)))
    axes.set_ylim(min(ticks) / 1.03, max(ticks) * 1.03)


def _ticks_around(low: float, high: float, steps: Sequence[float]) -> list[float]:
    decades = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    ticks = [float(f"{step}e{decade}") for decade in decades for step in steps]
    first = max(tick for tick in ticks if tick <= low)
    last = min(tick for tick in ticks if tick >= high)
    return [tick for tick in ticks if first <= tick <= last]
