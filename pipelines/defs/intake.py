"""From the inbox to findings, as assets of the registry. A run takes in whatever waits."""

from collections import Counter

import dagster as dg

from models.catalogue_model import Catalogue
from models.period import Period
from pipelines.defs.partitions import PERIOD
from pipelines.defs.place import Place
from pipelines.defs.telling import joined, labelled

RECEIPT, SUBMISSION, FINDING = (
    dg.AssetKey(["registry", name]) for name in ("receipt", "submission", "finding")
)


def intake_assets(catalogue: Catalogue) -> list[dg.AssetsDefinition]:
    """The three steps in order."""
    return [_receipts(catalogue), _submissions(catalogue), _findings(catalogue)]


def _receipts(catalogue: Catalogue) -> dg.AssetsDefinition:
    @dg.asset(
        key=RECEIPT,
        partitions_def=PERIOD,
        group_name="intake",
        description=catalogue.say("dagster.receipt"),
        kinds={"sqlite"},
    )
    def receipt(place: Place) -> dg.MaterializeResult[None]:
        from pipelines.receive import look, receive_inbox  # noqa: PLC0415 only where files come in

        home = place.home
        with place.writing() as registry:
            given = list(receive_inbox(registry, home.inbox, home.archive, place.now(), catalogue))
        every = [one for each in given for one in each.each()]
        left = look(home.inbox, place.now(), catalogue).left
        counts = {"received": len(every), "refused": sum(one.is_refused for one in every)}
        told = joined(each.told(home.inbox, catalogue) for each in left)
        return dg.MaterializeResult(metadata=labelled(catalogue, {**counts, "left": told}))

    return receipt


def _submissions(catalogue: Catalogue) -> dg.AssetsDefinition:
    @dg.asset(
        key=SUBMISSION,
        deps=[RECEIPT],
        partitions_def=PERIOD,
        group_name="intake",
        description=catalogue.say("dagster.submission"),
        kinds={"sqlite"},
    )
    def submission(place: Place) -> dg.MaterializeResult[None]:
        from pipelines.judging.intake import identify_received  # noqa: PLC0415 slow to import

        with place.writing() as registry:
            outcomes = Counter(identify_received(place.home, registry, catalogue))
        counts = {name: outcomes[name] for name in ("submitted", "answered", "refused", "held")}
        return dg.MaterializeResult(metadata=labelled(catalogue, counts))

    return submission


def _findings(catalogue: Catalogue) -> dg.AssetsDefinition:
    @dg.asset(
        key=FINDING,
        deps=[SUBMISSION],
        partitions_def=PERIOD,
        group_name="intake",
        description=catalogue.say("dagster.finding"),
        kinds={"sqlite", "greatexpectations"},
    )
    def finding(context: dg.AssetExecutionContext, place: Place) -> dg.MaterializeResult[None]:
        from pipelines.corrections.aftereffects import follow_corrections  # noqa: PLC0415 slow to import
        from pipelines.judging.checkpoints import (  # noqa: PLC0415 slow to import
            Run,
            expected_in,
            has_unjudged_answers,
        )
        from pipelines.judging.intake import judge_period  # noqa: PLC0415 slow to import
        from pipelines.judging.reviewing import judge_from  # noqa: PLC0415 slow to import

        period = context.partition_key
        with place.writing() as registry:
            run = Run(context.run.run_id, place.now())
            verdicts = judge_period(place.home, registry, catalogue, period, run)
            if verdicts or has_unjudged_answers(registry, period):
                judge_from(place.home, registry, catalogue, Period.parse(period), run)
            follow_corrections(place.home, registry, catalogue)
            gate = expected_in(registry, context.run.run_id)
        counted = Counter(verdicts)
        counts = {name: counted[name] for name in ("accepted", "explain", "returned")}
        return dg.MaterializeResult(
            metadata=labelled(catalogue, {"judged": len(verdicts), **counts, **gate})
        )

    return finding
