"""The processes that compose beside the training end with it, however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

_COMPOSE = """
import os, sys
from inkdigits.training.lines.supply import Source, Supply
if __name__ == "__main__":
    with Supply(Source(0), lines=256, epochs=1000) as supply:
        for epoch in range(1, 1000):
            supply.epoch(epoch)
            print(*supply._pool._processes, flush=True)
"""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_they_end_with_a_training_that_is_killed(shared_data: Path, tmp_path: Path) -> None:
    script = tmp_path / "compose.py"
    script.write_text(_COMPOSE)
    environment = os.environ | {"INKDIGITS_DATA": str(shared_data)}
    training = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    assert training.stdout is not None
    workers = [int(word) for word in training.stdout.readline().split()]
    assert workers
    training.kill()
    training.wait()
    training.stdout.close()
    deadline = time.monotonic() + 30
    while any(map(_runs, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
