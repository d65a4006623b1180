"""The road from any picture to its reading.

Knows nothing about how ink is found or a line is read: it joins those who do.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from inkdigits.arrays import DIGIT_SIZE, DigitImage, InkMap, Page, Probabilities
from inkdigits.errors import BadOption, UnknownName
from inkdigits.images import Picture, normalize_digit, to_page
from inkdigits.images.pens import pen_widths
from inkdigits.model import Recognizer
from inkdigits.model.line_decode import SpottedDigit
from inkdigits.model.line_reader import LineReader
from inkdigits.reading.cut import Cut, cut_lines
from inkdigits.reading.doubt import Sight, SightedLine, heard_both, numbers, without_letters
from inkdigits.reading.find import Ink, drawn_ink, find_ink, is_one_line, sheet_alone
from inkdigits.reading.look import DigitLook, look_at_digit, look_at_page
from inkdigits.reading.models import Model, Models
from inkdigits.reading.pieces import READ, is_doubted, is_piece, stands
from inkdigits.reading.records import Box, Digit, Line, Reading, Recognition
from inkdigits.reading.single import mean_ink, single_digit
from inkdigits.reading.unread import count_unread, is_cut_off

LAYOUTS = ("auto", "digit", "line", "page")
"""What a picture may show: one digit, one line, a page of lines, or whichever it is."""

DEFAULT_CONFIDENCE = 0.99
"""Confidence from which a line is accepted unless another is asked for."""

_SURE = 0.95  # confidence from which a page is one digit although what was told at first was refused
_SURER = 0.98  # the same where another digit was told
_DOUBTED = 0.5  # confidence below which a digit is looked at with ink and paper the other way round
_CUT_OFF = 0.5  # of a line's confidence, that is left where ink goes on beside it
_IN_PIECES = 0.5  # confidence from which ink that was no number in lines is one in one line
_FEW_LINES = 8  # on a page, for a second look if nothing is told, or nothing believed, at the first


class Reader:
    """Reads pictures by two models: a line reader, and a recognizer that is asked about each digit.

    One reader may be used from several threads at a time.

    Example:
        >>> reader = Reader.load(recognizer="runs/mine")                 # doctest: +SKIP
        >>> reader.read("cheque.jpg").text                               # doctest: +SKIP
    """

    def __init__(self, line_reader: LineReader, recognizer: Recognizer) -> None:
        self._line_reader, self._recognizer = line_reader, recognizer

    @classmethod
    def load(cls, *, line_reader: str | Path | None = None, recognizer: str | Path | None = None) -> Reader:
        """Loads the models, so that no first reading has to, and none finds out that one is not there.

        Args:
            line_reader: A run folder of `train-lines`, or an ONNX file of ours with its card beside it;
                without it, the line reader that comes with Inkdigits.
            recognizer: The same of `train`; without it, the recognizer that comes with Inkdigits.

        Raises:
            ArtifactError: If one is not there, is none of ours, or was altered.
        """
        # A digit is too little work to share among cores.
        return cls(LineReader.load(line_reader), Recognizer.load(recognizer, threads=1))

    @property
    def models(self) -> Models:
        """What the models say of themselves."""
        return Models(
            Model(self._line_reader.version, self._line_reader.card),
            Model(self._recognizer.version, self._recognizer.card),
        )

    def read(
        self, picture: Picture, *, layout: str = "auto", min_confidence: float = DEFAULT_CONFIDENCE
    ) -> Reading:
        """Reads the digits and numbers of a picture: see `inkdigits.read`."""
        if layout not in LAYOUTS:
            raise UnknownName("layout", str(layout), LAYOUTS)
        _check_confidence(min_confidence)
        page = to_page(picture)
        if layout == "digit":
            look, lines = self._digit_lines(page, min_confidence)
            ink = look.ink
        else:
            ink, lines = self._found_lines(page, find_ink(page), layout, min_confidence)
        return Reading("\n".join(line.text for line in lines), lines, page, ink)

    def recognize(self, picture: Picture, *, min_confidence: float = DEFAULT_CONFIDENCE) -> Recognition:
        """Recognizes the one digit that a picture shows: see `inkdigits.recognize`."""
        _check_confidence(min_confidence)
        return self.recognize_looks([look_at_digit(picture)], [min_confidence])[0]

    def recognize_looks(
        self, looks: Sequence[DigitLook], min_confidences: Sequence[float]
    ) -> tuple[Recognition, ...]:
        """Recognizes digits that were looked at: the other part of `recognize`, for many.

        Args:
            looks: As `look_at_digit` gives them, at least one.
            min_confidences: (n,), 0 to 1: what each is accepted from.
        """
        return tuple(recognition for _, recognition in self._recognized(looks, min_confidences))

    def sighted_lines(self, page: Page, ink: Ink, layout: str) -> list[SightedLine]:
        """Gives what the line reader takes for lines of digits, not yet doubted.

        Args:
            page: (H, W) uint8.
            ink: Its ink.
            layout: `auto`, `line` or `page`.
        """
        # Bounds of shadows and sheets would be strokes to a line reader.
        page = drawn_ink(page, ink) if ink.shaded else sheet_alone(page, ink)
        told = [(cut, self._line_reader.read_crop(cut.crop)) for cut in cut_lines(page, ink, layout)]
        if not ink.shaded and 0 < len(told) <= _FEW_LINES and not any(line.digits for _, line in told):
            # A table's edge or a shadow may hide from the line reader what the ink map shows.
            drawn, cut_out = drawn_ink(page, ink), "line" if layout == "line" else "page"
            told = [(cut, self._line_reader.read_crop(cut.crop)) for cut in cut_lines(drawn, ink, cut_out)]
        sights = iter(
            self._sights(ink, [(one, cut) for cut, line in told for one in line.digits], page.shape)
        )
        sighted, pens = [], pen_widths(ink.parts, ink.areas)
        for cut, line in told:
            if seen := tuple(islice(sights, len(line.digits))):
                boxes = [sight.digit.box for sight in seen]
                unread = count_unread(ink, cut.members, boxes)
                pen = float(np.average(pens[cut.members], weights=ink.areas[cut.members]))
                one = SightedLine(seen, line.confidence, unread, mean_ink(ink, boxes), pen, cut.members)
                sighted.append(without_letters(one))
        return sighted

    def lone_digit(
        self, page: Page, sighted: Sequence[SightedLine], min_confidence: float
    ) -> tuple[InkMap, Line] | None:
        """Gives the digit of a page on which no line is surely believed, if the recognizer is sure of one.

        Where the line reader told another digit, or several that may be pieces of this one or of printed
        rules, the recognizer must be surer, unless ink and paper were taken for each other. It must be one
        that can refuse what is no digit.

        Args:
            page: (H, W) uint8.
            sighted: What `sighted_lines` gave.
            min_confidence: 0 to 1.

        Returns:
            The ink in which it was seen, as `digit_ink` gives it, and the digit as a line; None without one.
        """
        if len(sighted) > _FEW_LINES or not self._recognizer.refuses:
            return None
        told = [str(sight.digit.label) for line in sighted for sight in line.sights]
        look, lines = self._digit_lines(page, min_confidence)
        for line in lines:
            agreed = look.turned or told in ([], [line.text])
            whole = agreed or len(told) == 1 or all(is_piece(one, line.box) for one in sighted)
            if whole and line.confidence >= (_SURE if agreed else _SURER):
                return look.ink, line
        return None

    def _digit_lines(self, page: Page, min_confidence: float) -> tuple[DigitLook, tuple[Line, ...]]:
        """Gives a page of one digit as it was looked at, and that digit as a line, if there is ink."""
        ((look, answered),) = self._recognized([look_at_page(page)], [min_confidence])
        if answered.label is None:
            return look, ()
        rows, columns = np.flatnonzero(look.ink.any(axis=1)), np.flatnonzero(look.ink.any(axis=0))
        sides = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
        x0, y0, x1, y1 = (int(side) * look.step for side in sides)
        box = (x0, y0, x1, y1)
        digit = Digit(answered.label, answered.confidence, box, answered.normalized)
        return look, (Line(str(digit.label), digit.confidence, answered.accepted, (digit,), box),)

    def _recognized(
        self, looks: Sequence[DigitLook], min_confidences: Sequence[float]
    ) -> list[tuple[DigitLook, Recognition]]:
        """Gives each look with what it shows; the other look where that alone surely shows a digit.

        Ink and paper may have been taken for each other. A recognizer that can't refuse would be sure of
        either look.
        """
        told = self._answers(looks, min_confidences)
        doubted = [
            place
            for place, (_, one) in enumerate(told)
            if self._recognizer.refuses and one.label is not None and one.confidence < _DOUBTED
        ]
        if doubted:
            others = [looks[place].otherwise() for place in doubted]
            again = self._answers(others, [min_confidences[place] for place in doubted])
            for place, other in zip(doubted, again, strict=True):
                if other[1].confidence >= _SURE:
                    told[place] = other
        return told

    def _answers(
        self, looks: Sequence[DigitLook], min_confidences: Sequence[float]
    ) -> list[tuple[DigitLook, Recognition]]:
        answers = self._recognizer.answer(np.stack([look.image for look in looks]))
        return [
            (look, _recognition(look.image, probabilities, is_digit, least))
            for look, probabilities, is_digit, least in zip(
                looks, answers.probabilities, answers.digit, min_confidences, strict=True
            )
        ]

    def _found_lines(
        self, page: Page, ink: Ink, layout: str, min_confidence: float
    ) -> tuple[InkMap, tuple[Line, ...]]:
        """Gives the lines of a page that are believed, and the ink in which they were seen."""
        sighted = self.sighted_lines(page, ink, layout)
        believed = numbers(sighted)
        if layout == "auto" and all(is_doubted(line) for line in believed):
            alone = self.lone_digit(page, sighted, min_confidence)
            if alone and not any(stands(line, alone[1]) for line in believed):
                return alone[0], alone[1:]
            if not believed and is_one_line(ink):  # in pieces, that were lines of their own
                again = numbers(self.sighted_lines(page, ink, "line"))
                believed = [line for line in again if line.confidence >= _IN_PIECES]
        sure = [line for line in believed if line.confidence >= READ]
        lines = [self._told(line, ink, sure, min_confidence) for line in believed]
        return ink.writing, tuple(lines)

    def _told(self, line: SightedLine, ink: Ink, sure: Sequence[SightedLine], min_confidence: float) -> Line:
        """Gives a line that is believed, less sure where ink goes on beside it that no line surely reads."""
        if self._recognizer.refuses:
            line = heard_both(line)
        digits = tuple(sight.digit for sight in line.sights)
        read = np.concatenate([line.members, *(other.members for other in sure)])
        cut_off = is_cut_off(ink, read, [digit.box for digit in digits])
        confidence = line.confidence * (_CUT_OFF if cut_off else 1.0)
        text = "".join(str(digit.label) for digit in digits)
        return Line(text, confidence, confidence >= min_confidence, digits, _around(digits))

    def _sights(self, ink: Ink, told: list[tuple[SpottedDigit, Cut]], shape: tuple[int, ...]) -> list[Sight]:
        """Gives each digit as the recognizer sees it too, asked once for the whole page."""
        boxes = [cut.to_page(one.box, shape) for one, cut in told]
        inks = [single_digit(ink, box) for box in boxes]
        images = np.array([normalize_digit(own) for own, _ in inks], dtype=np.uint8).reshape(
            -1, DIGIT_SIZE, DIGIT_SIZE
        )
        answers = self._recognizer.answer(images)
        return [
            Sight(Digit(one.label, one.probability, box, image), float(is_digit * classes[one.label]), alone)
            for (one, _), box, image, (_, alone), is_digit, classes in zip(
                told, boxes, images, inks, answers.digit, answers.probabilities, strict=True
            )
        ]


def _check_confidence(value: object) -> None:
    if not isinstance(value, float | int | np.floating) or not 0 <= value <= 1:  # nan too
        raise BadOption(f"min_confidence is {value!r}; give a probability, 0 to 1")


def _recognition(
    image: DigitImage, probabilities: Probabilities, is_digit: np.float32, min_confidence: float
) -> Recognition:
    if not image.any():
        return Recognition(None, 0.0, probabilities, accepted=False, normalized=image)
    confidence = float(probabilities.max() * is_digit)
    return Recognition(
        int(probabilities.argmax()), confidence, probabilities, confidence >= min_confidence, image
    )


def _around(digits: tuple[Digit, ...]) -> Box:
    boxes = np.array([digit.box for digit in digits])
    x0, y0 = boxes[:, :2].min(axis=0)
    x1, y1 = boxes[:, 2:].max(axis=0)
    return int(x0), int(y0), int(x1), int(y1)
