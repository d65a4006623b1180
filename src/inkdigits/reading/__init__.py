"""Reading: digits and whole numbers out of any picture, and how sure each is."""

from inkdigits.reading.look import DigitLook, look_at_digit
from inkdigits.reading.models import Model, Models
from inkdigits.reading.records import Box, Digit, Line, Reading, Recognition
from inkdigits.reading.road import DEFAULT_CONFIDENCE, LAYOUTS, Reader
from inkdigits.reading.shipped import read, recognize

__all__ = [
    "DEFAULT_CONFIDENCE",
    "LAYOUTS",
    "Box",
    "Digit",
    "DigitLook",
    "Line",
    "Model",
    "Models",
    "Reader",
    "Reading",
    "Recognition",
    "look_at_digit",
    "read",
    "recognize",
]
