"""The records of a training run: what it was run on, how its epochs went, how it scored.

Knows nothing about files, Keras, nor how a figure is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inkdigits.arrays import DigitImages, Labels, Probabilities
from inkdigits.evaluation.metrics import Metrics


def data_told(data: str) -> str:
    """Gives what a digit set is called in what is passed on: where a path leads is this machine's affair.

    Args:
        data: Its name or path.
    """
    path = Path(data)
    return f"\N{HORIZONTAL ELLIPSIS}/{path.name}" if path.is_absolute() else data


@dataclass(frozen=True)
class LayerFacts:
    """One row of the architecture table.

    Attributes:
        name: Such as `conv2d_1`.
        kind: Such as `Conv2D`.
        shape: Shape of its output as Keras prints it, such as `(None, 28, 28, 32)`.
        parameters: Trainable parameters.
    """

    name: str
    kind: str
    shape: str
    parameters: int


@dataclass(frozen=True)
class RunFacts:
    """What a run was run on.

    Attributes:
        name: The run's name: its folder's.
        recipe: The recipe's name.
        recipe_sha256: Digest of its text, `recipe.toml`, as it began.
        data: Name of the digit set it was given, or its absolute path.
        fingerprint: Fingerprint of that set, after `limit`.
        seed: Decides the first weights, the order and the augmentation.
        split_seed: Decides the split: the same seed, or where it learned from another network, that one's.
        epochs: Epochs to train.
        limit: Images taken from the set, or None for all.
        teacher: Absolute path of the run whose network it learned from, or None.
        fit_counts: Images per digit, 0 to 9, that were fitted on.
        validation_counts: Images per digit, 0 to 9, in the validation part.
        layers: The network, layer by layer.
        machine: Processor and number of cores (or the accelerator), and the system.
        versions: Name and version of Python, Inkdigits and the libraries that matter.
        started: When it began, ISO 8601 in UTC.
    """

    name: str
    recipe: str
    recipe_sha256: str
    data: str
    fingerprint: str
    seed: int
    split_seed: int
    epochs: int
    limit: int | None
    teacher: str | None
    fit_counts: tuple[int, ...]
    validation_counts: tuple[int, ...]
    layers: tuple[LayerFacts, ...]
    machine: str
    versions: dict[str, str]
    started: str

    @property
    def data_told(self) -> str:
        """As `data_told`."""
        return data_told(self.data)


@dataclass(frozen=True)
class EpochRecord:
    """One row of `history.csv`.

    Attributes:
        epoch: Counted from 1.
        learning_rate: At the epoch's last step.
        loss: Mean training loss over the epoch, as trained: with dropout and augmentation.
        accuracy: Training accuracy over the epoch, likewise.
        validation_loss: On the validation part at the epoch's end.
        validation_accuracy: Likewise.
        seconds: Training time of the epoch, validation not counted.
        images_per_second: Trained on in that time.
    """

    epoch: int
    learning_rate: float
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float
    images_per_second: float


@dataclass(frozen=True)
class EvaluationFacts:
    """A run's score on one set, as `evaluations/` keeps it.

    Attributes:
        data: Name of the set.
        fingerprint: Fingerprint of the set as scored.
        seen: Images of the set that the model was trained on or chosen by.
        left_out: Whether those were left out of the score.
        seconds: Time for all images through ONNX Runtime.
        metrics: The score.
    """

    data: str
    fingerprint: str
    seen: int
    left_out: bool
    seconds: float
    metrics: Metrics

    @property
    def data_told(self) -> str:
        """As `data_told`."""
        return data_told(self.data)


@dataclass(frozen=True, eq=False)
class RunRecord:
    """A finished run, read from its folder: all that the report is drawn from.

    Attributes:
        facts: What it was run on.
        recipe_text: The recipe, TOML.
        history: One record an epoch.
        metrics: On the validation part.
        images: (n, 28, 28) uint8, the validation part.
        labels: (n,) uint8.
        probabilities: (n, 10) float32, from the exported model.
        evaluations: Scores on other sets, by name.
    """

    facts: RunFacts
    recipe_text: str
    history: tuple[EpochRecord, ...]
    metrics: Metrics
    images: DigitImages
    labels: Labels
    probabilities: Probabilities
    evaluations: tuple[EvaluationFacts, ...]
