"""Grids of digit images with their predictions: examples, and the errors of highest confidence.

Knows nothing about files or the page they stand on.
"""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from inkdigits.arrays import CLASSES, INK, DigitImages, Labels, Probabilities
from inkdigits.evaluation.metrics import worst_errors
from inkdigits.report.canvas import COLUMN, FAINT, TEXT, VERMILLION, house_style, new_figure

COLUMNS = 6
ROWS = 5
IMAGES_SHOWN = COLUMNS * ROWS
EXAMPLES_PER_DIGIT = IMAGES_SHOWN // CLASSES
EXAMPLES_SEED = 0
"""Which examples are shown; fixed, so that nobody picks the pretty ones."""


@house_style()
def examples(images: DigitImages, labels: Labels, probabilities: Probabilities) -> Figure:
    """Draws three images of each digit, taken at random by a fixed seed, with prediction and confidence.

    Args:
        images: (n, 28, 28) uint8, ink 255 on 0.
        labels: (n,) uint8.
        probabilities: (n, 10) float.
    """
    rng = np.random.default_rng(EXAMPLES_SEED)
    members = [rng.permutation(np.flatnonzero(labels == digit)) for digit in range(CLASSES)]
    chosen = np.concatenate([group[:EXAMPLES_PER_DIGIT] for group in members])
    return _grid(images[chosen], labels[chosen], probabilities[chosen])


@house_style()
def errors(images: DigitImages, labels: Labels, probabilities: Probabilities) -> Figure:
    """Draws the wrong answers of highest confidence, as label → prediction; arguments as for `examples`."""
    chosen = worst_errors(probabilities, labels, limit=IMAGES_SHOWN)
    if len(chosen):
        return _grid(images[chosen], labels[chosen], probabilities[chosen])
    figure = new_figure(COLUMN, 1.6)
    figure.text(0.5, 0.58, "No errors", ha="center", va="center", fontsize=13)
    figure.text(0.5, 0.38, f"all {len(labels):,} images were answered rightly", ha="center", va="center")
    return figure


def _grid(images: DigitImages, labels: Labels, probabilities: Probabilities) -> Figure:
    rows = -(-len(images) // COLUMNS)
    figure = new_figure(COLUMN, 0.1 + 1.09 * rows)
    places = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes, image, label, answer in zip(places, images, labels, probabilities, strict=False):
        axes.imshow(INK - image, cmap="gray", vmin=0, vmax=INK, interpolation="none")
        axes.set(xticks=(), yticks=())
        axes.spines[:].set(visible=True, color="#CCCCCC")
        prediction, confidence = int(answer.argmax()), float(answer.max())
        right = prediction == label
        name = f"{prediction}" if right else f"{label} → {prediction}"
        axes.set_xlabel(name, fontsize=9, labelpad=2, color=TEXT if right else VERMILLION, weight="bold")
        axes.text(
            0.5, -0.4, _percent(confidence), transform=axes.transAxes, ha="center", color=FAINT, fontsize=7
        )
    for axes in places[len(images) :]:
        axes.set_axis_off()
    return figure


def _percent(confidence: float) -> str:
    """Gives one decimal, and nothing that rounds to certainty."""
    return ">99.9 %" if confidence >= 0.9995 else f"{100 * confidence:.1f} %"
