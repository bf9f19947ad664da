"""余缺对接 of a view: spare and need of its units, and the proposals that touch one of them."""

import polars as pl

from dashboards.answers import Question
from dashboards.scopes import within

PROPOSALS = """
select proposal.*,
    coalesce(giver.unit_name, proposal.giver_code) as giver_name,
    giver.county_code as giver_county, giver.level as giver_level,
    coalesce(taker.unit_name, proposal.taker_code) as taker_name,
    taker.county_code as taker_county, taker.level as taker_level
from marts.sharing_proposal as proposal
left join core.duty as giver
    on proposal.period = giver.period and proposal.giver_code = giver.unit_code
left join core.duty as taker
    on proposal.period = taker.period and proposal.taker_code = taker.unit_code
where proposal.period = ?
order by proposal.resource, proposal.proposal_id
"""
PARTS = """
select part.unit_code, part.resource, part.spare::double as spare, part.need::double as need
from core.matching_part as part
where part.period = ?
"""
VENUES = """
select scope_code as unit_code, role, amount::double as amount
from marts.resource
where period = ? and scope_level = 'unit' and resource = 'venue' and amount is not null
"""
PROPOSAL = "marts.sharing_proposal"
PART = "core.matching_part"
RESOURCE = "marts.resource"
ENDS = ("giver", "taker")
DECISIONS = ("proposed", "accepted", "refused")


def proposals(question: Question) -> pl.DataFrame:
    """The proposals with one end at least inside the view and open to the reader."""
    rows = question.snapshot.ask(PROPOSALS, question.view.period)
    units = within(question.view, question.duty)["unit_code"].implode()
    inside = pl.any_horizontal(*(pl.col(f"{end}_code").is_in(units) for end in ENDS))
    seen = rows.filter(inside)
    if question.live is None:
        return seen
    # What a person decided or took back after the snapshot was made is shown at once.
    told = question.live.decided
    numbers = seen["proposal_id"].to_list()
    status = [told.get(number, DECISIONS[0]) for number in numbers]
    return seen.with_columns(status=pl.Series(status, dtype=pl.String))


def parts(question: Question) -> pl.DataFrame:
    """Spare and need of every unit inside the view, resource by resource."""
    return _seen(question, question.snapshot.ask(PARTS, question.view.period))


def venues(question: Question) -> pl.DataFrame:
    """One row a unit: premises held, shared and idle, and how often others used them."""
    rows = _seen(question, question.snapshot.ask(VENUES, question.view.period))
    keys = ["unit_code", "unit_name", "level", "county_code"]
    roles = [
        pl.col("amount").filter(pl.col("role") == role).sum().alias(role)
        for role in ("held", "shared", "used", "idle")
    ]
    return rows.group_by(keys, maintain_order=True).agg(roles)


def _seen(question: Question, rows: pl.DataFrame) -> pl.DataFrame:
    units = within(question.view, question.duty).select(
        "unit_code", "unit_name", "level", "county_code"
    )
    return rows.join(units, on="unit_code", how="inner", maintain_order="left")
