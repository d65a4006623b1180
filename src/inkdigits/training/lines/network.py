"""The line reader's network, in Keras: (n, 40, w, 1) with ink 1 on 0 to (n, w / 4, 15) numbers a cell.

The first eleven are logits of the ten digits and of none, the last four a box; see `model.line_decode`.
Knows nothing about data, optimizers or files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from inkdigits.images.line import STRIP_HEIGHT
from inkdigits.model.line_decode import CELL_VALUES
from inkdigits.training.backend import keras
from inkdigits.training.layers import NormalizedReLU
from inkdigits.training.lines.choices import LineNetwork
from inkdigits.training.network import folded, normalization_name

NAME = "line_reader"
"""How the network is called, in its file and on its card."""

_APART = (2, 5)  # cells between what the last layers look at
_POLICY = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def build_line_network(choice: LineNetwork, seed: int) -> Any:
    """Builds the network as it is trained, with fresh weights drawn by `seed`."""
    return _build(choice, _POLICY[choice.precision], normalized=True, seed=seed)


def release_line_network(network: Any, choice: LineNetwork) -> Any:
    """Gives the network as it is released: normalization folded into the weights.

    It computes in float32; its kernels keep what float16 can hold, to be stored in that.
    """
    released = _build(choice, "float32", normalized=False, seed=0)
    for layer in released.layers:
        if layer.weights:
            kernel, *bias = folded(network, layer.name)
            layer.set_weights([kernel.astype(np.float16).astype(np.float32), *bias])
    return released


def _build(choice: LineNetwork, policy: str, normalized: bool, seed: int) -> Any:
    """Halves height and width twice, then only the height, then looks along the line.

    Cells stay as narrow as 4 columns: digits that overlap have their middles a third of their height apart.
    Its last layers add what the neighbours are like, two digits to either side: the same hand wrote them.
    """
    make = _Maker(policy, normalized, np.random.default_rng(seed))
    widths = choice.widths
    strips = keras.Input((STRIP_HEIGHT, None, 1), name="ink")
    x = make.convolution(strips, widths[0], 5, strides=2)
    x = make.convolution(x, widths[1], 3, pool=True)
    x = make.convolution(x, widths[2], 3)
    x = make.convolution(x, widths[3], 3)
    x = make.convolution(x, widths[4], 3, strides=(2, 1))
    x = make.convolution(x, widths[5], 3)
    for _ in range(choice.residual):
        x = make.residual(x, widths[5], 3)
    x = make.convolution(x, widths[6], (STRIP_HEIGHT // 8, 1), padding="valid")
    x = make.convolution(x, widths[7], (1, 5))
    for apart in _APART:
        x = make.residual(x, widths[7], (1, 5), dilation_rate=(1, apart))
    head = keras.layers.Dense(
        CELL_VALUES,
        kernel_initializer=keras.initializers.GlorotUniform(seed=make.draw()),
        name="cells",
        dtype="float32",
    )
    values = keras.layers.Reshape((-1, CELL_VALUES), name="cells_in_a_row")(head(x))
    return keras.Model(strips, values, name=NAME)


@dataclass
class _Maker:
    """Makes layers as they are trained, `normalized`, or as they are released."""

    policy: str
    normalized: bool
    rng: np.random.Generator
    made: int = 0

    def draw(self) -> int:
        """Gives the seed of the next layer's first weights."""
        return int(self.rng.integers(2**31))

    def residual(self, x: Any, width: int, size: Any, **options: Any) -> Any:
        """Gives what is given with what comes out of a convolution of it added.

        Source: He et al., "Deep residual learning for image recognition" (2016), one layer each.
        """
        seen = self.convolution(x, width, size, **options)
        return keras.layers.Add(name=f"add_{self.made}", dtype=self.policy)([x, seen])

    def convolution(
        self, x: Any, width: int, size: Any, pool: bool = False, padding: str = "same", **options: Any
    ) -> Any:
        """Gives what comes out of a convolution, its normalization if there is any, and ReLU."""
        self.made += 1
        number = self.made
        name = f"conv2d_{number}"
        x = keras.layers.Conv2D(
            width,
            size,
            padding=padding,
            use_bias=not self.normalized,
            kernel_initializer=keras.initializers.VarianceScaling(
                1 / 3, "fan_in", "uniform", seed=self.draw()
            ),
            name=name,
            dtype=self.policy,
            **options,
        )(x)
        if self.normalized:
            return NormalizedReLU(pool, name=normalization_name(name), dtype=self.policy)(x)
        x = keras.layers.ReLU(name=f"relu_{number}")(x)
        return keras.layers.MaxPooling2D(name=f"max_pooling2d_{number}")(x) if pool else x
