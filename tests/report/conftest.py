"""Made-up runs over scikit-learn's real digits, and the folders they would leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from inkdigits.arrays import DigitImages, Labels, Probabilities
from inkdigits.evaluation.metrics import measure
from inkdigits.files import write_text
from inkdigits.report import run_folder
from inkdigits.report.run_folder import recipe_digest
from inkdigits.report.run_records import EpochRecord, EvaluationFacts, LayerFacts, RunFacts, RunRecord

RECIPE_TEXT = '# The demo\nname = "demo"\nepochs = 3\nbatch_size = 64\n'

LAYERS = (
    LayerFacts("conv2d_1", "Conv2D", "(None, 28, 28, 32)", 832),
    LayerFacts("conv2d_2", "Conv2D", "(None, 28, 28, 32)", 25632),
    LayerFacts("max_pooling2d_1", "MaxPooling2D", "(None, 14, 14, 32)", 0),
    LayerFacts("dropout_1", "Dropout", "(None, 14, 14, 32)", 0),
    LayerFacts("conv2d_3", "Conv2D", "(None, 14, 14, 64)", 18496),
    LayerFacts("conv2d_4", "Conv2D", "(None, 14, 14, 64)", 36928),
    LayerFacts("max_pooling2d_2", "MaxPooling2D", "(None, 7, 7, 64)", 0),
    LayerFacts("dropout_2", "Dropout", "(None, 7, 7, 64)", 0),
    LayerFacts("flatten_1", "Flatten", "(None, 3136)", 0),
    LayerFacts("dense_1", "Dense", "(None, 256)", 803072),
    LayerFacts("dropout_3", "Dropout", "(None, 256)", 0),
    LayerFacts("dense_2", "Dense", "(None, 10)", 2570),
)

MakeRun = Callable[..., RunRecord]
SaveRun = Callable[[RunRecord], Path]


@pytest.fixture
def make_run() -> MakeRun:
    """Gives a maker of runs: `make_run(images=200, errors=5, epochs=3)`."""
    return _make_run


@pytest.fixture
def run(make_run: MakeRun) -> RunRecord:
    """A run of three epochs with 200 validation images, 5 of them answered wrongly, and one evaluation."""
    return make_run()


@pytest.fixture
def save_run(tmp_path: Path) -> SaveRun:
    """Gives a writer of run folders, which gives the folder."""

    def save(run: RunRecord) -> Path:
        folder = tmp_path / "demo"
        run_folder.save_facts(folder, run.facts)
        write_text(folder / run_folder.RECIPE, run.recipe_text)
        run_folder.save_history(folder, run.history)
        run_folder.save_validation(folder, run.images, run.labels, run.probabilities)
        run_folder.save_metrics(folder, run.metrics)
        for evaluation in run.evaluations:
            run_folder.save_evaluation(folder, evaluation)
        return folder

    return save


def _make_run(images: int = 200, errors: int = 5, epochs: int = 3) -> RunRecord:
    digits = load_digits()
    labels = digits.target[:images].astype(np.uint8)
    probabilities = _answers(labels, errors)
    metrics = measure(probabilities, labels)
    counts = tuple(np.bincount(labels, minlength=10).tolist())
    facts = RunFacts(
        name="demo",
        recipe="article",
        recipe_sha256=recipe_digest(RECIPE_TEXT),
        data="uci",
        fingerprint="0123456789abcdef" * 4,
        seed=1,
        split_seed=1,
        epochs=epochs,
        limit=None,
        teacher=None,
        fit_counts=tuple(9 * count for count in counts),
        validation_counts=counts,
        layers=LAYERS,
        machine="A processor, 2 cores, Linux",
        versions={"python": "3.11.7", "inkdigits": "0.1.0", "keras": "3.15.1", "torch": "2.13.0"},
        started="2026-01-02T03:04:05Z",
    )
    evaluation = EvaluationFacts("mnist:test", "fedcba9876543210" * 4, 0, False, 1.25, metrics)
    return RunRecord(
        facts=facts,
        recipe_text=RECIPE_TEXT,
        history=tuple(_epoch(i + 1) for i in range(epochs)),
        metrics=metrics,
        images=_enlarge(digits.images[:images]),
        labels=labels,
        probabilities=probabilities,
        evaluations=(evaluation, replace(evaluation, data="kaggle:train", fingerprint="ab" * 32, seen=17)),
    )


def _enlarge(small: DigitImages) -> DigitImages:
    """(n, 8, 8) of 0 to 16 to (n, 28, 28) uint8, each pixel tripled."""
    large = np.kron(small, np.ones((1, 3, 3)))
    return np.pad(np.rint(large * 255 / 16), ((0, 0), (2, 2), (2, 2))).astype(np.uint8)


def _answers(labels: Labels, errors: int) -> Probabilities:
    """Sure and right answers, but the first `errors`, which take the next digit for the label."""
    rng = np.random.default_rng(5)
    confidences = 1 - rng.beta(0.3, 20, len(labels))
    confidences[:errors] = rng.uniform(0.4, 0.99, errors)
    probabilities = np.repeat((1 - confidences[:, None]) / 9, 10, axis=1)
    predictions = (labels + (np.arange(len(labels)) < errors)) % 10
    probabilities[np.arange(len(labels)), predictions] = confidences
    return probabilities.astype(np.float32)


def _epoch(epoch: int) -> EpochRecord:
    rng = np.random.default_rng(epoch)
    loss = 0.022 + 0.35 * epoch**-1.3 + 0.003 * rng.random()
    return EpochRecord(
        epoch=epoch,
        learning_rate=0.001 * 0.5 ** (epoch // 8),
        loss=loss,
        accuracy=1 - loss / 3.4,
        validation_loss=0.018 + 0.045 * epoch**-1.1 + 0.004 * rng.random(),
        validation_accuracy=0.9945 - 0.012 * epoch**-1.2 + 0.0008 * rng.random(),
        seconds=52.5,
        images_per_second=37800 / 52,
    )
