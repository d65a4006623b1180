"""What a run says of its machine."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from inkdigits.training import machine

FACTS = """\
processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 17
model name\t: AMD EPYC

processor\t: 1
cpu family\t: 26
model\t\t: 2
model name\t: Another
"""


def _with_facts(monkeypatch: pytest.MonkeyPatch, path: Path, text: str | None) -> str:
    if text is not None:
        path.write_text(text, "utf-8")
    monkeypatch.setattr(machine, "_PROCESSOR_FACTS", path)
    return machine.describe_machine()


def test_processors_of_one_name_are_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = _with_facts(monkeypatch, tmp_path / "cpuinfo", FACTS)
    assert "AMD EPYC (family 25, model 17), " in told


def test_a_processor_without_family_and_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = _with_facts(monkeypatch, tmp_path / "cpuinfo", "model name\t: A board: the second\n")
    assert "A board: the second, " in told


def test_a_system_that_tells_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = _with_facts(monkeypatch, tmp_path / "cpuinfo", None)
    assert (platform.processor() or platform.machine()) in told
    assert "family" not in told
