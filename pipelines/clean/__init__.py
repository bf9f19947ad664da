"""规范: as typed -> a value in its measure, every change recorded."""

from pipelines.clean.values import clean_cells

__all__ = ["clean_cells"]
