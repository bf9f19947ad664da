"""YAML under `models/catalogue` -> one frozen Catalogue, or an error that names file and line."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from models.catalogue_model import Catalogue
from models.check import cross_check
from models.spec.briefing import Briefing
from models.spec.dashboard import Dashboard
from models.spec.duty import RegularDuties
from models.spec.form import Field, Form
from models.spec.indicator import Composites, Indicator
from models.spec.resource import Resources
from models.spec.rule import Rule
from models.spec.structure import Campaign, Norm, Structure, Term, Vocabulary
from models.spec.warehouse import Warehouse
from models.yaml_source import CatalogueError, line_of, read

CATALOGUE_DIR = Path(__file__).parent / "catalogue"

Spec = TypeVar("Spec", bound=BaseModel)


@cache
def load_catalogue(root: Path = CATALOGUE_DIR) -> Catalogue:
    """Return the catalogue under `root`, cross-checked.

    Raises:
        CatalogueError: an entry says something it must not; the message names file and line.
    """
    sources = read_sources(root)
    forms = [_form(_one(Form, path)) for path in _files(root, "forms")]
    composites = _one(Composites, root / "composites.yml")
    catalogue = Catalogue(
        root=root,
        hash=digest_of(sources),
        sources=sources,
        forms=_by_id(forms, root / "forms"),
        fields=_fields(forms),
        codes=_codes(root / "codes.yml"),
        rules=_by_id(_entries(Rule, root, "rules"), root / "rules"),
        indicators=_by_id(_entries(Indicator, root, "indicators"), root / "indicators"),
        composites=_by_id(composites.composites, root / "composites.yml"),
        profiles=_by_id(composites.profiles, root / "composites.yml"),
        method=composites.method,
        draws=composites.draws,
        index_checks=composites.checks,
        compared=composites.compared,
        dashboards=_by_id([_one(Dashboard, path) for path in _files(root, "dashboards")], root),
        briefing=_one(Briefing, root / "briefing.yml"),
        norms=_by_id(list(_many(Norm, root / "norms.yml")), root / "norms.yml"),
        glossary=_by_id(list(_many(Term, root / "glossary.yml")), root / "glossary.yml"),
        structure=_one(Structure, root / "structure.yml"),
        vocabulary=_one(Vocabulary, root / "vocabulary.yml"),
        campaign=_one(Campaign, root / "campaign.yml"),
        warehouse=_one(Warehouse, root / "warehouse.yml"),
        resources=_one(Resources, root / "resources.yml"),
        duties=_one(RegularDuties, root / "duties.yml"),
        parameters=read(root / "parameters.yml")[0],
        wording={path.stem: read(path)[0] for path in _files(root, "wording")},
    )
    cross_check(catalogue)
    return catalogue


def read_sources(root: Path) -> dict[str, bytes]:
    """The bytes of every file of a catalogue by its name, in their order."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.yml"))
    }


def digest_of(sources: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of every file of the catalogue, in the order of their names."""
    total = hashlib.sha256()
    for name, content in sources.items():
        total.update(name.encode() + b"\0" + content)
    return total.hexdigest()


def _files(root: Path, folder: str) -> list[Path]:
    return sorted((root / folder).glob("*.yml"))


def _one(spec: type[Spec], path: Path) -> Spec:
    data, node = read(path)
    return _validated(spec, data, lambda loc: line_of(node, loc))


def _many(spec: type[Spec], path: Path) -> Iterator[Spec]:
    data, node = read(path)
    for number, entry in enumerate(data):
        yield _validated(spec, entry, lambda loc, n=number: line_of(node, (n, *loc)))


def _validated(spec: type[Spec], data: Any, where: Any) -> Spec:
    # JSON mode: strict about types, yet a list may be a tuple and a string a date.
    try:
        return spec.model_validate_json(json.dumps(data, ensure_ascii=False, default=str))
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"])
        raise CatalogueError(f"{where(first['loc'])}: {path}: {first['msg']}") from error


def _entries(spec: type[Spec], root: Path, folder: str) -> list[Spec]:
    return [entry for path in _files(root, folder) for entry in _many(spec, path)]


def _form(form: Form) -> Form:
    """Tell every field its form and alias, so that it can say its full name."""
    fields = tuple(
        field.model_copy(update={"form": form.id, "alias": form.alias}) for field in form.fields
    )
    return form.model_copy(update={"fields": fields})


def _fields(forms: list[Form]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for field in (field for form in forms for field in form.fields):
        if field.qualified in found:
            raise CatalogueError(f"forms/{field.form}.yml: the field {field.qualified} is not new")
        found[field.qualified] = field
    return found


def _by_id(entries: Any, where: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in entries:
        if entry.id in found:
            raise CatalogueError(f"{where}: the id {entry.id} is not unique")
        found[entry.id] = entry
    return found


def _codes(path: Path) -> dict[str, dict[int, str]]:
    codes: dict[str, dict[int, str]] = read(path)[0]
    return codes
