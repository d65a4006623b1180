"""normalize_digit: MNIST's placement, for any ink map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from inkdigits.data import load_digit_set
from inkdigits.images import normalize_digit


def ink_box(image: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def centre(image: NDArray[np.uint8]) -> tuple[float, float]:
    places = np.arange(28) + 0.5
    return (
        float((image.sum(axis=1) * places).sum() / image.sum()),
        float((image.sum(axis=0) * places).sum() / image.sum()),
    )


@pytest.mark.parametrize("factor", [0.4, 1, 3, 20])
def test_longer_side_becomes_20_whatever_the_size(factor: float) -> None:
    ink = np.zeros((round(200 * factor), round(150 * factor)), dtype=np.uint8)
    ink[round(20 * factor) : round(120 * factor), round(60 * factor) : round(110 * factor)] = 255
    x0, y0, x1, y1 = ink_box(normalize_digit(ink))
    assert (x1 - x0, y1 - y0) == (10, 20)


def test_centre_of_mass_comes_to_the_middle() -> None:
    ink = np.zeros((60, 60), dtype=np.uint8)
    ink[5:45, 30:34] = 255
    ink[5:25, 10:30] = 255
    y, x = centre(normalize_digit(ink))
    assert 14 <= y < 15
    assert 14 <= x < 15


def test_grey_levels_are_kept_and_the_strongest_is_full_ink() -> None:
    ink = np.zeros((20, 20), dtype=np.uint8)
    ink[:, :10], ink[:, 10:] = 50, 100
    image = normalize_digit(ink)
    assert image.max() == 255
    assert np.count_nonzero(np.abs(image - 127.5) < 1) == 200


def test_thin_strokes_stay_visible() -> None:
    ink = np.zeros((300, 300), dtype=np.uint8)
    ink[50:250, 150:152] = 255
    assert normalize_digit(ink).max() == 255


def test_the_faintest_ink_is_not_lost() -> None:
    ink = np.zeros((900, 900), dtype=np.uint8)
    ink[0, 0] = ink[-1, -1] = 1
    image = normalize_digit(ink)
    assert image.max() == 255
    assert np.count_nonzero(image) <= 8


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (1, 1), (28, 28), (300, 2)])
def test_no_ink_gives_no_ink(shape: tuple[int, int]) -> None:
    np.testing.assert_array_equal(normalize_digit(np.zeros(shape, dtype=np.uint8)), np.zeros((28, 28)))


def test_the_input_is_left_alone() -> None:
    ink = np.full((30, 10), 9, dtype=np.uint8)
    normalize_digit(ink)
    assert (ink == 9).all()


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=90)))
def test_any_ink_map_gives_a_digit_image(ink: NDArray[np.uint8]) -> None:
    image = normalize_digit(ink)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert image.max() == (255 if ink.any() else 0)


@given(height=st.integers(1, 3000), width=st.integers(1, 3000))
def test_any_aspect_fits(height: int, width: int) -> None:
    x0, y0, x1, y1 = ink_box(normalize_digit(np.full((height, width), 255, dtype=np.uint8)))
    assert max(x1 - x0, y1 - y0) == 20


def test_uci_images_are_left_nearly_alone() -> None:
    images = load_digit_set("uci").images
    again = np.stack([normalize_digit(image) for image in images])
    assert np.abs(again.astype(int) - images).mean() < 0.1


def test_mnist_images_are_left_nearly_alone(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_DATA", str(shared_data))
    images = load_digit_set("mnist:train").images[:5000]
    again = np.stack([normalize_digit(image) for image in images])
    difference = np.abs(again.astype(int) - images).mean(axis=(1, 2))
    assert difference.mean() < 0.05
    assert (difference < 0.5).mean() > 0.99


def test_a_larger_copy_of_an_mnist_image_comes_back(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKDIGITS_DATA", str(shared_data))
    differences = []
    for image in load_digit_set("mnist:train").images[:200]:
        large = np.asarray(Image.fromarray(image).resize((140, 140), Image.Resampling.NEAREST))
        differences.append(np.abs(normalize_digit(large).astype(int) - image).mean())
    # A centre of mass near a pixel's edge may come to lie in the next pixel; the rest is resampling.
    assert np.median(differences) < 3
    assert np.percentile(differences, 95) < 5
