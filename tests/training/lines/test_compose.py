"""Composed lines: boxes hold the ink, the truth stands in order, and the same seed gives the same line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from inkdigits.data import DigitSet, load_digit_set
from inkdigits.data.strokes import PenTrace
from inkdigits.images.line import STRIP_HEIGHT
from inkdigits.training.lines import compose
from inkdigits.training.lines.bank import Digits, GlyphBank, make_bank
from inkdigits.training.lines.camera import take_picture
from inkdigits.training.lines.compose import Composer
from inkdigits.training.lines.glyphs import EDGE, Hand, draw_image, draw_trace
from inkdigits.training.lines.links import draw_link
from inkdigits.training.lines.marks import BEGINNINGS, BRACKETS, ENDINGS, LIKE_DIGITS, SEPARATORS, draw_mark
from inkdigits.training.lines.papers import make_papers
from inkdigits.training.lines.prints import make_display, print_digits, print_letters
from inkdigits.training.lines.scribbles import SIZE, draw_scribble
from inkdigits.training.lines.script import GAP, LETTER, WORDS, random_script, with_words
from inkdigits.training.lines.shapes import draw_shapes
from inkdigits.training.lines.words import print_words, write_word

HAND = Hand(height=30, aspect=1.0, slant=0.2, turn=0.0, pen=3.0, wobble=0.0)
UPRIGHT = Hand(height=40, aspect=1.0, slant=0.0, turn=0.0, pen=4.0, wobble=0.0)


def _trace(label: int) -> PenTrace:
    """A ring for 0 and an upright for anything else."""
    angle = np.linspace(0, 2 * np.pi, 20)
    ring = np.stack([0.3 + 0.3 * np.cos(angle), 0.5 + 0.5 * np.sin(angle)], axis=1)
    upright = np.stack([np.full(10, 0.1), np.linspace(0, 1, 10)], axis=1)
    return PenTrace(label, 0, ((ring if label == 0 else upright).astype(np.float32),))


@pytest.fixture(scope="module")
def bank() -> GlyphBank:
    return make_bank(load_digit_set("uci:train"), (_trace(0), _trace(1)), ())


@pytest.fixture(scope="module")
def composer(bank: GlyphBank) -> Composer:
    return Composer(bank)


def test_the_truth_is_in_order_and_inside_the_picture(composer: Composer) -> None:
    for seed in range(80):
        line = composer.line(np.random.default_rng(seed))
        assert line.page.dtype == np.uint8
        assert line.boxes.shape == (len(line.labels), 4)
        middles = line.boxes[:, 0] + line.boxes[:, 2]
        assert (np.diff(middles) > 0).all()
        height, width = line.page.shape
        assert (line.boxes[:, :2] >= 0).all()
        assert (line.boxes[:, 2:] <= [width, height]).all()
        assert (line.boxes[:, 2:] > line.boxes[:, :2]).all()


def test_boxes_hold_the_ink_of_their_digits(monkeypatch: pytest.MonkeyPatch, composer: Composer) -> None:
    """Without paper, rules, marks and links, all ink lies in boxes, and each box's sides touch ink."""
    monkeypatch.setattr(compose, "random_script", lambda rng: "".join(map(str, rng.integers(0, 10, 4))))
    monkeypatch.setattr(compose, "draw_rules", lambda ink, hand, rng: ink)
    monkeypatch.setattr(compose, "bend", lambda ink, height, rng: ink)
    monkeypatch.setattr(compose, "draw_link", lambda *_: (np.zeros((1, 1), np.uint8), 0.0, 0.0))
    monkeypatch.setattr(compose, "take_picture", lambda ink, papers, rng: ink)
    for seed in range(40):
        line = composer.line(np.random.default_rng(seed))
        outside = line.page > EDGE
        for x0, y0, x1, y1 in line.boxes.astype(int):
            inside = line.page[y0:y1, x0:x1] > EDGE
            assert inside[0].any()
            assert inside[-1].any()
            assert inside[:, 0].any()
            assert inside[:, -1].any()
            outside[y0:y1, x0:x1] = False
        assert not outside.any()


def test_strips_carry_the_truth_along(composer: Composer) -> None:
    for seed in range(40):
        made = composer.strip(np.random.default_rng(seed))
        assert made.strip.shape[0] == STRIP_HEIGHT
        assert (made.boxes[:, 0] >= 0).all()
        assert (made.boxes[:, 2] <= made.strip.shape[1]).all()


def test_a_line_follows_from_its_generator_alone(bank: GlyphBank, composer: Composer) -> None:
    first, second = composer.line(np.random.default_rng(5)), Composer(bank).line(np.random.default_rng(5))
    assert np.array_equal(first.page, second.page)
    assert np.array_equal(first.boxes, second.boxes)


def test_a_hand_is_one_persons_and_has_every_digit() -> None:
    """Writer 0 has bars, writer 1 blocks, writer 2 no nine."""
    images = np.zeros((29, 28, 28), dtype=np.uint8)
    images[:10, 4:24, 13:15] = 255
    images[10:, 4:24, 4:24] = 255
    labels = np.array([*range(10), *range(10), *range(9)], dtype=np.uint8)
    bank = make_bank(
        DigitSet("bars and blocks", images, labels),
        tuple(_trace(digit) for digit in range(10)),
        (),
        np.array([0] * 10 + [1] * 10 + [2] * 9),
    )
    widths = [{glyph.shape[1] for own in hand.images for glyph in own} for hand in bank.hands]
    assert widths[:2] == [{2}, {20}]
    assert all(not any(hand.images) and all(hand.traces) for hand in bank.hands[2:])
    assert len(bank.hands) > 2


def test_most_lines_are_of_one_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bars and blocks as above: the digits of a line are all narrow or all wide, or of everyone."""
    images = np.zeros((20, 28, 28), dtype=np.uint8)
    images[:10, 4:24, 13:15] = 255
    images[10:, 4:24, 4:24] = 255
    digits = DigitSet("bars and blocks", images, np.tile(np.arange(10, dtype=np.uint8), 2))
    composer = Composer(make_bank(digits, (), (), np.repeat([0, 1], 10)))
    monkeypatch.setattr(compose, "random_script", lambda rng: "".join(map(str, rng.permutation(10)[:8])))
    mixed = 0
    for seed in range(200):
        boxes = composer.line(np.random.default_rng(seed)).boxes[1:-1]  # the outer ones may be cut off
        wide = boxes[:, 2] - boxes[:, 0] > 0.55 * (boxes[:, 3] - boxes[:, 1])
        mixed += 0.2 < wide.mean() < 0.8
    assert 40 < mixed < 120


def test_some_lines_are_by_a_machine_which_has_all_digits_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """People write bars, the machine blocks."""
    images = np.zeros((10, 28, 28), dtype=np.uint8)
    images[:, 4:24, 13:15] = 255
    bars = make_bank(DigitSet("bars", images, np.arange(10, dtype=np.uint8)), (), ())
    block = ((np.full((30, 30), 255, dtype=np.uint8),),) * 10
    composer = Composer(replace(bars, machines=(Digits(block, ((),) * 10),)))
    monkeypatch.setattr(compose, "random_script", lambda rng: "".join(map(str, rng.permutation(10)[:8])))
    by_machine, unlike = 0, []
    for seed in range(200):
        boxes = composer.line(np.random.default_rng(seed)).boxes[1:-1]  # the outer ones may be cut off
        widths, heights = (boxes[:, 2:] - boxes[:, :2]).T
        if (widths > 0.55 * heights).all():
            by_machine += 1
            unlike.append(np.ptp(heights) / heights.mean())
    assert 12 < by_machine < 45
    assert np.median(unlike) < 0.12


def test_a_machine_gives_each_digit_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose 1 is a bar to the right of its cell, as on a display; by people there are none."""
    images = np.zeros((10, 28, 28), dtype=np.uint8)
    images[:, 4:24, 4:24] = 255
    people = make_bank(DigitSet("blocks", images, np.arange(10, dtype=np.uint8)), (), ())
    shapes = tuple((np.full((30, 3 if digit == 1 else 15), 255, dtype=np.uint8),) for digit in range(10))
    monkeypatch.setattr(compose, "random_script", lambda rng: "0801080")
    monkeypatch.setattr(compose, "_BENT", 0.0)
    monkeypatch.setattr(compose, "_BY_MACHINE", 1.0)

    def bare(cell: float) -> float:
        composer = Composer(replace(people, machines=(Digits(shapes, ((),) * 10, cell=cell, before=1.0),)))
        found = []
        for seed in range(60):
            boxes = composer.line(np.random.default_rng(seed)).boxes
            found.append((boxes[3, 0] - boxes[2, 2] - (boxes[4, 0] - boxes[3, 2])) / np.ptp(boxes[3, 1::2]))
        return float(np.median(found))

    assert abs(bare(0.0)) < 0.1
    assert 0.2 < bare(0.5) < 0.6


def test_letters_beside_a_machines_digits_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """People's letters are hairs here, the machine's blocks: a line is dark or nearly bare."""
    digits = make_bank(load_digit_set("uci:train"), (), ()).digits
    hair, block = np.full((60, 1), 255, dtype=np.uint8), np.full((30, 30), 255, dtype=np.uint8)
    machine = replace(digits, letters=(block,))
    monkeypatch.setattr(compose, "random_script", lambda rng: "LLLL")
    monkeypatch.setattr(compose, "_SCRIBBLED", 0.0)
    monkeypatch.setattr(compose, "take_picture", lambda ink, papers, rng: ink)
    monkeypatch.setattr(compose, "draw_rules", lambda ink, hand, rng: ink)
    dark = {}
    for share in (0.0, 1.0):
        monkeypatch.setattr(compose, "_BY_MACHINE", share)
        composer = Composer(GlyphBank(digits, (), (hair,), machines=(machine,)))
        lines = [composer.line(np.random.default_rng(seed)).page for seed in range(20)]
        dark[share] = np.median([(page > EDGE).mean() for page in lines])
    assert dark[1.0] > 3 * dark[0.0]


def test_fonts_and_displays_have_digits_and_letters_that_can_be_told_apart() -> None:
    rng = np.random.default_rng(0)
    shown = []
    for display in [make_display(rng) for _ in range(20)]:
        digits = [draw_trace(trace, UPRIGHT, np.random.default_rng(0)) for trace in display.digits]
        shown.append([*digits, *display.draw_letters()])
    printed = [[*digits, *letters] for digits, letters in zip(print_digits(), print_letters(), strict=True)]
    for glyphs in (*printed, *shown):
        assert all(min(glyph.shape) > 2 and (glyph > EDGE).any() for glyph in glyphs)
        assert len({glyph.tobytes() for glyph in glyphs}) == len(glyphs) > 20
    assert len({glyphs[8].tobytes() for glyphs in shown}) == 20


def test_a_display_shows_digits_by_the_bars_of_its_eight() -> None:
    rng = np.random.default_rng(0)
    lit = {1: 2, 2: 5, 3: 5, 4: 4, 5: 5, 8: 7, 0: 6}
    otherwise = set()
    for display in [make_display(rng) for _ in range(60)]:
        assert [trace.label for trace in display.digits] == list(range(10))
        bars = [{tuple(stroke.ravel().round(3)) for stroke in trace.strokes} for trace in display.digits]
        assert all(some <= bars[8] for some in bars)
        assert {digit: len(bars[digit]) for digit in lit} == lit
        otherwise.add((len(bars[6]), len(bars[7]), len(bars[9])))
    assert otherwise == {(6 - a, 3 + b, 6 - c) for a in (0, 1) for b in (0, 1) for c in (0, 1)}


def test_scripts_have_repeats_leading_zeros_marks_and_lines_without_digits() -> None:
    rng = np.random.default_rng(0)
    scripts = [random_script(rng) for _ in range(3000)]
    digits = ["".join(filter(str.isdigit, script)) for script in scripts]
    assert {len(text) for text in digits} == set(range(13))
    assert any(text.startswith("0") and len(text) > 1 for text in digits)
    assert sum("000" in text for text in digits) > 100
    assert sum(any(digit * 3 in text for digit in "123456789") for text in digits) > 50
    allowed = set("0123456789" + SEPARATORS + ENDINGS + BEGINNINGS + "".join(BRACKETS) + LETTER + GAP)
    assert set("".join(scripts)) == allowed
    bare = [script for script, told in zip(scripts, digits, strict=True) if not told]
    assert not set("".join(bare)) & set(LIKE_DIGITS)


@pytest.mark.parametrize("mark", sorted(set(SEPARATORS + ENDINGS + BEGINNINGS + "".join(BRACKETS))))
def test_every_mark_leaves_ink(mark: str) -> None:
    ink, _ = draw_mark(mark, HAND, np.random.default_rng(0))
    assert ink.max() > 100


def test_a_hand_gives_digits_its_height_and_its_pen() -> None:
    rng = np.random.default_rng(0)
    image = load_digit_set("uci:train").images[0][4:24, 4:24]
    for height in (15, 40):
        for glyph in (
            draw_image(image, Hand(height, 1, 0, 0, 2.4 * height / 20, 0)),
            draw_trace(_trace(0), Hand(height, 1, 0, 0, 2, 0), rng),
        ):
            assert glyph.shape[0] == pytest.approx(height, abs=4)
    thin, thick = (draw_trace(_trace(1), Hand(30, 1, 0, 0, pen, 0), rng) for pen in (2, 5))
    assert thick.shape[1] - thin.shape[1] == pytest.approx(3, abs=1)
    thin, thick = (draw_image(image, Hand(30, 1, 0, 0, pen, 0)) for pen in (1.5, 5))
    assert thick.astype(int).sum() > 1.2 * thin.astype(int).sum()


def test_a_link_makes_two_digits_one_piece_of_ink(bank: GlyphBank) -> None:
    one, other = (
        draw_trace(_trace(0), HAND, np.random.default_rng(0)),
        draw_image(bank.digits.images[7][0], HAND),
    )
    for seed in range(30):
        page = np.zeros((120, 200), dtype=np.uint8)
        places = ((40.0, 40.0), (50.0 + one.shape[1], 44.0))
        stroke, left, top = draw_link(one, places[0], other, places[1], HAND, np.random.default_rng(seed))
        for glyph, (x, y) in ((one, places[0]), (other, places[1]), (stroke, (left, top))):
            part = page[int(y) : int(y) + glyph.shape[0], int(x) : int(x) + glyph.shape[1]]
            np.maximum(part, glyph, out=part)
            pieces = ndimage.label(page > EDGE, np.ones((3, 3)))[1]
        assert pieces == 1


def test_papers_are_centred_and_pictures_keep_their_shape() -> None:
    rng = np.random.default_rng(0)
    papers = make_papers(24, rng)
    assert np.abs(papers.mean(axis=(1, 2))).max() < 8
    for _ in range(40):
        ink = np.zeros((int(rng.integers(8, 150)), int(rng.integers(8, 900))), dtype=np.uint8)
        assert take_picture(ink, papers, rng).shape == ink.shape


def test_ways_to_write_that_we_draw_are_traces_as_others_are() -> None:
    ways = draw_shapes(50, np.random.default_rng(0))
    assert all(len({trace.label for trace in way}) == 1 for way in ways)
    drawn = [trace for way in ways for trace in way]
    for trace in drawn:
        points = np.concatenate(trace.strokes)
        assert points.min(axis=0) == pytest.approx([0, 0], abs=1e-6)
        assert points[:, 1].max() == pytest.approx(1)
        assert 0 < points[:, 0].max() < 2
    assert len({np.concatenate(trace.strokes).tobytes() for trace in drawn}) == len(drawn)
    labels = [trace.label for trace in drawn]
    assert {label: labels.count(label) for label in set(labels)} == {
        1: 100,
        2: 50,
        4: 100,
        5: 50,
        7: 50,
        9: 100,
    }


def test_scribbles_have_ink_and_no_two_are_alike() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw_scribble(3.0, rng) for _ in range(100)]
    assert all(glyph.max() > EDGE and max(glyph.shape) <= SIZE for glyph in drawn)
    assert len({glyph.tobytes() for glyph in drawn}) == 100


def test_words_stand_on_the_line_and_are_as_high_as_print_beside_digits_is() -> None:
    heights = []
    for seed in range(200):
        glyph, top = print_words(40, np.random.default_rng(seed))
        assert (glyph > EDGE).any()
        assert 0 < top <= glyph.shape[0] + 1  # none lies below the line as a whole
        heights.append(top / 40)
    assert 0.2 < min(heights) < 0.5
    assert 0.7 < max(heights) < 1.3


def test_a_word_is_written_on_the_line_and_parts_of_it_below() -> None:
    stroke = np.full((60, 30), 255, dtype=np.uint8)
    below = []
    for seed in range(100):
        word, top = write_word([stroke] * 26, replace(HAND, slant=0.0), np.random.default_rng(seed))
        assert (word > EDGE).any()
        assert 0 < top <= 1.3 * HAND.height
        below.append((word.shape[0] - top) / HAND.height)
    assert min(below) < 0.05
    assert 0.15 < max(below) < 0.5


def test_words_stand_before_digits_or_behind_or_alone() -> None:
    rng = np.random.default_rng(0)
    scripts = {with_words("12", rng) for _ in range(100)}
    assert scripts == {WORDS, WORDS + GAP + "12", "12" + GAP + WORDS}
    assert with_words("", rng) == WORDS


def test_words_are_no_digits_and_the_digits_beside_them_stay(bank: GlyphBank) -> None:
    composer, plain = Composer(bank, words=1.0), Composer(bank)
    wider, alone = 0, 0
    for seed in range(60):
        line, other = composer.line(np.random.default_rng(seed)), plain.line(np.random.default_rng(seed))
        assert (line.boxes[:, 2:] <= line.page.shape[::-1]).all()
        alone += not len(line.labels) and len(other.labels) > 0
        wider += line.page.shape[1] > other.page.shape[1]
    assert 2 < alone < 25
    assert wider > 40
