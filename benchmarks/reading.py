"""How well ways to read do on amounts, digits, and numbers beside words and by machines: the same pictures.

    python -m benchmarks.reading
    python -m benchmarks.reading --folds runs/real-0 runs/real-1 runs/real-2 runs/real-3 runs/real-4
    python -m benchmarks.reading --folds runs/real-0
    python -m benchmarks.reading --tesseract --rapidocr PYTHON
    python -m benchmarks.reading --pictures "printed numbers"

The shipped line reader has seen amounts. Those of --folds are trained with the amounts but for one fold each
(`inkdigits train-lines --hold-out`), and each reads the fold it has not seen: these are the figures to go by.
Amounts are scored twice: all of them, and without those whose label is not what the picture shows.
One that has seen no amount may be given for every fold.
Tesseract is Debian's `tesseract-ocr`, digits only. RapidOCR is not installed with Inkdigits: give the Python
of an environment that has it. Appends one JSON line per way and kind of picture to
benchmarks/results/reading.jsonl. Times are of one picture after the other, decoding not
counted.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.engines import Answer, rapidocr, rapidocr_version, tesseract, tesseract_version
from benchmarks.machines import printed_numbers, shown_numbers
from benchmarks.pictures import Picture, drawn_digits, photographed_digits, shaded_digits
from benchmarks.records import RESULTS, ReadingRow, append_row, now, one_line_errors, origin
from benchmarks.words import numbers_beside_words

from inkdigits.arrays import Page
from inkdigits.data.amounts import FOLDS, MISLABELLED, fold_of, load_amounts
from inkdigits.errors import RunFolderError
from inkdigits.evaluation.metrics import wilson_interval
from inkdigits.model.line_reader import LineReader
from inkdigits.reading import DEFAULT_CONFIDENCE, Reader
from inkdigits.training.lines.confidence import fit_calibration
from inkdigits.training.lines.facts import folds_seen, load_line_facts

Fold = tuple[Path, list[Picture]]
"""The run of a line reader and the pictures that it has not seen."""

Way = Callable[[Sequence[Picture]], list[Answer]]

_HELD_OUT = "held-out check amounts"
_SINGLE = ("drawn digits", "photographed digits", "digits in shadows and on notes")
_KINDS = (
    "check amounts",
    _HELD_OUT,
    *_SINGLE,
    "numbers beside words",
    "printed numbers",
    "numbers on displays",
)


def main() -> None:
    """Reads the arguments, reads the pictures by each way, writes."""
    options = _options()
    amounts = [Picture(field.name, field.page, field.text) for field in load_amounts()]
    held_out = [_of_fold(amounts, _held_out(run, place)) for place, run in enumerate(options.folds)]
    kinds = {
        "check amounts": amounts,
        _HELD_OUT: [picture for fold in held_out for picture in fold],
        "drawn digits": drawn_digits(),
        "photographed digits": photographed_digits(),
        "digits in shadows and on notes": shaded_digits(),
        "numbers beside words": numbers_beside_words(),
        "printed numbers": printed_numbers(),
        "numbers on displays": shown_numbers(),
    }
    made: dict[str, Any] = {"session": now()} | origin("pillow")
    for pictures, name, engine, way in _ways(options, held_out):
        answers = way(kinds[pictures])
        for part, shown, told in judged(pictures, kinds[pictures], answers):
            row = ReadingRow(way=name, engine=engine, pictures=part, **score(shown, told), **made)
            print(
                f"{part}, {name}: {row.whole_right:.2%}, digits wrong {row.digit_error_rate:.2%}", flush=True
            )
            append_row(options.results, "reading", row)
        for picture, answer in zip(kinds[pictures], answers, strict=True):
            if options.errors and answer.text != picture.text:
                print(f"  {picture.name} is {picture.text}, read {answer.text} ({answer.confidence:.3f})")


def judged(
    name: str, pictures: Sequence[Picture], answers: Sequence[Answer]
) -> list[tuple[str, Sequence[Picture], Sequence[Answer]]]:
    """Gives what is scored: everything, and without what is labelled wrong where there is such."""
    whole = [(name, pictures, answers)]
    pairs = list(zip(pictures, answers, strict=True))
    kept = [(picture, answer) for picture, answer in pairs if picture.name not in MISLABELLED]
    if len(kept) in (0, len(pairs)):
        return whole
    shown, told = zip(*kept, strict=True)
    return [*whole, (f"{name} but those labelled wrong", shown, told)]


def score(pictures: Sequence[Picture], answers: Sequence[Answer]) -> dict[str, Any]:
    """Gives a way's figures: fields of `ReadingRow`."""
    pairs = list(zip(pictures, answers, strict=True))
    right = np.array([answer.text == picture.text for picture, answer in pairs])
    accepted = np.array([answer.confidence >= DEFAULT_CONFIDENCE for answer in answers])
    times = [answer.milliseconds for answer in answers]
    own = [answer.processor_milliseconds for answer in answers if answer.processor_milliseconds is not None]
    low, high = wilson_interval(int(right.sum()), len(right))
    return {
        "count": len(right),
        "whole_right": float(right.mean()),
        "whole_low": low,
        "whole_high": high,
        "digit_error_rate": sum(edit_distance(answer.text, picture.text) for picture, answer in pairs)
        / sum(len(picture.text) for picture in pictures),
        "accepted": float(accepted.mean()),
        "accepted_right": float(right[accepted].mean()) if accepted.any() else None,
        "median_ms": float(np.median(times)),
        "p95_ms": float(np.percentile(times, 95)),
        "processor_ms": float(np.mean(own)) if own else None,
    }


def edit_distance(first: str, second: str) -> int:
    """Gives how many digits must be put in, left out or changed to make one string the other."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        before, row = row, [i]
        for j, b in enumerate(second, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b)))
    return row[-1]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folds", type=Path, nargs="+", default=[], help="line readers, one for each fold")
    parser.add_argument("--tesseract", action="store_true", help="Debian's tesseract-ocr, digits only")
    parser.add_argument("--rapidocr", type=Path, help="a Python that has RapidOCR")
    parser.add_argument("--pictures", nargs="+", choices=_KINDS, default=_KINDS, help="kinds (default: all)")
    parser.add_argument("--errors", action="store_true", help="list what was read wrong")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    options = parser.parse_args()
    if len(options.folds) > FOLDS:
        parser.error(f"there are {FOLDS} folds, not {len(options.folds)}")
    return options


def _ways(options: argparse.Namespace, held_out: Sequence[list[Picture]]) -> list[tuple[str, str, str, Way]]:
    """Gives what is read, what the way is called, what reads, and the way."""
    kinds = [kind for kind in options.pictures if kind != _HELD_OUT]
    reader = Reader.load()
    by_read, shipped = partial(_read, reader), reader.models.version("auto")
    ways: list[tuple[str, str, str, Way]] = []
    for pictures in kinds:
        name = "`read`, amounts seen in training" if pictures == "check amounts" else "`read`"
        ways.append((pictures, name, shipped, partial(by_read, layout="auto")))
        if pictures in _SINGLE:
            alone = partial(by_read, layout="digit")
            ways.append((pictures, '`read(layout="digit")`', reader.models.version("digit"), alone))
    if options.folds and _HELD_OUT in options.pictures:
        folds = list(zip(options.folds, held_out, strict=True))
        names = [LineReader.load(run).version for run in options.folds]
        both = f"{' '.join(names)}+{reader.models.recognizer.version}"
        ways.append((_HELD_OUT, "`read`", both, lambda _: _read_folds(folds)))
        ways.append((_HELD_OUT, "line reader alone", " ".join(names), lambda _: _line_folds(folds)))
    others: dict[str, tuple[str, Callable[[Sequence[Page]], list[Answer]]]] = {}
    if options.tesseract:
        others["Tesseract"] = tesseract_version(), tesseract
    if options.rapidocr:
        version = rapidocr_version(options.rapidocr)
        for name, detect in (("RapidOCR", True), ("RapidOCR, recognition only", False)):
            others[name] = version, partial(rapidocr, python=options.rapidocr, detect=detect)
    for name, (version, engine) in others.items():
        read = partial(_by_engine, engine)
        ways += [(pictures, name, version, read) for pictures in kinds]
    return ways


def _by_engine(engine: Callable[[Sequence[Page]], list[Answer]], pictures: Sequence[Picture]) -> list[Answer]:
    return engine([picture.page for picture in pictures])


def _read(reader: Reader, pictures: Sequence[Picture], layout: str) -> list[Answer]:
    """Reads as a user does; lines of one picture are put together, as sure as the least sure."""
    reader.read(pictures[0].page, layout=layout)
    return [_timed(partial(_joined, reader, picture.page, layout)) for picture in pictures]


def _joined(reader: Reader, page: Page, layout: str) -> tuple[str, float]:
    lines = reader.read(page, layout=layout).lines
    return "".join(line.text for line in lines), min((line.confidence for line in lines), default=0.0)


def _read_folds(folds: Sequence[Fold]) -> list[Answer]:
    return [
        answer for run, pictures in folds for answer in _read(Reader.load(line_reader=run), pictures, "auto")
    ]


def _line_folds(folds: Sequence[Fold]) -> list[Answer]:
    """Reads each picture as one line; tells the calibration that its confidences would need."""

    def answer(reader: LineReader, page: Page) -> tuple[str, float]:
        line = reader.read_crop(page)
        return line.text, line.confidence

    readers = [(LineReader.load(run), pictures) for run, pictures in folds]
    read_by = [(reader, picture) for reader, pictures in readers for picture in pictures]
    answers = [_timed(partial(answer, reader, picture.page)) for reader, picture in read_by]
    told = [one for one in zip(read_by, answers, strict=True) if one[0][1].name not in MISLABELLED]
    raw = [reader.calibration.undo(answer.confidence) for (reader, _), answer in told]
    right = [answer.text == picture.text for (_, picture), answer in told]
    print(f"over all folds: {fit_calibration(raw, right)}")
    return answers


def _held_out(run: Path, place: int) -> int:
    """Gives the fold to judge a run by: the one that it held out, by its place among all if it has seen none.

    Raises:
        RunFolderError: If it has been trained on the fold.
    """
    fold = load_line_facts(run).hold_out
    fold = place if fold is None else fold
    if fold in folds_seen(run):
        raise RunFolderError(
            f"the run in {run} was trained on fold {fold} of the amounts; it can't be judged by it"
        )
    return fold


def _of_fold(pictures: Sequence[Picture], fold: int) -> list[Picture]:
    return [picture for index, picture in enumerate(pictures) if fold_of(index, len(pictures)) == fold]


def _timed(answer: Callable[[], tuple[str, float]]) -> Answer:
    started, spent = time.perf_counter(), time.process_time()
    text, confidence = answer()
    return Answer(
        text, confidence, 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - spent)
    )


if __name__ == "__main__":
    with one_line_errors():
        main()
