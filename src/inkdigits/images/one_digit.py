"""Finds the ink of the one digit that a picture shows, among specks, rules, rings and the table's edge.

Knows nothing about what digits look like but that their parts stand close together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import DIGIT_SIZE, PAPER, InkMap, Page
from inkdigits.images.ink import ink_map
from inkdigits.images.rings import find_parts
from inkdigits.images.rules import without_rules

_LARGEST = 512  # pixels of the longer side that are left of a page which is larger by far; they become 28
_AT_SIDE = 0.2  # what a part of ink counts if it touches the page's side, where tables, shadows and rules do
_SPECK = 0.01  # of the main part's ink: less is no part of a digit
_LARGE = 0.1  # of the main part's ink, from which a part may hold others
_APART = 0.3  # of its size, that a part of a digit stands from the rest at most


def digit_step(page: Page) -> int:
    """Gives how many pixels of a page, each way, become one of its `digit_ink`."""
    height, width = page.shape
    return max(1, int(min(max(height, width) // _LARGEST, min(height, width) // DIGIT_SIZE)))


def digit_page(page: Page) -> Page:
    """Gives a page that shows one digit, smaller by `digit_step` where it is large.

    Args:
        page: (H, W) uint8.
    """
    step = digit_step(page)
    if step == 1:
        return page
    rows, columns = (side // step * step for side in page.shape)
    blocks = page[:rows, :columns].reshape(rows // step, step, columns // step, step)
    return np.asarray(np.round(blocks.mean(axis=(1, 3))).astype(np.uint8))


def digit_ink(page: Page, turned: bool = False) -> InkMap:
    """Gives the ink of a page that shows one digit.

    Args:
        page: (h, w) uint8, of either polarity, as `digit_page` gives it.
        turned: Of the polarity that it does not seem to have.

    Returns:
        (h, w) uint8, ink 255 on 0: without printed rules, and without whatever stands apart from most of the
        ink. All 0 for a blank page.
    """
    raw = ink_map(page, turned)
    return _main_part(without_rules(raw, one_digit=True), raw)


def _main_part(ink: InkMap, raw: InkMap) -> InkMap:
    """Gives an ink map with nothing but its largest part, if no ring, and what stands close to that.

    Args:
        ink: Without rules.
        raw: With them.
    """
    parts = find_parts(ink, raw)
    areas, boxes = parts.areas, parts.boxes
    count = len(areas)
    if count < 2:
        return ink
    at_side = (boxes[:, :2] == 0).any(axis=1) | (boxes[:, 2:] == ink.shape[::-1]).any(axis=1)
    areas[parts.rings] = 0
    main = int(np.argmax(np.where(at_side, _AT_SIDE, 1.0) * areas))
    kept = np.zeros(count, dtype=bool)
    kept[main] = True
    large, small = (areas >= least * areas[main] for least in (_LARGE, _SPECK))
    while (more := large & ~kept & _near(boxes, kept)).any():
        kept |= more
    kept |= small & _near(boxes, kept)
    return np.where(np.concatenate([[False], kept])[parts.numbers], ink, np.uint8(PAPER))


def _near(boxes: NDArray[np.float64], kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Gives which boxes stand close to the one around those that are kept, (n,)."""
    low, high = boxes[kept, :2].min(axis=0), boxes[kept, 2:].max(axis=0)
    gaps = np.maximum(boxes[:, :2] - high, low - boxes[:, 2:]).max(axis=1)
    return np.asarray(gaps <= _APART * (high - low).max())
