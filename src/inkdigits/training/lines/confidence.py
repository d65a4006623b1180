"""Fits what makes the confidences of lines probabilities of being right.

Knows nothing about networks or lines.

Source: Platt, "Probabilistic Outputs for Support Vector Machines" (1999).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from inkdigits.model.line_confidence import Calibration, log_odds


def fit_calibration(confidences: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Gives the calibration under which confidences are probabilities of being right.

    Args:
        confidences: Not calibrated, 0 to 1, of lines that were neither fitted on nor will be scored.
        right: Whether each line was read right.
    """
    odds = np.array([log_odds(confidence) for confidence in confidences])
    truth = np.asarray(right, dtype=np.float64)

    def loss(values: NDArray[np.float64]) -> float:
        mended = values[0] * odds + values[1]
        # The last terms keep the change small where next to no line is wrong.
        return float((np.logaddexp(0, mended) - truth * mended).sum() + (values[0] - 1) ** 2 + values[1] ** 2)

    slope, offset = optimize.minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return Calibration(max(float(slope), 1e-3), float(offset))
