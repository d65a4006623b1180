"""The benchmarks of the service, run for a moment; no figure is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.records import KillRow, ServingRow, read_rows
from benchmarks.serving_tables import kill, serving
from tests.conftest import CHECKOUT


def _line(name: str, folder: Path, *words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--results", str(folder), *words]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    line: dict[str, Any] = json.loads((folder / f"{name}.jsonl").read_text("utf-8"))
    return line


def test_what_the_service_bears(tmp_path: Path) -> None:
    line = _line("serving", tmp_path, "--seconds", "0.5", "--requests", "40", "--rate", "20")
    assert (line["waits"], line["requests"]) == (10, 40)
    assert line["requests_per_second"] > 0
    assert 20 < line["warm_mib"] <= line["peak_mib"]
    assert line["crowd"] > 64
    assert line["refused"] > 0
    assert line["probes"] > 0
    assert 0 < line["drawing_median_ms"] <= line["drawing_p99_ms"]
    assert f"{line['probes']:,} probes" in serving(read_rows(tmp_path, "serving", ServingRow))


def test_what_a_kill_leaves(tmp_path: Path) -> None:
    line = _line("kill", tmp_path, "--rounds", "1")
    assert (line["rounds"], line["lost"]) == (1, 0)
    assert "**0** were lost" in kill(read_rows(tmp_path, "kill", KillRow))
