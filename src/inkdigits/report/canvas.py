"""How our figures look, and how one becomes a file: colours, type, repeatable bytes.

Knows nothing about runs or metrics.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# Colours that colour-blind readers tell apart. Source: Okabe and Ito, "Color Universal Design" (2008).
BLUE = "#0072B2"
ORANGE = "#E69F00"
VERMILLION = "#D55E00"
TEXT = "#222222"
FAINT = "#6B6B6B"
LINE = "#DDDDDD"

COLUMN = 4.7
"""Width in inches of a figure that shares its row with another, and is still legible on a phone."""

PNG_DPI = 150

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.labelsize": 8.5,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": TEXT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.5,
    "lines.markersize": 4,
    "text.color": TEXT,
    "xtick.color": FAINT,
    "xtick.labelcolor": TEXT,
    "xtick.major.width": 0.6,
    "ytick.color": FAINT,
    "ytick.labelcolor": TEXT,
    "ytick.major.width": 0.6,
    # Letters as outlines look the same everywhere; a fixed salt gives the same ids, so the same bytes.
    "svg.fonttype": "path",
    "svg.hashsalt": "inkdigits",
}


@contextmanager
def house_style() -> Iterator[None]:
    """Lets figures look alike whatever the reader's own matplotlibrc says; a decorator as well."""
    with matplotlib.style.context(["default", STYLE]):
        yield


def new_figure(width: float, height: float) -> Figure:
    """Gives an empty figure on white, `width` by `height` inches, that lays itself out without overlaps."""
    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


@house_style()
def figure_bytes(figure: Figure, kind: Literal["png", "svg"]) -> bytes:
    """Gives the figure as the content of a file, without dates: the same figure gives the same bytes."""
    content = io.BytesIO()
    if kind == "png":
        FigureCanvasAgg(figure).print_figure(content, dpi=PNG_DPI, metadata={"Software": None})
    else:
        FigureCanvasSVG(figure).print_figure(content, metadata={"Date": None, "Creator": None})
    return content.getvalue()
