"""Turns the bytes of a picture into an upright grey page, within limits.

Knows nothing about ink. Pillow's own errors and warnings end here.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from inkdigits.arrays import Page
from inkdigits.errors import PictureError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""Formats we read, told by content and not by name. Of several frames the first is read."""

MAX_BYTES = 50 * 2**20
"""Bytes of a picture file at most: an uncompressed page of `MAX_PIXELS` in two bytes a pixel."""

MAX_PIXELS = 25_000_000
"""Pixels of a picture at most, checked in its header before it is decoded."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture of each EXIF orientation is turned upright. Source: CIPA DC-008 (Exif 2.32), tag 0112."""


def decode_page(content: bytes) -> Page:
    """Gives the page that a picture file holds.

    Args:
        content: A whole file in one of `FORMATS`, of any colour mode.

    Returns:
        (H, W) uint8, grey, turned upright as its EXIF orientation says, transparency shown on white.

    Raises:
        PictureError: If it is no such picture, damaged, cut short, empty or above a limit.
    """
    if not content:
        raise PictureError("the picture is empty: 0 bytes")
    if len(content) > MAX_BYTES:
        raise PictureError(f"the picture has {len(content):,} bytes; the limit is {MAX_BYTES:,}")
    with _silent():
        picture = _open(content)
        _check_size(*picture.size)
        return _decode(picture)


def _open(content: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise PictureError(f"the picture is too large; the limit is {_megapixels(MAX_PIXELS)}") from error
    except Exception as error:
        raise PictureError(f"no picture that we read; give {', '.join(FORMATS[:-1])} or TIFF") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"the picture has {_megapixels(width * height)}; the limit is {_megapixels(MAX_PIXELS)}"
        )
    if width * height == 0:
        raise PictureError(f"the picture is empty: {width}x{height} pixels")


def _decode(picture: Image.Image) -> Page:
    try:
        picture.load()
        grey = _grey(picture)
        turn = _turn(picture)
        return np.array(grey if turn is None else grey.transpose(turn))
    except PictureError:
        raise
    # Pillow's readers let through whatever a damaged file makes them stumble over.
    except Exception as error:
        raise PictureError(f"the {picture.format} picture is damaged or cut short") from error


def _grey(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        return Image.fromarray(_eight_bits(np.asarray(picture), picture.info.get("transparency")))
    if picture.mode in ("I", "F"):
        raise PictureError("the picture has 32 bits a pixel, which name no white; save it with 8 or 16 bits")
    if picture.has_transparency_data:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture.convert("RGBA"))
    # By way of RGB, because not every mode has a way to grey of its own.
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB").convert("L")


def _eight_bits(deep: NDArray[np.uint16], transparent: int | None) -> Page:
    grey = ((deep.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if transparent is not None:
        grey[deep == transparent] = 255
    return grey


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """Gives how a loaded picture is turned upright, None if it is so or does not say."""
    try:
        return _TURNS.get(picture.getexif()[ExifTags.Base.Orientation])
    # Damaged notes about a picture are no reason to refuse the picture.
    except Exception:
        return None


@contextmanager
def _silent() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _megapixels(pixels: int) -> str:
    return f"{pixels / 1e6:.1f} megapixels"
