"""What the commands print with: results go to standard output, everything else to standard error.

Names and paths are printed as they are: no markup, no emoji codes (`uci:train:` is no train). Where somebody
else may have chosen them, `plain` escapes what would steer a terminal or begin a line.

Knows nothing about any command.
"""

from __future__ import annotations

from rich.console import Console

_STEERING = {code: chr(code).encode("unicode_escape").decode() for code in (*range(32), *range(127, 160))}

out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
"""Results."""

err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
"""Progress, hints and errors."""


def plain(text: str) -> str:
    """Gives a text in one line, with control characters escaped as in Python."""
    return text.translate(_STEERING)
