"""Whole files and folders or none: everything is written beside its place and renamed into it.

Knows nothing about what the files hold.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from inkdigits.errors import OutputError

UNFINISHED = ".inkdigits-"
"""How the names begin of what is not whole yet; a process that was killed may leave such a file."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Opens a file for writing that takes the place of `path` only once it is whole.

    Args:
        path: Where the file shall stand; its folder is made if need be.

    Yields:
        A binary file object; whatever stood at `path` stays until the block ends without an error.

    Raises:
        OutputError: If the disk is full, the target is read-only or no file, or its folder can't be made.
    """
    with output_errors(path):
        target = path.resolve()  # what a symbolic link stands for is written, the link stays
        if target.exists() and not target.is_file():
            raise OutputError(f"can't write {path}: it is no regular file")
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=UNFINISHED, dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(beside).chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())
            Path(beside).replace(target)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise


def write_bytes(path: Path, content: bytes) -> None:
    """Writes `content` to `path`, whole or not at all.

    Raises:
        OutputError: As `replacing` does.
    """
    with replacing(path) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    """Writes `text` to `path` as UTF-8 with LF line ends, whole or not at all.

    Raises:
        OutputError: As `replacing` does.
    """
    write_bytes(path, text.encode("utf-8"))


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Opens a folder for writing that stands at `path` only once it is whole.

    Args:
        path: Where the folder shall stand: nothing, or an empty folder, is there yet.

    Yields:
        A folder beside `path` to write into; nothing of it is left if the block ends with an error.

    Raises:
        OutputError: If there is something at `path`, or it can't be written.
    """
    with output_errors(path):
        target = path.resolve()
        if target.exists() and not (target.is_dir() and not any(target.iterdir())):
            raise OutputError(f"there is something at {path} already; give a new folder or an empty one")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=target.parent) as beside:
            folder = Path(beside) / target.name
            folder.mkdir()
            yield folder
            if target.exists():  # what is there must be gone before another can be called so on Windows
                target.rmdir()
            folder.replace(target)


@contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Turns the operating system's refusals while writing `path` into one line of ours.

    Raises:
        OutputError: Instead of any OSError.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(f"can't write {path}: {error.strerror or error}") from error


def is_text(path: Path) -> bool:
    """Says whether a path can be written down: its bytes are UTF-8."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
