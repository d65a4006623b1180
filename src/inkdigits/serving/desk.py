"""The desk where corrections are handed in: on threads of its own, so that a slow database delays no reading.

Knows nothing about HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from inkdigits.corrections import Added, Correction, CorrectionStore
from inkdigits.serving.refusals import Busy

_PATIENCE = 2.0  # seconds for another program's lock: all that wait must be done before a stop is over
_THREADS = 4
_WAITING = 8
_RETRY_AFTER = 2


class CorrectionDesk:
    """Takes corrections to the store, few at a time."""

    def __init__(self, database: str | None) -> None:
        """Names the database; it is opened by the first correction.

        Raises:
            StoreUnavailable, MissingExtra: As `CorrectionStore`.
        """
        self._store = CorrectionStore(database, patience=_PATIENCE)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="corrections")
        self._taken = 0

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Takes a correction, until it is answered.

        Raises:
            Busy: If too many are under way.
        """
        if self._taken >= _WAITING:
            raise Busy("more corrections are waiting than can be taken; try again in a moment", _RETRY_AFTER)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def add(self, correction: Correction) -> Added:
        """Keeps a correction; once this answers, it is in the database for good.

        Raises:
            StoreUnavailable: If the database refuses; then the correction is not kept.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._store.add, correction)

    def close(self) -> None:
        """Ends the threads once nothing waits."""
        self._threads.shutdown()
