"""Results as JSON lines: what each line holds, how one is appended and read, and what it says of its making.

Knows nothing about how a figure is measured or shown.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from inkdigits.errors import CorruptData, InkdigitsError
from inkdigits.files import output_errors, write_text
from inkdigits.records import to_plain

RESULTS = Path(__file__).parent / "results"
"""Where the lines stand that docs/results.md is made from."""

_CODE = ("src", "benchmarks/*.py", "pyproject.toml")

Row = TypeVar("Row")


@dataclass(frozen=True)
class Origin:
    """What every line says of its making.

    Attributes:
        machine: Processor and number of cores (or the accelerator), and the system.
        versions: Name and version of Python, Inkdigits and the libraries that matter.
        commit: The checkout, with `-dirty` if its code was changed (`commit_of`).
        time: When it was measured, ISO 8601 in UTC.
    """

    machine: str
    versions: dict[str, str]
    commit: str
    time: str


@dataclass(frozen=True)
class AccuracyRow(Origin):
    """One training run, scored.

    Attributes:
        recipe: Name of the recipe.
        seed: The run's.
        images: Test images scored.
        correct: How many were answered rightly.
        accuracy: 0 to 1.
        seconds: Training time.
        epochs: Trained for.
        parameters: Of the released network.
        fitted: Images fitted on.
        calibration_error: On the test images, 0 to 1.
        validation_accuracy: On the run's validation part, 0 to 1.
        article_epoch_seconds: One epoch of `article` in the same call, the mean of before the first run and
            after the last; only before, where the call was broken off or commands were not kept yet.
        recipe_sha256: Digest of what the recipe chooses; lines from before it was kept have none.
        command: What was run; lines from before it was kept have none.
        curve: After each epoch: seconds trained so far, and accuracy on the validation part.
    """

    recipe: str
    seed: int
    images: int
    correct: int
    accuracy: float
    seconds: float
    epochs: int | None = None
    parameters: int | None = None
    fitted: int | None = None
    calibration_error: float | None = None
    validation_accuracy: float | None = None
    article_epoch_seconds: float | None = None
    recipe_sha256: str | None = None
    command: str | None = None
    curve: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True)
class ReadingRow(Origin):
    """How well one way of reading does on one kind of picture; parts are 0 to 1.

    Attributes:
        session: When the call of the benchmark began; lines that share it can be compared.
        way: What read.
        pictures: What was read.
        count: How many.
        whole_right: Part of which every digit is right, and none is missing or added.
        whole_low: Lower end of its 95 % interval.
        whole_high: Upper end.
        digit_error_rate: Digits put in, left out or changed, against the digits there are.
        accepted: Part that is answered with a confidence of 0.99 or more.
        accepted_right: Part of these that is right; None where there are none.
        median_ms: Milliseconds a picture.
        p95_ms: What 95 of 100 stay below.
        processor_ms: Processor time a picture, mean; None where another process answers.
        engine: Which weights or which version read; lines from before it was kept have none.
    """

    session: str
    way: str
    pictures: str
    count: int
    whole_right: float
    whole_low: float
    whole_high: float
    digit_error_rate: float
    accepted: float
    accepted_right: float | None
    median_ms: float
    p95_ms: float
    processor_ms: float | None
    engine: str | None = None


@dataclass(frozen=True)
class Kind:
    """The nodes of one kind.

    Attributes:
        name: ONNX Runtime's name for them; `Conv` and `MatMul` stand for these in every form.
        microseconds: For one digit, in batches.
        multiply_adds: For one digit.
    """

    name: str
    microseconds: float
    multiply_adds: int


@dataclass(frozen=True)
class Arithmetic:
    """A model's cost on one core, and the machine's limit.

    Attributes:
        precision: In which it multiplies: `float32` or `int8`.
        multiply_adds: For one digit.
        multiply_adds_per_second: What one core reaches in a large matrix product of that precision.
        kinds: Where ONNX Runtime's time goes, the most costly first.
    """

    precision: str
    multiply_adds: int
    multiply_adds_per_second: float
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class LatencyRow(Origin):
    """How fast one way of recognizing is on so many cores.

    Attributes:
        session: When the call of the benchmark began; lines that share it can be compared.
        subject: Such as `Recognizer` or `k-NN`.
        model: Name of the model that answers, or what was fitted.
        cores: How many it may use.
        calls: Single digits that were timed, after warming up.
        median_ms: Milliseconds for a single digit.
        p90_ms: What nine of ten calls stay below.
        p99_ms: What 99 of 100 stay below.
        batch: Images in a batch, or None where the library decides.
        digits_per_second: In batches; median of several passes.
        images: Images of a pass.
        scored: Those of them that the model was not fitted on or chosen by.
        accuracy: On these, 0 to 1; None where nobody can tell which they are.
        arithmetic: `Arithmetic` as plain data, for our models on one core.
    """

    session: str
    subject: str
    model: str
    cores: int
    calls: int
    median_ms: float
    p90_ms: float
    p99_ms: float
    batch: int | None
    digits_per_second: float
    images: int
    scored: int
    accuracy: float | None
    arithmetic: dict[str, Any] | None = None


@dataclass(frozen=True)
class MemoryRow(Origin):
    """What it costs a fresh process to answer so many images.

    Attributes:
        session: When the call of the benchmark began.
        model: Name of the model.
        way: `stream`: chunk after chunk from a generator; `array`: one call with all of them.
        images: How many.
        chunk: Images in a chunk.
        seconds: For all answers, loading not counted.
        digits_per_second: Hence.
        peak_mib: Largest resident memory of the process.
        own_mib: Of that what one call added to what stood before it, its answers left out; `array` only.
        seed: Decides the images.
    """

    session: str
    model: str
    way: str
    images: int
    chunk: int
    seconds: float
    digits_per_second: float
    peak_mib: float
    own_mib: float | None
    seed: int


@dataclass(frozen=True)
class PeakRow(Origin):
    """What one thing needs in a process that does nothing else.

    Attributes:
        session: When the call of the benchmark began; lines that share it can be compared.
        subject: Such as `k-NN`, or the training of a recipe.
        model: Name of the model that answers, what was fitted, or how large what was trained is.
        images: Answered, or fitted in each epoch.
        seconds: For all answers, or for the epochs of training; loading and fitting rivals not counted.
        accuracy: Of the answers, 0 to 1; None where something was trained.
        peak_mib: Largest memory of the process, the data and what was fitted among it.
    """

    session: str
    subject: str
    model: str
    images: int
    seconds: float
    accuracy: float | None
    peak_mib: float


@dataclass(frozen=True)
class RefusalRow(Origin):
    """How well a model tells digits from a group of things that are none.

    Attributes:
        session: When the call of the benchmark began.
        model: Name of the model.
        digits: Images of digits.
        accuracy: On these, nothing refused, 0 to 1.
        calibration_error: On these, 0 to 1.
        threshold: Confidence below which an answer is refused.
        accuracy_if_refusing: On all of the digits, those that are refused counted as errors.
        group: Name of the group of things that are no digit.
        images: How many it has.
        auroc: Of the confidence, digits against the group.
        refused: Part of the group that is refused.
    """

    session: str
    model: str
    digits: int
    accuracy: float
    calibration_error: float
    threshold: float
    accuracy_if_refusing: float
    group: str
    images: int
    auroc: float
    refused: float


@dataclass(frozen=True)
class LettersRow(Origin):
    """How often nothing was told of one kind of pictures on which there is no digit.

    Attributes:
        session: When the call of the benchmark began; lines that share it can be compared.
        model: Which weights read.
        pictures: What was read.
        count: How many.
        nothing: Part of which nothing was told, 0 to 1.
    """

    session: str
    model: str
    pictures: str
    count: int
    nothing: float


@dataclass(frozen=True)
class PageRow(Origin):
    """What one picture costs in a process that does nothing else.

    Attributes:
        session: When the call of the benchmark began; lines that share it can be compared.
        picture: What it is.
        megapixels: Of it.
        first_seconds: From the process's start to the first answer; import and loading counted.
        seconds: Of a later reading, the median.
        readings: How many later ones.
        peak_mib: Largest memory of the process.
    """

    session: str
    picture: str
    megapixels: float
    first_seconds: float
    seconds: float
    readings: int
    peak_mib: float


@dataclass(frozen=True)
class StrangersRow(Origin):
    """How well a model does on digits of people and pens it was not trained on.

    Attributes:
        session: When the call of the benchmark began.
        model: Name of the model.
        seed: Decides how pen traces are drawn.
        group: What is recognized.
        images: How many.
        correct: How many were answered rightly.
        accuracy: 0 to 1.
        low: Lower end of its 95 % interval.
        high: Upper end.
        calibration_error: 0 to 1.
    """

    session: str
    model: str
    seed: int
    group: str
    images: int
    correct: int
    accuracy: float
    low: float
    high: float
    calibration_error: float


@dataclass(frozen=True)
class ServingRow(Origin):
    """What the service bears, the load coming from a second process on the same machine.

    Attributes:
        model: Name of the model.
        cores: Of the machine.
        connections: That ask one after the other, for the most that it bears.
        requests_per_second: Single digits answered so.
        processor_ms: The service's processor time for one of them, on all cores together.
        rate: Requests a second for the waits.
        waits: Requests of that kind.
        median_ms: Milliseconds from when a request was due to its answer.
        p99_ms: What 99 of 100 stay below.
        largest_ms: The longest.
        crowd: Connections that ask for a number at a time, more than are taken.
        refused: Requests of theirs that were told to come again.
        probes: Times that `/livez` or `/readyz` was asked meanwhile.
        probe_p99_ms: Milliseconds to its answer that 99 of 100 stay below.
        probe_largest_ms: The longest.
        drawings: Times that a drawn 7 was read as the page has it read, one at a time.
        drawing_median_ms: Milliseconds to the answer.
        drawing_p99_ms: What 99 of 100 stay below.
        requests: For memory.
        warm_mib: Resident memory after a tenth of them.
        peak_mib: The most seen from then on.
        end_mib: After all of them.
    """

    model: str
    cores: int
    connections: int
    requests_per_second: float
    processor_ms: float
    rate: float
    waits: int
    median_ms: float
    p99_ms: float
    largest_ms: float
    crowd: int
    refused: int
    probes: int
    probe_p99_ms: float
    probe_largest_ms: float
    drawings: int
    drawing_median_ms: float
    drawing_p99_ms: float
    requests: int
    warm_mib: float
    peak_mib: float
    end_mib: float


@dataclass(frozen=True)
class KillRow(Origin):
    """Corrections through kills of the service.

    Attributes:
        rounds: How often it was killed.
        seed: Decides the moments.
        answered: Corrections answered 201.
        lost: Those of them that a restarted service did not know.
    """

    rounds: int
    seed: int
    answered: int
    lost: int


def now() -> str:
    """Gives the time in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def origin(*libraries: str) -> dict[str, Any]:
    """Gives the fields of `Origin`, with the versions of further libraries.

    Loads torch, which makes glibc keep freed memory: what is measured without it must be measured before.
    """
    from inkdigits.training.machine import describe_machine, versions

    more = {name: version(name) for name in libraries}
    return {
        "machine": describe_machine(),
        "versions": versions() | more,
        "commit": commit_of(RESULTS.parent.parent),
        "time": now(),
    }


def commit_of(checkout: Path) -> str:
    """Gives a checkout's commit, with `-dirty` if what decides a measurement was changed since.

    That is the package, the benchmarks and the versions they ask for; documents, tests and the lines that
    benchmarks append do not count.
    """
    described = _git(checkout, "describe", "--always", "--abbrev=12")
    changed = _git(checkout, "status", "--porcelain", "--untracked-files=no", "--", *_CODE)
    return f"{described or 'unknown'}{'-dirty' if changed else ''}"


def append_row(folder: Path, benchmark: str, row: Any) -> None:
    """Appends one line to `BENCHMARK.jsonl`.

    Args:
        folder: Where the file stands or is made.
        benchmark: Its name.
        row: One of the records above.

    Raises:
        OutputError: If it can't be written.
    """
    path = folder / f"{benchmark}.jsonl"
    with output_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(_line(benchmark, row) + "\n")


def replace_last_rows(folder: Path, benchmark: str, rows: Sequence[Any]) -> None:
    """Writes the last lines of `BENCHMARK.jsonl` anew, as many as there are rows.

    Raises:
        OutputError: If it can't be written.
    """
    path = folder / f"{benchmark}.jsonl"
    lines = path.read_text("utf-8").splitlines()
    kept = lines[: len(lines) - len(rows)]
    write_text(path, "".join(f"{line}\n" for line in [*kept, *(_line(benchmark, row) for row in rows)]))


def read_rows(folder: Path, benchmark: str, kind: type[Row]) -> list[Row]:
    """Gives the lines of `BENCHMARK.jsonl`, oldest first; none where there is no such file.

    Fields that `kind` does not know are passed over: lines are kept for longer than the code.

    Raises:
        CorruptData: If a line is no JSON or lacks a field.
    """
    path = folder / f"{benchmark}.jsonl"
    if not path.is_file():
        return []
    lines = path.read_text("utf-8").splitlines()
    return [_row(path, number, line, kind) for number, line in enumerate(lines, start=1)]


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Ends the program with one line instead of a traceback where a person's mistake is the cause."""
    try:
        yield
    except InkdigitsError as error:
        raise SystemExit(f"Error: {error}") from error


def _line(benchmark: str, row: Any) -> str:
    return json.dumps({"benchmark": benchmark} | to_plain(row))


def _row(path: Path, number: int, line: str, kind: Any) -> Any:
    try:
        plain = json.loads(line)
    except ValueError as error:
        raise CorruptData(path, f"line {number} is no JSON") from error
    missing = [field.name for field in fields(kind) if field.default is MISSING and field.name not in plain]
    if missing:
        raise CorruptData(path, f"line {number} lacks {', '.join(missing)}")
    return kind(**{field.name: plain[field.name] for field in fields(kind) if field.name in plain})


def _git(checkout: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(checkout), *words], capture_output=True, text=True, check=False)
    return done.stdout.strip()
