"""What is wrong with a recipe, in one line: which key it is, what stands there, and what is allowed.

Knows nothing about files, nor what a choice means.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from inkdigits.training.choices import Choices

_LONGEST = 60  # characters of a key or a value that are told
_LARGE = 1000  # bits of a whole number; Python writes none of thousands of decimals
_ORDER = {"extra_forbidden": 0, "missing": 2, "union_tag_not_found": 2}  # all others come between
_NUMBERS = {"integer": "whole number", "number": "number"}

Schema = dict[str, Any]
"""A JSON schema."""


@dataclass(frozen=True)
class _Place:
    """A place in a recipe.

    Attributes:
        keys: On the way to it, as the person wrote them.
        value: What stands there; None, which TOML does not know, where nothing does.
        allowed: What may stand there.
    """

    keys: tuple[str, ...]
    value: Any
    allowed: Schema


def tell_mistake(error: ValidationError, recipe: dict[str, Any], kind: type[Choices]) -> str:
    """Says which key is wrong and what is allowed; of several, an unknown one first and a missing one last.

    A misspelt key is both, and it is the spelling that has to be put right.

    Args:
        error: What is wrong.
        recipe: As it was read from TOML.
        kind: What it should be.
    """
    fault = min(error.errors(include_url=False), key=lambda fault: _ORDER.get(fault["type"], 1))
    if fault["type"] == "value_error":
        return f"the recipe is at odds with itself: {fault['ctx']['error']}"
    schema, location = kind.model_json_schema(), fault["loc"]
    if fault["type"] == "extra_forbidden":
        table = _find(location[:-1], recipe, schema)
        return _tell_unknown(table, str(location[-1]))
    if fault["type"].startswith("union_tag"):  # the name that a table is chosen by
        location = (*location, "name")
    place = _find(location, recipe, schema)
    allowed = _tell_allowed(place.allowed)
    if place.value is None:
        return f"the recipe lacks the key '{_tell_keys(place.keys)}'; allowed: {allowed}"
    return f"the recipe's '{_tell_keys(place.keys)}' is {_tell_value(place.value)}; allowed: {allowed}"


def _find(location: tuple[int | str, ...], recipe: dict[str, Any], schema: Schema) -> _Place:
    """Gives the place of a fault; of one within a list that of the list, which is told whole.

    Pydantic puts the chosen name between a table's key and the keys inside, as in `optimizer.muon.momentum`.
    """
    keys: tuple[str, ...] = ()
    value: Any = recipe
    allowed = schema
    for part in map(str, location):
        if "prefixItems" in allowed:
            break
        tables = allowed.get("discriminator", {}).get("mapping", {})
        if part in tables:
            inner = {"$ref": tables[part]}
        else:
            keys, value = (*keys, part), value.get(part)
            inner = allowed["properties"][part] if "properties" in allowed else {"enum": list(tables)}
        allowed = _present(inner, schema["$defs"])
    return _Place(keys, value, allowed)


def _present(schema: Schema, tables: dict[str, Schema]) -> Schema:
    """Gives what may stand at a key that may also be left out, and of a table what is known of it."""
    present = next(kind for kind in schema.get("anyOf", [schema]) if kind.get("type") != "null")
    return tables[present["$ref"].rpartition("/")[2]] if "$ref" in present else present


def _tell_unknown(table: _Place, key: str) -> str:
    known = sorted(table.allowed["properties"])
    near = difflib.get_close_matches(key, known, n=1)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    told = _tell_keys((*table.keys, key))
    return f"the recipe has an unknown key '{told}'{hint}; allowed here: {', '.join(known)}"


def _tell_allowed(schema: Schema) -> str:
    """Says what may stand at a key."""
    if "discriminator" in schema:
        return f"a table with name = {_tell_either(schema['discriminator']['mapping'])}"
    if "enum" in schema or "const" in schema:
        return _tell_either(schema.get("enum") or [schema["const"]])
    if "prefixItems" in schema:
        item, count = schema["prefixItems"][0], len(schema["prefixItems"])
        return f"{count} {_NUMBERS[item['type']]}s{_tell_range(item)}"
    if schema["type"] in _NUMBERS:
        endless = schema["type"] == "number" and not {"maximum", "exclusiveMaximum"} & schema.keys()
        return f"a {'finite ' if endless else ''}{_NUMBERS[schema['type']]}{_tell_range(schema)}"
    least = schema.get("minLength")
    text = f"a text of {least} or more characters" if least else "a text"
    return {"boolean": "true or false", "object": "one table", "string": text}[schema["type"]]


def _tell_range(schema: Schema) -> str:
    least, above, most, below = (
        f"{schema[bound]:,}" if bound in schema else ""
        for bound in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
    )
    if most or below:
        return f" from {least or f'above {above}'} to {most or f'below {below}'}"
    if least:
        return f" of {least} or more"
    return f" above {above}" if above else ""


def _tell_either(values: Iterable[object]) -> str:
    *others, last = map(_tell_value, values)
    return f"{', '.join(others)} or {last}" if others else last


def _tell_keys(keys: Iterable[str]) -> str:
    """Gives keys as TOML writes them with dots."""
    return ".".join(_cut(key if re.fullmatch(r"[\w-]+", key, re.ASCII) else _quoted(key)) for key in keys)


def _tell_value(value: object) -> str:
    """Gives a value as TOML writes it, cut short; of tables and of lists within a list only that they are."""
    match value:
        case dict():
            return "a table"
        case list() if any(isinstance(item, dict) for item in value):
            return "a list of tables"
        case list() if any(isinstance(item, list) for item in value):
            return "a list of lists"
        case list():
            return _cut(f"[{', '.join(map(_tell_value, value))}]")
        case str():
            return _cut(_quoted(value))
        case bool():
            return str(value).lower()
        case int() if value.bit_length() > _LARGE:
            return _cut(hex(value))
    return str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
