"""A submission: a model's answers to a set without labels, as Kaggle takes them.

Knows nothing about how a model is trained beyond the name and the hashes of what it is trained on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits.data import DigitSet, hash_images
from inkdigits.errors import DataError, LeakRefused
from inkdigits.model import Recognizer


def check_no_leak(data: str, seen: NDArray[np.uint64], digit_set: DigitSet) -> None:
    """Refuses a model that has seen, or would see, what it is scored on.

    All 28,000 images of Kaggle's test set stand in MNIST, so that a model trained on MNIST has seen answers.

    Args:
        data: What the model is trained on, by name, as its card has it.
        seen: (n,) uint64, hashes of the images that it is trained on or chosen by.
        digit_set: The set to be submitted.

    Raises:
        LeakRefused: If `data` is MNIST, or any of the images is among those seen.
    """
    if data.partition(":")[0] == "mnist":
        raise LeakRefused(
            f"MNIST holds every image of Kaggle's test set, and a model trained on '{data}' has seen answers;"
            " train on 'kaggle' alone, or say --allow-leak to `inkdigits submit`"
        )
    known = int(np.isin(hash_images(digit_set.images), seen).sum())
    if known:
        raise LeakRefused(
            f"a model trained on '{data}' has seen {known:,} of the {len(digit_set):,} images of"
            f" '{digit_set.name}'; train on other images, or say --allow-leak to `inkdigits submit`"
        )


def submission_csv(recognizer: Recognizer, digit_set: DigitSet) -> str:
    """Gives a submission: a header `ImageId,Label`, then a row per image, counted from 1; LF line ends.

    Raises:
        DataError: If the set has labels: it is not what one submits.
    """
    if digit_set.labels is not None:
        raise DataError(f"'{digit_set.name}' has labels: score it with `inkdigits evaluate`")
    predictions = recognizer.probabilities(digit_set.images).argmax(axis=1)
    rows = (f"{number},{label}" for number, label in enumerate(predictions, start=1))
    return "\n".join(["ImageId,Label", *rows]) + "\n"
