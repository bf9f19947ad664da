"""The tree keeps its own rules."""

import re
from pathlib import Path

import pytest

from models.loader import load_catalogue
from pipelines.build.run import LOADED, models_in_order

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("models", "dashboards", "pipelines")
CATALOGUE = load_catalogue()


def sources(ending):
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob(f"*{ending}"))]


def test_no_source_file_is_over_300_lines():
    long = {
        str(path.relative_to(ROOT)): count
        for path in [*sources(".py"), *sources(".sql"), *sorted((ROOT / "tests").rglob("*.py"))]
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}


def test_no_package_is_a_drawer():
    names = {path.stem for path in sources(".py")}
    assert not names & {"utils", "helpers", "common", "manager", "misc"}


@pytest.mark.parametrize("term", CATALOGUE.glossary.values(), ids=lambda term: term.id)
def test_no_identifier_uses_a_forbidden_synonym(term):
    for word in term.never:
        pattern = re.compile(rf"^\s*(?:def|class) \w*\b{re.escape(word)}\b", re.MULTILINE)
        for path in sources(".py"):
            assert not pattern.search(path.read_text(encoding="utf-8")), f"{path}: {word}"


def test_every_model_says_its_grain_and_reads_only_what_is_made():
    models = models_in_order(CATALOGUE)
    made = {model.table for model in models} | LOADED
    for model in models:
        assert model.zh
        assert model.grain
        assert model.inputs <= made


def test_a_model_is_built_after_everything_it_reads():
    done = set(LOADED)
    for model in models_in_order(CATALOGUE):
        assert model.inputs <= done
        done.add(model.table)


def test_every_text_that_is_said_has_its_words():
    said = re.compile(r"""say\(\s*"([a-z]+\.[a-z_]+)["'{]""")
    for path in sources(".py"):
        for key in said.findall(path.read_text(encoding="utf-8")):
            file, _, name = key.partition(".")
            if file in CATALOGUE.wording and not name.endswith("_"):
                assert name in CATALOGUE.wording[file], f"{path}: {key}"
