"""The cells that a suspicion rests on: shown to reviewers, never to the unit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from models.names import deep_reads, reads
from pipelines.frames import Frames, Source
from pipelines.validate.signs import ISSUES, PROBLEMS, TITLE, rate_sql, rated

if TYPE_CHECKING:
    from pipelines.validate.batch import Failure

Evidence = Mapping[tuple[str, str], Sequence[str]]
"""(rule, submission) -> cells."""


def evidence(frames: Frames, failures: Sequence["Failure"]) -> Evidence:
    """The cells behind each suspicion that there is; a sign of a whole county has none."""
    suspected: dict[str, set[str]] = defaultdict(set)
    for each in failures:
        suspected[each.item.rule.id].add(each.submission_id)
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule in _CELLS_OF.keys() & suspected.keys():
        sql = _sql(frames, rule)
        for submission_id, cell in frames.con.execute(sql, [sorted(suspected[rule])]).fetchall():
            found[rule, submission_id].append(cell)
    return found


def _sql(frames: Frames, rule: str) -> str:
    settings = frames.catalogue.parameters["signs"]
    fields = ", ".join(repr(name) for name in (*PROBLEMS, ISSUES))
    full = _full_rates(frames) if rule == FULL_MARKS else ""
    body = _CELLS_OF[rule].format(**settings, problems=fields, in_full=full, title=TITLE)
    return f"{body} AND list_contains(?, t.submission_id) ORDER BY ALL"


def _full_rates(frames: Frames) -> str:
    """SELECT of the fields, by submission, of the ratios that come to 100%."""
    catalogue, selects = frames.catalogue, []
    for name in rated(catalogue):
        source, indicator = Source(), catalogue.indicators[name]
        _, is_full = rate_sql(frames, name, source)
        read = reads(indicator.numerator, catalogue) | reads(indicator.denominator, catalogue)
        names = sorted(each for each in deep_reads(read, catalogue) if "." not in each)
        selects.append(
            f"SELECT s.submission_id, unnest({names}) AS field FROM {source.sql} WHERE {is_full}"  # noqa: S608
        )
    return " UNION ".join(selects)


FULL_MARKS = "R604"
_PLACE = "SELECT t.submission_id, concat(t.sheet, '!', t.cell)"
_TYPED = f"{_PLACE} FROM typed_cells AS t JOIN s USING (submission_id)"
_ALL = f"{_PLACE} FROM content AS t"
_CELLS_OF = {
    "R601": f"""{_TYPED}
JOIN typed_before AS b
    ON b.unit_code = s.dir__unit_code AND b.field = t.field AND b.number = t.number
WHERE t.is_fixed AND t.number >= {{least_value}}""",
    "R602": f"""{_TYPED}
JOIN resemblance AS r USING (submission_id)
JOIN compared AS other
    ON other.submission_id = r.peer_submission AND other.field = t.field
    AND other.number = t.number
WHERE t.is_fixed AND t.number >= {{least_value}}""",
    "R603": f"{_TYPED} WHERE t.number >= {{round_from}} AND t.number % {{round_to}} = 0",
    FULL_MARKS: f"{_ALL} SEMI JOIN ({{in_full}}) AS full_rate USING (submission_id, field) "
    "WHERE t.number IS NOT NULL",
    "R605": f"{_ALL} WHERE t.field IN ({{problems}}) AND t.number IS NOT NULL",
    "R608": f"""{_ALL} JOIN (
    SELECT submission_id, line, closed_date = raised_date AS same_day,
        COUNT(*) OVER (PARTITION BY submission_id, {{title}}) > 1 AS alike
    FROM l3 WHERE matter_title IS NOT NULL
) AS matter USING (submission_id, line)
WHERE (alike AND t.field = 'l3.matter_title' OR same_day AND t.field = 'l3.closed_date')""",  # noqa: S608 tables of ours
}
