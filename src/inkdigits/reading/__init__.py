"""Reading: digits and whole numbers out of any picture, and how sure each is."""

from inkdigits.reading.readers import Model, Models, load_models
from inkdigits.reading.records import Box, Digit, Line, Reading, Recognition
from inkdigits.reading.road import (
    DEFAULT_CONFIDENCE,
    LAYOUTS,
    digit_image,
    read,
    recognize,
    recognize_images,
)

__all__ = [
    "DEFAULT_CONFIDENCE",
    "LAYOUTS",
    "Box",
    "Digit",
    "Line",
    "Model",
    "Models",
    "Reading",
    "Recognition",
    "digit_image",
    "load_models",
    "read",
    "recognize",
    "recognize_images",
]
