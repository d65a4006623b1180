"""Reading: digits and whole numbers out of any picture, and how sure each is."""

from inkdigits.reading.records import Box, Digit, Line, Reading, Recognition
from inkdigits.reading.road import DEFAULT_CONFIDENCE, LAYOUTS, read, recognize

__all__ = [
    "DEFAULT_CONFIDENCE",
    "LAYOUTS",
    "Box",
    "Digit",
    "Line",
    "Reading",
    "Recognition",
    "read",
    "recognize",
]
