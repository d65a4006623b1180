"""Connections: so many at a time, and each that sends a head and takes its answer in time, or it is closed.

uvicorn waits for a head for as long as its sender likes, and for whoever does not read to read, and takes
connections till the process has no file left to open. Knows nothing about what is asked.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if sys.platform != "win32":
    import resource  # not later: with no file left to open, no module can be loaded

AT_ONCE = 128
"""Connections that may be taken before any of them is looked at."""

_HEAD_SECONDS = 10.0
_READ_SECONDS = 20.0  # in which all that waits to be read is
_FILES_LEFT = 64  # that other things than connections may open: pictures, databases, models
_MOST = 4096  # connections, where the system sets no limit or a higher one


def _most_connections() -> int:
    """Gives how many connections may be open at a time."""
    if sys.platform == "win32":
        return _MOST
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return _MOST
    return max(1, min(_MOST, allowed - _FILES_LEFT - AT_ONCE))


class InTime(HttpToolsProtocol):
    """uvicorn's protocol, which closes connections whose head is late, that are not read, and too many."""

    _late: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begins to wait for the first head, or closes what is too many."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # whatever is not read counts, if a connection closes too
        if len(self.connections) > _most_connections():
            transport.abort()
        else:
            self._await_head()

    def data_received(self, data: bytes) -> None:
        """Begins to wait for a head where what came belongs to no request: a blank line, a refused body."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._await_head()

    def on_message_begin(self) -> None:
        """Begins to wait for the rest of a head."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Waits no longer."""
        self._forget()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Begins to wait for what was sent to be read."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(_READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Goes on, since it was."""
        super().resume_writing()
        self._taken()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no longer, either."""
        self._forget()
        self._taken()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(_HEAD_SECONDS, self._close)

    def _close(self) -> None:
        self._late = None
        self.transport.close()

    def _taken(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
