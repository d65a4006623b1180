"""Many pictures: found by name, read on all cores, each with an outcome of its own.

Knows nothing about printing.
"""

from __future__ import annotations

import logging
import sys
import traceback
import warnings
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from itertools import chain, count, islice
from multiprocessing import get_context
from pathlib import Path

from inkdigits.cli.exit_codes import OUR_FAULT, SYSTEM_REFUSES, exit_code
from inkdigits.cores import usable_cores
from inkdigits.errors import InkdigitsError, PictureNotFound, PictureUnreadable
from inkdigits.files import replacing
from inkdigits.images import MAX_BYTES
from inkdigits.reading import Box, Reader, Reading

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
"""What pictures in a folder are called; a file named on its own may be called anything."""

READ, EXPLAINED = ".read.png", ".explained.png"
"""How names of drawings end."""

STDIN = "-"
"""The name of standard input."""

_FEW = 12  # pictures that are read before a second process would have started
_OUR_FAULT = "a fault of ours"


@dataclass(frozen=True)
class Source:
    """One picture to read.

    Attributes:
        name: As it is told, `-` for standard input.
        error: Why there is none, and nothing else need be tried.
        code: The exit code of that error, 0 for none.
    """

    name: str
    error: str = ""
    code: int = 0


@dataclass(frozen=True)
class Job:
    """How pictures are read, as in `inkdigits.read`.

    Attributes:
        layout: What a picture shows.
        min_confidence: From which a line is accepted.
        overlay: Folder for drawings, None for none.
        explain: Whether it is drawn how a picture was read; without `overlay` into the working folder.
        line_reader: Run or model that reads lines, None for the one that comes with Inkdigits.
        recognizer: The same for digit images.
    """

    layout: str
    min_confidence: float
    overlay: Path | None = None
    explain: bool = False
    line_reader: Path | None = None
    recognizer: Path | None = None


@dataclass(frozen=True)
class DigitRow:
    """A digit as it is printed: see `inkdigits.reading.Digit`."""

    label: int
    confidence: float
    box: Box


@dataclass(frozen=True)
class LineRow:
    """A line as it is printed: see `inkdigits.reading.Line`."""

    text: str
    confidence: float
    accepted: bool
    box: Box
    digits: tuple[DigitRow, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of a picture.

    Attributes:
        file: Its name.
        text: What it says, a line a line.
        lines: The same with confidences and boxes.
        error: Why it could not be read, empty if it could.
        code: The exit code of that error, 0 for none.
    """

    file: str
    text: str
    lines: tuple[LineRow, ...]
    error: str = ""
    code: int = 0


_Task = tuple[Source, str]
"""A picture, and what its drawings are called."""


def find_pictures(name: str) -> list[Source]:
    """Gives the pictures that a name on the command line stands for.

    A folder stands for the files in it and below that are called as pictures are; hidden ones and our own
    drawings are left out.
    """
    path = Path(name)
    if not name or name == STDIN or not _is_folder(path):
        return [Source(name)]
    try:
        any(path.iterdir())  # tells of a folder that can't be looked into; rglob would find nothing
        below = sorted(path.rglob("*"))
    except OSError as error:
        return [_failed(name, PictureUnreadable(f"can't read {name!r}: {error.strerror}"))]
    found = [Source(str(one)) for one in below if _is_meant(one.relative_to(path)) and not _is_folder(one)]
    return found or [_failed(name, PictureNotFound(f"no pictures in the folder {name}"))]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # no permission, a name too long: told when it is read
        return False


def read_all(sources: list[Source], job: Job) -> Iterator[Outcome]:
    """Gives the outcome of each picture, in their order, as they come; none is lost by another's fault.

    Raises:
        ArtifactError: If a model that reads can't be loaded.
    """
    _hush()
    _reader(job.line_reader, job.recognizer)  # what is wrong with it is told once, not for each picture
    tasks = list(zip(sources, _drawing_names(sources), strict=True))
    workers = min(usable_cores(), len(sources) // _FEW)
    if workers < 2 or any(source.name == STDIN for source in sources):
        yield from (_read_one(source, drawing, job) for source, drawing in tasks)
        return
    while tasks:
        done = 0
        for outcome in _until_broken(tasks, job, workers):
            yield outcome
            done += 1
        left = tasks[done:]
        # With which picture a process ended is not told: the first without an outcome is tried alone.
        yield from islice(chain(_until_broken(left[:1], job, 1), map(_lost, left)), 1)
        tasks = left[1:]


def _until_broken(tasks: list[_Task], job: Job, workers: int) -> Iterator[Outcome]:
    """Gives the outcomes, in order, that come before one of the processes ends before its time."""
    if not tasks:
        return
    # Processes, because finding ink holds Python's lock most of the time; spawned, because forks and
    # threads of ONNX Runtime don't go together.
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_hush) as pool:
        try:
            waiting = deque(pool.submit(_read_one, source, drawing, job) for source, drawing in tasks)
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _hush() -> None:
    """Keeps to a line a picture: Pillow warns of odd notes in a file, and of sizes that we refuse anyway."""
    warnings.filterwarnings("ignore", module=r"PIL\.")
    logging.getLogger("PIL").addHandler(logging.NullHandler())


def _lost(task: _Task) -> Outcome:
    problem = "the process that read it was ended, by a crash or for want of memory"
    return Outcome(task[0].name, "", (), f"{_OUR_FAULT}: {problem}", OUR_FAULT)


def _is_meant(path: Path) -> bool:
    """Says whether a file below a folder is called as pictures are, and neither hidden nor a drawing."""
    hidden = any(part.startswith(".") for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not hidden and not path.name.endswith((READ, EXPLAINED))


def _failed(name: str, error: InkdigitsError) -> Source:
    return Source(name, str(error), exit_code(error))


def _read_one(source: Source, drawing: str, job: Job) -> Outcome:
    if source.error:
        return Outcome(source.name, "", (), source.error, source.code)
    try:
        picture = _standard_input() if source.name == STDIN else source.name
        reader = _reader(job.line_reader, job.recognizer)
        reading = reader.read(picture, layout=job.layout, min_confidence=job.min_confidence)
        _draw(reading, drawing, job)
    except InkdigitsError as error:
        return Outcome(source.name, "", (), str(error), exit_code(error))
    except OSError as error:
        return Outcome(source.name, "", (), error.strerror or str(error), SYSTEM_REFUSES)
    except Exception as error:  # a fault of ours with one picture is no reason to withhold the others
        return Outcome(source.name, "", (), _fault(error), OUR_FAULT)
    return Outcome(source.name, reading.text, _rows(reading))


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise PictureUnreadable("can't read standard input: it is closed")
    return sys.stdin.buffer.read(MAX_BYTES + 1)


@cache
def _reader(line_reader: Path | None, recognizer: Path | None) -> Reader:
    """Gives who reads, loaded once a process."""
    return Reader.load(line_reader=line_reader, recognizer=recognizer)


def _fault(error: Exception) -> str:
    """Tells an error that is none of ours in one line, with where it arose, for who mends it."""
    if isinstance(error, MemoryError):
        return f"{_OUR_FAULT}: memory ran out"
    where = traceback.extract_tb(error.__traceback__)[-1]
    said = " ".join(f"{type(error).__name__} {error}".split())
    return f"{_OUR_FAULT}: {said} ({Path(where.filename).name}, line {where.lineno})"


def _rows(reading: Reading) -> tuple[LineRow, ...]:
    return tuple(
        LineRow(
            line.text,
            round(line.confidence, 4),
            line.accepted,
            line.box,
            tuple(DigitRow(digit.label, round(digit.confidence, 4), digit.box) for digit in line.digits),
        )
        for line in reading.lines
    )


def _drawing_names(sources: list[Source]) -> list[str]:
    """Gives a file name without suffix for each picture, none twice."""
    names: dict[str, None] = {}
    for source in sources:
        own = "stdin" if source.name == STDIN else Path(source.name).name
        numbered = (f"{own}.{number}" for number in count(2))
        names[next(name for name in chain([own], numbered) if name not in names)] = None
    return list(names)


def _draw(reading: Reading, name: str, job: Job) -> None:
    folder = job.overlay or Path()
    if job.overlay:
        with replacing(folder / f"{name}{READ}") as file:
            reading.draw().save(file, "PNG")
    if job.explain:
        with replacing(folder / f"{name}{EXPLAINED}") as file:
            reading.explain().save(file, "PNG")
