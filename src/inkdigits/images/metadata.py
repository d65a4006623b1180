"""Keeps what a picture file holds beside its pixels from costing more memory than they do.

Pillow reads all of it, some of it into fifty times its length, and nothing but the orientation is used here.

Knows nothing about pixels.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator

from PIL import Image

from inkdigits.errors import PictureTooLarge

MAX_METADATA = 16 * 2**20
"""Bytes of metadata in a file at most: layers, profiles and the depth of a phone's photo take some megabytes.
What is kept in much more than its length counts for more."""

_PER_PIECE, _PER_NUMBER = 64, 64
"""What a piece counts for beside its bytes, and a number in a TIFF: an object in memory, or several."""

_PER_EXIF = 16
"""What a byte of EXIF counts for, which may be taken for numbers: phones write some tens of kB."""

_MAX_PNG_NOTE = 2**19  # bytes of a chunk that may say the orientation
_LITTLE = 1024  # bytes of other chunks, which inflate to some thousand times as much at most

_PNG = b"\x89PNG\r\n\x1a\n"
_SHOWN = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_TURNED = (b"eXIf", b"iTXtXML:com.adobe.xmp\0\0", b"tEXtRaw profile type exif", b"zTXtRaw profile type exif")
"""How chunks of a PNG begin that decide what its pixels are, and those that may say the orientation."""

_PLACES = (273, 279, 324, 325)  # tags of a TIFF that say where its pixels lie, and become an object each
_AS_THEY_ARE = (1, 2, 7)  # types of a TIFF's tags that stay bytes or text


class Metered(io.BytesIO):
    """A file in memory of which only so much may be read.

    Attributes:
        left: Bytes that may still be read, each piece counted for some more; no limit by infinity.
    """

    left = math.inf

    def read(self, size: int | None = -1, /) -> bytes:
        """Gives what comes next.

        Raises:
            PictureTooLarge: If that is too much.
        """
        piece = super().read(size)
        self.left -= _PER_PIECE + len(piece) * (_PER_EXIF if piece.startswith(b"Exif") else 1)
        if self.left < 0:
            raise _too_much()
        return piece


def metered(content: bytes) -> Metered:
    """Gives a picture's file to open, with as much of it to read before its pixels as it may have.

    Raises:
        PictureTooLarge: If it has more.
    """
    if content.startswith(_PNG):
        return _without_notes(content)
    if sum(_tag_costs(content)) > MAX_METADATA:
        raise _too_much()
    file = Metered(content)
    if content.startswith((b"\xff\xd8", b"GIF")):  # of other formats it isn't read piece by piece
        file.left = MAX_METADATA
    return file


def check_metadata(picture: Image.Image) -> None:
    """Refuses an open picture with too much metadata, none of which has been looked into.

    Raises:
        PictureTooLarge: If it has too much.
    """
    costs = {"icc_profile": 1, "xmp": 1, "exif": _PER_EXIF}
    notes = {name: note for name in costs if isinstance(note := picture.info.get(name), bytes)}
    if sum(costs[name] * len(note) for name, note in notes.items()) > MAX_METADATA:
        raise _too_much()


def _without_notes(content: bytes) -> Metered:
    """Gives the file of a PNG without what is not needed: a small chunk of it may inflate to a large text.

    As it is, not copied, where next to nothing is left out.
    """
    view, at, kept, left_out = memoryview(content), len(_PNG), [slice(0, len(_PNG))], 0
    while at < len(content):
        length = int.from_bytes(view[at : at + 4])
        is_note = length <= _MAX_PNG_NOTE and content.startswith(_TURNED, at + 4)
        if is_note or content.startswith(_SHOWN, at + 4):
            kept.append(slice(at, at + 12 + length))
        else:
            left_out += 12 + length
        if content.startswith(b"IEND", at + 4):
            break
        at += 12 + length
    if left_out <= _LITTLE:
        return Metered(content)
    file = Metered()
    for chunk in kept:
        file.write(view[chunk])
    file.seek(0)
    return file


def _tag_costs(content: bytes) -> Iterator[int]:
    """Gives what each tag of a TIFF counts for; nothing for other formats. Source: TIFF 6.0, section 2."""
    order = {b"II": "<", b"MM": ">"}.get(content[:2])
    if order is None:
        return
    wide = content[2:3] == b"+"  # BigTIFF
    start = _number(content, order, 8, 8) if wide else _number(content, order, 4, 4)
    tags = _number(content, order, start, 8 if wide else 2)
    entry = struct.Struct(order + ("HHQ8x" if wide else "HHL4x"))
    table = memoryview(content)[start + (8 if wide else 2) :][: tags * entry.size]
    for tag, kind, count in entry.iter_unpack(table[: len(table) // entry.size * entry.size]):
        if count <= len(content):  # else it isn't there, and is passed over
            yield count * (1 if kind in _AS_THEY_ARE and tag not in _PLACES else _PER_NUMBER)


def _number(content: bytes, order: str, at: int, size: int) -> int:
    return int.from_bytes(content[at : at + size], "little" if order == "<" else "big")


def _too_much() -> PictureTooLarge:
    return PictureTooLarge("the picture has too much metadata, such as comments or layers; save it without")
