"""What people read beside an asset: labels and texts come from the catalogue."""

from collections.abc import Iterable, Mapping

import dagster as dg

from models.catalogue_model import Catalogue
from pipelines.build.checks import WARNINGS
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
    """A check of a table; it blocks a snapshot unless it only warns."""
    said = catalogue.say(f"dagster.{check}")
    return dg.AssetCheckSpec(
        check, asset=key_of(table), description=said, blocking=check not in WARNINGS
    )


def result_of(catalogue: Catalogue, table: str, proof: Proof) -> dg.AssetCheckResult:
    """What a proof says, as the result of a check."""
    return dg.AssetCheckResult(
        passed=proof.passed,
        asset_key=key_of(table),
        check_name=proof.name,
        severity=dg.AssetCheckSeverity.WARN if proof.warns else dg.AssetCheckSeverity.ERROR,
        description=catalogue.say(f"dagster.{_verdict(proof)}", table=table),
        metadata=labelled(catalogue, proof.numbers),
    )


def _verdict(proof: Proof) -> str:
    if proof.passed:
        return "passed"
    return "warned" if proof.warns else "stopped"
