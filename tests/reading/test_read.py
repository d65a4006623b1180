"""read and recognize: one road for every form of a picture, and a reading or one of our errors for any."""

from __future__ import annotations

import io
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from tests.pages.compose import Sheet, compose, grain, laid, on_paper
from tests.pages.pen import Hand, write

import inkdigits
from inkdigits.arrays import DigitImages
from inkdigits.errors import BadOption, InkdigitsError, UnknownName
from inkdigits.images import Picture, decode_page, ink_map, normalize_digit
from inkdigits.images.polarity import find_polarity
from inkdigits.model import Recognizer
from inkdigits.model.recognizer import Answers
from inkdigits.reading import Reader, road
from inkdigits.reading.doubt import Sight, SightedLine

LONG_STROKES = {
    "2": [(22, 30), (30, 20), (42, 20), (47, 30), (40, 42), (20, 60), (80, 59)],
    "5": [(84, 20), (26, 20), (24, 38), (40, 36), (47, 48), (38, 60), (20, 57)],
}
"""Digits of which a stroke is half as long again as they are high: points (x, y)."""

SLOW = settings(max_examples=12, suppress_health_check=list(HealthCheck))


def written(
    text: str, height: int, seed: int, paper: float = 240, ink: float = 40, hand: Hand | None = None
) -> NDArray[np.uint8]:
    """A page with one number, (H, W) uint8."""
    random = np.random.default_rng(seed)
    word = write(text, replace(hand or Hand(gap=0.3), height=height), random)
    sheet = laid((word.shape[0] + 20, word.shape[1] + 20), (word, 10, 10))
    return np.clip(grain(on_paper(sheet, Sheet(paper=paper, ink=ink)), random, 2), 0, 255).astype(np.uint8)


def cut_to_ink(page: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = np.flatnonzero((page < 120).any(axis=1)), np.flatnonzero((page < 120).any(axis=0))
    return page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize(
    "name", ["colour_ink.jpg", "transparent.png", "exif_rotated_6.jpg", "several_lines.png"]
)
def test_the_same_picture_in_any_form_gives_the_same_reading(name: str, tmp_path: Path) -> None:
    content, truth = compose(name)
    path = tmp_path / name
    path.write_bytes(content)
    expected = inkdigits.read(path)
    assert expected.text == truth
    forms: list[Picture] = [
        str(path),
        content,
        bytearray(content),
        io.BytesIO(content),
        Image.open(path),
        decode_page(content),
    ]
    if not name.startswith("exif"):
        forms.append(np.asarray(Image.open(path)))  # an array knows nothing of EXIF
    for form in forms:
        assert inkdigits.read(form) == expected
    with path.open("rb") as file:
        assert inkdigits.read(file) == expected


def test_a_pillow_image_is_left_as_it_is() -> None:
    picture = Image.open(io.BytesIO(compose("transparent.png")[0]))
    before = picture.copy()
    inkdigits.read(picture)
    assert (picture.mode, picture.tobytes()) == (before.mode, before.tobytes())


@given(
    text=st.text("0123456789", min_size=2, max_size=6), height=st.integers(28, 90), seed=st.integers(0, 99)
)
@SLOW
def test_turning_polarity_gives_the_same_text(text: str, height: int, seed: int) -> None:
    page = written(text, height, seed)
    assert inkdigits.read(255 - page).text == inkdigits.read(page).text


@given(
    text=st.text("0123456789", min_size=2, max_size=6), height=st.integers(28, 60), seed=st.integers(0, 99)
)
@SLOW
def test_doubling_the_scale_gives_the_same_text(text: str, height: int, seed: int) -> None:
    page = written(text, height, seed)
    twice = np.asarray(Image.fromarray(page).resize((2 * page.shape[1], 2 * page.shape[0])))
    assert inkdigits.read(twice).text == inkdigits.read(page).text


@pytest.mark.parametrize("layout", ["auto", "line", "digit"])
@pytest.mark.parametrize("length", [800, 1700, 2800])
@pytest.mark.parametrize("text", ["4711", "1", "7"])
def test_a_number_on_a_long_strip_is_read(text: str, length: int, layout: str) -> None:
    page = written(text, 50, 5)
    width = page.shape[1]
    strip = np.pad(page, ((0, 0), (length // 3, length - length // 3 - width)), mode="edge")
    for picture in (strip, 255 - strip):
        told = inkdigits.read(picture, layout=layout).text
        assert len(told) == 1 if layout == "digit" else told == text
        assert told == text or len(text) > 1


@given(
    pixels=arrays.arrays(
        st.sampled_from([np.uint8, np.uint8, np.uint8, np.float32, np.int64, np.bool_]),
        arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=40),
    ),
    layout=st.sampled_from(["auto", "digit", "line", "page"]),
)
@settings(SLOW, max_examples=60)
def test_any_array_gives_a_reading_or_one_of_our_errors(pixels: NDArray[np.uint8], layout: str) -> None:
    check(pixels, layout)


@given(
    shape=st.tuples(st.integers(6, 120), st.integers(6, 160)),
    channels=st.sampled_from([(), (3,), (4,)]),
    seed=st.integers(0, 9999),
    levels=st.integers(2, 256),
)
@SLOW
def test_any_noise_gives_a_reading(
    shape: tuple[int, int], channels: tuple[int, ...], seed: int, levels: int
) -> None:
    noise = np.random.default_rng(seed).integers(0, levels, (*shape, *channels)) * (255 // (levels - 1))
    check(noise.astype(np.uint8), "auto")


def check(pixels: NDArray[np.uint8], layout: str) -> None:
    try:
        reading = inkdigits.read(pixels, layout=layout)
    except InkdigitsError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
        return
    assert reading.text == "\n".join(line.text for line in reading.lines)
    for line in reading.lines:
        assert line.text
        assert all(0 <= line.confidence <= digit.confidence + 1e-9 <= 1 + 1e-9 for digit in line.digits)


def test_no_line_is_surer_than_one_of_its_digits() -> None:
    for name in ("plain.png", "single_digit.png", "touching.png", "several_lines.png"):
        for line in inkdigits.read(compose(name)[0]).lines:
            assert line.confidence <= min(digit.confidence for digit in line.digits) + 1e-9


def test_unsure_lines_are_marked_not_dropped() -> None:
    page = written("4711", 50, 0)
    unsure, sure = inkdigits.read(page, min_confidence=1), inkdigits.read(page, min_confidence=0)
    assert unsure.text == sure.text == "4711"
    assert sure.lines[0].accepted
    assert unsure.lines[0].accepted == (unsure.lines[0].confidence == 1)


@pytest.mark.parametrize("layout", ["auto", "digit", "line", "page"])
def test_bare_paper_is_an_empty_reading(layout: str) -> None:
    reading = inkdigits.read(np.full((50, 80), 200, dtype=np.uint8), layout=layout)
    assert (reading.text, reading.lines) == ("", ())


def test_line_takes_everything_for_one_number() -> None:
    content, truth = compose("columns.png")
    first_row = np.asarray(Image.open(io.BytesIO(content)))[:80]
    assert inkdigits.read(first_row, layout="page").text == truth[:9]
    assert inkdigits.read(first_row, layout="line").text == truth[:9].replace("\n", "")


@pytest.mark.parametrize("scale", [1, 12])
def test_a_digit_is_recognized_with_what_the_model_saw(scale: int) -> None:
    page = written("7", 60, 1).repeat(scale, axis=0).repeat(scale, axis=1)
    answer = inkdigits.recognize(page)
    assert answer.label == 7
    assert answer.confidence > 0.9
    assert answer.probabilities.shape == (10,)
    assert answer.normalized.shape == (28, 28)
    assert answer.normalized.max() == 255
    line = inkdigits.read(page, layout="digit").lines[0]
    assert (line.text, line.confidence) == ("7", answer.confidence)


@pytest.mark.parametrize("path", LONG_STROKES.values(), ids=LONG_STROKES)
def test_a_long_stroke_of_a_single_digit_is_no_rule(path: list[tuple[int, int]]) -> None:
    picture = Image.new("L", (130, 90), 240)
    ImageDraw.Draw(picture).line(path, fill=40, width=4, joint="curve")
    expected = normalize_digit(ink_map(np.asarray(picture)))
    np.testing.assert_array_equal(inkdigits.recognize(picture).normalized, expected)


@pytest.mark.parametrize(("row", "margin"), [(95, 0), (95, 6), (60, 0), (60, 6)])
def test_a_rule_at_a_single_digit_is_left_out(row: int, margin: int) -> None:
    plain = np.pad(written("4", 60, 1), ((0, 0), (60, 60)), constant_values=240)
    ruled = plain.copy()
    ruled[row : row + 2, margin : plain.shape[1] - margin] = 90
    seen, expected = (inkdigits.recognize(page).normalized.astype(int) for page in (ruled, plain))
    assert abs(seen - expected).mean() < 6


def test_a_digit_whose_ink_was_taken_for_paper_is_looked_at_the_other_way_round() -> None:
    """A sheet in the shade, and a line of light along its lower edge: it is the light that looks like ink."""
    page = np.full((300, 400), 166.0)
    page[296:] = np.linspace(180, 230, 4)[:, None]
    ink = write("5", Hand(height=82, width=0.14), np.random.default_rng(5))
    page[59 : 59 + ink.shape[0], 59 : 59 + ink.shape[1]] *= 1 - 0.21 * ink
    picture = page.astype(np.uint8)
    assert not find_polarity(picture).dark
    told = inkdigits.recognize(picture)
    assert (told.label, told.accepted) == (5, True)
    for reading in (inkdigits.read(picture, layout="digit"), inkdigits.read(picture)):
        assert reading.text == "5"
        x0, y0, x1, y1 = reading.lines[0].box
        assert 55 <= x0 < x1 <= 65 + ink.shape[1]
        assert 55 <= y0 < y1 <= 65 + ink.shape[0]
        assert not reading.ink[200:].any()


@pytest.mark.parametrize("shape", [(619, 3050), (3050, 619), (40, 12_000), (700, 700)])
def test_the_box_of_a_single_digit_stands_around_it(shape: tuple[int, int]) -> None:
    page = np.full(shape, 240, dtype=np.uint8)
    high, left, top = min(shape) * 2 // 3, int(0.88 * shape[1]), shape[0] // 6
    page[top : top + high, left : left + high // 12] = 30
    (line,) = inkdigits.read(page, layout="digit").lines
    expected = (left, top, left + high // 12, top + high)
    step = -(-max(shape) // 500)
    assert all(abs(side - own) <= step for side, own in zip(line.box, expected, strict=True)), line.box


def test_a_page_full_of_dots_needs_no_memory_to_speak_of() -> None:
    page = np.full((900, 900), 250, dtype=np.uint8)
    for y in range(3, 9):
        for x in range(3, 6):
            page[y::10, x::10] = 20
    tracemalloc.start()
    inkdigits.read(page, layout="line")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 150e6


def test_nothing_is_recognized_on_bare_paper() -> None:
    answer = inkdigits.recognize(np.full((50, 50), 255, dtype=np.uint8), min_confidence=0)
    assert (answer.label, answer.confidence, answer.accepted) == (None, 0, False)


def test_a_layout_we_do_not_know_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'page'"):
        inkdigits.read(b"", layout="pages")


@pytest.mark.parametrize("text", ["25868", "31492", "60573"])
def test_a_number_of_which_a_ring_takes_digits_away_is_not_accepted(text: str) -> None:
    page = Image.fromarray(np.pad(written(text, 60, 3), 60, constant_values=245))
    width, height = page.size
    ImageDraw.Draw(page).ellipse((84, 50, width - 84, height - 50), outline=20, width=4)
    for line in inkdigits.read(page).lines:
        assert line.text == text or not line.accepted


@pytest.mark.parametrize("text", ["00", "000", "80", "6000"])
@pytest.mark.parametrize("gap", [0.0, -0.05])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noughts_that_touch_are_no_ring(text: str, gap: float, seed: int) -> None:
    page = np.pad(written(text, 60, seed, hand=Hand(gap=gap, width=0.07)), 60, constant_values=240)
    assert inkdigits.read(page).text == text


@pytest.mark.parametrize("text", ["687492", "26134", "53508"])
@pytest.mark.parametrize("first", [True, False])
def test_a_number_of_which_a_long_stroke_takes_a_digit_away_is_not_accepted(text: str, first: bool) -> None:
    page = np.pad(written(text, 60, 1), ((20, 180), (60, 120)), constant_values=240)
    rows, columns = np.nonzero(page < 120)
    edge = columns < columns.min() + 25 if first else columns > columns.max() - 25
    lowest = np.flatnonzero(edge)[rows[edge].argmax()]
    along = np.linspace(0, 1, 40)
    picture = Image.fromarray(page)
    stroke = np.stack([columns[lowest] + 70 * along + 9 * np.sin(9 * along), rows[lowest] + 150 * along])
    ImageDraw.Draw(picture).line(stroke.T.ravel().tolist(), fill=40, width=4)
    for line in inkdigits.read(picture).lines:
        assert line.text == text or not line.accepted


@pytest.mark.parametrize("texts", [("52430", "04716"), ("26640", "75193"), ("937", "418")])
@pytest.mark.parametrize("seed", [1, 2])
def test_lines_that_a_stroke_joins_are_both_read(texts: tuple[str, str], seed: int) -> None:
    upper, lower = (cut_to_ink(written(text, 60, seed)) for text in texts)
    page = np.full((190, 30 + max(upper.shape[1], lower.shape[1])), 240, dtype=np.uint8)
    for top, one in ((15, upper), (105, lower)):
        page[top : top + one.shape[0], 15 : 15 + one.shape[1]] = one
    inked = page < 120
    columns = np.flatnonzero(inked[:100].any(axis=0) & inked[100:].any(axis=0))
    column = columns[len(columns) // 2]
    start, end = np.flatnonzero(inked[:100, column])[-1], 100 + np.flatnonzero(inked[100:, column])[0]
    page[start : end + 1, column - 2 : column + 2] = 40
    assert inkdigits.read(page).text.split("\n") == list(texts)


@pytest.mark.parametrize("texts", [("111", "1111"), ("471", "141")])
@pytest.mark.parametrize("apart", [14, 26])
def test_straight_digits_in_lines_close_to_each_other_are_no_display(
    texts: tuple[str, str], apart: int
) -> None:
    upper, lower = (cut_to_ink(written(text, 50, seed)) for text, seed in zip(texts, (3, 53), strict=True))
    page = np.full((220, 60 + max(upper.shape[1], lower.shape[1])), 240, dtype=np.uint8)
    for top, one in ((30, upper), (30 + upper.shape[0] + apart, lower)):
        page[top : top + one.shape[0], 30 : 30 + one.shape[1]] = one
    assert inkdigits.read(page).text.split("\n") == list(texts)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "0.9", None])
def test_a_confidence_that_is_no_probability_is_refused(value: Any) -> None:
    with pytest.raises(BadOption, match="min_confidence"):
        inkdigits.read(b"", min_confidence=value)
    with pytest.raises(BadOption):
        inkdigits.recognize(b"", min_confidence=value)


@pytest.mark.parametrize("name", ["several_lines.png", "empty.png", "ten_pixels.png", "form_boxes.png"])
def test_a_reading_is_drawn_in_colour(name: str) -> None:
    reading = inkdigits.read(compose(name)[0])
    for drawing in (reading.draw(), reading.explain()):
        assert drawing.mode == "RGB"
        assert 400 < max(drawing.size) < 4000
    colours = {colour for _, colour in reading.draw().getcolors(1 << 24) or []}
    assert ((11, 122, 75) in colours or (194, 65, 12) in colours) == bool(reading.lines)


def test_ink_that_is_not_read_is_coloured() -> None:
    """The letter between digits is, all of it, and no digit; where all is read nothing is."""
    unread = np.array([0x5B, 0x4B, 0xD6])
    reading = inkdigits.read(compose("letter_between.png")[0])
    coloured = (np.asarray(reading.draw()) == unread).all(axis=2)
    scale = 480 / reading.page.shape[1]  # a smaller picture is enlarged to that
    (_, eight, six, _) = reading.lines[0].digits
    columns = np.flatnonzero(coloured.any(axis=0)) / scale
    assert eight.box[2] < columns[0] < columns[-1] < six.box[0]
    letter = reading.page[:, eight.box[2] + 4 : six.box[0] - 4] < 100
    assert coloured.sum() > 0.8 * scale**2 * letter.sum()
    whole = np.asarray(inkdigits.read(compose("plain.png")[0]).draw())
    assert not (whole == unread).all(axis=2).any()
    assert (np.asarray(inkdigits.read(compose("letters.png")[0]).draw()) == unread).all(axis=2).sum() > 1000


def test_the_ink_of_a_reading_is_what_was_read() -> None:
    """A speck is ink on a page, and none beside a single digit."""
    page = np.pad(written("7", 60, 1), 60, constant_values=240)
    page[10:14, 10:14] = 30
    whole, single = (inkdigits.read(page, layout=layout) for layout in ("page", "digit"))
    assert whole.ink[10:14, 10:14].any()
    assert not single.ink[10:14, 10:14].any()
    assert single.ink[60:-60, 60:-60].any()
    assert single.explain().tobytes() != replace(single, ink=whole.ink).explain().tobytes()


def test_drawn_digits_of_other_people(shared_data: Path) -> None:
    drawn = shared_data / "handwriting" / "hwd1000.npz"
    if not drawn.is_file():
        pytest.skip(f"no {drawn}")
    with np.load(drawn, allow_pickle=False) as data:
        chosen = [*range(0, 1000, 4), 433]  # 412 and 433: a 4 with a stem as long as a rule
        images, labels = data["images"][chosen], data["labels"][chosen]
    right = [
        inkdigits.read(image, layout="digit").text == str(label)
        for image, label in zip(images, labels, strict=True)
    ]
    assert right[chosen.index(412)]
    assert right[-1]
    assert np.mean(right) >= 0.99


def test_one_digit_that_the_line_reader_doubts_is_read_if_the_recognizer_is_sure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is believed of the lines; where several digits were told, none is read."""
    monkeypatch.setattr(road, "numbers", lambda lines: [])
    content, truth = compose("single_digit.png")
    (line,) = inkdigits.read(content).lines
    assert (line.text, line.accepted) == (truth, line.confidence >= 0.99)
    assert line.confidence > 0.95
    assert inkdigits.read(content, layout="line").lines == ()
    assert inkdigits.read(compose("plain.png")[0]).lines == ()
    assert inkdigits.read(compose("letters.png")[0]).lines == ()


def sighted(*sights: Sight, confidence: float = 0.5) -> SightedLine:
    return SightedLine(sights, confidence, 0, 255, 4, members=np.arange(0))


def another(sight: Sight, label: int, box: tuple[int, int, int, int] | None = None) -> Sight:
    return replace(sight, digit=replace(sight.digit, label=label, box=box or sight.digit.box))


def test_the_recognizer_overrules_another_digit_if_it_is_surer_and_pieces_but_never_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content, truth = compose("single_digit.png")
    page = decode_page(content)
    digit = inkdigits.read(content).lines[0].digits[0]
    sight = Sight(digit, 0.5, True)
    other, high = another(sight, (digit.label + 1) % 10), digit.box[3] - digit.box[1]
    certain: dict[str, list[SightedLine]] = {
        "none": [],
        "the same": [sighted(sight)],
    }
    surer: dict[str, list[SightedLine]] = {
        "another": [sighted(other)],
        "two pieces of it": [sighted(other), sighted(sight)],
        "a piece and low ones": [sighted(other), sighted(*2 * [another(sight, 1, (0, 0, 4, high // 3))])],
    }
    never: dict[str, list[SightedLine]] = {
        "two on one line": [sighted(sight, sight)],
        "a one as high": [sighted(sight), sighted(another(sight, 1, (0, 0, 20, high)))],
        "a low digit beside it": [sighted(sight), sighted(another(sight, 4, (0, 0, 10, high // 3)))],
    }

    reader, answer = Reader.load(), Recognizer.answer

    def texts(told: dict[str, list[SightedLine]]) -> dict[str, str | None]:
        alone = {name: reader.lone_digit(page, lines, 0.99) for name, lines in told.items()}
        return {name: one and one[1].text for name, one in alone.items()}

    def less_sure(self: Recognizer, images: DigitImages) -> Answers:
        answers = answer(self, images)
        return replace(answers, digit=0.97 * answers.digit)

    assert texts(certain | surer) == dict.fromkeys(certain | surer, truth)
    assert texts(never) == dict.fromkeys(never)
    monkeypatch.setattr(Recognizer, "answer", less_sure)
    assert texts(certain) == dict.fromkeys(certain, truth)
    assert texts(surer | never) == dict.fromkeys(surer | never)


@pytest.mark.parametrize(
    ("confidence", "label", "low", "stays"),
    [
        (0.97, 4, False, False),  # a piece of the digit, doubted
        (0.99, 4, False, True),
        (0.99, 1, True, False),  # of a printed rule
        (0.99, 1, False, True),
    ],
)
def test_a_digit_that_is_believed_stays_unless_doubted_or_of_a_rule(
    monkeypatch: pytest.MonkeyPatch, confidence: float, label: int, low: bool, stays: bool
) -> None:
    content, truth = compose("single_digit.png")
    assert truth not in "14"
    digit = inkdigits.read(content).lines[0].digits[0]
    x0, y0, x1, y1 = digit.box
    box = (x0, y0, x1, y0 + (y1 - y0) // 3) if low else digit.box
    line = sighted(another(Sight(digit, 0.5, False), label, box), confidence=confidence)
    monkeypatch.setattr(road, "numbers", lambda lines: [line])
    assert inkdigits.read(content).text == (str(label) if stays else truth)


def test_a_doubted_digit_elsewhere_on_the_page_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    content, _ = compose("single_digit.png")
    digit = inkdigits.read(content).lines[0].digits[0]
    beside = another(Sight(digit, 0.5, False), 4, (0, 0, 20, digit.box[3] - digit.box[1]))
    monkeypatch.setattr(road, "numbers", lambda lines: [sighted(beside, confidence=0.97)])
    assert inkdigits.read(content).text == "4"


def test_how_sure_a_line_is_does_not_hide_the_next() -> None:
    """In the cells of a table there is no room beside a number, but below."""
    reading = inkdigits.read(compose("table_cells.png")[0])
    drawn = np.asarray(reading.draw())
    top = drawn.shape[0] - reading.page.shape[0]  # a page this large is drawn as it is
    sure = np.array([11, 122, 75])
    for digit in (digit for line in reading.lines for digit in line.digits):
        x0, y0, x1, y1 = digit.box
        inside = drawn[y0 + top + 4 : y1 + top - 4, x0 + 8 : x1 - 8]
        assert (inside == sure).all(axis=2).mean() < 0.1


def test_how_sure_a_line_is_does_not_hide_what_stands_beside_it() -> None:
    """A word follows the number at once, and below both there is room."""
    number = written("4096", 60, 5)
    page = np.full((200, 420), 240, dtype=np.uint8)
    page[40 : 40 + number.shape[0], 20 : 20 + number.shape[1]] = number
    word = Image.fromarray(page)
    after = 20 + number.shape[1]
    ImageDraw.Draw(word).text((after, 56), "EUR", fill=30, font=ImageFont.load_default(52))
    reading = inkdigits.read(np.asarray(word))
    assert reading.text == "4096"
    drawn = reading.draw()
    scale = 480 / 420  # a smaller picture is enlarged to that
    shown = np.asarray(drawn)[:, int(after * scale) :]
    sure = (shown == [11, 122, 75]).all(axis=2)
    assert sure.sum() < 50
    assert (np.asarray(drawn) == [11, 122, 75]).all(axis=2).sum() > 500
