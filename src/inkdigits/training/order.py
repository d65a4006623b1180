"""Which images each step of an epoch sees.

Knows nothing about networks; what is known of an image is the loss it had when it was last seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from inkdigits.training.backend import torch
from inkdigits.training.choices import Focus


def epoch_batches(
    losses: torch.Tensor, size: int, focus: Focus | None, generator: torch.Generator
) -> Iterator[torch.Tensor]:
    """Gives one epoch's batches of image indices.

    Args:
        losses: (n,) float32 on the CPU, the loss of each image when it was last seen; may change meanwhile.
        size: Images a batch.
        focus: Pass over known images, or None: then every image comes once.
        generator: Decides the order.

    Yields:
        (about `size`,) int64. With a focus there are several passes over the images that are not known and
        some of the others, or over all where that would be a handful, until about as many are given as the
        set has.
    """
    given, count = 0, len(losses)
    while count - given >= size / 2 or given == 0:
        order = torch.randperm(count, generator=generator)
        if focus is not None:
            chosen = (losses >= focus.known_below) | (torch.rand(count, generator=generator) < focus.keep)
            few = int(chosen.sum()) < min(size, count) / 2
            order = (order if few else order[chosen[order]])[: count - given]
        yield from _cut(order, size)
        given += len(order)


def _cut(order: torch.Tensor, size: int) -> list[torch.Tensor]:
    """Cuts an order into batches; a rest of less than half a batch goes with the one before.

    A handful of images has no statistics to normalize by.
    """
    batches = list(torch.split(order, size))
    if len(batches) > 1 and len(batches[-1]) < size / 2:
        batches[-2:] = [torch.cat(batches[-2:])]
    return batches
