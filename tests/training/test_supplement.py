"""What is learned beside a set: other pens, and things that are no digit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkdigits.data import load_digit_set
from inkdigits.errors import DataNotFound
from inkdigits.training.choices import Supplement
from inkdigits.training.supplement import NO_DIGIT, add_supplement

FITTED = load_digit_set("uci:train").take(np.arange(50))


def test_without_one_the_set_is_all_there_is() -> None:
    given = add_supplement(FITTED, Supplement(), seed=0)
    assert np.array_equal(given.images, FITTED.images)
    assert np.array_equal(given.labels, FITTED.true_labels)


def test_it_adds_drawn_digits_and_things_that_are_none(shared_data: Path) -> None:
    choice = Supplement(renderings=1, no_digits=60)
    given = add_supplement(FITTED, choice, seed=0)
    assert given.images.shape == (50 + 7494 + 60, 28, 28)
    assert given.images.dtype == np.uint8
    assert np.bincount(given.labels[50:-60], minlength=11).min(initial=700, where=np.arange(11) < 10) == 700
    assert set(given.labels[-60:]) == {NO_DIGIT}
    drawn = given.images[50:-60]
    assert drawn.max(axis=(1, 2)).min() == 255
    for inked in (drawn.max(axis=1) > 0, drawn.max(axis=2) > 0):  # placed as MNIST's: a body of 20 pixels
        spans = 28 - inked.argmax(axis=1) - inked[:, ::-1].argmax(axis=1)
        assert spans.max() <= 20


def test_it_adds_digits_as_machines_write_them() -> None:
    given = add_supplement(FITTED, Supplement(machines=300), seed=0)
    assert given.images.shape == (50 + 300, 28, 28)
    assert np.array_equal(given.labels[50:], np.arange(300) % 10)
    drawn = given.images[50:]
    assert drawn.max(axis=(1, 2)).min() == 255
    assert len({image.tobytes() for image in drawn}) == 300
    eights, ones = (drawn[given.labels[50:] == digit].astype(float).mean() for digit in (8, 1))
    assert eights > 1.3 * ones


def test_the_seed_decides_what_is_drawn(shared_data: Path) -> None:
    first, again, other = (add_supplement(FITTED, Supplement(no_digits=40), seed) for seed in (1, 1, 2))
    assert np.array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)


def test_traces_that_are_not_here_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(DataNotFound, match=r"the pen traces are not on this machine.*; see docs/data\.md"):
        add_supplement(FITTED, Supplement(renderings=1), seed=0)
