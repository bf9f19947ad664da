"""汇总: the SQL of `models/sql` and what is compiled from the catalogue, in order."""

from pipelines.build.run import build_model, models_in_order

__all__ = ["build_model", "models_in_order"]
