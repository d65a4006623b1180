"""Finds the one of red, green and blue in which strokes stand out that are as bright as what they are on.

Knows nothing about ink but that it is narrow.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from inkdigits.images.overview import MIN_CONTRAST

COLOUR_OVERVIEW = 400
"""Longer side of the copy by which it is judged, in pixels, about: thin strokes must still be seen there."""

_AROUND = 8  # pixels of the copy to either side, whose mean a stroke stands out from
_STRONGEST = 99.8  # percentile; one digit in a wide picture covers little
_CLEAR = 1.5 * MIN_CONTRAST  # grey levels of brightness that are enough
_TIMES = 3.0  # as far as brightness does, a colour stands out at least: noise does so by half as much more


def clearest_colour(small: Image.Image) -> int | None:
    """Gives the channel that shows what brightness does not, None if brightness shows it or nothing does.

    Args:
        small: A copy of the picture in RGB, made smaller by averaging.

    Returns:
        0, 1 or 2: red, green or blue.
    """
    bright = _contrast(small.convert("L"))
    if bright >= _CLEAR:
        return None
    colours = [_contrast(channel) for channel in small.split()]
    strongest = max(colours)
    return colours.index(strongest) if strongest >= max(_CLEAR, _TIMES * bright) else None


def _contrast(channel: Image.Image) -> float:
    """Gives how far what stands out most does so from its surroundings, in grey levels."""
    around = np.asarray(channel.filter(ImageFilter.BoxBlur(_AROUND)), dtype=np.int16)
    return float(np.percentile(np.abs(np.asarray(channel, dtype=np.int16) - around), _STRONGEST))
