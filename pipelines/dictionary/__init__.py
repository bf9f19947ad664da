"""数据字典: fields, rules, indicators, tables, codes and norms on one page, from the catalogue."""

from pipelines.dictionary.columns import Table, tables
from pipelines.dictionary.gather import Section, sections
from pipelines.dictionary.page import dictionary_page

__all__ = ["Section", "Table", "dictionary_page", "sections", "tables"]
