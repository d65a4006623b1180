"""DigitSet: what it holds, how it is split and told apart."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits.arrays import Labels
from inkdigits.data import DigitSet, hash_images, join, split_stratified
from inkdigits.errors import DataError

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)
LABELS = np.array([3, 1, 4, 1, 5, 9], dtype=np.uint8)


def test_fingerprint_is_sha256_over_images_and_labels() -> None:
    expected = hashlib.sha256(IMAGES.tobytes() + LABELS.tobytes()).hexdigest()
    assert DigitSet("a", IMAGES, LABELS).fingerprint == expected
    assert DigitSet("b", IMAGES[:, ::-1][:, ::-1], LABELS).fingerprint == expected
    assert DigitSet("a", IMAGES, None).fingerprint == hashlib.sha256(IMAGES.tobytes()).hexdigest()


def test_fingerprint_sees_order_labels_and_pixels() -> None:
    digits = DigitSet("a", IMAGES, LABELS)
    pixel = IMAGES.copy()
    pixel[5, 27, 27] ^= 1
    others = [
        DigitSet("a", IMAGES, LABELS[::-1]),
        DigitSet("a", pixel, LABELS),
        digits.take(np.arange(6)[::-1]),
    ]
    assert len({digits.fingerprint, *(other.fingerprint for other in others)}) == 4


@pytest.mark.parametrize(
    ("labels", "problem"),
    [(LABELS[:5], "6 images but 5 labels"), (LABELS + np.uint8(1), "0 to 9"), (LABELS.astype(int), "0 to 9")],
)
def test_labels_that_do_not_fit_are_refused(labels: Labels, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        DigitSet("a", IMAGES, labels)


@pytest.mark.parametrize("images", [IMAGES[0], IMAGES[:, :27], IMAGES / 255])
def test_what_is_no_digit_image_is_refused(images: np.ndarray) -> None:
    with pytest.raises(ValueError, match="digit images"):
        DigitSet("a", images, None)


def test_a_set_without_labels_says_so() -> None:
    with pytest.raises(DataError, match="no labels"):
        _ = DigitSet("kaggle:test", IMAGES, None).true_labels


def test_take_and_join_keep_images_with_their_labels() -> None:
    digits = DigitSet("a", IMAGES, LABELS)
    again = join("both", [digits.take(np.array([0, 1])), digits.take(np.array([2, 3, 4, 5]), "rest")])
    assert again.name == "both"
    assert again.fingerprint == digits.fingerprint


def test_hashes_tell_images_apart() -> None:
    hashes = hash_images(np.concatenate([IMAGES, IMAGES[:1]]))
    assert hashes.dtype == np.uint64
    assert len(np.unique(hashes)) == 6
    assert hashes[0] == hashes[6]
    assert len(hash_images(IMAGES[:0])) == 0


@given(
    labels=arrays.arrays(np.uint8, st.integers(0, 300), elements=st.integers(0, 9)),
    fraction=st.floats(0, 0.9),
    seed=st.integers(0, 9),
)
def test_a_stratified_split_takes_the_same_part_of_each_class(
    labels: Labels, fraction: float, seed: int
) -> None:
    images = np.zeros((len(labels), 28, 28), dtype=np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.arange(len(labels)) % 250, np.arange(len(labels)) // 250
    digits = DigitSet("different", images, labels)
    first, second = split_stratified(digits, fraction, np.random.default_rng(seed))
    assert sorted([*first, *second]) == list(range(len(labels)))
    assert (np.diff(first) > 0).all()
    assert (np.diff(second) > 0).all()
    for digit in range(10):
        members, chosen = (labels == digit).sum(), (labels[second] == digit).sum()
        assert abs(chosen - members * fraction) <= 1


@given(
    labels=arrays.arrays(np.uint8, st.integers(0, 60), elements=st.integers(0, 9)),
    kind=st.integers(1, 30),
    seed=st.integers(0, 9),
)
def test_a_split_keeps_copies_together(labels: Labels, kind: int, seed: int) -> None:
    """Whatever their labels: who has seen one has seen the other."""
    images = np.zeros((len(labels), 28, 28), dtype=np.uint8)
    images[:, 3, 3] = np.arange(len(labels)) % kind
    first, second = split_stratified(DigitSet("copies", images, labels), 0.3, np.random.default_rng(seed))
    assert sorted([*first, *second]) == list(range(len(labels)))
    assert not set(images[first, 3, 3]) & set(images[second, 3, 3])
