"""`sanji explain`: from a number to its formula, its units, and the cells that said so."""

from pathlib import Path
from typing import Any

import duckdb

from models.catalogue_model import Catalogue
from models.expression import Words, parse, to_chinese
from models.expression.tree import Expression
from models.names import Names
from models.spec.indicator import Indicator

LISTS = ("l1", "l2", "l3")


class NothingToExplainError(Exception):
    """There is no such indicator, scope or quarter in the snapshot; `reason` names the text."""

    def __init__(self, reason: str, **fills: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fills = fills


def explain(
    snapshot: Path, catalogue: Catalogue, indicator_id: str, scope: str, period: str
) -> dict[str, Any]:
    """The contract of `sanji explain --json`.

    Raises:
        NothingToExplainError: the snapshot holds no such value.
    """
    indicator = catalogue.indicators.get(indicator_id)
    if indicator is None:
        raise NothingToExplainError("no_indicator", indicator=indicator_id)
    with duckdb.connect(str(snapshot), read_only=True) as con:
        row = _value(con, indicator_id, scope, period)
        return {
            "indicator": indicator_id,
            "zh": indicator.zh,
            "scope": scope,
            "period": period,
            "value": _number(row[2]),
            "numerator": _number(row[0]),
            "denominator": _number(row[1]),
            "formula": formula(catalogue, indicator),
            "units_expected": row[3],
            "units_used": row[4],
            "missing": _missing(con, row[5], scope, period, catalogue.kinds_with(indicator)),
            "parts": _parts(con, indicator, row[5], scope, period),
        }


def formula(catalogue: Catalogue, indicator: Indicator) -> str:
    """The indicator's definition in Chinese."""
    words = words_of(catalogue)
    top, bottom = (
        to_chinese(parse(t), words) for t in (indicator.numerator, indicator.denominator)
    )
    return catalogue.say("explain.formula", top=top, bottom=bottom, scale=indicator.scale)


def words_of(catalogue: Catalogue) -> Words:
    """How formulas name fields: label with code; lists by their sheet; facts by their name."""
    names = Names(catalogue)
    facts = {fact.name: fact.zh for fact in catalogue.vocabulary.facts}

    def label(name: str) -> str:
        if name in catalogue.aliases:
            return catalogue.aliases[name].zh
        if name in facts:
            return facts[name]
        field = names.field(name)
        return f"{field.zh}({field.code})"

    def codes(name: str) -> Any:
        return None if name in facts else catalogue.codes.get(names.field(name).enum or "")

    return Words(label=label, codes=codes, say=catalogue.say)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _value(con: duckdb.DuckDBPyConnection, indicator: str, scope: str, period: str) -> Any:
    rows = con.execute(
        "SELECT numerator, denominator, value, units_expected, units_used, scope_level "
        "FROM marts.indicator_value WHERE indicator = ? AND scope_code = ? AND period = ? "
        "AND view = 'as_reported'",
        [indicator, scope, period],
    ).fetchall()
    if not rows:
        raise NothingToExplainError("no_value", indicator=indicator, scope=scope, period=period)
    return rows[0]


SCOPE_UNITS = """
    SELECT duty.* FROM core.duty AS duty
    WHERE duty.period = $period AND duty.owes AND CASE $level
        WHEN 'unit' THEN duty.unit_code = $scope
        WHEN 'county' THEN duty.county_code = $scope AND duty.level <> 'city'
        WHEN 'county_level' THEN concat(duty.county_code, '/', duty.level) = $scope
        WHEN 'level' THEN duty.level = $scope
        WHEN 'kind' THEN duty.unit_kind = $scope
        WHEN 'system' THEN duty.leading_system = $scope
        ELSE TRUE END
"""


def _missing(
    con: duckdb.DuckDBPyConnection, level: str, scope: str, period: str, kinds: list[str]
) -> list[str]:
    """The units of the scope that have the indicator and whose return is not in the number."""
    rows = con.execute(
        f"SELECT unit_code FROM ({SCOPE_UNITS}) WHERE NOT is_used"  # noqa: S608
        " AND list_contains($kinds, unit_kind) ORDER BY 1",
        {"period": period, "level": level, "scope": scope, "kinds": kinds},
    ).fetchall()
    return [code for (code,) in rows]


def _parts(
    con: duckdb.DuckDBPyConnection, indicator: Indicator, level: str, scope: str, period: str
) -> list[dict[str, Any]]:
    """Every cell that the formula reads, in the returns that are in the number."""
    fields = sorted(_fields(parse(indicator.numerator)) | _fields(parse(indicator.denominator)))
    rows = con.execute(
        f"""
        WITH units AS ({SCOPE_UNITS})
        SELECT v.unit_code, v.field, v.line,
            COALESCE(CAST(CAST(v.number AS DOUBLE) AS VARCHAR), v.text, CAST(v.date AS VARCHAR)),
            v.submission_id, s.file_sha256, v.sheet, v.cell, v.how, v.period
        FROM core.value AS v
        JOIN core.submission AS s USING (submission_id)
        JOIN units AS u ON u.unit_code = v.unit_code
        WHERE s.is_used AND list_contains($fields, v.field) AND v.period <= $period
            AND (v.period = $period OR ($back AND v.period >= $since))
        ORDER BY v.unit_code, v.period, v.field, v.line
        """,  # noqa: S608
        {
            "period": period,
            "level": level,
            "scope": scope,
            "fields": fields,
            "back": _looks_back(indicator),
            "since": f"{period[:4]}Q1" if "ytd(" in indicator.numerator else _previous(period),
        },
    ).fetchall()
    keys = ("unit_code", "field", "line", "value", "submission_id", "file_sha256", "sheet", "cell",
            "how", "period")  # fmt: skip
    return [dict(zip(keys, _tidy(row), strict=True)) for row in rows]


def _tidy(row: tuple[Any, ...]) -> tuple[Any, ...]:
    value = row[3]
    return (*row[:3], value.removesuffix(".0") if isinstance(value, str) else value, *row[4:])


def _fields(expression: Expression) -> set[str]:
    bare = {name.removeprefix("ytd(").removesuffix(")") for name in expression.names()}
    return {name.removeprefix("prev.") for name in bare if not name.startswith("sys.")}


def _looks_back(indicator: Indicator) -> bool:
    text = indicator.numerator + indicator.denominator
    return "ytd(" in text or "prev." in text


def _previous(period: str) -> str:
    year, quarter = int(period[:4]), int(period[5])
    return f"{year}Q{quarter - 1}" if quarter > 1 else f"{year - 1}Q4"
