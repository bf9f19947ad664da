"""From a published number to its formula, its units, and the cells that said so.

Whoever asks opens the snapshot; nothing here opens or writes anything.
"""

from dashboards.provenance.asked import Asked, NothingToExplainError
from dashboards.provenance.formulas import formula, words_of
from dashboards.provenance.indices import decompose
from dashboards.provenance.numbers import explain, explain_field, trace
from dashboards.structures import Structure

__all__ = [
    "Asked",
    "NothingToExplainError",
    "Structure",
    "decompose",
    "explain",
    "explain_field",
    "formula",
    "trace",
    "words_of",
]
