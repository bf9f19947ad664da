"""What a unit that ended within the quarter owes: a catalogue with nothing else due."""

import shutil

import pytest

from models.catalogue_model import CLOSING, FULL
from models.closing import as_owed
from models.loader import CATALOGUE_DIR, load_catalogue
from models.names import part_names
from models.spec.form import EntryMode
from models.yaml_source import CatalogueError


@pytest.fixture(scope="module")
def owed(catalogue):
    return as_owed(catalogue, CLOSING)


def test_only_the_forms_and_zeros_of_the_catalogue_are_due_of_any_kind_of_unit(catalogue, owed):
    wanted = catalogue.campaign.closing
    for kind in catalogue.unit_kinds:
        due = {field.qualified for field in owed.fields_for(kind, 4)}
        whole = {field.qualified: field for field in catalogue.fields_for(kind, 4)}
        assert due == {
            name for name, f in whole.items() if f.form in wanted.forms or name in wanted.zero
        }


def test_the_zeros_are_the_systems_and_no_formula_of_cells_that_are_not_there(owed):
    zeros = [owed.fields[name] for name in owed.fixed_at_zero]
    assert {field.entry for field in zeros} == {EntryMode.DIRECTORY}
    assert {field.formula for field in zeros} == {None}


def test_no_rule_is_asked_that_needs_what_is_not_due_or_another_quarter(catalogue, owed):
    due = {f.qualified for kind in owed.unit_kinds for f in owed.fields_for(kind, 4)}
    asked = [
        (rule.id, part_names(part))
        for rule in owed.rules.values()
        for number, part in enumerate(rule.parts, start=1)
        if (rule.id, number) not in owed.unasked
    ]
    assert {"R201", "R202"} <= {rule for rule, _ in asked}
    assert "R312" not in {rule for rule, _ in asked}
    for _, names in asked:
        assert {name for name in names if name in catalogue.fields} <= due
        assert not any(name.startswith(("prev.", "child.", "ytd(")) for name in names)


def test_a_whole_return_is_held_to_the_catalogue_itself(catalogue):
    assert as_owed(catalogue, FULL) is catalogue
    assert (catalogue.unasked, catalogue.fixed_at_zero) == (frozenset(), ())


def test_an_edit_of_the_catalogue_decides_what_is_owed(tmp_path):
    root = shutil.copytree(CATALOGUE_DIR, tmp_path / "catalogue")
    path = root / "campaign.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  forms: [F0, L1]\n", "  forms: [F0]\n"), encoding="utf-8")
    edited = load_catalogue(root)
    due = as_owed(edited, CLOSING).fields_for("township", 4)
    assert {field.form for field in due} == {"F0", "F1", "F2"}


def test_what_the_catalogue_does_not_have_is_named(tmp_path):
    root = shutil.copytree(CATALOGUE_DIR, tmp_path / "catalogue")
    path = root / "campaign.yml"
    text = path.read_text(encoding="utf-8").replace("zero: [committee_close", "zero: [comittee")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match="comittee"):
        load_catalogue(root)
