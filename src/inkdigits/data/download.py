"""Downloads MNIST from public mirrors, checked by SHA-256.

Knows nothing about what the files hold.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from inkdigits.data.packed import reading_errors
from inkdigits.data.sources import kaggle_hint, user_data_folder
from inkdigits.errors import ChecksumMismatch, DataError, DownloadFailed, MissingExtra, UnknownName
from inkdigits.files import write_bytes

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
"""Folders on the net that hold MNIST's four files, in the order they are asked."""

Progress = Callable[[str, int, int], None]
"""Is told a file's name, the bytes done and the bytes in all."""

_TIMEOUT = 30
"""Seconds that a mirror may stay silent."""


@dataclass(frozen=True)
class RemoteFile:
    """A file as it has to arrive.

    Attributes:
        name: Its name on every mirror and on disk.
        size: Bytes.
        sha256: As 64 hexadecimal digits.
    """

    name: str
    size: int
    sha256: str


MNIST_FILES = (
    RemoteFile(
        "train-images-idx3-ubyte.gz",
        9912422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    RemoteFile(
        "train-labels-idx1-ubyte.gz",
        28881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    RemoteFile(
        "t10k-images-idx3-ubyte.gz",
        1648877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    RemoteFile(
        "t10k-labels-idx1-ubyte.gz",
        4542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
)


def fetch(
    name: str,
    into: Path | None = None,
    mirrors: Sequence[str] = MIRRORS,
    progress: Progress | None = None,
) -> list[Path]:
    """Downloads a source's files, those that are not there yet.

    Args:
        name: `mnist`; `kaggle` and `uci` answer with what to do instead.
        into: The folder for the files; `mnist` in the user's cache if None.
        mirrors: Folders on the net, each ending in a slash, asked in this order for each file.
        progress: Is called as bytes come in.

    Returns:
        The four files, each whole and with the right SHA-256.

    Raises:
        UnknownName: If it is no source.
        DataError: If the source can't be fetched (`kaggle`) or needs no fetching (`uci`).
        ChecksumMismatch: If every mirror that answered gave another file.
        DownloadFailed: If no mirror answered.
        OutputError: If a file can't be written.
        MissingExtra: If pooch, which downloads, is not installed.
    """
    if name == "kaggle":
        raise DataError(f"kaggle can't be fetched; {kaggle_hint()}")
    if name == "uci":
        raise DataError("uci needs no fetching; scikit-learn carries it")
    if name != "mnist":
        raise UnknownName("source", name, ("mnist", "kaggle", "uci"))
    folder = user_data_folder() / "mnist" if into is None else into
    return [_fetch_file(file, folder / file.name, mirrors, progress) for file in MNIST_FILES]


def _fetch_file(file: RemoteFile, path: Path, mirrors: Sequence[str], progress: Progress | None) -> Path:
    with reading_errors(path):
        if path.is_file() and _is_right(file, path.read_bytes()):
            return path
    answered = False
    for mirror in mirrors:
        content = _download(mirror + file.name, file, progress)
        answered = answered or content is not None
        if content is not None and _is_right(file, content):
            write_bytes(path, content)
            return path
    tried = ", ".join(mirrors)
    if answered:
        raise ChecksumMismatch(f"{file.name} from {tried} is not the file it should be (SHA-256 differs)")
    raise DownloadFailed(
        f"{file.name} could not be downloaded from {tried}; "
        f"without a network, put MNIST's four files in {path.parent}"
    )


def _is_right(file: RemoteFile, content: bytes) -> bool:
    return len(content) == file.size and hashlib.sha256(content).hexdigest() == file.sha256


def _download(url: str, file: RemoteFile, progress: Progress | None) -> bytes | None:
    """Gives what stands at `url`, at most one byte more than the file has; None if nothing answers."""
    try:
        from pooch import HTTPDownloader
    except ImportError as error:
        raise MissingExtra("downloading", "train", "pooch") from error
    content = _Bounded(file.size + 1)
    bar = _Bar(file, progress) if progress else False
    try:
        HTTPDownloader(progressbar=bar, timeout=_TIMEOUT)(url, content, None)
    except _Full:
        pass
    except (OSError, ValueError):
        return None
    return content.getvalue()


class _Full(Exception):
    """More bytes came than the file has."""


class _Bounded(io.BytesIO):
    """Takes bytes up to a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, chunk: bytes, /) -> int:  # type: ignore[override]
        if self.tell() + len(chunk) > self._limit:
            raise _Full
        return super().write(chunk)


class _Bar:
    """Tells a callback what pooch tells a progress bar."""

    def __init__(self, file: RemoteFile, progress: Progress) -> None:
        self.total = file.size
        self._file = file
        self._progress = progress
        self._done = 0

    def update(self, count: int) -> None:
        self._done = min(self._done + count, self._file.size)
        self._progress(self._file.name, self._done, self._file.size)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Nothing is left open."""
