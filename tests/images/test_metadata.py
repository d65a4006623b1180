"""What a file holds beside its pixels costs little in any format, and turns the picture all the same."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PIL import Image
from tests.images.test_decode import encode, png, png_chunk

from inkdigits.errors import PictureTooLarge
from inkdigits.images import to_page

MIB = 2**20
COSTS = 64 * MIB
"""Bytes that a small picture may take; its pixels take next to nothing."""

NUMBERS = 2 * MIB
SMALL = Image.new("L", (20, 10), 200)
ORIENTATION, RESOLUTION, STRIPS, LAYERS = 0x112, 0x11A, 273, 37724


def tiff(*tags: tuple[int, int, int, bytes], order: str = "<", big: bool = False) -> bytes:
    """A TIFF of 20x10 grey pixels with more tags: number, type, count and values."""
    word, inline, start = ("Q", 8, 16) if big else ("I", 4, 8)
    own = {256: 20, 257: 10, 258: 8, 259: 1, 262: 1, STRIPS: start, 277: 1, 278: 10, 279: 200}
    entries = {tag: (4, 1, struct.pack(f"{order}I", value)) for tag, value in own.items()}
    entries |= {tag: (kind, count, values) for tag, kind, count, values in tags}
    at = start + 200
    after = (
        at + struct.calcsize(f"{order}{'Q' if big else 'H'}") + len(entries) * (20 if big else 12) + inline
    )
    table, values = struct.pack(f"{order}{'Q' if big else 'H'}", len(entries)), b""
    for tag, (kind, count, value) in sorted(entries.items()):
        place = value.ljust(inline, b"\0")
        if len(value) > inline:
            place = struct.pack(order + word, after + len(values))
            values += value
        table += struct.pack(f"{order}HH{word}", tag, kind, count) + place
    head = struct.pack(f"{order}HHHQ", 43, 8, 0, at) if big else struct.pack(f"{order}HI", 42, at)
    return (b"II" if order == "<" else b"MM") + head + bytes(200) + table + bytes(inline) + values


def exif(tag: int = ORIENTATION, count: int = NUMBERS) -> bytes:
    """EXIF of one tag of many numbers."""
    return b"MM\0*\0\0\0\x08" + struct.pack(">HHHIII", 1, tag, 3, count, 26, 0) + b"\x17\x70" * count


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    """Without what says how dense the pixels are, so that EXIF is asked for it."""
    whole = encode(SMALL, "JPEG")
    heads = (struct.pack(">BBH", 255, kind, len(body) + 2) + body for kind, body in segments)
    return whole[:2] + b"".join(heads) + whole[whole.index(b"\xff\xdb") :]


def in_segments(note: bytes) -> list[tuple[int, bytes]]:
    return [(0xE1, b"Exif\0\0" + note[start : start + 65_000]) for start in range(0, len(note), 65_000)]


def with_notes(*chunks: bytes, after: bytes = b"") -> bytes:
    whole = png(20, 10, 8, 0, bytes(21 * 10), *chunks)
    return whole[:-12] + after + whole[-12:]


def texts(count: int) -> bytes:
    """Chunks that inflate to a megabyte each, which takes four, because one letter is beyond most."""
    text = zlib.compress(b"a" * (MIB - 8) + "\N{GRINNING FACE}".encode())
    return b"".join(png_chunk(b"iTXt", b"%d\0\1\0\0\0" % number + text) for number in range(count))


def gif() -> bytes:
    whole = encode(SMALL, "GIF")
    at = 13 + 3 * (2 << (whole[10] & 7))  # behind the palette
    return whole[:at] + b"!\xfe" + b"\1a" * (2 * MIB) + b"\0" + whole[at:]


def subordinate() -> bytes:
    """A TIFF whose EXIF lies in a directory of its own, with a tag of many numbers."""
    whole = tiff((34665, 4, 1, b"\0\0\0\0"))
    at = whole.index(struct.pack("<HHI", 34665, 4, 1)) + 8
    below = struct.pack("<HHHIII", 1, 0x9010, 3, NUMBERS, len(whole) + 18, 0) + b"\x70\x17" * NUMBERS
    return whole[:at] + struct.pack("<I", len(whole)) + whole[at + 4 :] + below


BOMB = zlib.compress(bytes(2**27))
REFUSED: dict[str, Callable[[], bytes]] = {
    "GIF, comments": gif,
    "JPEG, empty segments": lambda: jpeg(*[(0xE5, b"")] * MIB),
    "JPEG, orientation": lambda: jpeg(*in_segments(exif())),
    "JPEG, resolution": lambda: jpeg(*in_segments(exif(RESOLUTION))),
    "WEBP, orientation": lambda: encode(SMALL, "WEBP", exif=exif()),
    "TIFF, orientation": lambda: tiff((ORIENTATION, 3, NUMBERS, bytes(2 * NUMBERS))),
    "TIFF, resolution": lambda: tiff((RESOLUTION, 5, NUMBERS // 4, bytes(2 * NUMBERS))),
    "TIFF, bits": lambda: tiff((258, 3, NUMBERS, bytes(2 * NUMBERS))),
    "TIFF, strips": lambda: tiff((STRIPS, 4, NUMBERS // 4, bytes(NUMBERS)), (278, 4, 1, b"\1\0\0\0")),
    "TIFF, strips of bytes": lambda: tiff((STRIPS, 1, NUMBERS, bytes(NUMBERS)), (278, 4, 1, b"\1\0\0\0")),
    "TIFF, big-endian": lambda: tiff((ORIENTATION, 3, NUMBERS, bytes(2 * NUMBERS)), order=">"),
    "BigTIFF": lambda: tiff((ORIENTATION, 3, NUMBERS, bytes(2 * NUMBERS)), big=True),
}
READ: dict[str, Callable[[], bytes]] = {
    "PNG, zTXt": lambda: with_notes(png_chunk(b"zTXt", b"k\0\0" + BOMB)),
    "PNG, iTXt": lambda: with_notes(png_chunk(b"iTXt", b"k\0\1\0\0\0" + BOMB)),
    "PNG, iCCP": lambda: with_notes(png_chunk(b"iCCP", b"k\0\0" + BOMB)),
    "PNG, many texts": lambda: with_notes(texts(50)),
    "PNG, texts behind": lambda: with_notes(after=texts(50)),
    "PNG, small texts": lambda: with_notes(
        b"".join(png_chunk(b"tEXt", b"%d\0v" % n) for n in range(400_000))
    ),
    "PNG, orientation": lambda: with_notes(png_chunk(b"eXIf", exif())),
    "TIFF, EXIF": subordinate,
}


@contextmanager
def cheaply() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < COSTS
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("made", REFUSED.values(), ids=REFUSED)
def test_what_would_cost_too_much_is_refused_before_it_does(made: Callable[[], bytes]) -> None:
    content = made()
    with cheaply(), pytest.raises(PictureTooLarge, match="too much metadata"):
        to_page(content)


@pytest.mark.parametrize("made", READ.values(), ids=READ)
def test_what_need_not_be_looked_at_costs_nothing(made: Callable[[], bytes]) -> None:
    content = made()
    with cheaply():
        assert to_page(content).shape == (10, 20)


def test_a_jpeg_of_nothing_but_scans_costs_nothing() -> None:
    whole = jpeg()
    at = whole.index(b"\xff\xda")
    content = whole[:at] + b"\xff\xda\0\x08\1" * (2 * MIB) + whole[at:]
    with cheaply(), pytest.raises(PictureTooLarge, match="scans"):
        to_page(content)


XMP = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
RAW = b"\nexif\n      26\n" + b"4d4d002a00000008000101120003000000010006000000000000"


@pytest.mark.parametrize(
    "note",
    [
        png_chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"),
        png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        png_chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(RAW)),
        png_chunk(b"tEXt", b"Raw profile type exif\0" + RAW),
    ],
    ids=lambda chunk: chunk[4:8].decode(),
)
@pytest.mark.parametrize("behind", [False, True])
def test_a_png_is_turned_by_any_note_that_says_so(note: bytes, behind: bool) -> None:
    assert to_page(with_notes(after=note) if behind else with_notes(note)).shape == (20, 10)


@pytest.mark.parametrize(
    "content",
    [
        jpeg(*[(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(65_000))] * 120),
        encode(SMALL, "WEBP", xmp=bytes(8 * MIB), icc_profile=bytes(4 * MIB)),
        tiff((LAYERS, 7, 8 * MIB, bytes(8 * MIB)), (34675, 7, 4 * MIB, bytes(4 * MIB))),
        tiff((STRIPS, 3, 10, struct.pack("<10H", *range(8, 208, 20))), (278, 3, 1, b"\1\0")),
        tiff(order=">"),
        tiff(big=True),
    ],
    ids=["depth of a photo", "notes of a WebP", "layers of a TIFF", "a strip a row", "big-endian", "BigTIFF"],
)
def test_what_real_files_hold_is_read(content: bytes) -> None:
    assert to_page(content).shape == (10, 20)
