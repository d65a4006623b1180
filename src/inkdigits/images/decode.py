"""Turns the bytes of a picture, or a picture already decoded, into an upright grey page, within limits.

Knows nothing about ink, nor where the bytes come from. Pillow's own errors end here; its warnings about odd
notes in a file stay warnings, because silencing them for one call is not possible while others run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, TiffImagePlugin

from inkdigits.arrays import Page
from inkdigits.errors import DamagedPicture, EmptyPicture, NotAPicture, PictureError, PictureTooLarge
from inkdigits.images.colour import COLOUR_OVERVIEW, clearest_colour
from inkdigits.images.metadata import check_metadata, metered

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""Formats we read, told by content and not by name. Of several frames the first is read."""

MAX_BYTES = 50 * 2**20
"""Bytes of a picture file at most: an uncompressed page of `MAX_PIXELS` in two bytes a pixel."""

MAX_PIXELS = 25_000_000
"""Pixels of a picture at most, checked in its header before it is decoded."""

MAX_WEBP_PIXELS = 14_000_000
"""The same for WebP, whose decoder holds the picture four times over in colour."""

MAX_SCANS = 100
"""Scans of a JPEG at most: each costs a pass over the whole picture, and real ones have about ten."""

_SCAN = re.compile(rb"\xff\xda\x00(?:\x08\x01|\x0a\x02|\x0c\x03|\x0e\x04)")
"""How a scan of one to four components begins; cannot stand within one. The whole of it, because phones put
films behind their photos, in which any two bytes occur. Source: ITU-T T.81, B.1.1.3 and B.2.3."""

_NO_PIXELS = re.compile(
    rb"\x89PNG.{12}(?:.{4})?\0{4}"
    rb"|GIF8..(?:..)?\0\0"
    rb"|BM.{16}(?:.{4})?\0{4}"
    rb"|\xff\xd8.*?\xff[\xc0-\xc2]\0[\x0b\x11\x14]\x08(?:..)?\0\0"
    rb"|II\*\0.*?[\x00\x01]\x01[\x03\x04]\0\x01\0\0\0\0{4}"
    rb"|MM\0\*.*?\x01[\x00\x01]\0[\x03\x04]\0\0\0\x01\0{4}",
    re.DOTALL,
)
"""How files of each format begin that say a width or height of 0; a WebP can't."""

_TILE_SIDES = (322, 323)  # TIFF's tags of a tile's width and height

_BAND = 2**20  # pixels turned grey at a time: a large picture in colour would take four times its grey page

_DEPTHS = (8, 10, 12, 16)  # bits in which a pixel of two bytes is white
_WHITE = 192  # grey level from which ink is white
_MOST_INK, _STAINS = 0.5, 0.01  # of a picture that ink covers at most; of white ink that is darker at most

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
        (H, W) uint8, grey, turned upright as its EXIF orientation says, transparency shown on white, or on
        black if what is drawn is white. In two bytes a pixel the largest of 8, 10, 12 or 16 bits that are
        used is white. Grey is brightness, but where nothing stands out by that and much by
        one of red, green and blue, it is that one.

    Raises:
        EmptyPicture: If there are no bytes or no pixels.
        NotAPicture: If it is in none of the formats.
        DamagedPicture: If it was cut short or altered.
        PictureTooLarge: If it is above a limit, of pixels, bytes or metadata.
    """
    if not content:
        raise EmptyPicture("the picture is empty: 0 bytes")
    if len(content) > MAX_BYTES:
        raise PictureTooLarge(f"the picture has {len(content):,} bytes; the limit is {MAX_BYTES:,}")
    picture = _open(content)
    if picture.format == "JPEG" and (scans := sum(1 for _ in _SCAN.finditer(content))) > MAX_SCANS:
        raise PictureTooLarge(f"the JPEG has {scans:,} scans; the limit is {MAX_SCANS}")
    return picture_page(picture)


def picture_page(picture: Image.Image) -> Page:
    """Gives the page that a Pillow image holds, which may be a file not decoded yet.

    Args:
        picture: Of any colour mode; it is left as it is.

    Returns:
        As `decode_page`.

    Raises:
        EmptyPicture, DamagedPicture, NotAPicture, PictureTooLarge: As `decode_page`.
    """
    _check_size(*picture.size, limit=MAX_WEBP_PIXELS if picture.format == "WEBP" else MAX_PIXELS)
    check_metadata(picture)
    try:
        if isinstance(picture, TiffImagePlugin.TiffImageFile):  # decoded tile by tile, whatever part is shown
            width, height = (int(picture.tag_v2.get(side, 1)) for side in _TILE_SIDES)
            _check_size(width, height, limit=MAX_PIXELS)
        picture.load()
        turn = _turn(picture)
        grey = Image.fromarray(_grey(picture))
        return np.array(grey if turn is None else grey.transpose(turn))
    except (PictureError, MemoryError):  # memory that ran out says nothing of the picture
        raise
    # Pillow's readers let through whatever a damaged file makes them stumble over.
    except Exception as error:
        raise DamagedPicture(f"the {picture.format or ''} picture is damaged or cut short") from error


def array_page(pixels: NDArray[np.uint8]) -> Page:
    """Gives the page that an array of pixels holds.

    Args:
        pixels: (H, W), (H, W, 3) or (H, W, 4) uint8: grey, red-green-blue, the same with opacity.

    Returns:
        As `decode_page`.

    Raises:
        NotAPicture: If shape or dtype are others.
        EmptyPicture, PictureTooLarge: As `decode_page`.
    """
    colours = pixels.shape[2] if pixels.ndim == 3 else 1
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or (pixels.ndim == 3 and colours not in (3, 4)):
        raise NotAPicture(
            f"an array of {pixels.dtype} with shape {pixels.shape} is no picture;"
            " give uint8 with (H, W), (H, W, 3) or (H, W, 4)"
        )
    _check_size(pixels.shape[1], pixels.shape[0], limit=MAX_PIXELS)
    if pixels.ndim == 2:
        return pixels.copy()
    return _by_bands(
        (pixels.shape[0], pixels.shape[1]),
        lambda rows: Image.fromarray(np.ascontiguousarray(pixels[rows])),
        transparent=colours == 4,
    )


def _open(content: bytes) -> Image.Image:
    try:
        file = metered(content)
        picture = Image.open(file, formats=FORMATS)
        file.left = math.inf
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge(f"the picture is too large; the limit is {MAX_PIXELS:,} pixels") from error
    except (PictureError, MemoryError):
        raise
    except Exception as error:
        if _NO_PIXELS.match(content):
            raise EmptyPicture("the picture is empty: its width or height is 0") from error
        raise NotAPicture(f"no picture that we read; give {', '.join(FORMATS[:-1])} or TIFF") from error
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        picture.is_animated = True  # of one with several pages, notes beside its first tags are not read
    return picture


def _check_size(width: int, height: int, limit: int) -> None:
    if width * height > limit:
        raise PictureTooLarge(
            f"the picture has {width}x{height} = {width * height:,} pixels; the limit is {limit:,}"
        )
    if width * height == 0:
        raise EmptyPicture(f"the picture is empty: {width}x{height} pixels")


def _grey(picture: Image.Image) -> Page:
    if picture.mode in ("I", "F"):
        raise NotAPicture("the picture has 32 bits a pixel, which name no white; save it with 8 or 16 bits")
    if picture.mode == "L" and not picture.has_transparency_data:
        return np.asarray(picture)

    def band(rows: slice) -> Image.Image:
        return picture.crop((0, rows.start, picture.width, rows.stop))

    shape = picture.height, picture.width
    if picture.mode.startswith("I;16"):
        return _eight_bits(shape, band, picture.info.get("transparency"))
    return _by_bands(shape, band, transparent=picture.has_transparency_data)


def _eight_bits(
    shape: tuple[int, int], band: Callable[[slice], Image.Image], transparent: int | None
) -> Page:
    """Gives the page of a picture in two bytes a pixel, of which its camera may have used fewer bits.

    Args:
        shape: (H, W).
        band: Gives some of its rows.
        transparent: The level that is none, shown as white.
    """
    page = np.empty(shape, dtype=np.uint8)
    white = (1 << max(_bits(np.asarray(band(rows))) for rows in _bands(*shape))) - 1
    for rows in _bands(*shape):
        deep = np.asarray(band(rows))
        page[rows] = (deep.astype(np.uint32) * 255 + white // 2) // white
        if transparent is not None:
            page[rows][deep == transparent] = 255
    return page


def _bits(deep: NDArray[np.uint16]) -> int:
    """Gives how many bits a camera used, of 8, 10, 12 and all 16."""
    return next(bits for bits in _DEPTHS if not deep.max() >> bits)


def _by_bands(shape: tuple[int, int], band: Callable[[slice], Image.Image], transparent: bool) -> Page:
    """Gives the page of a picture that is turned grey some rows at a time.

    Args:
        shape: (H, W).
        band: Gives some of its rows.
        transparent: Whether something may show through it.
    """
    page = np.empty(shape, dtype=np.uint8)
    ground = _ground(shape, map(band, _bands(*shape))) if transparent else "white"
    step, small = -(-max(shape) // COLOUR_OVERVIEW), []
    for rows in _bands(*shape):
        shown = _shown(band(rows), ground)
        page[rows] = np.asarray(shown.convert("L"))
        if shown.mode == "RGB":
            small.append(np.asarray(shown.reduce(step)))
    if small and (colour := clearest_colour(Image.fromarray(np.concatenate(small)))) is not None:
        for rows in _bands(*shape):
            page[rows] = np.asarray(_shown(band(rows), ground).getchannel(colour))
    return page


def _bands(height: int, width: int) -> list[slice]:
    step = max(1, _BAND // width)
    return [slice(start, min(start + step, height)) for start in range(0, height, step)]


def _ground(shape: tuple[int, int], bands: Iterable[Image.Image]) -> str:
    """Gives the colour that shows through what is transparent: white, but black where all ink is white."""
    counts = np.zeros(256, dtype=np.int64)
    for band in map(_rgba, bands):
        drawn = np.asarray(band.getchannel("A")) > 127
        counts += np.bincount(np.asarray(band.convert("RGB").convert("L"))[drawn], minlength=256)
    drawn_on, dark = int(counts.sum()), int(counts[:_WHITE].sum())
    is_white_ink = 0 < drawn_on < _MOST_INK * shape[0] * shape[1] and dark < _STAINS * drawn_on
    return "black" if is_white_ink else "white"


def _rgba(picture: Image.Image) -> Image.Image:
    return (picture.convert("LA") if picture.mode == "La" else picture).convert("RGBA")


def _shown(picture: Image.Image, ground: str) -> Image.Image:
    """Gives a picture as it is seen, in grey or in RGB."""
    if picture.has_transparency_data:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, ground), _rgba(picture))
    # By way of RGB, because not every mode has a way to grey of its own.
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """Gives how a loaded picture is turned upright, None if it is so or does not say."""
    try:
        return _TURNS.get(picture.getexif()[ExifTags.Base.Orientation])
    # Damaged notes about a picture are no reason to refuse the picture.
    except Exception:
        return None
