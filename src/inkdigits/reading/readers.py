"""The models that read: loaded once, when first asked for.

Knows nothing about pages or lines.
"""

from __future__ import annotations

from functools import cache

from inkdigits.model import Card, Recognizer
from inkdigits.model.line_reader import LineReader


@cache
def line_reader() -> LineReader:
    """Gives the line reader that comes with Inkdigits."""
    return LineReader.load()


@cache
def recognizer() -> Recognizer:
    """Gives the recognizer that comes with Inkdigits."""
    return Recognizer.load(threads=1)  # a digit is too little work to share among cores


def load_models() -> None:
    """Loads both now, so that no first reading has to, and none finds out that one is not there.

    Raises:
        ArtifactError: If one is not there, or was altered.
    """
    line_reader()
    recognizer()


def model_card() -> Card:
    """Gives what the recognizer that comes with Inkdigits says of itself.

    Raises:
        ArtifactError: If there is none, or it was altered.
    """
    return recognizer().card
