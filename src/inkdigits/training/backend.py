"""Keras on its torch backend: the one place that imports either.

Knows nothing about networks. The backend is set before Keras is first imported, since Keras reads it once.
"""

from __future__ import annotations

import ctypes
import os

from inkdigits.errors import MissingExtra, TrainingStopped

os.environ["KERAS_BACKEND"] = "torch"

try:
    import keras
    import torch
except ImportError as error:
    raise MissingExtra("training", "train", error.name or "keras") from error

if keras.backend.backend() != "torch":
    raise TrainingStopped(
        f"Keras is already loaded on {keras.backend.backend()}; start anew with KERAS_BACKEND=torch"
    )


def _keep_freed_memory() -> None:
    """Makes glibc reuse the memory of activations instead of giving it back after every step.

    A quarter of the time of a small network's step on a processor is the kernel handing out fresh pages.
    """
    if os.name != "posix":
        return
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        trim_threshold, top_pad, mmap_threshold = -1, -2, -3  # numbers of <malloc.h>
        libc.mallopt(mmap_threshold, 2**30)
        libc.mallopt(trim_threshold, 2**31 - 1)
        libc.mallopt(top_pad, 2**28)


_keep_freed_memory()

# On a GPU, too, float32 is to be float32: exports are compared with it.
torch.backends.cudnn.allow_tf32 = False

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
"""Where networks live and train: the GPU where there is one."""

__all__ = ["DEVICE", "keras", "torch"]
