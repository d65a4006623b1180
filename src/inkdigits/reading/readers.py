"""The models that read: loaded once, when first asked for.

Knows nothing about pages or lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from inkdigits.model import Card, Recognizer
from inkdigits.model.line_reader import LineReader


@dataclass(frozen=True)
class Model:
    """A model that reads.

    Attributes:
        version: Which weights these are: the card's name and the first 8 digits of the file's SHA-256.
        card: What it says of itself.
    """

    version: str
    card: Card


@dataclass(frozen=True)
class Models:
    """The models that come with Inkdigits.

    Attributes:
        line_reader: Finds and reads the digits of a line.
        recognizer: Answers which digit an image shows, and whether it is one.
    """

    line_reader: Model
    recognizer: Model

    def version(self, layout: str) -> str:
        """Gives which weights `read` answers with: both, joined by `+`, or for one digit the recognizer's."""
        if layout == "digit":
            return self.recognizer.version
        return f"{self.line_reader.version}+{self.recognizer.version}"


@cache
def line_reader() -> LineReader:
    """Gives the line reader that comes with Inkdigits."""
    return LineReader.load()


@cache
def recognizer() -> Recognizer:
    """Gives the recognizer that comes with Inkdigits."""
    return Recognizer.load(threads=1)  # a digit is too little work to share among cores


def load_models() -> Models:
    """Loads both now, so that no first reading has to, and none finds out that one is not there.

    Raises:
        ArtifactError: If one is not there, or was altered.
    """
    lines, digits = line_reader(), recognizer()
    return Models(Model(lines.version, lines.card), Model(digits.version, digits.card))
