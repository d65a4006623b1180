"""The line reader's network, in Keras: (n, 40, w, 1) with ink 1 on 0 to (n, w / 4, 15) numbers a cell.

The first eleven are logits of the ten digits and of none, the last four a box; see `model.line_decode`.
Knows nothing about data, optimizers or files.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.images.line import STRIP_HEIGHT
from inkdigits.model.line_decode import CELL_VALUES
from inkdigits.training.backend import keras
from inkdigits.training.layers import NormalizedReLU
from inkdigits.training.lines.choices import LineNetwork
from inkdigits.training.network import folded, normalization_name

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
    widths, rng = choice.widths, np.random.default_rng(seed)

    def draw() -> int:
        return int(rng.integers(2**31))

    def convolution(
        x: Any,
        number: int,
        size: Any,
        strides: Any = 1,
        pool: bool = False,
        padding: str = "same",
        apart: int = 1,
    ) -> Any:
        name = f"conv2d_{number}"
        x = keras.layers.Conv2D(
            widths[min(number, len(widths)) - 1],
            size,
            strides=strides,
            padding=padding,
            dilation_rate=(1, apart),
            use_bias=not normalized,
            kernel_initializer=keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform", seed=draw()),
            name=name,
            dtype=policy,
        )(x)
        if normalized:
            return NormalizedReLU(pool, name=normalization_name(name), dtype=policy)(x)
        x = keras.layers.ReLU(name=f"relu_{number}")(x)
        return keras.layers.MaxPooling2D(name=f"max_pooling2d_{number}")(x) if pool else x

    strips = keras.Input((STRIP_HEIGHT, None, 1), name="ink")
    x = convolution(strips, 1, 5, strides=2)
    x = convolution(x, 2, 3, pool=True)
    x = convolution(x, 3, 3)
    x = convolution(x, 4, 3)
    x = convolution(x, 5, 3, strides=(2, 1))
    x = convolution(x, 6, 3)
    x = convolution(x, 7, (STRIP_HEIGHT // 8, 1), padding="valid")
    x = convolution(x, 8, (1, 5))
    for number, apart in enumerate(_APART, start=len(widths) + 1):
        x = keras.layers.Add(name=f"add_{number}", dtype=policy)(
            [x, convolution(x, number, (1, 5), apart=apart)]
        )
    head = keras.layers.Dense(
        CELL_VALUES,
        kernel_initializer=keras.initializers.GlorotUniform(seed=draw()),
        name="cells",
        dtype="float32",
    )
    values = keras.layers.Reshape((-1, CELL_VALUES), name="cells_in_a_row")(head(x))
    return keras.Model(strips, values, name="line_reader")
