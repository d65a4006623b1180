"""Augmentation: bounds, randomness, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.training.augment import augment
from inkdigits.training.backend import torch
from inkdigits.training.choices import Augmentation


def _blob(row: int = 14, column: int = 14) -> torch.Tensor:
    image = torch.zeros(1, 28, 28)
    image[0, row - 2 : row + 2, column - 2 : column + 2] = 1
    return image


def _centre(image: torch.Tensor) -> tuple[float, float]:
    """Centre of mass, row and column, in pixels."""
    axis = torch.arange(28) + 0.5
    return float((image.sum(1) * axis).sum() / image.sum()), float((image.sum(0) * axis).sum() / image.sum())


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_without_moves_images_stay_as_they_are() -> None:
    images = torch.rand(5, 28, 28)
    assert torch.equal(augment(images, Augmentation(), _generator()), images)


def test_shift_moves_by_parts_of_the_side_and_no_further() -> None:
    moved = augment(_blob().repeat(500, 1, 1), Augmentation(shift=0.1), _generator())
    offsets = np.array([_centre(image) for image in moved]) - 14
    assert np.abs(offsets).max() <= 2.8 + 0.01
    assert np.abs(offsets).max(axis=0) == pytest.approx([2.8, 2.8], abs=0.15)


def test_rotation_turns_about_the_middle_by_degrees_and_no_further() -> None:
    moved = augment(_blob(row=6).repeat(500, 1, 1), Augmentation(rotation=30), _generator())
    centres = np.array([_centre(image) for image in moved]) - 14
    angles = np.degrees(np.arctan2(centres[:, 1], -centres[:, 0]))
    assert np.abs(angles).max() == pytest.approx(30, abs=1.5)
    assert np.hypot(*centres.T) == pytest.approx(np.full(500, 8.0), abs=0.3)


def test_shear_moves_top_and_bottom_apart_and_leaves_rows_where_they_are() -> None:
    top, bottom = _blob(row=6), _blob(row=22)
    choice = Augmentation(shear=20)
    pairs = [
        (
            _centre(augment(top, choice, _generator(seed))[0]),
            _centre(augment(bottom, choice, _generator(seed))[0]),
        )
        for seed in range(200)
    ]
    slants = np.degrees([np.arctan2(below[1] - above[1], below[0] - above[0]) for above, below in pairs])
    assert np.abs(slants).max() == pytest.approx(20, abs=1)
    assert [above[0] for above, _ in pairs] == pytest.approx([6.0] * 200, abs=0.05)


def test_zoom_changes_height_and_width_each_on_its_own() -> None:
    moved = augment(_blob().repeat(300, 1, 1), Augmentation(zoom=0.4), _generator())
    spread = np.array([[float(image.sum(axis).gt(0.5).sum()) for axis in (0, 1)] for image in moved])
    assert len({tuple(pair) for pair in spread}) > 3
    assert float(moved.sum((1, 2)).min()) < 16 < float(moved.sum((1, 2)).max())


def test_the_generator_decides_and_each_image_moves_its_own_way() -> None:
    images, choice = _blob().repeat(2, 1, 1), Augmentation(rotation=10, zoom=0.1, shift=0.1)
    first = augment(images, choice, _generator(1))
    assert torch.equal(first, augment(images, choice, _generator(1)))
    assert not torch.equal(first, augment(images, choice, _generator(2)))
    assert not torch.equal(first[0], first[1])


@settings(max_examples=30)
@given(
    rotation=st.floats(0, 180),
    zoom=st.floats(0, 0.99),
    shift=st.floats(0, 0.99),
    shear=st.floats(0, 60),
    seed=st.integers(0, 2**31),
)
def test_ink_stays_between_paper_and_full_ink(
    rotation: float, zoom: float, shift: float, shear: float, seed: int
) -> None:
    images = torch.rand(3, 28, 28, generator=_generator(seed))
    choice = Augmentation(rotation=rotation, zoom=zoom, shift=shift, shear=shear)
    moved = augment(images, choice, _generator(seed))
    assert moved.shape == images.shape
    assert float(moved.min()) >= 0
    assert float(moved.max()) <= 1 + 1e-5


def test_strokes_grow_and_thin_by_part_of_a_pixel_and_stay_where_they_are() -> None:
    bar = torch.zeros(1, 28, 28)
    bar[0, 4:24, 13:16] = 1
    moved = augment(bar.repeat(300, 1, 1), Augmentation(stroke=0.5), _generator())
    widths = moved[:, 14].sum(1).numpy()
    assert widths.min() == pytest.approx(2.0, abs=0.05)
    assert widths.max() == pytest.approx(4.0, abs=0.05)
    assert widths.mean() == pytest.approx(3.0, abs=0.1)
    assert np.array([_centre(image) for image in moved]) == pytest.approx(
        np.array([[14, 14.5]] * 300), abs=0.01
    )
    assert moved.min() >= 0
    assert moved.max() <= 1
