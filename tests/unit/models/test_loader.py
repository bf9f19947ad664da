import shutil

import pytest

from models.loader import CATALOGUE_DIR, load_catalogue
from models.yaml_source import CatalogueError


@pytest.fixture
def root(tmp_path):
    """A copy of the catalogue that a test may spoil."""
    return shutil.copytree(CATALOGUE_DIR, tmp_path / "catalogue")


def spoil(root, file, old, new):
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_catalogue_holds_what_the_domain_promises(catalogue):
    assert len(catalogue.forms) == 10
    assert len(catalogue.fields) == 296
    assert sum(rule.each != "reading" for rule in catalogue.rules.values()) == 100
    assert len(catalogue.indicators) == 60
    assert [*catalogue.composites, *catalogue.profiles] == ["X1", "X2", "X3", "P1", "P2"]
    assert {f"D{number}" for number in range(8)} <= catalogue.dashboards.keys()
    assert len(catalogue.norms) == 27
    assert len(catalogue.codes.keys() - {"explanation_reason", "return_state"}) == 23


def test_an_unknown_name_in_a_formula_is_refused_with_its_rule(root):
    spoil(root, "rules/in_form.yml", "left: branch_close,", "left: branch_closed,")
    with pytest.raises(CatalogueError, match=r"rules/in_form\.yml: R101: no such name: branch_cl"):
        load_catalogue(root)


def test_a_date_compared_with_a_number_is_refused(root):
    spoil(root, "rules/in_form.yml", "right: branch_close, target", "right: fill_date, target")
    with pytest.raises(CatalogueError, match="R104"):
        load_catalogue(root)


def test_an_id_that_stands_twice_is_refused(root):
    spoil(root, "indicators/COO.yml", "id: COO02", "id: COO01")
    with pytest.raises(CatalogueError, match="COO01 is not unique"):
        load_catalogue(root)


def test_an_unknown_key_is_refused_with_file_and_line(root):
    spoil(root, "indicators/COO.yml", "  uom: '%'", "  uom: '%'\n  unit: '%'")
    with pytest.raises(CatalogueError, match=r"COO\.yml:\d+: unit: Extra inputs"):
        load_catalogue(root)


def test_a_code_list_that_does_not_exist_is_refused(root):
    spoil(root, "forms/F1.yml", "enum: discipline_body", "enum: discipline_bodies")
    with pytest.raises(CatalogueError, match=r"F1\.yml: discipline_body: no code list"):
        load_catalogue(root)


def test_the_hash_changes_with_any_word(root, catalogue):
    before = load_catalogue(root).hash
    assert before == catalogue.hash
    spoil(root, "norms.yml", "已", "未")
    load_catalogue.cache_clear()
    assert load_catalogue(root).hash != before


def test_a_text_that_does_not_exist_is_a_key_error(catalogue):
    with pytest.raises(KeyError):
        catalogue.say("cli.there_is_no_such_text")
