"""The desk where corrections are handed in: on threads of its own, so that a slow database delays no reading.

Knows nothing about HTTP.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from inkdigits.corrections import Added, Correction, CorrectionStore
from inkdigits.errors import StoreUnavailable
from inkdigits.serving.engine import deliver
from inkdigits.serving.refusals import Busy

_PATIENCE = 2.0  # seconds for another program's lock, or for a server to open
_LONGEST = 4.0  # seconds for all of it: what a stopping service has taken must be answered before it is gone
_MOST = 8
_RETRY_AFTER = 2


class CorrectionDesk:
    """Takes corrections to the store, few at a time."""

    def __init__(self, database: str | None) -> None:
        """Names the database; it is opened by the first correction.

        Raises:
            StoreUnavailable, MissingExtra: As `CorrectionStore`.
        """
        self._store = CorrectionStore(database, patience=_PATIENCE)
        self._taken = 0
        self._at_work = threading.BoundedSemaphore(_MOST)

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Takes a correction, until it is answered.

        Raises:
            Busy: If too many are under way.
        """
        if self._taken >= _MOST:
            raise Busy("more corrections are waiting than can be taken; try again in a moment", _RETRY_AFTER)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def add(self, correction: Correction) -> Added:
        """Keeps a correction; once this answers, it is in the database for good.

        Raises:
            StoreUnavailable: If the database refuses, then the correction is not kept; or if it does not
                answer, then nobody knows.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Added] = loop.create_future()
        if not self._at_work.acquire(blocking=False):  # threads that wait for a database that hangs
            raise self._silence()
        # A daemon, which no end of the process waits for.
        threading.Thread(target=self._add, args=(correction, done), name="correction", daemon=True).start()
        try:
            async with asyncio.timeout(_LONGEST):
                return await done
        except TimeoutError as error:
            raise self._silence() from error

    def _add(self, correction: Correction, done: asyncio.Future[Added]) -> None:
        try:
            added, error = self._store.add(correction), None
        except Exception as raised:
            added, error = None, raised
        finally:
            self._at_work.release()
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            done.get_loop().call_soon_threadsafe(deliver, done, added, error)

    def _silence(self) -> StoreUnavailable:
        return StoreUnavailable(f"{self._store.name} does not answer; try again later")
