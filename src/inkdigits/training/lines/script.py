"""What is written on a line: digits as numbers have them, with marks between.

Knows nothing about how it looks.
"""

from __future__ import annotations

import numpy as np

from inkdigits.training.lines.marks import BEGINNINGS, BRACKETS, ENDINGS, LIKE_DIGITS, SEPARATORS

LETTER = "L"
"""Stands for any letter or sign."""

WORDS = "W"
"""Stands for a word or two, printed or written."""

GAP = " "
"""Stands for a wider space."""

_LENGTHS = np.array([0.16, 0.09, 0.12, 0.17, 0.17, 0.1, 0.05, 0.04, 0.03, 0.03, 0.02, 0.02])


def random_script(rng: np.random.Generator) -> str:
    """Gives a line's characters: digits 0 to 9, marks, `LETTER` and `GAP`."""
    kind = rng.random()
    if kind < 0.1:
        return _others(rng, int(rng.integers(1, 6)))
    text = _spread(_digits(rng), rng)
    draw = rng.random()
    if draw < 0.12:
        text = _pick(BEGINNINGS, rng) + text
    elif draw < 0.33:
        text += _ending(rng)
    elif draw < 0.37:
        pair = BRACKETS[rng.integers(len(BRACKETS))]
        text = pair[0] + text + pair[1]
    if kind < 0.2:
        return _with_letters(text, rng)
    return text


def with_words(script: str, rng: np.random.Generator) -> str:
    """Gives a script with words before or after it, or instead of it."""
    draw = rng.random()
    if draw < 0.15 or not script:
        return WORDS
    return WORDS + GAP + script if draw < 0.7 else script + GAP + WORDS


def _digits(rng: np.random.Generator) -> str:
    length = int(rng.choice(len(_LENGTHS), p=_LENGTHS / _LENGTHS.sum())) + 1
    digits = "".join(map(str, rng.integers(0, 10, length)))
    draw = rng.random()
    if draw < 0.22 and length > 2:  # round sums
        zeros = int(rng.integers(2, min(length, 5)))
        digits = digits[:-zeros] + "0" * zeros
    elif draw < 0.40 and length > 1:  # repeats; of ones in a row it is hard to tell how many
        run = int(rng.integers(2, min(length, 5) + 1))
        start = int(rng.integers(0, length - run + 1))
        repeated = 1 if rng.random() < 0.3 else int(rng.integers(10))
        digits = digits[:start] + str(repeated) * run + digits[start + run :]
    return digits


def _spread(digits: str, rng: np.random.Generator) -> str:
    """Puts marks or spaces between digits: at thousands, or anywhere."""
    draw = rng.random()
    if draw < 0.35 and len(digits) > 3:
        mark = _pick(SEPARATORS + "   ", rng)
        head = len(digits) % 3 or 3
        return digits[:head] + "".join(mark + digits[i : i + 3] for i in range(head, len(digits), 3))
    if draw < 0.5 and len(digits) > 1:
        place = int(rng.integers(1, len(digits)))
        mark = _pick(SEPARATORS + 16 * "/" + ":-x    ", rng)
        before = _pick(",.-=", rng) if rng.random() < 0.25 else ""  # 1250,-/37
        return digits[:place] + before + mark + digits[place:]
    return digits


def _ending(rng: np.random.Generator) -> str:
    mark = _pick(ENDINGS, rng)
    return "." + mark if rng.random() < 0.25 else mark


def _with_letters(text: str, rng: np.random.Generator) -> str:
    word = LETTER * int(rng.integers(1, 4))
    draw = rng.random()
    if draw < 0.25:
        return word + text
    if draw < 0.5:
        return text + word
    place = int(rng.integers(0, len(text) + 1))
    return text[:place] + LETTER + text[place:]


def _others(rng: np.random.Generator, count: int) -> str:
    """Gives a line without digits: letters or marks, or nothing at all."""
    if rng.random() < 0.25:
        return ""
    marks = "".join(mark for mark in ENDINGS if mark not in LIKE_DIGITS)
    return "".join(LETTER if rng.random() < 0.75 else _pick(marks, rng) for _ in range(count))


def _pick(characters: str, rng: np.random.Generator) -> str:
    return characters[rng.integers(len(characters))]
