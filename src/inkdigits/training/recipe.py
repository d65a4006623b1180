"""A recipe, every choice of a training run in one TOML file: found and read.

Knows nothing about how a choice is carried out.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from inkdigits.errors import MissingExtra, RecipeError, UnknownName
from inkdigits.training.choices import Choices, Recipe
from inkdigits.training.mistakes import tell_mistake

try:
    import tomlkit
    from pydantic import ValidationError
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
    recipe = _parse_toml(text)
    try:
        return kind.model_validate(recipe)
    except ValidationError as error:
        raise RecipeError(tell_mistake(error, recipe, kind)) from error


def _parse_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecipeError(f"the recipe is no TOML: {error}") from error
    except ValueError as error:  # Python reads no number of thousands of digits
        raise RecipeError("the recipe has a number with more digits than any key allows") from error
