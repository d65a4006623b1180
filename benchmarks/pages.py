"""What a picture costs to read, each in a fresh process: time to the first answer, of later ones, and memory.

    python -m benchmarks.pages

A small number, a sheet of 12 megapixels with twenty numbers, and the largest picture that is accepted of each
format, in colour where it can be and full of blots, which are the hardest to read. All are drawn by our own
code. Appends one JSON line each to benchmarks/results/pages.jsonl. Run it alone.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.records import RESULTS, PageRow, append_row, now, one_line_errors, origin
from PIL import Image
from tests.pages.compose import compose

from inkdigits.images.decode import MAX_PIXELS, MAX_WEBP_PIXELS

_READINGS = 5
_COMPOSED = {"a number of five digits": "plain.png", "a sheet of twenty numbers": "twelve_megapixels.jpg"}
_LARGEST: dict[str, tuple[str, dict[str, Any]]] = {
    "PNG": ("RGBA", {"compress_level": 1}),
    "JPEG": ("CMYK", {"quality": 50}),
    "WEBP": ("RGBA", {"quality": 20, "method": 0}),
    "GIF": ("P", {}),
    "BMP": ("L", {}),
    "TIFF": ("RGB", {"compression": "jpeg", "quality": 50}),
}
_BLOT = 20  # pixels
_MIB = 2**20


def main() -> None:
    """Reads the arguments, measures, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    options = parser.parse_args()
    measured = [(name, _measure(name, content, truth)) for name, content, truth in _pictures()]
    made: dict[str, Any] = {"session": now(), "readings": _READINGS} | origin("pillow")
    for name, facts in measured:
        append_row(options.results, "pages", PageRow(picture=name, **facts, **made))


def _pictures() -> Iterator[tuple[str, bytes, str | None]]:
    """Gives what each picture is, its file, and what stands on it, if anything does."""
    for name, page in _COMPOSED.items():
        yield name, *compose(page)
    for form, (mode, how) in _LARGEST.items():
        side = int((MAX_WEBP_PIXELS if form == "WEBP" else MAX_PIXELS) ** 0.5)
        buffer = io.BytesIO()
        _blots(side).convert(mode).save(buffer, form, **how)
        yield f"the largest {form}, {mode}", buffer.getvalue(), None


def _blots(side: int) -> Image.Image:
    """Gives a square picture of blots in colour, side by side."""
    rng = np.random.default_rng(0)
    small = Image.fromarray(rng.integers(0, 256, (side // _BLOT, side // _BLOT, 3), dtype=np.uint8))
    return small.resize((side, side), Image.Resampling.BILINEAR)


def _measure(name: str, content: bytes, truth: str | None) -> dict[str, Any]:
    """Gives what a fresh process took: fields of `PageRow`."""
    with Image.open(io.BytesIO(content)) as picture:
        megapixels = picture.width * picture.height / 1e6
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        path.write_bytes(content)
        command = [sys.executable, "-m", "benchmarks.page", str(path), str(_READINGS)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    told: dict[str, Any] = json.loads(done.stdout)
    peak = told.pop("peak") / _MIB
    print(f"{name}: {told['first_seconds']:.2f} s, then {told['seconds']:.3f} s, {peak:.0f} MiB", flush=True)
    if (text := told.pop("text")) != truth and truth is not None:
        print(f"  read {text.split()} instead of {truth.split()}", flush=True)
    return {"megapixels": megapixels, "peak_mib": peak} | told


if __name__ == "__main__":
    with one_line_errors():
        main()
