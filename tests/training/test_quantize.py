"""Models in int8: nearly the same answers from a fourth of the bytes, and only where digits are not lost."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest
from onnx import TensorProto

from inkdigits.data import load_digit_set
from inkdigits.model import Recognizer, load_artifact
from inkdigits.model.recognizer import answer, open_session
from inkdigits.training import released
from inkdigits.training.run import Order, Steps, train

RECIPE = """
name = "quick"
epochs = 6
batch = 32
validation = 0.2
network = { name = "strided", widths = [16, 16, 32, 32] }
optimizer = { name = "muon", learning_rate = 0.02, rest_learning_rate = 0.006 }
schedule = { name = "triangle", warm = 0.2 }
"""


@pytest.fixture(scope="module")
def recipes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipes")
    (folder / "float32.toml").write_text(RECIPE)
    (folder / "int8.toml").write_text(f"int8 = true\n{RECIPE}")
    return folder


def _trained(recipes: Path, name: str, folder: Path, steps: Steps | None = None) -> bytes:
    train(Order("uci:train", str(recipes / f"{name}.toml"), seed=1), folder, steps or Steps())
    return load_artifact(folder).onnx


def _kernels(content: bytes) -> set[int]:
    """Gives the types of the convolutions' kernels."""
    constants = onnx.load_from_string(content).graph.initializer
    return {constant.data_type for constant in constants if len(constant.dims) == 4 and constant.dims[2] > 1}


def test_int8_answers_nearly_alike_and_is_smaller(recipes: Path, tmp_path: Path) -> None:
    plain = _trained(recipes, "float32", tmp_path / "float32")
    small = _trained(recipes, "int8", tmp_path / "int8")
    assert _kernels(plain) == {TensorProto.FLOAT}
    assert _kernels(small) == {TensorProto.INT8}
    images = load_digit_set("uci:test").images
    expected, given = (answer(open_session(content), images).probabilities for content in (plain, small))
    assert given == pytest.approx(expected, abs=0.1)
    assert (given.argmax(1) == expected.argmax(1)).mean() > 0.99
    one = answer(open_session(small), images[:1]).probabilities
    assert one == pytest.approx(given[:1], abs=1e-6)
    assert Recognizer.load(tmp_path / "int8").card.score.accuracy > 0.9


def test_it_stays_in_float32_where_int8_costs_digits(
    recipes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(released, "_INT8_COST", -1.0)
    told: list[str] = []
    content = _trained(recipes, "int8", tmp_path / "kept", Steps(on_finish=told.append))
    assert _kernels(content) == {TensorProto.FLOAT}
    assert any("float32" in line for line in told)
