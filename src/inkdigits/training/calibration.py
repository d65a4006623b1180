"""Calibration: one temperature that makes a network's probabilities mean what they say.

Knows nothing about networks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from inkdigits.arrays import Labels

_BOUNDS = (0.05, 20.0)


def fit_temperature(logits: NDArray[np.float32], labels: Labels) -> float:
    """Gives the temperature by which to divide logits, so that the log loss is least.

    Args:
        logits: (n, 10) float32, of images that were not fitted on.
        labels: (n,) uint8.

    Returns:
        0.05 to 20; above 1 where the network is too sure, below where it is too modest.

    Source: Guo et al., "On calibration of modern neural networks" (2017).
    """
    above = logits - logits.max(axis=1, keepdims=True).astype(np.float64)
    right = above[np.arange(len(labels)), labels]

    def log_loss(log_temperature: float) -> float:
        scale = np.exp(-log_temperature)
        return float((np.log(np.exp(above * scale).sum(axis=1)) - right * scale).mean())

    low, high = np.log(_BOUNDS)
    return float(np.exp(minimize_scalar(log_loss, bounds=(low, high), method="bounded").x))
