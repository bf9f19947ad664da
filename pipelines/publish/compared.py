"""Which numbers of two publications are compared: the marts, what names a number, who it is of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

COVERAGE = ("units_expected", "units_used")
SIDES = ("value", "numerator", "denominator", *COVERAGE)
ALL = "'all'"
"""The entry of a mart that is one definition as a whole."""
SENT_AGAIN = """
    (SELECT told.* FROM {place}.core.value AS told
    JOIN {place}.core.submission AS sent USING (submission_id)
    WHERE sent.is_used AND submission_id NOT IN
        (SELECT submission_id FROM {other}.core.submission WHERE is_used))
"""
"""What was reported in the returns that count in one of the two publications only."""
NO_SIGNS = "(SELECT * FROM {place}.{table} WHERE NOT is_sign)"
"""Signs of formality are for reviewers; the list of changes goes round."""
BY_CODE = "(SELECT * FROM {place}.{table} WHERE reason_text IS NULL)"
"""What units wrote in words of their own is for reviewers too."""


@dataclass(frozen=True)
class Compared:
    """A mart of numbers: what they measure, what names one, which columns are printed.

    `entry` is the definition behind a number; `level` and `code` say whose it is; a column in
    `shown_as` is called otherwise where it is told. `rows` are taken in place of the whole table.
    """

    measure: str
    table: str
    name: str
    parts: tuple[str, ...]
    entry: str
    level: str = "scope_level"
    code: str = "scope_code"
    view: str = "'as_reported'"
    shown_as: Mapping[str, str] = field(default_factory=dict)
    rows: str = "{place}.{table}"

    def source(self, place: str, other: str) -> str:
        """What is read of it in one snapshot that is compared with another."""
        return self.rows.format(place=place, other=other, table=self.table)


UNIT, CODE = "'unit'", "unit_code"

MARTS = (
    Compared("indicator", "marts.indicator_value", "indicator", SIDES, "indicator"),
    Compared("indicator", "marts.indicator_change", "indicator", ("change",), "indicator",
             view="'same_units'"),
    Compared("year_to_date", "marts.year_to_date", "indicator", SIDES, "indicator"),
    Compared("score", "marts.indicator_score", "indicator", ("score",), "indicator"),
    Compared("composite", "marts.composite_value", "composite",
             ("value", "low", "high", "rank_low", "rank_high", "groups", "tier", *COVERAGE),
             "composite"),
    Compared("weighting", "marts.composite_index", "concat(composite, '/', weighting)",
             ("value",), "composite"),
    Compared("dimension", "marts.dimension_value", "dimension", ("value",), "dimension"),
    Compared("field", "marts.field_total", "field", ("total", "units_positive", *COVERAGE),
             "field", shown_as={"total": "value"}),
    Compared("count", "marts.code_count", "concat(field, '=', code)", ("units", *COVERAGE),
             "field", shown_as={"units": "value"}),
    Compared("reported", "core.value", "concat_ws('@', field, line)", ("number",), ALL,
             level=UNIT, code=CODE, shown_as={"number": "value"}, rows=SENT_AGAIN),
    Compared("coordination", "marts.coordination",
             "concat_ws('/', direction, initiator_level, counterpart_level, counterpart_sector)",
             ("matters", "raised", "confirmed", "disputed", "due", "closed", "closed_in_time",
              "open_past_due", "answered", "response_days", "response_days_median",
              "closing_days", "closing_days_median", *COVERAGE), ALL),
    Compared("linkage", "marts.linkage_scope", "'linkage'",
             ("links", "reciprocal_links", "reciprocity", "isolated", "components",
              "through_units", "through_townships", "townships", "through_links", *COVERAGE), ALL),
    Compared("linkage", "marts.linkage_unit", "'linkage'",
             ("degree_out", "degree_in", "partners", "reciprocal_partners", "component_size",
              "is_isolated", "through_link"), ALL, level=UNIT, code=CODE),
    Compared("resource", "marts.resource", "concat(resource, '/', role)",
             ("amount", "members", "per_hundred", "units_positive", *COVERAGE), "resource"),
    Compared("sharing", "marts.sharing_proposal", "concat(resource, '/', taker_code)",
             ("spare", "room"), ALL, level=UNIT, code="giver_code"),
    Compared("duty", "marts.duty_calendar", "duty", ("expected", "done"), "duty",
             level=UNIT, code=CODE),
    Compared("election", "marts.election_calendar", "falls_in",
             ("organisations", "units", *COVERAGE), ALL),
    Compared("sampling", "marts.sampling_estimate", "concat(subject_kind, '/', subject)",
             ("checked", "wrong", "error_rate", "low", "high", "relative_error", "relative_low",
              "relative_high"), ALL),
    Compared("rule", "marts.rule_record", "rule",
             ("evaluated", "failed", "explained", "waived", "open", "settled", "corrected",
              "findings", "units", "share_explained"), "rule",
             level="'city'", code=ALL, rows=NO_SIGNS),
    Compared("reason", "marts.reason_use", "concat_ws('/', way, reason_code)",
             ("uses", "units", "of_all", "share"), ALL, rows=BY_CODE),
)  # fmt: skip
