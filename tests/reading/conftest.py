"""What reads in these tests."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True, scope="session")
def _model() -> None:
    """Skips without a model; goes away when the shipped one stands."""
    if "INKDIGITS_MODEL" not in os.environ:
        pytest.skip("no model ships yet; set INKDIGITS_MODEL to a run's folder")
