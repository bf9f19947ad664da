"""What an Office chart needs: the rows of a dashboard's chart as series of cited numbers.

Places stand in the order of the directory and not by their values: papers rank nobody. A place of
which too few have reported has no bar.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from dashboards.briefings.facts import Facts
from dashboards.briefings.found import Fact
from dashboards.briefings.printing import rounded
from dashboards.charts import Prepared, charts
from dashboards.scopes import Scope
from dashboards.view import CITY_CODE, LEVELS
from dashboards.wording import short_period
from models.citation import Citation, Measure

Kind = Literal["bar", "column", "stacked", "line"]
Series = tuple[str, tuple[Fact | None, ...]]
PERCENT, WHOLE = "%", 100.0
CODE_LISTS = {"D1-11": "mirror", "D2-5": "fund_budget_line", "D6-1": "return_state"}
"""Which list of codes a stack is made of."""


@dataclass(frozen=True)
class Native:
    """A chart in a form that Office has: its series are numbers with their citations."""

    kind: Kind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    uom: str
    decimals: int

    @property
    def facts(self) -> Iterator[Fact]:
        return (fact for _, facts in self.series for fact in facts if fact is not None)

    @property
    def most(self) -> float | None:
        """Where the scale ends: at 100 for shares and indices, unless a number is above it."""
        of_hundred = self.uom == PERCENT or any(
            fact.citation.measure == "composite" for fact in self.facts
        )
        if not of_hundred or self.kind == "stacked":
            return None
        return WHOLE if all(fact.number <= WHOLE for fact in self.facts) else None


def native_form(prepared: Prepared, facts: Facts) -> Native | None:
    """The native form of a chart; nothing where its kind has none and a picture must do."""
    maker = FORMS.get(prepared.entry.drawn_as or "")
    if maker is None or prepared.answer.rows.is_empty():
        return None
    return maker(prepared, facts)


def on_paper(prepared: Prepared, facts: Facts) -> Prepared:
    """The chart with its places in the order of the directory, also where it is a picture."""
    method = prepared.entry.method or ""
    for said, instead in facts.catalogue.briefing.methods_on_paper.items():
        method = method.replace(said, instead)
    entry = prepared.entry.model_copy(update={"method": method or None})
    if not _is_by_place(prepared.answer.rows):
        return replace(prepared, entry=entry)
    answer = replace(prepared.answer, rows=_in_order(prepared.answer.rows, facts))
    draw = charts(facts.question().catalogue)[entry.id].draw
    return replace(prepared, entry=entry, answer=answer, figure=draw(answer, prepared.setting))


def thin(prepared: Prepared, facts: Facts) -> str:
    """Said under a picture: of which places too few have reported. It shows their numbers too."""
    rows, shown = prepared.answer.rows, prepared.entry.shows
    if not _is_by_place(rows):
        return ""
    drawn = rows.filter(pl.col("value").is_not_null()) if "value" in rows.columns else rows
    keys = ("scope_level", "scope", "name", "county")
    found = drawn.select(keys).unique(maintain_order=True).iter_rows()
    places = [
        name
        for level, code, name, county in found
        if not covered(facts, shown, Scope(level, code, name, county or ""), facts.period)
    ]
    words = facts.catalogue.briefing.words
    return words["figure_thin"].format(places=words["and"].join(places)) if places else ""


def covered(facts: Facts, names: Iterable[str], scope: Scope, period: str) -> bool:
    """Whether enough of those who are asked for any of these have reported."""
    if scope.level in {"unit", "system"}:
        return True
    catalogue = facts.catalogue
    entries = [
        catalogue.indicators.get(name) or catalogue.fields.get(name.partition("=")[0])
        for name in names
    ]
    return all(
        facts.is_covered(entry.levels, entry.only, scope, period) for entry in entries if entry
    )


def _is_by_place(rows: pl.DataFrame) -> bool:
    return "county" in rows.columns and bool((rows["county"] != "").any())


def _in_order(rows: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Places in the order of the directory; the units of a place by their codes."""
    known = [CITY_CODE, *facts.catalogue.counties]
    places = {code: place for place, code in enumerate([*known, *LEVELS])}
    by = ["county", "scope"] if _is_by_place(rows) else ["scope"]
    order = pl.col(by[0]).replace_strict(places, default=len(places), return_dtype=pl.Int32)
    return rows.sort(order, *by[1:], maintain_order=True)


@dataclass(frozen=True)
class _Citing:
    """Turns the values of rows into facts: one measure, printed with so many decimals."""

    facts: Facts
    measure: Measure
    decimals: int

    def fact(
        self, row: Mapping[str, Any], name: str, value: float | None, period: str | None = None
    ) -> Fact | None:
        """The number with its citation; none where too few of those asked have reported.

        Nor where it was defined otherwise: a bar beside another one is a comparison.
        """
        scope = Scope(row["scope_level"], row["scope"], row["name"], row.get("county") or "")
        asked = period or self.facts.period
        if value is None or not covered(self.facts, [name], scope, asked):
            return None
        if not self.facts.is_comparable(name, asked):
            return None
        cited = Citation(asked, self.measure, name, scope.level, scope.code, "value")
        return Fact(cited, float(value), f"{rounded(float(value), self.decimals):f}")


def _now_and_then(prepared: Prepared, facts: Facts, kind: Kind, name: str) -> Native:
    rows = _in_order(prepared.answer.rows, facts).to_dicts()
    words, key = facts.catalogue.briefing.words, "indicator" if "indicator" in rows[0] else "column"
    entry = facts.catalogue.indicators.get(rows[0].get("indicator", ""))
    uom, decimals = _measure(entry)
    citing = _Citing(facts, "indicator" if entry else "composite", decimals)
    columns = [("series_now", "value", facts.period)]
    if any(row.get("previous") is not None for row in rows):
        columns.append(("series_before", "previous", prepared.setting.compared or facts.period))
    series = tuple(
        (words[word], tuple(citing.fact(row, row[key], row[column], period) for row in rows))
        for word, column, period in columns
    )
    return Native(kind, tuple(row[name] for row in rows), series, uom, decimals)


def _measure(entry: Any) -> tuple[str, int]:
    return (entry.uom, min(entry.decimals, 1)) if entry else ("", 1)


def _bars(prepared: Prepared, facts: Facts) -> Native:
    return _now_and_then(prepared, facts, "bar", "name")


def _spans(prepared: Prepared, facts: Facts) -> Native:
    return _now_and_then(prepared, facts, "column", "head")


def _side_by_side(prepared: Prepared, facts: Facts) -> Native | None:
    """Several indicators, places down: one series an indicator."""
    rows = _in_order(prepared.answer.rows, facts).filter(pl.col("value").is_not_null())
    if rows.is_empty():
        return None
    entries = facts.catalogue.indicators
    first = entries[rows["indicator"][0]]
    uom, decimals = _measure(first)
    shown = [
        n for n in rows["indicator"].unique(maintain_order=True) if entries[n].uom == first.uom
    ]
    names = rows["name"].unique(maintain_order=True).to_list()
    cells = {(row["name"], row["indicator"]): row for row in rows.iter_rows(named=True)}
    citing = _Citing(facts, "indicator", decimals)

    def of(name: str, indicator: str) -> Fact | None:
        row = cells.get((name, indicator))
        return citing.fact(row, indicator, row["value"]) if row else None

    series = tuple(
        (entries[each].zh.split("(", maxsplit=1)[0], tuple(of(name, each) for name in names))
        for each in shown
    )
    return Native("bar", tuple(names), series, uom, decimals)


def _stock(prepared: Prepared, facts: Facts) -> Native:
    rows = prepared.answer.rows.to_dicts()
    names = tuple(facts.catalogue.fields[row["field"]].zh for row in rows)
    uom = facts.catalogue.fields[rows[0]["field"]].uom or ""
    citing = _Citing(facts, "field", 0)
    values = tuple(citing.fact(row, row["field"], row["total"]) for row in rows)
    return Native("bar", names, ((facts.catalogue.briefing.words["series_total"], values),), uom, 0)


def _stack(prepared: Prepared, facts: Facts) -> Native:
    rows = _in_order(prepared.answer.rows, facts)
    field = CODE_LISTS[prepared.entry.id]
    codes = prepared.setting.codes[field]
    names = rows["name"].unique(maintain_order=True).to_list()
    cells = {(row["name"], row["code"]): row for row in rows.iter_rows(named=True)}
    places = {row["name"]: row for row in rows.iter_rows(named=True)}
    citing = _Citing(facts, "count", 0)

    def of(name: str, code: int) -> Fact | None:
        count = cells.get((name, code), {"count": 0})["count"]
        return citing.fact(places[name], f"{field}={code}", count)

    said = set(rows["code"])
    series = tuple(
        (text, tuple(of(name, code) for name in names))
        for code, text in codes.items()  # rows have no order of their own
        if code in said
    )
    return Native("stacked", tuple(names), series, "", 0)


FUNDS = {
    "budget": "fund_budget_year",
    "received_total": "fund_received_ytd",
    "spent_total": "fund_spent_ytd",
}


def _funds(prepared: Prepared, facts: Facts) -> Native:
    rows = _in_order(prepared.answer.rows, facts).to_dicts()
    words, citing = facts.catalogue.briefing.words, _Citing(facts, "field", 0)
    series = tuple(
        (words[column], tuple(citing.fact(row, field, row[column]) for row in rows))
        for column, field in FUNDS.items()
    )
    uom = facts.catalogue.fields["fund_budget_year"].uom or ""
    return Native("bar", tuple(row["name"] for row in rows), series, uom, 0)


def _over_time(prepared: Prepared, facts: Facts) -> Native:
    rows = prepared.answer.rows
    indicator = rows["indicator"][0]
    rows = rows.filter(pl.col("indicator") == indicator)
    periods = sorted(rows["period"].unique().to_list())
    cells = {(row["name"], row["period"]): row for row in rows.iter_rows(named=True)}
    names = rows["name"].unique(maintain_order=True).to_list()
    uom, decimals = _measure(facts.catalogue.indicators[indicator])
    citing = _Citing(facts, "indicator", decimals)

    def of(name: str, period: str) -> Fact | None:
        row = cells.get((name, period))
        return citing.fact(row, indicator, row["value"], period) if row else None

    series = tuple((name, tuple(of(name, each) for each in periods)) for name in names)
    labels = tuple(short_period(prepared.setting.say, each) for each in periods)
    return Native("line", labels, series, uom, decimals)


FORMS: dict[str, Callable[[Prepared, Facts], Native | None]] = {
    "dots": _bars,
    "bullet": _bars,
    "spans": _spans,
    "panels": _side_by_side,
    "grouped_dots": _side_by_side,
    "waterfall": _stock,
    "stack": _stack,
    "funds": _funds,
    "multiples": _over_time,
}
