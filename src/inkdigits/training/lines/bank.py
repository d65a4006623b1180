"""What lines are composed from: digit images, pen traces, letters; what is fitted and what is held out.

Knows nothing about where on a line a glyph goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES
from inkdigits.data import DigitSet, load_digit_set
from inkdigits.data.strokes import PenTrace, load_pen_traces
from inkdigits.data.writers import load_writers
from inkdigits.training.lines.glyphs import Glyph, cut
from inkdigits.training.lines.letters import LIKE_ANY_HANDS, draw_printed, load_handwritten, load_scripts
from inkdigits.training.lines.prints import make_display, print_digits, print_letters
from inkdigits.training.lines.shapes import draw_shapes

VALIDATION_DIGITS = 5000
"""So many of the last digit images are not fitted."""

VALIDATION_WRITER = 27
"""The pen traces of this writer and the later ones are not fitted."""

_PRINTED = 14  # times that each printed letter counts: three in ten of all letters are printed
_SHAPES = 60  # of each way to write a digit that we draw ourselves, among some 700 traces of the digit
_TRACED = 20  # hands for each writer of pen traces: about as many as writers of images
_DISPLAYS = 10  # for some 15 fonts
_WAY = 0.12  # chance that a hand writes a digit in a way that we draw ourselves

_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class Digits:
    """Digits as one person, many, or a machine writes them.

    Attributes:
        images: For each digit, its images cut to their ink.
        traces: For each digit, its pen traces.
        letters: A machine's own, as high as its digits; may be empty.
        cell: Width in heights that a digit has at least, with what is bare beside it.
        before: Part of what is bare in a cell that stands before the digit, 0 to 1.
    """

    images: tuple[tuple[Glyph, ...], ...]
    traces: tuple[tuple[PenTrace, ...], ...]
    letters: tuple[Glyph, ...] = ()
    cell: float = 0.0
    before: float = 0.5


@dataclass(frozen=True, eq=False)
class GlyphBank:
    """What is drawn from.

    Attributes:
        digits: Everyone's.
        hands: Each of one person, with every digit; may be empty.
        letters: Handwritten and printed letters and signs that are no digits, of any size.
        scripts: Each of one person, a to z, those too that are like digits alone; may be empty.
        machines: Each of one font or one display; may be empty.
    """

    digits: Digits
    hands: tuple[Digits, ...]
    letters: tuple[Glyph, ...]
    scripts: tuple[tuple[Glyph, ...], ...] = ()
    machines: tuple[Digits, ...] = ()


def load_bank(part: Literal["train", "validation"]) -> GlyphBank:
    """Gives the bank of `mnist:train`, the pen traces' train split and Omniglot's letters.

    Args:
        part: What is fitted, or what is held out of it: other images, other writers.

    Raises:
        DataError: If one of the files is not on this machine or not what it should be.
    """
    digits, traces = load_digit_set("mnist:train"), load_pen_traces("train")
    writers = load_writers(digits.true_labels)
    letters = load_handwritten(LIKE_ANY_HANDS)
    first = len(digits) - VALIDATION_DIGITS
    if part == "train":
        kept = tuple(trace for trace in traces if trace.writer < VALIDATION_WRITER)
        ways = draw_shapes(_SHAPES, np.random.default_rng(0))
        bank = make_bank(digits.take(np.arange(first)), kept, letters, writers[:first], ways)
        return replace(bank, scripts=load_scripts(), machines=_machines())
    kept = tuple(trace for trace in traces if trace.writer >= VALIDATION_WRITER)
    return make_bank(digits.take(np.arange(first, len(digits))), kept, letters, writers[first:])


def make_bank(
    digits: DigitSet,
    traces: tuple[PenTrace, ...],
    letters: tuple[Glyph, ...],
    writers: NDArray[np.integer] | None = None,
    ways: tuple[tuple[PenTrace, ...], ...] = (),
) -> GlyphBank:
    """Gives a bank.

    Args:
        digits: Images of digits.
        traces: Pen traces.
        letters: Printed letters and signs are added to them.
        writers: Who wrote each image, (n,); None if that is not known.
        ways: Traces of one digit each, written in a way that some have.
    """
    images = list(zip(digits.true_labels.tolist(), map(cut, digits.images), strict=True))
    everyone = Digits(_by_digit(images), _traces_by_digit(chain(traces, *ways)))
    hands = []
    if writers is not None:
        nothing = ((),) * CLASSES
        for writer in np.unique(writers):
            own = _by_digit(images[index] for index in np.flatnonzero(writers == writer))
            hands.append(Digits(own, nothing))
        for writer in sorted({trace.writer for trace in traces}):
            written = _traces_by_digit(trace for trace in traces if trace.writer == writer)
            hands += [Digits(nothing, written)] * _TRACED
    whole = [hand for hand in hands if all(map(any, zip(hand.images, hand.traces, strict=True)))]
    rng = np.random.default_rng(0)
    return GlyphBank(
        digits=everyone,
        hands=tuple(_with_ways(hand, ways, rng) for hand in whole),
        letters=letters + draw_printed(LIKE_ANY_HANDS) * _PRINTED,
    )


def _machines() -> tuple[Digits, ...]:
    nothing, rng = ((),) * CLASSES, np.random.default_rng(0)
    fonts = [
        Digits(_by_digit(enumerate(digits)), nothing, letters, cell=_widest(digits))
        for digits, letters in zip(print_digits(), print_letters(), strict=True)
    ]
    shown = [make_display(rng) for _ in range(_DISPLAYS)]
    displays = [
        Digits(nothing, _by_digit(enumerate(one.digits)), one.draw_letters(), cell=one.width, before=1.0)
        for one in shown  # a 1 is the bars to the right
    ]
    return (*fonts, *displays)


def _widest(glyphs: Iterable[Glyph]) -> float:
    return float(max(glyph.shape[1] / glyph.shape[0] for glyph in glyphs))


def _with_ways(hand: Digits, ways: tuple[tuple[PenTrace, ...], ...], rng: np.random.Generator) -> Digits:
    """Gives a hand that writes some digits in such a way instead of its own."""
    images, traces = list(hand.images), list(hand.traces)
    for way in ways:
        if rng.random() < _WAY:
            images[way[0].label], traces[way[0].label] = (), way
    return Digits(tuple(images), tuple(traces))


def _traces_by_digit(traces: Iterable[PenTrace]) -> tuple[tuple[PenTrace, ...], ...]:
    return _by_digit((trace.label, trace) for trace in traces)


def _by_digit(labelled: Iterable[tuple[int, _T]]) -> tuple[tuple[_T, ...], ...]:
    found: list[list[_T]] = [[] for _ in range(CLASSES)]
    for label, item in labelled:
        found[label].append(item)
    return tuple(map(tuple, found))
