"""What was found in a quarter, on the command line: the report, and reasons used too often."""

from pathlib import Path
from typing import Annotated

import typer

from dashboards.findings import Asked, Report, report_of, report_page
from dashboards.reader import Reader
from dashboards.snapshots import NothingPublishedError, open_snapshot
from models.loader import load_catalogue
from pipelines.commands.published import published_path
from pipelines.commands.telling import CannotError, Teller, Verb, one_period

Json = Annotated[bool, typer.Option("--json")]
SnapshotId = Annotated[str | None, typer.Option("--snapshot")]
County = Annotated[str | None, typer.Option("--county")]


def findings(
    period: str,
    page: Annotated[Path | None, typer.Option("--out")] = None,
    rule: Annotated[str | None, typer.Option("--rule")] = None,
    county: County = None,
    reviewer: Annotated[bool, typer.Option("--reviewer")] = False,  # noqa: FBT002
    snapshot: SnapshotId = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Write the report on a quarter's findings as one page."""
    catalogue, tell = load_catalogue(), Teller()
    if rule is not None and rule not in {*catalogue.rules, catalogue.campaign.remark.rule}:
        raise CannotError("no_such_entry", name=rule)
    asked = Asked(str(one_period(period)), rule, county)
    report = _asked(asked, snapshot, "reviewer" if reviewer else "city")
    if json:
        tell.json(vars(report) | {"asked": vars(asked)})
        return
    path = page or Path(f"{catalogue.say('findings.title')}_{asked.period}.html")
    path.write_text(report_page(catalogue, report), encoding="utf-8")
    tell.say("findings_written", path=path, count=len(report.findings))


def reasons(
    period: str,
    county: County = None,
    snapshot: SnapshotId = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """List the reasons that are used unusually often."""
    catalogue, tell = load_catalogue(), Teller()
    asked = Asked(str(one_period(period)), county=county)
    rows = _asked(asked, snapshot, "city").reasons
    if json:
        tell.json(rows)
        return
    for row in rows:
        way = catalogue.say(f"findings.way_{row['way']}")
        share = f"{row['share']:.0%}"
        tell.say("reason_overused", **{**row, "way": way, "share": share})
    if not rows:
        tell.say("no_reason_overused", period=asked.period)


def _asked(asked: Asked, snapshot: str | None, role: str) -> Report:
    """The report, out of the snapshot asked for or the one in force."""
    catalogue = load_catalogue()
    known = {catalogue.structure.city.code, *catalogue.counties}
    if asked.county is not None and asked.county not in known:
        raise CannotError("no_county", county=asked.county)
    try:
        opened = open_snapshot(published_path(snapshot))
    except NothingPublishedError as error:
        raise CannotError("nothing_published") from error
    if asked.period not in opened.kinds:
        raise CannotError("period_not_published", period=asked.period, snapshot=opened.name)
    reader = Reader("reviewer") if role == "reviewer" else Reader("city")
    return report_of(reader, opened, catalogue, asked)


VERBS = (Verb("findings", findings), Verb("reasons", reasons))
