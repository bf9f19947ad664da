"""What a unit has still to do: overdue elections, open matters and feedback, open findings."""

from dataclasses import dataclass

import polars as pl

from dashboards import affected, queries
from dashboards.answers import Question
from dashboards.signs import unnamed, untold_rules

COUNTS = {"election_overdue": "election", "feedback_close": "feedback"}
OPEN_MATTERS = (1, 2)

SAID = """
select value.field, value.number::double as number, value.sheet, value.cell
from core.value as value
join core.duty as duty on value.submission_id = duty.submission_id
where duty.period = ? and duty.unit_code = ? and duty.is_used and value.line is null
    and value.number > 0 and list_contains(?, value.field)
"""
MATTERS = """
select matter.matter_id, matter.matter_status, matter.due_on,
    matter.due_on < period.period_end as is_overdue,
    other.unit_name as other
from marts.matter as matter
join core.period as period on matter.period = period.period
left join core.duty as other
    on matter.period = other.period and other.unit_code
    = case when matter.initiator_code = ? then matter.counterpart_code
        else matter.initiator_code end
where matter.period = ? and list_contains(?, matter.matter_status)
    and (matter.initiator_code = ? or matter.counterpart_code = ?)
order by matter.due_on nulls last, matter.matter_id
"""
FINDINGS = """
select finding.rule, finding.severity, finding.field, finding.sheet, finding.cell, finding.message
from core.finding as finding
join core.submission as submission on finding.submission_id = submission.submission_id
where submission.is_current and finding.period = ? and finding.unit_code = ?
    and finding.status = 'open' and finding.severity <> 'hint'
    and not list_contains(?, finding.rule)
order by finding.severity, finding.rule, finding.sheet, finding.cell
"""


@dataclass(frozen=True)
class ToDo:
    """One thing to do: its kind, what it is, and where it stands in the workbook."""

    kind: str
    text: str
    sheet: str = ""
    cell: str = ""
    is_overdue: bool = False


def to_do(question: Question, unit: str) -> list[ToDo]:
    """The list of one unit, or nothing if the reader may not see it."""
    known = question.duty.filter(pl.col("unit_code") == unit)
    if known.is_empty():
        return []
    return [
        *_owed(question, received=bool(known["is_received"][0])),
        *_counts(question, unit),
        *_matters(question, unit),
        *_findings(question, unit),
        *_affected(question, unit),
    ]


def _owed(question: Question, *, received: bool) -> list[ToDo]:
    say = question.catalogue.say
    return [] if received else [ToDo("return", say("dashboards.todo_not_sent"), is_overdue=True)]


def _counts(question: Question, unit: str) -> list[ToDo]:
    if not question.snapshot.holds("core.value", "sheet", "cell"):
        return []
    rows = question.snapshot.ask(SAID, question.view.period, unit, list(COUNTS))
    return [
        ToDo(
            COUNTS[row["field"]],
            question.catalogue.say(
                f"dashboards.todo_{COUNTS[row['field']]}", count=f"{row['number']:g}"
            ),
            row["sheet"] or "",
            row["cell"] or "",
            is_overdue=row["field"] == "election_overdue",
        )
        for row in rows.iter_rows(named=True)
    ]


def _matters(question: Question, unit: str) -> list[ToDo]:
    """Open matters by number and partner; their titles stay with the two parties."""
    if not question.snapshot.holds("marts.matter", "due_on"):
        return []
    rows = question.snapshot.ask(
        MATTERS, unit, question.view.period, list(OPEN_MATTERS), unit, unit
    )
    names = question.catalogue.codes["matter_status"]
    return [
        ToDo(
            "matter",
            question.catalogue.say(
                "dashboards.todo_matter",
                matter=row["matter_id"],
                other=row["other"] or question.catalogue.say("dashboards.off_directory"),
                due=row["due_on"] or "",
                status=names[row["matter_status"]],
            ),
            is_overdue=bool(row["is_overdue"]),
        )
        for row in rows.iter_rows(named=True)
    ]


def _findings(question: Question, unit: str) -> list[ToDo]:
    if not question.snapshot.holds("core.finding", "message", "unit_code"):
        return []
    untold = untold_rules(question.reader, question.catalogue)
    rows = question.snapshot.ask(FINDINGS, question.view.period, unit, untold)
    others = queries.other_names(question.reader, question.snapshot, question.view.period)
    rows = rows.with_columns(unnamed(rows["message"], others, question.catalogue))
    return [
        ToDo(
            f"finding_{row['severity']}",
            row["message"].removeprefix(f"{row['sheet']}!{row['cell']} "),
            row["sheet"] or "",
            row["cell"] or "",
            is_overdue=row["severity"] == "must",
        )
        for row in rows.iter_rows(named=True)
    ]


def _affected(question: Question, unit: str) -> list[ToDo]:
    """What corrections of earlier quarters made false; the unit is not charged with it."""
    return [
        ToDo(
            "affected",
            question.catalogue.say(
                "dashboards.todo_affected",
                what=affected.what(question, row),
                because=affected.because(question, row),
                step=affected.step(question, row),
            ),
            row["sheet"] or "",
            row["cell"] or "",
        )
        for row in affected.told_to(question, unit)
    ]
