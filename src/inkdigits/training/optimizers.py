"""Optimizers: what a recipe chooses, as torch optimizers over a network's trainable weights.

Knows nothing about data or schedules: a schedule scales each group's `rate`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inkdigits.arrays import CLASSES
from inkdigits.training.backend import torch
from inkdigits.training.choices import Muon, RMSprop

_STEPS = 3
"""Newton-Schulz iterations; Jordan takes 5 for large models. Not tried with more."""


def make_optimizers(network: Any, choice: RMSprop | Muon) -> list[torch.optim.Optimizer]:
    """Gives the optimizers of a network, each weight in one of them.

    Each parameter group has a `rate`, its full learning rate, of which `lr` is what the schedule leaves.
    """
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    if isinstance(choice, RMSprop):
        group = {"params": weights, "rate": choice.learning_rate}
        return [torch.optim.RMSprop([group], lr=0.0, alpha=choice.rho, eps=choice.epsilon)]
    kernels = [weight for weight in weights if _is_inner(weight)]
    inner = {id(kernel) for kernel in kernels}
    rest = [weight for weight in weights if id(weight) not in inner]
    return [
        _Muon(kernels, choice.learning_rate, choice.momentum),
        torch.optim.AdamW(
            [{"params": rest, "rate": choice.rest_learning_rate}],
            lr=0.0,
            betas=(0.9, 0.98),
            weight_decay=0.0,
            fused=True,
        ),
    ]


def _is_inner(weight: torch.Tensor) -> bool:
    """Tells the kernels that stand neither at the image nor at the logits of a digit.

    By their shape. So the line reader's last layer, whose 15 numbers are logits and a box, is Muon's too.
    """
    return weight.ndim >= 2 and weight.shape[-2] > 1 and weight.shape[-1] > CLASSES + 1


def scale_rates(optimizers: list[torch.optim.Optimizer], factor: float) -> None:
    """Sets every learning rate to the given part of its full one."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * factor


class _Muon(torch.optim.Optimizer):
    """Muon over kernels (…, in, out), each seen as a matrix (… in, out).

    torch's own Muon takes matrices only.
    """

    def __init__(self, kernels: list[torch.Tensor], rate: float, momentum: float) -> None:
        super().__init__([{"params": kernels, "rate": rate}], {"lr": 0.0, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Takes one step."""
        for group in self.param_groups:
            for kernel in group["params"]:
                memory = self.state[kernel].setdefault("momentum", torch.zeros_like(kernel))
                memory.mul_(group["momentum"]).add_(kernel.grad)
                ahead = kernel.grad.add(memory, alpha=group["momentum"])
                update = _orthogonal(ahead.reshape(-1, ahead.shape[-1])).to(kernel.dtype)
                kernel.add_(update.view_as(kernel), alpha=-group["lr"])
        return closure() if closure else None


def _orthogonal(matrix: torch.Tensor) -> torch.Tensor:
    """Gives a matrix with the same singular vectors and singular values near 1, in bfloat16.

    Source: Jordan et al. (2024); the quintic Newton-Schulz iteration and its coefficients.
    """
    x = matrix.bfloat16()
    x = x / (x.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(_STEPS):
        square = x @ x.T
        x = torch.addmm(x, torch.addmm(square, square, square, beta=-4.7750, alpha=2.0315), x, beta=3.4445)
    return x.T if tall else x
