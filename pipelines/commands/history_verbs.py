"""History on the command line: what was published, what changed since, and all of it again."""

from pathlib import Path
from typing import Annotated, Any

import typer

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from pipelines.building import rebuild as rebuild_warehouse
from pipelines.catalogues.kept import Recorded, kept_catalogue, recorded
from pipelines.catalogues.of_quarters import quarter_catalogues
from pipelines.commands.decision_verbs import At, By, Why, deciding
from pipelines.commands.published import published_path
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.corrections.changes_book import write_changes
from pipelines.corrections.names import name_of, part_of
from pipelines.corrections.publications import (
    Publication,
    changes,
    changes_since,
    publications,
    told_before,
)
from pipelines.quarter.redefining import redefine
from pipelines.registry import reading, writing
from pipelines.settings import home

SHOWN = 30
SHORT = 12
Json = Annotated[bool, typer.Option("--json")]
Out = Annotated[Path | None, typer.Option("--out")]
Snapshot = Annotated[str | None, typer.Argument()]


def snapshots(json: Json = False) -> None:  # noqa: FBT002
    """List what was published and can still be opened."""
    tell, found = Teller(), [each for each in _published() if each.is_there]
    if json:
        tell.json([vars(each) for each in found])
        return
    if not found:
        raise CannotError("nothing_published")
    for each in found:
        periods = "、".join(
            load_catalogue().say(f"cli.snapshot_{kind}", period=period)
            for period, kind in each.periods.items()
        )
        mark = load_catalogue().say("cli.snapshot_current") if each.is_current else ""
        tell.say("snapshot_line", **{**vars(each), "periods": periods, "current": mark})


def _published() -> list[Publication]:
    with reading(home()) as registry:
        return publications(home(), registry)


def changes_(
    old: Snapshot = None,
    new: Snapshot = None,
    out: Out = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """List every number, chart and sentence that a publication says otherwise than an earlier."""
    later = published_path(new).stem
    if old:
        found = changes(home(), load_catalogue(), published_path(old).stem, later)
    elif told := told_before(_published(), later):
        found = changes_since(home(), load_catalogue(), told, later)
    else:
        raise CannotError("nothing_before", snapshot=later)
    if out is not None:
        write_changes(out, load_catalogue(), found)
        Teller().say("changes_written", count=len(found["numbers"]), out=out)
    elif json:
        Teller().json(found)
    else:
        _tell_changes(Teller(), found)


def _tell_changes(tell: Teller, found: dict[str, Any]) -> None:
    counts = {name: len(found[name]) for name in ("numbers", "charts", "sentences", "affected")}
    tell.say("changes_head", old=found["old"], new=found["new"], **counts)
    shown = [each for each in found["numbers"] if each["view"] == "as_reported"][:SHOWN]
    for each in shown:
        tell.say("changes_number", **{
            **each,
            "zh": name_of(load_catalogue(), each["measure"], each["name"]),
            "part": part_of(load_catalogue(), each["measure"], each["part"]),
            **{side: "—" if each[side] is None else f"{each[side]:g}" for side in ("old", "new")},
        })  # fmt: skip
    if (more := len(found["numbers"]) - len(shown)) > 0:
        tell.say("changes_more", more=more)
    for each in found["charts"]:
        where = load_catalogue().say(f"explain.chart_{each['where']}")
        tell.say("changes_chart", **{**each, "where": where})
    for each in found["sentences"]:
        gone = load_catalogue().say("cli.changes_gone")
        tell.say("changes_sentence", **{**each, "new": each["new"] or gone})
    for each in found["affected"]:
        state = load_catalogue().say(f"explain.affected_{each['status']}")
        tell.say("changes_affected", **each, status_zh=state)


def redefine_(period: str, by: By, why: Why, at: At = None, json: Json = False) -> None:  # noqa: FBT002
    """Have a published quarter computed anew under today's catalogue; two persons are needed."""
    with deciding() as registry:
        is_done = redefine(registry, one_period(period), by, at_time(at), why)
    if json:
        Teller().json({"period": period, "is_redefined": is_done})
        return
    Teller().say("redefined" if is_done else "redefine_asked", period=period, by=by)


def rebuild(json: Json = False) -> None:  # noqa: FBT002
    """Make the warehouse again from archive and registry, under the recorded catalogue."""
    tell = Teller()
    with writing(home()) as registry:
        record = recorded(registry)
        catalogue = kept_catalogue(home(), record.catalogue_hash) if record else load_catalogue()
        made = rebuild_warehouse(home(), registry, catalogue)
        under = quarter_catalogues(home(), registry, catalogue).groups(made.periods)
    if json:
        tell.json({"periods": made.periods, "rows": made.rows, "catalogue_hash": catalogue.hash,
                   "catalogues": {period: each.hash for each, some in under for period in some},
                   "is_other_program": bool(record and record.is_other_program)})  # fmt: skip
        return
    tell.say("rebuilt", periods="、".join(made.periods), tables=len(made.rows))
    for each, some in under:
        if each.hash != catalogue.hash:
            tell.say("rebuilt_each", periods="、".join(some), catalogue=each.hash[:SHORT])
    if record:
        _tell_under(tell, record, catalogue)


def _tell_under(tell: Teller, record: Recorded, catalogue: Catalogue) -> None:
    """Say under which catalogue, where it is not today's; and that the program is another one."""
    if catalogue.hash != load_catalogue().hash:
        tell.say("rebuilt_under", catalogue=catalogue.hash[:SHORT], snapshot=record.snapshot_id)
    if record.is_other_program:
        tell.say("rebuilt_by_other", snapshot=record.snapshot_id)


VERBS = (
    Verb("snapshots", snapshots),
    Verb("changes", changes_),
    Verb("rebuild", rebuild),
    Verb("redefine", redefine_),
)
