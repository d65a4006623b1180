"""The engine: threads that read, what waits for them, and single digits answered many at a time.

Knows nothing about HTTP.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from inkdigits.reading import DigitLook, Reader, Recognition, look_at_digit
from inkdigits.serving.metrics import Metrics
from inkdigits.serving.refusals import Busy, Stopping

MOST_TOGETHER = 32
"""Single digits that one call of the recognizer answers at most."""

_GATHERING = 0.02  # seconds from which no further digit is added to a call: one slow picture delays few
_RETRY_AFTER = 1
_LAST_SECONDS = 0.5  # for all threads together to end

Result = TypeVar("Result")


@dataclass(frozen=True)
class _Job:
    """Something to do: any work, or a digit to recognize."""

    future: asyncio.Future[Any]
    work: Callable[[], Any] | None = None
    content: bytes = b""
    min_confidence: float = 0.0

    @property
    def is_digit(self) -> bool:
        return self.work is None


_Settled = tuple[_Job, Any, BaseException | None]


class Engine:
    """Reads on threads of its own, so that the event loop stays free to answer.

    `admit`, `run` and `recognize` belong to the event loop's thread.
    """

    def __init__(self, workers: int, capacity: int, reader: Reader, metrics: Metrics) -> None:
        """Makes an engine that stands still.

        Args:
            workers: Threads that read.
            capacity: Requests that are taken at a time.
            reader: Recognizes single digits.
            metrics: Where batches are counted.
        """
        self._capacity, self._reader, self._metrics = capacity, reader, metrics
        self._taken = 0
        self._stopping = False
        self._waiting: deque[_Job] = deque()
        self._unanswered: set[asyncio.Future[Any]] = set()
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"reader-{number}", daemon=True)
            for number in range(workers)
        ]

    def start(self) -> None:
        """Starts the threads."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Ends the threads once nothing waits; those still at work are not waited for long."""
        ends = time.monotonic() + _LAST_SECONDS
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=max(0.0, ends - time.monotonic()))

    def stop_admitting(self) -> None:
        """Takes no further requests; what was taken is finished."""
        self._stopping = True

    def give_up(self) -> None:
        """Ends the waiting for all that is not answered yet, with `Stopping`."""
        for future in tuple(self._unanswered):
            deliver(future, None, _stopping())

    @property
    def is_stopping(self) -> bool:
        """Whether no further requests are taken."""
        return self._stopping

    @property
    def is_at_work(self) -> bool:
        """Whether a thread still runs."""
        return any(thread.is_alive() for thread in self._threads)

    @property
    def taken(self) -> int:
        """Requests that were taken and are not answered yet."""
        return self._taken

    @property
    def is_idle(self) -> bool:
        """Whether all that was taken is answered."""
        return self._taken == 0

    def check_room(self) -> None:
        """Finds out whether a request would be taken, for those whose body has not arrived yet.

        Raises:
            Busy: If as many as are taken at a time are taken.
            Stopping: If none is taken any more.
        """
        if self._stopping:
            raise _stopping()
        if self._taken >= self._capacity:
            raise Busy("more requests are waiting than can be taken; try again in a moment", _RETRY_AFTER)

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Takes a request that has arrived as a whole, until it is answered.

        Raises:
            Busy, Stopping: As `check_room`.
        """
        self.check_room()
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def run(self, work: Callable[[], Result]) -> Result:
        """Gives what `work` gives, done on one of the threads.

        Raises:
            Stopping: If the service stops before.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        return await self._done(_Job(future, work), future)

    async def recognize(self, content: bytes, min_confidence: float) -> Recognition:
        """Recognizes the digit of a picture file, together with others that wait.

        Raises:
            PictureError: As `inkdigits.recognize`.
            Stopping: If the service stops before.
        """
        future: asyncio.Future[Recognition] = asyncio.get_running_loop().create_future()
        return await self._done(_Job(future, content=content, min_confidence=min_confidence), future)

    async def _done(self, job: _Job, future: asyncio.Future[Result]) -> Result:
        with self._changed:
            self._waiting.append(job)
            self._changed.notify()
        self._unanswered.add(future)
        try:
            return await future
        finally:
            self._unanswered.discard(future)

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            settled = self._recognize(job) if job.is_digit else [_settle(job)]
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                job.future.get_loop().call_soon_threadsafe(_deliver, settled)

    def _next(self) -> _Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            return self._waiting.popleft() if self._waiting else None

    def _next_digit(self) -> _Job | None:
        with self._changed:
            return self._waiting.popleft() if self._waiting and self._waiting[0].is_digit else None

    def _recognize(self, first: _Job) -> list[_Settled]:
        """Answers a digit, and those that wait behind it, together."""
        settled: list[_Settled] = []
        looks: list[DigitLook] = []
        jobs: list[_Job] = []
        ends = time.monotonic() + _GATHERING
        job: _Job | None = first
        while job is not None:
            try:
                looks.append(look_at_digit(job.content))
                jobs.append(job)
            except Exception as error:
                settled.append((job, None, error))
            more = len(jobs) < MOST_TOGETHER and time.monotonic() < ends
            job = self._next_digit() if more else None
        return settled + self._answer(jobs, looks)

    def _answer(self, jobs: list[_Job], looks: list[DigitLook]) -> list[_Settled]:
        if not jobs:
            return []
        self._metrics.batch.observe(len(jobs))
        try:
            minima = [job.min_confidence for job in jobs]
            answers = self._reader.recognize_looks(looks, minima)
        except Exception as error:
            return [(job, None, error) for job in jobs]
        return [(job, answer, None) for job, answer in zip(jobs, answers, strict=True)]


def _stopping() -> Stopping:
    return Stopping("the service is being stopped; try again later", _RETRY_AFTER)


def _settle(job: _Job) -> _Settled:
    try:
        return job, job.work() if job.work else None, None
    except Exception as error:
        return job, None, error


def _deliver(settled: list[_Settled]) -> None:
    for job, result, error in settled:
        deliver(job.future, result, error)


def deliver(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    """Settles a future on its loop's thread, unless whoever waited has given it up."""
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
