"""to_page: any form of a picture, and an error of its own for each fault."""

from __future__ import annotations

import io
import os
import struct
import threading
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.images.test_decode import encode, png

from inkdigits import errors
from inkdigits.images import MAX_BYTES, to_page

GREY = np.arange(0, 240, dtype=np.uint8).reshape(12, 20)


def content(form: str = "PNG") -> bytes:
    return encode(Image.fromarray(GREY), form)


def animated() -> bytes:
    return encode(Image.fromarray(GREY), "GIF", save_all=True, append_images=[Image.new("L", (20, 12), 9)])


@pytest.mark.parametrize("form", ["PNG", "GIF", "TIFF", "BMP"])
def test_path_bytes_file_image_and_array_give_the_same_page(form: str, tmp_path: Path) -> None:
    path = tmp_path / "any name"
    path.write_bytes(content(form))
    for picture in (
        path,
        str(path),
        content(form),
        memoryview(content(form)),
        io.BytesIO(content(form)),
        GREY,
    ):
        np.testing.assert_array_equal(to_page(picture), GREY)
    with Image.open(path) as image:
        np.testing.assert_array_equal(to_page(image), GREY)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I;16"])
def test_a_pillow_image_may_have_any_mode(mode: str) -> None:
    grey = Image.new("L", (10, 10), 255)
    image = (
        Image.new(mode, (10, 10), 65535)
        if mode == "I;16"
        else grey.convert("RGB").convert(mode)
        if mode == "LAB"
        else grey.convert("RGB" if mode in ("HSV", "YCbCr", "CMYK") else "L").convert(mode)
    )
    assert to_page(image).min() >= 250


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_an_array_in_colour_is_as_its_file(mode: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, len(mode)), dtype=np.uint8)
    file = encode(Image.fromarray(pixels), "PNG")
    np.testing.assert_array_equal(to_page(pixels), to_page(file))
    np.testing.assert_array_equal(to_page(pixels[:, ::-1]), to_page(file)[:, ::-1])


@pytest.mark.parametrize("kind", [np.asmatrix, np.ma.masked_array, lambda array: array.view(np.recarray)])
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_any_kind_of_array_is_taken_as_an_array(kind: Callable[[object], object]) -> None:
    np.testing.assert_array_equal(to_page(kind(GREY)), GREY)  # type: ignore[arg-type]


def test_the_first_frame_of_an_animation_is_read() -> None:
    np.testing.assert_array_equal(to_page(animated()), GREY)


@pytest.mark.parametrize(
    ("picture", "error", "says"),
    [
        ("nowhere.png", errors.PictureNotFound, "no file nowhere.png"),
        (".", errors.PictureNotFound, "is a folder"),
        ("a\0b", errors.PictureUnreadable, "null"),
        (b"", errors.EmptyPicture, "0 bytes"),
        (np.zeros((0, 9), np.uint8), errors.EmptyPicture, "9x0"),
        (Image.new("L", (0, 0)), errors.EmptyPicture, "0x0"),
        (b"hello", errors.NotAPicture, "PNG"),
        (io.StringIO("hello"), errors.NotAPicture, "'rb'"),
        (io.TextIOWrapper(io.BytesIO(content()), "utf-8"), errors.NotAPicture, "'rb'"),
        (np.ma.masked_equal(GREY, 0), errors.NotAPicture, "masked"),
        (5, errors.NotAPicture, "a int is no picture"),
        (None, errors.NotAPicture, "NoneType"),
        (np.zeros((9, 9)), errors.NotAPicture, "float64"),
        (np.zeros((9, 9, 2), np.uint8), errors.NotAPicture, "(9, 9, 2)"),
        (np.zeros(9, np.uint8), errors.NotAPicture, "(9,)"),
        (Image.new("F", (9, 9)), errors.NotAPicture, "32 bits"),
        (content()[:-30], errors.DamagedPicture, "cut short"),
        (np.zeros((1, 60_000), np.uint8), errors.PictureTooThin, "60000x1"),
        (np.zeros((60_000, 1), np.uint8), errors.PictureTooThin, "1x60000"),
        (np.zeros((5001, 5000), np.uint8), errors.PictureTooLarge, "5000x5001 = 25,005,000 pixels"),
        (Image.new("1", (5001, 5000)), errors.PictureTooLarge, "the limit is 25,000,000"),
        (bytes(MAX_BYTES + 1), errors.PictureTooLarge, "bytes"),
        (png(60_000, 60_000, 8, 0, b""), errors.PictureTooLarge, "25,000,000 pixels"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_each_fault_has_an_error_of_its_own(
    picture: object,
    error: type[errors.PictureError],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error) as caught:
        to_page(picture)  # type: ignore[arg-type]
    assert type(caught.value) is error
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(content())
    path.chmod(0)
    with pytest.raises(errors.PictureUnreadable, match="Permission denied"):
        to_page(path)


def bombs() -> dict[str, bytes]:
    """A small file of each format that would become a large picture."""
    huge = Image.new("1", (5001, 5000))
    small = {form: encode(huge, form, **options) for form, options in [("TIFF", {"compression": "group4"})]}
    grey = huge.convert("L")
    small |= {form: encode(grey, form) for form in ("PNG", "GIF", "JPEG", "WEBP")}
    return small | {
        "BMP": encode(Image.new("1", (8, 8)), "BMP").replace(b"\x08\0\0\0\x08\0\0\0", b"\0\xff\0\0\0\xff\0\0")
    }


def test_a_bomb_of_each_format_is_refused_before_it_is_decoded() -> None:
    for form, bomb in bombs().items():
        assert len(bomb) < 2**20, form
        with pytest.raises(errors.PictureTooLarge):
            to_page(bomb)


def test_a_tiff_of_small_size_but_huge_tiles_is_refused() -> None:
    """A tile is inflated whole, however little of it is shown."""
    tile = zlib.compress(bytes(8192 * 8192))
    tags = {256: 64, 257: 64, 258: 8, 259: 8, 262: 1, 277: 1, 322: 8192, 323: 8192, 324: 8, 325: len(tile)}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    directory = struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0)
    tiff = b"II*\0" + struct.pack("<I", 8 + len(tile)) + tile + directory
    with pytest.raises(errors.PictureTooLarge, match="8192x8192"):
        to_page(tiff)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (2, b"wide"),
        (7, b"\xff\x00\xff\x00"),
        (11, struct.pack("<f", np.nan)),
        (11, struct.pack("<f", np.inf)),
    ],
)
def test_a_tiff_whose_tiles_are_as_wide_as_no_number_is_damaged(kind: int, value: bytes) -> None:
    tags = {256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 8, 279: 64}
    entries = [struct.pack("<HHII", tag, 4, 1, number) for tag, number in tags.items()]
    entries.append(struct.pack("<HHI", 322, kind, 1 if kind == 11 else 4) + value)
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + struct.pack("<I", 0)
    with pytest.raises(errors.DamagedPicture):
        to_page(b"II*\0" + struct.pack("<I", 72) + bytes(64) + directory)


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    jpeg = encode(Image.fromarray(np.arange(4096, dtype=np.uint8).reshape(64, 64)), "JPEG", progressive=True)
    last = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    assert to_page(jpeg).shape == (64, 64)
    with pytest.raises(errors.PictureTooLarge, match="scans"):
        to_page(jpeg[:-2] + 200 * last + jpeg[-2:])


def test_a_photo_with_a_film_behind_it_is_read() -> None:
    film = b"\xff\xda\x5e\x01" * 300
    np.testing.assert_array_equal(to_page(content("JPEG") + film), to_page(content("JPEG")))


def test_a_file_that_gives_a_little_at_a_time_is_read_whole() -> None:
    class Pipe(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size, 7) if size and size > 0 else 7)

    np.testing.assert_array_equal(to_page(Pipe(content())), to_page(content()))


def test_filters_of_warnings_are_left_alone_by_threads() -> None:
    before = list(warnings.filters)
    threads = [threading.Thread(target=lambda: [to_page(content()) for _ in range(30)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before
