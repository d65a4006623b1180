"""Pictures: any picture to an upright grey page, page to ink map, the ink of one digit to a digit image."""

from inkdigits.images.decode import FORMATS, MAX_BYTES, MAX_PIXELS, decode_page
from inkdigits.images.ink import find_page_ink, ink_map
from inkdigits.images.normalize import normalize_digit
from inkdigits.images.one_digit import digit_ink, digit_page, digit_step
from inkdigits.images.picture import MIN_SIDE, Picture, to_page

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_PIXELS",
    "MIN_SIDE",
    "Picture",
    "decode_page",
    "digit_ink",
    "digit_page",
    "digit_step",
    "find_page_ink",
    "ink_map",
    "normalize_digit",
    "to_page",
]
