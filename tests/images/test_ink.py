"""ink_map: ink 255 on 0 whichever the polarity, the light and the grain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.data import load_digit_set
from inkdigits.images import find_page_ink, ink_map, normalize_digit


def cross(height: int = 90, width: int = 60) -> NDArray[np.uint8]:
    """A cross of full ink, each stroke an eighth of the shorter side wide."""
    ink = np.zeros((height, width), dtype=np.uint8)
    half = min(height, width) // 16
    ink[height // 5 : -height // 5, width // 2 - half : width // 2 + half] = 255
    ink[height // 2 - half : height // 2 + half, width // 5 : -width // 5] = 255
    return ink


@pytest.mark.parametrize("size", [(28, 28), (90, 60), (64, 400), (1200, 900)])
def test_dark_on_light_and_light_on_dark_give_the_same(size: tuple[int, int]) -> None:
    ink = cross(*size)
    np.testing.assert_array_equal(ink_map(ink), ink)
    np.testing.assert_array_equal(ink_map(255 - ink), ink)


def test_faint_ink_is_brought_to_full() -> None:
    page = np.full((90, 60), 180, dtype=np.uint8)
    page[cross() > 0] = 140
    np.testing.assert_array_equal(ink_map(page), cross())


def two_inks(pale: NDArray[np.uint8], level: int) -> NDArray[np.uint8]:
    """A black cross, and below it something in another ink."""
    page = np.full((180, 60), 240, dtype=np.uint8)
    page[:90][cross() > 0] = 0
    page[90:][pale > 0] = level
    return page


@pytest.mark.parametrize("level", [175, 150, 130])
def test_a_second_ink_is_brought_to_full_and_is_not_the_strongest(level: int) -> None:
    page = two_inks(cross(), level)
    np.testing.assert_array_equal(find_page_ink(page).map, np.concatenate([cross(), cross()]))
    np.testing.assert_array_equal(ink_map(page), np.concatenate([cross(), np.zeros((90, 60))]))


@pytest.mark.parametrize("level", [230, 205])
def test_what_is_nearly_as_pale_as_the_paper_is_no_second_ink(level: int) -> None:
    assert not find_page_ink(two_inks(cross(), level)).map[90:].any()


def test_pale_upright_strokes_alone_are_no_second_ink() -> None:
    pieces = np.zeros((90, 60), dtype=np.uint8)
    pieces[10:40, 15:17] = pieces[50:85, 40:42] = 255
    assert not find_page_ink(two_inks(pieces, 150)).map[90:].any()


@pytest.mark.parametrize("level", [0, 100, 255])
@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (1, 50), (28, 28), (700, 500)])
def test_an_even_page_is_blank(shape: tuple[int, int], level: int) -> None:
    page = np.full(shape, level, dtype=np.uint8)
    np.testing.assert_array_equal(ink_map(page), np.zeros(shape))


@pytest.mark.parametrize("deviation", [2, 6, 12, 24, 48])
def test_a_grainy_page_is_blank(deviation: int) -> None:
    noise = np.random.default_rng(0).normal(150, deviation, (400, 300))
    assert not ink_map(np.clip(noise, 0, 255).astype(np.uint8)).any()


@pytest.mark.parametrize("dark", [True, False])
def test_strokes_that_drown_in_grain_are_found(dark: bool) -> None:
    ink = cross(160, 120)
    page = np.random.default_rng(2).normal(130, 18, ink.shape) - (ink > 0) * 60
    found = ink_map(np.clip(page if dark else 255 - page, 0, 255).astype(np.uint8))
    assert ((found > 0) == (ink > 0)).mean() > 0.98
    assert np.count_nonzero(found[:25]) == 0


def test_a_slope_of_light_is_blank() -> None:
    slope = np.linspace(120, 240, 300)[None, :].repeat(200, axis=0)
    assert not ink_map(slope.astype(np.uint8)).any()


@pytest.mark.parametrize("dark", [True, False])
def test_light_and_grain_are_taken_out(dark: bool) -> None:
    ink = cross(300, 200)
    light = np.linspace(150, 230, 200)[None, :] + np.random.default_rng(1).normal(0, 4, ink.shape)
    page = np.clip(light - (ink > 0) * 100, 0, 255).astype(np.uint8)
    found = ink_map(page if dark else 255 - page)
    assert ((found > 127) == (ink > 0)).mean() > 0.995
    assert np.count_nonzero(found[:40]) == 0


@pytest.mark.parametrize("dark", [True, False])
def test_a_digit_by_a_thick_brush_is_ink_and_not_another_ground(dark: bool) -> None:
    rows, columns = np.mgrid[-140:140, -140:140]
    ring = np.abs(np.hypot(rows / 1.3, columns) - 62) < 22
    page = np.where(ring, 0, 255).astype(np.uint8)
    np.testing.assert_array_equal(ink_map(page if dark else 255 - page) > 0, ring)


@pytest.mark.parametrize("dark", [True, False])
def test_light_that_falls_off_does_not_turn_pale_ink_and_paper_round(dark: bool) -> None:
    rows, columns = np.mgrid[-1:1:300j, -1:1:400j]
    light = 200 * (1 - 0.08 * (rows**2 + columns**2)) + np.random.default_rng(3).normal(0, 3, rows.shape)
    ink = np.zeros(rows.shape, dtype=bool)
    ink[120:180, 90:96] = ink[120:126, 90:130] = True
    page = np.clip(light - 45 * ink, 0, 255).astype(np.uint8)
    found = ink_map(page if dark else 255 - page) > 127
    assert (found == ink).mean() > 0.995
    assert found[ink].mean() > 0.8


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize(("width", "edge", "table"), [(400, 311, 70), (700, 618, 40), (1000, 946, 100)])
def test_the_edge_of_the_table_is_no_ink(width: int, edge: int, table: int, dark: bool) -> None:
    page = np.full((width * 3 // 4, width), 190.0)
    page[200:260, 100:108] = page[200:208, 100:150] = 70
    page[:, edge:] = table
    page += np.random.default_rng(2).normal(0, 3, page.shape)
    found = ink_map(np.clip(page if dark else 255 - page, 0, 255).astype(np.uint8)) > 0
    assert found[200:260, 100:108].all()
    assert not found[:, 200:].any()


@pytest.mark.parametrize("dark", [True, False])
def test_ink_beside_a_spot_of_light_is_found_too(dark: bool) -> None:
    ink = np.pad(np.hstack([np.pad(cross(80, 40), [(0, 0), (0, 50)])] * 4), [(110, 110), (40, 20)])
    rows, columns = np.indices(ink.shape)
    light = 0.2 + 0.8 * np.exp(-(((columns - 260) / 80) ** 2) - ((rows - 150) / 80) ** 2)
    page = (np.where(ink > 0, 40, 210) * light).astype(np.uint8)
    found = ink_map(page if dark else 255 - page)
    np.testing.assert_array_equal(found > 0, ink > 0)


@pytest.mark.parametrize("dark", [True, False])
def test_round_shadows_are_no_ink(dark: bool) -> None:
    ink = np.pad(cross(240, 160), ((180, 180), (170, 170)))
    rows, columns = np.indices(ink.shape)
    shadow = np.hypot(rows - 250, columns - 150) < 110
    shadow |= np.hypot(rows - 480, columns - 380) < 90
    page = np.where(ink > 0, 70, 210) * np.where(shadow, 0.5, 1)
    page += np.random.default_rng(4).normal(0, 2, page.shape)
    found = ink_map(np.clip(page if dark else 255 - page, 0, 255).astype(np.uint8)) > 127
    away = ndimage.distance_transform_edt(ink == 0) > 12
    assert not (found & away).any()
    assert found[ink > 0].mean() > 0.8


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("side", [310, 190])
@pytest.mark.parametrize(("table", "sheet"), [(60, 225), (140, 225), (235, 150)])
def test_a_sheet_within_the_picture_is_paper(table: int, sheet: int, side: int, dark: bool) -> None:
    random = np.random.default_rng(5)
    page = table + 6 * ndimage.gaussian_filter(random.normal(0, 1, (500, 600)), (1, 9)) * 5
    page[90 : 90 + side, 120 : 120 + side] = sheet
    ink = np.zeros(page.shape, dtype=bool)
    ink[130:240, 210:218] = ink[130:138, 170:260] = True
    page[ink] = 40
    page += random.normal(0, 2, page.shape)
    found = ink_map(np.clip(page if dark else 255 - page, 0, 255).astype(np.uint8)) > 127
    assert (found == ink).mean() > 0.999
    assert found[ink].all()


@pytest.mark.parametrize("dark", [True, False])
def test_a_sheet_hardly_lighter_than_the_table_is_told_under_uneven_light(dark: bool) -> None:
    page, ink = np.full((500, 600), 150.0), np.zeros((500, 600), dtype=bool)
    page[120:380, 200:420] = 185
    ink[180:320, 300:310] = ink[180:190, 260:350] = True
    page[ink] = 45
    page *= np.linspace(0.75, 1.2, 600)
    page += np.random.default_rng(5).normal(0, 2, page.shape)
    found = ink_map(np.clip(page if dark else 255 - page, 0, 255).astype(np.uint8)) > 127
    np.testing.assert_array_equal(found, ink)


@pytest.mark.parametrize("turn", [4, 10, 30, 45])
def test_ink_near_the_edges_of_a_turned_sheet_is_kept(turn: float) -> None:
    sheet, ink = np.zeros((2, 500, 500), dtype=bool)
    sheet[80:420, 80:420] = True
    for x in (108, 240, 384):
        for y in (108, 215, 332):
            ink[y : y + 60, x : x + 8] = True
    sheet, ink = (ndimage.rotate(place, turn, reshape=False, order=0) for place in (sheet, ink))
    page = np.where(ink, 40, np.where(sheet, 225, 70)) + np.random.default_rng(5).normal(0, 2, ink.shape)
    found = ink_map(np.clip(page, 0, 255).astype(np.uint8)) > 127
    assert found[ink].mean() > 0.97
    assert not (found & (ndimage.distance_transform_edt(~ink) > 6)).any()


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("tall", [False, True])
@pytest.mark.parametrize("length", [840, 1100, 1700, 2800])
def test_ink_on_a_long_strip_is_found(length: int, tall: bool, dark: bool) -> None:
    ink = np.zeros((80, length), dtype=bool)
    ink[16:64, 300:306] = ink[16:64, 340:346] = ink[16:22, 300:330] = True
    ink[36:42, :40] = ink[36:42, -40:] = True  # what runs off both ends
    page = np.where(ink, 40, 230) + np.random.default_rng(5).normal(0, 2, ink.shape)
    page, ink = (page.T, ink.T) if tall else (page, ink)
    found = ink_map(np.clip(page if dark else 255 - page, 0, 255).astype(np.uint8)) > 127
    np.testing.assert_array_equal(found, ink)


@pytest.mark.parametrize("board", [20, 60, 90, 120])
def test_light_ink_is_found_in_the_shadow_as_well(board: int) -> None:
    """As chalk on a board: its own light falls with that of what it is on."""
    ink = np.pad(cross(120, 90), ((60, 60), (60, 210)))
    ink = np.maximum(ink, np.roll(ink, 150, axis=1))
    light = ndimage.gaussian_filter(np.where(np.arange(ink.shape[1]) < 180, 1.0, 0.5), 6)
    page = np.where(ink > 0, 220, board) * light + np.random.default_rng(5).normal(0, 2, ink.shape)
    found = ink_map(np.clip(page, 0, 255).astype(np.uint8)) > 127
    assert found[ink > 0].mean() > 0.95
    assert not found[ndimage.distance_transform_edt(ink == 0) > 4].any()


def test_printed_paper_does_not_hide_the_ink() -> None:
    page = np.full((90, 60), 200, dtype=np.uint8)
    page[::2] = 150
    page[cross() > 0] = 50
    np.testing.assert_array_equal(ink_map(page) > 0, cross() > 0)


def test_specks_are_no_ink() -> None:
    page = 255 - cross()
    page[3, 3] = 200
    assert ink_map(page)[3, 3] == 0


def test_the_input_is_left_alone() -> None:
    page = 255 - cross()
    before = page.copy()
    ink_map(page)
    np.testing.assert_array_equal(page, before)


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=60)))
def test_any_page_gives_an_ink_map_of_its_shape(page: NDArray[np.uint8]) -> None:
    ink = ink_map(page)
    assert ink.shape == page.shape
    assert ink.dtype == np.uint8


@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    paper=st.integers(0, 255),
    grain=st.integers(0, 10),
    seed=st.integers(0, 99),
)
def test_paper_alone_is_never_ink(shape: tuple[int, int], paper: int, grain: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(-grain, grain + 1, shape)
    assert not ink_map(np.clip(paper + noise, 0, 255).astype(np.uint8)).any()


def test_inverted_digits_give_the_same_digit_image() -> None:
    for image in load_digit_set("uci").images[:300]:
        np.testing.assert_array_equal(normalize_digit(ink_map(255 - image)), normalize_digit(ink_map(image)))


def test_mnist_in_either_polarity_stays_as_it_is(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_DATA", str(shared_data))
    for image in load_digit_set("mnist:train").images[:500]:
        for page in (image, 255 - image):
            assert np.abs(ink_map(page).astype(int) - image).mean() < 4


def test_drawn_digits_become_digit_images(shared_data: Path) -> None:
    drawn = shared_data / "handwriting" / "hwd1000.npz"
    if not drawn.is_file():
        pytest.skip(f"no {drawn}")
    images = load_digit_set(str(drawn)).images
    mnist_like = [10 < image.mean() < 70 and image.max() == 255 and image[0].max() == 0 for image in images]
    assert np.mean(mnist_like) > 0.95
