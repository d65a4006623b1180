"""What changes while a network is trained, what it is trained on, and who is told how it goes.

Knows nothing about how a step is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import DigitImages
from inkdigits.report.run_records import EpochRecord
from inkdigits.training.average import Average
from inkdigits.training.backend import torch


@dataclass(frozen=True)
class Progress:
    """Where a run stands within an epoch.

    Attributes:
        epoch: Counted from 1.
        epochs: Of the whole run.
        done: Images seen in this epoch.
        images: Images of one epoch.
        loss: Mean training loss of the epoch so far.
        accuracy: Training accuracy of the epoch so far, 0 to 1.
        images_per_second: Over the epoch so far.
        seconds_left: For the rest of the run at this speed, validation not counted.
    """

    epoch: int
    epochs: int
    done: int
    images: int
    loss: float
    accuracy: float
    images_per_second: float
    seconds_left: float


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """What is fitted on.

    Attributes:
        images: (n, 28, 28) uint8.
        labels: (n,) int64, 0 to 9; 10 where there is no digit.
    """

    images: DigitImages
    labels: NDArray[np.int64]


@dataclass
class TrainingState:
    """What changes while a network is trained, and what a checkpoint holds.

    Attributes:
        network: A Keras network.
        optimizers: Torch optimizers over its trainable weights.
        average: The running average of its weights, None where the recipe has none.
        losses: (n,) float32, the loss of each fitted image when it was last seen; infinite before, and where
            the recipe has no focus.
        teacher: The Keras network that it learns from, or None.
        history: One record for each epoch behind it.
    """

    network: Any
    optimizers: list[torch.optim.Optimizer]
    average: Average | None
    losses: torch.Tensor
    teacher: Any = None
    history: list[EpochRecord] = field(default_factory=list)


@dataclass(frozen=True)
class Watchers:
    """Who is told how the training goes.

    Attributes:
        on_progress: Called every few steps.
        on_epoch: Called after each epoch, with the state as it then is.
    """

    on_progress: Callable[[Progress], None]
    on_epoch: Callable[[TrainingState], None]


def ignore(*_: object) -> None:
    """Does nothing with what it is told: the watcher where nobody watches."""


@contextmanager
def averaged(state: TrainingState) -> Iterator[None]:
    """Gives the network its averaged weights for a while, if the recipe has it average them."""
    if state.average is None:
        yield
        return
    with state.average.in_place():
        yield
