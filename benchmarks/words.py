"""Numbers beside printed words, as on forms, labels and receipts, and words alone.

Printed in another font than the words that line readers are trained on, which are no real ones.
"""

from __future__ import annotations

import numpy as np
from benchmarks.pictures import REPORTED, Picture, drawn_digits
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkdigits.arrays import INK, Page

_COUNT = 200
# fmt: off
_LABELS = (
    "Account no.", "Amount", "Betrag", "Bill", "Box", "Code postal", "Cuenta", "Customer", "Date of birth",
    "Fecha", "Gross", "Group", "House", "Invoice", "Kaffee", "Konto", "Kunde", "Level", "Lot", "Menge",
    "Milk", "Name", "Nombre", "Order", "Page", "Phone", "Piso", "Points", "Preis", "Rechnung", "Room",
    "Score", "Solde", "Sum", "Summe EUR", "Tel", "Tisch", "Total", "Vielen Dank", "Weight", "Zimmer",
)
# fmt: on
_UNITS = ("cm", "EUR", "kg", "km/h", "Liter", "ml", "pieces", "Paar", "USD", "volts")


def numbers_beside_words(seed: int = REPORTED) -> list[Picture]:
    """Gives numbers of hwd1000's digits with a label before them or a unit behind.

    Args:
        seed: As in `pictures.photographed_digits`.

    Raises:
        DataNotFound: If the digits are not on this machine.
    """
    rng, digits = np.random.default_rng(seed), drawn_digits()
    pictures = []
    for name in range(_COUNT):
        height = int(rng.integers(35, 80))
        chosen = [digits[number] for number in rng.integers(0, len(digits), rng.integers(2, 7))]
        number = _side_by_side([_cut(INK - digit.page, height) for digit in chosen], round(0.15 * height))
        if rng.random() < 0.7:
            text = str(rng.choice(_LABELS)) + str(rng.choice(["", ":"]))
            parts = [_printed(text, height, rng), number]
        else:
            parts = [number, _printed(str(rng.choice(_UNITS)), height, rng)]
        ink = _side_by_side(parts, round(height * rng.uniform(0.3, 1.2)))
        pictures.append(Picture(str(name), _on_paper(ink, rng), "".join(digit.text for digit in chosen)))
    return pictures


def words_alone(seed: int = REPORTED) -> list[Page]:
    """Gives two printed words each, without a number.

    Args:
        seed: As in `pictures.photographed_digits`.
    """
    rng = np.random.default_rng(seed)
    return [
        _on_paper(_printed(" ".join(rng.choice(_LABELS, 2)), int(rng.integers(35, 80)), rng), rng)
        for _ in range(_COUNT)
    ]


def _printed(text: str, height: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Gives print 0.5 to 1.1 times as high as digits of a height, (2 * height, w), on one line with them."""
    font = ImageFont.load_default(float(height * rng.uniform(0.5, 1.1)))
    left, _, right, _ = font.getbbox(text, anchor="ls")
    picture = Image.new("L", (int(right - left) + 2, 2 * height))
    ImageDraw.Draw(picture).text((1 - left, 1.5 * height), text, fill=255, font=font, anchor="ls")
    return np.asarray(picture)


def _cut(ink: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    """Gives the digit of an ink map so high, (2 * height, w), on the line that print stands on."""
    rows, columns = np.nonzero(ink > INK // 4)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    size = (min(height, max(3, round(ink.shape[1] * height / ink.shape[0]))), height)
    drawn = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC))
    above = round(1.5 * height) - height
    return np.pad(drawn, ((above, height - above), (0, 0)))


def _side_by_side(parts: list[NDArray[np.uint8]], gap: int) -> NDArray[np.uint8]:
    return np.concatenate([np.pad(part, ((0, 0), (0, gap))) for part in parts], axis=1)[:, : -gap or None]


def _on_paper(ink: NDArray[np.uint8], rng: np.random.Generator) -> Page:
    paper, pen = rng.uniform(190, 250), rng.uniform(20, 90)
    grey = paper + np.pad(ink, 30) / INK * (pen - paper)
    return np.clip(grey + rng.normal(0, rng.uniform(0, 6), grey.shape), 0, 255).astype(np.uint8)
