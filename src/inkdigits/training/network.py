"""The networks, in Keras: built from code, so that no file that is loaded can run any.

Every network takes (n, 28, 28, 1) with ink near 1 on 0 and gives logits (n, 10).
Knows nothing about data, optimizers or files.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES, DIGIT_SIZE
from inkdigits.report.run_folder import LayerFacts
from inkdigits.training.backend import keras
from inkdigits.training.recipe import Network

_POLICY = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def build_network(choice: Network, seed: int) -> Any:
    """Builds a network with fresh weights.

    Args:
        choice: Which network, in which precision.
        seed: Decides the first weights and, while training, which units drop out.

    Returns:
        A `keras.Model`: (n, 28, 28, 1) to logits (n, 10).
    """
    return _article_network(_POLICY[choice.precision], np.random.default_rng(seed))


def describe_layers(network: Any) -> tuple[LayerFacts, ...]:
    """Gives the architecture, a row per layer, as Keras prints it."""
    return tuple(
        LayerFacts(layer.name, type(layer).__name__, str(layer.output.shape), layer.count_params())
        for layer in network.layers
    )


def get_weights(network: Any) -> list[NDArray[Any]]:
    """Gives copies of all variables of a network, the states of its dropout generators among them."""
    return [variable.value.detach().cpu().numpy().copy() for variable in network.variables]


def set_weights(network: Any, weights: list[NDArray[Any]]) -> None:
    """Gives a network the variables that `get_weights` took from another of the same kind.

    Raises:
        ValueError: If they differ in number or shape.
    """
    for variable, value in zip(network.variables, weights, strict=True):
        variable.assign(value)


def _article_network(policy: str, rng: np.random.Generator) -> Any:
    """The article's: four convolutions and a dense layer before the output, 887,530 parameters.

    Its last layer gives logits; the softmax comes with the export. Dropout rates are those of the public
    notebook with the same network, which the article does not give.

    Source: the article's table; Y. Ghouzam, "Introduction to CNN Keras - 0.997 (top 6%)", Kaggle, 2017.
    """
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((DIGIT_SIZE, DIGIT_SIZE, 1)),
            _convolution("conv2d_1", 32, 5, policy, rng),
            _convolution("conv2d_2", 32, 5, policy, rng),
            layers.MaxPooling2D(name="max_pooling2d_1", dtype=policy),
            _dropout("dropout_1", 0.25, policy, rng),
            _convolution("conv2d_3", 64, 3, policy, rng),
            _convolution("conv2d_4", 64, 3, policy, rng),
            layers.MaxPooling2D(name="max_pooling2d_2", dtype=policy),
            _dropout("dropout_2", 0.25, policy, rng),
            layers.Flatten(name="flatten_1", dtype=policy),
            _dense("dense_1", 256, "relu", policy, rng),
            _dropout("dropout_3", 0.5, policy, rng),
            _dense("dense_2", CLASSES, None, policy, rng),
        ],
        name="article",
    )


def _convolution(name: str, filters: int, size: int, policy: str, rng: np.random.Generator) -> Any:
    return keras.layers.Conv2D(
        filters,
        size,
        padding="same",
        activation="relu",
        kernel_initializer=_glorot(rng),
        name=name,
        dtype=policy,
    )


def _dense(name: str, units: int, activation: str | None, policy: str, rng: np.random.Generator) -> Any:
    return keras.layers.Dense(
        units, activation=activation, kernel_initializer=_glorot(rng), name=name, dtype=policy
    )


def _dropout(name: str, rate: float, policy: str, rng: np.random.Generator) -> Any:
    return keras.layers.Dropout(rate, seed=_draw_seed(rng), name=name, dtype=policy)


def _glorot(rng: np.random.Generator) -> Any:
    return keras.initializers.GlorotUniform(seed=_draw_seed(rng))


def _draw_seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))
