"""What a line reader's recipe may choose: every key, its type and its bounds; and where recipes are found.

Knows nothing about how a choice is carried out.
"""

from __future__ import annotations

from importlib import resources
from typing import Annotated

from pydantic import Field, model_validator

from inkdigits.training.choices import Averaging, Choices, Muon, Precision, Triangle
from inkdigits.training.recipe import parse_choices, recipe_names, recipe_text

_SHIPPED = resources.files("inkdigits.training.lines") / "recipes"

_Width = Annotated[int, Field(ge=1, le=1024)]


class LineNetwork(Choices):
    """A fully convolutional network over strips.

    Attributes:
        precision: See `Precision`.
        widths: Channels of its eight convolutions.
        residual: So many more stand behind the sixth, each adding to what it is given.
    """

    precision: Precision = "bfloat16"
    widths: tuple[_Width, _Width, _Width, _Width, _Width, _Width, _Width, _Width] = Field(strict=False)
    residual: int = Field(default=0, ge=0, le=16)


class Amounts(Choices):
    """Real amount fields among the composed lines.

    Attributes:
        share: Part of the lines of each epoch that are amounts.
        spliced: Part of these that are joined from the beginning of one and the end of another.
        digits: Part of the lines of each epoch that are composed of the amounts' digits.
    """

    share: float = Field(gt=0, le=1)
    spliced: float = Field(default=0.0, ge=0, le=1)
    digits: float = Field(default=0.0, ge=0, lt=1)

    @model_validator(mode="after")
    def _parts_of_one_whole(self) -> Amounts:
        if self.share + self.digits > 1:
            raise ValueError("amounts.share and amounts.digits are parts of the lines, together 1 at most")
        return self


class CalibrationChoice(Choices):
    """A calibration found on lines like those that will be read, such as held-out folds of real amounts.

    Attributes:
        slope: See `model.line_confidence.Calibration`.
        offset: Likewise.
    """

    slope: float = Field(gt=0)
    offset: float


class LineRecipe(Choices):
    """Every choice of a line reader's training but the seed and where it goes.

    Attributes:
        name: How it is called.
        about: One line on what it is for.
        epochs: Each of so many `lines`, composed anew.
        lines: Lines an epoch.
        batch: Lines a step, all about as wide.
        validation: Composed lines to validate on, of images and pen traces that are not fitted. Most of these
            images are by people who wrote fitted ones, too; the pen traces are not.
        window: How far from a digit's middle it may be told, in cells.
        box_weight: Weight of the boxes' error against that of the digits.
        network: The network.
        optimizer: What turns gradients into steps.
        schedule: How the learning rate changes.
        averaging: How weights are averaged.
        int8: Whether the convolutions that cost most calculate in int8, where that costs next to nothing.
        words: Share of the composed lines on which words stand, too.
        amounts: Whether real amounts stand among the lines.
        calibration: The confidence's; without it, it is fitted on composed validation lines.
    """

    name: str = Field(min_length=1)
    about: str = ""
    epochs: int = Field(ge=1, le=10_000)
    lines: int = Field(ge=64, le=1_000_000)
    batch: int = Field(ge=1, le=4096)
    validation: int = Field(ge=64, le=100_000)
    window: float = Field(default=2.0, ge=1, le=8)
    box_weight: float = Field(default=1.0, gt=0)
    network: LineNetwork
    optimizer: Muon
    schedule: Triangle
    averaging: Averaging
    int8: bool = False
    words: float = Field(default=0.0, ge=0, le=1)
    amounts: Amounts | None = None
    calibration: CalibrationChoice | None = None


def line_recipe_names() -> tuple[str, ...]:
    """Gives the names of the line reader's recipes that come with Inkdigits."""
    return recipe_names(_SHIPPED)


def line_recipe_text(name_or_path: str) -> str:
    """Gives a recipe's TOML.

    Raises:
        UnknownName, RecipeError: As `training.recipe.recipe_text`.
    """
    return recipe_text(name_or_path, _SHIPPED)


def parse_line_recipe(text: str) -> LineRecipe:
    """Reads a recipe from TOML.

    Raises:
        RecipeError: As `training.recipe.parse_choices`.
    """
    return parse_choices(text, LineRecipe)
