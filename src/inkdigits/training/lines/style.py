"""How one person writes one line: the usual hand, and how much characters differ from it.

Knows nothing about what is written.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from inkdigits.training.lines.glyphs import Hand


@dataclass(frozen=True)
class Style:
    """How one person writes one line; heights are the hand's.

    Attributes:
        hand: The usual one.
        traced: Share of digits from pen traces.
        gap: Between ink boxes, in heights.
        size_spread: Of a digit's height, as the standard deviation of its logarithm.
        lean_spread: Of a digit's slant, as a tangent.
        base_spread: Of a digit's base, in heights.
        climb: Of the base line, as a tangent.
        shrink: From digit to digit.
        first: The first digit is taller by this.
        zeros: Zeros behind the first digit are taller by this.
        lift: And stand so much higher, in heights.
        ones: Ones are taller by this.
        joined: Share of neighbours that the pen joins.
    """

    hand: Hand
    traced: float
    gap: float
    size_spread: float
    lean_spread: float
    base_spread: float
    climb: float
    shrink: float
    first: float
    zeros: float
    lift: float
    ones: float
    joined: float

    def hand_for(self, hand: Hand, character: str, first: bool) -> Hand:
        """Gives a hand as it writes one character: some write zeros smaller, ones taller, the first tall."""
        tall = self.first if first else self.zeros if character == "0" else 1.0
        return replace(hand, height=hand.height * tall * (self.ones if character == "1" else 1.0))

    def vary(self, hand: Hand, rng: np.random.Generator) -> Hand:
        """Gives a hand as it writes one character this time."""
        draws = rng.standard_normal(4)
        return replace(
            hand,
            height=max(hand.height * math.exp(self.size_spread * draws[0]), 6.0),
            aspect=hand.aspect * math.exp(0.1 * draws[1]),
            slant=hand.slant + self.lean_spread * draws[2],
            turn=hand.turn + 0.03 * draws[3],
        )


def random_style(rng: np.random.Generator) -> Style:
    """Gives the style of a person that nobody knows."""
    height = rng.uniform(17, 40)
    pen = height * (rng.uniform(0.04, 0.12) if rng.random() < 0.8 else rng.uniform(0.12, 0.2))
    slant = rng.normal(0.15, 0.22) if rng.random() < 0.8 else rng.uniform(-0.4, 0.75)
    hand = Hand(
        height=height,
        aspect=rng.uniform(0.65, 1.35),
        slant=float(np.clip(slant, -0.45, 0.8)),
        turn=rng.normal(0, 0.03),
        pen=max(pen, 1.0),
        wobble=abs(rng.normal(0, 0.02)),
    )
    usual = rng.normal(0.1, 0.14) - 0.35 * abs(hand.slant)
    return Style(
        hand=hand,
        traced=rng.choice([0.0, 0.5, 1.0], p=[0.3, 0.1, 0.6]),
        gap=float(np.clip(usual, -0.35, 0.6)),
        size_spread=rng.choice([0.07, 0.14, 0.25], p=[0.5, 0.4, 0.1]),
        lean_spread=rng.choice([0.03, 0.08], p=[0.7, 0.3]),
        base_spread=rng.choice([0.03, 0.08, 0.16], p=[0.5, 0.4, 0.1]),
        climb=rng.normal(0, 0.03) if rng.random() < 0.85 else rng.uniform(-0.17, 0.17),
        shrink=1.0 if rng.random() < 0.7 else rng.uniform(0.88, 1.02),
        first=1.0 if rng.random() < 0.8 else rng.uniform(1.05, 1.7),
        zeros=1.0 if rng.random() < 0.6 else rng.uniform(0.5, 1.0),
        lift=0.0 if rng.random() < 0.8 else rng.uniform(0.0, 0.3),
        ones=1.0 if rng.random() < 0.7 else rng.uniform(1.05, 1.35),
        joined=rng.choice([0.0, 0.2, 0.85], p=[0.7, 0.15, 0.15]),
    )


def mechanical(style: Style, rng: np.random.Generator) -> Style:
    """Gives a style as a machine has it: all digits alike, and on one line but for a counter's wheels."""
    slant = 0.0 if rng.random() < 0.7 else float(rng.uniform(-0.1, 0.3))
    return replace(
        style,
        hand=replace(style.hand, slant=slant, turn=0.0, wobble=0.0),
        gap=float(rng.uniform(0.03, 0.5)),
        size_spread=0.01,
        lean_spread=0.0,
        base_spread=rng.choice([0.0, 0.06], p=[0.8, 0.2]),
        climb=style.climb if rng.random() < 0.5 else 0.0,
        shrink=1.0,
        first=1.0,
        zeros=1.0,
        lift=0.0,
        ones=1.0,
        joined=0.0,
    )
