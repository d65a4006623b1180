"""Supplies epochs of training strips, composed by processes beside the training.

As many compose as there are cores, at the least priority: where a step leaves a core, and wherever the next
epoch is waited for. A step's threads wait for the slowest of them, so none may have to share its core.
Every strip follows from the run's seed, the epoch and its place in it, however many processes there are.
Knows nothing about networks.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from types import TracebackType

import numpy as np

from inkdigits.arrays import CLASSES
from inkdigits.cores import usable_cores
from inkdigits.data.amounts import MISLABELLED, AmountField, fold_of, load_amounts
from inkdigits.errors import TrainingStopped
from inkdigits.training.lines.bank import Digits, load_bank
from inkdigits.training.lines.choices import Amounts
from inkdigits.training.lines.compose import Composer, TrainingStrip, to_training_strip
from inkdigits.training.lines.real import digits_apart, spliced, vary

_CHUNK = 256  # strips a task
_NICENESS = 19  # the least there is


@dataclass(frozen=True)
class Source:
    """What strips are made from.

    Attributes:
        seed: The run's.
        words: Share of the composed ones on which words stand, too.
        amounts: How real amounts stand among them, or None.
        held_out: Fold of the amounts that is not used, or None.
    """

    seed: int
    words: float = 0.0
    amounts: Amounts | None = None
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
        context = multiprocessing.get_context("spawn")  # a fork would copy torch's threads half-way
        self._pool = ProcessPoolExecutor(usable_cores(), context, initializer=_prepare, initargs=(source,))

    def __enter__(self) -> Supply:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def epoch(self, number: int) -> list[TrainingStrip]:
        """Gives the strips of an epoch, counted from 1, and has the next one's composed.

        Raises:
            TrainingStopped: If a process that composes has ended, as for want of memory.
        """
        try:
            for wanted in (number, number + 1):
                if wanted not in self._coming and wanted <= self._epochs:
                    self._coming[wanted] = self._order(wanted)
            return [strip for future in self._coming.pop(number) for strip in future.result()]
        except BrokenProcessPool as error:
            raise TrainingStopped(
                "a process that composes lines has ended, for want of memory perhaps;"
                " go on with --resume where more memory is free"
            ) from error

    def _order(self, epoch: int) -> list[Future[list[TrainingStrip]]]:
        return [
            self._pool.submit(_work, epoch, start, min(start + _CHUNK, self._lines))
            for start in range(0, self._lines, _CHUNK)
        ]


def fitted_amounts(held_out: int | None) -> tuple[AmountField, ...]:
    """Gives the amounts that lines are made from: none of the fold held out, none that is labelled wrong."""
    fields = load_amounts()
    return tuple(
        field
        for index, field in enumerate(fields)
        if fold_of(index, len(fields)) != held_out and field.name not in MISLABELLED
    )


def validation_strips(count: int) -> list[TrainingStrip]:
    """Gives the same composed strips each time, of images and pen traces that are not fitted."""
    composer = Composer(load_bank("validation"))
    return [composer.strip(np.random.default_rng([2**32 - 1, index])) for index in range(count)]


def further_strips(source: Source, count: int) -> list[TrainingStrip]:
    """Gives strips like those of every epoch that are in none."""
    kitchen = _Kitchen(source)
    return [kitchen.strip(0, index) for index in range(count)]  # epochs are counted from 1


class _Kitchen:
    """What a process composes with."""

    def __init__(self, source: Source) -> None:
        self.source = source
        bank = load_bank("train")
        self.composer = Composer(bank, source.words)
        if source.amounts:
            self.fields = fitted_amounts(source.held_out)
            own = replace(
                bank, digits=Digits(digits_apart(self.fields), ((),) * CLASSES), hands=(), machines=()
            )
            self.amounts_composer = Composer(own, source.words)

    def strip(self, epoch: int, index: int) -> TrainingStrip:
        amounts, rng = self.source.amounts, np.random.default_rng([self.source.seed, epoch, index])
        if amounts is None:
            return self.composer.strip(rng)
        draw = rng.random()
        if draw < amounts.share:
            return to_training_strip(vary(self._field(amounts, rng), rng), rng)
        return (self.amounts_composer if draw < amounts.share + amounts.digits else self.composer).strip(rng)

    def _field(self, amounts: Amounts, rng: np.random.Generator) -> AmountField:
        if rng.random() < amounts.spliced:
            return spliced(self.fields, rng)
        return self.fields[int(rng.integers(len(self.fields)))]


_kitchens: list[_Kitchen] = []  # one a process, made when it starts


def _prepare(source: Source) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        if hasattr(os, "nice"):
            os.nice(_NICENESS)
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _kitchens[:] = [_Kitchen(source)]


def _end_with(parent: BaseProcess) -> None:
    """Ends this process with its parent, also where that was killed and could not say so."""
    parent.join()
    os._exit(1)


def _work(epoch: int, start: int, stop: int) -> list[TrainingStrip]:
    return [_kitchens[0].strip(epoch, index) for index in range(start, stop)]
