"""How many cores there are to work with, and work that two of them share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

_Thing = TypeVar("_Thing")
_Outcome = TypeVar("_Outcome")


def usable_cores() -> int:
    """Gives how many cores this process may run on: fewer than the machine has where it is kept to some.

    Python has this as `os.process_cpu_count` from 3.13 on.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def each(work: Callable[[_Thing], _Outcome], things: Iterable[_Thing]) -> list[_Outcome]:
    """Gives what comes of each thing, in their order; where there are two cores, a helper does a part.

    The helper is one thread for the whole process. It begins with the first thing, as soon as that is there,
    who asks with the last once all are; where the helper is busy with others, who asks does all.

    Args:
        work: What to do; shortens the time only where it leaves Python to other threads meanwhile.
        things: May be made one by one, while the helper works.
    """
    helper = _helper()
    if helper is None:
        return [work(thing) for thing in things]
    ordered = [(thing, helper.submit(work, thing)) for thing in things]
    late = [work(thing) if order.cancel() else order.result() for thing, order in reversed(ordered)]
    return late[::-1]


@cache
def _helper() -> ThreadPoolExecutor | None:
    return ThreadPoolExecutor(1, thread_name_prefix="helper") if usable_cores() > 1 else None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_helper.cache_clear)  # a thread does not come along
