"""What stops a training: a loss that is no number, and memory that runs out. Its last checkpoint is kept.

Knows nothing about networks or data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from inkdigits.errors import TrainingStopped
from inkdigits.training.backend import torch


def check_loss(loss: float, epoch: int) -> None:
    """Stops a training whose loss is infinite or no number.

    Raises:
        TrainingStopped: If it is.
    """
    if not math.isfinite(loss):
        raise TrainingStopped(
            f"the loss is no number any more in epoch {epoch}; the last good checkpoint is kept;"
            " try a lower learning rate"
        )


@contextmanager
def memory_errors(batch: int) -> Iterator[None]:
    """Says which batch to try where memory runs out.

    Raises:
        TrainingStopped: If it does.
    """
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise _out_of_memory(batch) from error
    except RuntimeError as error:
        # What torch and its libraries say of it without a class of its own.
        if "allocate" in str(error) or "ALLOC_FAILED" in str(error):
            raise _out_of_memory(batch) from error
        raise


def _out_of_memory(batch: int) -> TrainingStopped:
    advice = f"try batch = {batch // 2} in the recipe" if batch > 1 else "a machine with more is needed"
    return TrainingStopped(f"out of memory with batches of {batch}; {advice}; the last checkpoint is kept")
