"""Brings the picture of a line to a strip: the one shape in which lines are read and trained on.

Knows nothing about digits or networks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from inkdigits.arrays import INK, PAPER, Page

STRIP_HEIGHT = 40
"""Height of a strip, in pixels."""

BODY_HEIGHT = 26
"""Height of an ordinary digit in a strip whose rows were given, in pixels."""

SIDE = 8
"""Bare pixels left and right of the crop, so that a digit at its edge has its centre well inside."""

STEP = 8
"""A strip's width is a multiple of this, in pixels."""

MAX_WIDTH = 8192
"""Widest strip, in pixels: about 400 digits. A wider crop is made narrower."""

_FAINTEST = 24.0  # grey levels; what stands out by less is not stretched to full ink, or grain would be
_PAPER_SHARE = 40.0  # percentile; ink covers less than half of any piece
_INK_SHARE = 99.0  # percentile; one digit in a wide crop covers little more than a hundredth of it


@dataclass(frozen=True, eq=False)
class LineStrip:
    """A line as the line reader takes it, and where it lies on the page crop.

    Attributes:
        strip: (40, W) uint8, ink 255 on 0, W a multiple of 8.
        scale_x: Strip pixels per crop pixel, across.
        scale_y: The same, down.
        left: The crop's column at the strip's left edge, in crop pixels.
        top: The crop's row at the strip's upper edge, in crop pixels.
    """

    strip: NDArray[np.uint8]
    scale_x: float
    scale_y: float
    left: float
    top: float

    def to_crop(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Gives boxes (n, 4) in strip pixels as boxes in crop pixels."""
        return np.asarray(boxes / self._scales + self._origin, dtype=np.float32)

    def to_strip(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Gives boxes (n, 4) in crop pixels as boxes in strip pixels."""
        return np.asarray((boxes - self._origin) * self._scales, dtype=np.float32)

    @property
    def _scales(self) -> NDArray[np.float64]:
        return np.array([self.scale_x, self.scale_y] * 2)

    @property
    def _origin(self) -> NDArray[np.float64]:
        return np.array([self.left, self.top] * 2)


def normalize_line(crop: Page, rows: tuple[float, float] | None = None, stretch: float = 1.0) -> LineStrip:
    """Gives a line as the line reader takes it.

    Args:
        crop: (H, W) uint8, the part of a page that holds one line, of either polarity.
        rows: Upper and lower row of an ordinary digit's body, in crop pixels; they come to lie 26 pixels
            apart in the middle of the strip. Without them the whole crop is the strip's height.
        stretch: Digits become so many times as wide as their height asks for.

    Returns:
        The strip, with uneven light across it taken out and the strongest ink at 255; all 0 for a crop
        without pixels.
    """
    top, bottom = rows or (0.0, float(crop.shape[0]))
    span = max(bottom - top, 1.0) * (STRIP_HEIGHT / BODY_HEIGHT if rows else 1.0)
    scale = STRIP_HEIGHT / span
    upper = (top + bottom - span) / 2
    if not crop.size:
        return LineStrip(np.zeros((STRIP_HEIGHT, 2 * SIDE), dtype=np.uint8), scale, scale, 0.0, upper)
    grey, first, scale_x = _scaled(crop, upper, scale, stretch)
    depth = _ink_depth(grey.astype(np.float32))
    width = -(-(grey.shape[1] + 2 * SIDE) // STEP) * STEP
    strip = np.full((STRIP_HEIGHT, width), PAPER, dtype=np.uint8)
    strip[first : first + grey.shape[0], SIDE : SIDE + grey.shape[1]] = depth
    return LineStrip(strip, scale_x, scale, -SIDE / scale_x, upper)


def _scaled(crop: Page, upper: float, scale: float, stretch: float) -> tuple[NDArray[np.uint8], int, float]:
    """Gives what of the crop lies on the strip, scaled, its first row there, and the scale across."""
    height, width = crop.shape
    first = max(0, round(-upper * scale))
    last = min(STRIP_HEIGHT, round((height - upper) * scale))
    first = min(first, STRIP_HEIGHT - 1)
    last = max(last, first + 1)
    wide = min(max(1, round(width * scale * stretch)), MAX_WIDTH - 2 * SIDE)
    box = (0.0, min(max(0.0, upper + first / scale), height - 1.0), float(width), 0.0)
    box = (*box[:3], min(max(upper + last / scale, box[1] + 1e-3), float(height)))
    picture = Image.fromarray(crop).resize((wide, last - first), Image.Resampling.BICUBIC, box=box)
    return np.asarray(picture), first, wide / width


def _ink_depth(grey: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Gives how far each pixel stands out from the paper around it, the strongest ink at 255."""
    if _ink_is_dark(grey):
        grey = INK - grey
    grey = grey - _paper_across(grey)
    full = max(_percentile(grey, _INK_SHARE), _FAINTEST)
    return np.asarray(np.clip(grey * (INK / full) + 0.5, PAPER, INK).astype(np.uint8))


def _ink_is_dark(grey: NDArray[np.float32]) -> bool:
    """Says whether what stands out from its near surroundings is the darker.

    Strokes are narrow, so that their surroundings are mostly paper, also where two papers meet.
    """
    around = Image.fromarray(grey.astype(np.uint8)).filter(ImageFilter.BoxBlur(STRIP_HEIGHT // 6))
    far = grey - np.asarray(around, dtype=np.float32)
    # By cubes, because ink covers less than grain does but lies further from the paper.
    return bool((far * far * far).sum() < 0)


def _paper_across(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gives the paper's level at each column, (W,), from pieces about as wide as the strip is high."""
    width = grey.shape[1]
    pieces = np.array_split(grey, max(1, round(width / STRIP_HEIGHT)), axis=1)
    levels = [_percentile(piece, _PAPER_SHARE) for piece in pieces]
    middles = (np.arange(len(pieces)) + 0.5) * (width / len(pieces))
    return np.asarray(np.interp(np.arange(width) + 0.5, middles, levels), dtype=np.float32)


def _percentile(values: NDArray[np.float32], percent: float) -> float:
    """Gives what `np.percentile` gives, for so few values four times as fast."""
    place = (values.size - 1) * percent / 100
    low = int(place)
    high = min(low + 1, values.size - 1)
    ordered = np.partition(values, (low, high), axis=None)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))
