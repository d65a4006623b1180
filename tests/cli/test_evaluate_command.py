"""`inkdigits evaluate` and `submit` as a person runs them."""

from __future__ import annotations

import json
import resource
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import Command

from inkdigits.data import load_digit_set

DIGITS = 30


def _limit_file_size() -> None:
    """Makes the system refuse any file above 100 bytes, as a full disk does midway."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


@pytest.fixture
def unlabelled(tmp_path: Path) -> Path:
    """A CSV in the shape of Kaggle's test set: the last digits of `uci`, without labels."""
    images = load_digit_set("uci:test").images[:DIGITS]
    header = ",".join(f"pixel{number}" for number in range(784))
    rows = [",".join(map(str, image.ravel())) for image in images]
    path = tmp_path / "questions.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_a_score_has_its_interval_and_every_digit(tiny_run: Path, inkdigits: Command) -> None:
    done = inkdigits("evaluate", tiny_run / "model.onnx", "--data", "uci:test")
    assert done.returncode == 0, done.stderr
    for words in ("of 382 right", "95 %:", "precision", "recall", "seen in training: 0 of 382"):
        assert words in done.stdout


def test_seen_images_are_counted_and_warned_of(tiny_run: Path, inkdigits: Command) -> None:
    done = inkdigits("evaluate", tiny_run / "model.onnx", "--data", "uci")
    assert "seen in training: 400 of 1,797" in done.stdout
    assert "--unseen" in done.stderr


def test_unseen_leaves_them_out(tiny_run: Path, inkdigits: Command) -> None:
    done = inkdigits("evaluate", tiny_run / "model.onnx", "--data", "uci", "--unseen", "--json")
    told = json.loads(done.stdout)
    assert (told["seen"], told["left_out"], told["metrics"]["images"]) == (400, True, 1397)
    assert done.stderr == ""


def test_a_runs_scores_stay_with_it_and_a_models_do_not(
    tiny_run: Path, tmp_path: Path, inkdigits: Command
) -> None:
    run = tmp_path / "run"
    shutil.copytree(tiny_run, run)
    inkdigits("evaluate", run / "model.onnx", "--data", "uci:test")
    assert not (run / "evaluations").exists()
    inkdigits("evaluate", run, "--data", "uci:test")
    assert len(list((run / "evaluations").iterdir())) == 1


def test_a_set_scored_by_two_paths_is_one_and_the_report_shows_neither(
    tiny_run: Path, tmp_path: Path, inkdigits: Command
) -> None:
    run, own = tmp_path / "run", tmp_path / "secret" / "digits.npz"
    shutil.copytree(tiny_run, run)
    own.parent.mkdir()
    digits = load_digit_set("uci:test")
    np.savez(own, images=digits.images, labels=digits.true_labels)
    for data in ("secret/digits.npz", own):
        assert inkdigits("evaluate", run, "--data", data, cwd=tmp_path).returncode == 0
    (score,) = (run / "evaluations").iterdir()
    assert score.name.startswith("digits.npz-")
    assert inkdigits("report", run).returncode == 0
    assert "secret" not in (run / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["none.onnx", "--data", "uci:test"], 9, "there is no model at none.onnx"),
        (["RUN", "--data", "uci:tset"], 5, "did you mean 'uci:test'"),
        (["RUN"], 2, "--data"),
    ],
)
def test_a_mistake_is_one_line_and_its_exit_code(
    arguments: list[str], code: int, says: str, tiny_run: Path, inkdigits: Command
) -> None:
    done = inkdigits("evaluate", *(str(tiny_run) if word == "RUN" else word for word in arguments))
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_digit_that_a_set_has_not_is_told_with_a_dash(
    tiny_run: Path, tmp_path: Path, inkdigits: Command
) -> None:
    given = load_digit_set("uci:test")
    few = given.take(np.flatnonzero(given.true_labels < 5)[:60])
    np.savez(tmp_path / "few.npz", images=few.images, labels=few.true_labels)
    done = inkdigits("evaluate", tiny_run / "model.onnx", "--data", tmp_path / "few.npz")
    assert done.returncode == 0, done.stderr
    assert "nan" not in done.stdout
    assert "\N{EN DASH}" in done.stdout


def test_a_submission_is_as_kaggle_takes_it(
    tiny_run: Path, unlabelled: Path, tmp_path: Path, inkdigits: Command
) -> None:
    target = tmp_path / "submission.csv"
    done = inkdigits("submit", tiny_run, "--data", unlabelled, "-o", target)
    assert done.returncode == 0, done.stderr
    lines = target.read_bytes().decode("ascii").split("\n")
    assert lines[0] == "ImageId,Label"
    assert lines[-1] == ""
    rows = np.array([line.split(",") for line in lines[1:-1]], dtype=int)
    assert rows[:, 0].tolist() == list(range(1, DIGITS + 1))
    assert set(rows[:, 1]) <= set(range(10))


def test_a_set_with_labels_is_not_submitted(tiny_run: Path, tmp_path: Path, inkdigits: Command) -> None:
    done = inkdigits("submit", tiny_run, "--data", "uci:test", "-o", tmp_path / "submission.csv")
    assert (done.returncode, "has labels" in done.stderr) == (3, True)


def test_a_full_disk_leaves_the_former_submission_as_it_was(
    tiny_run: Path, unlabelled: Path, tmp_path: Path, inkdigits: Command
) -> None:
    target = tmp_path / "submission.csv"
    target.write_text("precious\n")
    done = inkdigits("submit", tiny_run, "--data", unlabelled, "-o", target, preexec_fn=_limit_file_size)
    assert done.returncode == 11, done.stderr
    assert f"can't write {target}" in done.stderr
    assert target.read_text() == "precious\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["questions.csv", "submission.csv"]


def test_a_device_is_not_replaced_by_a_file(tiny_run: Path, unlabelled: Path, inkdigits: Command) -> None:
    done = inkdigits("submit", tiny_run, "--data", unlabelled, "-o", "/dev/null")
    assert (done.returncode, "no regular file" in done.stderr) == (11, True)
    assert Path("/dev/null").is_char_device()


def test_a_link_stays_a_link(tiny_run: Path, unlabelled: Path, tmp_path: Path, inkdigits: Command) -> None:
    (tmp_path / "real.csv").write_text("old\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    (tmp_path / "real.csv").chmod(0o600)
    assert inkdigits("submit", tiny_run, "--data", unlabelled, "-o", tmp_path / "link.csv").returncode == 0
    assert stat.S_IMODE((tmp_path / "real.csv").stat().st_mode) == 0o600  # as private as it was
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("ImageId,Label")


def test_a_model_that_has_seen_the_images_is_refused(
    tmp_path: Path, unlabelled: Path, inkdigits: Command
) -> None:
    given = load_digit_set("uci:test").take(np.arange(200))
    np.savez(tmp_path / "mine.npz", images=given.images, labels=given.true_labels)
    run, target = tmp_path / "run", tmp_path / "submission.csv"
    assert inkdigits("train", "--data", tmp_path / "mine.npz", "--epochs", "1", "--out", run).returncode == 0
    done = inkdigits("submit", run, "--data", unlabelled, "-o", target)
    assert (done.returncode, f"has seen {DIGITS} of the {DIGITS} images" in done.stderr) == (10, True)
    assert not target.exists()
    assert inkdigits("submit", run, "--data", unlabelled, "-o", target, "--allow-leak").returncode == 0


def test_a_model_whose_card_names_mnist_is_refused(
    shared_data: Path, tmp_path: Path, inkdigits: Command
) -> None:
    run, target = tmp_path / "run", tmp_path / "submission.csv"
    trained = inkdigits("train", "--data", "mnist:train", "--limit", "200", "--epochs", "1", "--out", run)
    assert trained.returncode == 0, trained.stderr
    done = inkdigits("submit", run, "--data", "kaggle", "-o", target)
    assert (done.returncode, "trained on 'mnist:train'" in done.stderr) == (10, True)
    assert inkdigits("submit", run, "--data", "kaggle", "-o", target, "--allow-leak").returncode == 0
    assert target.read_text().count("\n") == 28_001


def test_kaggles_own_test_without_kaggle(shared_data: Path, tmp_path: Path, inkdigits: Command) -> None:
    """A model that has seen all of train.csv is scored on exactly the 28,000 other images of MNIST."""
    run = tmp_path / "run"
    trained = inkdigits("train", "--data", "kaggle", "--recipe", "fast", "--epochs", "1", "--out", run)
    assert trained.returncode == 0, trained.stderr
    told = json.loads(inkdigits("evaluate", run, "--data", "mnist", "--unseen", "--json").stdout)
    assert (told["seen"], told["metrics"]["images"]) == (42_000, 28_000)
    assert told["metrics"]["accuracy"] > 0.97
    done = inkdigits("submit", run, "--data", "kaggle", "-o", tmp_path / "submission.csv")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "submission.csv").read_text().count("\n") == 28_001
