"""提取: declared cells as typed, with their address, read in a disposable child."""

from pipelines.extract.store import extract_missing, load_cells, load_files

__all__ = ["extract_missing", "load_cells", "load_files"]
