"""The teacher: the network of a finished run, which another one learns from.

Knows nothing about how it is learned from.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.data import DigitSet
from inkdigits.errors import RecipeError, RunFolderError
from inkdigits.report import run_folder
from inkdigits.training.checkpoint import load_weights
from inkdigits.training.choices import Recipe
from inkdigits.training.network import build_network
from inkdigits.training.recipe import parse_recipe, recipe_text


@dataclass(frozen=True)
class Teacher:
    """What a run takes over from the run that it learns from.

    Attributes:
        network: The Keras network as it was trained, to logits (n, 10) or (n, members, 10).
        split_seed: Of its run: with the same the learner holds out the same images, none of which the teacher
            was fitted on.
    """

    network: Any
    split_seed: int


def load_teacher(folder: str | None, recipe: Recipe, digit_set: DigitSet) -> Teacher | None:
    """Gives the teacher that a recipe needs, None where it needs none.

    Args:
        folder: The teacher's run, or None.
        recipe: The learner's.
        digit_set: What the learner is trained on.

    Raises:
        RecipeError: If the recipe needs a teacher and there is none, or the other way round, or one of the
            two refuses what is no digit and the other does not.
        RunFolderError: If the run is not finished, or was trained on other images: its answers to images that
            the learner holds out would then be no measure of the learner.
        CorruptData: If a file of the run is damaged.
    """
    if folder is None:
        if recipe.teacher is not None:
            raise RecipeError(
                f"the recipe {recipe.name} learns from another network;"
                " add --teacher RUN, the folder of a finished run (one of the recipe ensemble, say)"
            )
        return None
    if recipe.teacher is None:
        raise RecipeError(f"the recipe {recipe.name} has no table [teacher]; leave --teacher out")
    run = Path(folder)
    facts = run_folder.load_facts(run)
    if not (run / run_folder.METRICS).is_file():
        raise RunFolderError(f"the teacher's run in {run} is not finished; continue it with `train --resume`")
    own = parse_recipe(recipe_text(str(run / run_folder.RECIPE)))
    if facts.fingerprint != digit_set.fingerprint or own.validation != recipe.validation:
        limit = "" if facts.limit is None else f" --limit {facts.limit} --seed {facts.seed}"
        raise RunFolderError(
            f"the teacher in {run} was trained on other images, or others were held out; give"
            f" --data {facts.data}{limit} and a recipe with validation = {own.validation}, as it had"
        )
    if own.network.refuses != recipe.network.refuses:
        raise RecipeError(
            f"of the teacher in {run} and the recipe {recipe.name} one refuses what is no digit, the other"
            " does not; a learner needs a teacher that gives as many answers"
        )
    network = build_network(own.network, facts.seed)
    load_weights(run / run_folder.WEIGHTS, network)
    return Teacher(network, facts.split_seed)
