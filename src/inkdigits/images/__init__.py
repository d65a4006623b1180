"""Pictures: bytes to an upright grey page, page to ink map, the ink of one digit to a digit image."""

from inkdigits.images.decode import FORMATS, MAX_BYTES, MAX_PIXELS, decode_page
from inkdigits.images.ink import ink_map
from inkdigits.images.normalize import normalize_digit

__all__ = ["FORMATS", "MAX_BYTES", "MAX_PIXELS", "decode_page", "ink_map", "normalize_digit"]
