"""`inkdigits read` as a person runs it."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import NoReturn

import pytest
from PIL import Image
from tests.conftest import INKDIGITS, Command
from tests.images.test_metadata import tiff
from tests.pages.compose import compose

from inkdigits.cli.pictures import Job, find_pictures, read_all
from inkdigits.images import picture
from inkdigits.reading import Reader


def put(folder: Path, *names: str) -> list[str]:
    """Writes composed pages into a folder and gives what stands on them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(compose(name)[0])
    return [compose(name)[1] for name in names]


def test_one_picture_is_told_without_its_name(tmp_path: Path, inkdigits: Command) -> None:
    (truth,) = put(tmp_path, "several_lines.png")
    done = inkdigits("read", tmp_path / "several_lines.png")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == truth.splitlines()


def test_a_folder_and_a_broken_file_go_through_with_an_error_column(
    tmp_path: Path, inkdigits: Command
) -> None:
    folder = tmp_path / "scans"
    truths = put(folder, "leading_zeros.png", "plain.png", "empty.png")
    put(folder / "below" / ".hidden", "plain.png")
    (folder / "below" / "broken.JPG").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("passed over")
    done = inkdigits("read", folder, tmp_path / "nowhere.png", "--csv")
    assert done.returncode == 17
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [Path(row["file"]).name for row in rows] == [
        "broken.JPG",
        "empty.png",
        "leading_zeros.png",
        "plain.png",
        "nowhere.png",
    ]
    assert [row["text"] for row in rows] == ["", "", truths[0], truths[1], ""]
    assert [bool(row["error"]) for row in rows] == [True, False, False, False, True]
    assert "Traceback" not in done.stderr


def test_json_is_an_object_a_picture(tmp_path: Path, inkdigits: Command) -> None:
    truths = put(tmp_path, "columns.png", "plain.png")
    done = inkdigits(
        "read", tmp_path / "columns.png", tmp_path / "plain.png", "--json", "--min-confidence", "1"
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["text"] for one in told] == truths
    first = told[1]["lines"][0]
    assert [digit["label"] for digit in first["digits"]] == [int(digit) for digit in truths[1]]
    assert len(first["box"]) == 4
    assert first["accepted"] == (first["confidence"] == 1)


def test_many_pictures_are_read_in_order_by_several_processes(tmp_path: Path, inkdigits: Command) -> None:
    (truth,) = put(tmp_path, "plain.png")
    content = (tmp_path / "plain.png").read_bytes()
    for number in range(30):
        (tmp_path / f"p{number:02}.png").write_bytes(content if number != 7 else b"")
    done = inkdigits("read", tmp_path, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [Path(row["file"]).name for row in rows] == sorted(path.name for path in tmp_path.iterdir())
    assert [row["text"] for row in rows].count(truth) == 30
    assert done.returncode == 17


_FAULTS = """
import os, signal
from PIL import Image
from inkdigits.images import picture
from inkdigits.reading import Reader

opened, decoded = Image.open, picture.decode_page

def open_with_faults(file, **options):
    if file.getvalue() == b"memory":
        raise MemoryError
    if file.getvalue() == b"crash":
        os.kill(os.getpid(), signal.SIGKILL)
    return opened(file, **options)

def decode_with_faults(content):
    if content == b"bug":
        raise RuntimeError("something\\nwe did not think of")
    return decoded(content)

Image.open, picture.decode_page = open_with_faults, decode_with_faults
"""


@pytest.fixture
def with_faults(tmp_path: Path) -> dict[str, str]:
    """An environment in which decoding some contents fails as our own mistakes would."""
    folder = tmp_path / "faults"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_FAULTS)
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"bug", "RuntimeError something we did not think of"), (b"memory", "memory ran out")],
)
def test_a_fault_of_ours_is_one_line_and_the_others_go_on(
    content: bytes, says: str, tmp_path: Path, inkdigits: Command, with_faults: dict[str, str]
) -> None:
    (truth,) = put(tmp_path, "plain.png")
    (tmp_path / "fault.png").write_bytes(content)
    done = inkdigits("read", tmp_path / "fault.png", tmp_path / "plain.png", "--csv", env=with_faults)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["text"] for row in rows] == ["", truth], done.stderr
    assert rows[0]["error"].startswith("a fault of ours: ")
    assert says in rows[0]["error"]
    assert (done.returncode, done.stderr) == (17, "")
    alone = inkdigits("read", tmp_path / "fault.png", env=with_faults)
    assert (alone.returncode, alone.stdout, alone.stderr.count("\n")) == (1, "", 1)


def test_a_process_that_is_killed_loses_one_picture_only(
    tmp_path: Path, inkdigits: Command, with_faults: dict[str, str]
) -> None:
    (truth,) = put(tmp_path, "plain.png")
    content = (tmp_path / "plain.png").read_bytes()
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(26):
        (folder / f"{number:02}.png").write_bytes(b"crash" if number in (5, 25) else content)
    done = inkdigits("read", folder, "--csv", env=with_faults)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [Path(row["file"]).name for row in rows] == [f"{number:02}.png" for number in range(26)]
    assert [number for number, row in enumerate(rows) if row["error"]] == [5, 25]
    assert "a fault of ours: the process that read it was ended" in rows[5]["error"]
    assert [row["text"] for row in rows].count(truth) == 24
    assert (done.returncode, done.stderr) == (17, "")


@pytest.mark.skipif(sys.platform == "darwin", reason="its names of files are UTF-8")
@pytest.mark.parametrize("form", ["--csv", "--json", None])
def test_names_of_any_bytes_come_out_as_they_are(form: str | None, tmp_path: Path) -> None:
    content, truth = compose("plain.png")
    names = [b"a\xff.png", b"b\tc.png", b"d\r.png"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(content)
    words = [str(INKDIGITS), "read", ".", *([form] if form else [])]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True)
    assert done.stderr == b""
    text = done.stdout.decode("utf-8", "surrogateescape")
    assert text.count(truth) >= 3
    if form == "--csv":
        assert [os.fsencode(row["file"]) for row in csv.DictReader(io.StringIO(text, newline=""))] == names
    if form == "--json":
        assert [os.fsencode(json.loads(line)["file"]) for line in text.splitlines()] == names


def test_standard_input_is_read(tmp_path: Path) -> None:
    content, truth = compose("plain.png")
    done = subprocess.run([str(INKDIGITS), "read", "-"], input=content, capture_output=True, check=True)
    assert done.stdout.split()[0].decode() == truth


def test_a_name_may_begin_with_a_dash(tmp_path: Path, inkdigits: Command) -> None:
    content, truth = compose("plain.png")
    for name in ("-x.png", "-h.png"):
        (tmp_path / name).write_bytes(content)
    for words in (["-x.png"], ["--", "-x.png"], ["./-x.png"], ["-h.png"]):
        done = inkdigits("read", *words, cwd=tmp_path)
        assert done.stdout.startswith(truth), done.stderr


def test_a_missing_file_whose_name_begins_with_a_dash_stops_no_other(
    tmp_path: Path, inkdigits: Command
) -> None:
    (truth,) = put(tmp_path, "plain.png")
    done = inkdigits("read", "-nope.png", "plain.png", "--csv", cwd=tmp_path)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["text"] for row in rows] == ["", truth], done.stderr
    assert rows[0]["error"] == "there is no file -nope.png"
    assert (done.returncode, done.stderr) == (17, "")


def test_names_that_would_steer_a_terminal_are_escaped(tmp_path: Path, inkdigits: Command) -> None:
    content, truth = compose("plain.png")
    name = "a\x1b]0;b\x07\nc\x9b1m.png"
    (tmp_path / name).write_bytes(content)
    (tmp_path / "d\ne.png").write_bytes(b"no picture")
    done = inkdigits("read", ".", "f\ng.png", cwd=tmp_path)
    assert done.stdout.startswith(rf"a\x1b]0;b\x07\nc\x9b1m.png: {truth}"), done.stdout
    assert done.stderr.count("\n") == 2, done.stderr
    assert r"d\ne.png" in done.stderr
    assert r"f\ng.png" in done.stderr


def test_a_closed_standard_input_is_one_line(inkdigits: Command) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{shlex.quote(str(INKDIGITS))} read - <&-"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "error: can't read standard input: it is closed\n"


def test_what_pillow_logs_stays_out(tmp_path: Path, inkdigits: Command) -> None:
    (tmp_path / "many.tif").write_bytes(tiff((277, 3, 1, b"\xff\xff")))
    done = inkdigits("read", "many.tif", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1), done.stderr


def test_the_package_is_a_command(tmp_path: Path) -> None:
    (truth,) = put(tmp_path, "plain.png")
    words = [sys.executable, "-m", "inkdigits", "read", "plain.png"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout.startswith(truth), done.stderr


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_is_shown(word: str, inkdigits: Command) -> None:
    done = inkdigits("read", word)
    assert done.returncode == 0
    assert "--min-confidence" in done.stdout


def header_of(width: int, height: int) -> bytes:
    """A PNG that says how large it is, begins its pixels, and ends."""
    size = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    whole = struct.pack(">I", 13) + size + struct.pack(">I", zlib.crc32(size))
    return b"\x89PNG\r\n\x1a\n" + whole + struct.pack(">I", 0) + b"IDAT"


@pytest.mark.parametrize("side", [5_001, 9_000, 11_000, 20_000])
def test_a_picture_that_is_too_large_is_one_line(side: int, tmp_path: Path, inkdigits: Command) -> None:
    (tmp_path / "large.png").write_bytes(header_of(side, side))
    done = inkdigits("read", "large.png", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert "the limit is 25,000,000" in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def test_a_name_too_long_is_no_reason_to_stop(tmp_path: Path, inkdigits: Command) -> None:
    (truth,) = put(tmp_path, "plain.png")
    done = inkdigits("read", "x" * 300, "plain.png", "--csv", cwd=tmp_path)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["text"] for row in rows] == ["", truth]
    assert "too long" in rows[0]["error"]
    assert (done.returncode, done.stderr) == (17, "")


def test_what_must_not_be_looked_into_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within this process, because who runs tests as root may look into everything."""

    def refuse(path: object, *_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "shut").mkdir()
    (tmp_path / "file.png").write_bytes(b"")
    monkeypatch.setattr(Path, "iterdir", refuse)
    monkeypatch.setattr(picture, "open", refuse, raising=False)
    names = [str(tmp_path / "shut"), str(tmp_path / "file.png")]
    sources = [source for name in names for source in find_pictures(name)]
    outcomes = list(read_all(sources, Job("auto", 0.99)))
    for name, outcome in zip(names, outcomes, strict=True):
        assert outcome.error == f"can't read {name!r}: Permission denied"
        assert outcome.code == 4


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["nowhere.png"], 4, "there is no file nowhere.png"),
        (["empty"], 4, "no pictures in the folder empty"),
        ([""], 4, "there is no file"),
        (["text.png"], 4, "no picture that we read"),
        (["-", "-"], 4, "only once"),
        (["--jsn", "text.png"], 2, "there is no option or file --jsn"),
        (["text.png", "--layout", "word"], 2, "word"),
        (["text.png", "--min-confidence", "2"], 2, "min-confidence"),
        (["text.png", "--json", "--csv"], 2, "not both"),
        ([], 2, "Missing argument"),
    ],
)
def test_a_mistake_is_told_with_its_exit_code(
    words: list[str], code: int, says: str, tmp_path: Path, inkdigits: Command
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.png").write_text("text")
    done = inkdigits("read", *words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert code == 2 or done.stderr.count("\n") == 1


def test_drawings_go_into_a_folder_none_over_another(tmp_path: Path, inkdigits: Command) -> None:
    for folder in ("a", "b"):
        put(tmp_path / folder, "plain.png")
    done = inkdigits("read", "a", "b", "--overlay", "out/deep", "--explain", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    drawn = sorted(path.name for path in (tmp_path / "out" / "deep").iterdir())
    assert drawn == [
        "plain.png.2.explained.png",
        "plain.png.2.read.png",
        "plain.png.explained.png",
        "plain.png.read.png",
    ]
    with Image.open(tmp_path / "out" / "deep" / "plain.png.read.png") as image:
        assert image.mode == "RGB"
    again = inkdigits("read", "out", cwd=tmp_path)
    assert (again.returncode, "no pictures in the folder" in again.stderr) == (4, True)


def test_no_drawing_takes_the_place_of_another(tmp_path: Path, inkdigits: Command) -> None:
    put(tmp_path / "a", "plain.png")
    put(tmp_path / "b", "plain.png")
    (tmp_path / "plain.png.2").write_bytes((tmp_path / "a" / "plain.png").read_bytes())
    done = inkdigits("read", "a", "plain.png.2", "b", "--overlay", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_a_drawing_that_can_not_be_written_is_an_error_of_its_picture(
    tmp_path: Path, inkdigits: Command
) -> None:
    put(tmp_path, "plain.png")
    (tmp_path / "file").write_text("in the way")
    done = inkdigits("read", "plain.png", "--overlay", "file", cwd=tmp_path)
    assert (done.returncode, "can't write file" in done.stderr) == (11, True)


def test_a_run_of_ones_own_recognizes_in_every_process(
    tmp_path: Path, inkdigits: Command, tiny_run: Path
) -> None:
    folder = tmp_path / "scans"
    put(folder, "single_digit.png")
    content = (folder / "single_digit.png").read_bytes()
    for number in range(30):
        (folder / f"p{number:02}.png").write_bytes(content)
    (line,) = Reader.load(recognizer=tiny_run).read(content, layout="digit").lines
    done = inkdigits("read", folder, "--layout", "digit", "--json", "--recognizer", tiny_run)
    told = [json.loads(row) for row in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert {one["text"] for one in told} == {line.text}
    assert {one["lines"][0]["confidence"] for one in told} == {round(line.confidence, 4)}
    assert len(told) == 31


def test_a_model_that_is_none_is_told_once(tmp_path: Path, inkdigits: Command, tiny_run: Path) -> None:
    put(tmp_path, "plain.png", "single_digit.png")
    for option, model, problem in (
        ("--recognizer", tmp_path, "a run that is not finished has no model yet"),
        ("--line-reader", tiny_run, "wanted is a line reader"),
    ):
        done = inkdigits("read", tmp_path, option, model)
        assert (done.returncode, done.stdout) == (9, "")
        assert problem in done.stderr
        assert len(done.stderr.strip().splitlines()) <= 2
