"""decode_page: every colour mode is read rightly, everything else is one line."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from inkdigits.errors import EmptyPicture, PictureError, PictureTooLarge
from inkdigits.images import MAX_BYTES, decode_page, to_page

RAMP = np.arange(0, 240, dtype=np.uint8).reshape(12, 20)


def encode(picture: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *chunks: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [
        png_chunk(b"IHDR", header),
        *chunks,
        png_chunk(b"IDAT", zlib.compress(rows)),
        png_chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "GIF"])
def test_grey_levels_come_back_exactly(form: str) -> None:
    np.testing.assert_array_equal(decode_page(encode(Image.fromarray(RAMP), form)), RAMP)


def strokes(pen: tuple[int, int, int], paper: tuple[int, int, int], size: int = 200) -> Image.Image:
    """A cross of thin strokes in one colour on another, in RGB."""
    pixels = np.full((size, 2 * size, 3), paper, dtype=np.uint8)
    middle, wide = size // 2, max(2, size // 60)
    pixels[middle - wide : middle + wide, size // 4 : -size // 4] = pen
    pixels[size // 4 : -size // 4, size - wide : size + wide] = pen
    return Image.fromarray(pixels)


@pytest.mark.parametrize("size", [40, 200, 1600])
@pytest.mark.parametrize(
    ("pen", "paper", "channel"),
    [
        ((230, 150, 170), (176, 176, 176), 0),
        ((60, 140, 60), (190, 60, 60), 0),
        ((90, 180, 90), (90, 150, 190), 2),
        ((120, 190, 120), (150, 154, 230), 2),
        ((250, 245, 150), (250, 250, 248), 2),
    ],
)
def test_what_only_a_colour_shows_is_seen_by_it(
    pen: tuple[int, int, int], paper: tuple[int, int, int], channel: int, size: int
) -> None:
    picture = strokes(pen, paper, size)
    page = decode_page(encode(picture, "PNG"))
    np.testing.assert_array_equal(page, np.asarray(picture)[:, :, channel])
    np.testing.assert_array_equal(to_page(np.asarray(picture)), page)


@pytest.mark.parametrize(
    ("pen", "paper"),
    [
        ((30, 30, 30), (250, 250, 248)),
        ((240, 240, 240), (70, 90, 160)),
        ((200, 30, 40), (250, 250, 248)),  # blue and green show it best, but brightness does
        ((160, 160, 160), (176, 176, 176)),  # too faint for either
        ((200, 166, 170), (176, 176, 176)),
    ],
)
def test_grey_is_brightness_wherever_that_shows_something(
    pen: tuple[int, int, int], paper: tuple[int, int, int]
) -> None:
    picture = strokes(pen, paper)
    np.testing.assert_array_equal(decode_page(encode(picture, "PNG")), np.asarray(picture.convert("L")))


def test_noise_in_colour_is_no_reason_to_leave_brightness() -> None:
    noise = np.random.default_rng(0).normal(128, 25, (300, 400, 3)).clip(0, 255).astype(np.uint8)
    grey = np.asarray(Image.fromarray(noise).convert("L"))
    np.testing.assert_array_equal(to_page(noise), grey)
    faint = np.random.default_rng(0).normal(128, 10.5, (300, 400, 3)).clip(0, 255).astype(np.uint8)
    np.testing.assert_array_equal(to_page(faint), np.asarray(Image.fromarray(faint).convert("L")))


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_lossy_formats_come_back_nearly(form: str) -> None:
    page = decode_page(encode(Image.fromarray(RAMP), form, quality=95))
    assert page.dtype == np.uint8
    assert np.abs(page.astype(int) - RAMP).max() < 12


def test_a_page_can_be_written_to() -> None:
    page = decode_page(encode(Image.fromarray(RAMP), "PNG"))
    page[0, 0] = 7
    assert page.flags.c_contiguous


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA"])
def test_opaque_colour_modes_keep_grey(mode: str) -> None:
    np.testing.assert_array_equal(decode_page(encode(Image.fromarray(RAMP).convert(mode), "PNG")), RAMP)


def test_palette_is_looked_up() -> None:
    picture = Image.fromarray(np.array([[0, 1], [2, 0]], dtype=np.uint8), "P")
    picture.putpalette([255, 255, 255, 0, 0, 0, 100, 100, 100])
    np.testing.assert_array_equal(decode_page(encode(picture, "PNG")), [[255, 0], [100, 255]])


def test_transparent_palette_entries_are_paper() -> None:
    picture = Image.fromarray(np.array([[0, 1]], dtype=np.uint8), "P")
    picture.putpalette([0, 0, 0, 50, 50, 50])
    np.testing.assert_array_equal(decode_page(encode(picture, "PNG", transparency=0)), [[255, 50]])
    partly = encode(picture, "PNG", transparency=bytes([0, 255]))
    np.testing.assert_array_equal(decode_page(partly), [[255, 50]])


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    deep = np.array([[0, 257, 25700, 65535]], dtype=np.uint16)
    np.testing.assert_array_equal(decode_page(encode(Image.fromarray(deep), "PNG")), [[0, 1, 100, 255]])
    np.testing.assert_array_equal(decode_page(encode(Image.fromarray(deep), "TIFF")), [[0, 1, 100, 255]])


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_two_bytes_of_which_fewer_bits_are_used_are_as_bright(bits: int) -> None:
    white = 2**bits - 1
    deep = np.array([[0, white // 2, white]], dtype=np.uint16)
    expected = [[0, 127, 255]]
    np.testing.assert_array_equal(decode_page(encode(Image.fromarray(deep), "PNG")), expected)
    swapped = Image.frombytes("I;16B", (3, 1), deep.astype(">u2").tobytes())
    np.testing.assert_array_equal(decode_page(encode(swapped, "TIFF")), expected)


def test_sixteen_bits_of_one_transparent_grey_show_paper() -> None:
    rows = b"\x00" + struct.pack(">HHH", 0, 25700, 65535)
    content = png(3, 1, 16, 0, rows, png_chunk(b"tRNS", struct.pack(">H", 0)))
    np.testing.assert_array_equal(decode_page(content), [[255, 100, 255]])


def test_sixteen_bit_colour_is_read() -> None:
    rows = b"\x00" + struct.pack(">HHH", 25700, 25700, 25700)
    np.testing.assert_array_equal(decode_page(png(1, 1, 16, 2, rows)), [[100]])


def test_transparency_shows_white() -> None:
    black = np.zeros((1, 3, 4), dtype=np.uint8)
    black[0, :, 3] = [0, 255, 128]
    np.testing.assert_array_equal(decode_page(encode(Image.fromarray(black), "PNG")), [[255, 0, 127]])


def test_one_bit_is_black_and_white() -> None:
    picture = Image.fromarray(np.array([[0, 255]], dtype=np.uint8)).convert("1")
    for form in ("PNG", "TIFF", "BMP"):
        np.testing.assert_array_equal(decode_page(encode(picture, form)), [[0, 255]])


def test_cmyk_is_read() -> None:
    picture = Image.fromarray(np.full((8, 8, 3), 90, dtype=np.uint8)).convert("CMYK")
    for form in ("JPEG", "TIFF"):
        assert np.abs(decode_page(encode(picture, form)).astype(int) - 90).max() <= 3


def test_32_bits_are_refused_with_a_reason() -> None:
    with pytest.raises(PictureError, match="32 bits"):
        decode_page(encode(Image.fromarray(np.ones((2, 2), dtype=np.float32)), "TIFF"))


# Each orientation, with what has to be done to the upright page to get the stored one.
STORED = {
    1: lambda page: page,
    2: np.fliplr,
    3: lambda page: np.rot90(page, 2),
    4: np.flipud,
    5: lambda page: page.T,
    6: lambda page: np.rot90(page, 1),
    7: lambda page: np.rot90(page, 2).T,
    8: lambda page: np.rot90(page, -1),
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP"])
def test_orientation_is_applied_once(form: str, orientation: int) -> None:
    stored: NDArray[np.uint8] = np.ascontiguousarray(STORED[orientation](RAMP))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if form == "WEBP" else {}
    content = encode(Image.fromarray(stored), form, exif=exif, **options)
    np.testing.assert_array_equal(decode_page(content), RAMP)


def test_orientation_of_a_phone_jpeg_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = encode(Image.new("L", (40, 20)), "JPEG", exif=exif)
    assert decode_page(content).shape == (40, 20)


def test_damaged_exif_does_not_refuse_the_picture() -> None:
    content = encode(Image.fromarray(RAMP), "PNG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xffrubbish")
    np.testing.assert_array_equal(decode_page(content), RAMP)


def test_several_pictures_in_one_jpeg_give_the_first() -> None:
    first, second = Image.new("L", (8, 4), 20), Image.new("L", (4, 8), 200)
    page = decode_page(encode(first, "MPO", save_all=True, append_images=[second]))
    assert page.shape == (4, 8)
    assert page.max() < 30


def test_first_frame_of_an_animation_is_read() -> None:
    frames = [Image.new("L", (5, 4), level) for level in (10, 200)]
    page = decode_page(encode(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    np.testing.assert_array_equal(page, np.full((4, 5), 10))


@pytest.mark.parametrize("content", [b"", b"\x00", b"hello, this is text", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_gets_one_line(content: bytes) -> None:
    with pytest.raises(PictureError) as caught:
        decode_page(content)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("form", ["PPM", "ICO", "TGA", "PCX", "EPS"])
def test_other_formats_are_refused(form: str) -> None:
    with pytest.raises(PictureError, match="no picture that we read"):
        decode_page(encode(Image.new("RGB", (16, 16)), form))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_truncated_pictures_are_refused(form: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (60, 60), dtype=np.uint8)
    content = encode(Image.fromarray(noise), form)
    with pytest.raises(PictureError) as caught:
        decode_page(content[: len(content) // 2])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("width", "height"), [(5001, 5000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_too_many_pixels_are_refused_by_the_header(width: int, height: int) -> None:
    with pytest.raises(PictureTooLarge, match=r"the limit is 25,000,000"):
        decode_page(png(width, height, 8, 0, b""))


def test_a_picture_at_the_limit_is_read() -> None:
    assert decode_page(encode(Image.new("1", (5000, 5000), 1), "PNG")).shape == (5000, 5000)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PictureError, match="bytes"):
        decode_page(bytes(MAX_BYTES + 1))


def put(content: bytes, at: int, value: bytes) -> bytes:
    return content[:at] + value + content[at + len(value) :]


def without_pixels() -> dict[str, bytes]:
    """A file of each format that says a width or a height of 0."""
    bmp, gif, jpeg = (encode(Image.fromarray(RAMP), form) for form in ("BMP", "GIF", "JPEG"))
    tiff = encode(Image.fromarray(RAMP), "TIFF")
    frame = jpeg.index(b"\xff\xc0")
    screen = gif.index(b",\0\0\0\0\x14\0\x0c\0") + 5
    wide = tiff.index(struct.pack("<HHII", 256, 4, 1, 20)) + 8
    return {
        "PNG, 0x0": png(0, 0, 8, 0, b""),
        "PNG, 0 high": png(9, 0, 8, 0, b""),
        "BMP, 0 wide": put(bmp, 18, bytes(4)),
        "BMP, 0 high": put(bmp, 22, bytes(4)),
        "GIF, 0x0": put(put(gif, 6, bytes(4)), screen, bytes(4)),
        "JPEG, 0 high": put(jpeg, frame + 5, bytes(2)),
        "JPEG, 0 wide": put(jpeg, frame + 7, bytes(2)),
        "TIFF, 0 wide": put(tiff, wide, bytes(4)),
        "TIFF, 0 high": put(tiff, wide + 12, bytes(4)),
        "TIFF, big-endian": b"MM\0*\0\0\0\x08\0\2"
        + b"".join(struct.pack(">HHIHH", tag, 3, 1, 0, 0) for tag in (256, 257))
        + bytes(4),
    }


@pytest.mark.parametrize("content", without_pixels().values(), ids=without_pixels())
def test_a_picture_without_pixels_is_told_to_be_empty(content: bytes) -> None:
    with pytest.raises(EmptyPicture, match="0"):
        decode_page(content)


SEEDS = [encode(Image.fromarray(RAMP), form) for form in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")]


@given(
    seed=st.sampled_from(SEEDS),
    start=st.floats(0, 1),
    put=st.binary(max_size=12),
    keep=st.floats(0, 1),
)
def test_any_altered_picture_is_a_page_or_one_line(
    seed: bytes, start: float, put: bytes, keep: float
) -> None:
    at = int(start * len(seed))
    check((seed[:at] + put + seed[at + len(put) :])[: int(keep * len(seed)) + 1])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_page_or_one_line(content: bytes) -> None:
    check(content)


def check(content: bytes) -> None:
    try:
        page = decode_page(content)
    except PictureError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert page.dtype == np.uint8
        assert page.ndim == 2
        assert page.size > 0


def test_white_ink_on_nothing_shows_and_a_sheet_cut_out_stays_on_white() -> None:
    """By array and by file: what is drawn in white alone lies on black, all else on white."""
    drawn = np.zeros((60, 80, 4), dtype=np.uint8)
    drawn[20:40, 30:36] = 255
    sheet = np.zeros((60, 80, 4), dtype=np.uint8)
    sheet[10:50, 10:60] = 255
    sheet[20:40, 30:36, :3] = 0
    for pixels, around, ink in ((drawn, 0, 255), (sheet, 255, 0)):
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        for page in (decode_page(file.getvalue()), to_page(pixels)):
            assert (page[0, 0], page[30, 32]) == (around, ink)
