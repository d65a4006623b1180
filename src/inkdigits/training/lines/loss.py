"""How wrong the network is on lines: the probability of the true digits, told near where they stand.

Knows nothing about networks or where lines come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.images.line import STRIP_HEIGHT
from inkdigits.model.line_decode import CELL, NONE
from inkdigits.training.backend import DEVICE, torch
from inkdigits.training.lines.compose import TrainingStrip

_NEVER = -1e4  # log probability; finite, so that gradients are numbers
_NO_WAY = 1e3  # nats; lines above it have digits closer than cells and teach nothing


@dataclass(frozen=True, eq=False)
class Batch:
    """Strips of about one width with their truth, as tensors.

    Attributes:
        ink: (n, 40, W, 1) float32, ink 1 on 0, bare at the right of narrower strips.
        labels: (n, L) int64, 0 where a line has fewer digits.
        counts: (n,) int64, digits a line.
        middles: (n, L) float32, where each digit's middle is, in cells.
        boxes: (n, T, 4) float32, for each cell the box of the nearest digit, as the network gives boxes.
        boxed: (n, T) float32, 1 for cells near enough to a digit that their box counts.
    """

    ink: torch.Tensor
    labels: torch.Tensor
    counts: torch.Tensor
    middles: torch.Tensor
    boxes: torch.Tensor
    boxed: torch.Tensor


def make_batch(strips: Sequence[TrainingStrip], window: float) -> Batch:
    """Gives strips as one batch.

    Args:
        strips: At least one.
        window: How far from a digit's middle its box is told, in cells.
    """
    width = max(item.strip.shape[1] for item in strips)
    digits = max(1, *(len(item.labels) for item in strips))
    count, cells = len(strips), width // CELL
    ink = np.zeros((count, STRIP_HEIGHT, width), dtype=np.uint8)
    labels, middles = np.zeros((count, digits), np.int64), np.full((count, digits), -99.0, np.float32)
    boxes, boxed = np.zeros((count, cells, 4), np.float32), np.zeros((count, cells), np.float32)
    places = np.arange(cells) + 0.5
    for row, item in enumerate(strips):
        ink[row, :, : item.strip.shape[1]] = item.strip
        if not len(item.labels):
            continue
        labels[row, : len(item.labels)] = item.labels
        own = (item.boxes[:, 0] + item.boxes[:, 2]) / (2 * CELL)
        middles[row, : len(own)] = own
        away = np.abs(places[:, None] - own)
        nearest = away.argmin(axis=1)
        boxed[row] = away.min(axis=1) <= window
        boxes[row] = np.clip(item.boxes[nearest], [-1e6, 0, -1e6, 0], [1e6, STRIP_HEIGHT] * 2)
    boxes[:, :, 0::2] -= (places * CELL)[:, None]
    counts = np.array([len(item.labels) for item in strips])
    tensors = (ink[..., None].astype(np.float32) / 255, labels, counts, middles, boxes / STRIP_HEIGHT, boxed)
    return Batch(*(torch.from_numpy(array).to(DEVICE) for array in tensors))


def line_losses(values: torch.Tensor, batch: Batch, window: float) -> torch.Tensor:
    """Gives -ln of the probability of each line's digits, (n,) nats.

    It is the sum over all ways to tell them in order, one cell each, no further than `window` cells from
    their middles, and nothing in all other cells.

    Args:
        values: (n, T, 15) float32, from the network.
        batch: What it was given.
        window: In cells.

    Source: the forward pass of Graves, "Sequence Transduction with Recurrent Neural Networks" (2012), with at
    most one label a step and without a prediction network.
    """
    logs = torch.log_softmax(values[..., : NONE + 1], dim=2)
    count, cells = logs.shape[:2]
    none = logs[..., NONE, None]
    told = logs.gather(2, batch.labels[:, None, :].expand(-1, cells, -1))
    places = torch.arange(cells, device=logs.device) + 0.5
    near = (places[None, :, None] - batch.middles[:, None, :]).abs() <= window
    told = torch.where(near, told, _NEVER)
    start = torch.full((count, told.shape[2] + 1), _NEVER, device=logs.device)
    start[:, 0] = 0.0
    reached = start
    for cell in range(cells):
        stay = reached + none[:, cell]
        step = torch.logaddexp(stay[:, 1:], reached[:, :-1] + told[:, cell])
        reached = torch.cat([stay[:, :1], step], dim=1)
    return -reached.gather(1, batch.counts[:, None])[:, 0]


def whole_loss(values: torch.Tensor, batch: Batch, window: float, box_weight: float) -> torch.Tensor:
    """Gives the loss that is trained on: nats a digit, and the boxes' mean error in strip heights."""
    losses = line_losses(values, batch, window)
    losses = torch.where(losses < _NO_WAY, losses, torch.zeros_like(losses))
    reading = losses.sum() / (batch.counts + 1).sum()
    error = (values[..., NONE + 1 :] - batch.boxes).abs().mean(dim=2)
    return reading + box_weight * (error * batch.boxed).sum() / batch.boxed.sum().clamp(min=1)


def count_right(values: torch.Tensor, batch: Batch) -> int:
    """Gives how many lines are told right if every cell tells its most probable class."""
    classes = values[..., : NONE + 1].argmax(dim=2)
    rank = torch.cumsum(classes != NONE, dim=1) - 1
    same_count = rank[:, -1] + 1 == batch.counts
    wanted = batch.labels.gather(1, rank.clamp(0, batch.labels.shape[1] - 1))
    right = ((classes == wanted) | (classes == NONE)).all(dim=1)
    return int((right & same_count).sum())
