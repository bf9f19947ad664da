"""The quarters that have been opened, as partitions: keys like 2026Q3."""

import dagster as dg
from sqlalchemy import Connection

from pipelines.records.quarters import opened_periods

PERIOD = dg.DynamicPartitionsDefinition(name="period")


def sync_partitions(instance: dg.DagsterInstance, registry: Connection) -> list[str]:
    """Give every opened quarter its partition; return those that are new."""
    known = set(instance.get_dynamic_partitions("period"))
    new = [period for period in opened_periods(registry) if period not in known]
    instance.add_dynamic_partitions("period", new)
    return new
