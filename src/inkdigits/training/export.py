"""Export: a trained network to ONNX, accepted only after ONNX Runtime has given the same answers.

Knows nothing about run folders or cards.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.arrays import DIGIT_SIZE, INK, DigitImages, Probabilities
from inkdigits.errors import MissingExtra, TrainingStopped
from inkdigits.model.recognizer import answer, open_session
from inkdigits.training.backend import keras, torch

try:
    import onnx
    import onnxscript  # noqa: F401 (what torch exports with)
except ImportError as error:
    raise MissingExtra("training", "train", error.name or "onnx") from error

TOLERANCE = 1e-5
"""Largest difference between a probability of Keras and of ONNX Runtime."""


def export_onnx(network: Any, probes: DigitImages, temperature: float = 1.0) -> bytes:
    """Gives a network as ONNX: `images` uint8 (n, 28, 28) in, `probabilities` float32 (n, 10) out.

    Args:
        network: A Keras network in float32, from (n, 28, 28, 1), ink 1 on 0, to logits (n, 10).
        probes: (n, 28, 28) uint8: images that both must answer alike, one alone and all at once.
        temperature: What the logits are divided by.

    Raises:
        TrainingStopped: If they differ by more than `TOLERANCE`.
    """
    whole = _with_scaling_and_softmax(network, temperature)
    content = _name_output(_keras_export(whole))
    session = open_session(content)
    for batch in (probes[:1], probes):
        difference = float(np.abs(answer(session, batch) - _keras_answers(whole, batch)).max())
        if not difference <= TOLERANCE:
            raise TrainingStopped(
                f"the exported model's answers differ by {difference:.2g} from the network's"
                f" ({len(batch)} images); the checkpoint is kept"
            )
    return content


def _with_scaling_and_softmax(network: Any, temperature: float) -> Any:
    images = keras.Input((DIGIT_SIZE, DIGIT_SIZE), dtype="uint8", name="images")
    scaled = keras.layers.Rescaling(1 / INK, name="scaling")(images)
    logits = network(keras.layers.Reshape((DIGIT_SIZE, DIGIT_SIZE, 1), name="channel")(scaled))
    logits = keras.layers.Rescaling(1 / temperature, name="calibration")(logits)
    return keras.Model(images, keras.layers.Softmax(name="probabilities")(logits), name=network.name)


def _keras_export(whole: Any) -> onnx.ModelProto:
    signature = keras.InputSpec(shape=(None, DIGIT_SIZE, DIGIT_SIZE), dtype="uint8", name="images")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's tracer tells of every constant it keeps
        path = Path(folder) / "model.onnx"
        whole.export(path, format="onnx", input_signature=[signature], verbose=False)
        return onnx.load(path)


def _name_output(model: onnx.ModelProto) -> bytes:
    output = model.graph.output[0]
    for node in model.graph.node:
        for index, name in enumerate(node.output):
            if name == output.name:
                node.output[index] = "probabilities"
    output.name = "probabilities"
    output.type.tensor_type.shape.dim[0].dim_param = "batch"
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def _keras_answers(whole: Any, images: DigitImages) -> Probabilities:
    with torch.no_grad():
        return np.asarray(whole(images, training=False).cpu().numpy(), dtype=np.float32)
