"""What the API answers, with examples; made from the records of reading.

Knows nothing about how pictures come in.
"""

from __future__ import annotations

import base64
import io
from typing import Annotated

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from inkdigits.arrays import DigitImage
from inkdigits.corrections import Added
from inkdigits.reading import Digit, Line, Reading, Recognition

_Confidence = Annotated[float, Field(ge=0, le=1, description="A calibrated probability.", examples=[0.998])]
_Box = Annotated[
    tuple[int, int, int, int],
    Field(
        description="x0, y0, x1, y1: pixels of the upright picture, half-open, origin top left.",
        examples=[[14, 9, 41, 58]],
    ),
]
_Weights = Annotated[
    str,
    Field(
        description="Which weights answered: the models' names, each with the first 8 digits of its file's"
        " SHA-256; `GET /v1/model` tells more of them.",
        examples=["lines-9536913a+recognizer-94877569"],
    ),
]
_Image = Annotated[
    str | None,
    Field(
        description="The 28x28 that the model saw, ink white on black: a PNG in Base64. Only if asked for.",
        examples=[None],
    ),
]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class DigitAnswer(_Answer):
    """A digit on a line."""

    label: Annotated[int, Field(ge=0, le=9, examples=[7])]
    confidence: _Confidence
    box: _Box
    image: _Image = None


class LineAnswer(_Answer):
    """A number."""

    text: Annotated[str, Field(pattern="^[0-9]+$", description="Its digits.", examples=["7"])]
    confidence: _Confidence
    accepted: Annotated[bool, Field(description="Whether the confidence reaches `min_confidence`.")]
    box: _Box
    digits: tuple[DigitAnswer, ...]


class ReadAnswer(_Answer):
    """A picture, read."""

    text: Annotated[
        str, Field(description="The numbers, a line each; empty if there is nothing to read.", examples=["7"])
    ]
    lines: tuple[LineAnswer, ...]
    width: Annotated[int, Field(ge=1, description="Of the upright picture, in pixels.", examples=[64])]
    height: Annotated[int, Field(ge=1, description="Of the upright picture, in pixels.", examples=[72])]
    model: _Weights

    @classmethod
    def of(cls, reading: Reading, model: str, images: bool) -> ReadAnswer:
        """Gives the answer for a reading, with each digit's 28x28 if `images`."""
        height, width = reading.page.shape
        lines = tuple(_line(line, images) for line in reading.lines)
        return cls(text=reading.text, lines=lines, width=width, height=height, model=model)


class RecognizeAnswer(_Answer):
    """A picture of one digit, recognized."""

    label: Annotated[
        int | None, Field(ge=0, le=9, description="The digit; null if there is no ink.", examples=[7])
    ]
    confidence: _Confidence
    accepted: Annotated[bool, Field(description="Whether the confidence reaches `min_confidence`.")]
    probabilities: Annotated[
        tuple[float, ...],
        Field(
            min_length=10,
            max_length=10,
            description="Of the digits 0 to 9, given that it is one.",
            examples=[[0.0, 0.001, 0.001, 0, 0, 0, 0, 0.998, 0, 0]],
        ),
    ]
    image: _Image = None
    model: _Weights

    @classmethod
    def of(cls, recognition: Recognition, model: str, image: bool) -> RecognizeAnswer:
        """Gives the answer for a recognition, with the 28x28 if `image`."""
        return cls(
            label=recognition.label,
            confidence=recognition.confidence,
            accepted=recognition.accepted,
            probabilities=tuple(recognition.probabilities.tolist()),
            image=png_text(recognition.normalized) if image else None,
            model=model,
        )


class CorrectionAnswer(_Answer):
    """A correction, kept."""

    id: Annotated[int, Field(ge=1, description="The number it stands under.", examples=[17])]
    is_new: Annotated[
        bool, Field(description="False if the same picture with the same text stood there already.")
    ]
    text: Annotated[str, Field(description="The text that was kept.", examples=["15300"])]

    @classmethod
    def of(cls, added: Added, text: str) -> CorrectionAnswer:
        """Gives the answer for what became of a correction."""
        return cls(id=added.id, is_new=added.is_new, text=text)


class Health(_Answer):
    """How the service is."""

    status: Annotated[str, Field(examples=["ready"])]


class Problem(_Answer):
    """Why a request was refused (RFC 9457)."""

    type: Annotated[str, Field(examples=["urn:inkdigits:not-a-picture"])]
    title: Annotated[str, Field(examples=["Unsupported Media Type"])]
    status: Annotated[int, Field(examples=[415])]
    detail: Annotated[
        str,
        Field(
            description="What is wrong and what to do, in a line.",
            examples=["no picture that we read; give PNG, JPEG, WEBP, GIF, BMP or TIFF"],
        ),
    ]


def png_text(image: DigitImage) -> str:
    """Gives a digit image as a PNG in Base64."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _line(line: Line, images: bool) -> LineAnswer:
    digits = tuple(_digit(digit, images) for digit in line.digits)
    return LineAnswer(
        text=line.text, confidence=line.confidence, accepted=line.accepted, box=line.box, digits=digits
    )


def _digit(digit: Digit, images: bool) -> DigitAnswer:
    image = png_text(digit.image) if images else None
    return DigitAnswer(label=digit.label, confidence=digit.confidence, box=digit.box, image=image)
