"""How letters are told from digits on lines, and what that costs: the figures that the rule is chosen by.

    python -m benchmarks.letters [--folds RUN RUN RUN RUN RUN]

Letters: strips of one to five characters of those of Omniglot's alphabets that nothing is trained on,
photos of one character, and printed words. Digits: the 400 amounts, each read by the reader of --folds that
has not seen its fold (without --folds by the shipped one), composed lines of images and pen traces that are
not fitted, drawn digits, photos of one, and numbers beside words, other ones than those that
`benchmarks.reading` reports. Prints for some rules how much of each is right; of letters, nothing read is
right. Appends one JSON line for each kind of letters, as we read, to benchmarks/results/letters.jsonl.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.photograph import photograph
from benchmarks.pictures import drawn_digits, enlarged, photographed_digits
from benchmarks.records import RESULTS, LettersRow, append_row, now, one_line_errors, origin
from benchmarks.words import numbers_beside_words, words_alone

from inkdigits.arrays import Page
from inkdigits.data.amounts import fold_of, load_amounts
from inkdigits.data.letters import load_letters
from inkdigits.errors import RunFolderError
from inkdigits.reading import Reader
from inkdigits.reading.doubt import RULE, Rule, SightedLine, numbers
from inkdigits.reading.find import find_ink
from inkdigits.training.lines.bank import load_bank
from inkdigits.training.lines.compose import Composer
from inkdigits.training.lines.facts import folds_seen

ALPHABETS = ("Early_Aramaic", "Korean")
"""Those of Omniglot that neither the line reader nor the recognizer has seen."""

_STRIPS = 150  # of each alphabet
_LETTER_PHOTOS = 100  # of each alphabet
_LINES = 600
_SEED = 5
_NOTHING = Rule(digits=0.0, seen=0.0, unread=0.0, least=-np.inf)


@dataclass(frozen=True)
class Seen:
    """A picture as it was seen: what stands on it, its lines, not yet doubted, and what it is if none is."""

    text: str
    lines: list[SightedLine]
    alone: str


def main() -> None:
    """Reads the arguments, sees everything once, and tells how each rule would do."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folds", type=Path, nargs=5, help="five line readers, one for each held-out fold")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    options = parser.parse_args()
    seen = partial(_seen, Reader.load())
    letters = {f"{alphabet} strips": seen(_strips(alphabet)) for alphabet in ALPHABETS} | {
        f"{alphabet} photos": seen(_photos(alphabet)) for alphabet in ALPHABETS
    }
    letters["printed words"] = seen([(page, "") for page in words_alone(_SEED)])
    made: dict[str, Any] = {"session": now(), "model": Reader.load().models.version("auto")} | origin()
    for name, pictures in letters.items():
        row = LettersRow(pictures=name, count=len(pictures), nothing=_right(pictures, RULE), **made)
        append_row(options.results, "letters", row)
    sets = letters | {
        "amounts": _amounts(options.folds),
        "composed": seen(_composed()),
        "drawn": seen([(picture.page, picture.text) for picture in drawn_digits()]),
        "photos": seen([(picture.page, picture.text) for picture in photographed_digits(_SEED)]),
        "beside words": seen([(picture.page, picture.text) for picture in numbers_beside_words(_SEED)]),
    }
    print("digits   seen unread  least  " + "".join(f"{name:>22}" for name in sets))
    for rule in _rules():
        parts = "".join(f"{_right(pictures, rule):22.2%}" for pictures in sets.values())
        weights = f"{rule.digits:6.2f} {rule.seen:6.2f} {rule.unread:6.1f} {rule.least:6.1f}"
        print(f"{weights}  {parts}", flush=True)


def _rules() -> Iterator[Rule]:
    yield RULE
    yield _NOTHING
    for unread in (0.0, 6.0, 9.0, 12.0):
        for least in (7.0, 8.0, 9.0, 10.0):
            yield replace(RULE, unread=unread, least=least)
    for least in (6.0, 7.0):
        yield replace(RULE, digits=1.0, least=least)


def _right(pictures: Sequence[Seen], rule: Rule) -> float:
    return float(np.mean([_text(picture, rule) == picture.text for picture in pictures]))


def _text(picture: Seen, rule: Rule) -> str:
    lines = numbers(picture.lines, rule)
    return "".join(str(sight.digit.label) for line in lines for sight in line.sights) or picture.alone


def _seen(reader: Reader, pictures: Sequence[tuple[Page, str]]) -> list[Seen]:
    seen = []
    for page, text in pictures:
        lines = reader.sighted_lines(page, find_ink(page), "auto")
        alone = reader.lone_digit(page, lines, 0.0)
        seen.append(Seen(text, lines, alone[1].text if alone else ""))
    return seen


def _amounts(folds: Sequence[Path] | None) -> list[Seen]:
    fields = load_amounts()
    readers = [Reader.load()] * len(fields)
    if folds:
        for fold, path in enumerate(folds):
            if fold in folds_seen(path):
                raise RunFolderError(f"the run in {path} was trained on fold {fold} of the amounts")
        loaded = [Reader.load(line_reader=path) for path in folds]
        readers = [loaded[fold_of(index, len(fields))] for index in range(len(fields))]
    return [
        seen
        for field, reader in zip(fields, readers, strict=True)
        for seen in _seen(reader, [(field.page, field.text)])
    ]


def _composed() -> list[tuple[Page, str]]:
    composer = Composer(load_bank("validation"))
    lines = [composer.line(np.random.default_rng([_SEED, number])) for number in range(_LINES)]
    return [(line.page, "".join(map(str, line.labels))) for line in lines]


def _strips(alphabet: str) -> list[tuple[Page, str]]:
    rng = np.random.default_rng(_SEED)
    letters = load_letters(alphabet)
    strips = []
    for _ in range(_STRIPS):
        chosen = rng.integers(0, len(letters), rng.integers(1, 6))
        ink = np.concatenate([letters[number] for number in chosen], axis=1)
        grey = 235 - 0.8 * ink + rng.normal(0, 3, ink.shape)
        strips.append((np.clip(grey, 0, 255).astype(np.uint8), ""))
    return strips


def _photos(alphabet: str) -> list[tuple[Page, str]]:
    rng = np.random.default_rng(_SEED)
    letters = load_letters(alphabet)
    chosen = rng.integers(0, len(letters), _LETTER_PHOTOS)
    return [(photograph(enlarged(letters[number], rng), rng), "") for number in chosen]


if __name__ == "__main__":
    with one_line_errors():
        main()
