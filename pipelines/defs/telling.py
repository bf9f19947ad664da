"""What people read beside an asset: labels and texts come from the catalogue."""

from collections.abc import Iterable, Mapping

import dagster as dg

from models.catalogue_model import Catalogue
from pipelines.proof import Proof

JOINED = "、"


def key_of(table: str) -> dg.AssetKey:
    """`marts.indicator_value` -> the asset key ['marts', 'indicator_value']."""
    return dg.AssetKey(table.split("."))


def labelled(catalogue: Catalogue, values: Mapping[str, int | str]) -> dict[str, int | str]:
    """The values under the labels that people read; nothing said is said to be nothing."""
    nothing = catalogue.say("dagster.none")
    return {
        catalogue.say(f"dagster.label_{name}"): nothing if value == "" else value
        for name, value in values.items()
    }


def joined(parts: Iterable[str]) -> str:
    """Several names as one text."""
    return JOINED.join(parts)


def spec_of(catalogue: Catalogue, table: str, check: str) -> dg.AssetCheckSpec:
    """A check of a table. It blocks: no snapshot is published from what does not hold."""
    said = catalogue.say(f"dagster.{check}")
    return dg.AssetCheckSpec(check, asset=key_of(table), description=said, blocking=True)


def result_of(catalogue: Catalogue, table: str, proof: Proof) -> dg.AssetCheckResult:
    """What a proof says, as the result of a check."""
    return dg.AssetCheckResult(
        passed=proof.passed,
        asset_key=key_of(table),
        check_name=proof.name,
        metadata=labelled(catalogue, proof.numbers),
    )
