"""Reads files that may be packed by gzip or zip, never more than was promised.

Knows nothing about what the files hold.
"""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from inkdigits.errors import CorruptData, DataError

CONTENT_LIMIT = 2**30
"""Bytes that we read of one file at most, unpacked."""

_GZIP_MAGIC = b"\x1f\x8b"


@contextmanager
def reading_errors(path: Path | str) -> Iterator[None]:
    """Turns what goes wrong while reading `path` into one line of ours.

    Raises:
        CorruptData: If the packed content is truncated or altered.
        DataError: If the operating system refuses to read it.
    """
    try:
        yield
    except EOFError as error:
        raise CorruptData(path, "ends too early; the file is cut short") from error
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError) as error:
        raise CorruptData(path, f"can't be unpacked ({error})") from error
    except OSError as error:
        raise DataError(f"can't read {path}: {error.strerror or error}") from error


@contextmanager
def open_plain(path: Path) -> Iterator[BinaryIO]:
    """Opens a file for reading its content, unpacked if it is gzip by content, whatever its name.

    Raises:
        CorruptData: If the gzip stream is truncated or altered, also while the block reads.
        DataError: If the file can't be read.
    """
    with reading_errors(path), path.open("rb") as file:
        yield _plain(file)


def read_plain(path: Path) -> bytes:
    """Gives the whole content of a file, unpacked if it is gzip.

    Raises:
        CorruptData: As `open_plain`, or if there is more than `CONTENT_LIMIT`.
        DataError: If the file can't be read.
    """
    with open_plain(path) as stream:
        return read_at_most(stream, CONTENT_LIMIT, path)


def read_zip_member(path: Path, name: str) -> bytes:
    """Gives the content of the member called `name`, in whichever folder of the zip file it lies.

    Args:
        path: A zip file.
        name: The member's file name; `name + ".gz"` is taken too, and unpacked.

    Raises:
        CorruptData: If there is no such member, it is damaged or holds more than `CONTENT_LIMIT`.
        DataError: If the file can't be read.
    """
    with reading_errors(path), zipfile.ZipFile(path) as archive:
        members = {PurePosixPath(member).name: member for member in archive.namelist()}
        member = members.get(name) or members.get(f"{name}.gz")
        if member is None:
            raise CorruptData(path, f"holds no {name}")
        with archive.open(member) as stream:
            content = read_at_most(cast("BinaryIO", stream), CONTENT_LIMIT, path)
        return read_at_most(_plain(io.BytesIO(content)), CONTENT_LIMIT, path)


def read_at_most(stream: BinaryIO, limit: int, path: Path) -> bytes:
    """Gives what is left of `stream`.

    Raises:
        CorruptData: If that is more than `limit` bytes.
    """
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise CorruptData(path, f"holds more than the {limit:,} bytes that we expect at most")
    return content


def _plain(file: BinaryIO) -> BinaryIO:
    packed = file.read(2) == _GZIP_MAGIC
    file.seek(0)
    return cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
