"""更正的波及: what corrections of earlier quarters made false in the returns of the view.

No unit is charged with it: its return was approved as it was. It stands beside the findings.
"""

from typing import Any

import polars as pl

from dashboards import queries
from dashboards.answers import Question
from dashboards.findings.asked import ENDED
from dashboards.listing import Listing, heads, unit_cells
from dashboards.privacy import is_guarded_field
from dashboards.scopes import within
from dashboards.signs import unnamed, untold_rules
from dashboards.tables import Cell

TABLE = "core.aftereffect"
ROWS = f"""
select unit_code, rule, severity, field, sheet, cell, message, is_ours, caused_by, corrected_by,
    corrected_at, why, status, reason
from {TABLE}
where period = ?
order by status = 'explained', unit_code, rule, field, cell
"""  # noqa: S608

UNIT = ("unit_code", "unit_name", "county_code", "level")
GONE = f"""
select {", ".join(UNIT)} from ({ENDED.format(period="$1")}) as ended
where unit_code in (select unit_code from {TABLE} where period = $1)
"""  # noqa: S608


def affected(question: Question) -> list[dict[str, Any]]:
    """One row a finding, of the units that the reader sees, with their names."""
    rows = _rows(question)
    if rows.is_empty():
        return []
    known = pl.concat([question.duty.select(UNIT), _ended(question)])
    names = within(question.view, known).select("unit_code", "unit_name")
    return rows.join(names, on="unit_code", how="inner", maintain_order="left").to_dicts()


def _ended(question: Question) -> pl.DataFrame:
    """The units that the reader may see of whom only a closing return is due: no duty of theirs."""
    units = question.snapshot.ask(GONE, question.view.period)
    seen = [
        question.reader.may_see_unit(row["unit_code"], row["county_code"])
        for row in units.iter_rows(named=True)
    ]
    return units.filter(pl.Series(seen, dtype=pl.Boolean)).select(UNIT)


def _rows(question: Question) -> pl.DataFrame:
    """What may be told of the quarter: signs to reviewers only, no unit by name to its peers."""
    if not question.snapshot.holds(TABLE):
        return pl.DataFrame(schema={"unit_code": pl.String, "status": pl.String})
    rows = question.snapshot.ask(ROWS, question.view.period)
    rows = rows.filter(~pl.col("rule").is_in(untold_rules(question.reader, question.catalogue)))
    others = queries.other_names(question.reader, question.snapshot, question.view.period)
    return rows.with_columns(unnamed(rows["message"], others, question.catalogue))


def affected_listing(question: Question) -> Listing:
    """What no longer agrees, because of which correction, and what is to be done."""
    titles = heads(question, "unit", "rule", "where", "affected", "because", "handled")
    cell = unit_cells(question)
    rows = affected(question)
    lines: list[list[Cell]] = [
        [
            cell(row["unit_code"], row["unit_name"]),
            row["rule"],
            place(question, row),
            (what(question, row), "text"),
            (because(question, row), "text"),
            (step(question, row), "text"),
        ]
        for row in rows
    ]
    open_ = [row for row in rows if row["status"] == "open"]
    units = len({row["unit_code"] for row in open_})
    fills = {"all": len(rows), "count": len(open_), "units": units}
    said = question.catalogue.say("dashboards.headline_affected", **fills)
    return Listing(titles, lines, headline=said if lines else None)


def place(question: Question, row: dict[str, Any]) -> str:
    """Sheet and cell."""
    fills = {"sheet": row["sheet"] or "", "cell": row["cell"] or ""}
    return question.catalogue.say("dashboards.cell_place", **fills) if row["cell"] else ""


def what(question: Question, row: dict[str, Any]) -> str:
    """The finding; without its figures where they may describe a few persons."""
    field = question.catalogue.fields.get(row["field"] or "")
    if field and is_guarded_field(field) and not question.reader.sees_small_groups:
        return question.catalogue.say("dashboards.affected_guarded", field=field.zh)
    return str(row["message"]).removeprefix(f"{row['sheet']}!{row['cell']} ")


def because(question: Question, row: dict[str, Any]) -> str:
    """The correction that is the cause: which, who approved it, when and why."""
    at = f"{row['corrected_at']:%Y-%m-%d}"
    return question.catalogue.say("dashboards.affected_because", **{**row, "at": at})


def step(question: Question, row: dict[str, Any]) -> str:
    """What is to be done; or the reason for which it may stand."""
    if row["status"] == "explained":
        return question.catalogue.say("dashboards.affected_explained", reason=row["reason"])
    whose = "ours" if row["is_ours"] else "theirs"
    return question.catalogue.say(f"dashboards.affected_step_{whose}")


def told_to(question: Question, unit: str) -> list[dict[str, Any]]:
    """What is still open of one unit, as it is said on its page."""
    mine = _rows(question).filter(pl.col("unit_code") == unit, pl.col("status") == "open")
    return mine.to_dicts()
