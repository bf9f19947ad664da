"""The set of a quarter: papers, slides, page, workbook, pictures, PDF, numbers, log; hashes."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboards.briefings.annex import annex_file
from dashboards.briefings.document import word_file
from dashboards.briefings.facts import Facts
from dashboards.briefings.office import NoOfficeError, pdfs
from dashboards.briefings.outline import compose, places
from dashboards.briefings.page import page_file
from dashboards.briefings.painting import Pictures, of_kind, painted
from dashboards.briefings.paper import SLIDES, Located, Paper
from dashboards.briefings.slides import slide_file
from dashboards.reader import CITY, Reader
from dashboards.scopes import Scope
from dashboards.snapshots import Snapshot
from dashboards.wording import speaker
from models.catalogue_model import Catalogue
from models.spec.briefing import Paper as Kind

NUMBERS, LOG, LIST = "numbers.json", "log.json", "files.json"
Told = Callable[[str], None]
Made = Sequence[tuple[Facts, Paper]]


@dataclass(frozen=True)
class WrittenSet:
    """What was written: the files by name with their SHA-256, and how much was left out."""

    folder: Path
    files: dict[str, str]
    numbers: int
    dropped: int


class NoSuchScopeError(Exception):
    """There is no such county or unit in this quarter."""


def papers_of(
    snapshot: Snapshot,
    catalogue: Catalogue,
    period: str,
    kind: Kind = "city",
    code: str | None = None,
    chosen: tuple[str, ...] | None = None,
) -> list[tuple[Facts, Paper]]:
    """Compose the papers asked for; `all` counties are one paper each.

    Raises:
        NoSuchScopeError: the code is of no county or unit.
    """
    made = []
    for reader, scope in _readers(snapshot, catalogue, period, kind, code):
        facts = Facts(reader, snapshot, catalogue, period)
        made.append((facts, compose(facts, kind, scope, chosen)))
    return made


def _readers(
    snapshot: Snapshot, catalogue: Catalogue, period: str, kind: Kind, code: str | None
) -> list[tuple[Reader, Scope]]:
    """Who may read each paper: its own readers, no more."""
    city = Facts(CITY, snapshot, catalogue, period)
    if kind in {"city", "overdue"}:
        return [(CITY, city.city)]
    if kind == "county":
        found = [one for one in places(city) if code in {None, "all", one.county}]
        scopes = [(Reader("county", frozenset({one.county})), one) for one in found]
    else:
        rows = city.duty(city.city).filter(unit_code=code or "").to_dicts()
        scopes = [
            (
                Reader("unit", frozenset({row["county_code"]}), frozenset({row["unit_code"]})),
                Scope("unit", row["unit_code"], row["unit_name"], row["county_code"]),
            )
            for row in rows
        ]
    if not scopes:
        raise NoSuchScopeError(code or "")
    return scopes


def write_set(folder: Path, made: Made, told: Told, *, native_only: bool = False) -> WrittenSet:
    """Write the papers into a folder, then their numbers, the log and the list of hashes.

    `native_only` leaves out what other programs make: pictures and PDF.
    """
    folder.mkdir(parents=True, exist_ok=True)
    catalogue, at = made[0][0].catalogue, made[0][1].published_at
    figures = [] if native_only else [one for _, paper in made for one in paper.figures]
    say = speaker(catalogue)
    pictures = painted(figures, at, say("no_browser"), told) if figures else {}
    files: dict[str, bytes] = {f"{name}.{kind}": data for (name, kind), data in pictures.items()}
    for facts, paper in made:
        files |= _paper(facts, paper, pictures, _correction(made))
    located = list(_located([paper for _, paper in made]))
    dropped = [{"paper": paper.stem, **asdict(one)} for _, paper in made for one in paper.dropped]
    files[NUMBERS] = _json([_told_number(stem, one) for stem, one in located])
    files[LOG] = _json(dropped)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    printed = [] if native_only else _pdfs(folder, files, at, told, catalogue)
    hashes = {name: _digest(folder / name) for name in sorted([*files, *printed])}
    (folder / LIST).write_bytes(_json(hashes))
    return WrittenSet(folder, hashes, len(located), len(dropped))


def _correction(made: Made) -> Paper | None:
    return next((paper for _, paper in made if paper.kind == "correction"), None)


def _paper(
    facts: Facts, paper: Paper, pictures: Pictures, correction: Paper | None
) -> dict[str, bytes]:
    shown = of_kind(pictures, "png")
    files = {f"{paper.stem}.docx": word_file(paper, facts, shown)}
    if paper.kind == "city":
        files[f"{SLIDES}.pptx"] = slide_file(paper, facts, shown)
        files["annex.xlsx"] = annex_file(paper, facts)
        files[f"{paper.stem}.html"] = page_file(paper, facts, shown, correction)
    return files


def _pdfs(
    folder: Path, files: dict[str, bytes], at: datetime, told: Told, catalogue: Catalogue
) -> list[str]:
    sources = [folder / name for name in files if name.endswith((".docx", ".pptx"))]
    try:
        made = [path.name for path in pdfs(sources, at)]
    except NoOfficeError:
        told(catalogue.say("cli.briefing_no_office"))
        return []
    left = [path.name for path in sources if path.with_suffix(".pdf").name not in made]
    if left:
        names = catalogue.briefing.words["and"].join(left)
        told(catalogue.say("cli.briefing_no_pdf", names=names))
    return made


def _located(papers: Sequence[Paper]) -> Iterator[tuple[str, Located]]:
    """Every number with the paper it stands in; of slides those that stand nowhere else."""
    known = set[str]()
    for paper in papers:
        for one in paper.located():
            known.add(one.fact.code)
            yield paper.stem, one
    for paper in papers:
        if paper.kind == "city":
            only = (one for one in paper.over_slides() if one.fact.code not in known)
            yield from ((SLIDES, one) for one in only)


def _told_number(stem: str, one: Located) -> dict[str, Any]:
    return {
        "code": one.fact.code,
        "paper": stem,
        "sentence": one.place,
        "where": one.where,
        "value": one.fact.printed,
        "number": one.fact.number,
        "is_plotted": one.is_plotted,
        **asdict(one.fact.citation),
    }


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False) + "\n").encode()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
