"""The tree of errors a person can cause, each with one line that says what is wrong and what to do.

    InkdigitsError
    ├── DataError              a digit set can't be had as asked
    │   ├── DataNotFound       no such file, or a source that is not on this machine
    │   ├── CorruptData        a file that is truncated, altered or not what it should be
    │   ├── ChecksumMismatch   a download that is not the file it should be
    │   └── DownloadFailed     no mirror answered
    ├── PictureError           no picture that we read
    │   ├── PictureNotFound    no such file, or a folder without pictures
    │   ├── PictureUnreadable  a file that the operating system does not let us read
    │   ├── NotAPicture        bytes in no format of ours, an array or object that is no picture
    │   ├── DamagedPicture     cut short or altered
    │   ├── EmptyPicture       no bytes, or no pixels
    │   ├── PictureTooLarge    above the limit of pixels, bytes or metadata
    │   └── PictureTooThin     too few pixels high or wide to show a digit
    ├── UnknownName            a source, split or recipe we don't know, with the nearest name
    ├── RecipeError            a recipe with an unknown key, a wrong type or an impossible value
    ├── RunFolderError         a folder that holds another run, or no run
    ├── TrainingStopped        a run that can't go on: its loss is no number, or memory ran out
    ├── ArtifactError          a model file that is none of ours, altered, or does not match its card
    ├── LeakRefused            a submission from a model that has seen the answers
    ├── OutputError            a target that can't be written: full disk, read-only, no such folder
    ├── StoreUnavailable       a database of corrections that is away, locked, full, read-only or newer
    ├── CorrectionError        a correction that can't be taken as it is given, or is not there
    ├── BadOption              an option with an impossible value
    ├── CannotListen           an address that can't be served at: in use, or open to others without a key
    └── MissingExtra           an optional dependency that is not installed

Knows nothing about exit codes or HTTP statuses: the doors have one table each.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class InkdigitsError(Exception):
    """The root: catch this to catch every error that a person can cause."""


class DataError(InkdigitsError):
    """A digit set can't be had as asked."""


class DataNotFound(DataError):
    """No such file, or a source that is not on this machine."""


class CorruptData(DataError):
    """A file that is truncated, altered or not what it should be."""

    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")


class ChecksumMismatch(DataError):
    """A download that is not the file it should be."""


class DownloadFailed(DataError):
    """No mirror answered."""


class PictureError(InkdigitsError):
    """No picture that we read."""


class PictureNotFound(PictureError):
    """No such file, or a folder without pictures."""


class PictureUnreadable(PictureError):
    """A file that the operating system does not let us read."""


class NotAPicture(PictureError):
    """Bytes in no format of ours, or an array or object that is no picture."""


class DamagedPicture(PictureError):
    """A picture that was cut short or altered."""


class EmptyPicture(PictureError):
    """No bytes, or no pixels."""


class PictureTooLarge(PictureError):
    """A picture above the limit of pixels, bytes or metadata."""


class PictureTooThin(PictureError):
    """A picture with too few pixels in height or width to show a digit."""


class UnknownName(InkdigitsError):
    """A name we don't know; the message offers the nearest one we do."""

    def __init__(self, kind: str, name: str, known: Iterable[str], otherwise: str = "") -> None:
        known = sorted(known)
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
        aside = f" ({otherwise})" if otherwise else ""
        super().__init__(f"unknown {kind} '{name}'; {hint}{aside}")


class RecipeError(InkdigitsError):
    """A recipe with an unknown key, a wrong type or an impossible value."""


class RunFolderError(InkdigitsError):
    """A folder that holds another run, or no run."""


class TrainingStopped(InkdigitsError):
    """A run that can't go on; where it had begun, the message says whether a checkpoint is kept."""


class ArtifactError(InkdigitsError):
    """A model file that is none of ours, was altered, or does not match its card."""


class LeakRefused(InkdigitsError):
    """A submission from a model that has seen the images it would be scored on."""


class OutputError(InkdigitsError):
    """A target that can't be written."""


class StoreUnavailable(InkdigitsError):
    """A database of corrections that is away, locked, full, read-only, or newer than we are."""


class CorrectionError(InkdigitsError):
    """A correction that can't be taken as it is given, or one that is not there."""


class BadOption(InkdigitsError):
    """An option with an impossible value."""


class CannotListen(InkdigitsError):
    """An address that can't be served at: in use, not ours, or open to others without a key."""


class MissingExtra(InkdigitsError):
    """An optional dependency that is not installed."""

    def __init__(self, purpose: str, extra: str, package: str) -> None:
        super().__init__(
            f"{purpose} needs {package}, which is not installed; run: pip install 'inkdigits[{extra}]'"
        )
