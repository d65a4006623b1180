"""The confidence of a line: from what a network says of itself to how often it is right.

Knows nothing about networks or lines.

Source: Platt, "Probabilistic Outputs for Support Vector Machines" (1999).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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
        return 1 / (1 + math.exp(-(self.slope * log_odds(confidence) + self.offset)))

    def undo(self, confidence: float) -> float:
        """Gives the confidence that was mended to this one."""
        return 1 / (1 + math.exp(-(log_odds(confidence) - self.offset) / self.slope))


def log_odds(probability: float) -> float:
    """Gives the logarithm of p / (1 - p), of probabilities as near to 0 or 1 as 1e-9 at most."""
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))
