"""Corrections as a folder that training takes: pictures sorted by digit, and `labels.jsonl` for all.

Knows nothing about databases or training.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inkdigits.corrections.store import CorrectionStore, Entry
from inkdigits.data.adopt import adopt_picture
from inkdigits.errors import CorrectionError
from inkdigits.files import new_folder, write_bytes, write_text
from inkdigits.images import decode_page

LABELS = "labels.jsonl"
"""The file that names every picture of the folder with its text."""

_PAGE = 20  # corrections in memory at a time: at most some 40 MB of pictures


@dataclass(frozen=True)
class Export:
    """What an exported folder holds.

    Attributes:
        digits: Pictures of a single digit, in the subfolder called by it.
        numbers: Pictures of a whole number or several lines, beside the subfolders.
        without_ink: Corrections left out, because nothing on their picture counts as ink.
    """

    digits: int
    numbers: int
    without_ink: int


def export_corrections(store: CorrectionStore, folder: Path) -> Export:
    """Writes every correction into a new folder, whole or not at all.

    A single digit's picture is `DIGIT/ID.png`: what a folder of pictures is to `load_digit_set`, which
    passes it through the one normalizer. Any other is `ID.png`, which `load_digit_set` passes over.
    `labels.jsonl` has a line `{"file": …, "text": …}` for each picture of both kinds, oldest first.

    Args:
        store: Where they are.
        folder: New, or empty: a picture deleted since the last export must not stay in it.

    Raises:
        CorrectionError: If there is no correction with ink.
        OutputError: If the folder holds something, or can't be written.
        StoreUnavailable: If the database refuses.
    """
    labels: list[dict[str, str]] = []
    digits = without_ink = 0
    with new_folder(folder) as target:
        for entry, picture in _kept(store):
            if not adopt_picture(decode_page(picture)).any():
                without_ink += 1
                continue
            name = f"{entry.id:08}.png"
            if entry.digit is not None:
                name = f"{entry.digit}/{name}"
                digits += 1
            write_bytes(target / name, picture)
            labels.append({"file": name, "text": entry.text})
        if not labels:
            raise CorrectionError(f"there are no corrections with ink to export in {store.name}")
        write_text(target / LABELS, "".join(f"{json.dumps(label)}\n" for label in reversed(labels)))
    return Export(digits, len(labels) - digits, without_ink)


def _kept(store: CorrectionStore) -> Iterator[tuple[Entry, bytes]]:
    """Gives every correction, the newest first."""
    before = None
    while page := store.entries(_PAGE, before):
        pictures = store.pictures([entry.id for entry in page])
        yield from ((entry, pictures[entry.id]) for entry in page if entry.id in pictures)
        before = page[-1].id
