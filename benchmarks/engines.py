"""Engines that people would pick instead: Tesseract, and RapidOCR in an environment of its own.

Knows nothing about how their answers are judged.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from inkdigits.arrays import Page


@dataclass(frozen=True)
class Answer:
    """What a way answered to a picture.

    Attributes:
        text: Digits only.
        confidence: 0 to 1.
        milliseconds: By the clock.
        processor_milliseconds: Of this process, over all cores; None where another process answers.
    """

    text: str
    confidence: float
    milliseconds: float
    processor_milliseconds: float | None = None


def tesseract(pages: Sequence[Page]) -> list[Answer]:
    """Reads each page as one line of digits by Debian's `tesseract-ocr`; none where it crashes."""
    command = ["tesseract", "-", "-", "--psm", "7", "-c", "tessedit_char_whitelist=0123456789", "tsv"]
    answers = []
    with tempfile.TemporaryDirectory() as scratch:
        for path in _saved(pages, Path(scratch)):
            started = time.perf_counter()
            done = subprocess.run(command, input=path.read_bytes(), capture_output=True)
            milliseconds = 1000 * (time.perf_counter() - started)
            if done.returncode > 0:  # below 0 it was ended by a signal, as by SIGFPE on some photos
                done.check_returncode()
            rows = [line.split("\t") for line in done.stdout.decode().splitlines()[1:]]
            words = [
                (row[11], float(row[10]) / 100) for row in rows if len(row) == 12 and float(row[10]) >= 0
            ]
            sure = min((sure for _, sure in words), default=0.0)
            answers.append(Answer(_digits(word for word, _ in words), sure, milliseconds))
    return answers


def tesseract_version() -> str:
    """Gives its name and version."""
    done = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[0]


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


def rapidocr(pages: Sequence[Page], python: Path, detect: bool) -> list[Answer]:
    """Reads each page by RapidOCR.

    Args:
        pages: (H, W) uint8 each.
        python: The Python of an environment that has RapidOCR.
        detect: Whether lines are looked for; else each page is taken for one line.
    """
    with tempfile.TemporaryDirectory() as scratch:
        names = "\n".join(map(str, _saved(pages, Path(scratch))))
        command = [str(python), "-c", _RAPIDOCR, "detect" if detect else "line"]
        done = subprocess.run(command, input=names, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    return [Answer(_digits(text), sure, passed) for text, sure, passed in rows]


def rapidocr_version(python: Path) -> str:
    """Gives its name and version, as in `rapidocr`."""
    asked = "from importlib.metadata import version; print('rapidocr', version('rapidocr'))"
    return subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()


def _digits(words: Iterable[str]) -> str:
    return "".join(character for word in words for character in word if character in "0123456789")


def _saved(pages: Sequence[Page], folder: Path) -> list[Path]:
    paths = [folder / f"{number}.png" for number in range(len(pages))]
    for path, page in zip(paths, pages, strict=True):
        Image.fromarray(page).save(path)
    return paths
