"""Words as they stand beside numbers, printed and handwritten: no letter of one is a digit, not even an o.

Knows nothing about digits, or where on a line a word goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw

from inkdigits.training.lines.glyphs import Glyph, Hand, cut, draw_image
from inkdigits.training.lines.letters import LIKE_USUAL_HANDS
from inkdigits.training.lines.prints import FONTS, font

_CONSONANTS, _VOWELS = "bcdfghjklmnpqrstvwxzßñç", "aeiouyäöüé"
_PLAIN = {letter: "sncaoue"[place] for place, letter in enumerate("ßñçäöüé")}  # who writes a to z alone
_LONG, _BELOW = "bdfhklt", "gjpqy"  # letters that reach up, and that reach down
_SHORT, _DEEP = 0.65, 0.3  # parts of a long letter's height: a short one's, and how far others reach down
_ENDS = (":", ".", ")", "")
_SIZES = (0.5, 1.15)  # heights of a digit's body, that the font is high
_OVERSAMPLING = 2


def write_word(letters: Sequence[Glyph], hand: Hand, rng: np.random.Generator) -> tuple[Glyph, float]:
    """Writes a word.

    Args:
        letters: Someone's a to z.
        hand: How they are drawn.
        rng: Decides what, how large and how close.

    Returns:
        The word, and its upper edge in pixels above the line that it stands on.
    """
    height = hand.height * rng.uniform(*_SIZES)
    close = rng.normal(0.06, 0.06)
    drawn: list[tuple[Glyph, int, int]] = []
    right = 0.0
    for letter in _word(rng).lower():
        letter = _PLAIN.get(letter, letter)
        part = _SHORT + rng.normal(0, 0.05) if letter not in _LONG else 1.0
        low = _DEEP if letter in _BELOW else 0.0
        own = replace(hand, height=max(5.0, height * (part + low)))
        glyph = draw_image(letters[ord(letter) - ord("a")], own)
        left = max(0.0, right + height * (close + rng.normal(0, 0.03)))
        base = height * (low + rng.normal(0, 0.03))
        drawn.append((glyph, round(left), round(base) - glyph.shape[0]))
        right = left + glyph.shape[1]
    top = min(y for _, _, y in drawn)
    bottom = max(y + glyph.shape[0] for glyph, _, y in drawn)
    word = np.zeros((bottom - top, max(x + glyph.shape[1] for glyph, x, _ in drawn)), dtype=np.uint8)
    for glyph, x, y in drawn:
        part_of = word[y - top : y - top + glyph.shape[0], x : x + glyph.shape[1]]
        np.maximum(part_of, glyph, out=part_of)
    return word, float(-top)


def print_words(height: float, rng: np.random.Generator) -> tuple[Glyph, float]:
    """Prints a word or two.

    Args:
        height: Of the body of digits beside them, in pixels.
        rng: Decides what, in which font, how large and how dark.

    Returns:
        The words, and their upper edge in pixels above the line that they stand on.
    """
    size = max(5.0, height * rng.uniform(*_SIZES))
    face = font(FONTS[int(rng.integers(len(FONTS)))], round(size * _OVERSAMPLING))
    text = " ".join(_word(rng) for _ in range(int(rng.integers(1, 3)))) + _pick(_ENDS, rng)
    left, top, right, bottom = (round(side) for side in face.getbbox(text, anchor="ls"))
    edge = 2 * _OVERSAMPLING
    width, tall = (-(-side // _OVERSAMPLING) * _OVERSAMPLING for side in (right - left, bottom - top))
    picture = Image.new("L", (width + 2 * edge, tall + 2 * edge))
    drawing, ink = ImageDraw.Draw(picture), int(rng.integers(110, 256))
    drawing.text((edge - left, edge - top), text, fill=ink, font=face, anchor="ls")
    return cut(np.asarray(picture.reduce(_OVERSAMPLING))), -top / _OVERSAMPLING


def _word(rng: np.random.Generator) -> str:
    """Gives a word that may be pronounced, or an abbreviation, at least half of it like no digit."""
    while True:
        length = int(rng.integers(2, 9))
        first = int(rng.integers(2))
        letters = [_pick((_CONSONANTS, _VOWELS)[(first + place) % 2], rng) for place in range(length)]
        if length < 4 and rng.random() < 0.5:
            letters = [_pick(_CONSONANTS, rng) for _ in range(length)]
        word = "".join(letters)
        case = rng.random()
        word = word.capitalize() if case < 0.4 else word.upper() if case < 0.55 else word
        if 2 * sum(letter in LIKE_USUAL_HANDS.printed for letter in word) <= len(word):
            return word


def _pick(choices: str | tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
