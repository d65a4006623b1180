"""fetch: real mirrors on this machine, one by one failing, and nothing partial left."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inkdigits.data import MIRRORS, download, fetch
from inkdigits.data.download import MNIST_FILES, RemoteFile
from inkdigits.errors import (
    ChecksumMismatch,
    DataError,
    DownloadFailed,
    MissingExtra,
    OutputError,
    UnknownName,
)

CONTENT = {file.name: gzip.compress(file.name.encode() * 5000) for file in MNIST_FILES}

Mirror = Callable[[dict[str, bytes]], str]


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """Starts web servers that hold given files, each answering 404 to anything else."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(files: dict[str, bytes]) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = files.get(self.path.removeprefix("/"))
                self.send_response(200 if content is not None else 404)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four files with the names of MNIST's, small enough to serve in a test."""
    files = [RemoteFile(n, len(c), hashlib.sha256(c).hexdigest()) for n, c in CONTENT.items()]
    monkeypatch.setattr(download, "MNIST_FILES", tuple(files))


def silent_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.usefixtures("small_files")
class TestFetch:
    def test_all_files_arrive_whole(self, tmp_path: Path, mirror: Mirror) -> None:
        paths = fetch("mnist", tmp_path / "new", [mirror(CONTENT)])
        assert {path.name: path.read_bytes() for path in paths} == CONTENT
        assert names(tmp_path / "new") == sorted(CONTENT)

    def test_the_cache_is_where_they_go(
        self, tmp_path: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        paths = fetch("mnist", mirrors=[mirror(CONTENT)])
        assert {path.parent for path in paths} == {tmp_path / "inkdigits" / "mnist"}

    @pytest.mark.parametrize("bad", ["nothing there", "another file", "altered", "cut short", "longer"])
    def test_the_next_mirror_is_asked(self, tmp_path: Path, mirror: Mirror, bad: str) -> None:
        altered = {
            "nothing there": {},
            "another file": dict.fromkeys(CONTENT, b"<html>sorry</html>"),
            "altered": {name: content[:-1] + b"?" for name, content in CONTENT.items()},
            "cut short": {name: content[:-1] for name, content in CONTENT.items()},
            "longer": {name: content + bytes(100_000) for name, content in CONTENT.items()},
        }
        paths = fetch("mnist", tmp_path, [silent_port(), mirror(altered[bad]), mirror(CONTENT)])
        assert {path.name: path.read_bytes() for path in paths} == CONTENT

    def test_a_wrong_file_everywhere_is_a_checksum_mismatch(self, tmp_path: Path, mirror: Mirror) -> None:
        wrong = dict.fromkeys(CONTENT, b"wrong")
        with pytest.raises(ChecksumMismatch, match="SHA-256") as caught:
            fetch("mnist", tmp_path, [silent_port(), mirror(wrong)])
        assert "\n" not in str(caught.value)
        assert names(tmp_path) == []

    def test_no_answer_anywhere_says_where_to_put_the_files(self, tmp_path: Path, mirror: Mirror) -> None:
        with pytest.raises(DownloadFailed, match="put MNIST's four files in") as caught:
            fetch("mnist", tmp_path, [silent_port(), mirror({})])
        assert "\n" not in str(caught.value)
        assert str(tmp_path) in str(caught.value)
        assert names(tmp_path) == []

    def test_an_answer_that_breaks_off_is_a_failed_download(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:

            def answer_half() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nhalf")

            threading.Thread(target=answer_half, daemon=True).start()
            with pytest.raises(DownloadFailed):
                fetch("mnist", tmp_path, [f"http://127.0.0.1:{server.getsockname()[1]}/"])
        assert names(tmp_path) == []

    def test_what_is_there_is_not_fetched_again(self, tmp_path: Path, mirror: Mirror) -> None:
        fetch("mnist", tmp_path, [mirror(CONTENT)])
        assert len(fetch("mnist", tmp_path, [silent_port()])) == 4

    def test_a_damaged_file_is_fetched_again(self, tmp_path: Path, mirror: Mirror) -> None:
        url = mirror(CONTENT)
        path = fetch("mnist", tmp_path, [url])[0]
        path.write_bytes(b"damaged")
        fetch("mnist", tmp_path, [url])
        assert path.read_bytes() == CONTENT[path.name]

    def test_what_arrived_before_a_failure_is_kept(self, tmp_path: Path, mirror: Mirror) -> None:
        first = next(iter(CONTENT))
        with pytest.raises(DownloadFailed):
            fetch("mnist", tmp_path, [mirror({first: CONTENT[first]})])
        assert names(tmp_path) == [first]

    def test_a_target_that_can_not_be_written_is_one_line(self, tmp_path: Path, mirror: Mirror) -> None:
        (tmp_path / "file").write_text("no folder")
        with pytest.raises(OutputError, match="can't write"):
            fetch("mnist", tmp_path / "file" / "mnist", [mirror(CONTENT)])

    def test_progress_ends_at_the_whole_size(self, tmp_path: Path, mirror: Mirror) -> None:
        calls: list[tuple[str, int, int]] = []
        fetch("mnist", tmp_path, [mirror(CONTENT)], lambda *told: calls.append(told))
        last = {name: (done, total) for name, done, total in calls}
        assert last == {name: (len(content), len(content)) for name, content in CONTENT.items()}
        assert all(0 <= done <= total for _, done, total in calls)

    def test_nothing_is_printed_or_logged(
        self,
        tmp_path: Path,
        mirror: Mirror,
        capfd: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        with caplog.at_level(logging.INFO):
            fetch("mnist", tmp_path, [mirror(CONTENT)])
        assert capfd.readouterr() == ("", "")
        assert not caplog.records

    def test_without_pooch_it_says_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "pooch", None)
        with pytest.raises(MissingExtra, match=r"pip install 'inkdigits\[train\]'"):
            fetch("mnist", tmp_path, [silent_port()])


def test_kaggle_says_where_to_get_it_and_where_to_put_it() -> None:
    with pytest.raises(DataError, match=r"accept the competition's rules.*put it in"):
        fetch("kaggle")


def test_uci_needs_no_fetching() -> None:
    with pytest.raises(DataError, match="needs no fetching"):
        fetch("uci")


@pytest.mark.parametrize("name", ["mnits", "mnist:train", "./mine"])
def test_other_names_are_unknown(name: str) -> None:
    with pytest.raises(UnknownName, match="mnist"):
        fetch(name)


def test_there_are_two_mirrors() -> None:
    assert len({mirror.split("/")[2] for mirror in MIRRORS}) >= 2
    assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in MIRRORS)


def test_the_checksums_are_those_of_the_real_files(shared_data: Path) -> None:
    for file in MNIST_FILES:
        content = (shared_data / "mnist" / file.name).read_bytes()
        assert len(content) == file.size
        assert hashlib.sha256(content).hexdigest() == file.sha256
