"""Bodies that are arriving: each at a pace, and so many at a time that slow ones keep no others out.

Knows nothing about what they hold, or who reads it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Message

from inkdigits.serving.refusals import BodyTooSlow
from inkdigits.serving.settings import BODY_SECONDS

_PACE = 10_000  # bytes a second, less than any telephone sends
_SLACK = 5.0  # seconds that a body may be behind
_MOST = 256
_MOST_BYTES = 100_000_000  # of all that are arriving


@dataclass(eq=False)
class _Arrival:
    """A body that is arriving.

    Attributes:
        limit: Ends the waiting for it.
        started: When it began, on the loop's clock.
        size: Bytes that have come.
    """

    limit: asyncio.Timeout
    started: float
    size: int = 0

    def go_on(self, size: int) -> None:
        """Takes more bytes, and gives the body the time that they earn."""
        self.size += size
        self._end_at(self.started + min(BODY_SECONDS, _SLACK + self.size / _PACE))

    def end(self) -> None:
        """Ends the waiting now."""
        self._end_at(self.started)

    def _end_at(self, when: float) -> None:
        if not self.limit.expired():
            self.limit.reschedule(when)


class Arrivals:
    """The bodies that are arriving. It belongs to the event loop's thread."""

    def __init__(self) -> None:
        """Begins with none."""
        self._arriving: list[_Arrival] = []

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._arriving)

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[Request]:
        """Gives a request in whose stead the body is taken; where there is no room, the oldest one gives way.

        Raises:
            BodyTooSlow: If the body falls behind, takes too long, or has given way.
        """
        try:
            async with asyncio.timeout(_SLACK) as limit:
                arrival = _Arrival(limit, asyncio.get_running_loop().time())

                async def receive() -> Message:
                    message = await request.receive()
                    if arrival in self._arriving:
                        arrival.go_on(len(message.get("body", b"")))
                        self._make_room()
                    return message

                self._arriving.append(arrival)
                self._make_room()
                try:
                    yield Request(request.scope, receive)
                finally:
                    if arrival in self._arriving:
                        self._arriving.remove(arrival)
        except TimeoutError as error:
            raise BodyTooSlow(
                f"the request did not arrive in time: send {_PACE / 1000:.0f} kB a second or more, within"
                f" {BODY_SECONDS:.0f} seconds; or try again when fewer send"
            ) from error

    def end(self) -> None:
        """Ends the waiting for all of them."""
        for arrival in self._arriving:
            arrival.end()

    def _make_room(self) -> None:
        while len(self._arriving) > _MOST or sum(one.size for one in self._arriving) > _MOST_BYTES:
            self._arriving.pop(0).end()
