"""The run folder: what a training run leaves behind, and the names of its files.

    recipe.toml        every choice of the run
    run.json           what it was run on: data, seed, versions, machine, network   (`RunFacts`)
    history.csv        one row an epoch                                             (`EpochRecord`)
    checkpoint.npz     while it runs: what --resume needs
    weights.npz        the trained network's weights, for another run to learn from
    model.onnx         the artifact; its card model.json; model.seen.npy: hashes of the images it saw
    metrics.json       the metrics on the validation part
    validation.npz     images, labels and probabilities of the validation part
    evaluations/       one JSON file per set that the run was evaluated on
    figures/           every figure as PNG and SVG
    report.html        the report, one file

Knows nothing about Keras, nor how a figure is drawn.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES, DIGIT_SIZE, NPZ_ERRORS, DigitImages, Labels, Probabilities
from inkdigits.errors import CorruptData, DataNotFound, RunFolderError
from inkdigits.evaluation.metrics import Metrics, metrics_to_json
from inkdigits.files import UNFINISHED, is_text, replacing, write_text
from inkdigits.records import from_plain, to_plain
from inkdigits.report.run_records import EpochRecord, EvaluationFacts, RunFacts, RunRecord

RECIPE = "recipe.toml"
FACTS = "run.json"
HISTORY = "history.csv"
CHECKPOINT = "checkpoint.npz"
WEIGHTS = "weights.npz"
METRICS = "metrics.json"
VALIDATION = "validation.npz"
EVALUATIONS = "evaluations"
FIGURES = "figures"
REPORT = "report.html"

Record = TypeVar("Record")


def check_free(folder: Path, recipe_text: str) -> None:
    """Refuses a folder in which a run can't begin.

    A run has begun once `run.json` stands, which is written after its recipe. What the same run leaves if it
    is killed before that may stand there: nothing is lost when it is written again.

    Args:
        folder: Where the run shall go; new, empty, or with such a beginning.
        recipe_text: Of the run, TOML.

    Raises:
        RunFolderError: If it holds a run, or anything else, or its name can't be told.
    """
    if (folder / FACTS).is_file():
        raise RunFolderError(
            f"{folder} holds another run; give --out a new folder, or add --resume to go on with it"
        )
    if not is_text(folder.resolve()):
        raise RunFolderError(
            f"the name {str(folder)!r} is not UTF-8, and could not be told; give --out another one"
        )
    if folder.exists() and not (folder.is_dir() and _never_began(folder, recipe_text)):
        raise RunFolderError(f"{folder} is not empty; give --out a new folder")


def recipe_digest(text: str) -> str:
    """Gives the SHA-256 of a recipe's text, by which a run knows its own."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def check_recipe(folder: Path, text: str, digest: str) -> None:
    """Refuses to go on with a run under another recipe than it began with.

    Args:
        folder: The run's.
        text: Of its `recipe.toml`, as it stands now.
        digest: `recipe_digest` of what it began with.

    Raises:
        RunFolderError: If they differ.
    """
    if recipe_digest(text) != digest:
        raise RunFolderError(
            f"{folder / RECIPE} was changed since the run began; put it back, or train anew in another folder"
        )


def save_facts(folder: Path, facts: RunFacts) -> None:
    """Writes `run.json`.

    Raises:
        OutputError: If it can't be written, as with every `save_` function here.
    """
    _save_json(folder / FACTS, to_plain(facts))


def load_facts(folder: Path) -> RunFacts:
    """Gives what the run in `folder` was run on, finished or not.

    Raises:
        RunFolderError: If there is no run.
        CorruptData: If `run.json` is not what `save_facts` writes.
    """
    if not (folder / FACTS).is_file():
        raise RunFolderError(f"{folder} holds no run (no {FACTS}); give a folder that `train --out` wrote")
    plain = _load_plain(folder / FACTS)
    if isinstance(plain, dict) and "hold_out" in plain:
        raise RunFolderError(f"the run in {folder} is a line reader's; only `train-lines` goes on with it")
    return _as_record(folder / FACTS, plain, RunFacts)


def save_history(folder: Path, history: Iterable[EpochRecord]) -> None:
    """Writes `history.csv` anew: a header, then one row an epoch; numbers are kept to the last bit."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_columns())
    rows.writerows(astuple(epoch) for epoch in history)
    write_text(folder / HISTORY, text.getvalue())


def load_history(folder: Path, epochs: int | None = None) -> tuple[EpochRecord, ...]:
    """Gives the epochs that `history.csv` tells of; none where there is no such file yet.

    Args:
        folder: The run's.
        epochs: Give so many, those behind a checkpoint; None for all.

    Raises:
        CorruptData: If it is not what `save_history` writes, or tells of fewer.
    """
    path = folder / HISTORY
    history = _load_history(path) if path.is_file() else ()
    if epochs is not None and len(history) < epochs:
        raise CorruptData(path, f"tells of {len(history)} epochs, the checkpoint has {epochs} behind it")
    return history[:epochs]


def _load_history(path: Path) -> tuple[EpochRecord, ...]:
    rows = list(csv.reader(_read_text(path).splitlines()))
    if not rows or rows[0] != _columns():
        raise CorruptData(path, f"its first line is not {','.join(_columns())}")
    return tuple(_epoch(path, number, row) for number, row in enumerate(rows[1:], start=1))


def save_validation(folder: Path, images: DigitImages, labels: Labels, probabilities: Probabilities) -> None:
    """Writes `validation.npz`.

    Args:
        folder: The run folder.
        images: (n, 28, 28) uint8, the validation part.
        labels: (n,) uint8.
        probabilities: (n, 10) float32, from the exported model.
    """
    with replacing(folder / VALIDATION) as file:
        np.savez_compressed(file, images=images, labels=labels, probabilities=probabilities)


def save_metrics(folder: Path, metrics: Metrics) -> None:
    """Writes `metrics.json`, the metrics on the validation part."""
    _save_json(folder / METRICS, metrics_to_json(metrics))


def save_evaluation(folder: Path, evaluation: EvaluationFacts) -> Path:
    """Writes a score into `evaluations/`; the same images scored again replace their former score.

    Returns:
        The file, named after the set, without the path to it, and the beginning of its fingerprint.
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", evaluation.data_told).strip(".-")[-60:]
    images = f"-{evaluation.fingerprint[:8]}.json"
    path = folder / EVALUATIONS / f"{name or 'set'}{images}"
    _save_json(path, to_plain(evaluation))
    for former in (folder / EVALUATIONS).glob(f"*{images}"):
        if former != path:
            former.unlink()
    return path


def load_run(folder: Path) -> RunRecord:
    """Reads a finished run.

    Raises:
        RunFolderError: If the folder holds no run, or one that is not finished.
        DataNotFound: If a file of a finished run is gone.
        CorruptData: If a file is not what it should be.
    """
    facts = load_facts(folder)
    if not (folder / METRICS).is_file() or not (folder / VALIDATION).is_file():
        raise RunFolderError(f"the run in {folder} is not finished; continue it with `train --resume`")
    images, labels, probabilities = _load_validation(folder / VALIDATION)
    history = load_history(folder)
    if not history:
        raise CorruptData(folder / HISTORY, "a finished run has at least one epoch, this tells of none")
    return RunRecord(
        facts=facts,
        recipe_text=_read_text(folder / RECIPE),
        history=history,
        metrics=_load_json(folder / METRICS, Metrics),
        images=images,
        labels=labels,
        probabilities=probabilities,
        evaluations=tuple(
            _load_json(path, EvaluationFacts) for path in sorted((folder / EVALUATIONS).glob("*.json"))
        ),
    )


def _never_began(folder: Path, recipe_text: str) -> bool:
    names = {path.name for path in folder.iterdir() if not path.name.startswith(UNFINISHED)}
    if names not in ({RECIPE}, {RECIPE, CHECKPOINT}):  # a line reader's run begins from a checkpoint
        return not names
    return (folder / RECIPE).is_file() and (folder / RECIPE).read_bytes() == recipe_text.encode("utf-8")


def _save_json(path: Path, plain: object) -> None:
    write_text(path, json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def _load_json(path: Path, kind: type[Record]) -> Record:
    return _as_record(path, _load_plain(path), kind)


def _load_plain(path: Path) -> Any:
    try:
        return json.loads(_read_text(path))
    except ValueError as error:
        raise CorruptData(path, str(error)) from error


def _as_record(path: Path, plain: Any, kind: type[Record]) -> Record:
    try:
        return from_plain(kind, plain)
    except ValueError as error:
        raise CorruptData(path, str(error)) from error


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DataNotFound(f"{path} is gone; the run is not whole without it") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CorruptData(path, f"can't be read: {error}") from error


def _columns() -> list[str]:
    return [field.name for field in fields(EpochRecord)]


def _epoch(path: Path, number: int, row: Sequence[str]) -> EpochRecord:
    try:
        record = EpochRecord(int(row[0]), *map(float, row[1:]))
    except (ValueError, TypeError, IndexError) as error:
        raise CorruptData(path, f"epoch {number} is not {len(_columns())} numbers") from error
    if record.epoch != number:
        raise CorruptData(path, f"epoch {number} is missing; the row there is epoch {record.epoch}")
    return record


def _load_validation(path: Path) -> tuple[DigitImages, Labels, Probabilities]:
    try:
        # Opened here, as np.load leaves a file that is no archive open.
        with path.open("rb") as content, np.load(content, allow_pickle=False) as file:
            images, labels, probabilities = file["images"], file["labels"], file["probabilities"]
    except NPZ_ERRORS as error:
        raise CorruptData(path, "is truncated, altered or no validation part of ours") from error
    images_shape = (labels.size, DIGIT_SIZE, DIGIT_SIZE)
    _check_array(path, "images", images, np.uint8, images_shape)
    _check_array(path, "labels", labels, np.uint8, images_shape[:1])
    _check_array(path, "probabilities", probabilities, np.float32, (labels.size, CLASSES))
    if labels.size == 0 or labels.max() >= CLASSES or not np.isfinite(probabilities).all():
        raise CorruptData(path, "it has no images, a label above 9 or a probability that is no number")
    return images, labels, probabilities


def _check_array(path: Path, name: str, array: NDArray[Any], dtype: type, shape: tuple[int, ...]) -> None:
    if array.dtype != dtype or array.shape != shape:
        raise CorruptData(path, f"its {name} are {array.dtype} {array.shape}, not {dtype.__name__} {shape}")
