"""Gives the real handwriting that scikit-learn carries, brought to digit images.

Knows nothing about files: scikit-learn brings the data along, so it needs no network.

Source: scikit-learn's `load_digits` is the test part of UCI's "Optical Recognition of Handwritten
Digits", Alpaydin and Kaynak, 1998: 32x32 bitmaps, each 8x8 value the number of inked pixels among 4x4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkdigits.arrays import INK, DigitImages, InkMap, Labels
from inkdigits.errors import MissingExtra
from inkdigits.images.normalize import normalize_digit

UCI_TRAIN = 1415
"""Images before this position are `uci:train`, the 382 from it on `uci:test`.

The set lies form by form, told by the labels' repeating order, and this is where a form begins: no form is in
both. That a form is one writer's is our inference.
"""

_BITMAP_SIZE = 32
_FULL_BLOCK = 16
_INK_FROM, _INK_FULL = 0.3, 0.8
"""Blurred ink from which a pixel is ink, and is full ink: strokes get MNIST's sharp edges and weight.
Chosen on `uci:train` alone: of those tried, with nearest neighbours from MNIST 83 % instead of 77 %."""


def load_uci() -> tuple[DigitImages, Labels]:
    """Gives the 1,797 digits, in their order.

    Returns:
        Images (1797, 28, 28) uint8, ink 255 on 0, and labels (1797,) uint8.

    Raises:
        MissingExtra: If scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise MissingExtra("the uci set", "train", "scikit-learn") from error
    bunch = load_digits()
    images = np.stack([normalize_digit(_enlarge(counts)) for counts in bunch.images])
    return images, bunch.target.astype(np.uint8)


def _enlarge(counts: NDArray[np.float64]) -> InkMap:
    """Gives (8, 8) counts of 0 to 16 as a (32, 32) ink map, the size of the bitmap they were taken from."""
    blocks = Image.fromarray((counts / _FULL_BLOCK).astype(np.float32))
    blurred = np.asarray(blocks.resize((_BITMAP_SIZE, _BITMAP_SIZE), Image.Resampling.BICUBIC))
    share = np.clip((blurred - _INK_FROM) / (_INK_FULL - _INK_FROM), 0, 1)
    return np.round(share * INK).astype(np.uint8)
