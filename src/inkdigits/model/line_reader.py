"""The line reader: strips or crops of lines in, digits with boxes out, through ONNX Runtime.

Knows nothing about pages, or how the network is trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from inkdigits.arrays import Page
from inkdigits.cores import each
from inkdigits.errors import ArtifactError
from inkdigits.images.line import BODY_HEIGHT, STEP, STRIP_HEIGHT, LineStrip, normalize_line
from inkdigits.model.artifact import Artifact, Card, load_artifact
from inkdigits.model.line_confidence import Calibration
from inkdigits.model.line_decode import CELL_VALUES, Cells, SpottedLine, decode_line
from inkdigits.model.recognizer import session_options

PRETRAINED = Path(__file__).parent / "pretrained" / "lines.onnx"
"""The line reader that comes with Inkdigits."""

CALIBRATION = "calibration"
"""Key in the ONNX file's metadata: slope and offset of a `Calibration`."""

_NEAR = (0.6, 1.4)  # parts of the height that digits are best read at; outside, their boxes are but a guess
_VIEWS = (((0.92, 1.0), (1.18, 1.0)), ((1.0, 1.12), (1.38, 0.88)))
"""Heights and widths at which a line is read at last, two at a time.

So many times the height of its digits fill a body, so many times as wide they are made; see docs/log.md.
"""

_ENOUGH = 0.99
"""Confidence from which the first two are enough."""


class LineReader:
    """Finds and reads the digits of lines.

    Loading takes a fraction of a second and needs neither Keras nor torch. One reader may be used from
    several threads at a time. A strip is read alone, so that its answer does not depend on others.

    Example:
        >>> reader = LineReader.load()                                   # doctest: +SKIP
        >>> reader.read_crop(page).text                                  # doctest: +SKIP
        '15300'
    """

    def __init__(self, artifact: Artifact) -> None:
        self._session = open_line_session(artifact.onnx, f"the model {artifact.path}")
        self._card = artifact.card
        self._version = artifact.version
        self._calibration = _calibration(self._session)

    @classmethod
    def load(cls, run_or_model: str | Path | None = None) -> LineReader:
        """Loads a line reader.

        Args:
            run_or_model: A run folder, or an ONNX file of ours with its card beside it; without it, the line
                reader that comes with Inkdigits.

        Raises:
            ArtifactError: If there is none, or it is no line reader of ours, or it was altered.
        """
        return cls(load_artifact(PRETRAINED if run_or_model is None else Path(run_or_model)))

    @property
    def card(self) -> Card:
        """What the model says of itself."""
        return self._card

    @property
    def version(self) -> str:
        """Which weights these are, as `Artifact.version`."""
        return self._version

    @property
    def calibration(self) -> Calibration:
        """How its confidences are mended."""
        return self._calibration

    def read(self, strips: Sequence[NDArray[np.uint8]]) -> list[SpottedLine]:
        """Reads strips.

        Args:
            strips: Each (40, W) uint8, ink 255 on 0, W a multiple of 8, as `normalize_line` gives them.

        Returns:
            A line for each strip: boxes in strip pixels, the confidence calibrated. Without digits, the
            confidence is that of bare paper or of marks that are no digits.

        Raises:
            ValueError: If a strip has another shape or dtype.
        """
        return [self._decode([self._answer(strip)])[0] for strip in strips]

    def read_crop(self, crop: Page) -> SpottedLine:
        """Reads a part of a page that holds one line.

        A first pass sees the whole crop and finds how tall its digits are; if they turn out to be of quite
        another height when seen as tall as they are best read, there is one more. Then they are read at two
        heights, and unless that leaves no doubt at two more, stretched; the answer is the string that is
        most probable over these looks.

        Args:
            crop: (H, W) uint8, of either polarity.

        Returns:
            The line, boxes in crop pixels.
        """
        made = normalize_line(crop)
        line = self._glance(made)
        if line.digits and not _NEAR[0] <= _height(line) * made.scale_y / BODY_HEIGHT <= _NEAR[1]:
            line = self._glance(normalize_line(crop, _body(line)))
        if not line.digits:
            return line
        top, bottom = _body(line)
        middle, half = (top + bottom) / 2, (bottom - top) / 2
        looks: list[tuple[LineStrip, Cells]] = []
        for views in _VIEWS:
            strips = (
                normalize_line(crop, (middle - size * half, middle + size * half), stretch)
                for size, stretch in views
            )
            looks += each(self._look, strips)
            line, place = self._decode([answer for _, answer in looks])
            if line.confidence >= _ENOUGH:
                break
        return _on_crop(line, looks[place][0])

    def _glance(self, made: LineStrip) -> SpottedLine:
        """Gives what is read in one look, in crop pixels."""
        return _on_crop(self._decode([self._answer(made.strip)])[0], made)

    def _look(self, made: LineStrip) -> tuple[LineStrip, Cells]:
        return made, self._answer(made.strip)

    def _answer(self, strip: NDArray[np.uint8]) -> Cells:
        cells: Cells = answer_cells(self._session, strip[None])[0]
        return cells

    def _decode(self, answers: Sequence[Cells]) -> tuple[SpottedLine, int]:
        line, place = decode_line(answers, STRIP_HEIGHT)
        mend = self._calibration.mend
        digits = tuple(replace(digit, probability=mend(digit.probability)) for digit in line.digits)
        return SpottedLine(digits, mend(line.confidence)), place


def open_line_session(onnx: bytes, told: str = "the model") -> onnxruntime.InferenceSession:
    """Gives ONNX Runtime's session for a line reader of ours, on the CPU.

    Args:
        onnx: The line reader.
        told: What it is called if something is wrong with it.

    Raises:
        ArtifactError: If it can't be run, or is no line reader.
    """
    options = session_options(threads=1)  # a strip is too little work to share among cores
    try:
        session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no narrower base
        raise ArtifactError(f"{told} can't be run: {str(error).splitlines()[0]}") from error
    takes = [(put.name, put.type, put.shape[1:2]) for put in session.get_inputs()]
    gives = [(put.name, put.type, put.shape[2:]) for put in session.get_outputs()]
    if takes and takes[0][0] == "images":
        raise ArtifactError(
            f"{told} is a recognizer; wanted is a line reader, as `inkdigits train-lines` makes it"
        )
    if takes != [("strips", "tensor(uint8)", [STRIP_HEIGHT])]:
        raise ArtifactError(
            f"{told} is no line reader: it does not take 'strips', uint8 (n, {STRIP_HEIGHT}, w)"
        )
    if gives != [("cells", "tensor(float)", [CELL_VALUES])]:
        raise ArtifactError(
            f"{told} is no line reader: it does not give 'cells', float32 (n, t, {CELL_VALUES})"
        )
    return session


def answer_cells(session: onnxruntime.InferenceSession, strips: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Gives what a session says of strips of one width: (n, 40, W) uint8 to (n, W / 4, 15) float32.

    Args:
        session: From `open_line_session`.
        strips: Ink 255 on 0.

    Raises:
        ValueError: If shape or dtype are others.
    """
    if strips.ndim != 3 or strips.shape[1] != STRIP_HEIGHT or strips.shape[2] % STEP or not strips.shape[2]:
        raise ValueError(
            f"strips have the shape (n, {STRIP_HEIGHT}, a multiple of {STEP}), these have {strips.shape}"
        )
    if strips.dtype != np.uint8:
        raise ValueError(f"strips are uint8 with ink 255 on 0, these are {strips.dtype}")
    cells: NDArray[np.float32] = session.run(["cells"], {"strips": np.ascontiguousarray(strips)})[0]
    return cells


def _calibration(session: onnxruntime.InferenceSession) -> Calibration:
    text = session.get_modelmeta().custom_metadata_map.get(CALIBRATION, "")
    try:
        slope, offset = map(float, text.split())
    except ValueError as error:
        raise ArtifactError("the model is no line reader: it does not say how it is calibrated") from error
    return Calibration(slope, offset)


def _height(line: SpottedLine) -> float:
    return float(np.median([digit.box[3] - digit.box[1] for digit in line.digits]))


def _body(line: SpottedLine) -> tuple[float, float]:
    """Gives the upper and lower row of a line's ordinary digit."""
    middle = float(np.median([digit.box[1] + digit.box[3] for digit in line.digits])) / 2
    half = _height(line) / 2
    return middle - half, middle + half


def _on_crop(line: SpottedLine, made: LineStrip) -> SpottedLine:
    if not line.digits:
        return line
    boxes = made.to_crop(np.array([digit.box for digit in line.digits], dtype=np.float32)).tolist()
    placed = (replace(digit, box=tuple(box)) for digit, box in zip(line.digits, boxes, strict=True))
    return replace(line, digits=tuple(placed))
