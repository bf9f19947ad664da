"""How the verbs of the directory speak."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer

from models.events import UnitEvent
from models.loader import load_catalogue
from models.period import Period
from pipelines.commands.telling import Teller
from pipelines.directory import (
    RefusedError,
    Taken,
    crosswalk,
    header,
    is_after_freeze,
    problem_lines,
)


class DirectoryTeller:
    """Prints the lines of `wording/directory.yml`."""

    def __init__(self) -> None:
        self._catalogue = load_catalogue()
        self._most: int = self._catalogue.parameters["directory"]["told_problems"]

    def say(self, name: str, /, **fills: object) -> None:
        """Print one line."""
        typer.echo(self._words(name, **fills))

    def _cannot(self, name: str, /, **fills: object) -> None:
        typer.echo(self._words(name, **fills), err=True)

    def refused(
        self, error: RefusedError, *, as_json: bool, head: tuple[str, Mapping[str, object]]
    ) -> None:
        """Print everything that stood in the way."""
        lines = problem_lines(self._catalogue, error.problems)
        if as_json:
            Teller().json({"taken": False, "problems": lines})
            return
        self._cannot(head[0], count=len(lines), **head[1])
        for line in lines[: self._most]:
            self._cannot("problem" if line["cell"] else "problem_column", **line)
        if len(lines) > self._most:
            self._cannot("more_problems", more=len(lines) - self._most)

    def taken(self, taken: Taken, *, as_json: bool, dry_run: bool) -> None:
        """Print what an import changed, or would change."""
        if as_json:
            Teller().json(self._taken_json(taken, dry_run=dry_run))
            return
        counts = {name: len(getattr(taken, name)) for name in GROUPS}
        counts |= {"units": taken.units, "events": len(taken.events)}
        self.say("would_take" if dry_run else "taken", **counts)
        listed = {each.unit_code for each in taken.added}
        for each in taken.assigned:
            if each.unit_code not in listed:
                self.say("assigned", **vars(each))
        for group in GROUPS:
            self._group(group, getattr(taken, group))
        for event in taken.events:
            self._event(event)
        if taken.ignored:
            self.say("ignored", columns="、".join(taken.ignored))
        self.say("would_take_next" if dry_run else "taken_next")

    def entered(self, event: UnitEvent, *, as_json: bool, dry_run: bool) -> None:
        """Print an event that was entered, or would be."""
        if as_json:
            Teller().json({**self._event_json(event), "dry_run": dry_run})
            return
        self.say("would_enter" if dry_run else "entered")
        self._event(event)
        if is_after_freeze(self._catalogue, event):
            self.say("refreeze", period=Period.containing(event.effective_date))

    def events(self, events: Sequence[UnitEvent], *, as_json: bool) -> None:
        """Print the events."""
        if as_json:
            Teller().json([self._event_json(event) for event in events])
            return
        for event in events:
            self._event(event)
        if not events:
            self.say("no_events")

    def inspected(self, found: Mapping[str, Any], *, as_json: bool) -> None:
        """Print what is odd."""
        if as_json:
            Teller().json(found)
            return
        self.say("check_head", **found)
        for group in ("crossed", "committees", "ended", "crosswalk", "after_freeze"):
            for line in found[group]:
                self.say(f"check_{group}", **line)
        for line in found["openings"]:
            self._opening(line)
        for line in found["problems"][: self._most]:
            self.say("check_problem", **line)
        if not any(found[key] for key in ODD):
            self.say("check_clean")

    def _opening(self, line: Mapping[str, Any]) -> None:
        units = {"from_units": "、".join(line["from"]), "to_units": "、".join(line["to"])}
        if not line["differing"]:
            self.say(f"check_opening_{line['state']}", **units)
        for each in line["differing"]:
            zh = self._catalogue.fields[each["field"]].zh
            self.say("check_opening_differs", **{**each, **units, "field": zh})

    def _group(self, group: str, changed: Sequence[Any]) -> None:
        for each in changed[: self._most]:
            columns = "、".join(header(self._catalogue, name) for name in each.columns)
            self.say(f"list_{group}", **{**vars(each), "columns": columns})
        if len(changed) > self._most:
            self.say("list_more", more=len(changed) - self._most)

    def _event(self, event: UnitEvent) -> None:
        marks = self._words("event_frozen") if is_after_freeze(self._catalogue, event) else ""
        if event.undone_at is not None:
            marks += self._words("event_undone", by=event.undone_by, why=event.undone_why)
        document = event.document_no and self._words("event_document", **vars(event))
        units = self._units(event)
        kind = self._words(f"kind_{event.kind}")
        fills = {**vars(event), "kind": kind, "units": units}
        self.say("event_line", **{**fills, "document": document, "marks": marks})
        for line in crosswalk([event]):
            if line["old_county"] != line["new_county"]:
                self.say("event_county", **line)

    def _units(self, event: UnitEvent) -> str:
        before, after = _names(event)
        froms = self._listed(event.from_codes, before)
        into = self._listed(event.to_codes, after)
        return self._words("event_units", from_units=froms, to_units=into)

    def _listed(self, codes: Sequence[str], names: Mapping[str, str]) -> str:
        shown = "、".join(f"{code} {names[code]}" for code in codes[:FEW]) or "—"
        if len(codes) <= FEW:
            return shown
        return self._words("units_more", shown=shown, count=len(codes))

    def _event_json(self, event: UnitEvent) -> dict[str, Any]:
        before, after = _names(event)
        return {
            "event_id": event.event_id,
            "kind": event.kind.value,
            "zh": self._words(f"kind_{event.kind}"),
            "effective_date": event.effective_date,
            "from": [{"unit_code": code, "unit_name": before[code]} for code in event.from_codes],
            "to": [{"unit_code": code, "unit_name": after[code]} for code in event.to_codes],
            "legs": [vars(leg) for leg in event.legs],
            "crosswalk": list(crosswalk([event])),
            "document_no": event.document_no,
            "by": event.by,
            "at": event.at,
            "why": event.why,
            "after_freeze": is_after_freeze(self._catalogue, event),
            "undone": event.undone_at and {
                "by": event.undone_by, "at": event.undone_at, "why": event.undone_why,
            },
        }  # fmt: skip

    def _taken_json(self, taken: Taken, *, dry_run: bool) -> dict[str, Any]:
        groups = {name: [vars(each) for each in getattr(taken, name)] for name in GROUPS}
        return {
            "taken": not dry_run,
            "units": taken.units,
            **groups,
            "assigned": [vars(each) for each in taken.assigned],
            "events": [self._event_json(event) for event in taken.events],
            "ignored": taken.ignored,
        }

    def _words(self, name: str, /, **fills: object) -> str:
        return self._catalogue.say(f"directory.{name}", **fills)


FEW = 3
"""Units named in the line of an event; a county that becomes a district has hundreds."""

GROUPS = ("added", "changed", "ended", "removed")
ODD = ("crossed", "committees", "ended", "crosswalk", "after_freeze", "openings", "problems")


def _names(event: UnitEvent) -> tuple[dict[str, str], dict[str, str]]:
    """Code -> name, before the event and after it."""
    return _last_names(event.effect.before), _last_names(event.effect.after)


def _last_names(versions: Iterable[Any]) -> dict[str, str]:
    return {version.unit_code: version.unit_name for version in versions}
