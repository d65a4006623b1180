"""What the models that read say of themselves.

Knows nothing about how they answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from inkdigits.model import Card


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
    """The models that read together.

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
