"""Any picture a person may hand over, to a page: the one door at the beginning of the road.

Knows nothing about what bytes are decoded by, nor about ink.
"""

from __future__ import annotations

import os
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkdigits.arrays import Page
from inkdigits.errors import NotAPicture, PictureNotFound, PictureTooThin, PictureUnreadable
from inkdigits.images.decode import MAX_BYTES, array_page, decode_page, picture_page

Picture = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | NDArray[Any]
"""What `to_page` takes: a path, a file's bytes, a file object open for bytes, a Pillow image, an array."""

MIN_SIDE = 6
"""Pixels in height and width that a picture has at least; a digit needs more to be told from another."""

_TEXT = "the file object gives text; open it for bytes, with mode 'rb'"


def to_page(picture: Picture) -> Page:
    """Gives the page of any picture; the same picture gives the same page in whatever form it comes.

    Args:
        picture: A path, a file's bytes, a file object open for bytes, a Pillow image, or a (H, W),
            (H, W, 3) or (H, W, 4) uint8 array.

    Returns:
        (H, W) uint8, grey, upright.

    Raises:
        PictureNotFound: If there is no such file, or it is a folder.
        PictureUnreadable: If the operating system refuses to read it.
        PictureTooThin: If it has less than `MIN_SIDE` pixels in height or width.
        PictureError: As `inkdigits.images.decode_page`.
    """
    page = _decoded(picture)
    height, width = page.shape
    if min(height, width) < MIN_SIDE:
        raise PictureTooThin(
            f"a picture of {width}x{height} pixels can't show a digit; it needs {MIN_SIDE} each way"
        )
    return page


def _decoded(picture: Any) -> Page:
    if isinstance(picture, str | os.PathLike):
        return decode_page(_read_path(os.fspath(picture)))
    if isinstance(picture, bytes | bytearray | memoryview):
        return decode_page(bytes(picture))
    if isinstance(picture, Image.Image):
        return picture_page(picture)
    if isinstance(picture, np.ndarray):
        if np.ma.is_masked(picture):
            raise NotAPicture("pixels of the array are masked; say what they show, as by filled(255)")
        return array_page(np.asarray(picture))  # a matrix is indexed otherwise
    if hasattr(picture, "read"):
        return decode_page(_read_file(picture))
    raise NotAPicture(
        f"a {type(picture).__name__} is no picture; give a path, bytes, a file, a Pillow image or an array"
    )


def _read_path(path: str | bytes) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path may be of bytes
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise PictureNotFound(f"there is no file {os.fsdecode(path)}") from error
    except IsADirectoryError as error:
        raise PictureNotFound(f"{os.fsdecode(path)} is a folder, not a picture") from error
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = getattr(error, "strerror", None) or error
        raise PictureUnreadable(f"can't read {os.fsdecode(path)!r}: {reason}") from error


def _read_file(file: IO[bytes]) -> bytes:
    content = bytearray()
    try:
        # A pipe or a socket may give less at a time than there is.
        while len(content) <= MAX_BYTES and (more := file.read(MAX_BYTES + 1 - len(content))):
            if not isinstance(more, bytes):
                raise NotAPicture(_TEXT)
            content += more
    except UnicodeDecodeError as error:
        raise NotAPicture(_TEXT) from error
    except (OSError, ValueError) as error:
        raise PictureUnreadable(f"can't read the file object: {error}") from error
    return bytes(content)
