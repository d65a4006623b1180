"""Reading by the models that come with Inkdigits, loaded when first asked for.

Knows nothing about how a picture is read.
"""

from __future__ import annotations

from functools import cache

from inkdigits.images import Picture
from inkdigits.reading.records import Reading, Recognition
from inkdigits.reading.road import DEFAULT_CONFIDENCE, Reader


def read(picture: Picture, *, layout: str = "auto", min_confidence: float = DEFAULT_CONFIDENCE) -> Reading:
    """Reads the digits and numbers of a picture, by the models that come with Inkdigits.

    Args:
        picture: A path, a file's bytes, a file object, a Pillow image, or an (H, W), (H, W, 3) or (H, W, 4)
            uint8 array.
        layout: One of `LAYOUTS`.
        min_confidence: 0 to 1; lines below it are not accepted, but not left out either.

    Returns:
        The reading; without lines if there is nothing to read.

    Raises:
        PictureError: If it is no picture that we read.
        UnknownName: If the layout is none of ours.
        BadOption: If `min_confidence` is not within 0 to 1.
    """
    return _shipped().read(picture, layout=layout, min_confidence=min_confidence)


def recognize(picture: Picture, *, min_confidence: float = DEFAULT_CONFIDENCE) -> Recognition:
    """Recognizes the one digit that a picture shows, by the model that comes with Inkdigits.

    Args:
        picture: As in `read`.
        min_confidence: 0 to 1; below it the answer is not accepted.

    Returns:
        The answer with what the model saw.

    Raises:
        PictureError, BadOption: As `read`.
    """
    return _shipped().recognize(picture, min_confidence=min_confidence)


@cache
def _shipped() -> Reader:
    return Reader.load()
