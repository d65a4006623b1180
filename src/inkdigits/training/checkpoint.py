"""Checkpoints: a training state as one .npz of plain arrays, no pickle.

Knows nothing about recipes or data.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.arrays import NPZ_ERRORS
from inkdigits.errors import CorruptData
from inkdigits.files import write_bytes
from inkdigits.report import run_folder
from inkdigits.training.backend import torch
from inkdigits.training.network import get_weights, set_weights
from inkdigits.training.state import TrainingState

Arrays = dict[str, NDArray[Any]]


def save_checkpoint(path: Path, state: TrainingState) -> None:
    """Writes weights, their average, optimizer states, losses and the number of epochs, whole or not at all.

    Raises:
        OutputError: If it can't be written.
    """
    arrays: Arrays = {"epochs": np.array(len(state.history)), "losses": state.losses.numpy()}
    for index, value in enumerate(get_weights(state.network)):
        arrays[f"network/{index:03}"] = value
    for number, optimizer in enumerate(state.optimizers):
        for index, values in optimizer.state_dict()["state"].items():
            for name, value in values.items():
                arrays[f"optimizer/{number}/{index:03}/{name}"] = value.cpu().numpy()
    if state.average is not None:
        arrays["average/steps"] = np.array(state.average.steps)
        for index, value in enumerate(state.average.values):
            arrays[f"average/values/{index:03}"] = value.cpu().numpy()
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    write_bytes(path, buffer.getvalue())


def save_epoch(folder: Path, state: TrainingState) -> None:
    """Keeps an epoch: the run's history, and then its checkpoint, so that none lacks its rows.

    Raises:
        OutputError: If they can't be written.
    """
    run_folder.save_history(folder, state.history)
    save_checkpoint(folder / run_folder.CHECKPOINT, state)


def load_epoch(folder: Path, state: TrainingState) -> None:
    """Puts the last epoch that `save_epoch` kept back into a fresh state of the same recipe.

    Raises:
        CorruptData: If a file is damaged, or they are of another network, or the history lacks epochs.
    """
    epochs = load_checkpoint(folder / run_folder.CHECKPOINT, state)
    state.history.extend(run_folder.load_history(folder, epochs))


def save_weights(path: Path, network: Any) -> None:
    """Writes a trained network's weights, for another run to learn from.

    Raises:
        OutputError: If it can't be written.
    """
    buffer = io.BytesIO()
    np.savez(buffer, *get_weights(network))
    write_bytes(path, buffer.getvalue())


def load_weights(path: Path, network: Any) -> None:
    """Gives a fresh network of the same kind the weights that `save_weights` wrote.

    Raises:
        CorruptData: If there are none, or they are damaged or of another network.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            set_weights(network, [file[f"arr_{index}"] for index in range(len(file.files))])
    except NPZ_ERRORS as error:
        raise CorruptData(path, "does not hold this network's weights") from error


def load_checkpoint(path: Path, state: TrainingState) -> int:
    """Puts what `save_checkpoint` wrote back into a fresh state of the same recipe.

    Returns:
        The number of epochs behind it; the history is the caller's to restore.

    Raises:
        CorruptData: If the file is damaged or of another network.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        set_weights(state.network, _below(arrays, "network/"))
        for number, optimizer in enumerate(state.optimizers):
            _set_optimizer(optimizer, arrays, f"optimizer/{number}/")
        _set_average(state, arrays)
        state.losses.copy_(torch.from_numpy(arrays["losses"]))
        return int(arrays["epochs"])
    except NPZ_ERRORS as error:
        raise CorruptData(path, "is no checkpoint of this run; start it anew in another folder") from error


def _below(arrays: Arrays, prefix: str) -> list[NDArray[Any]]:
    names = [name for name in arrays if name.startswith(prefix)]
    return [arrays[name] for name in sorted(names, key=lambda name: int(name.removeprefix(prefix)))]


def _set_optimizer(optimizer: torch.optim.Optimizer, arrays: Arrays, prefix: str) -> None:
    values: dict[int, dict[str, torch.Tensor]] = {}
    for key, value in arrays.items():
        if key.startswith(prefix):
            index, name = key.removeprefix(prefix).split("/")
            values.setdefault(int(index), {})[name] = torch.from_numpy(value)
    optimizer.load_state_dict({"state": values, "param_groups": optimizer.state_dict()["param_groups"]})


def _set_average(state: TrainingState, arrays: Arrays) -> None:
    if state.average is None:
        return
    state.average.steps = int(arrays["average/steps"])
    for value, kept in zip(state.average.values, _below(arrays, "average/values/"), strict=True):
        value.copy_(torch.from_numpy(kept))
