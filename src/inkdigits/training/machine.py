"""The machine a run was made on, the versions of what made it, and when.

Knows nothing about runs.
"""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from inkdigits.cores import usable_cores
from inkdigits.training.backend import DEVICE, torch

_LIBRARIES = ("inkdigits", "keras", "torch", "numpy", "onnx", "onnxruntime")

_PROCESSOR_FACTS = Path("/proc/cpuinfo")


def describe_machine() -> str:
    """Gives accelerator if there is one, processor, number of cores and system, in one line."""
    system = f"{platform.system()} {platform.machine()}"
    processor = f"{_processor()}, {usable_cores()} cores, {system}"
    return f"{torch.cuda.get_device_name(DEVICE)}; {processor}" if DEVICE.type == "cuda" else processor


def _processor() -> str:
    """Gives the processor's name; Python's own answer on Linux is only the architecture.

    Virtual machines hide which processor of a maker they run on; where Linux tells family and model, they
    stand with the name.
    """
    facts: dict[str, str] = {}
    if _PROCESSOR_FACTS.is_file():
        for line in _PROCESSOR_FACTS.read_text("utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            facts.setdefault(key.strip(), value.strip())  # of the first core
    name = facts.get("model name") or platform.processor() or platform.machine()
    if "cpu family" in facts and "model" in facts:
        return f"{name} (family {facts['cpu family']}, model {facts['model']})"
    return name


def versions() -> dict[str, str]:
    """Gives name and version of Python, Inkdigits and the libraries that matter."""
    return {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}


def now() -> str:
    """Gives this second, in UTC, as ISO 8601 has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
