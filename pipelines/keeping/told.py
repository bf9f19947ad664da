"""Our own troubles in words: what happened and what to do, for whoever was at work."""

import errno

from models.catalogue_model import Catalogue
from pipelines.catalogues.kept import LostCatalogueError, OtherProgramError
from pipelines.keeping.reconcile import LostFilesError
from pipelines.opened import OlderFileError
from pipelines.registry import DamagedRegistryError
from pipelines.schema import NewerRegistryError
from pipelines.validate.checkpoint import BrokenRuleError
from pipelines.warehouse import DamagedWarehouseError

NAMES: dict[type[Exception], str] = {
    LostFilesError: "lost_files",
    LostCatalogueError: "lost_catalogue",
    OtherProgramError: "other_program",
    DamagedRegistryError: "damaged_registry",
    NewerRegistryError: "newer_registry_found",
    DamagedWarehouseError: "damaged_warehouse",
    OlderFileError: "older_file",
    BrokenRuleError: "broken_rule",
}
OURS = tuple(NAMES)
"""Exceptions that have a line for people."""

ERRNOS = {
    errno.ENOSPC: "no_space",
    errno.EDQUOT: "no_space",
    errno.EROFS: "read_only",
    errno.EACCES: "no_right",
    errno.EPERM: "no_right",
    errno.EISDIR: "is_folder",
    errno.ENOTDIR: "is_no_folder",
    errno.EEXIST: "is_no_folder",
    errno.ENOENT: "no_such_place",
}


def told(catalogue: Catalogue, error: Exception) -> str:
    """What people are told of an exception of ours."""
    return catalogue.say(f"keeping.{NAMES[type(error)]}", what=error)


def told_of(catalogue: Catalogue, name: str, message: str) -> str | None:
    """The same from the class name and the message that a run keeps; None if it is not ours."""
    for kind, line in NAMES.items():
        if kind.__name__ == name:
            what = message.strip().removeprefix(f"{kind.__module__}.{name}: ")
            return catalogue.say(f"keeping.{line}", what=what)
    return None


def told_of_disk(catalogue: Catalogue, error: OSError) -> str:
    """What people are told when the disk will not do as it is asked."""
    name = ERRNOS.get(error.errno or 0, "disk_error")
    return catalogue.say(f"keeping.{name}", what=error.filename or error.strerror or "")
