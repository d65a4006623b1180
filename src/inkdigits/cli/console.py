"""What the commands print with: results go to standard output, everything else to standard error.

Names and paths are printed as they are: no markup, no emoji codes (`uci:train:` is no train).

Knows nothing about any command.
"""

from __future__ import annotations

from rich.console import Console

out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
"""Results."""

err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
"""Progress, hints and errors."""


def percent(part: float, digits: int = 2) -> str:
    """Gives a part of 1 as a percentage, such as `99.47 %`."""
    return f"{100 * part:.{digits}f} %"


def duration(seconds: float) -> str:
    """Gives a time as a person says it: `41 s`, `3 min 05 s`, `2 h 07 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
