"""The questions of the report on findings, and what a reader may not see of the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from dashboards.privacy import is_guarded_field
from dashboards.reader import Reader
from dashboards.signs import untold_rules
from dashboards.snapshots import Snapshot
from models.catalogue_model import Catalogue
from models.names import deep_reads, part_names

Row = dict[str, Any]

FILES = """
select count(*) filter (where owes) as owed,
    count(*) filter (where owes and submission_id is not null) as received,
    count(*) filter (where owes and verdict = 'accepted') as accepted,
    count(*) filter (where owes and verdict = 'explain') as explain,
    count(*) filter (where owes and verdict = 'returned') as returned,
    (select count(*) from core.submission where period = $period) as versions
from core.duty where period = $period and list_contains($counties, county_code)
"""
# What an older version had and the newer one has too is told once, of the newer one.
FOUND = """
select county_code, unit_code, unit_name, level, version, is_current, moment, rule, is_sign,
    severity, field, sheet, cell, line, value, expected, message, status, reason_code, reason_text,
    explained_by_role
from marts.finding
where period = $period and (is_current or status = 'corrected')
    and ($rule is null or rule = $rule) and list_contains($counties, county_code)
order by county_code, level, unit_code, version desc, number
"""
ENDED = """
select unit_code, arg_max(unit_name, valid_from) as unit_name,
    arg_max(county_code, valid_from) as county_code, arg_max(level, valid_from) as level
from core.unit_version
where unit_code not in (select unit_code from core.duty where period = {period})
group by unit_code
"""
"""Units that owe nothing in a quarter, as they were last known: a closing return at most."""
AFFECTED = f"""
select unit.county_code, was.unit_code, unit.unit_name, was.rule, was.severity, was.field,
    was.sheet, was.cell, was.message, was.value, was.expected, was.is_ours, was.caused_by,
    was.corrected_by, was.corrected_at, was.why, was.status, was.reason as reason_text
from core.aftereffect as was
join (
    select unit_code, unit_name, county_code from core.duty where period = $period
    union all
    select unit_code, unit_name, county_code from ({ENDED.format(period="$period")}) as ended
) as unit on was.unit_code = unit.unit_code
where was.period = $period and ($rule is null or was.rule = $rule)
    and list_contains($counties, unit.county_code)
order by was.status = 'explained', was.unit_code, was.rule, was.field, was.cell
"""  # noqa: S608
RULES = """
select rule, zh, severity, moment, is_sign, evaluated, failed, findings, units, open, explained,
    settled, waived, corrected, share_explained::double as share_explained
from marts.rule_record
where period = $period and ($rule is null or rule = $rule)
order by findings desc, rule
"""
REASONS = """
select way, scope_level, scope_code, reason_code, reason_text, uses, units, of_all,
    share::double as share
from marts.reason_use
where period = $period and is_overused
order by way, uses desc, scope_code, reason_code, reason_text
"""
NAMES = (
    "select distinct unit_code, unit_name, county_code from marts.finding where period = $period"
)
WORDS = ("value", "expected", "reason_text")
MADE = "select made_at, kind from core.snapshot"


@dataclass(frozen=True)
class Asked:
    """What the report is about: a quarter, and if so one rule or one county of it."""

    period: str
    rule: str | None = None
    county: str | None = None


@dataclass(frozen=True)
class Report:
    """What is told: the files, the findings one by one, the rules' record, over-used reasons.

    The record is that of the whole city, and left out where a part of it is asked for.
    """

    asked: Asked
    snapshot: str
    kind: str
    made_at: datetime
    is_sample: bool
    has_signs: bool
    files: Mapping[str, int]
    findings: Sequence[Row]
    titles: Mapping[str, str]
    rules: Sequence[Row]
    reasons: Sequence[Row]
    affected: Sequence[Row]


def report_of(reader: Reader, snapshot: Snapshot, catalogue: Catalogue, asked: Asked) -> Report:
    """Ask the snapshot everything, and take out what the reader may not see."""
    city = catalogue.structure.city.code
    counties = [
        code
        for code in (city, *catalogue.counties)
        if asked.county in {None, code} and reader.may_see_county(code)
    ]
    about = {"period": asked.period, "rule": asked.rule, "counties": counties}

    def ask(sql: str) -> pl.DataFrame:
        wanted = {name: value for name, value in about.items() if f"${name}" in sql}
        with snapshot.connection.cursor() as cursor:
            rows: pl.DataFrame = cursor.sql(sql, params=wanted).pl()
            return rows

    made_at, kind = ask(MADE).row(0)
    signs = reader.sees_small_groups
    found = [row for row in ask(FOUND).to_dicts() if _may_see(reader, row, signs=signs)]
    touched = ask(AFFECTED).to_dicts() if snapshot.holds("core.aftereffect") else []
    untold = untold_rules(reader, catalogue)
    touched = [
        row
        for row in touched
        if row["rule"] not in untold and reader.may_see_unit(row["unit_code"], row["county_code"])
    ]
    rules = ask(RULES).filter(~pl.col("is_sign") | signs)
    titles = dict(rules.select("rule", "zh").iter_rows())
    is_whole = asked.county is None and reader.counties is None
    return Report(
        asked=asked,
        snapshot=snapshot.name,
        kind=snapshot.kinds.get(asked.period, kind),
        made_at=made_at,
        is_sample=snapshot.is_sample,
        has_signs=signs,
        files=ask(FILES).to_dicts()[0],
        findings=found if signs else guarded(found, titles, catalogue),
        affected=touched if signs else guarded(touched, titles, catalogue),
        titles=titles,
        rules=rules.to_dicts() if is_whole else [],
        reasons=_named(reader, ask(REASONS), ask(NAMES), counties, catalogue),
    )


def _may_see(reader: Reader, row: Row, *, signs: bool) -> bool:
    return (signs or not row["is_sign"]) and reader.may_see_unit(
        row["unit_code"], row["county_code"]
    )


def guarded(found: Sequence[Row], titles: Mapping[str, str], catalogue: Catalogue) -> list[Row]:
    """Where a few persons may be meant, a unit's figures and all words of it are left out."""
    hides = {name for name, field in catalogue.fields.items() if is_guarded_field(field)}
    tells = {
        rule.id
        for rule in catalogue.rules.values()
        if hides & deep_reads({n for part in rule.parts for n in part_names(part)}, catalogue)
    }
    return [
        {**row, **dict.fromkeys(WORDS), "message": titles.get(row["rule"], "")}
        if row["field"] in hides or row["rule"] in tells
        else row
        for row in found
    ]


def _named(
    reader: Reader,
    reasons: pl.DataFrame,
    names: pl.DataFrame,
    counties: Sequence[str],
    catalogue: Catalogue,
) -> list[Row]:
    """Over-used reasons with the names of their scopes, as far as they are asked for."""
    city = catalogue.structure.city
    units = {code: (name, county) for code, name, county in names.iter_rows()}
    known = {city.code: city.zh, **catalogue.counties, **{c: n for c, (n, _) in units.items()}}
    texts = catalogue.codes["explanation_reason"]
    # A snapshot made before signs were left out of the mart still has them.
    untold = untold_rules(reader, catalogue)
    return [
        {
            **row,
            "scope_name": known.get(row["scope_code"], row["scope_code"] or city.zh),
            "reason": row["reason_text"] or texts.get(row["reason_code"], ""),
        }
        for row in reasons.to_dicts()
        if row["scope_code"] not in untold and _is_asked(reader, row, units, counties)
    ]


def _is_asked(
    reader: Reader, row: Row, units: Mapping[str, tuple[str, str]], counties: Sequence[str]
) -> bool:
    """What the whole city or all units under a rule said is for readers of the whole city."""
    code, level = row["scope_code"], row["scope_level"]
    if level == "unit":
        county = units.get(code, ("", ""))[1]
        return county in counties and reader.may_see_unit(code, county)
    return code in counties if level == "county" else reader.counties is None
