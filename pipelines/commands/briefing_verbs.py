"""通报 on the command line: write papers, and read an edited one back."""

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from models.spec.briefing import Paper
from pipelines.citing import keep_codes
from pipelines.commands.published import published_path
from pipelines.commands.telling import CannotError, Teller, Verb, one_file, one_period
from pipelines.settings import home

CHECK = "check"
SHOWN = 40
UNCHECKED = {"untied", "chart_gone"}
OF_PLACES = ("county", "unit")
ASKED_FOR = ("city", *OF_PLACES, "overdue")
Json = Annotated[bool, typer.Option("--json")]
SnapshotId = Annotated[str | None, typer.Option("--snapshot")]


def briefing(
    period: str,
    about: Annotated[str | None, typer.Argument()] = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
    snapshot: SnapshotId = None,
    audience: Annotated[str | None, typer.Option("--scope")] = None,
    charts: Annotated[str | None, typer.Option("--charts")] = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Write the papers of a quarter; `briefing check FILE` compares one with its snapshot."""
    if period == CHECK:
        _check(about, snapshot, as_json=json)
        return
    path, wanted = published_path(snapshot), str(one_period(period))
    opened = _opened(path, wanted)
    is_whole = audience is None and charts is None
    if not is_whole and out is None:
        raise CannotError("briefing_needs_out")
    _agree(audience, about, wanted)
    written = (
        _whole(path, wanted, out)
        if is_whole
        else _part(opened, wanted, _kind(audience or "city"), about, charts, out)
    )
    if out is not None:
        keep_codes(path, out)
    told = {"period": wanted, "folder": str(written.folder), "files": written.files,
            "numbers": written.numbers, "dropped": written.dropped}  # fmt: skip
    if json:
        Teller().json(told)
    else:
        Teller().say("briefing_written", **{**told, "files": len(written.files)})


def _agree(audience: str | None, about: str | None, period: str) -> None:
    """A code needs a kind of paper that is about one place, and that of a unit needs a code."""
    if about and audience not in OF_PLACES:
        raise CannotError("briefing_code_alone", code=about)
    if audience == "unit" and not about:
        raise CannotError("briefing_needs_code", period=period)


def _kind(scope: str) -> Paper:
    if scope not in ASKED_FOR:
        raise CannotError("briefing_scope", scope=scope)
    return cast("Paper", scope)


def _aside(line: str) -> None:
    typer.echo(line, err=True)


def _whole(path: Path, period: str, out: Path | None) -> Any:
    from pipelines.briefing import write_briefing  # noqa: PLC0415 the Office libraries are slow

    return write_briefing(home(), path, load_catalogue(), period, _aside, out)


def _part(
    opened: Any, period: str, kind: Paper, code: str | None, charts: str | None, out: Path | None
) -> Any:
    from dashboards.briefings.writing import (  # noqa: PLC0415 the Office libraries are slow
        NoSuchScopeError,
        papers_of,
        write_set,
    )

    catalogue = load_catalogue()
    chosen = _chosen(charts, catalogue)
    try:
        made = papers_of(opened, catalogue, period, kind, code, chosen)
    except NoSuchScopeError as error:
        raise CannotError("briefing_no_scope", code=code or "", period=period) from error
    return write_set(out or home().published, made, _aside)


def _opened(path: Path, period: str) -> Any:
    from dashboards.snapshots import open_snapshot  # noqa: PLC0415 with the Office libraries

    opened = open_snapshot(path)
    if period not in opened.periods:
        raise CannotError("briefing_no_period", period=period, snapshot=path.stem)
    return opened


def _chosen(charts: str | None, catalogue: Catalogue) -> tuple[str, ...] | None:
    from dashboards.charts import charts as drawn  # noqa: PLC0415 with the Office libraries

    if charts is None:
        return None
    chosen = tuple(each.strip() for each in charts.split(",") if each.strip())
    unknown = [each for each in chosen if each not in drawn(catalogue)]
    if unknown:
        raise CannotError("briefing_no_chart", chart="、".join(unknown))
    return chosen


def _check(file: str | None, snapshot: str | None, *, as_json: bool) -> None:
    from dashboards.briefings import reading_back  # noqa: PLC0415 the Office libraries are slow
    from dashboards.briefings.document import unedited  # noqa: PLC0415

    if not file:
        raise CannotError("briefing_check_what")
    path = one_file(Path(file))
    try:
        name, period, kind, code = reading_back.origin(path)
    except reading_back.NotAPaperError as error:
        raise CannotError("briefing_not_ours", file=path) from error
    opened = _opened(published_path(snapshot or name), period)
    facts, paper = _composed(opened, period, kind, code)
    spelling = facts.catalogue.briefing.spelling
    found = reading_back.differences(path, paper, unedited(paper, facts), spelling)
    if as_json:
        Teller().json({"file": str(path), "snapshot": opened.name,
                       "differences": [vars(one) for one in found]})  # fmt: skip
    else:
        _tell(path, opened.name, found)
    raise typer.Exit(1 if _wrong(found) else 0)


def _wrong(found: list[Any]) -> int:
    """How many are wrong; a number typed in, or a chart left out, is only told."""
    return sum(one.state not in UNCHECKED for one in found)


def _composed(opened: Any, period: str, kind: str, code: str) -> tuple[Any, Any]:
    """The paper as the snapshot has it."""
    from dashboards.briefings.writing import papers_of  # noqa: PLC0415 with the Office libraries
    from pipelines.briefing import whole_set  # noqa: PLC0415

    if kind != "correction":
        return papers_of(opened, load_catalogue(), period, cast("Paper", kind), code)[0]
    path = published_path(opened.name)
    made = whole_set(home(), path, load_catalogue(), period, _aside)
    if made[-1][1].kind != kind:
        raise CannotError("briefing_nothing_corrected", snapshot=opened.name)
    return made[-1]


def _tell(path: Path, snapshot: str, found: list[Any]) -> None:
    tell = Teller()
    for one in found:
        around = one.context if len(one.context) <= SHOWN else one.context[:SHOWN] + "…"
        tell.say(f"briefing_{one.state}", **{**vars(one), "context": around})
    wrong = _wrong(found)
    key = "briefing_differs" if wrong else "briefing_agrees"
    tell.say(key, file=path.name, snapshot=snapshot, count=wrong)
    if untied := sum(one.state == "untied" for one in found):
        tell.say("briefing_untied_count", count=untied)
    tell.say("briefing_not_checked")


VERBS = (Verb("briefing", briefing),)
