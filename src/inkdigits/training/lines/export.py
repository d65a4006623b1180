"""Export of the line reader: to ONNX, accepted only after ONNX Runtime gave the same answers; calibrated.

Knows nothing about run folders or cards.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from inkdigits.arrays import INK
from inkdigits.errors import TrainingStopped
from inkdigits.images.line import STEP, STRIP_HEIGHT
from inkdigits.model.line_confidence import Calibration
from inkdigits.model.line_decode import CELL_VALUES, NONE, decode_line
from inkdigits.model.line_reader import CALIBRATION, answer_cells, open_line_session
from inkdigits.training.backend import DEVICE, keras, torch
from inkdigits.training.lines.compose import TrainingStrip

TOLERANCE = 1e-4
"""Largest difference between a number of Keras and of ONNX Runtime."""


def export_line_reader(network: Any, probes: Sequence[NDArray[np.uint8]]) -> bytes:
    """Gives a network as ONNX: `strips` uint8 (n, 40, w) in, `cells` float32 (n, w / 4, 15) out.

    Args:
        network: In float32, as `release_line_network` gives it.
        probes: Strips (40, w) that both must answer alike, each alone and three times over.

    Raises:
        TrainingStopped: If they differ by more than `TOLERANCE`.
    """
    whole = _with_scaling_and_softmax(network)
    model = _torch_export(whole)
    onnx.checker.check_model(model, full_check=True)
    content = bytes(model.SerializeToString())
    session = open_line_session(content)
    for probe in probes:
        for strips in (probe[None], np.repeat(probe[None], 3, axis=0)):
            answers = answer_cells(session, strips)
            difference = float(np.abs(answers - _keras_answers(whole, strips)).max())
            if not difference <= TOLERANCE:
                raise TrainingStopped(
                    f"the exported line reader's answers differ by {difference:.2g} from the network's"
                    f" (strip of {probe.shape[1]} columns)"
                )
    return content


def with_calibration(onnx_file: bytes, calibration: Calibration) -> bytes:
    """Gives an exported line reader with its calibration in the file's metadata."""
    model = onnx.load_from_string(onnx_file)
    onnx.helper.set_model_props(model, {CALIBRATION: f"{calibration.slope:.6f} {calibration.offset:.6f}"})
    return bytes(model.SerializeToString())


def stored_in_16_bits(content: bytes) -> bytes:
    """Gives a model that stores kernels in float16 where that loses nothing.

    ONNX Runtime widens them when it opens the file.
    """
    model = onnx.load_from_string(content)
    for stored in model.graph.initializer:
        values = onnx.numpy_helper.to_array(stored)
        if values.dtype != np.float32 or values.ndim < 2:
            continue
        narrow, name = values.astype(np.float16), stored.name
        if np.array_equal(narrow, values):
            stored.CopyFrom(onnx.numpy_helper.from_array(narrow, f"{name}_16"))
            widen = onnx.helper.make_node("Cast", [stored.name], [name], to=onnx.TensorProto.FLOAT)
            model.graph.node.insert(0, widen)
    return bytes(model.SerializeToString())


def read_composed(content: bytes, strips: Sequence[TrainingStrip]) -> tuple[list[float], list[bool]]:
    """Gives an exported reader's raw confidence in each strip, and whether it read it right."""
    session = open_line_session(content)
    lines = [decode_line([answer_cells(session, item.strip[None])[0]], STRIP_HEIGHT)[0] for item in strips]
    right = [line.text == "".join(map(str, item.labels)) for line, item in zip(lines, strips, strict=True)]
    return [line.confidence for line in lines], right


def _with_scaling_and_softmax(network: Any) -> Any:
    strips = keras.Input((STRIP_HEIGHT, None), dtype="uint8", name="strips")
    scaled = keras.layers.Rescaling(1 / INK, name="scaling")(strips)
    values = network(keras.layers.Reshape((STRIP_HEIGHT, -1, 1), name="channel")(scaled))
    told = keras.layers.Softmax(name="told")(values[..., : NONE + 1])
    cells = keras.layers.Concatenate(name="cells")([told, values[..., NONE + 1 :]])
    return keras.Model(strips, cells, name=network.name)


def _torch_export(whole: Any) -> onnx.ModelProto:
    """Exports by torch itself: Keras's own export tries the network on a strip of one column."""
    sizes = {"strips": {0: "batch", 2: "columns"}, "cells": {0: "batch", 1: "places"}}
    sample = torch.zeros((1, STRIP_HEIGHT, 8 * STEP), dtype=torch.uint8, device=DEVICE)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        path = Path(folder) / "model.onnx"
        warnings.simplefilter("ignore")  # torch's tracer tells of every constant it keeps
        torch.onnx.export(
            whole.eval(),
            (sample,),
            path,
            input_names=["strips"],
            output_names=["cells"],
            dynamic_axes=sizes,
            dynamo=False,
        )
        model = onnx.load(path)
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = CELL_VALUES
    return model


def _keras_answers(whole: Any, strips: NDArray[np.uint8]) -> NDArray[np.float32]:
    with torch.no_grad():
        return np.asarray(whole(strips, training=False).cpu().numpy(), dtype=np.float32)
