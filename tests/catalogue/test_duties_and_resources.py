"""Duties and resources prove themselves: every example holds, by the oracle and by SQL."""

import duckdb
import pytest

from models.check import problems
from models.expression import parse
from models.loader import load_catalogue
from models.spec.duty import RegularDuties
from models.spec.resource import Resources
from pipelines.build.sides import sides_sql
from tests.oracle import evaluate

CATALOGUE = load_catalogue()
BOUND = {"par.soon_days": CATALOGUE.duties.soon_days}


def duty_cases():
    for duty in CATALOGUE.duties.duties:
        for number, example in enumerate(duty.examples):
            for side in ("expected", "done"):
                text, value = getattr(duty, side), getattr(example, side)
                yield pytest.param(text, example.given, value, id=f"{duty.id}-{number}-{side}")


def resource_cases():
    for each in CATALOGUE.resources.resources:
        texts = {measure.role: measure.value for measure in each.measures}
        if each.matching:
            texts |= {name: getattr(each.matching, name) for name in ("spare", "need", "short")}
            texts |= {"pooled": each.matching.pooled} if each.matching.pooled else {}
        for number, example in enumerate(each.examples):
            for side, value in example.values.items():
                yield pytest.param(
                    texts[side], example.given, value, id=f"{each.id}-{number}-{side}"
                )


CASES = [*duty_cases(), *resource_cases()]


@pytest.mark.parametrize(("text", "given", "value"), CASES)
def test_a_formula_comes_out_as_its_example_says(text, given, value):
    assert evaluate(text, given) == pytest.approx(value)


@pytest.mark.parametrize(("text", "given", "value"), CASES)
def test_the_compiled_sql_says_what_the_example_says(text, given, value):
    (side,), joined = sides_sql(CATALOGUE, [text])
    con = duckdb.connect()
    con.execute("CREATE SCHEMA core")
    now, before = {"period": "'2026Q2'", "previous": "'2026Q1'"}, {"period": "'2026Q1'"}
    for name in parse(text).names():
        said = given.get(name)
        literal = f"CAST({'NULL' if said is None else said} AS DECIMAL(18, 4))"
        if name.startswith("prev."):
            before[name[5:]] = literal
        elif name.startswith("ytd("):
            now[f"ytd__{name[4:-1]}"] = literal
        else:
            now[name.replace("sys.", "sys__")] = literal
    rows = [
        "SELECT 'U' AS unit_code, " + ", ".join(f"{value} AS {name}" for name, value in row.items())
        for row in (now, before)
    ]
    con.execute(f"CREATE TABLE core.fixed AS {rows[0]} UNION ALL BY NAME {rows[1]}")
    found = con.execute(f"SELECT {side} FROM core.fixed AS s{joined} WHERE s.period = '2026Q2'")  # noqa: S608
    (said,) = found.fetchall()[0]
    assert (None if said is None else float(said)) == pytest.approx(value)


def test_every_resource_of_the_form_has_a_measure_and_every_formula_an_example():
    codes = {each.code for each in CATALOGUE.resources.resources}
    assert codes == set(CATALOGUE.codes["resource_type"]) - {9}
    for each in CATALOGUE.resources.resources:
        sides = {measure.role for measure in each.measures}
        sides |= {"spare", "need", "short"} if each.matching else set()
        assert all(sides <= set(example.values) for example in each.examples), each.id


def test_every_duty_has_an_example_in_which_nothing_is_expected_or_nothing_done():
    for duty in CATALOGUE.duties.duties:
        assert any(0 in {each.expected, each.done} for each in duty.examples), duty.id


def test_a_duty_or_resource_that_names_what_is_not_there_is_refused():
    duty = CATALOGUE.duties.duties[1].model_copy(
        update={"norm": "N99", "expected": "no_such_field"}
    )
    duties = RegularDuties(soon_days=92, duties=(duty,))
    resource = CATALOGUE.resources.resources[0].model_copy(update={"code": 8})
    resources = Resources(reaches=(), resources=(resource,))
    broken = {**vars(CATALOGUE), "duties": duties, "resources": resources}
    said = list(problems(type(CATALOGUE)(**{n: broken[n] for n in CATALOGUE.__dataclass_fields__})))
    assert any("no norm N99" in each for each in said)
    assert any("no_such_field" in each for each in said)
    assert any("resource_type has no code 8" in each for each in said)
