"""A running average of a network's weights, which errs less than the weights of any one step.

Knows nothing about optimizers or data.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from inkdigits.training.backend import torch


class Average:
    """An exponential running average of all floating-point variables of a network.

    Attributes:
        values: The average, in the order of the network's variables.
        steps: Steps behind it.
    """

    def __init__(self, network: Any, decay: float) -> None:
        live = (variable.value.detach() for variable in network.variables)
        self._live = [value for value in live if value.is_floating_point()]
        self._decay = decay
        self.values = [value.clone() for value in self._live]
        self.steps = 0

    @torch.no_grad()
    def update(self) -> None:
        """Takes in the weights as they are now; early on, the average is short and forgets its start."""
        self.steps += 1
        decay = min(self._decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self.values, self._live, 1 - decay)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Gives the network the average for a while, then its own weights back."""
        own = [value.clone() for value in self._live]
        torch._foreach_copy_(self._live, self.values)
        try:
            yield
        finally:
            torch._foreach_copy_(self._live, own)
