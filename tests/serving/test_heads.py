"""Connections that send no head, or too many of them, keep nobody out."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPResponse
from pathlib import Path

import httpx
import pytest
from tests.serving.conftest import Served, serving, until, written


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/livez", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def _with_few_files(folder: Path, files: int) -> Iterator[Served]:
    """Starts a service that can open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    try:
        with serving(folder) as served:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            yield served
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_heads_that_do_not_go_on_lock_nobody_out(tmp_path: Path) -> None:
    with _with_few_files(tmp_path, 400) as served, ExitStack() as stack:
        host, port = served.address.removeprefix("http://").split(":")
        for _ in range(500):
            half = stack.enter_context(socket.create_connection((host, int(port)), 10))
            half.sendall(b"GET /livez HTTP/1.1\r\n")
        until(lambda: _answers(served.address), seconds=20)
        assert httpx.post(f"{served.address}/v1/read", content=written("7")).json()["text"] == "7"
        served.stop()
        assert served.process.stderr is not None
        assert served.process.stderr.read() == ""


def _taken_at_a_time(host: str, port: int, count: int) -> int:
    """Gives how many of so many connections are taken, all open at a time."""
    taken = 0
    with ExitStack() as stack:
        for _ in range(count):
            one = stack.enter_context(socket.create_connection((host, port), 10))
            try:
                one.sendall(_ASKED)
                taken += one.recv(9) == b"HTTP/1.1 "
            except ConnectionError:
                break
    return taken


def test_who_does_not_read_locks_nobody_out(tmp_path: Path) -> None:
    """However much of the answers is left: some fit into the system's buffers but for a little."""
    with _with_few_files(tmp_path, 256) as served, ExitStack() as stack:
        host, port = served.address.removeprefix("http://").split(":")
        for answers in [*range(2, 30, 2), *range(60, 160, 2)]:  # as many connections as are taken
            deaf = stack.enter_context(socket.socket())
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect((host, int(port)))
            deaf.sendall(answers * b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert not _answers(served.address)
        until(lambda: _taken_at_a_time(host, int(port), 64) == 64, seconds=50)


_ASKED = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
_REFUSED = b"POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n"


@pytest.mark.parametrize(("asked", "then"), [(_ASKED, b"\r\n"), (_REFUSED, b"x")])
def test_what_belongs_to_no_request_keeps_no_connection_open(
    served: Served, asked: bytes, then: bytes
) -> None:
    host, port = served.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 20) as connection:
        connection.sendall(asked)
        answer = HTTPResponse(connection)
        answer.begin()
        answer.read()
        time.sleep(0.5)
        connection.sendall(then)
        assert connection.recv(1) == b""


def test_a_connection_that_is_used_again_is_not_cut_off(tmp_path: Path) -> None:
    """Though it is open for longer than a head may take."""
    with serving(tmp_path) as served:
        host, port = served.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), 10) as connection:
            for _ in range(5):
                connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                answer = HTTPResponse(connection)
                answer.begin()
                assert (answer.status, bool(answer.read())) == (200, True)
                time.sleep(3)


def test_who_goes_away_while_sending_is_no_fault_of_ours(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        host, port = served.address.removeprefix("http://").split(":")
        for kind in ("image/png", "multipart/form-data; boundary=x"):
            with socket.create_connection((host, int(port)), 10) as gone:
                head = f"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
                gone.sendall(head.encode() + b"Content-Length: 1000\r\n\r\n--x\r\n")
                time.sleep(0.3)
        until(lambda: 'route="/v1/read",status="400"} 2.0' in httpx.get(f"{served.address}/metrics").text)
        served.stop()
        assert served.process.stderr is not None
        assert served.process.stderr.read() == ""
