"""Digit sets: images with labels, by name or by path."""

from inkdigits.data.digit_set import DigitSet, hash_images, join, split_stratified
from inkdigits.data.download import MIRRORS, fetch
from inkdigits.data.sources import SOURCES, SourceStatus, lasting_name, list_sources, load_digit_set

__all__ = [
    "MIRRORS",
    "SOURCES",
    "DigitSet",
    "SourceStatus",
    "fetch",
    "hash_images",
    "join",
    "lasting_name",
    "list_sources",
    "load_digit_set",
    "split_stratified",
]
