"""下发: a workbook per unit, prefilled with what is known."""

from pipelines.issue.inherit import inherited
from pipelines.issue.past import pasts
from pipelines.issue.prefill import Past, prefill
from pipelines.issue.write import Planned, plan_issue, write_issue

__all__ = ["Past", "Planned", "inherited", "pasts", "plan_issue", "prefill", "write_issue"]
