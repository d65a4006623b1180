"""How many cores there are to work with."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from inkdigits.cores import each, usable_cores

KEPT_TO_ONE = """
import os
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from inkdigits.cores import usable_cores
print(usable_cores())
"""
FORKED = """
import os
import threading
from inkdigits.cores import each, usable_cores
each(str, range(4))
child = os.fork()
if child:
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
meeting = threading.Barrier(min(2, usable_cores()), timeout=10)
each(lambda _: meeting.wait(), range(2))
os._exit(0)
"""


def test_there_is_at_least_one() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no process is kept to some cores here")
def test_a_process_that_is_kept_to_one_has_one() -> None:
    done = subprocess.run([sys.executable, "-c", KEPT_TO_ONE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_outcomes_come_in_the_order_of_the_things_whoever_worked_on_them() -> None:
    for count in range(1, 9):
        assert each(lambda number: number * number, range(count)) == [number**2 for number in range(count)]


@pytest.mark.skipif(usable_cores() < 2, reason="there is one core")
def test_two_threads_work() -> None:
    meeting = threading.Barrier(2, timeout=10)

    def meet(_: int) -> str:
        meeting.wait()
        return threading.current_thread().name

    assert len(set(each(meet, range(2)))) == 2


def test_who_asks_does_all_where_the_helper_is_busy() -> None:
    working, enough = threading.Semaphore(0), threading.Event()

    def linger(_: int) -> None:
        working.release()
        enough.wait(10)

    busy = threading.Thread(target=each, args=(linger, range(2)))
    busy.start()
    for _ in range(min(2, usable_cores())):
        assert working.acquire(timeout=10)
    names = set(each(lambda _: threading.current_thread().name, range(5)))
    assert not enough.is_set()
    enough.set()
    busy.join()
    assert names == {threading.current_thread().name}


def test_what_goes_wrong_is_told_by_whoever_it_happened_to() -> None:
    for wrong in range(4):
        with pytest.raises(ZeroDivisionError):
            each(lambda number: 1 // number, [number - wrong for number in range(4)])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process is forked here")
def test_a_forked_process_has_a_helper_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", FORKED], check=False, timeout=60)
    assert done.returncode == 0
