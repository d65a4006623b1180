"""A correction as it is offered: the picture made anew, what was read, and what it says in truth.

Knows nothing about databases.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass
from math import ceil

from PIL import Image

from inkdigits.arrays import Page
from inkdigits.errors import CorrectionError
from inkdigits.images import decode_page

MAX_PIXELS_KEPT = 2_000_000
"""Pixels of a kept picture at most; a larger page is reduced by the smallest whole number that does."""

MAX_TEXT = 60_000
"""Characters of a corrected text at most, line ends included: more digits than are ever read on a page."""

MAX_READING = 2_000_000
"""Characters of a reading's JSON text at most: some 20,000 digits with their boxes."""

MAX_MODEL = 200
"""Characters of a model's name at most."""

_LINES = re.compile(r"[0-9]+(\n[0-9]+)*")


@dataclass(frozen=True)
class Correction:
    """A picture, what a model read in it, and what a person says it shows.

    Attributes:
        picture: A PNG of the upright grey page, without any of the file's metadata, of at most
            `MAX_PIXELS_KEPT` pixels.
        reduction: How many pixels of the page make one of the picture in each direction, 1 mostly; boxes
            in the reading are divided by it.
        text: The truth: lines of digits, joined by LF.
        reading: What was read, as JSON text in ASCII.
        model: The name of the model that read it.
        digest: SHA-256 over the picture's pixels and the text, as 64 hexadecimal digits: what two
            corrections share if they are the same.
    """

    picture: bytes
    reduction: int
    text: str
    reading: str
    model: str
    digest: str


def make_correction(content: bytes, text: str, reading: str, model: str) -> Correction:
    """Gives the correction of a picture file.

    Args:
        content: A whole file, as `decode_page` takes it.
        text: What it shows: lines of digits. Space around a line and empty lines are passed over.
        reading: What was read in it, as JSON text.
        model: The name of the model that read it, printable.

    Returns:
        The correction; the file's name, notes, colour and place are not in it.

    Raises:
        CorrectionError: If the text is not lines of digits, the reading no JSON, the model's name not
            printable, or one of them too long.
        PictureError: As `decode_page` does.
    """
    lines = _lines(text)
    reading = _json(reading)
    if not (0 < len(model) <= MAX_MODEL and model.isprintable()):
        raise CorrectionError(f"a model's name has 1 to {MAX_MODEL} printable characters")
    picture, reduction = _reduced(decode_page(content))
    return Correction(_png(picture), reduction, lines, reading, model, _digest(picture, lines))


def _lines(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise CorrectionError(f"the corrected text has {len(text):,} characters; the limit is {MAX_TEXT:,}")
    stripped = (line.strip() for line in text.splitlines())
    lines = "\n".join(line for line in stripped if line)
    if not _LINES.fullmatch(lines):
        raise CorrectionError("a corrected text is lines of the digits 0 to 9, at least one digit in all")
    return lines


def _json(reading: str) -> str:
    if len(reading) > MAX_READING:
        raise CorrectionError(f"the reading has {len(reading):,} characters; the limit is {MAX_READING:,}")
    try:
        # Written anew in ASCII: databases refuse characters that a JSON text may hold.
        return json.dumps(json.loads(reading), allow_nan=False, separators=(",", ":"))
    except (ValueError, RecursionError) as error:
        raise CorrectionError("the reading is no JSON") from error


def _reduced(page: Page) -> tuple[Image.Image, int]:
    height, width = page.shape
    factor = 1
    while ceil(height / factor) * ceil(width / factor) > MAX_PIXELS_KEPT:
        factor += 1
    picture = Image.fromarray(page)
    return (picture if factor == 1 else picture.reduce(factor)), factor


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _digest(picture: Image.Image, text: str) -> str:
    # Over pixels, not the PNG: another version of zlib packs the same picture otherwise.
    size = "{}x{}\n".format(*picture.size)
    return hashlib.sha256(size.encode() + picture.tobytes() + text.encode()).hexdigest()
