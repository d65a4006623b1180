"""Tells whether lines may be pieces of the one digit that a page shows, or of printed rules.

Knows nothing about how that digit was told.
"""

from __future__ import annotations

from inkdigits.reading.doubt import SightedLine, is_ones
from inkdigits.reading.records import Box, Line

READ = 0.98
"""Confidence of a line from which it is surely read."""

_LOWER = 0.5  # of the height of a digit, that ones beside it have at most which are left of printed rules


def is_doubted(line: SightedLine) -> bool:
    """Says whether a believed line may be no more than pieces: one digit, not surely read, or ones."""
    return _is_doubted_digit(line) or is_ones(line)


def stands(line: SightedLine, alone: Line) -> bool:
    """Says whether a believed line stays where the page is told as one digit: that, or no piece of it."""
    told = "".join(str(sight.digit.label) for sight in line.sights)
    sure = not _is_doubted_digit(line) and not _is_lower(line, alone.box)
    return told == alone.text or sure or not is_piece(line, alone.box)


def is_piece(line: SightedLine, box: Box) -> bool:
    """Says whether a line may be a piece of the digit in a box, or of a printed rule: ones, much lower."""
    x0, y0, x1, y1 = box
    left, top, right, bottom = line.sights[0].digit.box
    inside = x0 <= (left + right) / 2 <= x1 and y0 <= (top + bottom) / 2 <= y1
    return (len(line.sights) == 1 and inside) or (is_ones(line) and _is_lower(line, box))


def _is_doubted_digit(line: SightedLine) -> bool:
    return len(line.sights) == 1 and line.confidence < READ


def _is_lower(line: SightedLine, box: Box) -> bool:
    highest = max(sight.digit.box[3] - sight.digit.box[1] for sight in line.sights)
    return highest < _LOWER * (box[3] - box[1])
