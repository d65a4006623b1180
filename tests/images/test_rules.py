"""without_rules: printed lines go, strokes stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.images.rules import without_rules

Ink = NDArray[np.uint8]


def strokes() -> Ink:
    """Four upright strokes, 40 high, 6 wide, with a foot of 20."""
    ink = np.zeros((120, 240), dtype=np.uint8)
    for x in (40, 90, 140, 190):
        ink[40:80, x : x + 6] = ink[74:80, x - 7 : x + 13] = 255
    return ink


def test_ink_without_rules_is_left_as_it_is() -> None:
    np.testing.assert_array_equal(without_rules(strokes()), strokes())


@pytest.mark.parametrize("row", [20, 60, 100])
@pytest.mark.parametrize("thick", [1, 3])
def test_a_line_goes_and_what_it_crosses_stays(row: int, thick: int) -> None:
    ruled = strokes()
    ruled[row : row + thick, 5:235] = 255
    np.testing.assert_array_equal(without_rules(ruled), strokes())


@pytest.mark.parametrize("tilt", [-9, -4, 3, 8])
def test_a_tilted_line_goes(tilt: float) -> None:
    ruled = strokes()
    ruled[95:98, 5:235] = 255
    turned = (ndimage.rotate(ruled > 0, tilt, order=0) * 255).astype(np.uint8)
    alone = (ndimage.rotate(strokes() > 0, tilt, order=0) * 255).astype(np.uint8)
    found = without_rules(turned)
    assert np.count_nonzero(found & ~alone) < 40
    assert np.count_nonzero(found & alone) > 0.97 * np.count_nonzero(alone)


@pytest.mark.parametrize("thick", [4, 12, 24])
@given(seed=st.integers(0, 2**32 - 1))
def test_a_line_by_hand_leaves_no_pieces_that_stand_upright(thick: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    unrest = [ndimage.gaussian_filter1d(random.normal(0, 1, 300), 12) for _ in range(2)]
    course, half = (thick * scale * one / one.std() for scale, one in zip((0.2, 0.06), unrest, strict=True))
    ink = np.zeros((200, 400), dtype=np.uint8)
    ink[:, 50:350] = 255 * (np.abs(np.arange(200)[:, None] - 100 - course) < thick / 2 + half)
    pieces, _ = ndimage.label(without_rules(ink))
    assert all(y.stop - y.start < x.stop - x.start for y, x in ndimage.find_objects(pieces))


def test_a_stroke_that_stands_on_a_line_stays() -> None:
    ruled = strokes()
    ruled[80:83, 5:235] = 255
    found = without_rules(ruled)
    assert np.count_nonzero(found & strokes()) > 0.9 * np.count_nonzero(strokes())
    one = np.zeros((60, 160), dtype=np.uint8)
    one[15:45, 20:50] = 255
    one[20:40, 25:45] = 0
    one[15:48, 120:124] = one[48:50, 4:156] = 255
    assert without_rules(one)[18:42, 120:124].all()


def test_squares_go() -> None:
    squared = strokes()
    squared[::15] = squared[:, ::15] = np.maximum(strokes()[::15], 90)[0, 0]
    squared = np.maximum(squared, strokes())
    found = without_rules(squared)
    assert np.count_nonzero(found & ~strokes()) < 30
    assert np.count_nonzero(found & strokes()) > 0.9 * np.count_nonzero(strokes())


def test_squares_that_wider_rules_group_go_with_their_crossings() -> None:
    digit = np.zeros((380, 380), dtype=np.uint8)
    digit[56:79, 62:67] = digit[75:79, 56:75] = digit[176:199, 222:227] = digit[195:199, 216:235] = 255
    squared = digit.copy()
    for i in range(10):
        thick = 2 if i % 3 else 6
        squared[8 + 40 * i : 8 + 40 * i + thick, 8:370] = squared[8:370, 8 + 40 * i : 8 + 40 * i + thick] = (
            255
        )
    np.testing.assert_array_equal(without_rules(squared), digit)


@pytest.mark.parametrize("one_digit", [False, True])
def test_squares_as_large_as_the_one_digit_go(one_digit: bool) -> None:
    digit = np.zeros((400, 420), dtype=np.uint8)
    digit[120:230, 150:158] = digit[222:230, 130:190] = 255
    squared = digit.copy()
    squared[50::110] = squared[:, 60::110] = 255
    found = without_rules(squared, one_digit)
    assert np.count_nonzero(found & ~digit) < 30
    assert np.count_nonzero(found & digit) > 0.9 * np.count_nonzero(digit)


@pytest.mark.parametrize(("rows", "columns"), [((78, 178, 278), (185, 285)), ((80, 190), (86, 197, 308))])
def test_a_few_squares_larger_than_the_one_digit_go(rows: tuple[int, ...], columns: tuple[int, ...]) -> None:
    digit = np.zeros((300, 320), dtype=np.uint8)
    digit[110:170, 220:228] = digit[162:170, 205:240] = 255
    squared = digit.copy()
    squared[list(rows)] = squared[:, list(columns)] = 255
    found = without_rules(squared, one_digit=True)
    assert np.count_nonzero(found & ~digit) < 30
    assert np.count_nonzero(found & digit) > 0.9 * np.count_nonzero(digit)


def test_rules_of_which_only_the_middle_is_seen_whole_are_no_strokes_of_the_one_digit() -> None:
    rows, columns = np.indices((180, 240))
    far = np.hypot((rows - 90) / 32, (columns - 120) / 22)
    digit = np.where((far > 0.75) & (far < 1), 255, 0).astype(np.uint8)
    ruled = digit.copy()
    for row in (75, 135):
        ruled[row, 40:200] = ruled[row, 2:40:2] = ruled[row, 200:238:2] = 255
    found = without_rules(ruled, one_digit=True)
    assert not (found & ~digit)[:, 45:195].any()
    np.testing.assert_array_equal(found & digit, digit)


def test_boxes_around_digits_go() -> None:
    boxed = strokes()
    for x in (40, 90, 140, 190):
        boxed[30:32, x - 16 : x + 24] = boxed[90:92, x - 16 : x + 24] = 255
        boxed[30:92, x - 16 : x - 14] = boxed[30:92, x + 22 : x + 24] = 255
    found = without_rules(boxed)
    assert np.count_nonzero(found & ~strokes()) < 80
    assert np.count_nonzero(found & strokes()) == np.count_nonzero(strokes())


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (5, 300), (28, 28)])
def test_bare_paper_and_small_pages_stay(shape: tuple[int, int]) -> None:
    ink = np.zeros(shape, dtype=np.uint8)
    np.testing.assert_array_equal(without_rules(ink), ink)


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=70)))
def test_nothing_is_added(ink: Ink) -> None:
    before = ink.copy()
    found = without_rules(ink)
    np.testing.assert_array_equal(ink, before)
    assert found.shape == ink.shape
    assert (found <= ink).all()


@given(
    height=st.integers(6, 60),
    length=st.integers(60, 1500),
    start=st.floats(0, 1),
    run=st.integers(8, 120),
    slope=st.floats(-0.35, 0.35),
    tall=st.booleans(),
)
def test_strips_of_any_length_are_no_trouble(
    height: int, length: int, start: float, run: int, slope: float, tall: bool
) -> None:
    ink = np.zeros((height, length), dtype=np.uint8)
    columns = np.minimum(int(start * length) + np.arange(run), length - 1)
    rows = np.clip(np.round(height / 2 + slope * (np.arange(run) - run / 2)), 0, height - 3).astype(int)
    for thick in range(3):
        ink[rows + thick, columns] = 255
    ink = ink.T if tall else ink
    assert (without_rules(ink) <= ink).all()


def _small_print() -> Ink:
    """Twenty lines of print: rows of uprights 14 high."""
    ink = np.zeros((600, 500), dtype=np.uint8)
    for y in range(150, 550, 20):
        for x in range(30, 470, 12):
            ink[y : y + 14, x : x + 3] = ink[y + 6 : y + 9, x : x + 8] = 255
    return ink


def test_strokes_of_writing_larger_than_the_print_stay() -> None:
    """Two zeros and a one between them, several times as high as what most of the ink is."""
    page = _small_print()
    rows, columns = np.indices(page.shape)
    for middle in (225, 325):
        far = np.hypot((rows - 75) / 35, (columns - middle) / 25)
        page[(far > 0.75) & (far < 1)] = 255
    page[40:110, 270:277] = 255
    found = without_rules(page)
    np.testing.assert_array_equal(found[:120], page[:120])


@pytest.mark.parametrize(("top", "bottom", "stays"), [(40, 110, True), (30, 122, False), (18, 88, False)])
def test_a_stroke_stays_beside_digits_hardly_larger_than_the_print(
    top: int, bottom: int, stays: bool
) -> None:
    """A one longer than 1.5 heights of the print beside zeros that are not, or walls beside them."""
    page = np.zeros((150, 500), dtype=np.uint8)
    rows, columns = np.indices(page.shape)
    for middle, high in ((60, 23), (120, 23), (180, 23), (240, 23), (325, 33.5), (385, 33.5)):
        far = np.hypot((rows - 110 + high) / high, (columns - middle) / 22)
        page[(far > 0.75) & (far < 1)] = 255
    ones = page.copy()
    ones[top:bottom, 430:436] = 255
    found = without_rules(ones)
    np.testing.assert_array_equal(found, ones if stays else page)


def test_rules_go_on_a_page_of_small_print() -> None:
    ruled = _small_print()
    ruled[60:63, 40:480] = ruled[20:140, 20:23] = 255
    assert not without_rules(ruled)[:145].any()


def _bold_fours() -> Ink:
    """Two fours, 70 high, of straight strokes 8 wide: most of their ink might be rules."""
    fours = np.zeros((600, 500), dtype=np.uint8)
    for x in (180, 260):
        fours[72:80, x : x + 52] = fours[40:110, x + 36 : x + 44] = 255
        for row in range(40, 80):
            fours[row, x + 76 - row : x + 84 - row] = 255
    return fours


def test_bold_straight_strokes_of_larger_writing_stay() -> None:
    page = np.maximum(_small_print(), _bold_fours())
    np.testing.assert_array_equal(without_rules(page)[:130], page[:130])


def test_thin_boxes_that_larger_writing_touches_go() -> None:
    boxed = _small_print()
    for x in (170, 250):
        boxed[30:120, x : x + 2] = boxed[30:120, x + 68 : x + 70] = 255
        boxed[30:32, x : x + 70] = boxed[118:120, x : x + 70] = 255
        boxed[60:68, x + 20 : x + 68] = boxed[60:110, x + 30 : x + 37] = 255  # to the wall
    found = without_rules(boxed)
    assert not found[30:32, 165:325].any()
    assert not found[30:55, 160:330].any()
    assert found[80:110, 200:207].all()


def test_the_feet_of_words_do_not_tell_how_long_walls_are() -> None:
    """In a table with words a lone 1 is longer than the rows of their feet are apart, not than its rules."""
    table = np.zeros((420, 700), dtype=np.uint8)
    for y in range(48, 400, 66):
        table[y : y + 2, 40:680] = 255
    for x in range(40, 690, 213):
        table[48:380, x : x + 2] = 255
    for y in range(62, 380, 66):
        for x in (60, 273):
            for letter in range(8):
                table[y : y + 22, x + 12 * letter : x + 12 * letter + 3] = 255
            table[y + 19 : y + 22, x : x + 40] = 255
    for y in range(64, 380, 66):
        table[y : y + 34, 520:523] = 255
    kept = without_rules(table)
    for y in range(64, 380, 66):
        assert (kept[y : y + 34, 520:523] == 255).all()
    assert not kept[48:50].any()


def test_strokes_in_a_box_that_larger_writing_touches_stay() -> None:
    box = np.zeros((64, 200), dtype=np.uint8)
    box[[0, 1, 62, 63], :] = box[:, [0, 1, 198, 199]] = 255
    digits = np.zeros_like(box)
    for x in (20, 60, 100, 140):
        digits[16:62, x : x + 6] = digits[16:22, x - 4 : x + 20] = 255
    ink = np.pad(np.vstack([_small_print()[:, :200], np.zeros((40, 200), np.uint8)]), 8)
    top = len(ink)
    ink = np.vstack([ink, np.pad(np.maximum(box, digits), 8)])
    found = without_rules(ink)[top + 8 : top + 72, 8:208]
    assert np.count_nonzero(found & digits) >= 0.97 * np.count_nonzero(digits)
    assert np.count_nonzero(found & ~digits) < 60  # where the digits stand on the floor


def test_a_fold_through_a_digit_beside_others_goes() -> None:
    ink = np.pad(strokes(), ((100, 100), (0, 0)))
    ink[:, 97] = 255
    np.testing.assert_array_equal(without_rules(ink)[100:220], strokes())


@pytest.mark.parametrize("fan", [3, 6])
def test_rules_that_fan_out_go(fan: int) -> None:
    """As a table's do where one side is nearer to the camera; the strokes between them stay."""
    size = 400
    y, x = np.mgrid[:size, :size] - size / 2
    rules = np.zeros((size, size), dtype=bool)
    for middle in range(-180, 181, 60):
        rules |= np.abs(y - middle - x * np.tan(np.radians(fan * middle / 180))) < 1.1
        rules |= np.abs(x - middle - y * np.tan(np.radians(fan * middle / 180))) < 1.1
    rules[(np.abs(x) > 185) | (np.abs(y) > 185)] = False
    written = np.zeros_like(rules)
    for top in range(45, 340, 60):
        for left in range(45, 340, 60):
            written[top : top + 24, left : left + 4] = written[top + 20 : top + 24, left - 6 : left + 10] = (
                True
            )
    written &= ~ndimage.binary_dilation(rules, iterations=3)
    found = without_rules(255 * (rules | written).astype(np.uint8)) > 0
    assert np.count_nonzero(found & written) > 0.97 * np.count_nonzero(written)
    assert np.count_nonzero(found & ~written) < 0.03 * np.count_nonzero(rules)
