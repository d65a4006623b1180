"""`inkdigits train`, `report` and `train-lines` as a person runs them: broken off, gone on with, mistaken."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import CHECKOUT, INKDIGITS, Command

from inkdigits.data import load_digit_set
from inkdigits.model import load_artifact

SHORT = ["--data", "uci:train", "--limit", "300", "--epochs", "4", "--seed", "5"]


def _heed_ctrl_c() -> None:
    """What a background job is started without, and CI may be one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _start_and_wait_for_an_epoch(folder: Path, *more: str) -> subprocess.Popen[str]:
    run = subprocess.Popen(
        [str(INKDIGITS), "train", *SHORT, *more, "--out", str(folder)],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_ctrl_c,
    )
    deadline = time.monotonic() + 120
    while not (folder / "checkpoint.npz").exists():
        assert time.monotonic() < deadline
        assert run.poll() is None
        time.sleep(0.01)
    return run


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory, inkdigits: Command) -> bytes:
    folder = tmp_path_factory.mktemp("unbroken") / "run"
    assert inkdigits("train", *SHORT, "--out", folder).returncode == 0
    return load_artifact(folder).onnx


def test_the_run_folder_is_complete(tiny_run: Path) -> None:
    names = {path.name for path in tiny_run.iterdir()}
    assert names >= {
        "recipe.toml",
        "run.json",
        "history.csv",
        "model.onnx",
        "model.json",
        "model.seen.npy",
        "metrics.json",
        "validation.npz",
        "figures",
        "report.html",
    }
    assert not [name for name in names if name.startswith((".", "checkpoint"))]
    figures = {path.stem for path in (tiny_run / "figures").iterdir()}
    assert {path.suffix for path in (tiny_run / "figures").iterdir()} == {".png", ".svg"}
    assert len(figures) >= 5


def test_every_epoch_is_told_with_its_figures(tmp_path: Path, inkdigits: Command) -> None:
    told = inkdigits(
        "train", "--data", "uci:train", "--limit", "100", "--epochs", "2", "--out", tmp_path / "run"
    )
    for words in ("887,530 parameters", "epoch 1/2  loss", "epoch 2/2  loss", "validation loss", "images/s"):
        assert words in told.stderr
    assert "validation accuracy" in told.stdout
    assert str(tmp_path / "run" / "report.html") in told.stdout


def test_a_killed_run_goes_on_to_the_same_weights(
    unbroken: bytes, tmp_path: Path, inkdigits: Command
) -> None:
    run = _start_and_wait_for_an_epoch(tmp_path / "run")
    run.kill()
    run.communicate()
    resumed = inkdigits("train", "--resume", "--out", tmp_path / "run")
    assert resumed.returncode == 0, resumed.stderr
    assert "going on after epoch" in resumed.stderr
    assert load_artifact(tmp_path / "run").onnx == unbroken


def test_ctrl_c_says_how_to_go_on_and_the_run_does(
    unbroken: bytes, tmp_path: Path, inkdigits: Command
) -> None:
    folder = tmp_path / "run"
    run = _start_and_wait_for_an_epoch(folder)
    run.send_signal(signal.SIGINT)
    _, told = run.communicate(timeout=60)
    assert run.returncode == 130
    assert f"inkdigits train --resume --out {folder}" in told
    assert "Traceback" not in told
    assert inkdigits("train", *SHORT, "--resume", "--out", folder).returncode == 0
    assert load_artifact(folder).onnx == unbroken


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ("train --data uci --recipe artcle", 5, "unknown recipe 'artcle'; did you mean 'article'?"),
        ("train --data mnst", 5, "unknown source 'mnst'; did you mean 'mnist'?"),
        ("train --data ./nothing-here", 3, "nothing-here"),
        ("train", 2, "--data"),
        ("train --data uci --epochs 0", 2, "--epochs"),
        ("train --resume", 7, "holds no run"),
        ("train-lines --recipe lnes", 5, "did you mean 'lines'?"),
        ("train-lines --hold-out 5", 2, "--hold-out"),
        ("train-lines --resume", 7, "holds no run"),
        ("train-lines --resume --seed 0", 2, "--seed"),
        ("train-lines --resume --hold-out 2", 2, "--hold-out"),
        ("train-lines --resume --recipe lines", 2, "leave this out"),
    ],
)
def test_a_mistake_is_one_line_and_its_exit_code(
    command: str, code: int, says: str, tmp_path: Path, inkdigits: Command
) -> None:
    done = inkdigits(*command.split(), "--out", tmp_path / "run")
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.fixture
def own_kaggle(tmp_path: Path) -> dict[str, str]:
    """An environment in which `kaggle:test` are 20 digits of `uci:train`."""
    folder = tmp_path / "own-data"
    (folder / "kaggle").mkdir(parents=True)
    header = ",".join(f"pixel{number}" for number in range(784))
    images = load_digit_set("uci:train").images[:20].reshape(-1, 784)
    np.savetxt(folder / "kaggle" / "test.csv", images, "%d", ",", header=header, comments="")
    return os.environ | {"INKDIGITS_DATA": str(folder)}


@pytest.mark.parametrize("resumed", [False, True])
def test_a_submission_that_would_be_refused_is_refused_before_the_training(
    resumed: bool, tiny_run: Path, tmp_path: Path, own_kaggle: dict[str, str], inkdigits: Command
) -> None:
    folder, how = tmp_path / "run", ["--data", "uci:train", "--epochs", "1"]
    if resumed:
        shutil.copytree(tiny_run, folder)
        (folder / "metrics.json").unlink()
        how = ["--resume"]
    before = sorted(folder.glob("*"))
    target = tmp_path / "submission.csv"
    done = inkdigits("train", *how, "--out", folder, "--submission", target, env=own_kaggle)
    assert (done.returncode, "has seen 20 of the 20 images" in done.stderr) == (10, True), done.stderr
    assert "epoch" not in done.stderr
    assert sorted(folder.glob("*")) == before


def test_a_submission_is_of_what_the_run_has_not_seen(
    tmp_path: Path, own_kaggle: dict[str, str], inkdigits: Command
) -> None:
    target = tmp_path / "submission.csv"
    how = ["--data", "uci:test", "--limit", "100", "--epochs", "1", "--out", tmp_path / "run"]
    done = inkdigits("train", *how, "--submission", target, env=own_kaggle)
    assert (done.returncode, f"{target}: 20 rows" in done.stdout) == (0, True), done.stderr


def test_another_run_is_not_overwritten(tiny_run: Path, inkdigits: Command) -> None:
    before = load_artifact(tiny_run).onnx
    done = inkdigits("train", "--data", "uci", "--out", tiny_run)
    assert (done.returncode, "holds another run" in done.stderr) == (7, True)
    assert load_artifact(tiny_run).onnx == before


def test_a_finished_run_is_not_resumed(tiny_run: Path, inkdigits: Command) -> None:
    done = inkdigits("train", "--resume", "--out", tiny_run)
    assert (done.returncode, "is finished" in done.stderr) == (7, True)


def test_resuming_with_another_seed_is_refused(tiny_run: Path, inkdigits: Command) -> None:
    done = inkdigits("train", "--resume", "--seed", "9", "--out", tiny_run)
    assert (done.returncode, "has --seed 0, not 9" in done.stderr) == (7, True)


def test_a_target_that_cannot_be_written_is_told(inkdigits: Command) -> None:
    done = inkdigits("train", "--data", "uci", "--limit", "100", "--out", "/proc/inkdigits/run")
    assert done.returncode == 11, done.stderr
    assert "can't write /proc/inkdigits/run" in done.stderr


def test_the_report_is_drawn_again(tiny_run: Path, tmp_path: Path, inkdigits: Command) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(tiny_run, folder)
    before = (folder / "report.html").read_bytes()
    shutil.rmtree(folder / "figures")
    (folder / "report.html").unlink()
    done = inkdigits("report", folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "report.html").read_bytes() == before


def test_the_report_shows_what_the_run_was_evaluated_on(
    tiny_run: Path, tmp_path: Path, inkdigits: Command
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(tiny_run, folder)
    assert inkdigits("evaluate", folder, "--data", "uci:test").returncode == 0
    assert inkdigits("report", folder).returncode == 0
    assert "uci:test" in (folder / "report.html").read_text()


def test_no_report_of_no_run(tmp_path: Path, inkdigits: Command) -> None:
    done = inkdigits("report", tmp_path)
    assert (done.returncode, "holds no run" in done.stderr) == (7, True)


def test_resuming_with_the_recipe_it_began_with_is_fine_and_with_another_not(
    tmp_path: Path, inkdigits: Command
) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text((CHECKOUT / "src/inkdigits/training/recipes/article.toml").read_text())
    run = _start_and_wait_for_an_epoch(tmp_path / "run", "--recipe", str(recipe))
    run.kill()
    run.communicate()
    other = inkdigits("train", "--resume", "--recipe", "fast", "--out", tmp_path / "run")
    assert (other.returncode, "has another --recipe than fast" in other.stderr) == (7, True)
    assert inkdigits("train", "--resume", "--recipe", recipe, "--out", tmp_path / "run").returncode == 0


def test_a_name_that_the_system_refuses_is_one_line(inkdigits: Command) -> None:
    done = inkdigits("report", "x" * 300)
    assert (done.returncode, "File name too long" in done.stderr) == (13, True)
    assert "Traceback" not in done.stderr


def test_output_that_cannot_be_written_is_one_line() -> None:
    command = [str(INKDIGITS), "data", "list"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, "No space left on device" in done.stderr) == (13, True)
    assert "Traceback" not in done.stderr
