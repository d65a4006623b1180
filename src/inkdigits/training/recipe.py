"""A recipe: every choice of a training run, in one TOML file.

Knows nothing about how a choice is carried out.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from inkdigits.errors import MissingExtra, RecipeError, UnknownName

try:
    import tomlkit
    from pydantic import BaseModel, ConfigDict, Field, ValidationError
    from tomlkit.exceptions import TOMLKitError
except ImportError as error:
    raise MissingExtra("training", "train", error.name or "pydantic") from error

_SHIPPED = resources.files("inkdigits.training") / "recipes"


class _Choices(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Network(_Choices):
    """Which network, and the precision it computes in while training (its weights stay float32)."""

    name: Literal["article"]
    precision: Literal["float32", "bfloat16"] = "float32"


class RMSprop(_Choices):
    """Divides each step by a running root mean square of the gradient.

    Source: Hinton, "Neural Networks for Machine Learning", lecture 6e; defaults as in the Keras of 2017.
    """

    name: Literal["rmsprop"]
    learning_rate: float = Field(gt=0, le=1)
    rho: float = Field(default=0.9, ge=0, lt=1)
    epsilon: float = Field(default=1e-8, gt=0)


class Plateau(_Choices):
    """Multiplies the rate by `factor` after `patience` epochs without a better validation accuracy."""

    name: Literal["plateau"]
    patience: int = Field(ge=1)
    factor: float = Field(gt=0, lt=1)
    floor: float = Field(default=0.0, ge=0)


class Augmentation(_Choices):
    """How far a training image is moved at random, each time it is seen; uniform within the bounds.

    Attributes:
        rotation: Degrees to either side.
        zoom: Part by which height and width grow or shrink, each on its own.
        shift: Part of the image's side by which it moves, down and across.
    """

    rotation: float = Field(default=0.0, ge=0, le=180)
    zoom: float = Field(default=0.0, ge=0, lt=1)
    shift: float = Field(default=0.0, ge=0, lt=1)


class Recipe(_Choices):
    """Every choice of a training run but the data, the seed and where it goes.

    Attributes:
        name: How it is called.
        about: One line on what it is for and where it comes from.
        epochs: Passes over the fitted images.
        batch: Images a step.
        validation: Part of the data that is held out to choose by, stratified, by seed.
        network: The network.
        optimizer: What turns gradients into steps.
        schedule: How the learning rate changes.
        augmentation: How images are moved.
    """

    name: str = Field(min_length=1)
    about: str = ""
    epochs: int = Field(ge=1, le=10_000)
    batch: int = Field(ge=1, le=65_536)
    validation: float = Field(gt=0, le=0.5)
    network: Network
    optimizer: RMSprop
    schedule: Plateau
    augmentation: Augmentation = Augmentation()


def recipe_names() -> tuple[str, ...]:
    """Gives the names of the recipes that come with Inkdigits, in alphabetical order."""
    files = (Path(entry.name) for entry in _SHIPPED.iterdir())
    return tuple(sorted(file.stem for file in files if file.suffix == ".toml"))


def recipe_text(name_or_path: str) -> str:
    """Gives a recipe's TOML.

    Args:
        name_or_path: A shipped recipe's name, or the path of a TOML file.

    Raises:
        UnknownName: If it is neither; the message offers the nearest name.
        RecipeError: If the file can't be read.
    """
    path = Path(name_or_path)
    if name_or_path in recipe_names():
        return (_SHIPPED / f"{name_or_path}.toml").read_text("utf-8")
    if path.suffix != ".toml" and not path.exists():
        raise UnknownName("recipe", name_or_path, recipe_names())
    try:
        return path.read_text("utf-8")
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
    """Reads a recipe from TOML.

    Raises:
        RecipeError: If it is no TOML, has an unknown key, a wrong type or an impossible value; the
            message names the key and says what is allowed.
    """
    try:
        return Recipe.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"the recipe is no TOML: {error}") from error
    except ValidationError as error:
        raise RecipeError(_first_fault(error)) from error


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"the recipe has an unknown key '{key}'; allowed here: {', '.join(_keys_beside(fault['loc']))}"
    if fault["type"] == "missing":
        return f"the recipe lacks the key '{key}'"
    return f"the recipe's '{key}' is {fault['input']!r}: {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _keys_beside(location: tuple[int | str, ...]) -> list[str]:
    table: Any = Recipe
    for part in location[:-1]:
        table = table.model_fields[part].annotation
    return sorted(table.model_fields)
