"""Pages with known truth, one per trouble and named after it, drawn from the strokes of `pen.py`.

Run it to look at them: `python -m tests.pages.compose FOLDER` writes each page, and `truth.json`.
"""

from __future__ import annotations

import io
import json
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from benchmarks.machines import display
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy import ndimage
from tests.pages.pen import Hand, write

Grey = NDArray[np.float32]
"""(H, W) float32, 0 black to 255 white."""

Painter = Callable[[np.random.Generator], tuple[bytes, str]]
"""Draws one page: its file's bytes, and what stands on it."""

PAGES: dict[str, Painter] = {}
"""Every page by its file name, which names the trouble."""


@dataclass(frozen=True)
class Sheet:
    """What is written on: its size (H, W), its grey level, and how dark the ink is, 0 to 255."""

    size: tuple[int, int] = (200, 460)
    paper: float = 245
    ink: float = 30


def page(name: str) -> Callable[[Painter], Painter]:
    """Enters a painter under a file name."""

    def enter(painter: Painter) -> Painter:
        PAGES[name] = painter
        return painter

    return enter


def compose(name: str) -> tuple[bytes, str]:
    """Gives the bytes of a page and its text, the same ones each time."""
    return PAGES[name](np.random.default_rng(zlib.crc32(name.encode())))


def number(random: np.random.Generator, digits: int = 5) -> str:
    """Gives a number of so many digits, zeros in front allowed."""
    return "".join(str(digit) for digit in random.integers(0, 10, digits))


def laid(size: tuple[int, int], *words: tuple[Grey, int, int]) -> Grey:
    """Gives the ink (0 to 1) of a page with words at (x, y), each the top left corner of a word's ink."""
    ink = np.zeros(size, dtype=np.float32)
    for word, x, y in words:
        height, width = (
            min(side, space) for side, space in zip(word.shape, (size[0] - y, size[1] - x), strict=True)
        )
        part = ink[y : y + height, x : x + width]
        np.maximum(part, word[:height, :width], out=part)
    return ink


def on_paper(ink: Grey, sheet: Sheet) -> Grey:
    """Gives the page that ink (0 to 1) makes on even paper."""
    return sheet.paper + ink * (sheet.ink - sheet.paper)


def grain(grey: Grey, random: np.random.Generator, deviation: float = 3) -> Grey:
    """Gives a page with a sensor's grain."""
    return grey + random.normal(0, deviation, grey.shape).astype(np.float32)


def encoded(grey: Grey | Image.Image, form: str = "PNG", **options: object) -> bytes:
    """Gives the bytes of a picture file."""
    picture = grey if isinstance(grey, Image.Image) else Image.fromarray(_bytes(grey))
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def one_line(random: np.random.Generator, hand: Hand | None = None, text: str = "") -> tuple[Grey, str]:
    """Gives the ink of a page with one number, and the number."""
    text = text or number(random)
    word = write(text, hand or Hand(), random)
    return laid((word.shape[0] + 60, word.shape[1] + 80), (word, 40, 30)), "".join(filter(str.isdigit, text))


def _bytes(grey: Grey) -> NDArray[np.uint8]:
    return np.clip(np.round(grey), 0, 255).astype(np.uint8)


def _printed(text: str, size: int) -> Grey:
    """Gives printed words, 0 to 1."""
    font = ImageFont.load_default(float(size))
    left, top, right, bottom = (round(side) for side in font.getbbox(text))
    picture = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(picture).text((-left, -top), text, fill=255, font=font)
    return np.asarray(picture).astype(np.float32) / np.float32(255)


def _rule(ink: Grey, columns: range, rows: range) -> None:
    """Draws the walls of a table, two pixels thick, that begin in these columns and rows."""
    for y in rows:
        ink[y : y + 2, columns[0] : columns[-1] + 2] = 1
    for x in columns:
        ink[rows[0] : rows[-1] + 2, x : x + 2] = 1


def _waves(size: tuple[int, int]) -> Grey:
    """Gives the guilloche of a bank's paper, 0 to 1."""
    rows, columns = np.indices(size, dtype=np.float32)
    first = np.sin((rows + 6 * np.sin(columns / 17)) / 1.9)
    second = np.sin((rows - 5 * np.sin(columns / 23 + 1)) / 2.3)
    return np.asarray(((first > 0.75) | (second > 0.8)).astype(np.float32))


def _turned(grey: Grey, degrees: float, paper: float) -> Grey:
    return np.asarray(ndimage.rotate(grey, degrees, reshape=True, order=1, cval=paper), dtype=np.float32)


def _at_an_angle(grey: Grey, beyond: float) -> Grey:
    """Gives a page photographed askew, on a table so grey: no two of its sides lie alike."""
    height, width = grey.shape
    seen = np.array([(-0.06, -0.05), (1.05, 0.06), (0.96, 0.95), (0.03, 1.04)]) * (width, height)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    rows = [
        row
        for (x, y), (u, v) in zip(seen, corners, strict=True)
        for row in ((x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y))
    ]
    way = np.linalg.solve(np.array(rows), corners.ravel().astype(np.float64))
    picture = Image.fromarray(grey.astype(np.float32))
    bilinear = Image.Resampling.BILINEAR
    turned = picture.transform(
        (width, height), Image.Transform.PERSPECTIVE, way.tolist(), bilinear, fillcolor=beyond
    )
    return np.asarray(turned)


def _shadows(size: tuple[int, int], *middles: tuple[int, int]) -> Grey:
    """Gives the light on each pixel under round shadows around (y, x), with bounds a few pixels wide."""
    rows, columns = np.indices(size, dtype=np.float32)
    dark = np.zeros(size, dtype=bool)
    for y, x in middles:
        dark |= np.hypot((rows - y) / 1.2, columns - x) < 0.28 * min(size)
    return np.asarray(1 - 0.45 * ndimage.gaussian_filter(dark.astype(np.float32), 2))


def _simple(name: str, hand: Hand, text: str = "", sheet: Sheet | None = None, form: str = "PNG") -> None:
    """Enters a page with one number by one hand on even paper."""

    def paint(random: np.random.Generator) -> tuple[bytes, str]:
        ink, truth = one_line(random, hand, text)
        return encoded(grain(on_paper(ink, sheet or Sheet()), random), form), truth

    PAGES[name] = paint


def _shadowed(name: str, text: str, hand: Hand, place: tuple[int, int], *middles: tuple[int, int]) -> None:
    """Enters a photo of what a hand wrote at a place (x, y), round shadows around (y, x) across it."""

    def paint(random: np.random.Generator) -> tuple[bytes, str]:
        ink = laid((480, 560), (write(text, hand, random), *place))
        photo = on_paper(ink, Sheet(paper=210, ink=65)) * _shadows(ink.shape, *middles)
        return encoded(grain(photo, random), "JPEG", quality=80), text

    PAGES[name] = paint


_simple("plain.png", Hand())
_simple("slanted.png", Hand(slant=20), "48265")
_simple("slanted_back.png", Hand(slant=-20), "30475")
_simple("thick_marker.png", Hand(height=90, width=0.2, gap=0.3))
_simple("hairline.png", Hand(height=90, width=0.022))
_simple("broken_strokes.png", Hand(breaks=True, gap=0.35), "54957")
_simple("repeats.png", Hand(), "1111000")
_simple("leading_zeros.png", Hand(), "00420")
_simple("touching.png", Hand(gap=-0.03), "38652")
_simple("overlapping.png", Hand(gap=-0.08), "20963")
_simple("marks_between.png", Hand(), "1.250,-/37")
_simple("currency.png", Hand(gap=0.3), "$480")
_simple("brackets.png", Hand(gap=0.3), "(563)")
_simple("square_brackets.png", Hand(gap=0.3), "[284]")
_simple("exclamation_mark.png", Hand(gap=0.3), "7204!")
_simple("percent.png", Hand(gap=0.3), "35%")
_simple("uneven_spacing.png", Hand(gap=0.5), "42 7 95")
_simple("light_on_dark.png", Hand(), sheet=Sheet(paper=35, ink=225))
_simple("grey_paper.png", Hand(), sheet=Sheet(paper=140, ink=60))
_simple("pale_pencil.jpg", Hand(width=0.06), sheet=Sheet(paper=225, ink=185), form="JPEG")
_shadowed("finger_shadows.jpg", "4071", Hand(height=120, width=0.07), (110, 170), (250, 150), (420, 480))
_shadowed("digit_in_shadow.jpg", "3", Hand(height=170, width=0.07), (150, 120), (270, 160), (40, 500))
_simple("euro.png", Hand(gap=0.3), "€725")
_simple("letters.png", Hand(gap=0.3), "HAKWEM")
_simple("letters_before.png", Hand(gap=0.3), "KA 5923")
_simple("letter_between.png", Hand(gap=0.3), "48H62")


@page("ten_pixels.png")
def _ten_pixels(random: np.random.Generator) -> tuple[bytes, str]:
    """A screenshot 10 pixels high."""
    word = write("4072", Hand(height=200, width=0.11), random)
    ink = word[round(0.28 * 200) : round(1.42 * 200)]
    small = Image.fromarray(_bytes(on_paper(ink, Sheet()))).resize(
        (round(ink.shape[1] * 10 / ink.shape[0]), 10)
    )
    return encoded(small), "4072"


@page("little_light.jpg")
def _little_light(random: np.random.Generator) -> tuple[bytes, str]:
    ink, truth = one_line(random)
    return encoded(grain(on_paper(ink, Sheet(paper=120, ink=45)), random, 20), "JPEG", quality=90), truth


@page("jpeg_noise.jpg")
def _jpeg_noise(random: np.random.Generator) -> tuple[bytes, str]:
    ink, truth = one_line(random, Hand(height=36))
    return encoded(grain(on_paper(ink, Sheet(paper=215)), random, 6), "JPEG", quality=15), truth


@page("spot_of_light.jpg")
def _spot_of_light(random: np.random.Generator) -> tuple[bytes, str]:
    """A lamp lights the middle of the sheet, and a part of the number lies in the dim."""
    ink, truth = one_line(random)
    ink = np.pad(ink, [(170, 170), (200, 100)])
    down, across = (np.linspace(-1, 1, side, dtype=np.float32) for side in ink.shape)
    light = 0.2 + 0.8 * np.exp(-5 * (down[:, None] ** 2 + across**2))
    return encoded(grain(on_paper(ink, Sheet()) * light, random), "JPEG", quality=80), truth


@page("shadow.jpg")
def _shadow(random: np.random.Generator) -> tuple[bytes, str]:
    """A hand's shadow lies across the number, and the light falls off."""
    ink, truth = one_line(random)
    rows, columns = np.indices(ink.shape, dtype=np.float32)
    edge = columns + 0.4 * rows - 0.55 * ink.shape[1]
    light = (1 - 0.5 / (1 + np.exp(-edge / 3))) * (1 - 0.25 * rows / ink.shape[0])
    return encoded(grain(on_paper(ink, Sheet()) * light, random), "JPEG", quality=80), truth


@page("note_on_desk.jpg")
def _note_on_desk(random: np.random.Generator) -> tuple[bytes, str]:
    """A sticky note, a little turned, on a desk that is darker than it and lighter than the ink."""
    word = write("5803", Hand(height=70, width=0.08), random)
    note = on_paper(laid((260, 300), (word, 30, 70)), Sheet(paper=225, ink=35))
    placed = _turned(np.pad(note, ((90, 150), (140, 80)), constant_values=-1), 6, -1)
    desk = 120 + ndimage.gaussian_filter(random.normal(0, 1, placed.shape), (1, 9)) * 25
    soft = Image.fromarray(_bytes(np.where(placed < 20, desk, placed))).filter(ImageFilter.GaussianBlur(1))
    return encoded(soft, "JPEG", quality=85), "5803"


@page("small_on_a_note.jpg")
def _small_on_a_note(random: np.random.Generator) -> tuple[bytes, str]:
    """Digits that stand apart, small beside their note, on a dark desk."""
    hand = Hand(height=70, width=0.12)
    digits = [(write(digit, hand, random), 60 + 90 * i, 200) for i, digit in enumerate("34")]
    note = on_paper(laid((430, 430), *digits), Sheet(paper=225, ink=40))
    placed = _turned(np.pad(note, ((110, 160), (170, 200)), constant_values=-1), 2, -1)
    soft = Image.fromarray(_bytes(grain(np.where(placed < 20, 110, placed), random)))
    return encoded(soft.filter(ImageFilter.GaussianBlur(1)), "JPEG", quality=85), "34"


@page("beside_a_card.png")
def _beside_a_card(random: np.random.Generator) -> tuple[bytes, str]:
    """A number on a light card, and another one below it on what the card lies on."""
    words = [number(random), number(random)]
    places = [(write(text, Hand(height=60), random), 170, 90 + 210 * i) for i, text in enumerate(words)]
    sheet = np.full((440, 600), 140, dtype=np.float32)
    sheet[50:240, 100:500] = 235
    ink = laid(sheet.shape, *places)
    return encoded(grain(sheet + ink * (25 - sheet), random)), "\n".join(words)


@page("grey_panels.png")
def _grey_panels(random: np.random.Generator) -> tuple[bytes, str]:
    """A form whose fields are printed in grey, each another shade."""
    words = [number(random, 4) for _ in range(3)]
    sheet = np.full((520, 520), 245, dtype=np.float32)
    for i, shade in enumerate((155, 205, 180)):
        sheet[30 + 160 * i : 150 + 160 * i, 40:480] = shade
    ink = laid(
        sheet.shape,
        *((write(text, Hand(height=54), random), 80, 35 + 160 * i) for i, text in enumerate(words)),
    )
    return encoded(grain(sheet + ink * (30 - sheet), random)), "\n".join(words)


@page("dark_table.jpg")
def _dark_table(random: np.random.Generator) -> tuple[bytes, str]:
    """A sheet photographed on a dark table, tilted."""
    ink, truth = one_line(random)
    sheet = np.pad(on_paper(ink, Sheet(paper=230)), 60, constant_values=230)
    table = np.pad(sheet, 90, constant_values=-1)
    turned = _turned(table, 6, -1)
    wood = 45 + 8 * np.sin(np.indices(turned.shape)[0] / 9)
    picture = np.where(turned < 20, wood, turned)
    soft = Image.fromarray(_bytes(grain(picture, random))).filter(ImageFilter.GaussianBlur(1))
    return encoded(soft, "JPEG", quality=85), truth


@page("table_at_the_side.jpg")
def _table_at_the_side(random: np.random.Generator) -> tuple[bytes, str]:
    """One digit on a sheet beyond whose right side the table is seen, with its grain."""
    word = write("8", Hand(height=45, width=0.12), random)
    sheet = on_paper(laid((80, 140), (word, 45, 12)), Sheet(paper=230, ink=110))
    table = 60 + 8 * ndimage.gaussian_filter(random.normal(0, 1, (80, 16)), 2).astype(np.float32)
    return encoded(grain(np.hstack([sheet, table]), random), "JPEG", quality=70), "8"


@page("scanner_border.png")
def _scanner_border(random: np.random.Generator) -> tuple[bytes, str]:
    """Black at the left and at the foot, where a sheet laid a little askew did not cover the scanner."""
    ink, truth = one_line(random)
    sheet = np.pad(on_paper(ink, Sheet()), ((40, 25), (25, 40)), constant_values=245)
    rows, columns = np.indices(sheet.shape)
    covered = (columns > 14 + 0.03 * rows) & (sheet.shape[0] - rows > 16 - 0.02 * columns)
    return encoded(grain(np.where(covered, sheet, 12), random)), truth


@page("faint_squares.jpg")
def _faint_squares(random: np.random.Generator) -> tuple[bytes, str]:
    """One digit in fine pen on squares that are so faint that the camera's grain breaks them."""
    word = write("0", Hand(height=90, width=0.05), random)
    ink = laid((460, 450), (word, 210, 150))
    sheet = np.full(ink.shape, 178, dtype=np.float32)
    sheet[::34] = sheet[:, 5::34] = 143
    return encoded(grain(sheet + ink * (95 - sheet), random, 8), "JPEG", quality=80), "0"


@page("broken_squares.jpg")
def _broken_squares(random: np.random.Generator) -> tuple[bytes, str]:
    """One digit in a broad grey pen; of the sides of large squares pieces are left, as dark as the pen."""
    word = write("6", Hand(height=230, width=0.08), random)
    ink = laid((900, 760), (word, 300, 360))
    sheet = np.full(ink.shape, 205, dtype=np.float32)
    for side in (60, 238, 416, 594):
        for top in range(0, 880, 88):
            start = top + int(random.integers(0, 20))
            sheet[start : start + int(random.integers(20, 64)), side : side + 2] = 90
    return encoded(grain(sheet + ink * (85 - sheet), random, 6), "JPEG", quality=80), "6"


@page("unlike_sizes.png")
def _unlike_sizes(random: np.random.Generator) -> tuple[bytes, str]:
    """Two numbers on one row, one half as high as the other, a gap as wide as a digit is high between."""
    large, small = number(random, 3), number(random, 4)
    words = write(large, Hand(height=100), random), write(small, Hand(height=55, width=0.12), random)
    ink = laid((200, 680), (words[0], 40, 40), (words[1], 140 + words[0].shape[1], 85))
    return encoded(grain(on_paper(ink, Sheet()), random)), f"{large}\n{small}"


@page("printed_label.png")
def _printed_label(random: np.random.Generator) -> tuple[bytes, str]:
    """A form's label with letters like digits, and what is filled in behind it."""
    text = number(random)
    word = write(text, Hand(height=56), random)
    ink = laid((110, 640), (_printed("Account no.", 38), 20, 42), (word, 260, 24))
    return encoded(grain(on_paper(ink, Sheet()), random)), text


@page("unit_behind.png")
def _unit_behind(random: np.random.Generator) -> tuple[bytes, str]:
    text = number(random, 3)
    word = write(text, Hand(height=60), random)
    ink = laid((120, 420), (word, 30, 30), (_printed("ml", 60), 260, 32))
    return encoded(grain(on_paper(ink, Sheet()), random)), text


@page("receipt.jpg")
def _receipt(random: np.random.Generator) -> tuple[bytes, str]:
    """Lines of print without a digit, and a number written below."""
    text = number(random, 4)
    printed = ("SUPERMARKET", "Olive oil", "Bread and butter", "Gross total EUR", "Visit us again soon")
    lines = [(_printed(line, 26), 30, 20 + 44 * place) for place, line in enumerate(printed)]
    ink = laid((380, 380), *lines, (write(text, Hand(height=76, width=0.1), random), 50, 260))
    return encoded(grain(on_paper(ink, Sheet(paper=236, ink=60)), random), "JPEG", quality=80), text


@page("printed_words.png")
def _printed_words(random: np.random.Generator) -> tuple[bytes, str]:
    ink = laid((90, 460), (_printed("Oslo school, Bilbao", 44), 24, 20))
    return encoded(grain(on_paper(ink, Sheet()), random)), ""


@page("tilted.png")
def _tilted(random: np.random.Generator) -> tuple[bytes, str]:
    ink, truth = one_line(random, text=number(random, 7))
    return encoded(grain(_turned(on_paper(ink, Sheet()), 10, 245), random)), truth


@page("tilted_back.png")
def _tilted_back(random: np.random.Generator) -> tuple[bytes, str]:
    words = [number(random, 6), number(random, 6)]
    places = [(write(text, Hand(height=44), random), 30, 20 + 80 * i) for i, text in enumerate(words)]
    ink = laid((220, 420), *places)
    return encoded(grain(_turned(on_paper(ink, Sheet()), -10, 245), random)), "\n".join(words)


@page("bank_paper.png")
def _bank_paper(random: np.random.Generator) -> tuple[bytes, str]:
    ink, truth = one_line(random, Hand(height=42, width=0.1))
    printed = 190 - 38 * _waves(ink.shape)
    return encoded(grain(printed + ink * (50 - printed), random, 5)), truth


@page("lined_paper.png")
def _lined_paper(random: np.random.Generator) -> tuple[bytes, str]:
    words = [number(random, 6) for _ in range(3)]
    ink = laid(
        (330, 460), *((write(text, Hand(height=50), random), 30, 15 + 90 * i) for i, text in enumerate(words))
    )
    sheet = np.full(ink.shape, 240, dtype=np.float32)
    for row in range(82, 330, 90):
        sheet[row : row + 2] = 150
    return encoded(grain(sheet + ink * (40 - sheet), random)), "\n".join(words)


@page("squared_paper.png")
def _squared_paper(random: np.random.Generator) -> tuple[bytes, str]:
    ink, truth = one_line(random, Hand(height=54))
    sheet = np.full(ink.shape, 240, dtype=np.float32)
    sheet[::18] = sheet[:, ::18] = 165
    return encoded(grain(sheet + ink * (40 - sheet), random)), truth


@page("underline.png")
def _underline(random: np.random.Generator) -> tuple[bytes, str]:
    """An underline as dark as the ink, that the digits' feet touch."""
    ink, truth = one_line(random)
    ink[111:114, 20:-20] = 1
    return encoded(grain(on_paper(ink, Sheet()), random)), truth


@page("rule_through.png")
def _rule_through(random: np.random.Generator) -> tuple[bytes, str]:
    """A printed rule through the middle of the number."""
    ink, truth = one_line(random, text="80629")
    sheet = np.full(ink.shape, 240, dtype=np.float32)
    sheet[84:86] = 110
    return encoded(grain(np.minimum(sheet, on_paper(ink, Sheet())), random)), truth


@page("form_boxes.png")
def _form_boxes(random: np.random.Generator) -> tuple[bytes, str]:
    """Each digit in a box of its own."""
    text = number(random, 6)
    ink = np.zeros((150, 60 + 62 * 6), dtype=np.float32)
    for i, digit in enumerate(text):
        word = write(digit, Hand(height=48), random)
        ink = np.maximum(ink, laid(ink.shape, (word, 34 + 62 * i, 32)))
        x = 30 + 62 * i
        ink[36:114, x : x + 2] = ink[36:114, x + 52 : x + 54] = ink[36:38, x : x + 54] = ink[
            112:114, x : x + 54
        ] = 1
    return encoded(grain(on_paper(ink, Sheet()), random)), text


@page("form_comb.png")
def _form_comb(random: np.random.Generator) -> tuple[bytes, str]:
    """One long box with walls between the digits."""
    text = number(random, 6)
    ink = np.zeros((150, 60 + 56 * 6), dtype=np.float32)
    ink[36:38, 30:-29] = ink[112:114, 30:-29] = 1
    for i, digit in enumerate(text):
        ink = np.maximum(ink, laid(ink.shape, (write(digit, Hand(height=48), random), 32 + 56 * i, 32)))
    for x in range(30, ink.shape[1] - 28, 56):
        ink[36:114, x : x + 2] = 1
    return encoded(grain(on_paper(ink, Sheet()), random)), text


@page("table_cells.png")
def _table_cells(random: np.random.Generator) -> tuple[bytes, str]:
    """Numbers that are no further from each other than digits may be, but for the walls."""
    words = [number(random, count) for count in (2, 3, 2, 3, 2, 2)]
    places = [
        (write(text, Hand(height=44), random), 55 + 150 * (i % 3), 24 + 90 * (i // 3))
        for i, text in enumerate(words)
    ]
    ink = laid((220, 510), *places)
    _rule(ink, range(30, 481, 150), range(14, 195, 90))
    return encoded(grain(on_paper(ink, Sheet()), random)), "\n".join(words)


@page("table_with_words.png")
def _table_with_words(random: np.random.Generator) -> tuple[bytes, str]:
    """Printed words beside the numbers, whose feet are rows of lines shorter than a cell is high."""
    texts = ("12", "101", "31", "14", "115", "21", "10", "413")
    hand = Hand(height=34, width=0.09)
    words = [
        (write(text, hand, random), 288 + 213 * (i % 2), 128 + 66 * (i // 2)) for i, text in enumerate(texts)
    ]
    heads = [
        (_printed(head, 22), 60 + 213 * i, 72)
        for i, head in enumerate(("Our articles", "Number of pieces", "Weight in grams"))
    ]
    items = [
        (_printed(item, 22), 60, 138 + 66 * i)
        for i, item in enumerate(("Apples, red", "Pears, yellow", "Plums, blue", "Figs, green"))
    ]
    ink = laid((440, 720), *words, *heads, *items)
    _rule(ink, range(40, 680, 213), range(48, 379, 66))
    return encoded(grain(on_paper(ink, Sheet()), random)), "\n".join(texts)


@page("table_at_an_angle.jpg")
def _table_at_an_angle(random: np.random.Generator) -> tuple[bytes, str]:
    """A table whose rules fan out, as no two are as far from the camera."""
    words = [number(random, count) for count in (2, 3, 1, 3, 1, 3, 2, 2, 1, 2, 3, 2)]
    places = [
        (write(text, Hand(height=38, width=0.09), random), 95 + 170 * (i % 4), 80 + 90 * (i // 4))
        for i, text in enumerate(words)
    ]
    ink = laid((400, 800), *places)
    _rule(ink, range(60, 741, 170), range(60, 331, 90))
    seen = _at_an_angle(on_paper(ink, Sheet(paper=225, ink=45)), 60)
    return encoded(grain(ndimage.gaussian_filter(seen, 0.7), random), "JPEG", quality=85), "\n".join(words)


@page("notepad_at_an_angle.jpg")
def _notepad_at_an_angle(random: np.random.Generator) -> tuple[bytes, str]:
    """Lined paper whose margin holds its lines together, and the numbers that stand on them."""
    texts = [number(random, count) for count in (4, 3, 5, 4)]
    words = [write(text, Hand(height=38, width=0.09), random) for text in texts]
    ink = laid((560, 640), *((word, 150, 172 + 92 * i - len(word)) for i, word in enumerate(words)))
    sheet = np.full(ink.shape, 232, dtype=np.float32)
    for row in range(70, 560, 46):
        sheet[row : row + 2] = 165
    sheet[:, 90:92] = sheet[:, 96:98] = 140
    seen = _at_an_angle(sheet + ink * (40 - sheet), 55)
    return encoded(grain(ndimage.gaussian_filter(seen, 0.7), random), "JPEG", quality=85), "\n".join(texts)


@page("cheque.jpg")
def _cheque(random: np.random.Generator) -> tuple[bytes, str]:
    """A whole cheque: the amount stands on the floor of its box, and all else is small print."""
    text = number(random, 6)
    word = write(text, Hand(height=36, width=0.1), random)
    box = (118, 700, 166, 700 + word.shape[1] + 16)
    labels = (
        ("BANK OF INKDIGITS", 40, 30),
        ("Date", 600, 50),
        ("Pay to the order of", 40, 130),
        ("Dollars", 780, 200),
    )
    ink = laid(
        (400, 960),
        *((_printed(label, 15), x, y) for label, x, y in labels),
        (word, box[1] + 8, box[2] - word.shape[0] + 12),
    )
    for y, x in (
        (64, range(660, 860)),
        (146, range(220, 660)),
        (214, range(40, 770)),
        (344, range(560, 860)),
    ):
        ink[y : y + 2, x.start : x.stop] = 0.8
    ink[box[0] : box[2] + 2, (box[1], box[1] + 1, box[3], box[3] + 1)] = 1
    ink[(box[0], box[0] + 1, box[2], box[2] + 1), box[1] : box[3] + 2] = 1
    printed = 215 - 22 * _waves(ink.shape)
    return encoded(grain(printed + ink * (50 - printed), random, 3), "JPEG", quality=88), text


@page("book_fold.jpg")
def _book_fold(random: np.random.Generator) -> tuple[bytes, str]:
    """A number on either side of an open book, between whose pages it is dark."""
    texts = number(random, 3), number(random, 3)
    words = [write(text, Hand(height=60, width=0.09), random) for text in texts]
    ink = laid((420, 760), (words[0], 90, 150), (words[1], 500, 160))
    away = np.abs(np.arange(760) - 380)
    light = np.clip(1 - 0.9 * np.exp(-((away / 16) ** 2)), 0.1, 1).astype(np.float32)
    sheet = 235 * np.broadcast_to(light, ink.shape)
    return encoded(grain(sheet - ink * (sheet - 35), random, 3), "JPEG", quality=85), "\n".join(texts)


@page("beside_small_print.png")
def _beside_small_print(random: np.random.Generator) -> tuple[bytes, str]:
    """A number as high as two lines of the letter beside it, and more."""
    text = number(random, 4)
    lines = ("we thank you for the sending of the", "second part and will pay as soon as", "all is here;")
    print_lines = [(_printed(lines[i % len(lines)], 20), 24, 20 + 28 * i) for i in range(12)]
    ink = laid((370, 640), *print_lines, (write(text, Hand(height=60, width=0.12), random), 362, 130))
    return encoded(grain(on_paper(ink, Sheet()), random)), text


@page("meter.jpg")
def _meter(random: np.random.Generator) -> tuple[bytes, str]:
    """Black cells so near to each other that the light between them is as wide as a stroke."""
    text = number(random, 6)
    grey = np.full((230, 620), 205.0)
    for i, digit in enumerate(text):
        cell = laid((96, 70), (write(digit, Hand(height=56, width=0.12), random), 5, 2))
        left = 70 + 79 * i
        grey[64:160, left : left + 70] = on_paper(cell, Sheet(paper=32, ink=238))
    return encoded(grain(ndimage.gaussian_filter(grey, 0.8), random), "JPEG", quality=85), text


@page("meter_on_a_dial.jpg")
def _meter_on_a_dial(random: np.random.Generator) -> tuple[bytes, str]:
    """Black cells on a light dial that has a dark ring around it and print on it, as a water meter has."""
    text = number(random, 6)
    y, x = np.mgrid[:480, :480] - 240
    away = np.hypot(y, x)
    grey = np.where(away < 200, 225.0, 150.0)
    grey[(away > 195) & (away < 210)] = 60
    name = _printed("WATER", 22)
    grey[90 : 90 + len(name), 205 : 205 + name.shape[1]] -= 160 * name
    for i, digit in enumerate(text):
        cell = laid((60, 40), (write(digit, Hand(height=32, width=0.12), random), 2, 5))
        left = 101 + 47 * i
        grey[150:210, left : left + 40] = on_paper(cell, Sheet(paper=30, ink=235))
    return encoded(grain(ndimage.gaussian_filter(grey, 0.7), random), "JPEG", quality=88), text


@page("sudoku.png")
def _sudoku(random: np.random.Generator) -> tuple[bytes, str]:
    """A digit in some of the cells of a grid, whose blocks are parted by wider rules."""
    filled = np.sort(random.choice(81, 20, replace=False))
    digits = "".join(str(digit) for digit in random.integers(1, 10, len(filled)))
    places = [
        (write(digit, Hand(height=40), random), 38 + 70 * (cell % 9), 25 + 70 * (cell // 9))
        for digit, cell in zip(digits, filled.tolist(), strict=True)
    ]
    ink = laid((660, 660), *places)
    for i in range(10):
        side, thick = 14 + 70 * i, 2 if i % 3 else 5
        ink[side : side + thick, 14:649] = ink[14:649, side : side + thick] = 1
    return encoded(grain(on_paper(ink, Sheet()), random)), "\n".join(digits)


@page("two_columns_and_a_wall.png")
def _two_columns_and_a_wall(random: np.random.Generator) -> tuple[bytes, str]:
    words = [number(random, count) for count in (2, 3) * 3]
    written = [write(text, Hand(height=40), random) for text in words]
    places = [
        (word, 210 if i % 2 else 170 - word.shape[1], 20 + 75 * (i // 2)) for i, word in enumerate(written)
    ]
    ink = laid((255, 400), *places)
    ink[12:244, 188:191] = 1
    return encoded(grain(on_paper(ink, Sheet()), random)), "\n".join(words)


@page("circled.png")
def _circled(random: np.random.Generator) -> tuple[bytes, str]:
    """A number with a ring drawn around it."""
    return _ringed(number(random, 3), 140, random)


@page("circled_digit.png")
def _circled_digit(random: np.random.Generator) -> tuple[bytes, str]:
    """A mark with one."""
    return _ringed("4", 80, random)


@page("ring_touches.png")
def _ring_touches(random: np.random.Generator) -> tuple[bytes, str]:
    return _ringed("36", 47, random, high=42)


@page("ring_touches_digit.png")
def _ring_touches_digit(random: np.random.Generator) -> tuple[bytes, str]:
    return _ringed("4", 33, random, high=34)


@page("ring_with_a_gap.png")
def _ring_with_a_gap(random: np.random.Generator) -> tuple[bytes, str]:
    return _ringed("5", 60, random, high=60, gap=0.35)


@page("ring_with_a_gap_touches.png")
def _ring_with_a_gap_touches(random: np.random.Generator) -> tuple[bytes, str]:
    return _ringed("72", 50, random, high=44, gap=0.35)


@page("small_in_a_circle.png")
def _small_in_a_circle(random: np.random.Generator) -> tuple[bytes, str]:
    """A number in a circle five times as high."""
    return _ringed("25", 150, random, high=150)


@page("slash_in_zero.png")
def _slash_in_zero(random: np.random.Generator) -> tuple[bytes, str]:
    """Noughts with a short stroke in them, which touches nothing."""
    ink, _ = one_line(random, Hand(height=70, gap=0.3), "2Ø5Ø8")
    return encoded(grain(on_paper(ink, Sheet()), random)), "20508"


@page("box_by_hand.png")
def _box_by_hand(random: np.random.Generator) -> tuple[bytes, str]:
    """A number with a box drawn around it by hand, of whose sides two are as straight as rules."""
    ink, truth = one_line(random, Hand(height=50), number(random, 3))
    height, width = ink.shape
    corners = np.array([(24, 22), (width - 26, 18), (width - 22, height - 20), (28, height - 22)], float)
    sides = zip(corners, np.roll(corners, -1, axis=0), (0, 6, 0, -6), strict=True)
    along = np.linspace(0, 1, 30)[:, None]
    bows = [one + (other - one) * along + 4 * along * (1 - along) * (bow, 0) for one, other, bow in sides]
    picture = Image.fromarray(_bytes(255 * ink))
    ImageDraw.Draw(picture).line(np.concatenate([*bows, corners[:1]]).ravel().tolist(), 255, 4, "curve")
    drawn = np.asarray(picture, dtype=np.float32) / np.float32(255)
    return encoded(grain(on_paper(drawn, Sheet()), random)), truth


def _ringed(
    text: str, half: int, random: np.random.Generator, high: int = 85, gap: float = 0.0
) -> tuple[bytes, str]:
    """Gives a number within a ring half as wide and high as said, with a gap in radians, and the number."""
    word = write(text, Hand(height=60), random)
    size = (max(220, 2 * high + 40), max(2 * half, word.shape[1]) + 40)
    ink = laid(size, (word, (size[1] - word.shape[1]) // 2, (size[0] - word.shape[0]) // 2))
    rows, columns = np.indices(size, dtype=np.float32)
    across, down = (columns - size[1] / 2) / half, (rows - size[0] / 2) / high
    ring = np.abs(np.hypot(across, down) - 1) * min(half, high) < 2.1
    ink[ring & (np.abs(np.arctan2(down, across)) >= gap / 2)] = 1
    return encoded(grain(on_paper(ink, Sheet()), random)), text


@page("several_lines.png")
def _several_lines(random: np.random.Generator) -> tuple[bytes, str]:
    words = [number(random, count) for count in (4, 6, 5, 3)]
    places = [
        (write(text, Hand(height=40), random), 30 + 25 * (i % 2), 15 + 66 * i) for i, text in enumerate(words)
    ]
    return encoded(grain(on_paper(laid((310, 400), *places), Sheet()), random)), "\n".join(words)


@page("pencil_below_pen.png")
def _pencil_below_pen(random: np.random.Generator) -> tuple[bytes, str]:
    """Two numbers, the second in ink a third as dark."""
    words = [number(random) for _ in range(2)]
    pen, pencil = (write(text, Hand(height=48, gap=0.2), random) for text in words)
    ink = laid((260, 420), (pen, 40, 40), (0.33 * pencil, 60, 150))
    return encoded(grain(on_paper(ink, Sheet()), random)), "\n".join(words)


@page("pencil_in_black_boxes.png")
def _pencil_in_black_boxes(random: np.random.Generator) -> tuple[bytes, str]:
    truth = number(random, 4)
    ink = np.zeros((140, 340), dtype=np.float32)
    for place, digit in enumerate(truth):
        left = 30 + 70 * place
        ink[30:110, left : left + 62] = 1
        ink[33:107, left + 3 : left + 59] = 0
        ink = np.maximum(ink, laid(ink.shape, (0.28 * write(digit, Hand(height=44), random), left + 2, 36)))
    return encoded(grain(on_paper(ink, Sheet()), random)), truth


@page("columns.png")
def _columns(random: np.random.Generator) -> tuple[bytes, str]:
    """Two columns of numbers; rows are read across."""
    words = [number(random, 4) for _ in range(6)]
    places = [
        (write(text, Hand(height=40), random), 20 + 300 * (i % 2), 15 + 75 * (i // 2))
        for i, text in enumerate(words)
    ]
    return encoded(grain(on_paper(laid((260, 560), *places), Sheet()), random)), "\n".join(words)


@page("twelve_megapixels.jpg")
def _twelve_megapixels(random: np.random.Generator) -> tuple[bytes, str]:
    """A photographed sheet with twenty numbers, four in a row."""
    words = [number(random, int(random.integers(3, 7))) for _ in range(20)]
    places = [
        (write(text, Hand(height=110, width=0.07), random), 150 + 920 * (i % 4), 180 + 540 * (i // 4))
        for i, text in enumerate(words)
    ]
    ink = laid((3000, 4000), *places)
    light = np.linspace(1, 0.75, 4000, dtype=np.float32)
    return encoded(grain(on_paper(ink, Sheet(paper=230)) * light, random), "JPEG"), "\n".join(words)


@page("single_digit.png")
def _single_digit(random: np.random.Generator) -> tuple[bytes, str]:
    word = write("7", Hand(height=120, width=0.1), random)
    return encoded(on_paper(word, Sheet())), "7"


@page("thick_brush.png")
def _thick_brush(random: np.random.Generator) -> tuple[bytes, str]:
    """A canvas of a drawing program that one digit by a thick brush fills."""
    word = write("8", Hand(height=200, width=0.24), random)
    return encoded(on_paper(word, Sheet(paper=255, ink=0))), "8"


@page("fading_light.jpg")
def _fading_light(random: np.random.Generator) -> tuple[bytes, str]:
    """A small pale digit on a large sheet whose light falls off towards its corners."""
    word = write("5", Hand(height=90, width=0.06), random)
    rows, columns = (np.linspace(-1, 1, side)[:, None] for side in (500, 640))
    light = 1 - 0.14 * (rows**2 + columns.T**2)
    paper = on_paper(laid((500, 640), (word, 400, 120)), Sheet(paper=205, ink=160))
    return encoded(grain(np.asarray(paper * light, dtype=np.float32), random, 5), "JPEG", quality=80), "5"


@page("dusty.jpg")
def _dusty(random: np.random.Generator) -> tuple[bytes, str]:
    """One digit on a sheet with dust here and there, the table's edge in the picture."""
    word = write("6", Hand(height=110, width=0.08), random)
    ink = laid((420, 400), (word, 220, 90))
    for y, x in zip(random.integers(20, 400, 14), random.integers(60, 380, 14), strict=True):
        ink[y : y + 3, x : x + 2] = 1
    photo = on_paper(ink, Sheet(paper=215, ink=70))
    photo[:, :34] = 45 + random.normal(0, 6, (420, 34))
    return encoded(grain(photo, random), "JPEG", quality=80), "6"


@page("colour_ink.jpg")
def _colour_ink(random: np.random.Generator) -> tuple[bytes, str]:
    """Blue on light yellow."""
    ink, truth = one_line(random)
    return encoded(_coloured(ink, (40, 70, 190), (250, 244, 200), random), "JPEG"), truth


@page("as_bright_as_the_paper.jpg")
def _as_bright_as_the_paper(random: np.random.Generator) -> tuple[bytes, str]:
    """Pink on grey, told apart by colour alone."""
    ink, truth = one_line(random)
    return encoded(_coloured(ink, (230, 150, 170), (176, 176, 176), random), "JPEG"), truth


@page("pale_yellow.png")
def _pale_yellow(random: np.random.Generator) -> tuple[bytes, str]:
    ink, truth = one_line(random)
    return encoded(_coloured(ink, (250, 245, 150), (250, 250, 248), random)), truth


@page("orange_beside_black.png")
def _orange_beside_black(random: np.random.Generator) -> tuple[bytes, str]:
    """Two numbers in a drawing program, each in its own colour."""
    words = [number(random, 4) for _ in range(2)]
    black, orange = (laid((220, 320), (write(text, Hand(height=50, gap=0.3), random), 40, y)) for text, y in
                     zip(words, (30, 130), strict=True))  # fmt: skip
    picture = np.full((220, 320, 3), 255.0)
    for ink, pen in ((black, (0, 0, 0)), (orange, (255, 165, 30))):
        picture += ink[..., None] * (np.array(pen) - picture)
    return encoded(Image.fromarray(_bytes(picture))), "\n".join(words)


def _coloured(
    ink: Grey, pen: tuple[int, int, int], paper: tuple[int, int, int], random: np.random.Generator
) -> Image.Image:
    """Gives a picture in colour, with grain."""
    channels = zip(paper, pen, strict=True)
    grains = [grain(on_paper(ink, Sheet(paper=one, ink=other)), random) for one, other in channels]
    return Image.fromarray(_bytes(np.stack(grains, axis=2)))


@page("transparent.png")
def _transparent(random: np.random.Generator) -> tuple[bytes, str]:
    """Black ink on nothing, as drawing programs save it."""
    ink, truth = one_line(random)
    pixels = np.zeros((*ink.shape, 4), dtype=np.uint8)
    pixels[..., 3] = _bytes(ink * 255)
    return encoded(Image.fromarray(pixels)), truth


@page("white_on_nothing.png")
def _white_on_nothing(random: np.random.Generator) -> tuple[bytes, str]:
    """White ink on nothing, as drawing programs save it that are dark themselves."""
    ink, truth = one_line(random)
    pixels = np.full((*ink.shape, 4), 255, dtype=np.uint8)
    pixels[..., 3] = _bytes(ink * 255)
    return encoded(Image.fromarray(pixels)), truth


@page("palette.png")
def _palette(random: np.random.Generator) -> tuple[bytes, str]:
    ink, truth = one_line(random)
    return encoded(Image.fromarray(_bytes(on_paper(ink, Sheet()))).convert("RGB").quantize(8)), truth


@page("sixteen_bit.png")
def _sixteen_bit(random: np.random.Generator) -> tuple[bytes, str]:
    ink, truth = one_line(random)
    return encoded(Image.fromarray((on_paper(ink, Sheet()) * 257).astype(np.uint16))), truth


@page("cmyk.jpg")
def _cmyk(random: np.random.Generator) -> tuple[bytes, str]:
    ink, truth = one_line(random)
    return encoded(Image.fromarray(_bytes(on_paper(ink, Sheet()))).convert("CMYK"), "JPEG"), truth


@page("empty.png")
def _empty(random: np.random.Generator) -> tuple[bytes, str]:
    return encoded(grain(np.full((200, 300), 230, dtype=np.float32), random, 5)), ""


@page("scribble.png")
def _scribble(random: np.random.Generator) -> tuple[bytes, str]:
    """A scrawl to and fro."""
    t = np.linspace(0, 1, 4000)
    x = 40 + 320 * t + 18 * np.sin(60 * t)
    y = 90 + 45 * np.sin(95 * t) * np.cos(9 * t)
    ink = np.zeros((180, 400), dtype=np.float32)
    ink[y.astype(int), x.astype(int)] = 1
    ink = np.asarray(ndimage.grey_dilation(ink, size=(4, 4)))
    return encoded(grain(on_paper(ink, Sheet()), random)), ""


@page("display.png")
def _display(random: np.random.Generator) -> tuple[bytes, str]:
    """Seven bars a digit, which stand apart; light on dark."""
    truth = number(random)
    ink = np.asarray(display(truth, random)).astype(np.float32) / np.float32(255)
    return encoded(grain(on_paper(ink, Sheet(paper=40, ink=210)), random)), truth


@page("printed.png")
def _in_print(random: np.random.Generator) -> tuple[bytes, str]:
    truth = number(random, 6)
    word = _printed(truth, 60)
    return encoded(grain(on_paper(laid((140, 360), (word, 50, 40)), Sheet()), random)), truth


@page("dash.jpg")
def _dash(random: np.random.Generator) -> tuple[bytes, str]:
    """A dash by hand on a large sheet: neither quite straight nor of one thickness."""
    return encoded(on_paper(_by_hand((500, 700), 230, random), Sheet()), "JPEG", quality=80), ""


@page("equals.jpg")
def _equals(random: np.random.Generator) -> tuple[bytes, str]:
    ink = _by_hand((500, 700), 200, random) + _by_hand((500, 700), 300, random)
    return encoded(on_paper(ink, Sheet()), "JPEG", quality=80), ""


def _by_hand(size: tuple[int, int], row: float, random: np.random.Generator) -> Grey:
    """Gives a line from left to right, some 16 pixels thick, with the unrest of a hand, 0 to 1."""
    unrest = [ndimage.gaussian_filter1d(random.normal(0, 1, 300), 15) for _ in range(2)]
    course, half = (scale * one / one.std() for scale, one in zip((3.0, 0.5), unrest, strict=True))
    ink = np.zeros(size, dtype=np.float32)
    rows = np.arange(size[0])[:, None]
    ink[:, 200:500] = np.abs(rows - row - course - 0.07 * np.arange(300)) < 8 + half
    return np.asarray(ndimage.gaussian_filter(ink, 2))


def _lying(orientation: int) -> Painter:
    method = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)

    def paint(random: np.random.Generator) -> tuple[bytes, str]:
        ink, truth = one_line(random)
        picture = Image.fromarray(_bytes(grain(on_paper(ink, Sheet()), random)))
        stored = picture if method is None else picture.transpose(Image.Transpose(method))
        exif = Image.Exif()
        exif[0x0112] = orientation
        return encoded(stored, "JPEG", quality=90, exif=exif), truth

    return paint


for _orientation in range(1, 9):
    PAGES[f"exif_rotated_{_orientation}.jpg"] = _lying(_orientation)


def main() -> None:
    """Writes every page and `truth.json` into the folder that the command line names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for name in PAGES:
        content, truth[name] = compose(name)
        (folder / name).write_bytes(content)
    (folder / "truth.json").write_text(json.dumps(truth, indent=2))


if __name__ == "__main__":
    main()
