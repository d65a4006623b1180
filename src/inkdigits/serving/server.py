"""The process: an address to listen at, the signals that stop it, and an orderly end.

Knows nothing about what is served.
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from inkdigits.errors import CannotListen
from inkdigits.serving.app import create_app
from inkdigits.serving.heads import AT_ONCE, InTime
from inkdigits.serving.service import Service, make_service
from inkdigits.serving.settings import STOP_SECONDS, Settings

_SWITCH = 0.001  # seconds that a reading thread holds Python's lock while the event loop waits for it


def serve(settings: Settings, announce: Callable[[str], None]) -> bool:
    """Serves until SIGTERM or Ctrl-C, then finishes what was taken, as far as ten seconds allow.

    Args:
        settings: What was chosen.
        announce: Is told the page's address once it answers.

    Returns:
        Whether all of it has ended. If not, a thread still reads, and an ordinary end of the process would
        pull the runtime from under it.

    Raises:
        CannotListen: If the address can't be listened at.
        ArtifactError: If the model can't be loaded.
        StoreUnavailable: If the database is given by no URL that we read.
    """
    service = make_service(settings)
    listener = _listen(settings.host, settings.port)
    sys.setswitchinterval(_SWITCH)
    config = uvicorn.Config(
        create_app(service),
        http=InTime,
        backlog=AT_ONCE,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    with suppress(KeyboardInterrupt):  # the second one, raised again by uvicorn in the end
        _Server(config, service, lambda: announce(_address(listener, settings.host))).run([listener])
    return not service.engine.is_at_work


class _Server(uvicorn.Server):
    """Goes on answering the probes after SIGTERM or Ctrl-C, until what was taken is finished."""

    def __init__(self, config: uvicorn.Config, service: Service, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._service = service
        self._announce = announce
        self._ends: float | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._ends is None:
            self._ends = time.monotonic() + STOP_SECONDS
            self._service.engine.stop_admitting()
            return
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if self._ends is not None and (self._service.engine.is_idle or time.monotonic() > self._ends):
            self._service.engine.give_up()
            self._service.arrivals.end()
            return True
        return await super().on_tick(counter)


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(found[4][:2], family=found[0], backlog=1024)
        # Connections inherit it; asyncio sets it only on sockets whose protocol is named. Without it, each
        # answer in two parts waits 40 ms for the first to be acknowledged.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that can be no host's
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotListen(
            f"can't listen at {host}:{port}: {reason}; give another --port or --host"
        ) from error


def _address(listener: socket.socket, host: str) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
