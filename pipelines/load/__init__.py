"""入库: registry and cells -> the tables that everything else is computed from."""

from pipelines.load.tables import load_catalogue_tables, load_quarter

__all__ = ["load_catalogue_tables", "load_quarter"]
