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
            "batch = 86\nspeed = 3",
            "unknown key 'speed'; allowed here: about, augmentation, averaging",
        ),
        (
            "epochs = 30",
            "epoch = 30",
            "unknown key 'epoch' (did you mean 'epochs'?); allowed here: about, augmentation",
        ),
        (
            "rho = 0.9",
            "rh = 0.9",
            "unknown key 'optimizer.rh' (did you mean 'rho'?); allowed here: epsilon, learning_rate, name",
        ),
        ("[schedule]", "[scedule]", "unknown key 'scedule' (did you mean 'schedule'?)"),
        (
            "floor = 0.00001",
            "warm = 0.1",
            "unknown key 'schedule.warm'; allowed here: factor, floor, name, patience",
        ),
        ("batch = 86", 'batch = 86\n"a\\nb" = 1', "unknown key '\"a\\nb\"'; allowed here: about"),
        ("batch = 86", f"batch = 86\n{'k' * 3000} = 1", f"unknown key '{'k' * 59}…'; allowed here: about"),
        ("batch = 86", "", "lacks the key 'batch'; allowed: a whole number from 1 to 65,536"),
        ("epochs = 30", 'epochs = "36"', "'epochs' is \"36\"; allowed: a whole number from 1 to 10,000"),
        ("epochs = 30", "epochs = 0", "'epochs' is 0; allowed: a whole number from 1 to 10,000"),
        ("epochs = 30", "epochs = true", "'epochs' is true; allowed: a whole number"),
        ("epochs = 30", "epochs = 2026-01-31", "'epochs' is 2026-01-31; allowed: a whole number"),
        ("epochs = 30", "epochs = { a = 1 }", "'epochs' is a table; allowed: a whole number"),
        ("epochs = 30", f"epochs.{'a.' * 3000}b = 1", "'epochs' is a table; allowed: a whole number"),
        ("epochs = 30", "epochs = [[1], true]", "'epochs' is a list of lists; allowed: a whole number"),
        ("epochs = 30", f"epochs = '{'9' * 3000}'", f"'epochs' is \"{'9' * 58}…; allowed: a whole number"),
        ("epochs = 30", 'epochs = "3\\n0"', "'epochs' is \"3\\n0\"; allowed: a whole number"),
        ("epochs = 30", f"epochs = 0x{'f' * 5000}", f"'epochs' is 0x{'f' * 57}…; allowed: a whole number"),
        (
            "learning_rate = 0.001",
            "learning_rate = 0",
            "'optimizer.learning_rate' is 0; allowed: a number from above 0 to 1",
        ),
        ("learning_rate = 0.001", "learning_rate = nan", "is nan; allowed: a number from above 0 to 1"),
        ("epsilon = 1e-8", "epsilon = inf", "is inf; allowed: a finite number above 0"),
        ("patience = 3", "patience = 0", "'schedule.patience' is 0; allowed: a whole number of 1 or more"),
        ('name = "rmsprop"', 'name = "sgd"', '\'optimizer.name\' is "sgd"; allowed: "muon" or "rmsprop"'),
        ('name = "rmsprop"', "name = 3", '\'optimizer.name\' is 3; allowed: "muon" or "rmsprop"'),
        ('name = "rmsprop"', "", 'lacks the key \'optimizer.name\'; allowed: "muon" or "rmsprop"'),
        (
            'precision = "float32"',
            'precision = "int8"',
            '\'network.precision\' is "int8"; allowed: "float32" or "bfloat16"',
        ),
        ("zoom = 0.1", "zoom = 1.5", "'augmentation.zoom' is 1.5; allowed: a number from 0 to below 1"),
        ("[augmentation]", "[[augmentation]]", "'augmentation' is a list of tables; allowed: one table"),
        ("batch = 86", "batch = 86\nfocus = 3", "'focus' is 3; allowed: one table"),
        ("batch = 86", "batch = 86\nint8 = 1", "'int8' is 1; allowed: true or false"),
        (
            'name = "article"\nabout',
            'name = ""\nabout',
            "'name' is \"\"; allowed: a text of 1 or more characters",
        ),
        (
            'name = "article"\nprecision = "float32"',
            'name = "strided"\nwidths = [0, 64, 96, 96]',
            "'network.widths' is [0, 64, 96, 96]; allowed: 4 whole numbers from 12 to 1,024",
        ),
        (
            'name = "article"\nprecision = "float32"',
            'name = "strided"\nwidths = [32, 64, 96]',
            "'network.widths' is [32, 64, 96]; allowed: 4 whole numbers from 12 to 1,024",
        ),
        (
            'name = "article"\nprecision = "float32"',
            'name = "strided"\ncrop = 21',
            "'network.crop' is 21; allowed: 20, 24 or 28",
        ),
        (
            "[network]",
            "[network]\ndropout = [0, 0.3]",
            "'network.dropout' is [0, 0.3]; allowed: 3 numbers from 0 to below 1",
        ),
        ("[network]", "[network]\ndropout = [0, 0, 0, 0]", "'network.dropout' is [0, 0, 0, 0]; allowed: 3"),
        ("[network]", "[network]\ndropout = 0.3", "'network.dropout' is 0.3; allowed: 3 numbers from 0"),
        (
            "batch = 86\nvalidation = 0.1\n\n[network]",
            "batch = 2\nvalidation = 0.1\n\n[network]\nnormalized = true",
            "a normalized network needs a batch of 3 or more",
        ),
        ("batch = 86", "batch = = 86", "is no TOML"),
        ("batch = 86", f"batch = {'9' * 5000}", "has a number with more digits than any key allows"),
        ("[network]", "[network]\nrefuses = true", "network.refuses and supplement.no_digits go together"),
        ("[network]", "[supplement]\nno_digits = 5\n[network]", "what is no digit has to be shown"),
        (
            "[network]",
            "[network]\nmembers = 0",
            "'network.members' is 0; allowed: a whole number from 1 to 100",
        ),
        (
            "[network]",
            "[teacher]\nweight = 0.0\n[network]",
            "'teacher.weight' is 0.0; allowed: a number from above 0 to 1",
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
    assert len(str(told.value)) < 300


def test_a_name_where_a_table_belongs_is_told() -> None:
    text = recipe_text("article")
    table = text[text.index("[network]") : text.index("[optimizer]")]
    with pytest.raises(RecipeError) as told:
        parse_recipe('network = "article"\n' + text.replace(table, ""))
    assert str(told.value) == (
        "the recipe's 'network' is \"article\"; allowed: a table with name ="
        ' "all-convolutional", "article" or "strided"'
    )


def test_other_epochs_change_nothing_else() -> None:
    before, after = recipe_text("article"), with_epochs(recipe_text("article"), 7)
    assert tomllib.loads(after) == tomllib.loads(before) | {"epochs": 7}


def test_a_recipe_that_begins_with_a_mark_is_taken(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xef\xbb\xbf" + recipe_text("small").encode())
    assert parse_recipe(recipe_text(str(tmp_path / "mine.toml"))) == parse_recipe(recipe_text("small"))


def test_tables_within_tables_without_end_are_told() -> None:
    with pytest.raises(RecipeError, match="no TOML"):
        parse_recipe("a=" + "[" * 3000)
