"""履责日历 of a view: what its units had to do, unit by unit, as far as the reader may see them."""

import polars as pl

from dashboards.answers import Question
from dashboards.scopes import within

CALENDAR = """
select calendar.unit_code, calendar.duty, calendar.position, calendar.zh, calendar.cadence,
    calendar.norm, calendar.uom, calendar.expected::double as expected,
    calendar.done::double as done, calendar.state, calendar.due_date, calendar.taken_from
from marts.duty_calendar as calendar
where calendar.period = ?
order by calendar.position, calendar.unit_code
"""
# A quarter in which a duty was not overdue, or was not asked, ends the run.
RUNS = """
with known as (
    select period, row_number() over (order by period) as place from core.period
),
late as (
    select calendar.unit_code, calendar.duty, calendar.period, known.place,
        known.place - row_number() over (
            partition by calendar.unit_code, calendar.duty order by calendar.period
        ) as run
    from marts.duty_calendar as calendar
    join known on calendar.period = known.period
    where calendar.state = 'overdue' and calendar.period <= ?
)
select unit_code, duty, count(*)::integer as quarters, min(period) as since
from late
group by unit_code, duty, run
having max(period) = ?
"""
ELECTIONS = """
select calendar.scope_code as unit_code, calendar.falls_in, calendar.organisations
from marts.election_calendar as calendar
where calendar.period = ? and calendar.scope_level = 'unit'
"""
DUTY = "marts.duty_calendar"
ELECTION = "marts.election_calendar"
STATES = ("done", "overdue", "due_soon", "not_due", "unreported")
OVERDUE = "overdue"


def duties(question: Question) -> pl.DataFrame:
    """One row a unit and duty, in the order of the catalogue of duties."""
    return _seen(question, question.snapshot.ask(CALENDAR, question.view.period))


def runs(question: Question) -> pl.DataFrame:
    """Since which quarter without a break a duty has been overdue."""
    period = question.view.period
    return question.snapshot.ask(RUNS, period, period)


def elections(question: Question) -> pl.DataFrame:
    """Organisations by the quarter in which they are due, unit by unit."""
    return _seen(question, question.snapshot.ask(ELECTIONS, question.view.period))


def _seen(question: Question, rows: pl.DataFrame) -> pl.DataFrame:
    units = within(question.view, question.duty).select(
        "unit_code", "unit_name", "unit_kind", "level", "county_code"
    )
    return rows.join(units, on="unit_code", how="inner", maintain_order="left")
