"""The artifact: verified when read, refused when it is none of ours."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inkdigits import Recognizer
from inkdigits.errors import ArtifactError
from inkdigits.model import load_artifact, load_seen


@pytest.fixture
def model(tiny_run: Path, tmp_path: Path) -> Path:
    for name in ("model.onnx", "model.json", "model.seen.npy"):
        shutil.copy(tiny_run / name, tmp_path / name)
    return tmp_path / "model.onnx"


def _flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def test_a_run_folder_and_its_model_are_the_same_artifact(tiny_run: Path) -> None:
    assert load_artifact(tiny_run) == load_artifact(tiny_run / "model.onnx")


def test_an_altered_model_is_refused(model: Path) -> None:
    _flip_a_bit(model)
    with pytest.raises(ArtifactError, match="was altered"):
        Recognizer.load(model)


def test_altered_hashes_are_refused(model: Path) -> None:
    _flip_a_bit(model.with_suffix(".seen.npy"))
    with pytest.raises(ArtifactError, match="was altered"):
        load_seen(load_artifact(model))


def test_missing_hashes_are_told(model: Path) -> None:
    model.with_suffix(".seen.npy").unlink()
    with pytest.raises(ArtifactError, match="nobody can tell which images"):
        load_seen(load_artifact(model))


def test_a_model_without_a_card_is_none_of_ours(model: Path) -> None:
    model.with_suffix(".json").unlink()
    with pytest.raises(ArtifactError, match="none of our models"):
        Recognizer.load(model)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", "[" * 100_000, '{"format": "inkdigits/1"}', '{"format": 1}']
)
def test_a_card_that_is_no_card_is_refused(model: Path, text: str) -> None:
    model.with_suffix(".json").write_text(text)
    with pytest.raises(ArtifactError, match="no card of ours"):
        Recognizer.load(model)


def test_a_card_of_a_later_format_asks_for_an_update(model: Path) -> None:
    card = json.loads(model.with_suffix(".json").read_text())
    model.with_suffix(".json").write_text(json.dumps(card | {"format": "inkdigits/9", "more": 1}))
    with pytest.raises(ArtifactError, match="update Inkdigits"):
        Recognizer.load(model)


def test_no_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="there is no model at"):
        Recognizer.load(tmp_path / "none.onnx")
    with pytest.raises(ArtifactError, match="not finished"):
        Recognizer.load(tmp_path)


def test_a_model_that_takes_something_else_is_refused(model: Path) -> None:
    import hashlib

    import onnx
    from onnx import TensorProto, helper

    put, got = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "other", [put], [got])
    other = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    content = other.SerializeToString()
    assert onnx.load_from_string(content)
    model.write_bytes(content)
    card = json.loads(model.with_suffix(".json").read_text())
    card["model_sha256"] = hashlib.sha256(content).hexdigest()
    model.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(ArtifactError, match="does not take 'images'"):
        Recognizer.load(model)


def test_hashes_hold_no_duplicates_and_are_sorted(tiny_run: Path) -> None:
    seen = load_seen(load_artifact(tiny_run))
    assert len(seen) == 400
    assert seen.dtype == np.uint64
    assert (np.diff(seen.astype(object)) > 0).all()


def test_a_version_can_be_told_whatever_the_run_is_called(tiny_run: Path) -> None:
    artifact = load_artifact(tiny_run)
    called = replace(artifact, card=replace(artifact.card, name="my\u00a0run\t" + 200 * "n"))
    assert called.version.isprintable()
    assert called.version[:7] == "my_run_"
    assert len(called.version) <= 70
    assert called.version[-8:] == artifact.version[-8:]
