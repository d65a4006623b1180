"""Keras on its torch backend: the one place that imports either.

Knows nothing about networks. The backend is set before Keras is first imported, since Keras reads it once.
"""

from __future__ import annotations

import os

from inkdigits.errors import MissingExtra

os.environ["KERAS_BACKEND"] = "torch"

try:
    import keras
    import torch
except ImportError as error:
    raise MissingExtra("training", "train", error.name or "keras") from error

if keras.backend.backend() != "torch":
    raise MissingExtra("training", "train", "Keras on torch (set KERAS_BACKEND=torch before importing keras)")

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
"""Where networks live and train: the GPU where there is one."""

__all__ = ["DEVICE", "keras", "torch"]
