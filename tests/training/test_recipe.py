"""Recipes: the shipped ones, and what is said of a wrong one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from inkdigits.errors import RecipeError, UnknownName
from inkdigits.training.recipe import parse_recipe, recipe_names, recipe_text, with_epochs


@pytest.mark.parametrize("name", recipe_names())
def test_every_shipped_recipe_is_whole_and_bears_its_own_name(name: str) -> None:
    assert parse_recipe(recipe_text(name)).name == name


def test_the_articles_recipe_is_the_public_one() -> None:
    recipe = parse_recipe(recipe_text("article"))
    assert (recipe.epochs, recipe.batch, recipe.optimizer.learning_rate) == (30, 86, 0.001)
    assert (recipe.augmentation.rotation, recipe.augmentation.zoom, recipe.augmentation.shift) == (
        10,
        0.1,
        0.1,
    )


def test_a_recipe_is_taken_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(recipe_text("article").replace("batch = 86", "batch = 7"))
    assert parse_recipe(recipe_text(str(path))).batch == 7


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="unknown recipe 'artcle'; did you mean 'article'"):
        recipe_text("artcle")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="No such file"):
        recipe_text(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "batch = 86",
            "batch = 86\nbach = 3",
            "unknown key 'bach'; allowed here: about, augmentation, averaging",
        ),
        (
            "rho = 0.9",
            "rh = 0.9",
            "unknown key 'optimizer.rh'; allowed here: epsilon, learning_rate, name, rho",
        ),
        ("batch = 86", "batch = '86'", "'batch' is '86': input should be a valid integer"),
        ("batch = 86", "batch = 0", "'batch' is 0: input should be greater than or equal to 1"),
        ("batch = 86", "", "lacks the key 'batch'"),
        ("learning_rate = 0.001", "learning_rate = nan", "finite number"),
        ('name = "rmsprop"', 'name = "sgd"', "'optimizer.name' is 'sgd'; allowed: 'rmsprop', 'muon'"),
        ('name = "rmsprop"', "", "lacks the key 'optimizer.name'"),
        (
            "floor = 0.00001",
            "warm = 0.1",
            "unknown key 'schedule.warm'; allowed here: factor, floor, name, patience",
        ),
        (
            'precision = "float32"',
            'precision = "int8"',
            "'network.precision' is 'int8': input should be 'float32' or",
        ),
        ("[schedule]", "[scedule]", "lacks the key 'schedule'"),
        ("zoom = 0.1", "zoom = 1.5", "'augmentation.zoom' is 1.5: input should be less than 1"),
        (
            'name = "article"\nprecision = "float32"',
            'name = "strided"\nwidths = [0, 64, 96, 96]',
            "'network.widths.0' is 0: input should be greater than or equal to 12",
        ),
        (
            "batch = 86\nvalidation = 0.1\n\n[network]",
            "batch = 2\nvalidation = 0.1\n\n[network]\nnormalized = true",
            "a normalized network needs a batch of 3 or more",
        ),
        ("batch = 86", "batch = = 86", "is no TOML"),
        ("[network]", "[network]\nrefuses = true", "network.refuses and supplement.no_digits go together"),
        ("[network]", "[supplement]\nno_digits = 5\n[network]", "what is no digit has to be shown"),
        ("[network]", "[network]\nmembers = 0", "'network.members' is 0: input should be greater than or"),
        ("[network]", "[network]\ndropout = [0.1, 0.2]", "'network.dropout.2'"),
        (
            "[network]",
            "[teacher]\nweight = 0.0\n[network]",
            "'teacher.weight' is 0.0: input should be greater",
        ),
        (
            "[network]",
            "[teacher]\nweight = 0.5\n[network]\nmembers = 2",
            "one network learns from a teacher, not several members",
        ),
    ],
)
def test_a_wrong_recipe_says_which_key_and_what_is_allowed(old: str, new: str, says: str) -> None:
    text = recipe_text("article")
    assert old in text
    with pytest.raises(RecipeError) as told:
        parse_recipe(text.replace(old, new))
    assert says in str(told.value)
    assert "\n" not in str(told.value)


def test_other_epochs_change_nothing_else() -> None:
    before, after = recipe_text("article"), with_epochs(recipe_text("article"), 7)
    assert tomllib.loads(after) == tomllib.loads(before) | {"epochs": 7}


def test_a_recipe_that_begins_with_a_mark_is_taken(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xef\xbb\xbf" + recipe_text("small").encode())
    assert parse_recipe(recipe_text(str(tmp_path / "mine.toml"))) == parse_recipe(recipe_text("small"))


def test_tables_within_tables_without_end_are_told() -> None:
    with pytest.raises(RecipeError, match="no TOML"):
        parse_recipe("a=" + "[" * 3000)
