"""How often somebody may do something: so many times a minute, saved up for a quiet minute.

Knows nothing about what is done.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from inkdigits.serving.refusals import TooOften

_MOST_KNOWN = 10_000  # who is remembered; the one that was away longest is forgotten


class Allowance:
    """Counts for each of many, by name."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Gives everybody a full minute's worth to begin with.

        Args:
            per_minute: How often, for each.
            clock: Gives the time in seconds.
        """
        self._per_minute, self._clock = per_minute, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> None:
        """Counts one time.

        Raises:
            TooOften: If that is more than is allowed; it is not counted then.
        """
        now = self._clock()
        left, since = self._left.pop(name, (float(self._per_minute), now))
        left = min(self._per_minute, left + (now - since) * self._per_minute / 60)
        allowed = left >= 1
        self._left[name] = (left - allowed, now)
        if len(self._left) > _MOST_KNOWN:
            self._left.popitem(last=False)
        if not allowed:
            wait = ceil((1 - left) * 60 / self._per_minute)
            raise TooOften(f"{self._per_minute} corrections a minute are taken; wait {wait} s", wait)
