"""What lines are composed from: digit images, pen traces, letters; what is fitted and what is held out.

Knows nothing about where on a line a glyph goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from inkdigits.arrays import CLASSES
from inkdigits.data import DigitSet, load_digit_set
from inkdigits.data.strokes import PenTrace, load_pen_traces
from inkdigits.training.lines.glyphs import Glyph, cut
from inkdigits.training.lines.letters import LIKE_ANY_HANDS, draw_printed, load_handwritten
from inkdigits.training.lines.shapes import draw_shapes

VALIDATION_DIGITS = 5000
"""So many of the last digit images are not fitted."""

VALIDATION_WRITER = 27
"""The pen traces of this writer and the later ones are not fitted."""

_PRINTED = 14  # times that each printed letter counts: three in ten of all letters are printed
_SHAPES = 60  # of each way to write a digit that we draw ourselves, among some 700 traces of the digit


@dataclass(frozen=True, eq=False)
class GlyphBank:
    """What is drawn from.

    Attributes:
        images: For each digit, its images cut to their ink.
        traces: For each digit, its pen traces.
        letters: Handwritten and printed letters and signs that are no digits, of any size.
    """

    images: tuple[tuple[Glyph, ...], ...]
    traces: tuple[tuple[PenTrace, ...], ...]
    letters: tuple[Glyph, ...]


def load_bank(part: Literal["train", "validation"]) -> GlyphBank:
    """Gives the bank of `mnist:train`, the pen traces' train split and Omniglot's letters.

    Args:
        part: What is fitted, or what is held out of it: other images, other writers.

    Raises:
        DataError: If one of the files is not on this machine or not what it should be.
    """
    digits, traces = load_digit_set("mnist:train"), load_pen_traces("train")
    letters = load_handwritten(LIKE_ANY_HANDS)
    first = len(digits) - VALIDATION_DIGITS
    if part == "train":
        kept = tuple(trace for trace in traces if trace.writer < VALIDATION_WRITER)
        drawn = draw_shapes(_SHAPES, np.random.default_rng(0))
        return make_bank(digits.take(np.arange(first)), kept + drawn, letters)
    kept = tuple(trace for trace in traces if trace.writer >= VALIDATION_WRITER)
    return make_bank(digits.take(np.arange(first, len(digits))), kept, letters)


def make_bank(digits: DigitSet, traces: tuple[PenTrace, ...], letters: tuple[Glyph, ...]) -> GlyphBank:
    """Gives a bank of given digits; printed letters and signs are added to `letters`."""
    labels = digits.true_labels
    return GlyphBank(
        images=tuple(
            tuple(cut(image) for image in digits.images[labels == digit]) for digit in range(CLASSES)
        ),
        traces=tuple(tuple(trace for trace in traces if trace.label == digit) for digit in range(CLASSES)),
        letters=letters + draw_printed(LIKE_ANY_HANDS) * _PRINTED,
    )
