"""What reads: the seam to a line reader, and the shipped model behind one function.

Knows nothing about pages or lines.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import DigitImages, Page, Probabilities
from inkdigits.model import Card, Recognizer


class Spotted(Protocol):
    """A digit on a line."""

    @property
    def label(self) -> int:
        """0 to 9."""

    @property
    def probability(self) -> float:
        """That a digit stands there and is this one, 0 to 1."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """`(x0, y0, x1, y1)` in pixels of the crop."""


class SpottedLine(Protocol):
    """A line as it was read."""

    @property
    def digits(self) -> Sequence[Spotted]:
        """From left to right; none if there are no digits."""

    @property
    def confidence(self) -> float:
        """Calibrated probability that the digits are right and all, 0 to 1."""


class LineReader(Protocol):
    """Reads a cut-out of a page that holds one line."""

    def read_crop(self, crop: Page) -> SpottedLine:
        """Gives the digits of a line.

        Args:
            crop: (h, w) uint8, grey, of either polarity, upright; other lines are painted over.

        Returns:
            Its digits, boxes in pixels of the crop.
        """


@cache
def _recognizer() -> Recognizer:
    # One thread a call: batches are small, and who reads much reads in several threads or processes.
    return Recognizer.load(os.environ["INKDIGITS_MODEL"], threads=1)  # exchanged when the shipped one stands


def answer(images: DigitImages) -> tuple[Probabilities, NDArray[np.float32]]:
    """Answers which digits images show, and whether they show one.

    Args:
        images: (n, 28, 28) uint8, ink 255 on 0.

    Returns:
        (n, 10) float32 calibrated probabilities, and (n,) float32 probabilities that it is a digit.
    """
    probabilities = _recognizer().probabilities(images)
    return probabilities, np.ones(len(images), dtype=np.float32)


def model_card() -> Card:
    """Gives what the model that answers says of itself.

    Raises:
        ArtifactError: If there is no model, or it was altered.
    """
    return _recognizer().card
