"""Readers whose models are one's own: what they answer is what these models say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from tests.pages.compose import compose

import inkdigits
from inkdigits import Reader, Recognizer
from inkdigits.errors import ArtifactError
from inkdigits.images import decode_page
from inkdigits.model import load_artifact, recognizer, save_artifact
from inkdigits.model.line_reader import CALIBRATION, PRETRAINED
from inkdigits.reading import look_at_digit
from inkdigits.reading.find import find_ink


@pytest.fixture
def modest_lines(tmp_path: Path) -> Path:
    """The line reader that comes with Inkdigits, but never sure: a model with a file of its own."""
    shipped = load_artifact(PRETRAINED)
    model = onnx.load_from_string(shipped.onnx)
    (entry,) = (entry for entry in model.metadata_props if entry.key == CALIBRATION)
    entry.value = "0.5 0.0"
    path = tmp_path / "modest.onnx"
    save_artifact(path, model.SerializeToString(), np.empty(0, dtype=np.uint64), shipped.card)
    return path


@pytest.fixture
def never_refusing(tmp_path: Path) -> Path:
    """The recognizer that comes with Inkdigits, without what says that there is no digit."""
    shipped = load_artifact(recognizer.PRETRAINED)
    model = onnx.load_from_string(shipped.onnx)
    (place,) = (place for place, put in enumerate(model.graph.output) if put.name == "digit")
    del model.graph.output[place]
    path = tmp_path / "sure.onnx"
    save_artifact(path, model.SerializeToString(), np.empty(0, dtype=np.uint64), shipped.card)
    return path


def test_without_models_it_reads_as_inkdigits_does() -> None:
    content, _ = compose("several_lines.png")
    assert Reader.load().read(content).lines == inkdigits.read(content).lines


def test_single_digits_are_recognized_by_the_run_that_is_given(tiny_run: Path) -> None:
    content, _ = compose("single_digit.png")
    own = Recognizer.load(tiny_run)
    wanted = own.probabilities(look_at_digit(content).image[None])[0]
    reader = Reader.load(recognizer=tiny_run)
    recognition = reader.recognize(content)
    np.testing.assert_allclose(recognition.probabilities, wanted, atol=1e-6)
    (line,) = reader.read(content, layout="digit").lines
    assert (line.text, line.confidence) == (str(recognition.label), recognition.confidence)
    assert reader.models.version("digit") == own.version
    assert abs(inkdigits.recognize(content).confidence - recognition.confidence) > 1e-4


def test_lines_are_read_by_the_model_that_is_given(modest_lines: Path) -> None:
    content, truth = compose("plain.png")
    reader = Reader.load(line_reader=modest_lines)
    (line,), (shipped,) = reader.read(content).lines, inkdigits.read(content).lines
    assert line.text == shipped.text == truth
    assert line.confidence < shipped.confidence
    assert reader.models.line_reader.version != Reader.load().models.line_reader.version


def test_a_recognizer_that_cannot_refuse_reads_no_page_on_its_own(never_refusing: Path) -> None:
    """Whatever is no digit would be one to it."""
    content, truth = compose("single_digit.png")
    page, shipped, other = decode_page(content), Reader.load(), Reader.load(recognizer=never_refusing)
    alone = shipped.lone_digit(page, [], 0.0)
    assert alone
    assert alone[1].text == truth
    assert other.lone_digit(page, [], 0.0) is None
    assert other.recognize(content).confidence >= shipped.recognize(content).confidence > 0.95


def test_how_sure_a_single_digit_is_both_say_if_the_recognizer_can_refuse(never_refusing: Path) -> None:
    content, truth = compose("single_digit.png")
    page = decode_page(content)
    (told,) = Reader.load().sighted_lines(page, find_ink(page), "auto")
    shipped, other = (
        reader.read(content).lines for reader in (Reader.load(), Reader.load(recognizer=never_refusing))
    )
    assert [one.text for one in (*shipped, *other)] == [truth, truth]
    assert other[0].confidence == told.confidence != shipped[0].confidence


def test_a_model_in_the_other_place_is_told(tiny_run: Path) -> None:
    with pytest.raises(ArtifactError, match=f"{tiny_run}.* is a recognizer; wanted is a line reader"):
        Reader.load(line_reader=tiny_run)
    with pytest.raises(ArtifactError, match=f"{PRETRAINED} is a line reader; wanted is a recognizer"):
        Reader.load(recognizer=PRETRAINED)
    with pytest.raises(ArtifactError, match="there is no model"):
        Reader.load(recognizer="nowhere")
