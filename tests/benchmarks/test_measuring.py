"""The benchmarks of recognizing, run for a moment on a tiny model; no time is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from benchmarks.arithmetic import count_multiply_adds, matrix_product_rate, measure_arithmetic
from benchmarks.latency import Task, ours
from benchmarks.rivals import CLASSIC_RIVALS, CannotRebuild, keras_rival, limited_to
from benchmarks.stream import made_up
from benchmarks.timing import Effort, pass_seconds, single_digit_ms
from onnx import TensorProto, helper
from tests.conftest import CHECKOUT

from inkdigits.data import hash_images, load_digit_set
from inkdigits.model import Artifact, Recognizer, load_artifact, load_seen
from inkdigits.model.recognizer import PRETRAINED

MOMENT = Effort(calls=12, seconds=0.5, passes=1)


@pytest.fixture(scope="module")
def artifact(tiny_run: Path) -> Artifact:
    return load_artifact(tiny_run)


def test_the_article_s_multiply_adds_are_those_of_its_table(artifact: Artifact) -> None:
    counted = count_multiply_adds(onnx.load_from_string(artifact.onnx))
    convolutions = 28 * 28 * 25 * 32 + 28 * 28 * 25 * 32 * 32 + 14 * 14 * 9 * 32 * 64 + 14 * 14 * 9 * 64 * 64
    assert counted == {"Conv": convolutions, "MatMul": 3136 * 256 + 256 * 10}


def test_convolutions_with_a_stride_are_counted_though_the_graph_leaves_their_shapes_open() -> None:
    counted = count_multiply_adds(onnx.load(PRETRAINED))
    convolutions = 14 * 14 * (25 * 24 + 9 * 24 * 48) + 7 * 7 * (9 * 48 * 64 + 9 * 64 * 96)
    assert counted == {"Conv": convolutions, "MatMul": 7 * 7 * 96 * 11}


def test_quantized_layers_are_counted_too() -> None:
    graph = helper.make_graph(
        [
            helper.make_node("ConvInteger", ["images", "kernel"], ["sums"], kernel_shape=[3, 3]),
            helper.make_node("Cast", ["sums"], ["probabilities"], to=TensorProto.FLOAT),
        ],
        "quantized",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ("n", 2, 8, 8))],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ("n", 5, 6, 6))],
        [onnx.numpy_helper.from_array(np.ones((5, 2, 3, 3), np.int8), "kernel")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    assert count_multiply_adds(model) == {"Conv": 5 * 6 * 6 * 2 * 9}


def test_the_profile_tells_of_convolutions(artifact: Artifact) -> None:
    facts = measure_arithmetic(artifact.onnx, load_digit_set("uci").images[:128])
    assert facts.precision == "float32"
    assert facts.multiply_adds == 32_340_992
    assert "Conv" in [kind.name for kind in facts.kinds]
    assert sum(kind.multiply_adds for kind in facts.kinds) == facts.multiply_adds
    assert all(kind.microseconds > 0 for kind in facts.kinds[:3])


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_both_precisions_have_a_limit(precision: str) -> None:
    assert matrix_product_rate(precision, seconds=0.01) > 1e8


def test_our_own_lines_score_only_what_the_model_has_not_seen(artifact: Artifact) -> None:
    test = load_digit_set("uci").take(np.arange(200))
    seen = int(np.isin(hash_images(test.images), load_seen(artifact)).sum())
    (facts,) = ours(Task((artifact,), test, MOMENT, fitted=100, cores=(1,)))
    assert 0 < seen < 200
    assert facts["scored"] == 200 - seen
    assert facts["calls"] == 12
    assert facts["arithmetic"]["multiply_adds"] == 32_340_992


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own `predict`
def test_keras_gets_the_weights_of_the_artifact(artifact: Artifact) -> None:
    images = load_digit_set("uci").images[:30]
    rival = keras_rival(artifact, images, batch=16)
    with limited_to(1):
        _, logits = pass_seconds(rival.answer, images, MOMENT)
    assert logits.shape == (30, 10)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own `predict`
def test_keras_gets_the_weights_of_the_shipped_model_too_which_are_int8() -> None:
    digits = load_digit_set("uci").take(np.arange(300))
    shipped = load_artifact(PRETRAINED)
    rival = keras_rival(shipped, digits.images, batch=100)
    ours = Recognizer(shipped).probabilities(digits.images)
    assert (rival.answer(digits.images).argmax(axis=1) == ours.argmax(axis=1)).all()


def test_a_network_that_keras_can_t_be_given_is_left_out(artifact: Artifact) -> None:
    model = onnx.load_from_string(artifact.onnx)
    del model.graph.initializer[2:]
    broken = Artifact(artifact.path, model.SerializeToString(), artifact.seen_sha256, artifact.card)
    with pytest.raises(CannotRebuild, match="can't be rebuilt in Keras"):
        keras_rival(broken, load_digit_set("uci").images[:3], batch=16)


def test_the_classic_ways_answer_labels() -> None:
    digits = load_digit_set("uci").take(np.arange(300))
    for name, fit in CLASSIC_RIVALS.items():
        way = fit(digits)
        assert (way.subject, way.model) == (name, "300 images of uci")
        assert len(single_digit_ms(way.answer, digits.images, MOMENT)) >= 10
        assert (way.answer(digits.images) == digits.true_labels).mean() > 0.9


@pytest.mark.parametrize("way", ["stream", "array"])
def test_a_process_of_its_own_tells_time_and_peak(tiny_run: Path, way: str) -> None:
    command = [sys.executable, "-m", "benchmarks.stream", str(tiny_run), way, "100"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["seconds"] > 0
    assert 20 < told["peak_mib"] < 1000
    assert (told["own_mib"] is None) == (way == "stream")


@pytest.mark.parametrize("way", ["Recognizer", "k-NN"])
def test_a_process_of_its_own_answers_and_tells_its_peak(shared_data: Path, way: str) -> None:
    command = [sys.executable, "-m", "benchmarks.alone", "answer", way, "300"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=False)
    if "not on this machine" in done.stderr:
        pytest.skip(done.stderr)
    told = json.loads(done.stdout)
    assert told["images"] == 10_000
    assert 0.7 < told["accuracy"] < 1
    assert 60 < told["peak_mib"] < 3000


def test_a_stream_gives_as_many_images_as_asked_for() -> None:
    assert [len(chunk) for chunk in made_up(2500)] == [1000, 1000, 500]
    assert all(np.array_equal(a, b) for a, b in zip(made_up(1100), made_up(1100), strict=True))


def test_a_missing_model_is_told_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.stream", str(tmp_path / "none"), "stream", "1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: there is no model at")
    assert done.stderr.count("\n") == 1
