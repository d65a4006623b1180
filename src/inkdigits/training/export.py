"""Export: a trained network to ONNX, accepted only after ONNX Runtime has given the same answers.

Knows nothing about run folders or cards.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.arrays import CLASSES, DIGIT_SIZE, INK, DigitImages
from inkdigits.errors import MissingExtra, TrainingStopped
from inkdigits.files import output_errors
from inkdigits.model.recognizer import OUTPUTS, Answers, answer, open_session
from inkdigits.training.backend import keras, torch
from inkdigits.training.calibration import Calibration

try:
    import onnx
    import onnxscript  # noqa: F401 (what torch exports with)
except ImportError as error:
    raise MissingExtra("training", "train", error.name or "onnx") from error

TOLERANCE = 1e-5
"""Largest difference between a probability of Keras and of ONNX Runtime."""


def export_onnx(network: Any, probes: DigitImages, calibration: Calibration) -> bytes:
    """Gives a network as ONNX: `images` uint8 (n, 28, 28) in, `probabilities` float32 (n, 10) out.

    A network that refuses gives `digit` too, float32 (n,): the probability that there is a digit at all.

    Args:
        network: A Keras network in float32, from (n, 28, 28, 1), ink 1 on 0, to logits (n, 10) or (n, 11).
        probes: (n, 28, 28) uint8: images that both must answer alike, one alone and all at once.
        calibration: What stands between its logits and its answers.

    Raises:
        TrainingStopped: If they differ by more than `TOLERANCE`.
        OutputError: If there is no room for temporary files.
    """
    whole = _whole(network, calibration)
    content = _name_outputs(_keras_export(whole))
    session = open_session(content)
    for batch in (probes[:1], probes):
        ours, theirs = answer(session, batch), _keras_answers(whole, batch)
        difference = max(
            float(np.abs(ours.probabilities - theirs.probabilities).max()),
            float(np.abs(ours.digit - theirs.digit).max()),
        )
        if not difference <= TOLERANCE:
            raise TrainingStopped(
                f"the exported model's answers differ by {difference:.2g} from the network's"
                f" ({len(batch)} images)"
            )
    return content


def _whole(network: Any, calibration: Calibration) -> Any:
    """Gives the network with all that comes before it and after it."""
    images = keras.Input((DIGIT_SIZE, DIGIT_SIZE), dtype="uint8", name="images")
    scaled = keras.layers.Rescaling(1 / INK, name="scaling")(images)
    logits = network(keras.layers.Reshape((DIGIT_SIZE, DIGIT_SIZE, 1), name="channel")(scaled))
    digits = logits[:, :CLASSES]
    calibrated = keras.layers.Rescaling(1 / calibration.temperature, name="calibration")(digits)
    outputs = [keras.layers.Softmax(name="probabilities")(calibrated)]
    if network.output_shape[-1] > CLASSES:
        evidence = keras.ops.logsumexp(digits, axis=1) - logits[:, CLASSES]
        odds = evidence * calibration.digit_scale + calibration.digit_shift
        outputs.append(keras.ops.sigmoid(odds))
    return keras.Model(images, outputs, name=network.name)


def _keras_export(whole: Any) -> onnx.ModelProto:
    signature = keras.InputSpec(shape=(None, DIGIT_SIZE, DIGIT_SIZE), dtype="uint8", name="images")
    with (
        output_errors(Path(tempfile.gettempdir())),
        tempfile.TemporaryDirectory() as folder,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # torch's tracer tells of every constant it keeps
        path = Path(folder) / "model.onnx"
        whole.export(path, format="onnx", input_signature=[signature], verbose=False)
        return onnx.load(path)


def _name_outputs(model: onnx.ModelProto) -> bytes:
    for output, name in zip(model.graph.output, OUTPUTS, strict=False):
        for node in model.graph.node:
            node.output[:] = [name if given == output.name else given for given in node.output]
        output.name = name
        output.type.tensor_type.shape.dim[0].dim_param = "batch"
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def _keras_answers(whole: Any, images: DigitImages) -> Answers:
    with torch.no_grad():
        given = whole(images, training=False)
    outputs = given if isinstance(given, list) else [given]  # Keras unpacks a list of one
    probabilities, *digit = (output.cpu().numpy() for output in outputs)
    return Answers(probabilities, digit[0] if digit else np.ones(len(images), dtype=np.float32))
