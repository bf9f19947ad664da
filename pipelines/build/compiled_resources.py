"""Resources as SELECTs: what each unit holds, shares, uses and leaves idle, and who could match."""

from models.catalogue_model import Catalogue
from models.names import reads
from models.spec.resource import Measure, Resource
from pipelines.build.sides import QUARTERS, asked_of, head, sides_sql, union

Measured = tuple[Resource, Measure]


def resource_sqls(catalogue: Catalogue) -> dict[str, str]:
    """Table name -> its SELECT."""
    measured = [
        (each, measure)
        for each in catalogue.resources.resources
        for measure in each.measures
    ]  # fmt: skip
    return {
        "core.resource_due": _due_sql(catalogue, measured),
        "core.matching_part": _matching_sql(catalogue),
        "marts.resource_part": _parts_sql(catalogue, measured),
    }


def _due_sql(catalogue: Catalogue, measured: list[Measured]) -> str:
    rows = [
        f"('{each.id}', '{measure.role}', '{kind}', {quarter})"
        for each, measure in measured
        for kind in catalogue.unit_kinds
        for quarter in QUARTERS
        if asked_of(catalogue, reads(measure.value, catalogue), kind, quarter)
    ]
    values = ",\n    ".join(rows)
    grain = ("resource", "role", "unit_kind", "quarter")
    names = ", ".join(grain)
    title = head(catalogue, "core.resource_due", *grain)
    return f"{title}select * from (\n    values\n    {values}\n) as due ({names})"  # noqa: S608


def _parts_sql(catalogue: Catalogue, measured: list[Measured]) -> str:
    selects = []
    for each, measure in measured:
        (amount,), joined = sides_sql(catalogue, [measure.value])
        selects.append(
            f"select\n    s.period,\n    s.unit_code,\n    '{each.id}' as resource,\n"
            f"    '{measure.role}' as role,\n    cast({amount} as decimal(28, 6)) as amount,\n"
            "    cast(s.member_close as decimal(18, 0)) as members\n"
            f"from core.fixed as s{joined}\n"
            "inner join core.resource_due as due\n"
            "    on s.unit_kind = due.unit_kind and s.sys__quarter = due.quarter\n"
            f"where due.resource = '{each.id}' and due.role = '{measure.role}'"
        )
    grain = ("period", "unit_code", "resource", "role")
    return head(catalogue, "marts.resource_part", *grain) + union(selects)


def _matching_sql(catalogue: Catalogue) -> str:
    selects = []
    for each in catalogue.resources.resources:
        if each.matching is not None:
            matching = each.matching
            texts = [matching.spare, matching.need, matching.pooled or "0"]
            # A quarter published under a catalogue without it does not know it: it is not 0 there.
            texts += [matching.short] if matching.short else []
            (spare, need, pooled, *known), joined = sides_sql(catalogue, texts)
            short = known[0] if known else "null"
            selects.append(
                f"select\n    s.period,\n    s.unit_code,\n    '{each.id}' as resource,\n"
                f"    cast({spare} as decimal(28, 6)) as spare,\n"
                f"    cast({need} as decimal(28, 6)) as need,\n"
                f"    cast({short} as decimal(28, 6)) as short,\n"
                f"    cast({pooled} as decimal(28, 6)) as pooled\nfrom core.fixed as s{joined}"
            )
    return head(catalogue, "core.matching_part", "period", "unit_code", "resource") + union(selects)
