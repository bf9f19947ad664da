"""The set of a quarter: papers, slides, page, workbook, PDF, numbers and log; with hashes."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboards.briefings.annex import annex_file
from dashboards.briefings.document import word_file
from dashboards.briefings.facts import Facts
from dashboards.briefings.native_charts import native_form
from dashboards.briefings.office import NoOfficeError, pdfs
from dashboards.briefings.outline import Paper, compose, places
from dashboards.briefings.page import page_file
from dashboards.briefings.slides import slide_file
from dashboards.pictures import NoBrowserError, Painter, framed
from dashboards.reader import CITY, Reader
from dashboards.scopes import Scope
from dashboards.snapshots import Snapshot
from dashboards.wording import speaker
from models.catalogue_model import Catalogue
from models.spec.briefing import Paper as Kind

NUMBERS, LOG, LIST = "numbers.json", "log.json", "files.json"
Told = Callable[[str], None]


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
    if kind == "city":
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


def write_set(
    folder: Path, made: Sequence[tuple[Facts, Paper]], told: Told, *, with_pdf: bool = True
) -> WrittenSet:
    """Write the papers into a folder, then their numbers, the log and the list of hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, bytes] = {}
    catalogue, at = made[0][0].catalogue, made[0][1].published_at
    painted = _painted(made, told)
    for facts, paper in made:
        files |= _paper(facts, paper, painted)
    files |= {f"{name}.{kind}": data for (name, kind), data in painted.items()}
    cited = [(paper, *each) for _, paper in made for each in paper.cited()]
    numbers = [_told_number(paper, place, fact) for paper, place, fact in cited]
    dropped = [{"paper": paper.stem, **asdict(one)} for _, paper in made for one in paper.dropped]
    files[NUMBERS], files[LOG] = _json(numbers), _json(dropped)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    names = [*files, *_pdfs(folder, files, at, told, catalogue, with_pdf=with_pdf)]
    hashes = {name: _digest(folder / name) for name in sorted(names)}
    (folder / LIST).write_bytes(_json(hashes))
    return WrittenSet(folder, hashes, len(numbers), len(dropped))


def _paper(facts: Facts, paper: Paper, painted: dict[tuple[str, str], bytes]) -> dict[str, bytes]:
    pictures = {name: data for (name, kind), data in painted.items() if kind == "png"}
    files = {f"{paper.stem}.docx": word_file(paper, facts, pictures)}
    if paper.kind == "city":
        files["slides.pptx"] = slide_file(paper, facts, pictures)
        files["annex.xlsx"] = annex_file(paper, facts)
        files[f"{paper.stem}.html"] = page_file(paper, facts)
    return files


def _painted(made: Sequence[tuple[Facts, Paper]], told: Told) -> dict[tuple[str, str], bytes]:
    """Pictures of the charts that have no native form, PNG and SVG; none without a browser."""
    wanted = {
        drawn.prepared.entry.id: drawn.prepared
        for facts, paper in made
        for part in paper.parts
        for drawn in part.figures
        if native_form(drawn.prepared, facts) is None
    }
    if not wanted:
        return {}
    say = speaker(made[0][0].catalogue)
    found: dict[tuple[str, str], bytes] = {}
    with Painter(say("no_browser")) as painter:
        try:
            for name, prepared in wanted.items():
                # Not the headline of the page: it may name who is last.
                figure = framed(replace(prepared, headline=prepared.entry.title))
                found[name, "png"] = painter.paint(figure, "png")
                found[name, "svg"] = painter.paint(figure, "svg")
        except NoBrowserError as error:
            told(str(error))
    return found


def _pdfs(
    folder: Path,
    files: dict[str, bytes],
    at: datetime,
    told: Told,
    catalogue: Catalogue,
    *,
    with_pdf: bool,
) -> list[str]:
    sources = [folder / name for name in files if name.endswith((".docx", ".pptx"))]
    if not with_pdf:
        return []
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


def _told_number(paper: Paper, place: str, fact: Any) -> dict[str, Any]:
    cited = asdict(fact.citation)
    return {
        "code": fact.code,
        "paper": paper.stem,
        "sentence": place,
        "value": fact.printed,
        "number": fact.number,
        **cited,
    }


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False) + "\n").encode()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
