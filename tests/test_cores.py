"""How many cores there are to work with."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from inkdigits.cores import usable_cores

KEPT_TO_ONE = """
import os
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from inkdigits.cores import usable_cores
print(usable_cores())
"""


def test_there_is_at_least_one() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no process is kept to some cores here")
def test_a_process_that_is_kept_to_one_has_one() -> None:
    done = subprocess.run([sys.executable, "-c", KEPT_TO_ONE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
