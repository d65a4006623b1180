"""Composes lines of handwriting with known truth: the label and the box of every digit.

Knows nothing about networks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import Page
from inkdigits.data.strokes import PenTrace
from inkdigits.images.line import normalize_line
from inkdigits.training.lines.bank import Digits, GlyphBank
from inkdigits.training.lines.camera import take_picture
from inkdigits.training.lines.glyphs import Glyph, Hand, draw_image, draw_trace
from inkdigits.training.lines.links import draw_link
from inkdigits.training.lines.marks import draw_mark
from inkdigits.training.lines.papers import make_papers
from inkdigits.training.lines.rules import draw_rules
from inkdigits.training.lines.scribbles import SIZE, draw_scribble
from inkdigits.training.lines.script import GAP, LETTER, WORDS, random_script, with_words
from inkdigits.training.lines.style import Style, mechanical, random_style
from inkdigits.training.lines.warp import bend
from inkdigits.training.lines.words import print_words, write_word

_PAPERS = 240
_BENT = 0.3  # share of lines that are bent
_BROKEN = 0.14  # share of pen traces in which the pen skips
_SCRIBBLED = 0.4  # share of letters that are of no script
_ONE_HAND = 0.6  # share of lines whose digits one person wrote, where the bank knows who wrote what
_BY_MACHINE = 0.12  # share of lines whose digits are printed or shown, where the bank has such
_HANDWRITTEN = 0.5  # share of words that are written by hand, where the bank knows how
_TOUCHING = "-=~"  # marks that the pen may run into from a digit


@dataclass(frozen=True, eq=False)
class ComposedLine:
    """A picture of a line with its truth.

    Attributes:
        page: (H, W) uint8, a crop of a page that holds the line.
        labels: (n,) uint8, left to right by the digits' middles.
        boxes: (n, 4) float32, the ink box of each, in pixels of `page`.
    """

    page: Page
    labels: NDArray[np.uint8]
    boxes: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TrainingStrip:
    """A strip with its truth, in strip pixels; otherwise as `ComposedLine`."""

    strip: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    boxes: NDArray[np.float32]


@dataclass
class _Placed:
    glyph: Glyph
    label: int | None
    left: float
    top: float

    @property
    def right(self) -> float:
        return self.left + float(self.glyph.shape[1])

    @property
    def middle(self) -> float:
        return self.left + float(self.glyph.shape[1]) / 2


class Composer:
    """Composes lines from a bank; each line follows from the generator it is given alone.

    Args:
        bank: What digits and letters are drawn from.
        words: Share of the lines on which words stand, too.
    """

    def __init__(self, bank: GlyphBank, words: float = 0.0) -> None:
        self._bank, self._words = bank, words
        self._papers = _papers()

    def line(self, rng: np.random.Generator) -> ComposedLine:
        """Composes a line."""
        style = random_style(rng)
        digits = self._digits(rng)
        if digits in self._bank.machines:
            style = mechanical(style, rng)
        script = random_script(rng)
        if self._words and rng.random() < self._words:
            script = with_words(script, rng)
        placed = self._place(script, digits, style, rng)
        ink, placed = _cropped(placed, style, rng)
        if rng.random() < _BENT:
            ink = bend(ink, style.hand.height, rng)
        ink = draw_rules(ink, style.hand, rng)
        labelled = [item for item in placed if item.label is not None]
        labelled.sort(key=lambda item: item.middle)
        return ComposedLine(
            page=take_picture(ink, self._papers, rng),
            labels=np.array([item.label for item in labelled], dtype=np.uint8),
            boxes=np.array([_visible_box(item, ink.shape) for item in labelled], np.float32).reshape(-1, 4),
        )

    def strip(self, rng: np.random.Generator) -> TrainingStrip:
        """Composes a line and gives it as a strip: as the whole crop, or as found in a first pass."""
        line = self.line(rng)
        return to_training_strip(line, rng)

    def _digits(self, rng: np.random.Generator) -> Digits:
        """Gives what a line's digits are drawn from: a machine's, one person's, everyone's."""
        for some, share in ((self._bank.machines, _BY_MACHINE), (self._bank.hands, _ONE_HAND)):
            if some and rng.random() < share:
                return some[int(rng.integers(len(some)))]
        return self._bank.digits

    def _place(self, script: str, digits: Digits, style: Style, rng: np.random.Generator) -> list[_Placed]:
        placed: list[_Placed] = []
        edge, extra, hand = 0.0, 0.0, style.hand
        repeated: tuple[str, int] = ("", 0)
        for character in script:
            if character == GAP:
                extra += rng.uniform(0.15, 0.8) * hand.height
                continue
            repeated = (character, int(rng.integers(2**31))) if character != repeated[0] else repeated
            pick = repeated[1] if rng.random() < 0.5 else int(rng.integers(2**31))
            own = style.vary(style.hand_for(hand, character, first=not placed), rng)
            glyph, drop = self._draw(character, digits, own, style, pick, rng)
            gap = (style.gap + rng.normal(0, 0.08)) * hand.height
            if not character.isdigit():
                gap = abs(gap) * rng.uniform(0.3, 1.5)
                if character in _TOUCHING and rng.random() < 0.25:
                    gap = -rng.uniform(0.0, 0.12) * hand.height
            left = edge + gap + extra
            if placed:
                left = max(left, placed[-1].middle + 0.32 * hand.height - glyph.shape[1] / 2)
            base = style.climb * left + rng.normal(0, style.base_spread) * hand.height
            if character == "0" and placed:
                base -= style.lift * hand.height
            label = int(character) if character.isdigit() else None
            bare = 0.0 if label is None else max(digits.cell * own.height * own.aspect - glyph.shape[1], 0.0)
            left += bare * digits.before
            placed.append(_Placed(glyph, label, left, base + drop))
            edge, extra = max(edge, left + glyph.shape[1] + bare * (1 - digits.before)), 0.0
            hand = replace(hand, height=max(hand.height * style.shrink, 8.0))
        return placed + _joining(placed, style, rng)

    def _draw(
        self, character: str, digits: Digits, hand: Hand, style: Style, pick: int, rng: np.random.Generator
    ) -> tuple[Glyph, float]:
        """Gives a glyph and how far its upper edge lies below the usual top of the line."""
        if character.isdigit():
            traces, images = digits.traces[int(character)], digits.images[int(character)]
            if traces and (not images or rng.random() < style.traced):
                trace = traces[pick % len(traces)]
                glyph = draw_trace(_broken(trace, rng) if rng.random() < _BROKEN else trace, hand, rng)
            else:
                glyph = draw_image(images[pick % len(images)], hand)
            return glyph, style.hand.height - glyph.shape[0]
        if character == LETTER and digits.letters:
            glyph = draw_image(digits.letters[pick % len(digits.letters)], hand)
            return glyph, style.hand.height - glyph.shape[0]
        if character == LETTER:
            height = hand.height * rng.uniform(0.6, 1.2)
            glyph = draw_image(self._letter(pick, SIZE * hand.pen / height), replace(hand, height=height))
            return glyph, style.hand.height - glyph.shape[0] + rng.uniform(0, 0.25) * hand.height
        if character == WORDS:
            scripts = self._bank.scripts
            if scripts and rng.random() < _HANDWRITTEN:
                words, top = write_word(scripts[int(rng.integers(len(scripts)))], hand, rng)
            else:
                words, top = print_words(style.hand.height, rng)
            return words, style.hand.height - top + rng.normal(0, 0.08) * style.hand.height
        return draw_mark(character, hand, rng)

    def _letter(self, pick: int, pen: float) -> Glyph:
        """Gives one of the bank's, or one that nobody has written yet, with strokes so wide."""
        rng = np.random.default_rng(pick)
        if rng.random() < _SCRIBBLED:
            return draw_scribble(pen, rng, fewest=2)
        return self._bank.letters[pick % len(self._bank.letters)]


@cache
def _papers() -> NDArray[np.int8]:
    """Gives the stock that every composer draws from: the same in every process."""
    return make_papers(_PAPERS, np.random.default_rng(0))


def to_training_strip(line: ComposedLine, rng: np.random.Generator) -> TrainingStrip:
    """Gives a line as a strip, in half of all cases at the height a first pass would have found."""
    rows = None
    if len(line.boxes) and rng.random() < 0.5:
        height = float(np.median(line.boxes[:, 3] - line.boxes[:, 1])) * rng.uniform(0.8, 1.25)
        middle = float(np.median(line.boxes[:, 1] + line.boxes[:, 3])) / 2 + rng.normal(0, 0.06) * height
        rows = (middle - height / 2, middle + height / 2)
    made = normalize_line(line.page, rows)
    return TrainingStrip(made.strip, line.labels, made.to_strip(line.boxes))


def _broken(trace: PenTrace, rng: np.random.Generator) -> PenTrace:
    """Gives a trace in one of whose strokes the pen skips a piece."""
    place = int(rng.integers(len(trace.strokes)))
    stroke = trace.strokes[place]
    start = int(rng.integers(0, max(1, len(stroke) - 2)))
    stop = start + max(1, round(len(stroke) * rng.uniform(0.1, 0.25)))
    pieces = tuple(piece for piece in (stroke[:start], stroke[stop:]) if len(piece) > 1)
    return replace(trace, strokes=trace.strokes[:place] + (pieces or (stroke,)) + trace.strokes[place + 1 :])


def _joining(placed: list[_Placed], style: Style, rng: np.random.Generator) -> list[_Placed]:
    """Gives the strokes between digits that the pen joins."""
    links = []
    for one, other in pairwise(placed):
        near = other.left - one.right < 0.4 * style.hand.height
        if one.label is None or other.label is None or not near or rng.random() >= style.joined:
            continue
        stroke, left, top = draw_link(
            one.glyph, (one.left, one.top), other.glyph, (other.left, other.top), style.hand, rng
        )
        links.append(_Placed(stroke, None, left, top))
    return links


def _cropped(
    placed: list[_Placed], style: Style, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], list[_Placed]]:
    """Draws the glyphs on a crop around them, at times a tight one; gives also where they then lie."""
    height = style.hand.height
    if not placed:
        size = (round(height * rng.uniform(1.1, 2)), round(height * rng.uniform(1.5, 6)))
        return np.zeros(size, dtype=np.uint8), []
    margins = rng.uniform(-0.04, 0.5, 4) * height
    tight = rng.random(4) < 0.35  # fields are often cut off right beside their first and last digit
    margins[tight] = rng.uniform(-0.06, 0.1, 4)[tight] * height
    if rng.random() < 0.15:
        margins[1::2] += rng.uniform(0, 0.7, 2) * height
    left = min(item.left for item in placed) - margins[0]
    top = min(item.top for item in placed) - margins[1]
    width = max(item.right for item in placed) + margins[2] - left
    bottom = max(item.top + item.glyph.shape[0] for item in placed) + margins[3]
    ink = np.zeros((max(round(bottom - top), 8), max(round(width), 8)), dtype=np.uint8)
    moved = [_Placed(p.glyph, p.label, round(p.left - left), round(p.top - top)) for p in placed]
    for item in moved:
        _draw_onto(ink, item)
    return ink, moved


def _draw_onto(ink: NDArray[np.uint8], item: _Placed) -> None:
    x, y = int(item.left), int(item.top)
    height, width = item.glyph.shape
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + width, ink.shape[1]), min(y + height, ink.shape[0])
    if x0 < x1 and y0 < y1:
        part = ink[y0:y1, x0:x1]
        np.maximum(part, item.glyph[y0 - y : y1 - y, x0 - x : x1 - x], out=part)


def _visible_box(item: _Placed, shape: tuple[int, ...]) -> tuple[float, float, float, float]:
    height, width = item.glyph.shape
    return (
        max(item.left, 0.0),
        max(item.top, 0.0),
        min(item.left + width, float(shape[1])),
        min(item.top + height, float(shape[0])),
    )
