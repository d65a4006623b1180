"""What stops a training: a loss that is no number, and memory that runs out; what is left, and what to do.

Knows nothing about networks or data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inkdigits.errors import InkdigitsError, TrainingStopped
from inkdigits.report.run_folder import CHECKPOINT
from inkdigits.training.backend import torch

_OUT_OF_MEMORY = ("allocate", "ALLOC_FAILED", "bad_alloc")
"""What torch, its libraries and ONNX Runtime say of it without a class of its own."""

_GO_ON = "go on with --resume where more memory is free"


def check_loss(loss: float, epoch: int) -> None:
    """Stops a training whose loss is infinite or no number.

    Raises:
        TrainingStopped: If it is.
    """
    if not math.isfinite(loss):
        raise TrainingStopped(
            f"the loss is no number any more in epoch {epoch};"
            " train anew in another folder with a lower learning rate"
        )


@contextmanager
def step_errors(batch: int, least: int) -> Iterator[None]:
    """Says which batch to try where memory runs out in a step.

    Args:
        batch: Of the steps.
        least: What the recipe would take.

    Raises:
        TrainingStopped: If it does.
    """
    try:
        yield
    except Exception as error:
        if not _is_out_of_memory(error):
            raise
        smaller = f"train anew in another folder with batch = {max(batch // 2, least)} in the recipe, or "
        advice = f"{smaller if batch > least else ''}{_GO_ON}"
        raise TrainingStopped(f"out of memory with batches of {batch}; {advice}") from error


@contextmanager
def stop_errors(folder: Path) -> Iterator[None]:
    """Says of what stops a training whether a checkpoint is kept; memory that runs out anywhere stops it.

    Args:
        folder: The run's.

    Raises:
        TrainingStopped: If it is stopped.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, TrainingStopped):
            told = str(error)
        elif _is_out_of_memory(error):
            told = f"out of memory; {_GO_ON}"
        else:
            raise
        kept = (folder / CHECKPOINT).is_file()
        left = "the last checkpoint is kept" if kept else "there is no checkpoint yet"
        raise TrainingStopped(f"{told}; {left}") from error


def _is_out_of_memory(error: Exception) -> bool:
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return not isinstance(error, InkdigitsError | OSError) and any(
        words in str(error) for words in _OUT_OF_MEMORY
    )
