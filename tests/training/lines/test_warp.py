"""Bent and repenned pictures: another shape, but where it was and as much of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkdigits.training.lines.warp import bend, change_pen

HEIGHT = 40.0


def _ring() -> NDArray[np.uint8]:
    y, x = np.mgrid[:80, :120]
    return np.where(abs(np.hypot(y - 40, x - 60) - 18) < 2.5, 255, 0).astype(np.uint8)


def test_a_bent_ring_is_another_shape_that_stays_whole_and_in_place() -> None:
    ring = _ring()
    shapes = set()
    for seed in range(30):
        bent = bend(ring, HEIGHT, np.random.default_rng(seed))
        assert bent.shape == ring.shape
        assert bent.dtype == np.uint8
        assert 0.75 < (bent > 128).sum() / (ring > 128).sum() < 1.35
        assert ndimage.label(bent > 60, np.ones((3, 3)))[1] == 1
        middle = ndimage.center_of_mass(bent)
        assert np.hypot(middle[0] - 40, middle[1] - 60) < 0.15 * HEIGHT
        shapes.add(bent.tobytes())
    assert len(shapes) == 30
    moved = bend(ring, HEIGHT, np.random.default_rng(0)) != ring
    assert moved.mean() > 0.02


def test_bending_follows_from_the_generator_alone_and_takes_tiny_pictures() -> None:
    for shape in ((1, 1), (2, 90), (8, 8), (60, 300)):
        picture = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
        one, other = (bend(picture, 30.0, np.random.default_rng(5)) for _ in range(2))
        assert one.shape == shape
        assert np.array_equal(one, other)


def test_another_pen_writes_wider_or_narrower() -> None:
    page = 255 - _ring()
    inks = [int((255 - change_pen(page, np.random.default_rng(seed))).sum()) for seed in range(30)]
    own = int((255 - page).sum())
    assert min(inks) < 0.9 * own
    assert max(inks) > 1.1 * own
