"""Supplies epochs of training strips, composed by processes beside the training.

Every strip follows from the run's seed, the epoch and its place in it, however many processes there are.
Knows nothing about networks.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from types import TracebackType

import numpy as np

from inkdigits.data.amounts import AmountField, fold_of, load_amounts
from inkdigits.training.lines.compose import Composer, TrainingStrip, to_training_strip
from inkdigits.training.lines.glyphs import load_bank
from inkdigits.training.lines.real import vary

_CHUNK = 256  # strips a task


@dataclass(frozen=True)
class Source:
    """What strips are made from.

    Attributes:
        seed: The run's.
        amounts: Share of real amounts.
        held_out: Fold of the amounts that is not used, or None.
    """

    seed: int
    amounts: float = 0.0
    held_out: int | None = None


class Supply:
    """Gives the strips of one epoch after the other while the next are being composed.

    Args:
        source: What they are made from.
        lines: Strips an epoch.
        epochs: How many epochs there are.
    """

    def __init__(self, source: Source, lines: int, epochs: int) -> None:
        self._lines, self._epochs, self._source = lines, epochs, source
        self._coming: dict[int, list[Future[list[TrainingStrip]]]] = {}
        workers = max(1, (os.cpu_count() or 1) // 2)
        context = multiprocessing.get_context("spawn")  # a fork would copy torch's threads half-way
        self._pool = ProcessPoolExecutor(workers, context, initializer=_prepare, initargs=(source,))

    def __enter__(self) -> Supply:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def epoch(self, number: int) -> list[TrainingStrip]:
        """Gives the strips of an epoch, counted from 1, and has the next one's composed."""
        for wanted in (number, number + 1):
            if wanted not in self._coming and wanted <= self._epochs:
                self._coming[wanted] = self._order(wanted)
        return [strip for future in self._coming.pop(number) for strip in future.result()]

    def _order(self, epoch: int) -> list[Future[list[TrainingStrip]]]:
        return [
            self._pool.submit(_work, epoch, start, min(start + _CHUNK, self._lines))
            for start in range(0, self._lines, _CHUNK)
        ]


def validation_strips(count: int) -> list[TrainingStrip]:
    """Gives the same composed strips each time, of digits and writers that are not fitted."""
    composer = Composer(load_bank("validation"))
    return [composer.strip(np.random.default_rng([2**32 - 1, index])) for index in range(count)]


class _Kitchen:
    """What a process composes with."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.composer = Composer(load_bank("train"))
        self.fields: Sequence[AmountField] = ()
        if source.amounts:
            fields = load_amounts()
            folds = [fold_of(index, len(fields)) for index in range(len(fields))]
            self.fields = [
                field for field, fold in zip(fields, folds, strict=True) if fold != source.held_out
            ]

    def strip(self, epoch: int, index: int) -> TrainingStrip:
        rng = np.random.default_rng([self.source.seed, epoch, index])
        if rng.random() < self.source.amounts:
            return to_training_strip(vary(self.fields[int(rng.integers(len(self.fields)))], rng), rng)
        return self.composer.strip(rng)


_kitchens: list[_Kitchen] = []  # one a process, made when it starts


def _prepare(source: Source) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _kitchens[:] = [_Kitchen(source)]


def _end_with(parent: BaseProcess) -> None:
    """Ends this process with its parent, also where that was killed and could not say so."""
    parent.join()
    os._exit(1)


def _work(epoch: int, start: int, stop: int) -> list[TrainingStrip]:
    return [_kitchens[0].strip(epoch, index) for index in range(start, stop)]
