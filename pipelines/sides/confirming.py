"""`sanji confirmations`: a short sheet to every unit whose answer others wait for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.records.mirrors import (
    IssuedSheet,
    Row,
    SheetRow,
    add_sheet,
    answered_rows,
    row_of,
    rows_mark,
    sheets,
)
from pipelines.records.units import directory
from pipelines.settings import Home
from pipelines.sides.claims import Claim, claims
from pipelines.sides.taking_answers import window
from pipelines.workbook.confirmation import Claimed, Slip, write_confirmation
from pipelines.workbook.marks import CONFIRMATION, KIND_KEY
from pipelines.workbook.token import sign, site_key

FOLDER = "confirmations"
NO_RESOURCE = 9


class OutsideWindowError(Exception):
    """It is not the time for sheets; `reason` is `early` or `late`, with the days of the window."""

    def __init__(self, reason: str, first: date, last: date) -> None:
        super().__init__(reason)
        self.reason, self.first, self.last = reason, first, last


def issue_confirmations(
    home: Home,
    registry: Connection,
    catalogue: Catalogue,
    period: Period,
    snapshot: Path,
    at: datetime,
    out: Path | None = None,
) -> list[Path]:
    """Record and write the sheets; return where they are.

    The same rows again are the same sheet again: what was sent out already can still come back.

    Raises:
        OutsideWindowError: the window of the quarter is not open at this hour.
    """
    _must_be_open(catalogue, period, at)
    given, answered = sheets(registry, str(period)), answered_rows(registry, str(period))
    units, folder = directory(registry), out or home.issued / str(period) / FOLDER
    paths = []
    for code, asked in sorted(_asked(claims(snapshot, str(period)), answered).items()):
        unit = units.version(code, period)
        name = unit.unit_name if unit else code
        before = given.get(code, [])
        sheet = _sheet(home, code, name, period, asked, before, catalogue, at)
        if sheet not in before:
            add_sheet(registry, sheet)
        path = folder / sheet.file_name
        write_confirmation(path, catalogue, _slip(catalogue, sheet, name, period, asked))
        paths.append(path)
    return paths


def _must_be_open(catalogue: Catalogue, period: Period, at: datetime) -> None:
    first, last = window(catalogue, period)
    if not first <= at <= last:
        reason = "early" if at < first else "late"
        raise OutsideWindowError(reason, first.date(), last.date())


def _asked(found: Iterable[Claim], answered: set[tuple[Row, str]]) -> dict[str, list[Claim]]:
    """Unit -> the claims on which its word is wanted."""
    asked: dict[str, list[Claim]] = defaultdict(list)
    for claim in found:
        code, row = claim.partner_code, row_of(claim.form, claim.row_key, claim.claimed_by)
        if code and waits(claim) and (row, code) not in answered:
            asked[code].append(claim)
    return asked


def waits(claim: Claim) -> bool:
    """Whether the partner still has to say something: it was named, and has not answered."""
    is_silent = claim.mirror_status == "unanswered" or (
        # It does not list the relation; only it can say whether there is one.
        claim.form == "L2" and claim.mirror_status == "one_sided" and not claim.partner_doubt
    )
    return is_silent and claim.is_open and claim.is_listed_by_claimant


def _sheet(
    home: Home,
    code: str,
    name: str,
    period: Period,
    asked: list[Claim],
    before: list[IssuedSheet],
    catalogue: Catalogue,
    at: datetime,
) -> IssuedSheet:
    """The last sheet of the unit if it asks the same, else a new one."""
    rows = tuple(
        SheetRow(
            number, each.form, each.row_key, each.claimed_by, each.submission_id, each.typed_code
        )
        for number, each in enumerate(asked, start=1)
    )
    if before and before[-1].rows == rows:
        return before[-1]
    number = len(before) + 1
    sheet_id = f"{code}-{period}-C{number}"
    return IssuedSheet(
        sheet_id=sheet_id,
        unit_code=code,
        period=str(period),
        token=sign(site_key(home.key), sheet_id, rows_mark(rows)),
        rows=rows,
        issued_at=at,
        file_name=catalogue.say(
            "sides.file_name", unit_code=code, unit_name=name, period=period, number=number
        ),
    )


def _slip(
    catalogue: Catalogue, sheet: IssuedSheet, name: str, period: Period, asked: list[Claim]
) -> Slip:
    last = window(catalogue, period)[1]
    return Slip(
        meta=_meta(catalogue, sheet),
        unit_name=name,
        period=sheet.period,
        until=catalogue.say("sides.until", month=last.month, day=last.day),
        made_at=sheet.issued_at,
        rows=[_claimed(catalogue, number, each) for number, each in enumerate(asked, start=1)],
    )


def _meta(catalogue: Catalogue, sheet: IssuedSheet) -> Mapping[str, str]:
    return {
        KIND_KEY: CONFIRMATION,
        "issue_id": sheet.sheet_id,
        "unit_code": sheet.unit_code,
        "period": sheet.period,
        "template_version": catalogue.campaign.template_version,
        "layout": rows_mark(sheet.rows),
        "token": sheet.token,
    }


def _claimed(catalogue: Catalogue, number: int, claim: Claim) -> Claimed:
    codes, is_tie = catalogue.codes, claim.form == "L2"
    kind = codes["pair_type" if is_tie else "direction"].get(claim.kind or 0, "")
    tie = catalogue.say("sides.title_tie", type=kind)
    return Claimed(
        number=number,
        what=catalogue.say(f"sides.what_{claim.form}"),
        row_key=claim.row_key,
        direction=kind,
        claimed_by=f"{claim.claimed_by_name or ''}({claim.claimed_by})",
        title=tie if is_tie else claim.title or "",
        begun=_day(claim.begun),
        due=_day(claim.due),
        said=said_of(catalogue, claim),
    )


def said_of(catalogue: Catalogue, claim: Claim) -> str:
    """What the unit that registered a row says of it."""
    resource = catalogue.codes["resource_type"].get(claim.resource or 0, "")
    if claim.form == "L2":
        activities = claim.activities or 0
        return catalogue.say("sides.said_tie", resource=resource, activities=activities)
    status = catalogue.codes["matter_status"].get(claim.matter_status or 0, "")
    parts = [catalogue.say("sides.said_matter", status=status)]
    if claim.resource != NO_RESOURCE:
        parts.append(catalogue.say("sides.said_resource", resource=resource))
    for key, day in (("replied", claim.replied), ("closed", claim.closed)):
        if day:
            parts.append(catalogue.say(f"sides.said_{key}", date=_day(day)))
    return "".join(parts)


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""
