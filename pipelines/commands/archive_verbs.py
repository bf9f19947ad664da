"""归档 on the command line: pack a published quarter, and verify a package."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from models.loader import load_catalogue
from pipelines.commands.decision_verbs import refused
from pipelines.commands.telling import CannotError, Teller, Verb, at_time, one_period
from pipelines.keeping.reconcile import shortened
from pipelines.packing.making import Made, Order, make_package
from pipelines.packing.package import (
    Checked,
    DamagedManifestError,
    NoPackageError,
    check_package,
)
from pipelines.records.packages import packages
from pipelines.registry import reading
from pipelines.settings import home

CHECK = "check"
WRONG = ("missing", "changed", "unknown")
MEBIBYTE = 1 << 20


def archive(
    period: str,
    folder: Annotated[Path | None, typer.Argument()] = None,
    by: Annotated[str | None, typer.Option("--by")] = None,
    why: Annotated[str | None, typer.Option("--why")] = None,
    out: Annotated[Path | None, typer.Option("--out")] = None,
    at: Annotated[str | None, typer.Option("--at")] = None,
    json: Annotated[bool, typer.Option("--json")] = False,  # noqa: FBT002
) -> None:
    """Pack a published quarter; `archive check FOLDER` verifies a package."""
    if period == CHECK:
        _check(folder, as_json=json)
        return
    if folder is not None:
        raise CannotError("archive_folder_alone", period=period, folder=folder)
    if by is None:
        raise CannotError("archive_needs_by", period=period)
    catalogue, tell = load_catalogue(), Teller()
    why = why or catalogue.say("campaign.why_archive")
    order = Order(one_period(period), out or home().packages, by, at_time(at), why)
    with refused():
        made = make_package(home(), catalogue, order, tell.progress("packed"))
    if json:
        tell.json(_summary(made))
    else:
        _tell(made)


def _summary(made: Made) -> dict[str, object]:
    packed = {**asdict(made.packed), "files": made.package.files}
    return {**packed, "folder": made.folder, "number": made.package.number,
            "size": made.package.size, "manifest_sha256": made.package.manifest_sha256}  # fmt: skip


def _tell(made: Made) -> None:
    packed, package = made.packed, made.package
    fills = {"returns": packed.returns, "files": package.files, "folder": made.folder}
    Teller().say("archived", period=packed.period, size=package.size // MEBIBYTE, **fills)
    if packed.supersedes:
        Teller().say("archive_supersedes", folders="、".join(packed.supersedes))


def _check(folder: Path | None, *, as_json: bool) -> None:
    tell = Teller()
    if folder is None:
        raise CannotError("archive_check_what")
    try:
        found = check_package(folder, tell.progress("files_verified"))
    except NoPackageError as error:
        raise CannotError("no_package", folder=folder) from error
    except DamagedManifestError as error:
        raise CannotError("damaged_manifest", folder=folder) from error
    standing = _standing(found)
    if as_json:
        wrong = {name: getattr(found, name) for name in WRONG}
        tell.json({"folder": folder, "period": found.manifest.period, "standing": standing,
                   "files": len(found.manifest.files), "apart": found.apart, **wrong})  # fmt: skip
    else:
        _tell_checked(folder, found, standing)
    raise typer.Exit(0 if found.is_whole else 1)


def _standing(found: Checked) -> str:
    """What this home knows of the package: in force, superseded, other bytes, or nothing."""
    if not home().registry.exists():
        return "unknown"
    with reading(home()) as registry:
        known = packages(registry, found.manifest.period)
    same = [each for each in known if each.manifest_sha256 == found.manifest_sha256]
    if not same:
        return "unknown"
    return "newest" if same[-1] == known[-1] else "superseded"


def _tell_checked(folder: Path, found: Checked, standing: str) -> None:
    tell = Teller()
    for name in WRONG:
        if names := getattr(found, name):
            tell.say(f"archive_files_{name}", count=len(names), what=shortened(names))
    for part, count in found.apart.items():
        tell.say("archive_apart", part=part, count=count)
    key = "archive_not_whole"
    if found.is_sound:
        key = "archive_whole_here" if found.apart else "archive_whole"
    here = len(found.manifest.files) - sum(found.apart.values())
    tell.say(key, folder=folder, period=found.manifest.period, files=here)
    tell.say(f"archive_standing_{standing}")


VERBS = (Verb("archive", archive),)
