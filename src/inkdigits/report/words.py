"""Percentages and times as a person says them, the same on the command line and in the report.

Knows nothing about where they are shown.
"""

from __future__ import annotations

import math


def percent(part: float, digits: int = 2) -> str:
    """Gives a part of 1 as a percentage, such as `99.47 %`, and a dash for nan."""
    return "\N{EN DASH}" if math.isnan(part) else f"{100 * part:.{digits}f} %"


def duration(seconds: float) -> str:
    """Gives a time: 9.14 as `9.1 s`, 185 as `3 min 05 s`, 7384 as `2 h 03 min`."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
