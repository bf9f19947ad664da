"""The sample city's workbooks, with what was issued registered like any other issue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from models.catalogue_model import Catalogue
from models.period import Period, due_at, opens_on
from models.spec.form import Form
from models.units import Directory, UnitVersion
from models.yaml_source import read
from pipelines.issue import Past, Planned, plan_issue, prefill
from pipelines.sample.city import City, UnitQuarter, honest_city
from pipelines.sample.directory import owing_by_period, sample_directory
from pipelines.workbook.content import Row, Sheetful, Value

RESOLVED_BY_SYSTEM = ("mirror_confirmed", "counterpart_sector")
"""Columns that stay blank in a row the unit adds: the system fills them when it loads the row."""


@dataclass(frozen=True)
class Sample:
    """The sample city: its directory, what it truthfully holds, and when it is collected."""

    catalogue: Catalogue
    periods: tuple[Period, ...]
    seed: int
    versions: tuple[UnitVersion, ...]
    city: City

    @property
    def directory(self) -> Directory:
        return Directory(self.versions)

    @property
    def key(self) -> bytes:
        """The token key of a sample follows from its seed, so that its files can be made again."""
        return f"sample city {self.seed}".encode().ljust(32, b".")


def make_sample(catalogue: Catalogue, periods: Sequence[Period], seed: int) -> Sample:
    """Invent the city for the given quarters; the same seed gives the same city."""
    words = read(catalogue.root / "sample.yml")[0]
    versions = tuple(sample_directory(catalogue.counties, words["directory"]))
    names = [str(period) for period in periods]
    city = honest_city(
        owing_by_period(versions, names),
        names,
        seed,
        words,
        fields=catalogue.fields,
        due_on=lambda period, kind: due_at(Period.parse(period), kind, catalogue.campaign).date(),
    )
    return Sample(catalogue, tuple(periods), seed, versions, city)


def planned_issues(sample: Sample) -> Iterator[tuple[Planned, UnitQuarter]]:
    """Every workbook of the sample as it is filled by an honest unit, in order of quarters."""
    for period in sample.periods:
        opened = datetime.combine(opens_on(period, sample.catalogue.campaign), time(9))
        for code, unit in sample.directory.owing(period).items():
            truth = sample.city[code, str(period)]
            before = sample.city.get((code, str(period.shifted(-1))))
            yield _planned(sample, unit, period, truth, before, opened), truth


def _planned(
    sample: Sample,
    unit: UnitVersion,
    period: Period,
    truth: UnitQuarter,
    before: UnitQuarter | None,
    opened: datetime,
) -> Planned:
    past = Past(_known(sample, unit, period), before.rows if before else {}, ())
    known = prefill(sample.catalogue, unit, period, sample.directory, past)
    forms = sample.catalogue.aliases
    rows = {
        alias: _aligned(form, truth.rows[alias], known.rows[alias], unit)
        for alias, form in forms.items()
    }
    values = {**truth.values, "template_version": sample.catalogue.campaign.template_version}
    return plan_issue(
        sample.catalogue,
        sample.key,
        unit,
        period,
        Sheetful(known.values, {alias: pair[0] for alias, pair in rows.items()}),
        number=1,
        at=opened,
        shown=Sheetful(values, {alias: pair[1] for alias, pair in rows.items()}),
    )


def _known(sample: Sample, unit: UnitVersion, period: Period) -> dict[str, Value]:
    """The last value of every fixed cell in the quarters before this one."""
    known: dict[str, Value] = {}
    for earlier in sample.periods:
        truth = sample.city.get((unit.unit_code, str(earlier)))
        if earlier < period and truth is not None:
            known.update(truth.values)
    return known


def _aligned(
    form: Form, truth: Sequence[Row], known: Sequence[Row], unit: UnitVersion
) -> tuple[list[Row], list[Row]]:
    """Prefilled rows and shown rows, line by line: what goes on, then what the unit adds."""
    key = form.key or ""
    carried = {row[key]: row for row in known if len(row) > _printed(form)}
    spare = [row for row in known if len(row) <= _printed(form)]
    lines: list[tuple[Row, Row]] = []
    for row in truth:
        if row[key] in carried:
            lines.append((carried[row[key]], _as_carried(form, carried[row[key]], row)))
        elif row.get("initiator_code", unit.unit_code) != unit.unit_code:
            lines.append((_partners_side(row), row))
    listed = {shown[key] for _, shown in lines}
    added = [row for row in truth if row[key] not in listed]
    lines += [(_printed_row(form, row), _as_added(row)) for row in added]
    taken = {row[key] for row in truth}
    lines += [(row, row) for row in spare if row[key] not in taken]
    return [pair[0] for pair in lines], [pair[1] for pair in lines]


def _printed(form: Form) -> int:
    """How many columns of a spare row are printed in advance, at most."""
    return sum(1 for item in form.fields if item.entry == "directory")


def _printed_row(form: Form, row: Row) -> Row:
    printed = [item.name for item in form.fields if item.entry == "directory"]
    return {name: row[name] for name in printed if name not in RESOLVED_BY_SYSTEM}


def _as_carried(form: Form, carried: Row, row: Row) -> Row:
    """A row that goes on, with the cells that the system locked as it filled them."""
    locked = {item.name for item in form.fields if item.is_system_owned}
    return {**row, **{name: value for name, value in carried.items() if name in locked}}


def _partners_side(row: Row) -> Row:
    """A matter raised by another unit stands in the workbook before the partner answers it."""
    return {name: value for name, value in row.items() if not name.startswith("partner_")}


def _as_added(row: Row) -> Row:
    return {name: None if name in RESOLVED_BY_SYSTEM else value for name, value in row.items()}


def truth_rows(
    sample: Sample, planned: Planned, truth: UnitQuarter
) -> Iterator[tuple[str, str, str, str, int | None, str]]:
    """Rows of `truth_values`: unit, period, form, field, line in the workbook, value as text."""
    issue = planned.issue
    head = (issue.unit_code, issue.period)
    for name, value in planned.shown.values.items():
        if value is not None:
            yield (*head, sample.catalogue.fields[name].form, name, None, as_text(value))
    for alias, form in sample.catalogue.aliases.items():
        by_key = {str(row[form.key or ""]): row for row in truth.rows[alias]}
        for line, shown in enumerate(planned.shown.rows[alias], start=1):
            row = by_key.get(str(shown.get(form.key or "")), {})
            for column, value in row.items():
                if value is not None:
                    yield (*head, form.id, f"{alias}.{column}", line, as_text(value))


def as_text(value: Value) -> str:
    """A value as text: dates ISO, numbers without needless zeros."""
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and not isinstance(value, str) else text


def workbook_path(out: Path, issue_period: str, file_name: str) -> Path:
    """Where a workbook of the sample goes."""
    return out / issue_period / file_name
