"""Checkpoints: a training state as one .npz of plain arrays, no pickle.

Knows nothing about recipes or data.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import CorruptData
from inkdigits.files import write_bytes
from inkdigits.training.backend import torch
from inkdigits.training.fit import TrainingState
from inkdigits.training.network import get_weights, set_weights


def save_checkpoint(path: Path, state: TrainingState) -> None:
    """Writes weights, optimizer state and the number of epochs behind them, whole or not at all.

    Raises:
        OutputError: If it can't be written.
    """
    arrays: dict[str, NDArray[Any]] = {"epochs": np.array(len(state.history))}
    for index, value in enumerate(get_weights(state.network)):
        arrays[f"network/{index:03}"] = value
    for index, values in state.optimizer.state_dict()["state"].items():
        for name, value in values.items():
            arrays[f"optimizer/{index:03}/{name}"] = value.cpu().numpy()
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    write_bytes(path, buffer.getvalue())


def load_checkpoint(path: Path, state: TrainingState) -> int:
    """Puts weights and optimizer state back into a fresh state of the same recipe.

    Returns:
        The number of epochs behind them; the history is the caller's to restore.

    Raises:
        CorruptData: If the file is damaged or of another network.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        set_weights(state.network, [arrays[name] for name in sorted(arrays) if name.startswith("network/")])
        _set_optimizer(state.optimizer, arrays)
        return int(arrays["epochs"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise CorruptData(path, "is no checkpoint of this run; start it anew in another folder") from error


def _set_optimizer(optimizer: torch.optim.Optimizer, arrays: dict[str, NDArray[Any]]) -> None:
    values: dict[int, dict[str, torch.Tensor]] = {}
    for key, value in arrays.items():
        if key.startswith("optimizer/"):
            _, index, name = key.split("/")
            values.setdefault(int(index), {})[name] = torch.from_numpy(value)
    optimizer.load_state_dict({"state": values, "param_groups": optimizer.state_dict()["param_groups"]})
