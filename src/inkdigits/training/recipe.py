"""A recipe, every choice of a training run in one TOML file: found, read, and told what is wrong with it.

Knows nothing about how a choice is carried out.
"""

from __future__ import annotations

import tomllib
import typing
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from inkdigits.errors import MissingExtra, RecipeError, UnknownName
from inkdigits.training.choices import Choices, Recipe

try:
    import tomlkit
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails
    from tomlkit.exceptions import TOMLKitError
except ImportError as error:
    raise MissingExtra("training", "train", error.name or "tomlkit") from error

_SHIPPED = resources.files("inkdigits.training") / "recipes"

Kind = TypeVar("Kind", bound=Choices)


def recipe_names(shipped: Traversable = _SHIPPED) -> tuple[str, ...]:
    """Gives the names of the recipes that come with Inkdigits, in alphabetical order.

    Args:
        shipped: Folder of the kind of recipes that is meant.
    """
    files = (Path(entry.name) for entry in shipped.iterdir())
    return tuple(sorted(file.stem for file in files if file.suffix == ".toml"))


def recipe_text(name_or_path: str, shipped: Traversable = _SHIPPED) -> str:
    """Gives a recipe's TOML.

    Args:
        name_or_path: A shipped recipe's name, or the path of a TOML file.
        shipped: As in `recipe_names`.

    Raises:
        UnknownName: If it is neither; the message offers the nearest name.
        RecipeError: If the file can't be read.
    """
    path, names = Path(name_or_path), recipe_names(shipped)
    if name_or_path in names:
        return (shipped / f"{name_or_path}.toml").read_text("utf-8")
    if path.suffix != ".toml" and not path.exists():
        raise UnknownName("recipe", name_or_path, names, "or give the path of a TOML file")
    try:
        return path.read_text("utf-8-sig")  # editors of Windows begin a file by a mark
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"can't read the recipe {path}: {error}") from error


def with_epochs(text: str, epochs: int) -> str:
    """Gives a recipe's TOML with another number of epochs, comments and order kept.

    Raises:
        RecipeError: If `text` is no TOML.
    """
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise RecipeError(f"the recipe is no TOML: {error}") from error
    document["epochs"] = epochs
    return tomlkit.dumps(document)


def parse_recipe(text: str) -> Recipe:
    """Reads the recipe of a network that recognizes digits from TOML.

    Raises:
        RecipeError: As `parse_choices`.
    """
    return parse_choices(text, Recipe)


def parse_choices(text: str, kind: type[Kind]) -> Kind:
    """Reads a recipe of any kind from TOML.

    Raises:
        RecipeError: If it is no TOML, has an unknown key, a wrong type or an impossible value; the
            message names the key and says what is allowed.
    """
    try:
        return kind.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecipeError(f"the recipe is no TOML: {error}") from error
    except ValidationError as error:
        raise RecipeError(_tell(error.errors(include_url=False)[0], kind)) from error


def _tell(fault: ErrorDetails, kind: type[Choices]) -> str:
    """Says in one line which key is wrong and what is allowed."""
    if fault["type"] == "value_error":
        return f"the recipe is at odds with itself: {fault['ctx']['error']}"
    table, keys = _follow(fault["loc"], kind)
    key = ".".join(keys)
    if fault["type"] == "extra_forbidden":
        return f"the recipe has an unknown key '{key}'; allowed here: {', '.join(sorted(table.model_fields))}"
    if fault["type"] == "missing":
        return f"the recipe lacks the key '{key}'"
    if fault["type"] == "union_tag_not_found":
        return f"the recipe lacks the key '{key}.name'"
    if fault["type"] == "union_tag_invalid":
        context = fault["ctx"]
        return f"the recipe's '{key}.name' is '{context['tag']}'; allowed: {context['expected_tags']}"
    return f"the recipe's '{key}' is {fault['input']!r}: {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _follow(location: tuple[int | str, ...], table: type[Choices]) -> tuple[type[Choices], list[str]]:
    """Gives the innermost table on the way from one to a fault, and the keys on it as the person wrote them.

    Pydantic puts the chosen name between a table's key and the keys inside, as in `optimizer.muon.momentum`.
    """
    choices: dict[str, type[Choices]] = {}
    keys = []
    for part in map(str, location):
        if part in choices:
            table, choices = choices[part], {}
            continue
        keys.append(part)
        inner = _tables(table.model_fields[part].annotation) if part in table.model_fields else []
        choices = {name: kind for kind in inner for name in _names(kind)} if len(inner) > 1 else {}
        if len(inner) == 1:
            table = inner[0]
    return table, keys


def _tables(annotation: Any) -> list[type[Choices]]:
    """Gives the tables that may stand at a key: one, or those that a name chooses among."""
    kinds = typing.get_args(annotation) or (annotation,)
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Choices)]


def _names(table: type[Choices]) -> tuple[str, ...]:
    return typing.get_args(table.model_fields["name"].annotation) if "name" in table.model_fields else ()
