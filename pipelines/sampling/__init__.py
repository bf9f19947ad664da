"""抽查核实: cells drawn by risk, sheets for the people who look, what they found, what it says."""

from pipelines.sampling.drawing import plan_sample
from pipelines.sampling.records import Cell, cells_of, plan_of
from pipelines.sampling.results import estimates
from pipelines.sampling.sheets import write_sheets
from pipelines.sampling.taking import take_sheet

__all__ = [
    "Cell", "cells_of", "estimates", "plan_of", "plan_sample", "take_sheet", "write_sheets",
]  # fmt: skip
