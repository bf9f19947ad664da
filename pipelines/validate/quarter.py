"""Judge the files of a quarter together: what needs other units, and signs of formality."""

from models.spec.rule import Moment
from pipelines.validate.batch import Judgement, parted, table_failures
from pipelines.validate.evidence import evidence
from pipelines.validate.findings import Writer
from pipelines.validate.naming import told_of_units
from pipelines.validate.signs import frames_with_signs
from pipelines.validate.together import Together


def judge_together(quarter: Together) -> Judgement:
    """Run every rule part that waits for the quarter."""
    batch = quarter.batch
    frames = frames_with_signs(quarter)
    failures = list(table_failures(frames, Moment.QUARTER, batch.period))
    writer = Writer(
        batch.catalogue,
        frames,
        batch.values,
        told_of_units(frames, failures),
        evidence(frames, failures),
    )
    findings, waived = parted(batch, writer.findings(failures))
    return Judgement(Moment.QUARTER, findings, failures, frames, frozenset(), waived)
