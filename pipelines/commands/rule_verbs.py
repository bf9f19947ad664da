"""Rules on the command line: waive one, settle what a quarter shows, calibrate the signs."""

from typing import Annotated

import typer

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from pipelines.calibrating.signs import Rate, calibrate
from pipelines.commands.opened_quarters import must_be_opened
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.judging.checkpoints import Run
from pipelines.judging.quarter_findings import open_findings, settle
from pipelines.judging.reviewing import judge_quarter
from pipelines.records.quarters import opened_periods
from pipelines.records.units import directory
from pipelines.records.waivers import RuleWaiver, add_waiver, rule_waivers, waived_rules
from pipelines.registry import reading, writing
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
At = Annotated[str | None, typer.Option("--at")]
By = Annotated[str, typer.Option("--by")]
Why = Annotated[str, typer.Option("--why")]
Unit = Annotated[str | None, typer.Option("--unit")]
County = Annotated[str | None, typer.Option("--county")]
Rule = Annotated[str | None, typer.Option("--rule")]


def waive_rule(
    rule: str,
    by: By,
    why: Why,
    first: Annotated[str | None, typer.Option("--from")] = None,
    until: Annotated[str | None, typer.Option("--until")] = None,
    unit: Unit = None,
    county: County = None,
    at: At = None,
) -> None:
    """Do not judge a rule for a unit, a county or all, from a quarter to another.

    Without a first quarter it holds from the one that was opened last.
    """
    catalogue = load_catalogue()
    closes = one_period(until) if until else None
    if rule not in catalogue.rules:
        raise CannotError("no_such_entry", name=rule)
    if county is not None and county not in catalogue.counties:
        raise CannotError("no_county", county=county)
    with writing(home()) as registry:
        opened = opened_periods(registry)
        if not (first or opened):
            raise CannotError("none_opened")
        opens = one_period(first or opened[-1])
        if closes is not None and str(closes) < str(opens):
            raise CannotError("bad_periods", periods=f"{opens}..{closes}")
        if unit is not None and unit not in directory(registry).owing(opens):
            raise CannotError("no_unit", unit=unit, period=opens)
        last = str(closes) if closes else None
        waiver = RuleWaiver(rule, unit, county, str(opens), last, why, by, at_time(at))
        add_waiver(registry, waiver)
    Teller().say("rule_waived", rule=rule, first=opens, last=closes or "—")


def list_waivers(period: str, json: Json = False) -> None:  # noqa: FBT002
    """List the waivers that hold in a quarter, with the units they cover."""
    tell, wanted = Teller(), one_period(period)
    with reading(home()) as registry:
        found = rule_waivers(registry, wanted)
        owing = dict(directory(registry).owing(wanted))
    rows = [{**vars(each), "units": len(waived_rules([each], owing))} for each in found]
    if json:
        tell.json(rows)
        return
    if not rows:
        tell.say("no_rule_waivers", period=wanted)
    for row in rows:
        where = row["unit_code"] or row["county_code"] or load_catalogue().say("cli.all_units")
        last = row["last_period"] or "—"
        tell.say("rule_waiver", **{**row, "where": where, "last_period": last})


def differences(period: str, json: Json = False) -> None:  # noqa: FBT002
    """List what the files of a quarter show together and nobody has answered; for reviewers."""
    tell, wanted = Teller(), one_period(period)
    with writing(home()) as registry:
        must_be_opened(registry, wanted)
        judge_quarter(home(), registry, load_catalogue(), wanted, Run(at=at_time(None)))
        rows = open_findings(registry, str(wanted))
    if json:
        tell.json([dict(row) for row in rows])
    elif not rows:
        tell.say("no_differences", period=wanted)
    for row in () if json else rows:
        severity = load_catalogue().say(f"validate.severity_{row['severity']}")
        told = {"unit": row["unit_code"], "rule": row["rule"], "message": row["message"]}
        tell.say("difference", severity=severity, **told)
    raise typer.Exit(1 if rows else 0)


def settle_(
    period: str, by: By, why: Why, rule: Rule = None, unit: Unit = None, at: At = None
) -> None:
    """Accept what is to be verified of a quarter, with the reason."""
    shortest = load_catalogue().parameters["explanation"]["shortest"]
    if len(why.strip()) < shortest:
        raise CannotError("reason_too_short", shortest=shortest)
    wanted, hour = one_period(period), at_time(at)
    with writing(home()) as registry:
        must_be_opened(registry, wanted)
        judge_quarter(home(), registry, load_catalogue(), wanted, Run(at=hour))
        count = settle(registry, str(wanted), by, hour, why, rule=rule, unit_code=unit)
    Teller().say("settled", period=wanted, count=count)


def signs(json: Json = False, seed: Annotated[int, typer.Option("--seed")] = 7) -> None:  # noqa: FBT002
    """Measure the signs of formality on planted returns and on honest ones."""
    tell = Teller()
    rates = calibrate(load_catalogue(), seed)
    if json:
        tell.json([vars(each) for each in rates])
        return
    tell.say("rates_head")
    for each in rates:
        tell.say("rate", **_as_told(load_catalogue(), each))


def _as_told(catalogue: Catalogue, rate: Rate) -> dict[str, object]:
    threshold = "—" if rate.threshold is None else f"{rate.threshold:g}"
    return vars(rate) | {
        "planted_as": catalogue.say(f"cli.planted_{rate.planted_as}"),
        "mark": catalogue.say("cli.chosen") if rate.is_chosen else "",
        "threshold": threshold,
        "recall": f"{rate.recall:.1%}",
        "false_flags": f"{rate.false_flags:.1%}",
    }


VERBS = (
    Verb("waive-rule", waive_rule),
    Verb("rule-waivers", list_waivers),
    Verb("differences", differences),
    Verb("settle", settle_),
    Verb("signs", signs),
)
