"""What a check says to the people who read it."""

import dagster as dg
import pytest

from pipelines.build import models_in_order
from pipelines.build.checks import WARNINGS, check_names
from pipelines.defs.telling import result_of, spec_of
from pipelines.proof import Proof

TABLE = "marts.indicator_value"


@pytest.mark.parametrize(
    ("proof", "severity", "said"),
    [
        (Proof("adds_up", passed=True), dg.AssetCheckSeverity.ERROR, "通过。"),
        (Proof("adds_up", passed=False), dg.AssetCheckSeverity.ERROR, "sanji rebuild"),
        (Proof("adds_up", passed=False, warns=True), dg.AssetCheckSeverity.WARN, "不拦截发布"),
    ],
)
def test_a_result_says_what_it_stops_and_what_is_to_be_done(catalogue, proof, severity, said):
    result = result_of(catalogue, TABLE, proof)
    assert (result.passed, result.severity) == (proof.passed, severity)
    assert said in result.description


def test_the_rows_that_are_wrong_stand_beside_the_result_under_chinese_names(catalogue):
    proof = Proof("adds_up", passed=False, numbers={"compared": 3, "wrong": "2026Q3 ORG01"})
    told = {name: held.value for name, held in result_of(catalogue, TABLE, proof).metadata.items()}
    assert told == {"核对项数": 3, "不符之处": "2026Q3 ORG01"}


def test_every_check_stops_a_snapshot_but_those_that_only_warn(catalogue):
    for model in models_in_order(catalogue):
        for name in check_names(model):
            spec = spec_of(catalogue, model.table, name)
            assert spec.blocking is (name not in WARNINGS)
            assert spec.description
