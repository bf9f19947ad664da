"""审核情况: what was found in a quarter, as a page of its own that opens without internet."""

from dashboards.findings.asked import Asked, Report, report_of
from dashboards.findings.beside import write_beside
from dashboards.findings.page import report_page

__all__ = ["Asked", "Report", "report_of", "report_page", "write_beside"]
