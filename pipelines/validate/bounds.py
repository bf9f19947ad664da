"""Parts of rules that only compare a column with a number: the library can say these itself."""

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from models.catalogue_model import Catalogue
from models.expression import parse
from models.period import Period
from models.spec.rule import Moment
from pipelines.validate.plan import Judged, bound, parts_of

BOUNDS = {
    "=": ("min_value", "max_value"),
    ">=": ("min_value",),
    "<=": ("max_value",),
    ">": ("min_value",),
    "<": ("max_value",),
}
STRICT: dict[str, dict[str, Any]] = {">": {"strict_min": True}, "<": {"strict_max": True}}


def bounds(
    catalogue: Catalogue, period: Period, moment: Moment
) -> Iterator[tuple[Judged, str, dict[str, Any]]]:
    """Each such part, the column that it is about, and the bounds."""
    for item in parts_of(catalogue, "s", moment, period):
        limits = _limits(catalogue, item)
        if limits is not None:
            yield item, item.part.left or "", limits


def _limits(catalogue: Catalogue, item: Judged) -> dict[str, Any] | None:
    part = item.part
    is_plain = part.when is None and part.op in BOUNDS and not part.tolerance
    left, op = part.left or "", part.op or ""
    if not is_plain or {left} != parse(left).names() or parse(left).row_alias or "(" in left:
        return None
    right = bound(catalogue, part.right or "").tree
    if not isinstance(right, exp.Literal) or right.is_string:
        return None
    if item.rule.only is not None and not left.startswith("sys."):
        return None
    return {name: float(right.name) for name in BOUNDS[op]} | STRICT.get(op, {})
