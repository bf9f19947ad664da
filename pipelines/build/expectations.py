"""Great Expectations at arm's length: a frame of a mart and what is wanted in, what is broken out.

Each thing that is broken is told with how many rows break it, and a few of them by their keys.
"""

import os
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from models.catalogue_model import Catalogue

if TYPE_CHECKING:  # slow to import
    import pandas as pd

COLUMNS = ("column", "column_A", "column_B")
NAMED = 5
"""So many rows that break an expectation are named."""
BRIEF = {"result_format": "BOOLEAN_ONLY"}

Wanted = tuple[str, dict[str, Any]]


def unmet(
    frame: "pd.DataFrame", wanted: Sequence[Wanted], keys: Sequence[str], catalogue: Catalogue
) -> list[str]:
    """The expectations that do not hold, each with how many rows break it and which.

    What the library costs is the number of expectations, hardly that of the rows: alike ones are
    one at first, over their columns one below the other. Only where that breaks is each asked.
    """
    if frame.empty or all(each.success for each in _results(*stacked(frame, wanted), BRIEF)):
        return []
    counted = {
        "result_format": "SUMMARY",
        "unexpected_index_column_names": list(keys),
        "partial_unexpected_count": NAMED,
    }
    results = zip(wanted, _results(frame, wanted, counted), strict=True)
    return [_told(asked, each, keys, catalogue) for asked, each in results if not each.success]


def described(wanted: Wanted, catalogue: Catalogue) -> str:
    """An expectation as people read it."""
    kind, given = wanted
    fills = {**given, "value_set": " ".join(map(str, given.get("value_set", ())))}
    return catalogue.say(f"dagster.expect_{kind}", **fills)


def stacked(
    frame: "pd.DataFrame", wanted: Sequence[Wanted]
) -> tuple["pd.DataFrame", Sequence[Wanted]]:
    """The columns of which the same is expected, one below the other, and that expectation.

    What is put below the shorter ones breaks none.
    """
    import pandas as pd  # noqa: PLC0415 slow to import

    columns, expected = {}, []
    for name, alike in _alike(wanted).items():
        kind, given = alike[0]
        sides = {key: f"{name} {key}" for key in COLUMNS if key in given}
        for key, column in sides.items():
            columns[column] = [_shown(kind, frame[str(each[key])]) for _, each in alike]
        expected.append((kind, {**given, **sides}))
    longest = max(map(len, columns.values())) * len(frame)
    filled = {given["column"]: 1.0 for kind, given in expected if kind == "not_null"}
    return pd.DataFrame(
        {
            name: pd.concat(some, ignore_index=True).reindex(
                range(longest), fill_value=filled.get(name)
            )
            for name, some in columns.items()
        }
    ), expected


def _alike(wanted: Sequence[Wanted]) -> dict[str, list[Wanted]]:
    """The expectations that differ in nothing but the columns they are about."""
    groups: dict[str, list[Wanted]] = {}
    for kind, given in wanted:
        rest = {key: told for key, told in given.items() if key not in COLUMNS}
        groups.setdefault(f"{kind} {rest}", []).append((kind, given))
    return groups


def _shown(kind: str, column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Of what is only asked to be there, whether it is: texts are slow to look at."""
    return column.notna().astype(float).where(column.notna()) if kind == "not_null" else column


def _results(
    frame: "pd.DataFrame", wanted: Sequence[Wanted], told: dict[str, Any]
) -> Sequence[Any]:
    """A result for each expectation, in their order."""
    gx, kinds, frames = _library()
    batch = frames.get_batch({"dataframe": frame})
    expected = [kinds[kind](**given, meta={"at": at}) for at, (kind, given) in enumerate(wanted)]
    suite_ = gx.ExpectationSuite(name="mart", expectations=expected)
    results = batch.validate(suite_, result_format=told).results
    # The library tells those of one column together, whatever their order was.
    return sorted(results, key=lambda each: each.expectation_config.meta["at"])


def _told(wanted: Wanted, result: Any, keys: Sequence[str], catalogue: Catalogue) -> str:
    found = result.result
    if "unexpected_count" not in found:  # the library itself stumbled
        return f"{described(wanted, catalogue)} {result.exception_info}"
    rows = (_named([row[key] for key in keys]) for row in found["partial_unexpected_index_list"])
    return catalogue.say(
        "dagster.expect_broken",
        expected=described(wanted, catalogue),
        rows=found["unexpected_count"],
        few=";".join(rows),
    )


def _named(values: Sequence[Any]) -> str:
    """A row by its keys; what is empty, which the library gives as no number, is a dash."""
    import pandas as pd  # noqa: PLC0415 slow to import

    return " ".join("-" if pd.isna(each) else str(each) for each in values)


@cache
def _library() -> tuple[Any, dict[str, Any], Any]:
    """Great Expectations, its expectations and what takes frames; seconds to import.

    One definition takes every frame: the library writes its whole configuration for each new one.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx  # noqa: PLC0415 only where a mart is proved
    from great_expectations.expectations import core  # noqa: PLC0415 likewise

    from pipelines.settled_kinds import settled  # noqa: PLC0415 it knows the library's models

    context = gx.get_context(mode="ephemeral")
    # The setter wants the plain form of what the getter gives.
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    kinds = {
        "not_null": settled(core.ExpectColumnValuesToNotBeNull),
        "in_set": settled(core.ExpectColumnValuesToBeInSet),
        "between": settled(core.ExpectColumnValuesToBeBetween),
        "not_below": _not_below(settled(core.ExpectColumnPairValuesAToBeGreaterThanB)),
    }
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("marts")
    return gx, kinds, asset.add_batch_definition_whole_dataframe("all")


def _not_below(kind: Any) -> Any:
    def made(**given: Any) -> Any:
        return kind(or_equal=True, ignore_row_if="either_value_is_missing", **given)

    return made
