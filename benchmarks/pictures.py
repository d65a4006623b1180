"""The pictures of one digit that ways to read are judged by: drawn ones, and photos of written ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from benchmarks.photograph import photograph, photograph_on_note, photograph_under_hand
from PIL import Image
from scipy import ndimage

from inkdigits.arrays import INK, InkMap, Page
from inkdigits.data.sources import find_file
from inkdigits.data.strokes import load_pen_traces
from inkdigits.training.lines.glyphs import Hand, draw_trace

_DRAWN = Path("handwriting") / "hwd1000.npz"
_PHOTOS = 400
_SHADED = 150  # of either kind

REPORTED = 7
"""Seed of the pictures whose figures are reported: none is chosen by these."""


@dataclass(frozen=True)
class Picture:
    """What is read, and what stands on it."""

    name: str
    page: Page
    text: str


def drawn_digits() -> list[Picture]:
    """Gives the digits of hwd1000, drawn by others, black on white, one a picture.

    Raises:
        DataNotFound: If they are not on this machine.
    """
    with np.load(find_file(_DRAWN, "drawn digits"), allow_pickle=False) as file:
        pairs = enumerate(zip(file["images"], file["labels"], strict=True))
        return [Picture(str(number), image, str(label)) for number, (image, label) in pairs]


def photographed_digits(seed: int = REPORTED) -> list[Picture]:
    """Gives photos of single digits on paper: hwd1000's, and pen traces of writers that nothing is fitted on.

    Args:
        seed: Of the photos; the usual ones are for reporting, others for choosing.

    Raises:
        DataNotFound: If they are not on this machine.
    """
    return _photographed(_PHOTOS, photograph, np.random.default_rng(seed))


def shaded_digits(seed: int = REPORTED) -> list[Picture]:
    """Gives photos of the same digits under the shadow of a hand, and on notes that lie on a desk.

    Args:
        seed: As in `photographed_digits`.

    Raises:
        DataNotFound: If they are not on this machine.
    """
    rng = np.random.default_rng(seed)
    return [
        picture
        for camera in (photograph_under_hand, photograph_on_note)
        for picture in _photographed(_SHADED, camera, rng)
    ]


def _photographed(
    count: int, camera: Callable[[InkMap, np.random.Generator], Page], rng: np.random.Generator
) -> list[Picture]:
    drawn, traces = drawn_digits(), load_pen_traces("test")
    pictures = []
    for number in range(count):
        if rng.random() < 0.4:
            one = drawn[rng.integers(len(drawn))]
            ink, text = enlarged(INK - one.page, rng), one.text
        else:
            trace = traces[rng.integers(len(traces))]
            ink, text = draw_trace(trace, _hand(rng), rng), str(trace.label)
        pictures.append(Picture(str(number), camera(ink, rng), text))
    return pictures


def enlarged(ink: InkMap, rng: np.random.Generator) -> InkMap:
    """Gives a small ink map as large as a pen may have written it: 30 to 300 pixels high."""
    rows, columns = np.nonzero(ink > INK // 4)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height = round(_between(30, 300, rng))
    size = (max(3, round(ink.shape[1] * height / ink.shape[0])), height)
    large = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC), dtype=np.float32)
    sharp = 3 * (ndimage.gaussian_filter(large, height / 60) - 90)
    return np.asarray(np.clip(sharp, 0, INK).astype(np.uint8))


def _hand(rng: np.random.Generator) -> Hand:
    height = _between(30, 400, rng)
    return Hand(
        height=height,
        aspect=float(np.exp(rng.normal(0, 0.15))),
        slant=float(rng.normal(0, 0.15)),
        turn=float(rng.normal(0, 0.05)),
        pen=height * _between(0.025, 0.15, rng),
        wobble=0.015,
    )


def _between(low: float, high: float, rng: np.random.Generator) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
