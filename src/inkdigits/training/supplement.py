"""What a network learns beside a digit set: digits of other pens, and things that are no digit.

Knows nothing about networks.
"""

from __future__ import annotations

import numpy as np

from inkdigits.arrays import CLASSES, DigitImage
from inkdigits.data import DigitSet
from inkdigits.data.strokes import load_pen_traces
from inkdigits.images import normalize_digit
from inkdigits.training.choices import Supplement
from inkdigits.training.lines.glyphs import Hand, draw_image, draw_trace
from inkdigits.training.lines.prints import make_display, print_digits
from inkdigits.training.no_digits import NoDigits
from inkdigits.training.state import LabelledImages

NO_DIGIT = CLASSES
"""The label of what is no digit."""


def add_supplement(fitted: DigitSet, choice: Supplement, seed: int) -> LabelledImages:
    """Gives a set's images and what a recipe adds to them.

    Args:
        fitted: Labelled images.
        choice: What is added.
        seed: Decides how it is drawn.

    Raises:
        DataNotFound: If pen traces or letters are needed and not on this machine.
        CorruptData: If their files are not what they should be.
    """
    rng = np.random.default_rng([seed, 1])
    images, labels = [fitted.images], [fitted.true_labels.astype(np.int64)]
    if choice.renderings:
        traces = load_pen_traces("train")
        for _ in range(choice.renderings):
            images.append(
                np.stack([normalize_digit(draw_trace(one, random_hand(rng), rng)) for one in traces])
            )
            labels.append(np.array([trace.label for trace in traces], dtype=np.int64))
    if choice.no_digits:
        images.append(draw_no_digits(choice.no_digits, rng))
        labels.append(np.full(choice.no_digits, NO_DIGIT))
    if choice.machines:
        images.append(_draw_machines(choice.machines, rng))
        labels.append(np.arange(choice.machines, dtype=np.int64) % CLASSES)
    return LabelledImages(np.concatenate(images), np.concatenate(labels))


def draw_no_digits(
    count: int, rng: np.random.Generator
) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """Gives things that are no digit, (count, 28, 28) uint8, ink 255 on 0, placed as digits are."""
    things = NoDigits()
    drawn: list[DigitImage] = [things.draw(rng) for _ in range(count)]
    return np.stack(drawn)


def _draw_machines(
    count: int, rng: np.random.Generator
) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """Gives printed digits and those of displays, half of each, 0 to 9 in turns; otherwise as above."""
    fonts = print_digits()

    def draw(digit: int) -> DigitImage:
        hand = random_hand(rng)
        if rng.random() < 0.5:
            return normalize_digit(draw_image(fonts[int(rng.integers(len(fonts)))][digit], hand))
        return normalize_digit(draw_trace(make_display(rng).digits[digit], hand, rng))

    drawn: list[DigitImage] = [draw(number % CLASSES) for number in range(count)]
    return np.stack(drawn)


def random_hand(rng: np.random.Generator) -> Hand:
    """Gives a hand that writes 40 pixels high, with any pen from a hairline to a marker."""
    return Hand(
        height=40.0,
        aspect=float(np.exp(rng.normal(0, 0.15))),
        slant=float(rng.normal(0, 0.15)),
        turn=float(rng.normal(0, 0.05)),
        pen=float(np.exp(rng.uniform(np.log(1.5), np.log(9.0)))),
        wobble=float(rng.uniform(0, 0.03)),
    )
