"""Frozen records to plain JSON data and back, checked field by field.

Knows nothing about which records there are, nor about files.
"""

from __future__ import annotations

import dataclasses
import math
import types
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def to_plain(value: Any) -> Any:
    """Gives a record as what JSON can hold: the keys are its fields, nan is null.

    Args:
        value: A dataclass of numbers, strings, None, dicts, tuples and further dataclasses.

    Returns:
        Dicts, lists, numbers, strings, booleans and None.
    """
    if dataclasses.is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def from_plain(kind: type[Record], data: object) -> Record:
    """Gives the record that `to_plain` made `data` from.

    Args:
        kind: The record's class.
        data: What `json.loads` gave.

    Returns:
        A `kind`, with nan where a number is null.

    Raises:
        ValueError: If a field is missing, unknown or of another type; the message names it.
    """
    return _convert(kind, data, kind.__name__)  # type: ignore[no-any-return]


def _convert(kind: Any, data: object, where: str) -> Any:
    if dataclasses.is_dataclass(kind):
        return _record(kind, data, where)
    if get_origin(kind) is tuple and isinstance(data, list):
        return tuple(_convert(get_args(kind)[0], item, f"{where}[{i}]") for i, item in enumerate(data))
    if get_origin(kind) is dict and isinstance(data, dict):
        return {key: _convert(get_args(kind)[1], item, f"{where}.{key}") for key, item in data.items()}
    if isinstance(kind, types.UnionType):
        return None if data is None else _convert(get_args(kind)[0], data, where)
    if kind is float and (data is None or type(data) in (int, float)):
        return math.nan if data is None else float(data)  # type: ignore[arg-type]
    if type(data) is kind:
        return data
    raise ValueError(f"{where} is {data!r:.40}, not {getattr(kind, '__name__', kind)}")


def _record(kind: Any, data: object, where: str) -> Any:
    if not isinstance(data, dict):
        raise ValueError(f"{where} is {data!r:.40}, not a table of fields")
    hints = get_type_hints(kind)
    if data.keys() != hints.keys():
        raise ValueError(
            f"{where} has wrong or missing fields: {', '.join(sorted(data.keys() ^ hints.keys()))}"
        )
    return kind(**{name: _convert(hints[name], data[name], f"{where}.{name}") for name in hints})
