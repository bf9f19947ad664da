"""Freshness of what is published, as a check that can be run at any time; it only warns."""

import dagster as dg

from models.catalogue_model import Catalogue
from pipelines.defs.place import Place
from pipelines.defs.publish import DRAFT, FINAL
from pipelines.defs.telling import labelled
from pipelines.freshness import FRESHNESS, freshness


def freshness_checks(catalogue: Catalogue) -> list[dg.AssetChecksDefinition]:
    """The same question beside either snapshot: what is in force is the newer of the two."""
    return [_check(catalogue, key) for key in (DRAFT, FINAL)]


def _check(catalogue: Catalogue, key: dg.AssetKey) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=key,
        name=FRESHNESS,
        description=catalogue.say(f"dagster.{FRESHNESS}"),
    )
    def is_fresh(place: Place) -> dg.AssetCheckResult:
        with place.reading() as registry:
            proof = freshness(place.home, registry, catalogue)
        return dg.AssetCheckResult(
            passed=proof.passed,
            severity=dg.AssetCheckSeverity.WARN,
            description=catalogue.say(f"dagster.{'fresh' if proof.passed else 'stale'}"),
            metadata=labelled(catalogue, proof.numbers),
        )

    return is_fresh
