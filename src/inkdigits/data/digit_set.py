"""A digit set: images and labels of one split, with a name and a fingerprint.

Knows nothing about where sets come from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES, DigitImages, Labels, check_digit_images
from inkdigits.errors import DataError


@dataclass(frozen=True, eq=False)
class DigitSet:
    """Images and labels of one split.

    Attributes:
        name: What it is called, e.g. `mnist:train`.
        images: (n, 28, 28) uint8, ink 255 on 0.
        labels: (n,) uint8, each 0 to 9; None for a set that comes without, such as `kaggle:test`.
    """

    name: str
    images: DigitImages
    labels: Labels | None

    def __post_init__(self) -> None:
        check_digit_images(self.images)
        if self.labels is not None:
            _check_labels(self.name, self.labels, len(self.images))

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over images and labels, as 64 hexadecimal digits."""
        digest = hashlib.sha256(np.ascontiguousarray(self.images).data)
        if self.labels is not None:
            digest.update(np.ascontiguousarray(self.labels).data)
        return digest.hexdigest()

    @property
    def true_labels(self) -> Labels:
        """The labels, (n,) uint8.

        Raises:
            DataError: If the set comes without labels.
        """
        if self.labels is None:
            raise DataError(f"'{self.name}' has no labels; it can be submitted, not trained on or scored")
        return self.labels

    def take(self, indices: NDArray[np.intp], name: str | None = None) -> DigitSet:
        """Gives the images at `indices`, in that order, as a set of its own."""
        labels = None if self.labels is None else self.labels[indices]
        return DigitSet(name or self.name, self.images[indices], labels)


def join(name: str, parts: Sequence[DigitSet]) -> DigitSet:
    """Gives one labelled set with the images of `parts`, one part after the other.

    Raises:
        DataError: If a part comes without labels.
    """
    images = np.concatenate([part.images for part in parts])
    return DigitSet(name, images, np.concatenate([part.true_labels for part in parts]))


def split_stratified(
    digit_set: DigitSet, fraction: float, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Splits a labelled set in two, each class by the same fraction, copies of an image into the same part.

    Args:
        digit_set: Has labels.
        fraction: Part of each class that goes to the second group, between 0 and 1; every class with
            at least two images, not counting copies, gives at least one.
        rng: Decides which.

    Returns:
        Indices of the first group and of the second, each ascending; together every index once.

    Raises:
        DataError: If the set comes without labels.
    """
    labels, (originals, original_of) = digit_set.true_labels, _copies(digit_set.images)
    second = []
    for digit in range(CLASSES):
        members = originals[labels[originals] == digit]
        count = round(len(members) * fraction)
        if len(members) >= 2 and fraction > 0:
            count = min(max(count, 1), len(members) - 1)
        second.append(rng.permutation(members)[:count])
    chosen = np.zeros(len(labels), dtype=bool)
    chosen[np.concatenate(second)] = True
    chosen = chosen[original_of]
    return np.flatnonzero(~chosen), np.flatnonzero(chosen)


def _copies(images: DigitImages) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Gives where each different image comes first, ascending; and for each image where that is."""
    _, first, which = np.unique(hash_images(images), return_index=True, return_inverse=True)
    return np.sort(first), first[which]


def hash_images(images: DigitImages) -> NDArray[np.uint64]:
    """Gives a short hash of each image, to tell which images a model has seen.

    Args:
        images: (n, 28, 28) uint8.

    Returns:
        (n,) uint64: the first 8 bytes of BLAKE2b over the 784 bytes. Among 70,000 images the chance
        that any two different ones share a hash is 1 in 7 billion.
    """
    digests = (hashlib.blake2b(image.tobytes(), digest_size=8).digest() for image in images)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def _check_labels(name: str, labels: Labels, images: int) -> None:
    if len(labels) != images:
        raise DataError(f"'{name}' has {images} images but {len(labels)} labels")
    if labels.dtype != np.uint8 or (len(labels) and labels.max() >= CLASSES):
        raise DataError(f"'{name}' has labels that are not the digits 0 to 9")
