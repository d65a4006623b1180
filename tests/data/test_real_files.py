"""The real MNIST and Kaggle files: counts, fingerprints, and how they overlap."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkdigits.data import hash_images, load_digit_set

FACTS = {
    "mnist:train": (60_000, "edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b"),
    "mnist:test": (10_000, "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b"),
    "mnist": (70_000, "c2069063c1105f2bf96266aef1ff68c6e13bdda7a54e37bf19c16f1db24efc83"),
    "kaggle:train": (42_000, "12f9af61ff8b54fe30ac9d2949cd42ed10a12497c14b1ffc0749bfacafb26216"),
    "kaggle:test": (28_000, "c8eadeb442ebf0f9eb1d8705b05388c5f74ed5a5bfaf8ef58e648ecdcf17772b"),
}


@pytest.fixture(autouse=True)
def real_files(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_DATA", str(shared_data))


@pytest.mark.parametrize("name", FACTS)
def test_counts_and_fingerprints(name: str) -> None:
    count, fingerprint = FACTS[name]
    digits = load_digit_set(name)
    assert digits.name == name
    assert digits.images.shape == (count, 28, 28)
    assert digits.fingerprint == fingerprint


def test_labels_are_known_counts() -> None:
    counts = np.bincount(load_digit_set("mnist:train").true_labels)
    assert counts.tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    counts = np.bincount(load_digit_set("kaggle").true_labels)
    assert counts.tolist() == [4132, 4684, 4177, 4351, 4072, 3795, 4137, 4401, 4063, 4188]


def test_kaggle_is_a_part_of_mnist() -> None:
    seen = hash_images(load_digit_set("kaggle:train").images)
    answers = hash_images(load_digit_set("kaggle:test").images)
    mnist = hash_images(load_digit_set("mnist").images)
    assert np.isin(mnist, seen).sum() == 42_000
    assert np.isin(mnist, answers).sum() == 28_000
    assert np.isin(mnist[:60_000], answers).sum() == 24_015
