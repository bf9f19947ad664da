"""SELECTs compiled from the catalogue: wide forms, list rows, indicator parts.

They are written to an ignored folder so that people can read them; nobody edits them.
"""

from pathlib import Path

from models.catalogue_model import Catalogue
from models.expression import SqlNames, hidden_blanks, parse, to_sql
from models.names import Names
from models.spec.form import Field, FieldType
from models.spec.indicator import Indicator
from pipelines.build.compiled_duties import duty_sqls
from pipelines.build.compiled_resources import resource_sqls
from pipelines.build.sides import fixed_column, head, sides_sql, titled, union

MEASURE = {FieldType.TEXT: "text", FieldType.DATE: "date"}
QUARTER_FACTS = frozenset({"sys.quarter", "sys.period_start", "sys.period_end"})
REPORTING_FACTS = frozenset(
    {"sys.submitted_at", "sys.due_at", "sys.return_count", "sys.perfunctory_flags"}
)
"""What `core.reporting` knows of every unit that owes a return, also of one that sent none."""


def write_compiled(folder: Path, catalogue: Catalogue) -> None:
    """Write every compiled SELECT as `<schema>/<table>.sql`."""
    for table, text in compiled(catalogue).items():
        schema, _, name = table.partition(".")
        path = folder / schema / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")


def compiled(catalogue: Catalogue) -> dict[str, str]:
    """Table name -> its SELECT."""
    lists = {f"core.{alias}": list_sql(catalogue, alias) for alias in catalogue.aliases}
    return {
        "core.fixed": fixed_sql(catalogue),
        **lists,
        "core.indicator_computed": computed_sql(catalogue),
        "marts.indicator_part": parts_sql(catalogue),
        "marts.matter_part": matter_parts_sql(catalogue),
        **resource_sqls(catalogue),
        **duty_sqls(catalogue),
    }


def is_computed(indicator: Indicator) -> bool:
    """Whether the warehouse computes it: from used returns, or from how units reported."""
    names = _names(indicator)
    facts = {name for name in names if name.startswith("sys.")}
    return facts <= QUARTER_FACTS or names <= QUARTER_FACTS | REPORTING_FACTS


def _names(indicator: Indicator) -> frozenset[str]:
    return parse(indicator.numerator).names() | parse(indicator.denominator).names()


def _is_about_reporting(indicator: Indicator) -> bool:
    return bool(_names(indicator) & REPORTING_FACTS)


def computed_indicators(catalogue: Catalogue) -> list[Indicator]:
    """The indicators that are computed, in the catalogue's order."""
    return [each for each in catalogue.indicators.values() if is_computed(each)]


def computed_sql(catalogue: Catalogue) -> str:
    """The ids of the indicators that are computed."""
    ids = ", ".join(f"('{each.id}')" for each in computed_indicators(catalogue))
    title = head(catalogue, "core.indicator_computed", "indicator")
    return f"{title}select * from (values {ids}) as listed (indicator)"  # noqa: S608


def _columns(fields: list[Field]) -> str:
    return ",\n    ".join(
        f"max(case when v.field = '{f.qualified}' then v.{MEASURE.get(f.type, 'number')} end)"
        f" as {f.name}"
        for f in fields
    )


def fixed_sql(catalogue: Catalogue) -> str:
    """One row a used submission: every fixed field, the facts of its quarter, year to date."""
    # The cover's own code is the one the row already has.
    cover = {"unit_code"}
    fields = [f for f in catalogue.fields.values() if f.alias is None and f.name not in cover]
    ytd = sorted(_added_up(catalogue))
    sums = "".join(f",\n    so_far.{name} as ytd__{name}" for name in ytd)
    return f"""{head(catalogue, "core.fixed", "period", "unit_code")}with w as (
    select
    d.period,
    d.unit_code,
    d.unit_kind,
    d.quarters_due,
    p.previous,
    p.year as sys__year,
    p.quarter as sys__quarter,
    p.period_start as sys__period_start,
    p.period_end as sys__period_end,
    {_columns(fields)}
    from core.duty as d
    inner join core.period as p on d.period = p.period
    inner join core.reported_value as v
        on d.period = v.period and d.submission_id = v.submission_id
    where d.is_used and v.line is null
    group by d.period, d.unit_code, d.unit_kind, d.quarters_due, p.previous, p.year, p.quarter,
        p.period_start, p.period_end
),
so_far as (
    {_so_far(ytd)}
)
select
    w.*{sums}
from w
left join so_far on w.period = so_far.period and w.unit_code = so_far.unit_code"""  # noqa: S608 names are the catalogue's


def _so_far(names: list[str]) -> str:
    """Sums of the year so far, where every quarter due has its value.

    Joined by the quarter and not a window over the form: one quarter can be built by itself.
    """
    columns = "".join(
        f",\n    case when count(case when v.field = '{name}' then v.number end) = d.quarters_due\n"
        f"        then sum(case when v.field = '{name}' then v.number end) end as {name}"
        for name in names
    )
    return f"""select
    d.period,
    d.unit_code{columns}
    from core.duty as d
    inner join core.period as p on d.period = p.period
    inner join core.period as past on p.year = past.year and past.quarter <= p.quarter
    inner join core.duty as sent on past.period = sent.period and d.unit_code = sent.unit_code
    inner join core.reported_value as v
        on past.period = v.period and sent.submission_id = v.submission_id
    where sent.is_used and v.line is null and v.field in ({", ".join(map(repr, names))})
    group by d.period, d.unit_code, d.quarters_due"""  # noqa: S608


def _added_up(catalogue: Catalogue) -> set[str]:
    """The fields that an indicator or a duty adds up over the year."""
    names: set[str] = set()
    for each in catalogue.indicators.values():
        names |= parse(each.numerator).names() | parse(each.denominator).names()
    for duty in catalogue.duties.duties:
        names |= parse(duty.expected).names() | parse(duty.done).names()
    return {name.removeprefix("ytd(").removesuffix(")") for name in names if name[:4] == "ytd("}


def list_sql(catalogue: Catalogue, alias: str) -> str:
    """One row a line of a list in a used submission."""
    form = catalogue.aliases[alias]
    return f"""{titled(form.zh, "period", "unit_code", "line")}select
    d.period,
    d.unit_code,
    v.submission_id,
    v.line,
    {_columns(list(form.fields))}
from core.duty as d
inner join core.reported_value as v on d.period = v.period and d.submission_id = v.submission_id
where d.is_used and v.form = '{form.id}'
group by d.period, d.unit_code, v.submission_id, v.line"""  # noqa: S608


def parts_sql(catalogue: Catalogue) -> str:
    """Numerator and denominator of every indicator for every unit that reported."""
    selects = [part_sql(catalogue, each) for each in computed_indicators(catalogue)]
    return head(catalogue, "marts.indicator_part", "period", "unit_code", "indicator") + union(
        selects
    )


def part_sql(catalogue: Catalogue, indicator: Indicator) -> str:
    """The parts of one indicator."""
    sides, joined = sides_sql(catalogue, (indicator.numerator, indicator.denominator))
    kinds = catalogue.kinds_with(indicator)
    source = "core.reporting" if _is_about_reporting(indicator) else "core.fixed"
    given = _is_about_reporting(indicator) and indicator.base == "reported"
    return (
        f"select\n    s.period,\n    s.unit_code,\n    '{indicator.id}' as indicator,\n"
        f"    cast({_unless_blank(indicator, sides[0])} as decimal(28, 6)) as numerator,\n"
        f"    cast({sides[1]} as decimal(28, 6)) as denominator\n"
        f"from {source} as s{joined}\n"
        f"where s.unit_kind in ({', '.join(repr(kind) for kind in kinds)})"
        f" and s.sys__quarter in ({', '.join(str(q) for q in indicator.quarters)})"
        f"{' and s.is_given' if given else ''}"
    )


def _unless_blank(indicator: Indicator, numerator: str) -> str:
    """A blank that a condition would hide leaves the unit out, as any other blank does."""
    hidden = hidden_blanks(parse(indicator.numerator)) | hidden_blanks(parse(indicator.denominator))
    columns = [fixed_column(name) for name in sorted(hidden) if not name.startswith("sys.")]
    if not columns:
        return numerator
    known = " and ".join(f"{column} is not null" for column in columns)
    return f"case when {known} then {numerator} end"


def matter_parts_sql(catalogue: Catalogue) -> str:
    """For indicators that count matters: what each matter adds to numerator and denominator."""
    names = Names(catalogue)
    sql_names = SqlNames(
        column=lambda name: name.replace("sys.", "l3.sys__"),
        aggregate=lambda _, select: select,
        is_whole=names.is_whole,
    )
    selects = []
    for each in computed_indicators(catalogue):
        if each.rollup == "distinct_matters":
            top, bottom = (
                to_sql(parse(text), names.type_of, sql_names)
                for text in (each.numerator, each.denominator)
            )
            selects.append(
                f"select\n    l3.period,\n    l3.matter_id,\n    '{each.id}' as indicator,\n"
                f"    {top} as numerator,\n    {bottom} as denominator\n"
                "from core.matter as l3\ngroup by l3.period, l3.matter_id"
            )
    return head(catalogue, "marts.matter_part", "period", "matter_id", "indicator") + union(selects)
