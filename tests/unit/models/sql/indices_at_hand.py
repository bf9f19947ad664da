"""A warehouse of nothing but values of indicators, and the method of indices in plain loops."""

from contextlib import contextmanager

import duckdb

from pipelines.build.run import build_model, models_in_order
from pipelines.load.tables import load_catalogue_tables
from pipelines.registry import open_registry

TABLES = ("indicator_score", "dimension_value", "composite_index")
PERIODS = ("2026Q1", "2026Q2", "2026Q3", "2027Q1")


@contextmanager
def opened(catalogue, folder):
    """A warehouse that holds nothing but what the catalogue says, to be given values."""
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA core; CREATE SCHEMA marts")
        engine = open_registry(folder / "registry.sqlite")
        with engine.connect() as registry:
            load_catalogue_tables(con, registry, catalogue)
        engine.dispose()
        con.execute(
            """CREATE TABLE core.view_scope (period VARCHAR, view VARCHAR, scope_level VARCHAR,
                scope_code VARCHAR, unit_code VARCHAR);
            CREATE TABLE core.period (period VARCHAR, year INTEGER, quarter INTEGER);
            CREATE TABLE core.definition (period VARCHAR, indicator VARCHAR, mark VARCHAR);
            CREATE TABLE marts.indicator_part (period VARCHAR, unit_code VARCHAR,
                indicator VARCHAR, numerator DOUBLE, denominator DOUBLE);
            CREATE TABLE marts.indicator_value (period VARCHAR, view VARCHAR, compare_to VARCHAR,
                scope_code VARCHAR, scope_level VARCHAR, indicator VARCHAR, value DOUBLE,
                units_expected INTEGER, units_used INTEGER);
            CREATE TABLE core.scope (period VARCHAR, scope_level VARCHAR, scope_code VARCHAR,
                unit_code VARCHAR);
            CREATE TABLE core.same_unit (period VARCHAR, compare_to VARCHAR, kind VARCHAR,
                unit_code VARCHAR);
            CREATE TABLE marts.indicator_change (period VARCHAR, compare_to VARCHAR, kind VARCHAR,
                scope_level VARCHAR, scope_code VARCHAR, indicator VARCHAR, value_now DOUBLE,
                value_then DOUBLE, units_expected INTEGER, units_same INTEGER,
                is_comparable BOOLEAN)"""
        )
        for period in PERIODS:
            con.execute(
                "INSERT INTO core.period VALUES (?, ?, ?)", [period, int(period[:4]), period[5]]
            )
        yield City(con, catalogue)


class City:
    def __init__(self, con, catalogue):
        self.con, self.catalogue = con, catalogue

    def give(self, period, scope, values, without=()):
        """Values of indicators in a scope; None is missing, `without` have no denominator."""
        self.con.execute(
            "INSERT INTO core.view_scope VALUES (?, 'as_reported', 'county', ?, ?)",
            [period, scope, f"{scope}-1"],
        )
        for indicator, value in [*values.items(), *((name, None) for name in without)]:
            self.con.execute(
                "INSERT INTO marts.indicator_value VALUES (?, 'as_reported', NULL, ?, 'county',"
                " ?, ?, 1, 1)",
                [period, scope, indicator, value],
            )
            self.con.execute(
                "INSERT INTO marts.indicator_part VALUES (?, ?, ?, 1, ?)",
                [period, f"{scope}-1", indicator, 0 if indicator in without else 1],
            )

    def build(self):
        for model in models_in_order(self.catalogue):
            schema, _, table = model.table.partition(".")
            if schema == "marts" and table in TABLES:
                build_model(self.con, model, self.catalogue, PERIODS)

    def ask(self, select):
        return self.con.execute(select).fetchall()

    def index(self, composite, scope, period="2026Q3", weighting="equal"):
        found = self.con.execute(
            "SELECT value FROM marts.composite_index WHERE composite = ? AND scope_code = ?"
            " AND period = ? AND weighting = ?",
            [composite, scope, period, weighting],
        ).fetchall()
        return found[0][0] if found else None


def scored_at(indicator, score):
    """The value that earns a score between 0 and 100, on the side of the zero."""
    goal = indicator.target
    if goal is None:
        low, high = indicator.target_band
        goal = low if indicator.score_zero_at < low else high
    return indicator.score_zero_at + (goal - indicator.score_zero_at) * score / 100


def score_of(indicator, value):
    """The catalogue's `normalisation`, word for word."""
    zero = indicator.score_zero_at
    if indicator.target_band is None:
        share = (value - zero) / (indicator.target - zero)
        return 100 * min(max(share, 0), 1)
    low, high = indicator.target_band
    if low <= value <= high:
        return 100.0
    left, right = (zero, high + (low - zero)) if zero < low else (low - (zero - high), zero)
    share = (value - left) / (low - left) if value < low else (right - value) / (right - high)
    return 100 * min(max(share, 0), 1)


def members(catalogue, composite):
    return {d.id: d.indicators for d in catalogue.composites[composite].dimensions}


def all_at(catalogue, composite, scores):
    """Values that give every indicator of a dimension the dimension's score."""
    return {
        name: scored_at(catalogue.indicators[name], scores[dimension])
        for dimension, names in members(catalogue, composite).items()
        for name in names
    }
