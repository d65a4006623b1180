"""What people would use instead: Keras's own `predict`, scikit-learn's k-NN and SVM.

Knows nothing about how they are timed. Loads Keras on torch, which makes glibc keep freed memory for the
whole process: time the recognizer before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import onnx
from benchmarks.timing import Way
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from inkdigits.arrays import CLASSES, INK, DigitImages
from inkdigits.data import DigitSet
from inkdigits.errors import InkdigitsError
from inkdigits.model import Artifact
from inkdigits.model.recognizer import answer, open_session
from inkdigits.training.backend import torch
from inkdigits.training.network import build_release
from inkdigits.training.recipe import parse_recipe

_PROBES = 100
_KERAS_BATCH = 256
_TOLERANCE = 1e-4
_INT8_TOLERANCE = 0.1  # of a probability: Keras calculates in float32 what the export rounds to 8 bits


class CannotRebuild(InkdigitsError):
    """A model that Keras can't be given: of a recipe that this checkout does not know, or changed after."""


def keras_rival(artifact: Artifact, probes: DigitImages, batch: int = _KERAS_BATCH) -> Way:
    """Rebuilds the network of an artifact in Keras, with its weights, and checks that it answers alike.

    Args:
        artifact: Ours; weights in int8 are given as the float32 that they stand for.
        probes: (n, 28, 28) uint8, images that both must answer alike.
        batch: Images in a batch of `predict`.

    Raises:
        CannotRebuild: If that is not possible.
    """
    try:
        network = build_release(parse_recipe(artifact.card.recipe_text).network)
        graph = onnx.load_from_string(artifact.onnx).graph
        _give_weights(network, graph)
    except (InkdigitsError, ValueError, StopIteration) as error:
        raise CannotRebuild(
            f"{artifact.card.name} can't be rebuilt in Keras: {error or 'too few weights'}"
        ) from error

    def predict(images: DigitImages) -> NDArray[Any]:
        ink = images[..., None].astype(np.float32) / np.float32(INK)
        logits = np.asarray(network.predict(ink, batch_size=batch, verbose=0))
        return logits[:, :CLASSES]  # without the answer of a network that refuses

    ours = answer(open_session(artifact.onnx), probes[:_PROBES]).probabilities
    tolerance = _INT8_TOLERANCE if _is_int8(graph) else _TOLERANCE
    if not _alike(predict(probes[:_PROBES]), ours, tolerance):
        raise CannotRebuild(f"{artifact.card.name}, rebuilt in Keras, answers otherwise")
    return Way("keras predict", artifact.card.name, predict, batch, artifact=artifact)


def neighbours_rival(train: DigitSet) -> Way:
    """Fits and gives scikit-learn's k-NN, 3 neighbours, by its own choice of algorithm."""
    neighbours = KNeighborsClassifier(n_neighbors=3).fit(_vectors(train.images), train.true_labels)
    return Way("k-NN", _fitted(train), lambda images: neighbours.predict(_vectors(images)))


def machine_rival(train: DigitSet) -> Way:
    """Fits and gives scikit-learn's SVM, RBF, C = 5."""
    machine = SVC(C=5).fit(_vectors(train.images), train.true_labels)
    return Way("SVM", _fitted(train), lambda images: machine.predict(_vectors(images)), cores=1)


CLASSIC_RIVALS: dict[str, Callable[[DigitSet], Way]] = {"k-NN": neighbours_rival, "SVM": machine_rival}
"""What fits each of them, by name."""


@contextmanager
def limited_to(cores: int) -> Iterator[None]:
    """Lets torch and the linear algebra below scikit-learn compute on so many cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(cores)
    try:
        with threadpool_limits(cores):
            yield
    finally:
        torch.set_num_threads(before)


def _fitted(train: DigitSet) -> str:
    return f"{len(train):,} images of {train.name}"


def _vectors(images: DigitImages) -> NDArray[np.float32]:
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(INK)


def _is_int8(graph: onnx.GraphProto) -> bool:
    return any(constant.data_type == onnx.TensorProto.INT8 for constant in graph.initializer)


def _give_weights(network: Any, graph: onnx.GraphProto) -> None:
    """Gives a network the weights of its own export, whose nodes stand in the order of its layers."""
    weights = _weights(graph)
    for layer in network.layers:
        if layer.weights:
            kernel, bias = next(weights)
            kernel = kernel.transpose(2, 3, 1, 0) if kernel.ndim == 4 else kernel
            layer.set_weights([kernel, bias.reshape(-1)])


def _weights(graph: onnx.GraphProto) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Gives the kernel and the bias of each layer, from int8 what it stands for."""
    constants = {constant.name: onnx.numpy_helper.to_array(constant) for constant in graph.initializer}
    kernel = None
    for node in graph.node:
        given = [constants[name] for name in node.input if name in constants]
        if node.op_type == "DequantizeLinear" and len(given) == 3:
            steps, scale, zero = given
            across = (-1,) + (1,) * (steps.ndim - 1) if scale.ndim else ()
            steps = steps.astype(np.float32) - zero.astype(np.float32).reshape(across)
            constants[node.output[0]] = steps * scale.reshape(across)
        elif node.op_type in ("Conv", "MatMul", "Gemm") and given:
            kernel = given.pop(0)
        if kernel is not None and node.op_type in ("Conv", "Gemm", "Add") and given:
            yield kernel, given[0]
            kernel = None


def _alike(logits: NDArray[Any], probabilities: NDArray[np.float32], tolerance: float) -> bool:
    """Says whether both are one network's answers; an export may divide the logits by a temperature."""
    likelier = np.sort(probabilities.astype(np.float64), axis=1)[:, -2:]
    larger = np.sort(logits.astype(np.float64), axis=1)[:, -2:]
    temperature = np.median((larger[:, 1] - larger[:, 0]) / np.log(likelier[:, 1] / likelier[:, 0]))
    cooled = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    return bool(np.abs(cooled / cooled.sum(axis=1, keepdims=True) - probabilities).max() <= tolerance)
