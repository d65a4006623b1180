"""Confidence of lines: from what a network says of itself to how often it is right.

Knows nothing about networks or lines.

Source: Platt, "Probabilistic Outputs for Support Vector Machines" (1999).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

_LEAST = 1e-9  # a probability nearer to 0 or 1 has no odds worth telling apart


@dataclass(frozen=True)
class Calibration:
    """How log odds are mended: slope times the given ones, plus offset.

    Attributes:
        slope: Above 0; below 1 for a network that is too sure.
        offset: Added to the log odds.
    """

    slope: float
    offset: float

    def mend(self, confidence: float) -> float:
        """Gives the calibrated confidence, 0 to 1."""
        return 1 / (1 + math.exp(-(self.slope * _odds(confidence) + self.offset)))

    def undo(self, confidence: float) -> float:
        """Gives the confidence that was mended to this one."""
        return 1 / (1 + math.exp(-(_odds(confidence) - self.offset) / self.slope))


def fit_calibration(confidences: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Gives the calibration under which confidences are probabilities of being right.

    Args:
        confidences: Not calibrated, 0 to 1, of lines that were neither fitted on nor will be scored.
        right: Whether each line was read right.
    """
    odds = np.array([_odds(confidence) for confidence in confidences])
    truth = np.asarray(right, dtype=np.float64)

    def loss(values: NDArray[np.float64]) -> float:
        mended = values[0] * odds + values[1]
        # The last terms keep the change small where next to no line is wrong.
        return float((np.logaddexp(0, mended) - truth * mended).sum() + (values[0] - 1) ** 2 + values[1] ** 2)

    slope, offset = optimize.minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return Calibration(max(float(slope), 1e-3), float(offset))


def _odds(probability: float) -> float:
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))
