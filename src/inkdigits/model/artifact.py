"""The artifact: an ONNX file, its card, and hashes of the images it has seen; verified when read.

    NAME.onnx        uint8 (n, 28, 28) in, probabilities (n, 10) out; scaling is inside
    NAME.json        the card: what it was trained on, by which recipe and versions, how it scored, digests
    NAME.seen.npy    (n,) uint64, sorted: a short hash of every image it was fitted on or chosen by

Knows nothing about how the ONNX file is made or run.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import ArtifactError
from inkdigits.files import write_bytes, write_text
from inkdigits.records import from_plain, to_plain

FORMAT = "inkdigits/1"
"""First field of every card; a reader refuses cards of another format."""

MODEL_FILE = "model.onnx"
"""Name of the artifact in a run folder."""

_MODEL_BYTES = 256 * 2**20
_CARD_BYTES = 2**20
_VERSION_DIGITS = 8  # as many as tell one's own models apart
_VERSION_NAME = 60


@dataclass(frozen=True)
class Score:
    """How a model did on one set.

    Attributes:
        data: Name of the set.
        images: How many were answered.
        accuracy: 0 to 1.
        accuracy_low: Lower end of its 95 % interval.
        accuracy_high: Upper end.
        log_loss: Mean of -ln p(label), nats.
        calibration_error: Expected calibration error, 0 to 1.
    """

    data: str
    images: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    log_loss: float
    calibration_error: float


@dataclass(frozen=True)
class Card:
    """What a model says of itself.

    Attributes:
        name: The model's name.
        data: Name of the digit set it was trained on.
        fingerprint: Fingerprint of that set.
        fitted: Images it was fitted on.
        chosen_by: Images of the validation part.
        recipe: The recipe's name.
        recipe_text: The recipe in full, TOML.
        network: The network's name.
        parameters: Its trainable parameters, as exported.
        seed: The run's seed.
        epochs: Epochs it was trained for.
        score: How it did on the validation part.
        versions: Name and version of Python, Inkdigits and the libraries that made it.
        created: When, ISO 8601 in UTC.
    """

    name: str
    data: str
    fingerprint: str
    fitted: int
    chosen_by: int
    recipe: str
    recipe_text: str
    network: str
    parameters: int
    seed: int
    epochs: int
    score: Score
    versions: dict[str, str]
    created: str


@dataclass(frozen=True)
class Artifact:
    """A verified model.

    Attributes:
        path: Its ONNX file.
        onnx: The bytes of that file.
        seen_sha256: Digest that the file of hashes must have.
        card: What it says of itself.
    """

    path: Path
    onnx: bytes
    seen_sha256: str
    card: Card

    @property
    def version(self) -> str:
        """Which weights these are: the name on the card, `-`, and 8 digits of the file's SHA-256.

        Of the name, what can be printed, 60 characters at most.
        """
        name = "".join(char if char.isprintable() else "_" for char in self.card.name[:_VERSION_NAME])
        return f"{name}-{_sha256(self.onnx)[:_VERSION_DIGITS]}"


@dataclass(frozen=True)
class _CardFile:
    format: str
    model_sha256: str
    seen_sha256: str
    card: Card


def artifact_path(run_or_model: Path) -> Path:
    """Gives the ONNX file that a run folder or a model's own path stands for.

    Raises:
        ArtifactError: If there is none.
    """
    path = run_or_model / MODEL_FILE if run_or_model.is_dir() else run_or_model
    if not path.is_file():
        hint = "; a run that is not finished has no model yet" if run_or_model.is_dir() else ""
        raise ArtifactError(f"there is no model at {path}{hint}")
    return path


def load_artifact(run_or_model: Path) -> Artifact:
    """Reads a model and its card and verifies the one by the other.

    Args:
        run_or_model: A run folder, or an ONNX file with its card beside it.

    Raises:
        ArtifactError: If there is none, the card is missing or not ours, or the model was altered.
    """
    path = artifact_path(run_or_model)
    stated = _read_card(path.with_suffix(".json"), path)
    content = _read_limited(path, _MODEL_BYTES)
    if _sha256(content) != stated.model_sha256:
        raise ArtifactError(f"{path} was altered: its SHA-256 is not the one on its card")
    return Artifact(path, content, stated.seen_sha256, stated.card)


def load_seen(artifact: Artifact) -> NDArray[np.uint64]:
    """Gives the hashes of the images that a model was fitted on or chosen by, (n,) uint64, sorted.

    Raises:
        ArtifactError: If the file is missing or was altered.
    """
    path = _seen_path(artifact.path)
    if not path.is_file():
        raise ArtifactError(f"there is no {path}, so nobody can tell which images the model has seen")
    content = _read_limited(path, _MODEL_BYTES)
    if _sha256(content) != artifact.seen_sha256:
        raise ArtifactError(f"{path} was altered: its SHA-256 is not the one on the model's card")
    return np.asarray(np.load(io.BytesIO(content), allow_pickle=False), dtype=np.uint64)


def save_artifact(path: Path, onnx: bytes, seen: NDArray[np.uint64], card: Card) -> None:
    """Writes a model, its hashes and its card; the card last, so that half an artifact is none.

    Args:
        path: Where the ONNX file goes.
        onnx: Its bytes.
        seen: (n,) uint64, see `load_seen`.
        card: What it says of itself.

    Raises:
        OutputError: If it can't be written.
    """
    hashes = io.BytesIO()
    np.save(hashes, np.unique(seen))
    write_bytes(path, onnx)
    write_bytes(_seen_path(path), hashes.getvalue())
    stated = _CardFile(FORMAT, _sha256(onnx), _sha256(hashes.getvalue()), card)
    text = json.dumps(to_plain(stated), indent=2, ensure_ascii=False)
    write_text(path.with_suffix(".json"), text + "\n")


def _seen_path(path: Path) -> Path:
    return path.with_suffix(".seen.npy")


def _read_limited(path: Path, limit: int) -> bytes:
    try:
        if path.stat().st_size > limit:
            raise ArtifactError(f"{path} is larger than any of our models")
        return path.read_bytes()
    except OSError as error:
        raise ArtifactError(f"can't read {path}: {error.strerror}") from error


def _read_card(path: Path, model: Path) -> _CardFile:
    if not path.is_file():
        raise ArtifactError(f"{model} is none of our models: it has no card {path.name} beside it")
    try:
        plain = json.loads(_read_limited(path, _CARD_BYTES))
        form = plain.get("format") if isinstance(plain, dict) else None
        if isinstance(form, str) and form != FORMAT:
            raise ArtifactError(f"{path} is a card of the format {form}, not {FORMAT}; update Inkdigits")
        return from_plain(_CardFile, plain)
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{path} is no card of ours: {error}") from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
