"""The recognizer: digit images in, probabilities out, through ONNX Runtime.

Knows nothing about pictures or how a model is trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inkdigits.arrays import CLASSES, DIGIT_SIZE, DigitImages, Probabilities, check_digit_images
from inkdigits.errors import ArtifactError
from inkdigits.model.artifact import Artifact, Card, load_artifact

BATCH = 64
"""Images that are answered at a time: memory stays the same however many come.

As fast as any size from 8 to 128; from 256 on, the operating system takes the activations' memory back after
every batch, and handing it out again costs a quarter of the time.
"""


OUTPUTS = ("probabilities", "digit")
"""What a model gives, the second only if it refuses what is no digit."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model says of n images.

    Attributes:
        probabilities: (n, 10) float32, of each digit, given that there is one; each row sums to 1.
        digit: (n,) float32, 0 to 1, the probability that there is a digit at all; 1 if a model never refuses.
    """

    probabilities: Probabilities
    digit: NDArray[np.float32]


PRETRAINED = Path(__file__).parent / "pretrained" / "recognizer.onnx"
"""The model that comes with Inkdigits."""

_GIVES: tuple[tuple[str, str, list[int]], ...] = (
    ("probabilities", "tensor(float)", [CLASSES]),
    ("digit", "tensor(float)", []),
)


class Recognizer:
    """Answers which digit an image shows.

    Loading takes a fraction of a second and needs neither Keras nor torch. One recognizer may be used from
    several threads at a time.

    Example:
        >>> recognizer = Recognizer.load()                               # doctest: +SKIP
        >>> recognizer.probabilities(images).argmax(axis=1)              # doctest: +SKIP
    """

    def __init__(self, artifact: Artifact, threads: int | None = None) -> None:
        self._session = open_session(artifact.onnx, threads, f"the model {artifact.path}")
        self._card = artifact.card
        self._version = artifact.version

    @classmethod
    def load(cls, run_or_model: str | Path | None = None, threads: int | None = None) -> Recognizer:
        """Loads a model.

        Args:
            run_or_model: A run folder, or an ONNX file of ours with its card beside it; without it, the model
                that comes with Inkdigits.
            threads: How many one call may compute with, 1 or more; None for one per core.

        Raises:
            ArtifactError: If there is none, or it is none of ours, or it was altered.
            ValueError: If `threads` is below 1.
        """
        return cls(load_artifact(PRETRAINED if run_or_model is None else Path(run_or_model)), threads)

    @property
    def card(self) -> Card:
        """What the model says of itself."""
        return self._card

    @property
    def version(self) -> str:
        """Which weights these are, as `Artifact.version`."""
        return self._version

    @property
    def refuses(self) -> bool:
        """Whether it can say that there is no digit."""
        return len(self._session.get_outputs()) > 1

    def probabilities(self, images: DigitImages) -> Probabilities:
        """Gives the probability of each digit for each image.

        Args:
            images: (n, 28, 28) uint8, ink 255 on 0, placed as MNIST places digits; n may be 0.

        Returns:
            (n, 10) float32; each row sums to 1.

        Raises:
            ValueError: If shape or dtype are others.
        """
        return self.answer(images).probabilities

    def answer(self, images: DigitImages) -> Answers:
        """Gives the probability of each digit for each image, and that it is a digit at all.

        Args:
            images: As for `probabilities`.

        Raises:
            ValueError: If shape or dtype are others.
        """
        return answer(self._session, images)


def session_options(threads: int | None = None) -> onnxruntime.SessionOptions:
    """Gives the options that our sessions are opened with; `threads` as for `Recognizer.load`."""
    if threads is not None and threads < 1:
        raise ValueError(f"a recognizer computes with 1 thread or more, not {threads}")
    options = onnxruntime.SessionOptions()
    options.enable_cpu_mem_arena = False  # the arena never gives memory back
    options.intra_op_num_threads = threads or 0  # 0 is ONNX Runtime's word for one per core
    options.log_severity_level = 3
    return options


def open_session(
    onnx: bytes, threads: int | None = None, told: str = "the model"
) -> onnxruntime.InferenceSession:
    """Gives ONNX Runtime's session for a model of ours, on the CPU.

    Args:
        onnx: The model.
        threads: As for `Recognizer.load`.
        told: What it is called if something is wrong with it.

    Raises:
        ArtifactError: If it can't be run, or takes something else than digit images.
        ValueError: If `threads` is below 1.
    """
    options = session_options(threads)
    try:
        session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no narrower base
        raise ArtifactError(f"{told} can't be run: {str(error).splitlines()[0]}") from error
    takes = [(put.name, put.type, put.shape[1:]) for put in session.get_inputs()]
    gives = tuple((put.name, put.type, put.shape[1:]) for put in session.get_outputs())
    if takes and takes[0][0] == "strips":
        raise ArtifactError(f"{told} is a line reader; wanted is a recognizer, as `inkdigits train` makes it")
    if takes != [("images", "tensor(uint8)", [DIGIT_SIZE, DIGIT_SIZE])]:
        raise ArtifactError(f"{told} is none of ours: it does not take 'images', uint8 (n, 28, 28)")
    if gives not in (_GIVES[:1], _GIVES):
        raise ArtifactError(f"{told} is none of ours: it does not give 'probabilities', float32 (n, 10)")
    return session


def answer(session: onnxruntime.InferenceSession, images: DigitImages) -> Answers:
    """Gives a session's answers, as `Recognizer.answer`."""
    images = check_digit_images(images)
    probabilities = np.empty((len(images), CLASSES), dtype=np.float32)
    digit = np.ones(len(images), dtype=np.float32)
    for start in range(0, len(images), BATCH):
        part = slice(start, start + BATCH)
        given = session.run(None, {"images": np.ascontiguousarray(images[part])})
        probabilities[part] = given[0]
        if len(given) > 1:
            digit[part] = given[1]
    return Answers(probabilities, digit)
