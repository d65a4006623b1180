"""Keras layers of our own, where Keras's are too slow to train with on a processor.

Knows nothing about networks.
"""

from __future__ import annotations

from typing import Any

from inkdigits.training.backend import keras, torch

EPSILON = 1e-5
"""Added to the variance before the root."""

_MOMENTUM = 0.1  # weight of the newest batch in the running statistics


class NormalizedReLU(keras.layers.Layer):  # type: ignore[misc]
    """Batch normalization, max pooling of 2x2 if asked for, and ReLU, by torch's own kernels.

    Takes (n, h, w, channels), or (n, channels) without pooling, in the layer's compute dtype; statistics and
    weights are float32. Keras's layers for the same copy every activation into another memory layout and
    back: with them a step of a small network takes nearly twice as long.

    Source: Ioffe and Szegedy, "Batch Normalization" (2015).
    """

    def __init__(self, pool: bool, **options: Any) -> None:
        super().__init__(**options)
        self.pool = pool

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Makes the weights, (channels,) each."""
        size = (shape[-1],)
        make = self.add_weight
        self.scale = make(shape=size, initializer="ones", name="scale", autocast=False)
        self.shift = make(shape=size, initializer="zeros", name="shift", autocast=False)
        self.mean = make(shape=size, initializer="zeros", trainable=False, name="mean", autocast=False)
        self.variance = make(shape=size, initializer="ones", trainable=False, name="variance", autocast=False)

    def call(self, inputs: torch.Tensor, training: bool = False) -> torch.Tensor:
        """Normalizes by the batch's statistics while training, by the running ones otherwise."""
        normalized = torch.nn.functional.batch_norm(
            inputs.movedim(-1, 1),
            self.mean.value,
            self.variance.value,
            self.scale.value,
            self.shift.value,
            training,
            _MOMENTUM,
            EPSILON,
        )
        pooled = torch.nn.functional.max_pool2d(normalized, 2) if self.pool else normalized
        return torch.relu_(pooled).movedim(1, -1)

    def compute_output_shape(self, shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """Gives the shape that comes out."""
        if not self.pool:
            return shape
        count, height, width, channels = shape
        return count, height // 2, None if width is None else width // 2, channels
