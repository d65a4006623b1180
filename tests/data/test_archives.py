"""Archives that lines are composed from, damaged: one error of ours, that names the file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inkdigits.data.amounts import load_amounts
from inkdigits.data.letters import load_letters
from inkdigits.data.strokes import load_pen_traces
from inkdigits.errors import CorruptData


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (105, 105), np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def _zip(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)


def _amounts(path: Path) -> None:
    label = b'{"file": "a.png", "text": "7", "boxes": [[1, 1, 9, 9]]}\n'
    _zip(path, labels_dot_jsonl=label, a_dot_png=_picture())


def _letters(path: Path) -> None:
    _zip(path, x__Latin__character01__a_dot_png=_picture())


def _traces(path: Path) -> None:
    points = np.random.default_rng(1).integers(0, 500, (40, 2)).astype(np.int16)
    parts: dict[str, Any] = {
        "points": points,
        "stroke": np.zeros(40, np.uint8),
        "offsets": np.array([0, 20, 40], np.int32),
        "labels": np.array([4, 7], np.uint8),
        "comment": np.array([[4, 1], [7, 2]], np.int16),
    }
    np.savez_compressed(path, **{f"train_{name}": value for name, value in parts.items()})


KINDS = {
    "amounts/orand_car_a_dev.zip": (_amounts, load_amounts),
    "not_digits/omniglot_small1.zip": (_letters, lambda: load_letters("Latin")),
    "handwriting/pendigits_strokes.npz": (_traces, load_pen_traces),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("damage", ["cut", "altered", "text"])
def test_a_damaged_archive_is_told_as_such(
    name: str, damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make: Callable[[Path], None]
    load: Callable[[], object]
    make, load = KINDS[name]
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    path = tmp_path / name
    path.parent.mkdir()
    make(path)
    assert load()
    content = path.read_bytes()
    altered = content[:60] + b"\xff" * 30 + content[90:]
    path.write_bytes({"cut": content[: len(content) // 2], "altered": altered, "text": b"no archive"}[damage])
    with pytest.raises(CorruptData, match=path.name):
        load()
