"""Calibration: what makes a network's probabilities mean what they say.

Knows nothing about networks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import logsumexp

from inkdigits.arrays import CLASSES, Labels

_BOUNDS = (0.05, 20.0)


@dataclass(frozen=True)
class Calibration:
    """What stands between a network's logits and its answers.

    Attributes:
        temperature: What the logits of the digits are divided by.
        digit_scale: What the evidence for a digit (see `digit_evidence`) is multiplied by.
        digit_shift: What is then added; the result is the log odds that there is a digit.
    """

    temperature: float = 1.0
    digit_scale: float = 1.0
    digit_shift: float = 0.0


def digit_evidence(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Gives how far the digits together stand above "no digit", (n,) from logits (n, 11), in nats."""
    evidence = logsumexp(logits[:, :CLASSES].astype(np.float64), axis=1) - logits[:, CLASSES]
    return np.asarray(evidence, dtype=np.float64)


def fit_digit(digits: NDArray[np.float64], others: NDArray[np.float64]) -> tuple[float, float]:
    """Gives scale and shift that make evidence the log odds of a digit, where half of all images are digits.

    Args:
        digits: (n,) evidence of images of digits.
        others: (m,) evidence of images of things that are none.

    Source: Platt, "Probabilistic outputs for support vector machines" (1999).
    """

    def log_loss(fit: NDArray[np.float64]) -> float:
        odds = (fit[0] * digits + fit[1], -(fit[0] * others + fit[1]))
        return float(sum(_doubted_loss(one) for one in odds))

    found = minimize(log_loss, np.array([1.0, 0.0]), method="Nelder-Mead")
    return float(found.x[0]), float(found.x[1])


def _doubted_loss(odds: NDArray[np.float64]) -> float:
    """Gives the mean log loss of n log odds of what is so, one in n + 2 taken to be otherwise."""
    doubt = 1 / (len(odds) + 2)
    losses = (1 - doubt) * np.logaddexp(0, -odds) + doubt * np.logaddexp(0, odds)
    return float(losses.mean())


def fit_temperature(logits: NDArray[np.float32], labels: Labels) -> float:
    """Gives the temperature by which to divide logits, so that the log loss is least.

    Args:
        logits: (n, 10) float32, of images that were not fitted on.
        labels: (n,) uint8.

    Returns:
        0.05 to 20; above 1 where the network is too sure, below where it is too modest. One in n + 2 answers
        is taken to be wrong beside those that are, or a network without an error would be taken never to err.

    Source: Guo et al., "On calibration of modern neural networks" (2017); for the one error, Platt (1999).
    """
    above = logits - logits.max(axis=1, keepdims=True).astype(np.float64)
    doubt = 1 / (len(labels) + 2)
    targets = np.full(above.shape, doubt / (CLASSES - 1))
    targets[np.arange(len(labels)), labels] = 1 - doubt
    aimed = (targets * above).sum(axis=1)

    def log_loss(log_temperature: float) -> float:
        scale = np.exp(-log_temperature)
        return float((np.log(np.exp(above * scale).sum(axis=1)) - aimed * scale).mean())

    low, high = np.log(_BOUNDS)
    return float(np.exp(minimize_scalar(log_loss, bounds=(low, high), method="bounded").x))
