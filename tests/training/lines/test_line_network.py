"""The line reader's loss, training, export and run folder, on a small network and digits of `uci`."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import onnx
import pytest

from inkdigits.data import load_digit_set
from inkdigits.errors import ArtifactError, RecipeError, TrainingStopped, UnknownName
from inkdigits.model.artifact import Card, Score, save_artifact
from inkdigits.model.line_confidence import Calibration
from inkdigits.model.line_decode import NONE
from inkdigits.model.line_reader import LineReader, answer_cells, open_line_session
from inkdigits.training.average import Average
from inkdigits.training.backend import torch
from inkdigits.training.lines import export, fit
from inkdigits.training.lines.bank import make_bank
from inkdigits.training.lines.choices import (
    LineNetwork,
    line_recipe_names,
    line_recipe_text,
    parse_line_recipe,
)
from inkdigits.training.lines.compose import Composer, TrainingStrip
from inkdigits.training.lines.loss import count_right, line_losses, make_batch
from inkdigits.training.lines.network import build_line_network, release_line_network
from inkdigits.training.network import get_weights
from inkdigits.training.optimizers import make_optimizers, scale_rates
from inkdigits.training.state import TrainingState

NETWORK = LineNetwork(precision="float32", widths=(8, 8, 12, 12, 16, 16, 24, 24), residual=1)
RECIPE = parse_line_recipe(line_recipe_text("lines"))


def _strip(labels: list[int], middles: list[float], width: int = 64) -> TrainingStrip:
    boxes = [[x - 5, 8, x + 5, 32] for x in middles]
    return TrainingStrip(
        np.zeros((40, width), np.uint8),
        np.array(labels, np.uint8),
        np.array(boxes, np.float32).reshape(-1, 4),
    )


@pytest.fixture(scope="module")
def strips() -> list[TrainingStrip]:
    composer = Composer(make_bank(load_digit_set("uci:train"), (), ()))
    return [composer.strip(np.random.default_rng(seed)) for seed in range(128)]


@pytest.fixture(scope="module")
def trained(strips: list[TrainingStrip]) -> tuple[TrainingState, list[float]]:
    network = build_line_network(NETWORK, seed=0)
    state = TrainingState(
        network, make_optimizers(network, RECIPE.optimizer), Average(network, 0.9), torch.zeros(0)
    )
    scale_rates(state.optimizers, 0.4)  # the recipe is for a larger network and a rate that falls
    losses = [
        fit._train_step(state, make_batch(part, 2.0), RECIPE)[0]
        for epoch in range(8)
        for part in fit.batches(strips, 32, np.random.default_rng(epoch))
    ]
    return state, losses


def test_the_loss_is_the_sum_over_all_ways_to_tell_the_digits_near_where_they_stand() -> None:
    batch = make_batch([_strip([7, 7], [9, 19], width=32), _strip([3], [14], width=32)], window=1.0)
    values = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 8, 15)).astype(np.float32))
    chances = torch.softmax(values[..., : NONE + 1], dim=2).numpy()
    for row, (labels, middles) in enumerate([([7, 7], [2.25, 4.75]), ([3], [3.5])]):
        total = 0.0
        for cells in itertools.combinations(range(8), len(labels)):
            if all(abs(cell + 0.5 - middle) <= 1 for cell, middle in zip(cells, middles, strict=True)):
                told = dict(zip(cells, labels, strict=True))
                total += float(np.prod([chances[row, cell, told.get(cell, NONE)] for cell in range(8)]))
        assert float(line_losses(values, batch, 1.0)[row]) == pytest.approx(-np.log(total), rel=1e-4)


def test_repeats_are_counted_one_by_one() -> None:
    batch = make_batch([_strip([1, 1], [20, 34]), _strip([1, 1], [20, 34]), _strip([], [])], window=2.0)
    values = torch.zeros((3, 16, 15))
    values[..., NONE] = 9
    values[0, [5, 8], 1] = 20
    values[1, 5, 1] = 20
    assert count_right(values, batch) == 2  # the first and the empty one


def test_boxes_are_told_by_the_cells_near_their_digit() -> None:
    batch = make_batch([_strip([2, 5], [16, 48])], window=1.0)
    assert batch.boxed[0].tolist() == [0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0]
    cell_middle = 3.5 * 4
    assert batch.boxes[0, 3].tolist() == pytest.approx(
        [(11 - cell_middle) / 40, 0.2, (21 - cell_middle) / 40, 0.8]
    )


def test_a_little_training_lowers_the_loss(trained: tuple[TrainingState, list[float]]) -> None:
    _, losses = trained
    epochs = np.reshape(losses, (8, 4)).mean(axis=1)
    assert epochs[-1] < 0.5 * epochs[0]


def test_the_export_gives_the_networks_answers_at_any_width(
    trained: tuple[TrainingState, list[float]], strips: list[TrainingStrip]
) -> None:
    released = release_line_network(trained[0].network, NETWORK)
    content = export.export_line_reader(released, [strips[0].strip, strips[1].strip])
    session = open_line_session(content)
    for item in strips[2:20]:
        ink = torch.from_numpy(item.strip[None, :, :, None].astype(np.float32) / 255)
        with torch.no_grad():
            values = trained[0].network(ink, training=False)[0]
        cells = answer_cells(session, item.strip[None])[0]
        assert cells[:, : NONE + 1] == pytest.approx(
            torch.softmax(values[:, : NONE + 1], 1).numpy(), abs=3e-3
        )
        assert cells[:, NONE + 1 :] == pytest.approx(values[:, NONE + 1 :].numpy(), rel=4e-3, abs=3e-3)


def test_kernels_are_stored_in_16_bits_and_lose_nothing_by_it(
    trained: tuple[TrainingState, list[float]], strips: list[TrainingStrip]
) -> None:
    released = release_line_network(trained[0].network, NETWORK)
    content = export.export_line_reader(released, [strips[0].strip])
    small = export.stored_in_16_bits(content)
    model = onnx.load_from_string(small)
    stored = [item for item in model.graph.initializer if len(item.dims) == 4 and item.dims[0] > 1]
    kernels = [weight for weight in get_weights(released) if weight.ndim == 4]
    assert len(stored) == len(kernels)
    assert {item.data_type for item in stored} == {onnx.TensorProto.FLOAT16}
    for kernel in kernels:
        assert np.array_equal(kernel, kernel.astype(np.float16))
    wide, narrow = (answer_cells(open_line_session(each), strips[0].strip[None]) for each in (content, small))
    assert np.array_equal(wide, narrow)


def test_other_answers_are_refused(
    monkeypatch: pytest.MonkeyPatch, trained: tuple[TrainingState, list[float]], strips: list[TrainingStrip]
) -> None:
    monkeypatch.setattr(export, "answer_cells", lambda *given: answer_cells(*given) + 1e-3)
    with pytest.raises(TrainingStopped, match=r"differ by 0\.001"):
        export.export_line_reader(release_line_network(trained[0].network, NETWORK), [strips[0].strip])


def test_a_saved_reader_reads_crops_and_strips(
    trained: tuple[TrainingState, list[float]], strips: list[TrainingStrip], tmp_path: Path
) -> None:
    released = release_line_network(trained[0].network, NETWORK)
    content = export.export_line_reader(released, [strips[0].strip])
    score = Score("none", 1, 1.0, 0.0, 1.0, 0.0, 0.0)
    card = Card("x", "none", "", 1, 1, "lines", "", "line_reader", 1, 0, 1, score, {}, "")
    model = tmp_path / "model.onnx"
    save_artifact(
        model, export.with_calibration(content, Calibration(0.5, -1.0)), np.zeros(0, np.uint64), card
    )
    reader = LineReader.load(model)
    lines = reader.read([item.strip for item in strips[:8]])
    assert lines == [reader.read([item.strip])[0] for item in strips[:8]]
    assert all(0 <= line.confidence <= Calibration(0.5, -1.0).mend(1.0) for line in lines)
    page = np.full((60, 200), 220, dtype=np.uint8)
    page[10:50, 60:64] = 30
    for crop in (page, page[:0], np.zeros((1, 1), np.uint8)):
        line = reader.read_crop(crop)
        assert line.text == "".join(str(digit.label) for digit in line.digits)
    with pytest.raises(ValueError, match="multiple of 8"):
        reader.read([np.zeros((40, 20), np.uint8)])
    with pytest.raises(ValueError, match="uint8"):
        reader.read([np.zeros((40, 16), np.float32)])


def test_a_model_that_is_no_line_reader_is_refused(trained: tuple[TrainingState, list[float]]) -> None:
    released = release_line_network(trained[0].network, NETWORK)
    content = export.export_line_reader(released, [])
    other = onnx.load_from_string(content)
    other.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 41
    for broken in (b"none", other.SerializeToString()):
        with pytest.raises(ArtifactError):
            open_line_session(broken)


@pytest.mark.parametrize("name", line_recipe_names())
def test_every_shipped_recipe_is_understood(name: str) -> None:
    assert parse_line_recipe(line_recipe_text(name)).name == name


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("epochs = 28", "epochs = 0", "'epochs' is 0; allowed: a whole number from 1 to 10,000"),
        ('name = "muon"', 'name = "adam"', '\'optimizer.name\' is "adam"; allowed: "muon"'),
        ("[averaging]", "[calibration]\noffset = inf\n[averaging]", "is inf; allowed: a finite number"),
        ("epochs = 28", "epochs = =", "the recipe is no TOML"),
        ("epochs = 28", "", "lacks the key 'epochs'"),
        ("epochs = 28", "epochs = 28\nspeed = 3", "unknown key 'speed'; allowed here: about, amounts, aver"),
        ("window = 2.0", "window = 'wide'", "'window' is \"wide\"; allowed: a number from 1 to 8"),
        ("momentum = 0.9", "moment = 0.9", "unknown key 'optimizer.moment' (did you mean 'momentum'?)"),
        (
            "[averaging]",
            "[amounts]\nshare = 2\n[averaging]",
            "'amounts.share' is 2; allowed: a number from above",
        ),
        ("[averaging]", "[amounts]\nshare = 0.8\ndigits = 0.3\n[averaging]", "together 1 at most"),
        (
            "[averaging]",
            "[calibration]\nslop = 1\n[averaging]",
            "key 'calibration.slop' (did you mean 'slope'?)",
        ),
    ],
)
def test_a_wrong_recipe_is_told_with_what_is_allowed(old: str, new: str, says: str) -> None:
    text = line_recipe_text("lines")
    assert old in text
    with pytest.raises(RecipeError) as caught:
        parse_line_recipe(text.replace(old, new))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_recipe_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'lines'"):
        line_recipe_text("line")
