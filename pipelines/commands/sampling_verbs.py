"""`sanji sampling`: draw cells, write check sheets, take them back, say what they tell."""

import secrets
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from models.catalogue_model import Catalogue
from models.loader import load_catalogue
from models.period import Period
from pipelines.catalogues.of_quarters import quarter_catalogues
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.records.units import directory
from pipelines.registry import reading, writing
from pipelines.sampling import Cell, cells_of, estimates, plan_of, plan_sample, take_sheet
from pipelines.sampling import write_sheets as write
from pipelines.sampling.drawing import NothingToDrawError
from pipelines.sampling.records import PlanInUseError
from pipelines.sampling.shown import shown
from pipelines.sampling.taking import NotCheckSheetError, Taken, read_sheet
from pipelines.settings import home

Json = Annotated[bool, typer.Option("--json")]
By = Annotated[str, typer.Option("--by")]
At = Annotated[str | None, typer.Option("--at")]
SEEDS = 1 << 31
PERCENT = ("error_rate", "low", "high")
TOLD = ("all", "form", "indicator")


def plan(
    period: str,
    by: By,
    size: Annotated[int | None, typer.Option("--size", min=1)] = None,
    seed: Annotated[int | None, typer.Option("--seed")] = None,
    again: Annotated[bool, typer.Option("--again")] = False,  # noqa: FBT002
    why: Annotated[str | None, typer.Option("--why")] = None,
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Draw the cells of a quarter; again while nothing was found, with a reason."""
    if again and why is None:
        raise CannotError("sampling_again_why", period=period)
    wanted, hour = one_period(period), at_time(at)
    size = size or load_catalogue().parameters["sampling"]["size"]
    # Nobody can tell the cells before they are drawn; recorded, the draw can be done again.
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    if not home().warehouse.exists():
        raise CannotError("sampling_not_built", period=wanted)
    try:
        with writing(home()) as registry:
            is_there = plan_of(registry, str(wanted)) is not None
            if is_there and not again:
                raise CannotError("sampling_exists", period=wanted)
            plan_sample(
                registry, home().warehouse, _catalogue(registry, wanted), str(wanted),
                size=size, seed=seed, by=by, at=hour, why=why if is_there else None,
            )  # fmt: skip
            made, cells = plan_of(registry, str(wanted)) or {}, cells_of(registry, str(wanted))
    except PlanInUseError as error:
        raise CannotError("sampling_in_use", period=wanted) from error
    except NothingToDrawError as error:
        raise CannotError("sampling_not_built", period=wanted) from error
    told = {"period": str(wanted), "frame": made["frame_cells"], "seed": seed}
    counts = {"cells": len(cells), "units": len({cell.unit_code for cell in cells})}
    if json:
        Teller().json({**told, **counts, "drawn": [vars(cell) for cell in cells]})
    else:
        typer.echo(load_catalogue().say("sampling.planned", **told, **counts))


def sheets(
    period: str,
    out: Annotated[Path, typer.Option("--out")],
    json: Json = False,  # noqa: FBT002
) -> None:
    """Write a check sheet for each unit."""
    wanted = one_period(period)
    with reading(home()) as registry:
        cells, catalogue = _drawn(registry, wanted), _catalogue(registry, wanted)
        units = directory(registry)
        versions = {cell.unit_code: units.version(cell.unit_code, wanted) for cell in cells}
    names = {code: unit.unit_name if unit else code for code, unit in versions.items()}
    paths = write(out, catalogue, cells, names, str(wanted))
    if json:
        Teller().json([str(path) for path in paths])
    else:
        typer.echo(catalogue.say("sampling.sheets_written", files=len(paths), folder=out))


def take(
    period: str,
    files: list[Path],
    by: By,
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Take check sheets back."""
    wanted, hour = one_period(period), at_time(at)
    with reading(home()) as registry:
        _drawn(registry, wanted)
        catalogue = _catalogue(registry, wanted)
    # Read before the registry is taken for writing: a file may take its time.
    sheets = [(path, _read(catalogue, path, wanted)) for path in files]
    told = []
    with writing(home()) as registry:
        cells = _drawn(registry, wanted)
        for path, rows in sheets:
            taken = take_sheet(registry, catalogue, rows, cells, by=by, at=hour)
            told.append({"file": path.name, **_of_sheet(catalogue, taken, cells)})
    _tell_taken(told, as_json=json)
    if any(each["problems"] for each in told):
        raise typer.Exit(1)


def _of_sheet(catalogue: Catalogue, taken: Taken, cells: list[Cell]) -> dict[str, Any]:
    """What of a sheet was recorded: a slip of the pen is seen where it differs from what stood."""
    known = {cell.sampling_cell_id: cell for cell in cells}
    pairs = [(known[each.sampling_cell_id], each.found) for each in taken.results]
    differs = [_told_cell(catalogue, *p) for p in pairs if Decimal(p[1]) != Decimal(p[0].reported)]
    changed = [
        _told_cell(catalogue, cell, found)
        for cell, found in pairs
        if cell.found is not None and Decimal(cell.found) != Decimal(found)
    ]
    counts = {"recorded": len(pairs), "wrong": len(differs), "blank": taken.blank}
    return {**counts, "differs": differs, "changed": changed, "problems": taken.problems}


def _told_cell(catalogue: Catalogue, cell: Cell, found: str) -> dict[str, str]:
    field = catalogue.fields[cell.field]
    values = {"reported": cell.reported, "found": found, "before": cell.found or found}
    return {
        "place": f"{cell.sheet}!{cell.cell}",
        "label": f"{field.code} {field.zh}",
        **{name: shown(catalogue, field, value) for name, value in values.items()},
    }


def _read(catalogue: Catalogue, path: Path, period: Period) -> list[dict[str, str]]:
    try:
        return read_sheet(home().archive, catalogue, path)
    except NotCheckSheetError as error:
        raise CannotError("sampling_not_sheet", file=path.name, period=period) from error


def _tell_taken(told: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        Teller().json(told)
        return
    say = load_catalogue().say
    for each in told:
        typer.echo(say("sampling.taken", **each))
        for key in ("differs", "changed"):
            for cell in each[key]:
                typer.echo(say(f"sampling.{key}", **cell))
        for at, why in each["problems"]:
            typer.echo(say("sampling.problem", cell=at, why=why))


def result(period: str, json: Json = False) -> None:  # noqa: FBT002
    """Say what the checked cells tell of all."""
    wanted = one_period(period)
    with reading(home()) as registry:
        cells, catalogue = _drawn(registry, wanted), _catalogue(registry, wanted)
        rows = estimates(registry, catalogue, str(wanted)).to_dicts()
    if json:
        Teller().json(rows)
        return
    checked = sum(cell.found is not None for cell in cells)
    typer.echo(catalogue.say("sampling.head", period=wanted, drawn=len(cells), checked=checked))
    for row in rows:
        if row["subject_kind"] in TOLD and (row["checked"] or row["subject_kind"] == "all"):
            typer.echo(_line(catalogue, row))


def _line(catalogue: Catalogue, row: dict[str, Any]) -> str:
    scope = (
        catalogue.structure.city.zh
        if row["scope_level"] == "city"
        else catalogue.levels[row["scope_code"]][1]
    )
    names = {
        "all": catalogue.say("sampling.subject_all"),
        **{form.id: form.sheet for form in catalogue.forms.values()},
        **{each.id: f"{each.id} {each.zh}" for each in catalogue.indicators.values()},
    }
    told = {"scope": scope, "subject": names[row["subject"]]}
    if not row["checked"]:
        return catalogue.say("sampling.nothing", **told)
    shares = {"rate" if name == "error_rate" else name: f"{row[name]:.1%}" for name in PERCENT}
    counts = {"checked": row["checked"], "wrong": row["wrong"]}
    return catalogue.say("sampling.line", **told, **counts, **shares)


def _catalogue(registry: Connection, period: Period) -> Catalogue:
    """What the quarter was asked and computed by; texts and parameters are those of today."""
    today = load_catalogue()
    then = quarter_catalogues(home(), registry, today).of(str(period))
    return replace(then, wording=today.wording, parameters=today.parameters)


def _drawn(registry: Connection, period: Period) -> list[Cell]:
    cells = cells_of(registry, str(period))
    if not cells:
        raise CannotError("sampling_no_plan", period=period)
    return cells


VERBS = (Verb("plan", plan), Verb("sheets", sheets), Verb("take", take), Verb("result", result))
