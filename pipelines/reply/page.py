"""The receipt as a page to read and print: one file, no script, nothing fetched from anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from models.catalogue_model import Catalogue
from pipelines.reply.answer import DIGITS, Answer, Came, Standing, said
from pipelines.reply.said import Answered, Said

STYLE = Path(__file__).with_name("receipt.css")
WIDTHS = {
    "findings": (4, 6, 12, 14, 9, 8, 7, 24, 16),
    "normalised": (20, 24, 24, 32),
    "explanations": (6, 22, 12, 36, 24),
}


def receipt_page(catalogue: Catalogue, answer: Answer) -> str:
    """Return the page as HTML; everything that came from a file is escaped."""
    return _Page(catalogue, answer).html()


class _Page:
    def __init__(self, catalogue: Catalogue, answer: Answer) -> None:
        self._catalogue = catalogue
        self._answer = answer

    def html(self) -> str:
        title = self._say("page_title")
        parts = [
            f"<p class=sample>{self._say('page_sample')}</p>" if self._answer.is_sample else "",
            f"<h1>{title}</h1>",
            self._next(),
            self._facts("page_file", self._came(self._answer.came)),
            self._facts("page_standing", self._standing(self._answer.standing)),
            self._findings() if self._answer.standing else "",
            self._explanations() if self._answer.standing else "",
            self._normalised() if self._answer.standing else "",
            f"<p class=foot>{self._say('page_foot')}</p>",
        ]
        style = STYLE.read_text(encoding="utf-8")
        return (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
            f"<title>{title}</title><style>{style}</style></head>"
            f"<body>{''.join(parts)}</body></html>\n"
        )

    def _say(self, name: str, **fills: object) -> str:
        return escape(self._catalogue.say(f"reply.{name}", **fills))

    def _next(self) -> str:
        step = self._answer.next_step
        head = self._say("page_next")
        return f"<p class=next><b>{head}({escape(step.who)}):</b>{escape(step.what)}</p>"

    def _facts(self, title: str, facts: Mapping[str, str]) -> str:
        rows = "".join(
            f"<tr><th>{self._say(f'row_{name}')}</th><td>{value}</td></tr>"
            for name, value in facts.items()
        )
        return f"<h2>{self._say(title)}</h2><table class=facts>{rows}</table>" if rows else ""

    def _came(self, came: Came | None) -> dict[str, str]:
        if came is None:
            return {}
        sha = came.file_sha256
        facts = {
            "receipt_id": str(came.receipt_id),
            "received_at": _time(came.received_at),
            "door": escape(said(self._catalogue, "door", came.door)),
            "original_name": escape(came.original_name),
            "hash": f"<b class=hash>{sha[:DIGITS]}</b><span class=hash>{sha[DIGITS:]}</span>",
            "size": self._say("bytes", size=f"{came.size:,}"),
            "outcome": escape(said(self._catalogue, "outcome", came.outcome)),
        }
        return facts | ({"reason": escape(came.reason)} if came.reason else {})

    def _standing(self, standing: Standing | None) -> dict[str, str]:
        if standing is None:
            return {}
        unit = standing.unit
        version = "version_current" if standing.is_current else "version_old"
        due = "due_on_time" if standing.is_on_time else "due_late"
        return {
            "unit": escape(f"{unit.unit_name}({unit.unit_code})"),
            "period": escape(standing.period),
            "version": self._say(version, version=standing.version, newest=standing.newest),
            "verdict": escape(said(self._catalogue, "verdict", standing.verdict or "none")),
            "status": escape(self._catalogue.campaign.state(standing.status)),
            "due": self._say(
                due, due=_time(standing.due_at), first=_time(standing.first_received_at)
            ),
        }

    def _findings(self) -> str:
        sent_back = self._answer.standing.sent_back if self._answer.standing else None
        words = ""
        if sent_back:
            said_by = self._say("sent_back_label", by=sent_back["by"], at=sent_back["at"])
            words = f"<p class=must>{said_by}:{escape(sent_back['why'])}</p>"
        columns = (
            "number", "severity", "cell", "label", "seen", "expected", "gap", "problem", "demand",
        )  # fmt: skip
        rows = [self._finding(each) for each in self._answer.findings]
        return self._table("findings", columns, rows, words)

    def _finding(self, each: Said) -> Sequence[str]:
        state = said(self._catalogue, "state", each.status)
        place = f"{each.sheet}!{each.cell}" if each.cell else ""
        texts = (place, each.label, each.seen, each.expected, each.gap, each.problem)
        severity = f"<span class={each.severity}>{escape(each.severity_zh)}</span>"
        demand = each.demand if each.status == "open" else state
        cells = [str(each.number), severity, *(escape(text) for text in texts), escape(demand)]
        return [cell or self._say("no_value") for cell in cells]

    def _explanations(self) -> str:
        rows = [
            self._explanation(each, each.answered)
            for each in self._answer.findings
            if each.answered
        ]
        columns = ("number", "label", "reason", "text", "given")
        return self._table("explanations", columns, rows)

    def _explanation(self, each: Said, answered: Answered) -> Sequence[str]:
        text = answered.text if answered.lapsed is None else lapsed(self._catalogue, answered)
        given = f"{answered.given_by} {answered.given_at}"
        texts = (each.label, answered.reason, text, given)
        return [str(each.number), *(escape(one) or self._say("no_value") for one in texts)]

    def _normalised(self) -> str:
        rows = [
            [escape(text) or self._say("no_value") for text in _changed(each)]
            for each in self._answer.normalised
        ]
        return self._table("normalised", ("cell", "from", "to", "why"), rows)

    def _table(
        self, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]], words: str = ""
    ) -> str:
        title = f"<h2>{self._say(f'page_{name}')}</h2>{words}"
        lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
        if not lines:
            return f"{title}<p>{self._say(f'page_{name}_none')}</p>"
        widths = "".join(f'<col style="width:{width}%">' for width in WIDTHS[name])
        head = "".join(f"<th>{self._say(f'column_{column}')}</th>" for column in columns)
        return (
            f"{title}<table class=list><colgroup>{widths}</colgroup>"
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
        )


def _changed(each: Mapping[str, str]) -> tuple[str, ...]:
    place = f"{each['sheet']}!{each['cell']}" if each["cell"] else each["sheet"]
    return place, each["from"], each["to"], each["why"]


def lapsed(catalogue: Catalogue, answered: Answered) -> str:
    """Why an explanation no longer holds, in words."""
    shortest = catalogue.parameters["explanation"]["shortest"]
    return catalogue.say(f"reply.lapsed_{answered.lapsed}", text=answered.text, shortest=shortest)


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
