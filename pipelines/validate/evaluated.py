"""On how many things each rule was evaluated in each submission, told by the tables judged.

A thing is what a rule makes a statement about: a submission, a row of a list, or a cell. A rule is
evaluated on those of the units that have a cell it is about; `when` is part of what it says. A
rule about what reading saw (`each: reading`) is evaluated once a submission.
"""

from collections import defaultdict
from collections.abc import Mapping

from models.catalogue_model import Catalogue
from models.period import Period
from models.spec.rule import Moment
from pipelines.frames import Frames
from pipelines.judging.batch import Batch
from pipelines.validate.plan import READING, SUBMISSIONS, judged_parts, kinds_of

CELLS, FILE = "c", "file"
OF_FILE = ("s", SUBMISSIONS, READING)

Counts = Mapping[str, Mapping[str, int]]
"""Submission -> rule -> on how many things it was evaluated; rules with none are left out."""


def evaluations(frames: Frames, batch: Batch, moment: Moment) -> Counts:
    """Count, for every submission judged at a moment, what its rules were evaluated on."""
    rules = _rules_of(batch.catalogue, moment, batch.period)
    things = _things(frames, {where for some in rules.values() for where, _ in some})
    kinds = batch.submissions.select("submission_id", "unit_kind").iter_rows()
    return {each: _counted(rules[kind], things, each) for each, kind in kinds}


def _counted(
    rules: set[tuple[str, str]], things: Mapping[str, Mapping[str, int]], submission_id: str
) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for where, rule in rules:
        found[rule] += 1 if where == FILE else things[where].get(submission_id, 0)
    return {rule: count for rule, count in sorted(found.items()) if count}


def _rules_of(
    catalogue: Catalogue, moment: Moment, period: Period
) -> Mapping[str, set[tuple[str, str]]]:
    """Unit kind -> the rules judged for it, each with where its things are."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for item in judged_parts(catalogue, moment, period):
        where = FILE if item.table in OF_FILE else item.table
        if where == CELLS:
            where = f"c.is_{item.rule.each}"
        for kind in kinds_of(catalogue, item, period.quarter):
            found[kind].add((where, item.rule.id))
    return found


def _things(frames: Frames, wanted: set[str]) -> dict[str, dict[str, int]]:
    """Where -> submission -> how many rows of a list, or cells of a kind."""
    return {where: _per_submission(frames, where) for where in wanted - {FILE}}


def _per_submission(frames: Frames, where: str) -> dict[str, int]:
    table, _, flag = where.partition(".")
    test = flag or "TRUE"
    rows = frames.con.execute(
        f"SELECT submission_id, count(*) FILTER ({test}) FROM {table} GROUP BY 1"  # noqa: S608
    ).fetchall()
    return dict(rows)
