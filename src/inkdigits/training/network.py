"""The networks, in Keras: built from code, so that no file that is loaded can run any.

Every network takes (n, 28, 28, 1) with ink 1 on 0 and gives logits (n, 10). While one of several members is
trained, each sees an image of its own: it takes (n, 28, 28, members) and gives (n, members, 10). One that
refuses gives 11: the last says "no digit".
Knows nothing about data, optimizers or files.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES, DIGIT_SIZE
from inkdigits.report.run_records import LayerFacts
from inkdigits.training.backend import keras
from inkdigits.training.choices import (
    AllConvolutionalNetwork,
    ArticleNetwork,
    Network,
    StridedNetwork,
)
from inkdigits.training.layers import EPSILON, NormalizedReLU

_POLICY = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def build_network(choice: Network, seed: int) -> Any:
    """Builds a network as it is trained, with fresh weights.

    Args:
        choice: Which network, in which precision.
        seed: Decides the first weights and, while training, which units drop out.

    Returns:
        A `keras.Model`: (n, 28, 28, 1) to logits (n, 10), or (n, 28, 28, members) to (n, members, 10) where
        there are several.
    """
    normalized = not isinstance(choice, ArticleNetwork) or choice.normalized
    maker = _Maker(_POLICY[choice.precision], normalized, np.random.default_rng(seed))
    return _build(choice, maker, choice.members, _side_by_side)


def build_release(choice: Network) -> Any:
    """Builds a network as it is released: in float32, without normalization; weights are yet to come."""
    maker = _Maker("float32", False, np.random.default_rng(0))
    return _build(choice, maker, 1, keras.layers.Average(name="mean_of_members"))


def release(network: Any, choice: Network) -> Any:
    """Gives the network that a trained one is released as, normalization folded into its weights.

    Args:
        network: Trained, from `build_network(choice, …)`.
        choice: The same choice.
    """
    released = build_release(choice)
    for layer in released.layers:
        if layer.weights:
            layer.set_weights(folded(network, layer.name))
    return released


def describe_layers(network: Any) -> tuple[LayerFacts, ...]:
    """Gives the architecture, a row per layer, as Keras prints it."""
    return tuple(
        LayerFacts(layer.name, type(layer).__name__, str(layer.output.shape), layer.count_params())
        for layer in network.layers
    )


def get_weights(network: Any) -> list[NDArray[Any]]:
    """Gives copies of all variables of a network, the states of its dropout generators among them."""
    return _values(network.variables)


def set_weights(network: Any, weights: list[NDArray[Any]]) -> None:
    """Gives a network the variables that `get_weights` took from another of the same kind.

    Raises:
        ValueError: If they differ in number or shape.
    """
    for variable, value in zip(network.variables, weights, strict=True):
        variable.assign(value)


class _Maker:
    """Makes layers of one precision, each with random numbers of its own."""

    def __init__(self, policy: str, normalized: bool, rng: np.random.Generator) -> None:
        self.policy = policy
        self.normalized = normalized
        self.prefix = ""
        self._rng = rng

    def convolution(
        self, name: str, filters: int, size: int, strides: int = 1, pool: str = "", padding: str = "same"
    ) -> list[Any]:
        """A convolution with ReLU, and with max pooling if `pool` is that layer's name."""
        layers = keras.layers
        name, pool = self.prefix + name, pool and self.prefix + pool
        common: dict[str, Any] = {"strides": strides, "padding": padding, "name": name, "dtype": self.policy}
        common["kernel_initializer"] = self._initializer()
        if self.normalized:
            plain = layers.Conv2D(filters, size, use_bias=False, **common)
            return [plain, self._normalized_relu(name, bool(pool))]
        pooling = [layers.MaxPooling2D(name=pool, dtype=self.policy)] if pool else []
        return [layers.Conv2D(filters, size, activation="relu", **common), *pooling]

    def dense(self, name: str, units: int, relu: bool = False) -> list[Any]:
        """A dense layer, with ReLU or as the last one."""
        name = self.prefix + name
        common: dict[str, Any] = {"name": name, "dtype": self.policy}
        common["kernel_initializer"] = self._initializer()
        if not (relu and self.normalized):
            return [keras.layers.Dense(units, activation="relu" if relu else None, **common)]
        plain = keras.layers.Dense(units, use_bias=False, **common)
        return [plain, self._normalized_relu(name, pool=False)]

    def dropout(self, name: str, rate: float) -> list[Any]:
        """Dropout with a seed of its own."""
        return [keras.layers.Dropout(rate, seed=self._draw(), name=self.prefix + name, dtype=self.policy)]

    def flatten(self) -> list[Any]:
        """(n, h, w, channels) to (n, h w channels)."""
        return [keras.layers.Flatten(name=f"{self.prefix}flatten_1", dtype=self.policy)]

    def crop(self, size: int) -> list[Any]:
        """The middle of the image, or all of it."""
        rim = (DIGIT_SIZE - size) // 2
        name = f"{self.prefix}cropping_1"
        return [keras.layers.Cropping2D(rim, name=name, dtype=self.policy)] if rim else []

    def _initializer(self) -> Any:
        """Glorot's, as Keras has it; torch's smaller ones where normalization follows (see docs/log.md)."""
        if self.normalized:
            return keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform", seed=self._draw())
        return keras.initializers.GlorotUniform(seed=self._draw())

    def _normalized_relu(self, name: str, pool: bool) -> Any:
        return NormalizedReLU(pool, name=normalization_name(name), dtype=self.policy)

    def _draw(self) -> int:
        return int(self._rng.integers(2**31))


def _build(choice: Network, maker: _Maker, images: int, join: Callable[[list[Any]], Any]) -> Any:
    """Builds one network, or several beside each other whose logits `join` brings together.

    They see the same image, or each its own out of as many `images`.
    """
    inputs = keras.Input((DIGIT_SIZE, DIGIT_SIZE, images))
    if choice.members == 1:
        return keras.Sequential([inputs, *_layers(choice, maker)], name=choice.name)
    logits = []
    for number in range(choice.members):
        maker.prefix = f"member_{number + 1}_"
        own = inputs[..., number : number + 1] if images > 1 else inputs
        logits.append(functools.reduce(lambda value, layer: layer(value), _layers(choice, maker), own))
    return keras.Model(inputs, join(logits), name=choice.name)


def _side_by_side(logits: list[Any]) -> Any:
    return keras.ops.stack(logits, axis=1)


def _layers(choice: Network, maker: _Maker) -> list[Any]:
    if isinstance(choice, ArticleNetwork):
        return _article(choice, maker)
    if isinstance(choice, StridedNetwork):
        return _strided(choice, maker)
    return _all_convolutional(choice, maker)


def _article(choice: ArticleNetwork, maker: _Maker) -> list[Any]:
    """The article's: four convolutions and a dense layer before the output, 887,530 parameters.

    Its last layer gives logits; the softmax comes with the export. The article does not give its dropout
    rates; the recipe's default is those of the public notebook with the same network.

    Source: the article's table; Y. Ghouzam, "Introduction to CNN Keras - 0.997 (top 6%)", Kaggle, 2017.
    """
    return [
        *maker.convolution("conv2d_1", 32, 5),
        *maker.convolution("conv2d_2", 32, 5, pool="max_pooling2d_1"),
        *maker.dropout("dropout_1", choice.dropout[0]),
        *maker.convolution("conv2d_3", 64, 3),
        *maker.convolution("conv2d_4", 64, 3, pool="max_pooling2d_2"),
        *maker.dropout("dropout_2", choice.dropout[1]),
        *maker.flatten(),
        *maker.dense("dense_1", 256, relu=True),
        *maker.dropout("dropout_3", choice.dropout[2]),
        *maker.dense("dense_2", CLASSES + choice.refuses),
    ]


def _strided(choice: StridedNetwork, maker: _Maker) -> list[Any]:
    first, second, third, fourth = choice.widths
    return [
        *maker.crop(choice.crop),
        *maker.convolution("conv2d_1", first, 5, strides=2),
        *maker.convolution("conv2d_2", second, 3, pool="max_pooling2d_1"),
        *maker.convolution("conv2d_3", third, 3),
        *maker.convolution("conv2d_4", fourth, 3),
        *maker.flatten(),
        *maker.dense("dense_1", CLASSES + choice.refuses),
    ]


def _all_convolutional(choice: AllConvolutionalNetwork, maker: _Maker) -> list[Any]:
    first, second, third, fourth, fifth, sixth, seventh = choice.widths
    return [
        *maker.convolution("conv2d_1", first, 3, padding="valid"),
        *maker.convolution("conv2d_2", second, 3, padding="valid"),
        *maker.convolution("conv2d_3", third, 5, strides=2),
        *maker.convolution("conv2d_4", fourth, 3, padding="valid"),
        *maker.convolution("conv2d_5", fifth, 3, padding="valid"),
        *maker.convolution("conv2d_6", sixth, 5, strides=2),
        *maker.convolution("conv2d_7", seventh, 4, padding="valid"),
        *maker.flatten(),
        *maker.dropout("dropout_1", choice.dropout),
        *maker.dense("dense_1", CLASSES + choice.refuses),
    ]


def normalization_name(name: str) -> str:
    """Gives the name of the normalization that follows the layer of the given name."""
    return f"{name}_normalization"


def folded(network: Any, name: str) -> list[NDArray[Any]]:
    """Gives kernel and bias of a trained network's layer, the normalization that follows it folded in."""
    weights = _values(network.get_layer(name).weights)
    try:
        normalization = network.get_layer(normalization_name(name))
    except ValueError:
        return weights
    gain, shift, mean, variance = (value.astype(np.float64) for value in _values(normalization.weights))
    scale = gain / np.sqrt(variance + EPSILON)
    return [(weights[0] * scale).astype(np.float32), (shift - mean * scale).astype(np.float32)]


def _values(variables: list[Any]) -> list[NDArray[Any]]:
    return [variable.value.detach().cpu().numpy().copy() for variable in variables]
