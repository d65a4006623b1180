"""The service as a process: keys, limits, signals, a database that is away."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import numpy as np
from tests.conftest import Command
from tests.serving.conftest import Served, many, png, serving, until, written

from inkdigits import Recognizer
from inkdigits.reading import look_at_digit

KEY = "a key, long enough"
SLOW = png(np.tile(np.random.default_rng(1).integers(0, 255, (40, 40), np.uint8), (60, 60)))
"""A picture that takes a while: grain all over."""


def _read(address: str, content: bytes) -> httpx.Response:
    return httpx.post(f"{address}/v1/read", content=content, timeout=60)


@contextmanager
def silent_database() -> Iterator[str]:
    """A PostgreSQL server that lets one in and then says nothing, as one that was frozen."""
    ready = b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I"
    held: list[socket.socket] = []

    def answer(listener: socket.socket) -> None:
        with suppress(OSError):  # closed in the end
            while True:
                connection, _ = listener.accept()
                held.append(connection)
                while connection.recv(1000)[4:8] != b"\0\x03\0\0":  # first it asks for encryption
                    connection.sendall(b"N")
                connection.sendall(ready)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer, args=(listener,), daemon=True).start()
        yield f"postgresql://ink:secret@127.0.0.1:{listener.getsockname()[1]}/ink"
    for connection in held:
        connection.close()


def _count(address: str, name: str) -> float:
    told = httpx.get(f"{address}/metrics").text
    return float(told.split(f"\ninkdigits_requests_{name} ")[1].split("\n")[0])


def _taken(address: str) -> float:
    return _count(address, "taken")


@contextmanager
def _slow_senders(address: str, number: int) -> Iterator[list[socket.socket]]:
    """Begins requests whose bodies don't go on."""
    host, port = address.removeprefix("http://").split(":")
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection((host, int(port)), 60)) for _ in range(number)]
        for one in slow:
            one.sendall(b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
        yield slow


def test_the_key_is_wanted_everywhere_but_by_probes_and_page(tmp_path: Path) -> None:
    named = {"Host": "digits.example"}
    with (
        serving(tmp_path, "--host", "0.0.0.0", INKDIGITS_API_KEY=KEY) as served,
        httpx.Client(base_url=served.address, headers=named) as client,
    ):
        for path in ("/v1/model", "/metrics"):
            for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {KEY}"}):
                refused = client.get(path, headers=headers)
                assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert client.get(path, headers={"Authorization": f"Bearer {KEY}"}).status_code == 200
        posted = client.post("/v1/read", content=written("7"), headers={"Authorization": f"Bearer {KEY}"})
        assert posted.json()["text"] == "7"
        assert client.post("/v1/read", content=written("7")).status_code == 401
        for path in ("/", "/livez", "/readyz"):
            assert client.get(path).status_code == 200


def test_others_are_let_in_with_a_key_or_on_purpose_only(inkdigits: Command, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "INKDIGITS_API_KEY"}
    done = inkdigits("serve", "--host", "0.0.0.0", "--port", "0", env=environment)
    assert done.returncode == 18
    assert "set INKDIGITS_API_KEY" in done.stderr
    with serving(tmp_path, "--host", "0.0.0.0", "--insecure") as served:
        assert httpx.get(f"{served.address}/v1/model", headers={"Host": "any"}).status_code == 200


def test_it_answers_at_the_address_that_it_announces(tmp_path: Path) -> None:
    with serving(tmp_path, "--host", "127.0.0.2") as served:
        assert served.address.startswith("http://127.0.0.2:")
        assert _read(served.address, written("7")).json()["text"] == "7"
        for host, status in (("127.0.0.2", 200), ("127.0.0.3", 421)):
            assert httpx.get(f"{served.address}/v1/model", headers={"Host": host}).status_code == status


def test_a_wrong_start_is_one_line(inkdigits: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = inkdigits("serve", "--port", str(other.getsockname()[1]))
    assert (done.returncode, "give another --port" in done.stderr) == (18, True)
    done = inkdigits("serve", "--port", "99999999")
    assert (done.returncode, "INKDIGITS_PORT" in done.stderr) == (16, True)
    for key in ("abc\n", " abc", "schlüssel"):  # no header could bring it
        done = inkdigits("serve", "--port", "0", env=os.environ | {"INKDIGITS_API_KEY": key})
        assert (done.returncode, "INKDIGITS_API_KEY" in done.stderr, key in done.stderr) == (16, True, False)
    done = inkdigits("serve", "--host", "127..0.1", "--port", "0", "--insecure")
    assert (done.returncode, "can't listen at 127..0.1" in done.stderr) == (18, True)
    done = inkdigits("serve", "--port", "0", "--database", "mysql://me:secret@host/digits")
    assert (done.returncode, "secret" in done.stderr) == (14, False)
    assert "Traceback" not in done.stderr


def test_a_full_queue_refuses_while_probes_answer(tmp_path: Path) -> None:
    with serving(tmp_path, INKDIGITS_QUEUE="4", INKDIGITS_WORKERS="1") as served:
        with ThreadPoolExecutor(16) as pool:
            posted = [pool.submit(_read, served.address, SLOW) for _ in range(16)]
            until(lambda: any(one.done() for one in posted))
            assert httpx.get(f"{served.address}/livez").json() == {"status": "alive"}
            assert httpx.get(f"{served.address}/readyz").json() == {"status": "ready"}
            answers = [one.result() for one in posted]
        refused = [answer for answer in answers if answer.status_code != 200]
        assert len(refused) >= 8
        assert {answer.status_code for answer in refused} == {429}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
        assert _read(served.address, written("7")).json()["text"] == "7"


def test_digits_that_wait_are_answered_together(tmp_path: Path) -> None:
    with serving(tmp_path, INKDIGITS_WORKERS="1") as served:

        async def post_all() -> list[httpx.Response]:
            async with httpx.AsyncClient(base_url=served.address, timeout=60) as client:
                slow = [asyncio.ensure_future(client.post("/v1/read", content=SLOW)) for _ in range(6)]
                await asyncio.sleep(0.1)
                digits = [client.post("/v1/recognize", content=written(str(at % 10))) for at in range(24)]
                return [
                    *await asyncio.gather(*digits, client.post("/v1/recognize", content=b"no")),
                    *await asyncio.gather(*slow),
                ]

        *answers, damaged = asyncio.run(post_all())[:25]
        assert damaged.status_code == 415  # beside others that are answered
        alone = [httpx.post(f"{served.address}/v1/recognize", content=written(str(at))) for at in range(10)]
        for at, answer in enumerate(answers):
            assert answer.json()["label"] == alone[at % 10].json()["label"]
        told = httpx.get(f"{served.address}/metrics").text
        calls = float(told.split("\ninkdigits_batch_digits_count ")[1].split("\n")[0])
        assert calls < 34  # 24 together and 10 alone


def test_sigterm_finishes_what_was_taken(tmp_path: Path) -> None:
    with serving(tmp_path, INKDIGITS_WORKERS="1") as served, ThreadPoolExecutor(3) as pool:
        taken = [pool.submit(_read, served.address, SLOW) for _ in range(3)]
        until(lambda: _taken(served.address) == 3)
        started = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        until(lambda: httpx.get(f"{served.address}/readyz").status_code == 503)
        late = _read(served.address, written("7"))
        assert (late.status_code, late.json()["type"]) == (503, "urn:inkdigits:stopping")
        assert httpx.get(f"{served.address}/livez").status_code == 200
        assert served.process.wait(timeout=15) == 0
        assert time.monotonic() - started < 10
        assert [one.result().status_code for one in taken] == [200, 200, 200]


def test_an_upload_that_never_ends_does_not_keep_it(tmp_path: Path) -> None:
    with serving(tmp_path) as served, _slow_senders(served.address, 1) as (slow,):
        until(lambda: _count(served.address, "arriving") == 1)
        started = time.monotonic()
        assert served.stop() == 0
        assert time.monotonic() - started < 10
        assert slow.recv(100).startswith(b"HTTP/1.1 408")


def test_slow_senders_keep_nobody_out(tmp_path: Path) -> None:
    with serving(tmp_path, INKDIGITS_QUEUE="4") as served, _slow_senders(served.address, 300) as slow:
        assert slow[0].recv(100).startswith(b"HTTP/1.1 408")  # gives way to those who came later
        until(lambda: _count(served.address, "arriving") > 100)
        assert _read(served.address, written("7")).json()["text"] == "7"
        told = b"".join(iter(lambda: slow[-1].recv(1000), b""))  # is not waited for either, and closed
        assert told.startswith(b"HTTP/1.1 408")
        assert b"urn:inkdigits:body-too-slow" in told
        assert _count(served.address, "arriving") == 0


def test_readings_that_do_not_end_are_not_waited_for(tmp_path: Path) -> None:
    with serving(tmp_path, INKDIGITS_WORKERS="16") as served, ThreadPoolExecutor(16) as pool:
        endless = many("0123456789" * 3, rows=200)
        posted = [pool.submit(_read, served.address, endless) for _ in range(16)]
        until(lambda: _taken(served.address) == 16)
        time.sleep(1)  # all are being read
        started = time.monotonic()
        assert served.stop() == 0
        assert time.monotonic() - started < 10
        assert {one.result().status_code for one in posted if not one.exception()} <= {503}


def test_a_database_that_hangs_keeps_nothing_up(tmp_path: Path) -> None:
    form = {"files": {"file": written("7")}, "data": {"text": "7"}}
    with (
        silent_database() as database,
        serving(tmp_path, INKDIGITS_DATABASE=database) as served,
        ThreadPoolExecutor(2) as pool,
    ):
        answer = httpx.post(f"{served.address}/v1/corrections", timeout=20, **form)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkdigits:store-unavailable")
        assert "secret" not in answer.text
        waiting = pool.submit(httpx.post, f"{served.address}/v1/corrections", timeout=20, **form)  # type: ignore[arg-type]
        until(lambda: _taken(served.address) == 1)
        assert _read(served.address, written("7")).json()["text"] == "7"
        started = time.monotonic()
        assert served.stop() == 0
        assert time.monotonic() - started < 10
        assert waiting.result().status_code == 503


def test_a_database_that_is_away_stops_no_reading(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with serving(tmp_path, INKDIGITS_DATABASE=f"sqlite:///{tmp_path}/plain/corrections.db") as served:
        form = {"files": {"file": written("7")}, "data": {"text": "7"}}
        answer = httpx.post(f"{served.address}/v1/corrections", **form)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkdigits:store-unavailable")
        assert int(answer.headers["retry-after"]) >= 1
        assert str(tmp_path) not in answer.text
        assert _read(served.address, written("7")).json()["text"] == "7"
        served.stop()
        assert served.process.stderr is not None
        assert str(tmp_path) in served.process.stderr.read()  # who runs it may know


def test_a_locked_database_delays_no_reading(served: Served) -> None:
    form = {"files": {"file": written("4", seed=9)}, "data": {"text": "4"}}
    httpx.post(f"{served.address}/v1/corrections", **form)  # type: ignore[arg-type]
    with sqlite3.connect(served.database.removeprefix("sqlite:///"), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        form["data"] = {"text": "9"}
        statuses: list[int] = []
        thread = threading.Thread(
            target=lambda: statuses.append(
                httpx.post(f"{served.address}/v1/corrections", timeout=20, **form).status_code  # type: ignore[arg-type]
            )
        )
        thread.start()
        until(lambda: _taken(served.address) >= 1)
        assert _read(served.address, written("7")).json()["text"] == "7"
        assert not statuses  # the correction still waits
        thread.join()
        other.execute("ROLLBACK")
    other.close()
    assert statuses == [503]
    assert httpx.post(f"{served.address}/v1/corrections", **form).status_code == 201  # type: ignore[arg-type]


def test_corrections_are_taken_so_often_and_no_more(tmp_path: Path) -> None:
    with serving(tmp_path, INKDIGITS_CORRECTIONS_PER_MINUTE="2") as served:
        form = {"files": {"file": written("7")}, "data": {"text": "7"}}
        answers = [httpx.post(f"{served.address}/v1/corrections", **form) for _ in range(3)]  # type: ignore[arg-type]
        assert [answer.status_code for answer in answers] == [201, 200, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 30
        assert answers[-1].json()["type"] == "urn:inkdigits:too-often"


def test_models_of_ones_own_answer(tmp_path: Path, tiny_run: Path) -> None:
    own, content = Recognizer.load(tiny_run), written("7")
    wanted = own.probabilities(look_at_digit(content).image[None])[0]
    chosen = {"INKDIGITS_RECOGNIZER": str(tiny_run), "INKDIGITS_LINE_READER": ""}  # empty: as if not there
    with serving(tmp_path, **chosen) as served:
        models = httpx.get(f"{served.address}/v1/model").json()
        assert models["recognizer"]["version"] == own.version
        answer = httpx.post(f"{served.address}/v1/recognize", content=content).json()
        assert answer["model"] == own.version
        np.testing.assert_allclose(answer["probabilities"], wanted, atol=1e-3)
        assert _read(served.address, content).json()["model"].endswith(f"+{own.version}")


def test_a_model_that_is_none_is_not_served(tmp_path: Path, inkdigits: Command) -> None:
    done = inkdigits("serve", "--port", 0, "--line-reader", tmp_path)
    assert done.returncode == 9
    assert "a run that is not finished has no model yet" in done.stderr
