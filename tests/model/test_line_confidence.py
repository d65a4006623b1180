"""Confidences are mended, and the mending undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.model.line_confidence import Calibration


@given(st.floats(0.01, 0.99), st.floats(0.3, 2), st.floats(-2, 2))
def test_what_was_mended_can_be_undone(confidence: float, slope: float, offset: float) -> None:
    calibration = Calibration(slope, offset)
    assert calibration.undo(calibration.mend(confidence)) == pytest.approx(confidence, rel=1e-3, abs=1e-4)
