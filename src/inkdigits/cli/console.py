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
