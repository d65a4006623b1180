"""How well ways to read a check amount do: on the same 400 pictures, in the same run.

    python benchmarks/reading.py --reader runs/lines
    python benchmarks/reading.py --folds runs/real-0 runs/real-1 runs/real-2 runs/real-3 runs/real-4
    python benchmarks/reading.py --tesseract --rapidocr /path/to/venv/bin/python

A reader given by --reader must not have seen the amounts; those given by --folds are line readers trained
with the amounts but for one fold each (`inkdigits train-lines --hold-out`), in the order of the folds, and
each reads the fold it has not seen. Tesseract is Debian's `tesseract-ocr`, digits only. RapidOCR is not
installed with Inkdigits: give the Python of an environment that has it. Appends one JSON line per way to
benchmarks/results/reading.jsonl. Times are of one picture after the other, on whatever cores a way takes,
decoding not counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
from PIL import Image

from inkdigits.data.amounts import AmountField, fold_of, load_amounts
from inkdigits.evaluation.metrics import wilson_interval
from inkdigits.model.line_confidence import Calibration, fit_calibration
from inkdigits.model.line_reader import LineReader

RESULTS = Path(__file__).parent / "results" / "reading.jsonl"
MIN_CONFIDENCE = 0.99


@dataclass(frozen=True)
class Answer:
    """What a way answered to a picture."""

    text: str
    confidence: float
    milliseconds: float


@dataclass(frozen=True)
class Row:
    """How a way did; parts are 0 to 1."""

    way: str
    pictures: int
    whole_right: float
    whole_low: float
    whole_high: float
    digit_error_rate: float
    accepted: float
    accepted_right: float | None
    milliseconds_median: float
    milliseconds_p95: float


Way = Callable[[Sequence[AmountField]], list[Answer]]


def main() -> None:
    """Reads the arguments, reads the amounts by each way, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reader", type=Path, nargs="*", default=[], help="line readers, each over all")
    parser.add_argument("--folds", type=Path, nargs=5, help="five line readers, one for each held-out fold")
    parser.add_argument("--tesseract", action="store_true", help="Debian's tesseract-ocr, digits only")
    parser.add_argument("--rapidocr", type=Path, help="a Python that has RapidOCR")
    parser.add_argument("--errors", action="store_true", help="list what was read wrong")
    options = parser.parse_args()
    ways: dict[str, Way] = {f"line reader {path.name}": _reader(path) for path in options.reader}
    if options.folds:
        ways["line readers over held-out folds"] = _folds(options.folds)
        ways["the same, calibrated on the other folds"] = _calibrated_folds(options.folds)
    if options.tesseract:
        ways["tesseract"] = _tesseract
    if options.rapidocr:
        ways["rapidocr"] = lambda fields: _rapidocr(fields, options.rapidocr, detect=True)
        ways["rapidocr, recognition only"] = lambda fields: _rapidocr(fields, options.rapidocr, detect=False)
    fields = load_amounts()
    for name, way in ways.items():
        answers = way(fields)
        row = score(name, fields, answers)
        print(json.dumps(asdict(row)), flush=True)
        _append(row)
        for field, answer in zip(fields, answers, strict=True):
            if options.errors and answer.text != field.text:
                print(f"  {field.name} is {field.text}, read {answer.text} ({answer.confidence:.3f})")


def score(way: str, fields: Sequence[AmountField], answers: Sequence[Answer]) -> Row:
    """Gives a way's figures."""
    right = np.array([answer.text == field.text for field, answer in zip(fields, answers, strict=True)])
    edits = sum(edit_distance(answer.text, field.text) for field, answer in zip(fields, answers, strict=True))
    accepted = np.array([answer.confidence >= MIN_CONFIDENCE for answer in answers])
    times = np.array([answer.milliseconds for answer in answers])
    low, high = wilson_interval(int(right.sum()), len(right))
    return Row(
        way=way,
        pictures=len(right),
        whole_right=float(right.mean()),
        whole_low=low,
        whole_high=high,
        digit_error_rate=edits / sum(len(field.text) for field in fields),
        accepted=float(accepted.mean()),
        accepted_right=float(right[accepted].mean()) if accepted.any() else None,
        milliseconds_median=float(np.median(times)),
        milliseconds_p95=float(np.percentile(times, 95)),
    )


def edit_distance(first: str, second: str) -> int:
    """Gives how many digits must be put in, left out or changed to make one string the other."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        before, row = row, [i]
        for j, b in enumerate(second, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b)))
    return row[-1]


def _reader(path: Path) -> Way:
    return lambda fields: list(_read(LineReader.load(path), fields))


def _folds(paths: Sequence[Path]) -> Way:
    def way(fields: Sequence[AmountField]) -> list[Answer]:
        readers = [LineReader.load(path) for path in paths]
        folds = [fold_of(index, len(fields)) for index in range(len(fields))]
        return [
            answer
            for field, fold in zip(fields, folds, strict=True)
            for answer in _read(readers[fold], [field])
        ]

    return way


def _calibrated_folds(paths: Sequence[Path]) -> Way:
    """Reads as `_folds`; the confidences of each fold are calibrated on what was read of the four others."""

    def way(fields: Sequence[AmountField]) -> list[Answer]:
        answers = _folds(paths)(fields)
        folds = [fold_of(index, len(fields)) for index in range(len(fields))]
        undo = [LineReader.load(path).calibration.undo for path in paths]
        raw = [undo[fold](answer.confidence) for answer, fold in zip(answers, folds, strict=True)]
        right = [answer.text == field.text for field, answer in zip(fields, answers, strict=True)]
        print(f"over all folds: {fit_calibration(raw, right)}")
        fitted = [_fitted_without(fold, folds, raw, right) for fold in range(len(paths))]
        return [
            replace(answer, confidence=fitted[fold].mend(value))
            for answer, fold, value in zip(answers, folds, raw, strict=True)
        ]

    return way


def _fitted_without(
    fold: int, folds: Sequence[int], raw: Sequence[float], right: Sequence[bool]
) -> Calibration:
    kept = [index for index, other in enumerate(folds) if other != fold]
    return fit_calibration([raw[index] for index in kept], [right[index] for index in kept])


def _read(reader: LineReader, fields: Sequence[AmountField]) -> Iterator[Answer]:
    for field in fields:
        started = time.perf_counter()
        line = reader.read_crop(field.page)
        yield Answer(line.text, line.confidence, 1000 * (time.perf_counter() - started))


def _tesseract(fields: Sequence[AmountField]) -> list[Answer]:
    command = ["tesseract", "-", "-", "--psm", "7", "-c", "tessedit_char_whitelist=0123456789", "tsv"]
    answers = []
    with tempfile.TemporaryDirectory() as scratch:
        for field in fields:
            path = Path(scratch) / "amount.png"
            Image.fromarray(field.page).save(path)
            started = time.perf_counter()
            done = subprocess.run(command, input=path.read_bytes(), capture_output=True, check=True)
            milliseconds = 1000 * (time.perf_counter() - started)
            rows = [line.split("\t") for line in done.stdout.decode().splitlines()[1:]]
            words = [
                (row[11], float(row[10]) / 100) for row in rows if len(row) == 12 and float(row[10]) >= 0
            ]
            text = "".join(filter(str.isdigit, "".join(word for word, _ in words)))
            answers.append(Answer(text, min((sure for _, sure in words), default=0.0), milliseconds))
    return answers


_RAPIDOCR = """
import json, logging, sys, time
from rapidocr import RapidOCR
logging.disable(logging.CRITICAL)
engine = RapidOCR()
detect = sys.argv[1] == "detect"
for path in sys.stdin.read().splitlines():
    started = time.perf_counter()
    found = engine(path) if detect else engine(path, use_det=False, use_cls=False, use_rec=True)
    passed = 1000 * (time.perf_counter() - started)
    texts, scores = list(found.txts or ()), [float(score) for score in found.scores or ()]
    if detect and texts:
        order = sorted(range(len(texts)), key=lambda i: found.boxes[i][:, 0].min())
        texts = [texts[i] for i in order]
    print(json.dumps(["".join(texts), min(scores, default=0.0), passed]), flush=True)
"""


def _rapidocr(fields: Sequence[AmountField], python: Path, detect: bool) -> list[Answer]:
    with tempfile.TemporaryDirectory() as scratch:
        paths = [Path(scratch) / f"{number}.png" for number in range(len(fields))]
        for path, field in zip(paths, fields, strict=True):
            Image.fromarray(field.page).save(path)
        command = [str(python), "-c", _RAPIDOCR, "detect" if detect else "line"]
        names = "\n".join(map(str, paths))
        done = subprocess.run(command, input=names, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    return [Answer("".join(filter(str.isdigit, text)), sure, passed) for text, sure, passed in rows]


def _append(row: Row) -> None:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    about = {
        "benchmark": "reading",
        "commit": commit,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    libraries = {name: version(name) for name in ("onnxruntime", "numpy", "pillow")}
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(about | asdict(row) | {"versions": libraries}) + "\n")


if __name__ == "__main__":
    main()
