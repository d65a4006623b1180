"""Draws a reading: the picture with boxes and answers, and how it came about.

Knows nothing about how digits are found; what it draws stands in the reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from inkdigits.arrays import INK, InkMap
from inkdigits.reading.records import Digit, Line, Reading

SURE, UNSURE = "#0b7a4b", "#c2410c"
"""Colours of accepted lines and of the others; the others are dashed too, for eyes that can't tell."""

UNREAD = "#5b4bd6"
"""Colour of ink that was seen and is none of a digit that was read."""

_PAPER, _TEXT, _FAINT = "#ffffff", "#1f2933", "#7b8794"
_LONGER, _SHORTER = 1600, 480  # pixels that the longer side of a drawing has at most and at least
_TILE, _GAP = 84, 12  # of a 28x28 image as it is shown, and between two
_READ = 0.3  # of a part of ink, that lies in a digit's box if the digit is of it
_LARGE = 0.5  # of the usual height of digits, that ink has at least, up or across, to be missed


_Place = tuple[float, float, float, float]
"""`(x0, y0, x1, y1)` in pixels of a drawing."""


@dataclass(frozen=True)
class _View:
    """A page as it is shown: enlarged or reduced, with room above for answers and at the right for doubts."""

    scale: float
    letter: int

    @property
    def top(self) -> int:
        return round(1.4 * self.letter)

    @property
    def small(self) -> int:
        return max(13, round(0.7 * self.letter))

    @property
    def right(self) -> int:
        return 4 * self.small + 24

    def box(self, box: tuple[int, int, int, int]) -> _Place:
        x0, y0, x1, y1 = (side * self.scale for side in box)
        return x0 - 2, y0 + self.top - 2, x1 + 1, y1 + self.top + 1

    def with_answers(self, box: tuple[int, int, int, int]) -> _Place:
        x0, y0, x1, y1 = self.box(box)
        return x0, y0 - 1.2 * self.letter, x1, y1


def draw(reading: Reading) -> Image.Image:
    """Gives the picture of a reading with a box around each digit and the answer above it, in colour.

    Ink that was seen on it and not read is coloured, too.
    """
    size = _shown_size(reading)
    scale = size[0] / reading.page.shape[1]
    view = _View(scale, _letter(reading, scale))
    page = Image.fromarray(reading.page).resize(size, Image.Resampling.LANCZOS)
    shown = Image.new("RGB", (size[0] + view.right, size[1] + view.top), _PAPER)
    shown.paste(page, (0, view.top))
    unread = Image.fromarray(np.where(_unread(reading), np.uint8(INK), np.uint8(0)))
    shown.paste(UNREAD, (0, view.top), unread.resize(size, Image.Resampling.BILINEAR))
    ink: InkMap = np.zeros((shown.height, shown.width), dtype=np.uint8)
    ink[view.top :, : size[0]] = np.asarray(Image.fromarray(reading.ink).resize(size))
    pen = ImageDraw.Draw(shown)
    plates: list[_Place] = []
    for line in reading.lines:
        others = [view.with_answers(other.box) for other in reading.lines if other is not line]
        for digit in line.digits:
            _draw_digit(pen, digit, view, SURE if line.accepted else UNSURE, line.accepted)
        plates.append(_draw_plate(pen, line, view, [*others, *plates], ink))
    if not reading.lines:
        pen.text((6, 4), "nothing to read", fill=_FAINT, font=_font(view.letter))
    return shown


def explain(reading: Reading) -> Image.Image:
    """Gives, one below the other: the page with its boxes, its ink map, and each digit's 28x28 image."""
    answered = draw(reading)
    ink = Image.fromarray((INK - reading.ink).astype(np.uint8))
    ink = ink.resize(_shown_size(reading))
    width = max(answered.width, 4 * (_TILE + _GAP)) + 2 * _GAP
    tiles = _tiles(reading, width - 2 * _GAP)
    parts = [
        ("what was read; what is violet was seen and is none of it", answered),
        ("what is ink on it", ink),
        ("each digit as 28x28 pixels", tiles),
    ]
    caption = 30
    height = sum(part.height + caption + _GAP for _, part in parts) + _GAP
    shown = Image.new("RGB", (width, height), "#eef1f4")
    pen = ImageDraw.Draw(shown)
    y = _GAP
    for words, part in parts:
        pen.text((_GAP, y), words, fill=_TEXT, font=_font(18))
        shown.paste(part, (_GAP, y + caption))
        y += part.height + caption + _GAP
    return shown


def _shown_size(reading: Reading) -> tuple[int, int]:
    """Gives width and height that the page is shown with, in pixels."""
    height, width = reading.page.shape
    scale = min(_LONGER / max(height, width), max(1.0, _SHORTER / max(height, width)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _letter(reading: Reading, scale: float) -> int:
    heights = [digit.box[3] - digit.box[1] for line in reading.lines for digit in line.digits]
    return int(np.clip(0.45 * scale * float(np.median(heights or [40])), 13, 34))


def _unread(reading: Reading) -> NDArray[np.bool_]:
    """Gives where the ink map shows what is large enough for a digit, and none that was read, (h, w)."""
    numbers, _ = ndimage.label(reading.ink, structure=np.ones((3, 3)))
    boxes = [digit.box for line in reading.lines for digit in line.digits]
    scale = reading.page.shape[1] / reading.ink.shape[1]
    read = np.zeros_like(numbers, dtype=np.bool_)
    for box in boxes:
        x0, y0, x1, y1 = (round(side / scale) for side in box)
        read[y0:y1, x0:x1] = True
    areas = np.bincount(numbers.ravel())
    left = np.bincount(numbers[read], minlength=len(areas)) < _READ * areas
    least = _LARGE * float(np.median([y1 - y0 for _, y0, _, y1 in boxes] or [0])) / scale
    for number, (y, x) in enumerate(ndimage.find_objects(numbers), start=1):
        left[number] &= max(y.stop - y.start, x.stop - x.start) >= least
    left[0] = False
    return np.asarray(left[numbers])


def _draw_plate(
    pen: ImageDraw.ImageDraw, line: Line, view: _View, others: Sequence[_Place], ink: InkMap
) -> _Place:
    """Draws how sure a line is where that hides least of others and of ink: beside it, below, before it.

    Args:
        pen: Draws.
        line: Which line.
        view: How the page is shown.
        others: Where the other lines are shown, with their answers, and how sure those before are.
        ink: Of the page, where the drawing shows it.
    """
    x0, y0, x1, y1 = view.box(line.box)
    words, font = _sure(line.confidence), _font(view.small)
    right, bottom = pen.textbbox((0, 0), words, font=font)[2:]
    wide, high = right + 12, bottom + 7
    middle = (y0 + y1 - high) / 2
    corners = ((x1 + 8, middle), (x1 - wide, y1 + 4), (x0 - 8 - wide, middle))
    places = [(x, y, x + wide, y + high) for x, y in corners]
    free = [place for place in places[1:] if place[0] >= 0 and place[3] <= len(ink)]

    def hidden(place: _Place) -> tuple[float, float]:
        left, top, right, bottom = map(round, place)
        return sum(_overlap(place, other) for other in others), float(ink[top:bottom, left:right].sum())

    place = min([places[0], *free], key=hidden)
    pen.rounded_rectangle(place, radius=5, fill=SURE if line.accepted else UNSURE)
    pen.text((place[0] + 6, place[1] + 3), words, fill=_PAPER, font=font)
    return place


def _overlap(one: _Place, other: _Place) -> float:
    """Gives how many pixels two places share."""
    wide, high = (min(one[2 + i], other[2 + i]) - max(one[i], other[i]) for i in (0, 1))
    return max(0.0, wide) * max(0.0, high)


def _draw_digit(pen: ImageDraw.ImageDraw, digit: Digit, view: _View, colour: str, accepted: bool) -> None:
    x0, y0, x1, y1 = view.box(digit.box)
    if accepted:
        pen.rectangle((x0, y0, x1, y1), outline=colour, width=2)
    else:
        _dashed(pen, (x0, y0, x1, y1), colour)
    font = _font(view.letter)
    wide = pen.textlength(str(digit.label), font=font)
    place = ((x0 + x1 - wide) / 2, y0 - 1.2 * view.letter)
    pen.text(place, str(digit.label), fill=colour, font=font, stroke_width=3, stroke_fill=_PAPER)


def _dashed(pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], colour: str) -> None:
    x0, y0, x1, y1 = box
    for start in np.arange(x0, x1, 8):
        end = min(start + 4, x1)
        pen.line((start, y0, end, y0), fill=colour, width=2)
        pen.line((start, y1, end, y1), fill=colour, width=2)
    for start in np.arange(y0, y1, 8):
        end = min(start + 4, y1)
        pen.line((x0, start, x0, end), fill=colour, width=2)
        pen.line((x1, start, x1, end), fill=colour, width=2)


def _tiles(reading: Reading, width: int) -> Image.Image:
    """Gives each digit's image with its answer below, as many in a row as there is room for."""
    digits = [(digit, line) for line in reading.lines for digit in line.digits]
    columns = max(1, width // (_TILE + _GAP))
    high = _TILE + 26
    rows = max(1, -(-len(digits) // columns))
    sheet = Image.new("RGB", (width, rows * (high + _GAP)), "#eef1f4")
    pen = ImageDraw.Draw(sheet)
    for at, (digit, line) in enumerate(digits):
        x, y = at % columns * (_TILE + _GAP), at // columns * (high + _GAP)
        seen = Image.fromarray(digit.image).resize((_TILE, _TILE), Image.Resampling.NEAREST)
        sheet.paste(seen, (x, y))
        colour = SURE if line.accepted else UNSURE
        pen.text((x, y + _TILE + 3), str(digit.label), fill=colour, font=_font(19))
        pen.text((x + 20, y + _TILE + 7), _sure(digit.confidence), fill=_TEXT, font=_font(14))
    if not digits:
        pen.text((0, 0), "no digit", fill=_FAINT, font=_font(16))
    return sheet


def _sure(confidence: float) -> str:
    return f"{100 * confidence:.1f} %"


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
