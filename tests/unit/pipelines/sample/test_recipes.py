"""The recipes of sample.yml name what the catalogue has."""

from typing import Any

import pytest

from models.catalogue_model import Catalogue
from models.expression import Type, check, parse
from models.loader import load_catalogue
from models.names import Names, moment_of
from models.spec.rule import Moment
from models.yaml_source import read
from pipelines.sample.recipes import Recipe, recipes_of

RECIPES = recipes_of(read(load_catalogue().root / "sample.yml")[0]["faults"]["recipes"])


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda each: f"{each.breaks}-{each.names}")
def test_a_recipe_writes_to_cells_of_one_sheet_kind(catalogue: Catalogue, recipe: Recipe) -> None:
    assert {catalogue.fields[name].alias for name in recipe.names} == {recipe.alias}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda each: f"{each.breaks}-{each.names}")
def test_a_recipe_breaks_a_part_that_is_judged_on_receipt(
    catalogue: Catalogue, recipe: Recipe
) -> None:
    if recipe.breaks is None:
        assert recipe.kind == "normalised"
        return
    rule, _, number = recipe.breaks.partition(".")
    parts = catalogue.rules[rule].parts
    assert 1 <= int(number) <= len(parts)
    assert moment_of(catalogue.rules[rule], parts[int(number) - 1]) is Moment.RECEIPT


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda each: f"{each.breaks}-{each.names}")
def test_what_a_recipe_reckons_is_of_the_type_of_its_cell(
    catalogue: Catalogue, recipe: Recipe
) -> None:
    names = Names(catalogue)
    for name, text in recipe.put.items():
        assert text == "NULL" or check(parse(text), names.type_of) is names.type_of(name)
    for name, written in recipe.write.items():
        if written.number:
            assert check(parse(written.number), names.type_of) is names.type_of(name)
    if recipe.where:
        assert check(parse(recipe.where), names.type_of) is Type.BOOLEAN


def test_a_recipe_without_a_kind_is_refused(words: dict[str, Any]) -> None:
    entry = {key: value for key, value in words["faults"]["recipes"][0].items() if key != "kind"}
    with pytest.raises(ValueError, match="kind"):
        recipes_of([entry])
