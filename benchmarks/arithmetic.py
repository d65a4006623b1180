"""The arithmetic limit: multiply-adds of a model, the machine's matrix products, where a model's time goes.

Knows nothing about rivals or how results are kept.
"""

from __future__ import annotations

import json
import math
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from benchmarks.records import Arithmetic, Kind
from numpy.typing import NDArray
from onnx import TensorProto, helper

from inkdigits.arrays import DigitImages
from inkdigits.model.recognizer import BATCH, session_options

_SIDE = (
    1024  # of the matrices multiplied: large enough to be bound by arithmetic, small enough for the caches
)
_WARM_RUNS = 2
_COUNTED = ("Conv", "MatMul")


def measure_arithmetic(content: bytes, images: DigitImages) -> Arithmetic:
    """Measures a model on one core.

    Args:
        content: The ONNX file.
        images: (n, 28, 28) uint8, a few thousand to profile on.
    """
    model = onnx.load_from_string(content)
    precision = "int8" if any(_is_quantized(node) for node in model.graph.node) else "float32"
    counted = count_multiply_adds(model)
    times = _profile(content, images)
    kinds = [Kind(name, microseconds, counted.get(name, 0)) for name, microseconds in times.items()]
    return Arithmetic(
        precision=precision,
        multiply_adds=sum(counted.values()),
        multiply_adds_per_second=matrix_product_rate(precision),
        kinds=tuple(sorted(kinds, key=lambda kind: -kind.microseconds)),
    )


def count_multiply_adds(model: onnx.ModelProto) -> dict[str, int]:
    """Gives the multiply-adds of one digit, from shapes as they come up, by kind: `Conv` and `MatMul`."""
    nodes = [node for node in model.graph.node if _kind(node.op_type) in _COUNTED]
    names = {name for node in nodes for name in (node.output[0], node.input[0], _kernel(node))}
    constants = {constant.name: tuple(constant.dims) for constant in model.graph.initializer}
    shapes = constants | _shapes(model, names - constants.keys())
    counted: dict[str, int] = defaultdict(int)
    for node in nodes:
        kind, numbers = _kind(node.op_type), math.prod(shapes[node.output[0]])
        if kind == "Conv":  # a kernel (out, in, height, width) for each number that comes out
            counted[kind] += numbers * math.prod(shapes[_kernel(node)][1:])
        else:
            counted[kind] += numbers * shapes[node.input[0]][-1]
    return dict(counted)


def _shapes(model: onnx.ModelProto, names: set[str]) -> dict[str, tuple[int, ...]]:
    """Gives the shapes of values while one image is answered; the graph leaves many of them open."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    (images,) = model.graph.input
    asked = sorted(names - {images.name} - {output.name for output in model.graph.output})
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in asked)
    options = session_options(threads=1)
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    one = np.zeros((1, *_dims(images)[1:]), dtype=np.uint8)
    given = session.run(None, {images.name: one})
    found = {output.name: np.shape(value) for output, value in zip(session.get_outputs(), given, strict=True)}
    return found | {images.name: one.shape}


def matrix_product_rate(precision: str, seconds: float = 1.0) -> float:
    """Gives the multiply-adds a second that ONNX Runtime reaches on one core in a large matrix product.

    Args:
        precision: `float32`, or `int8`: unsigned by signed bytes into int32.
        seconds: For how long it is tried; the best run counts.
    """
    session = onnxruntime.InferenceSession(
        _product(precision), session_options(threads=1), providers=["CPUExecutionProvider"]
    )
    rng = np.random.default_rng(0)
    left: NDArray[Any] = rng.integers(0, 127, (_SIDE, _SIDE)).astype(np.uint8)
    if precision == "float32":
        left = left.astype(np.float32)
    best, ends = math.inf, time.perf_counter() + seconds
    while time.perf_counter() < ends:
        started = time.perf_counter()
        session.run(None, {"left": left})
        best = min(best, time.perf_counter() - started)
    return float(_SIDE**3 / best)


def _product(precision: str) -> bytes:
    """Gives a graph that multiplies its input by a constant matrix, as a layer does by its weights."""
    shape, rng = (_SIDE, _SIDE), np.random.default_rng(1)
    weights: NDArray[Any] = rng.integers(-60, 60, shape).astype(np.int8)
    takes, gives, kind = TensorProto.UINT8, TensorProto.INT32, "MatMulInteger"
    if precision == "float32":
        weights, takes, gives, kind = (
            weights.astype(np.float32),
            TensorProto.FLOAT,
            TensorProto.FLOAT,
            "MatMul",
        )
    graph = helper.make_graph(
        [helper.make_node(kind, ["left", "right"], ["product"])],
        "product",
        [helper.make_tensor_value_info("left", takes, shape)],
        [helper.make_tensor_value_info("product", gives, shape)],
        [onnx.numpy_helper.from_array(weights, "right")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    return bytes(model.SerializeToString())


def _profile(content: bytes, images: DigitImages) -> dict[str, float]:
    """Gives the microseconds a digit spends in ONNX Runtime's kernels, by kind, in batches on one core."""
    with tempfile.TemporaryDirectory() as folder:
        options = session_options(threads=1)
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        batches = [images[i : i + BATCH] for i in range(0, len(images) - BATCH + 1, BATCH)]
        for batch in [*batches[:_WARM_RUNS], *batches]:
            session.run(None, {"images": batch})
        events = json.loads(Path(session.end_profiling()).read_text("utf-8"))
    runs: dict[tuple[str, str], list[float]] = defaultdict(list)
    for event in events:
        if event["cat"] == "Node" and event["name"].endswith("_kernel_time"):
            runs[_kind(event["args"]["op_name"]), event["name"]].append(event["dur"])
    times: dict[str, float] = defaultdict(float)
    for (kind, _), taken in runs.items():
        times[kind] += sum(taken[_WARM_RUNS:]) / (len(batches) * BATCH)
    return dict(times)


def _is_quantized(node: onnx.NodeProto) -> bool:
    return any(part in node.op_type for part in ("Integer", "QLinear", "QuantizeLinear", "QGemm"))


def _kind(op_type: str) -> str:
    """Gives `Conv` and `MatMul` for these, quantized or fused with what follows; else the name as it is."""
    if "Conv" in op_type:
        return "Conv"
    return "MatMul" if "MatMul" in op_type or "Gemm" in op_type else op_type


def _kernel(node: onnx.NodeProto) -> str:
    return str(node.input[3 if node.op_type == "QLinearConv" else 1])


def _dims(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    return tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
