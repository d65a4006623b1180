"""The optimizers: who moves which weight, and Muon against torch's own."""

from __future__ import annotations

import pytest

from inkdigits.training.backend import torch
from inkdigits.training.choices import ArticleNetwork, Muon
from inkdigits.training.network import build_network
from inkdigits.training.optimizers import make_optimizers, scale_rates

CHOICE = Muon(name="muon", learning_rate=0.02, rest_learning_rate=0.003, momentum=0.9)


def test_muon_moves_inner_kernels_and_adamw_every_other_weight_once() -> None:
    network = build_network(ArticleNetwork(name="article"), seed=0)
    muon, rest = make_optimizers(network, CHOICE)
    inner = [tuple(weight.shape) for weight in muon.param_groups[0]["params"]]
    assert inner == [(5, 5, 32, 32), (3, 3, 32, 64), (3, 3, 64, 64), (3136, 256)]
    moved = [id(weight) for one in (muon, rest) for weight in one.param_groups[0]["params"]]
    assert sorted(moved) == sorted(id(weight) for weight in network.parameters() if weight.requires_grad)


def test_rates_are_parts_of_each_optimizers_own() -> None:
    optimizers = make_optimizers(build_network(ArticleNetwork(name="article"), seed=0), CHOICE)
    scale_rates(optimizers, 0.5)
    assert [one.param_groups[0]["lr"] for one in optimizers] == pytest.approx([0.01, 0.0015])


def test_muon_steps_as_torchs_own_does_on_the_kernel_as_a_matrix() -> None:
    start = torch.randn((3, 3, 2, 18), generator=torch.Generator().manual_seed(0))
    network = torch.nn.Module()
    network.kernel = torch.nn.Parameter(start.clone())
    ours = make_optimizers(network, CHOICE)[0]
    scale_rates([ours], 1.0)
    matrix = torch.nn.Parameter(start.reshape(18, 18).clone())
    theirs = torch.optim.Muon([matrix], lr=0.02, weight_decay=0.0, momentum=0.9, ns_steps=3)
    for seed in range(4):
        gradient = torch.randn((3, 3, 2, 18), generator=torch.Generator().manual_seed(10 + seed))
        network.kernel.grad, matrix.grad = gradient.clone(), gradient.reshape(18, 18).clone()
        ours.step()
        theirs.step()  # type: ignore[no-untyped-call]
    assert network.kernel.detach().reshape(18, 18).numpy() == pytest.approx(matrix.detach().numpy(), abs=1e-3)
