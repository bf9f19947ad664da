"""应付信号: what is measured of files to see whether they were filled in earnest.

Only cells that a unit types anew each quarter are looked at; thresholds are `signs` in
parameters.yml, and what follows from a measure is the rules' to say (R601 to R609).
"""

import math
from collections.abc import Sequence
from typing import Any

import polars as pl

from models.catalogue_model import Catalogue
from models.expression import parse, to_sql
from models.names import Names
from models.spec.form import NUMERIC, EntryMode
from models.spec.rule import RuleKind
from pipelines.frames import Frames, Source
from pipelines.validate.resembling import add_resemblance
from pipelines.validate.together import Together, add_submissions, tables_of

PROBLEMS = ("mind_issue_found", "opinion_received", "feedback_new", "inspect_issues")
ISSUES = "dem_life_issues"
DIGITS = 10
TITLE = r"regexp_replace(matter_title, '[\p{N}\p{P}\p{S}\s]', '', 'g')"
"""The title of a matter without what only tells it from another one of the same title."""


def frames_with_signs(quarter: Together) -> Frames:
    """The tables of a quarter with every measure as a column `sys__*` of `s`."""
    frames = tables_of(quarter.batch)
    con, catalogue = frames.con, quarter.batch.catalogue
    add_submissions(frames, quarter.batch, quarter.received)
    con.register("typed_cells", typed_numbers(catalogue, quarter.batch.values))
    con.register("typed_before", quarter.before)
    con.register("measures_before", quarter.measures)
    con.register("duties", quarter.duties)
    con.execute(f"CREATE TABLE measured AS {_measures_sql(frames)}")
    add_resemblance(frames)
    con.register("digits", _last_digits(frames))
    con.execute(_signs_sql(catalogue.parameters["signs"]))
    return frames


def typed_fields(catalogue: Catalogue, *, fixed: bool) -> list[str]:
    """The numbers that a unit types anew each quarter; of the fixed sheets only, or of all."""
    return [
        each.qualified
        for each in catalogue.fields.values()
        if each.entry is EntryMode.TYPED
        and each.type in NUMERIC
        and (each.alias is None or not fixed)
    ]


def typed_numbers(catalogue: Catalogue, values: pl.DataFrame) -> pl.DataFrame:
    """The typed numbers of files: submission_id, field, line, number, sheet, cell, is_fixed."""
    fixed = typed_fields(catalogue, fixed=True)
    return values.filter(
        pl.col("field").is_in(typed_fields(catalogue, fixed=False)) & pl.col("number").is_not_null()
    ).select(
        *("submission_id", "field", "line", "number", "sheet", "cell"),
        is_fixed=pl.col("field").is_in(fixed),
    )


def measures(frames: Frames) -> pl.DataFrame:
    """What the next quarter asks of this one: unit_code, then a column for each measure."""
    found: pl.DataFrame = frames.con.sql(
        f"SELECT s.dir__unit_code AS unit_code, found.* EXCLUDE (submission_id) "  # noqa: S608
        f"FROM ({_measures_sql(frames)}) AS found JOIN s USING (submission_id)"
    ).pl()
    return found


def _measures_sql(frames: Frames) -> str:
    """Ratios at 100%, ratios that say something, problems found, for each submission."""
    source = Source()
    says, is_full = zip(
        *(rate_sql(frames, name, source) for name in rated(frames.catalogue)), strict=True
    )
    found = " + ".join(f"COALESCE(s.{name}, 0)" for name in PROBLEMS)
    before = f"CASE WHEN s.sys__quarter = 1 THEN 0 ELSE s.prev__{ISSUES} END"
    return (
        f"SELECT s.submission_id, {_how_many(is_full)} AS full_rate_count, "  # noqa: S608
        f"{_how_many(says)} AS rate_count, "
        f"CAST(s.{ISSUES} - {before} + {found} AS DOUBLE) AS problem_sum FROM {source.sql}"
    )


def rated(catalogue: Catalogue) -> Sequence[str]:
    names: Sequence[str] = catalogue.parameters["signs"]["full_rate_of"]
    return names


def _how_many(tests: Sequence[str]) -> str:
    return " + ".join(f"CASE WHEN {test} THEN 1 ELSE 0 END" for test in tests)


def rate_sql(frames: Frames, indicator_id: str, source: Source) -> tuple[str, str]:
    """SQL: the ratio has a denominator that says something; it does and is 100%."""
    catalogue = frames.catalogue
    indicator, names = catalogue.indicators[indicator_id], Names(catalogue)
    top, bottom = (
        to_sql(parse(text), names.type_of, source.names(names, RuleKind.CROSS_LEVEL))
        for text in (indicator.numerator, indicator.denominator)
    )
    kinds = ", ".join(repr(kind) for kind in catalogue.kinds_with(indicator))
    quarters = ", ".join(str(quarter) for quarter in indicator.quarters)
    least = catalogue.parameters["signs"]["full_rate_from"]
    says = f"s.unit_kind IN ({kinds}) AND s.sys__quarter IN ({quarters}) AND ({bottom}) >= {least}"
    return says, f"{says} AND ROUND(({top}) - ({bottom}), 6) = 0"


def _last_digits(frames: Frames) -> pl.DataFrame:
    """How likely the last digits of a county's numbers are, if all digits are equally likely."""
    settings = frames.catalogue.parameters["signs"]
    rows = frames.con.execute(_DIGITS, [settings["last_digit_from"]]).fetchall()
    counts: dict[str, list[int]] = {}
    for county, digit, number in rows:
        counts.setdefault(county, [0] * DIGITS)[int(digit)] = number
    found = [
        (county, _p_value(each))
        for county, each in counts.items()
        if sum(each) >= settings["least_digits"]
    ]
    schema = {"county_code": pl.String, "last_digit_p": pl.Float64}
    return pl.DataFrame(found, schema=schema, orient="row")


def _p_value(counts: Sequence[int]) -> float:
    """The chance of a chi-square (nine degrees of freedom) as large as that of the counts."""
    expected = sum(counts) / DIGITS
    x = sum((count - expected) ** 2 for count in counts) / expected
    tail = math.sqrt(2 * x / math.pi) * math.exp(-x / 2)
    return math.erfc(math.sqrt(x / 2)) + tail * (1 + x / 3 + x**2 / 15 + x**3 / 105)


_DIGITS = """
SELECT s.dir__county_code, CAST(trunc(t.number) AS BIGINT) % 10, COUNT(*)
FROM typed_cells AS t JOIN s USING (submission_id)
WHERE t.number >= ? AND t.is_fixed AND t.number = trunc(t.number) AND s.unit_kind <> 'city_wc'
GROUP BY ALL
"""


def _signs_sql(settings: dict[str, Any]) -> str:
    compared = f"t.is_fixed AND t.number >= {settings['least_value']}"
    big = f"t.number >= {settings['round_from']}"
    early = f"INTERVAL '{settings['last_minutes']}' MINUTE"
    return f"""
CREATE OR REPLACE TABLE s AS
WITH counted AS (
    SELECT
        t.submission_id,
        COUNT(*) FILTER (WHERE {compared}) AS typed_nonzero,
        COUNT(*) FILTER (WHERE {compared} AND b.number IS NOT NULL) AS with_past,
        COUNT(*) FILTER (WHERE {compared} AND b.number = t.number) AS same_as_past,
        COUNT(*) FILTER (WHERE {big}) AS big_values,
        COUNT(*) FILTER (WHERE {big} AND t.number % {settings["round_to"]} = 0) AS round_values
    FROM typed_cells AS t
    JOIN s USING (submission_id)
    LEFT JOIN typed_before AS b
        ON t.line IS NULL AND b.unit_code = s.dir__unit_code AND b.field = t.field
    GROUP BY t.submission_id
),
titles AS (
    SELECT
        submission_id, COUNT(*) AS matter_rows,
        COUNT(*) FILTER (WHERE alike > 1) / COUNT(*) AS title_dup_share
    FROM (
        SELECT submission_id, COUNT(*) OVER (
            PARTITION BY submission_id, {TITLE}
        ) AS alike
        FROM l3 WHERE matter_title IS NOT NULL
    ) GROUP BY submission_id
),
counties AS (
    SELECT
        duties.county_code, COUNT(*) AS expected_units, COUNT(sub.submission_id) AS received_units,
        COUNT(*) FILTER (WHERE sub.received_at BETWEEN duties.due_at - {early} AND duties.due_at)
            / NULLIF(COUNT(sub.submission_id), 0) AS last_minute_share
    FROM duties LEFT JOIN sub ON sub.unit_code = duties.unit_code
    WHERE duties.level <> 'city'
    GROUP BY duties.county_code
)
SELECT
    s.*,
    COALESCE(counted.typed_nonzero, 0) AS sys__typed_nonzero,
    CASE WHEN counted.with_past >= {settings["least_cells"]}
        THEN counted.same_as_past / counted.with_past END AS sys__same_as_prev_share,
    resemblance.share AS sys__same_as_peer_share,
    COALESCE(counted.big_values, 0) AS sys__big_values,
    counted.round_values / NULLIF(counted.big_values, 0) AS sys__round_share,
    measured.full_rate_count AS sys__full_rate_count,
    measured.rate_count AS sys__rate_count,
    measures_before.full_rate_count AS sys__prev_full_rate_count,
    measures_before.rate_count AS sys__prev_rate_count,
    measured.problem_sum AS sys__problem_sum,
    measures_before.problem_sum AS sys__prev_problem_sum,
    COALESCE(titles.matter_rows, 0) AS sys__matter_rows,
    COALESCE(titles.title_dup_share, 0) AS sys__title_dup_share,
    CASE WHEN s.unit_kind = 'county_wc' THEN digits.last_digit_p END AS sys__last_digit_p,
    CASE WHEN s.unit_kind = 'county_wc' THEN counties.received_units END AS sys__received_units,
    CASE WHEN s.unit_kind = 'county_wc' THEN counties.expected_units END AS sys__expected_units,
    CASE WHEN s.unit_kind = 'county_wc'
        AND counties.received_units >= {settings["least_files"]}
        THEN counties.last_minute_share END AS sys__last_minute_share
FROM s
LEFT JOIN counted USING (submission_id)
LEFT JOIN resemblance USING (submission_id)
LEFT JOIN measured USING (submission_id)
LEFT JOIN measures_before ON measures_before.unit_code = s.dir__unit_code
LEFT JOIN titles USING (submission_id)
LEFT JOIN counties ON counties.county_code = s.dir__county_code
LEFT JOIN digits ON digits.county_code = s.dir__county_code
"""  # noqa: S608 numbers of our parameters
