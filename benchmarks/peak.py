"""The peak of a process's memory, by the operating system's own account.

Knows nothing about what the process does.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def peak_memory() -> int:
    """Gives the largest resident memory of this process so far, in bytes.

    Linux counts what the parent held at the fork into `ru_maxrss`; VmHWM is the process's own.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        (line,) = (line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM:"))
        return 1024 * int(line.split()[1])
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else 1024 * largest
