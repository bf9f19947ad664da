"""单位名录: kept in a workbook a clerk can edit, and changed by registered events (变动)."""

from pipelines.directory.book import write_book
from pipelines.directory.changing import NoSuchEventError, Signed, enter, is_after_freeze, undo
from pipelines.directory.columns import choices, header
from pipelines.directory.effects import Asked, EventDraft
from pipelines.directory.inspecting import crosswalk, inspect
from pipelines.directory.parsing import NotReadError, read_value
from pipelines.directory.problems import Problem, RefusedError, problem_lines
from pipelines.directory.reading import NotDirectoryBookError
from pipelines.directory.taking import Taken, take

__all__ = [
    "Asked",
    "EventDraft",
    "NoSuchEventError",
    "NotDirectoryBookError",
    "NotReadError",
    "Problem",
    "RefusedError",
    "Signed",
    "Taken",
    "choices",
    "crosswalk",
    "enter",
    "header",
    "inspect",
    "is_after_freeze",
    "problem_lines",
    "read_value",
    "take",
    "undo",
    "write_book",
]
