"""Which images an epoch's steps see, with and without a focus."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.training.backend import torch
from inkdigits.training.choices import Focus
from inkdigits.training.order import epoch_batches


def _batches(
    losses: torch.Tensor, size: int, focus: Focus | None = None, seed: int = 0
) -> list[torch.Tensor]:
    return list(epoch_batches(losses, size, focus, torch.Generator().manual_seed(seed)))


@given(count=st.integers(1, 300), size=st.integers(1, 100))
def test_without_a_focus_every_image_comes_once(count: int, size: int) -> None:
    batches = _batches(torch.zeros(count), size)
    assert sorted(torch.cat(batches).tolist()) == list(range(count))


@given(count=st.integers(1, 300), size=st.integers(1, 100))
def test_no_batch_is_less_than_half_unless_there_are_no_more_images(count: int, size: int) -> None:
    lengths = [len(batch) for batch in _batches(torch.zeros(count), size)]
    assert min(lengths) >= min(size / 2, count)
    assert max(lengths) < 1.5 * size


def test_the_order_is_the_generators() -> None:
    first, again, other = (torch.cat(_batches(torch.zeros(50), 10, seed=seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_focus_passes_over_most_of_what_is_known() -> None:
    losses = torch.full((10_000,), 0.01)
    losses[:1000] = 2.0
    focus = Focus(after=0.0, known_below=0.1, keep=0.2)
    seen = torch.bincount(torch.cat(_batches(losses, 100, focus)), minlength=10_000).double()
    assert float(seen.sum()) == pytest.approx(10_000, abs=100)
    assert float(seen[:1000].mean() / seen[1000:].mean()) == pytest.approx(5, rel=0.2)


@given(count=st.integers(1, 200), size=st.integers(1, 100), known=st.floats(0, 1), seed=st.integers(0, 2**31))
def test_a_focus_always_ends_and_gives_about_one_epoch(
    count: int, size: int, known: float, seed: int
) -> None:
    losses = torch.where(torch.rand(count, generator=torch.Generator().manual_seed(seed)) < known, 0.0, 9.0)
    given_images = sum(
        len(batch) for batch in _batches(losses, size, Focus(after=0.0, known_below=1, keep=0.01))
    )
    assert count - size / 2 < given_images <= count


@given(count=st.integers(3, 200), size=st.integers(3, 100), new=st.integers(0, 3), seed=st.integers(0, 2**31))
def test_a_focus_leaves_no_batch_of_a_single_image(count: int, size: int, new: int, seed: int) -> None:
    """It has no statistics to normalize by."""
    losses = torch.zeros(count)
    losses[:new] = 9.0
    batches = _batches(losses, size, Focus(after=0.0, known_below=1, keep=0.01), seed)
    assert min(map(len, batches)) >= min(size / 2, count / 2)
