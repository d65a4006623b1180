"""The road from any picture to its reading.

Knows nothing about how ink is found or a line is read: it joins those who do.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from inkdigits.arrays import DIGIT_SIZE, DigitImage, DigitImages, InkMap, Page, Probabilities
from inkdigits.errors import BadOption, UnknownName
from inkdigits.images import Picture, digit_ink, digit_step, normalize_digit, to_page
from inkdigits.model.line_decode import SpottedDigit
from inkdigits.model.line_reader import LineReader
from inkdigits.reading.cut import Cut, cut_line, whole_page
from inkdigits.reading.doubt import Sight, SightedLine, is_number
from inkdigits.reading.find import FoundLine, Ink, drawn_ink, find_ink, find_lines, one_line
from inkdigits.reading.readers import line_reader, recognizer
from inkdigits.reading.records import Box, Digit, Line, Reading, Recognition
from inkdigits.reading.single import single_digit
from inkdigits.reading.unread import count_unread

LAYOUTS = ("auto", "digit", "line", "page")
"""What a picture may show: one digit, one line, a page of lines, or whichever it is."""

DEFAULT_CONFIDENCE = 0.99
"""Confidence from which a line is accepted unless another is asked for."""

_SURE = 0.95  # confidence from which a page is one digit although the line reader's answer was refused
_FEW_LINES = 8  # on a page, for a second look if nothing is told at the first
_STRIP = 200  # pixels that a page which is one line is high at most


def read(picture: Picture, *, layout: str = "auto", min_confidence: float = DEFAULT_CONFIDENCE) -> Reading:
    """Reads the digits and numbers of a picture.

    Args:
        picture: A path, a file's bytes, a file object, a Pillow image, or an (H, W), (H, W, 3) or (H, W, 4)
            uint8 array.
        layout: One of `LAYOUTS`.
        min_confidence: 0 to 1; lines below it are not accepted, but not left out either.

    Returns:
        The reading; without lines if there is nothing to read.

    Raises:
        PictureError: If it is no picture that we read.
        UnknownName: If the layout is none of ours.
        BadOption: If `min_confidence` is not within 0 to 1.
    """
    if layout not in LAYOUTS:
        raise UnknownName("layout", str(layout), LAYOUTS)
    _check_confidence(min_confidence)
    page = to_page(picture)
    if layout == "digit":
        ink = digit_ink(page)
        lines = _digit_lines(page, ink, min_confidence)
    else:
        found = find_ink(page)
        ink, lines = found.map, _found_lines(page, found, layout, min_confidence)
    return Reading("\n".join(line.text for line in lines), lines, page, ink)


def recognize(picture: Picture, *, min_confidence: float = DEFAULT_CONFIDENCE) -> Recognition:
    """Recognizes the one digit that a picture shows.

    Args:
        picture: As in `read`.
        min_confidence: 0 to 1; below it the answer is not accepted.

    Returns:
        The answer with what the model saw.

    Raises:
        PictureError, BadOption: As `read`.
    """
    _check_confidence(min_confidence)
    return recognize_images(digit_image(picture)[None], [min_confidence])[0]


def digit_image(picture: Picture) -> DigitImage:
    """Gives the digit image of a picture of one digit: the part of `recognize` before the model.

    Args:
        picture: As in `read`.

    Returns:
        (28, 28) uint8, ink 255 on 0; all 0 if there is no ink.

    Raises:
        PictureError: As `read`.
    """
    return normalize_digit(digit_ink(to_page(picture)))


def recognize_images(images: DigitImages, min_confidences: Sequence[float]) -> tuple[Recognition, ...]:
    """Recognizes digit images in one call of the model: the other part of `recognize`, for many at a time.

    Args:
        images: (n, 28, 28) uint8, as `digit_image` gives them.
        min_confidences: (n,), 0 to 1: what each is accepted from.
    """
    answers = recognizer().answer(images)
    return tuple(map(_recognition, images, answers.probabilities, answers.digit, min_confidences))


def _check_confidence(value: float) -> None:
    if not 0 <= value <= 1:  # nan too
        raise BadOption(f"min_confidence is {value}; give a probability, 0 to 1")


def _recognition(
    image: DigitImage, probabilities: Probabilities, is_digit: np.float32, min_confidence: float
) -> Recognition:
    if not image.any():
        return Recognition(None, 0.0, probabilities, accepted=False, normalized=image)
    confidence = float(probabilities.max() * is_digit)
    return Recognition(
        int(probabilities.argmax()), confidence, probabilities, confidence >= min_confidence, image
    )


def _digit_lines(page: Page, ink: InkMap, min_confidence: float) -> tuple[Line, ...]:
    (answered,) = recognize_images(normalize_digit(ink)[None], [min_confidence])
    if answered.label is None:
        return ()
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    sides = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    x0, y0, x1, y1 = (int(side) * digit_step(page) for side in sides)
    box = (x0, y0, x1, y1)
    digit = Digit(answered.label, answered.confidence, box, answered.normalized)
    return (Line(str(digit.label), digit.confidence, answered.accepted, (digit,), box),)


def _found_lines(page: Page, ink: Ink, layout: str, min_confidence: float) -> tuple[Line, ...]:
    lines, sighted = [], sighted_lines(page, ink, layout)
    for line in filter(is_number, sighted):
        digits, confidence = tuple(sight.digit for sight in line.sights), line.confidence
        text = "".join(str(digit.label) for digit in digits)
        lines.append(Line(text, confidence, confidence >= min_confidence, digits, _around(digits)))
    if not lines and layout == "auto":
        return lone_digit(page, sighted, min_confidence)
    return tuple(lines)


def lone_digit(page: Page, sighted: Sequence[SightedLine], min_confidence: float) -> tuple[Line, ...]:
    """Gives the digit of a page on which no line is believed, if the recognizer is sure of the whole page.

    The line reader must not have told another digit, nor more than one.

    Args:
        page: (H, W) uint8.
        sighted: What `sighted_lines` gave.
        min_confidence: 0 to 1.

    Returns:
        One line of one digit, or none.
    """
    told = [str(sight.digit.label) for line in sighted for sight in line.sights]
    if len(told) > 1:
        return ()
    lines = _digit_lines(page, digit_ink(page), min_confidence)
    return tuple(line for line in lines if line.confidence >= _SURE and told in ([], [line.text]))


def sighted_lines(page: Page, ink: Ink, layout: str, reader: LineReader | None = None) -> list[SightedLine]:
    """Gives what the line reader takes for lines of digits, not yet doubted.

    Args:
        page: (H, W) uint8.
        ink: Its ink.
        layout: `auto`, `line` or `page`.
        reader: Who reads; None for the line reader that comes with Inkdigits.
    """
    reader = reader or line_reader()
    if ink.shaded:  # whose bounds would be strokes to a line reader
        page = drawn_ink(page, ink)
    told = [(cut, reader.read_crop(cut.crop)) for cut in _cuts(page, ink, layout)]
    if not ink.shaded and 0 < len(told) <= _FEW_LINES and not any(line.digits for _, line in told):
        # A table's edge or a shadow may hide from the line reader what the ink map shows.
        drawn, cut_out = drawn_ink(page, ink), "line" if layout == "line" else "page"
        told = [(cut, reader.read_crop(cut.crop)) for cut in _cuts(drawn, ink, cut_out)]
    sights = iter(_sights(ink, [(one, cut) for cut, line in told for one in line.digits], page.shape))
    sighted = []
    for cut, line in told:
        if seen := tuple(islice(sights, len(line.digits))):
            unread = count_unread(ink, cut.members, [sight.digit.box for sight in seen])
            sighted.append(SightedLine(seen, line.confidence, unread))
    return sighted


def _cuts(page: Page, ink: Ink, layout: str) -> list[Cut]:
    if layout == "line":
        return [cut_line(page, ink, line) for line in one_line(ink)]
    found = find_lines(ink)
    if layout == "auto" and _is_strip(page, ink, found):
        return [whole_page(page, ink)]
    return [cut_line(page, ink, line) for line in found]


def _is_strip(page: Page, ink: Ink, found: list[FoundLine]) -> bool:
    """Says whether a page is hardly higher than its one line, and needs no cutting."""
    if not found:
        return False
    areas = [int(ink.areas[line.members].sum()) for line in found]
    main = found[int(np.argmax(areas))]
    high = max(2 * main.height, 1.5 * (main.box[3] - main.box[1])) * ink.scale
    return page.shape[0] <= min(high, _STRIP) and max(areas) > 0.8 * sum(areas)


def _sights(ink: Ink, told: list[tuple[SpottedDigit, Cut]], shape: tuple[int, ...]) -> list[Sight]:
    """Gives each digit as the recognizer sees it too, asked once for the whole page."""
    boxes = [cut.to_page(one.box, shape) for one, cut in told]
    inks = [single_digit(ink, box) for box in boxes]
    images = np.array([normalize_digit(own) for own, _ in inks], dtype=np.uint8).reshape(
        -1, DIGIT_SIZE, DIGIT_SIZE
    )
    answers = recognizer().answer(images)
    return [
        Sight(Digit(one.label, one.probability, box, image), float(is_digit * classes[one.label]), alone)
        for (one, _), box, image, (_, alone), is_digit, classes in zip(
            told, boxes, images, inks, answers.digit, answers.probabilities, strict=True
        )
    ]


def _around(digits: tuple[Digit, ...]) -> Box:
    boxes = np.array([digit.box for digit in digits])
    x0, y0 = boxes[:, :2].min(axis=0)
    x1, y1 = boxes[:, 2:].max(axis=0)
    return int(x0), int(y0), int(x1), int(y1)
