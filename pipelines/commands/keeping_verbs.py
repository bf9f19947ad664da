"""Verbs that keep an installation: backup, restore, doctor."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from models.loader import load_catalogue
from pipelines.commands.telling import CannotError, Teller, Verb, at_time
from pipelines.keeping.backup import CannotBackUpError, Saved, make_backup
from pipelines.keeping.doctor import count_probes, examine
from pipelines.keeping.reconcile import shortened
from pipelines.keeping.repository import DamagedBackupError, NoBackupError, newest
from pipelines.keeping.restore import HomeNotEmptyError, restore_backup, verify_backup
from pipelines.keeping.trouble import Trouble, Visit
from pipelines.settings import Home, home

Json = Annotated[bool, typer.Option("--json")]
At = Annotated[str | None, typer.Option("--at")]
MEBIBYTE = 1 << 20


def backup(
    out: Annotated[Path | None, typer.Option("--out")] = None,
    verify: Annotated[Path | None, typer.Option("--verify")] = None,
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Add a backup to a folder, or verify one."""
    if (out is None) == (verify is None):
        raise CannotError("out_or_verify")
    if verify is not None:
        _verify(verify, json=json)
    if out is not None:
        _back_up(out, at, json=json)


def _back_up(out: Path, at: str | None, *, json: bool) -> None:
    tell = Teller()
    try:
        saved = make_backup(home(), load_catalogue(), out, at_time(at), tell.progress("files"))
    except CannotBackUpError as error:
        raise CannotError(error.reason, out=out, home=home().root) from error
    if json:
        tell.json(_summary(saved.folder, saved))
    else:
        _tell_saved(saved)
    raise typer.Exit(1 if saved.manifest.lost else 0)


def _summary(folder: Path, saved: Saved) -> dict[str, object]:
    manifest = asdict(saved.manifest)
    return {**manifest, "files": len(saved.manifest.files), "folder": folder, "added": saved.added}


def _tell_saved(saved: Saved) -> None:
    size = sum(each.size for each in saved.manifest.files.values()) // MEBIBYTE
    fills = {"receipts": saved.manifest.receipts, "added": saved.added, "size": size}
    _say("backed_up", folder=saved.folder, **fills)
    if lost := saved.manifest.lost:
        _say("backed_up_not_all", count=len(lost), what=shortened(lost))


def _verify(place: Path, *, json: bool) -> None:
    tell = Teller()
    try:
        folder = newest(place)
        manifest = verify_backup(folder, tell.progress("files_verified"))
    except NoBackupError as error:
        raise CannotError("no_backup", place=place) from error
    except DamagedBackupError as error:
        if json:
            tell.json({"damaged": error.files})
        raise CannotError("damaged_backup", what=shortened(error.files)) from error
    facts = {"made_at": manifest.made_at, "receipts": manifest.receipts}
    if json:
        tell.json({"folder": folder, **facts, "files": len(manifest.files), "damaged": []})
    else:
        _say("verified", folder=folder, **facts, files=len(manifest.files))


def restore(
    source: Path,
    to: Annotated[Path, typer.Option("--to")],
    json: Json = False,  # noqa: FBT002
) -> None:
    """Put a backup into an empty home."""
    tell, target = Teller(), Home(to.resolve())
    try:
        manifest = restore_backup(newest(source), target, tell.progress("files_restored"))
    except NoBackupError as error:
        raise CannotError("no_backup", place=source) from error
    except HomeNotEmptyError as error:
        raise CannotError("home_not_empty", home=target.root) from error
    except DamagedBackupError as error:
        if json:
            tell.json({"damaged": error.files})
        raise CannotError("damaged_backup", what=shortened(error.files)) from error
    facts = {"made_at": manifest.made_at, "receipts": manifest.receipts}
    if json:
        lost = {"files": len(manifest.files), "lost": manifest.lost}
        tell.json({"home": target.root, **facts, **lost})
    else:
        _say("restored", home=target.root, **facts)


def doctor(
    deep: Annotated[bool, typer.Option("--deep")] = False,  # noqa: FBT002
    at: At = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Say what is wrong with the installation and what to do about it."""
    found = list(examine(Visit(home(), load_catalogue(), at_time(at), deep)))
    if json:
        Teller().json([{**asdict(each), "message": _text(each)} for each in found])
    else:
        _tell_troubles(found)
    raise typer.Exit(1 if any(each.severity == "problem" for each in found) else 0)


def _tell_troubles(found: list[Trouble]) -> None:
    for each in sorted(found, key=lambda each: each.severity != "problem"):
        severity = load_catalogue().say(f"keeping.severity_{each.severity}")
        _say("trouble", severity=severity, text=_text(each))
    problems = sum(each.severity == "problem" for each in found)
    if found:
        _say("examined", count=count_probes(), problems=problems, hints=len(found) - problems)
    else:
        _say("healthy", count=count_probes())


def _text(trouble: Trouble) -> str:
    return load_catalogue().say(f"keeping.{trouble.name}", **trouble.fills)


def _say(name: str, /, **fills: object) -> None:
    typer.echo(load_catalogue().say(f"keeping.{name}", **fills))


VERBS = (
    Verb("backup", backup),
    Verb("restore", restore),
    Verb("doctor", doctor),
)
