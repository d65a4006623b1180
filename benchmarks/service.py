"""A service in a process of its own, and a connection that speaks to it with little effort.

Knows nothing about what is measured.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Service:
    """A running service.

    Attributes:
        process: Its process.
        host: The address that it listens at.
        port: The port there.
    """

    process: subprocess.Popen[str]
    host: str
    port: int

    def processor_seconds(self) -> float:
        """Gives the processor time that the process has taken (Linux only)."""
        ticks = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self) -> float:
        """Gives the memory that the process holds now (Linux only)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextmanager
def running(folder: Path, **variables: str) -> Iterator[Service]:
    """Starts a service with its database in `folder`; it is killed where it was not stopped before."""
    command = [sys.executable, "-c", "from inkdigits.cli import main; main()", "serve", "--port", "0"]
    given = {"INKDIGITS_DATABASE": f"sqlite:///{folder / 'corrections.db'}"} | variables
    process = subprocess.Popen(command, env=os.environ | given, stderr=subprocess.PIPE, text=True)
    try:
        said = process.stderr.readline() if process.stderr else ""
        if "Inkdigits is at http://" not in said:
            raise SystemExit(f"the service did not start: {said.strip()}")
        host, _, port = said.split()[3].removeprefix("http://").partition(":")
        yield Service(process, host, int(port))
    finally:
        process.kill()
        process.communicate()


class Connection:
    """One connection, kept open: less effort than a client library, which would take the service's time."""

    def __init__(self, service: Service) -> None:
        """Names the service; the connection is opened by the first request."""
        self._service = service
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> tuple[int, bytes]:
        """Gives status and body of the answer; errors as `post`."""
        return await self._ask(f"GET {path} HTTP/1.1\r\nHost: localhost")

    async def post(self, path: str, body: bytes, kind: str = "image/png") -> tuple[int, bytes]:
        """Gives status and body of the answer.

        Raises:
            OSError, asyncio.IncompleteReadError: If the service goes away.
        """
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}"
        return await self._ask(f"{head}\r\nContent-Length: {len(body)}", body)

    async def _ask(self, head: str, body: bytes = b"") -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._service.host, self._service.port)
        reader, writer = self._streams
        writer.write(head.encode("ascii") + b"\r\n\r\n" + body)
        told = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(told.split(b"content-length: ")[1].split(b"\r\n")[0])
        return int(told.split(b" ", 2)[1]), await reader.readexactly(length)

    def close(self) -> None:
        """Closes it."""
        if self._streams is not None:
            self._streams[1].close()
