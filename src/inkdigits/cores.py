"""How many cores there are to work with."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Gives how many cores this process may run on: fewer than the machine has where it is kept to some.

    Python has this as `os.process_cpu_count` from 3.13 on.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
