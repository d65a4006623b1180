"""How often somebody may correct."""

from __future__ import annotations

import pytest

from inkdigits.serving.allowance import Allowance
from inkdigits.serving.refusals import TooOften


def test_a_minute_s_worth_at_once_and_then_as_it_comes_in() -> None:
    now = 0.0
    allowance = Allowance(3, clock=lambda: now)
    for _ in range(3):
        allowance.take("a")
    with pytest.raises(TooOften) as told:
        allowance.take("a")
    assert told.value.retry_after == 20
    allowance.take("b")  # others have their own
    now = 20.0
    allowance.take("a")
    with pytest.raises(TooOften):
        allowance.take("a")
    now = 1000.0
    for _ in range(3):
        allowance.take("a")
    with pytest.raises(TooOften):
        allowance.take("a")
