"""One process at a time in a run folder: two would write each other's files.

Knows nothing about what a run is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inkdigits.errors import MissingExtra, RunFolderError
from inkdigits.files import UNFINISHED, output_errors

try:
    from filelock import FileLock, Timeout
except ImportError as error:
    raise MissingExtra("training", "train", error.name or "filelock") from error

_LOCK = f"{UNFINISHED}lock"
"""A file that is there while a process is at work; if that is killed it stays, but holds nobody up."""


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Keeps a run folder to this process until the block ends; it is made if need be.

    Raises:
        RunFolderError: If another process has it.
        OutputError: If nothing can be written into it.
    """
    lock = FileLock(folder / _LOCK, blocking=False)
    with output_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:  # an OSError, too
            raise RunFolderError(
                f"another process is training in {folder}; wait for it, or give --out another folder"
            ) from error
    try:
        yield
    finally:
        (folder / _LOCK).unlink(missing_ok=True)  # first: who opens it now has no lock once it is released
        lock.release()
