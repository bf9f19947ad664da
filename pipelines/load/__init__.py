"""入库: registry and cells -> the tables that everything else is computed from."""

from pipelines.load.tables import load_batch, load_catalogue_tables

__all__ = ["load_batch", "load_catalogue_tables"]
