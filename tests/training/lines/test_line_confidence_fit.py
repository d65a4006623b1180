"""Calibrated confidences are how often lines are right."""

from __future__ import annotations

import numpy as np

from inkdigits.model.line_confidence import Calibration
from inkdigits.training.lines.confidence import fit_calibration


def test_the_calibration_makes_confidences_probabilities() -> None:
    rng = np.random.default_rng(0)
    truth = rng.uniform(0.02, 0.98, 4000)
    right = (rng.random(4000) < truth).tolist()
    stated = [Calibration(2.0, 1.0).mend(value) for value in truth]  # too sure
    fitted = fit_calibration(stated, right)
    mended = np.array([fitted.mend(value) for value in stated])
    assert np.abs(mended - truth).mean() < 0.03


def test_where_every_line_is_right_the_calibration_stays_near_none() -> None:
    assert 0.3 < fit_calibration([0.9999] * 500, [True] * 500).slope < 3
