"""The report as one HTML file: no script, nothing fetched from anywhere, prints on A4."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import accumulate, groupby
from pathlib import Path

from dashboards.findings.asked import Report, Row
from dashboards.findings.tables import Figure, bar, line, number, share
from dashboards.theme import AMBER, RED, SLATE
from dashboards.wording import period_name, speaker
from models.catalogue_model import Catalogue

STYLE = Path(__file__).with_name("page.css")
SEVERITIES = ("must", "verify", "hint")
COLOURS = {"must": RED, "verify": AMBER, "hint": SLATE}
ANSWERED = ("explained", "settled", "waived")
MOST_BARS = 20
WIDTHS = (7, 7, 17, 47, 22)


def report_page(catalogue: Catalogue, report: Report) -> str:
    """Return the page; every text that came from a file or a person is escaped."""
    return _Page(catalogue, report).html()


class _Page:
    def __init__(self, catalogue: Catalogue, report: Report) -> None:
        self._catalogue = catalogue
        self._report = report
        self._places = {
            catalogue.structure.city.code: catalogue.levels["city"][1],
            **catalogue.counties,
        }
        self._now = [row for row in report.findings if row["is_current"]]

    def html(self) -> str:
        style = STYLE.read_text(encoding="utf-8")
        parts = {
            "summary": self._summary(),
            "rules": self._pareto(),
            "levels": self._levels(),
            **({"record": self._record()} if self._report.rules else {}),
            "reasons": self._reasons(),
            **({"affected": self._affected()} if self._report.affected else {}),
            "findings": self._findings(),
        }
        body = "".join(
            f'<h2 id="{name}">{self._say(f"part_{name}")}</h2>{part}'
            for name, part in parts.items()
        )
        return (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>{self._title()}</title><style>{style}</style></head><body>"
            f"{self._head(parts)}{body}<p class='foot soft'>{self._say('foot')}</p></body></html>\n"
        )

    def _say(self, key: str, /, **fills: object) -> str:
        return escape(self._catalogue.say(f"findings.{key}", **fills))

    def _title(self) -> str:
        return f"{self._say('title')} {escape(self._report.asked.period)}"

    def _head(self, parts: Iterable[str]) -> str:
        report, asked = self._report, self._report.asked
        say = speaker(self._catalogue)
        about = self._say(
            "about",
            period=period_name(say, asked.period),
            place=self._places.get(asked.county or "", self._catalogue.say("findings.whole_city")),
            rule=asked.rule or self._catalogue.say("findings.every_rule"),
        )
        source = self._say(
            "from_snapshot",
            snapshot=report.snapshot,
            kind=self._catalogue.say(f"findings.kind_{report.kind}"),
            at=f"{report.made_at:%Y-%m-%d %H:%M}",
        )
        links = "".join(f'<li><a href="#{n}">{self._say(f"part_{n}")}</a></li>' for n in parts)
        return (
            (f"<p class=sample>{self._say('sample')}</p>" if report.is_sample else "")
            + (f"<p class=guard>{self._say('reviewers_only')}</p>" if report.has_signs else "")
            + f"<h1>{self._say('title')}</h1><p>{about}</p><p class=soft>{source}</p>"
            + f"<ul class=contents>{links}</ul>"
        )

    def _summary(self) -> str:
        files = self._report.files
        open_by = Counter(row["severity"] for row in self._now if row["status"] == "open")
        corrected = sum(row["status"] == "corrected" for row in self._report.findings)
        told = {name: files[name] for name in ("owed", "received", "accepted", "explain")}
        told |= {"returned": files["returned"]}
        told |= {f"open_{severity}": open_by[severity] for severity in SEVERITIES}
        told |= {"corrected": corrected}
        tiles = "".join(
            f"<div class=tile><b>{count:,}</b><span>{self._say(f'tile_{name}')}</span></div>"
            for name, count in told.items()
        )
        guarded = "" if self._report.has_signs else self._say("guarded_note")
        return f"<div class=tiles>{tiles}</div><p class=soft>{guarded}</p>"

    def _pareto(self) -> str:
        """Rules by how many findings they have, as bars, with the running share."""
        counts = Counter(row["rule"] for row in self._now)
        if not counts:
            return self._none()
        titles = self._report.titles
        severities = {row["rule"]: row["severity"] for row in self._now}
        opened = Counter(row["rule"] for row in self._now if row["status"] == "open")
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        total, most = sum(counts.values()), ranked[0][1]
        sums = list(accumulate(count for _, count in ranked))
        rows = [
            (
                self._rule(rule, severities[rule]),
                escape(titles.get(rule, "")),
                bar(count, most, COLOURS[severities[rule]]),
                *map(number, (count, opened[rule])),
                share(done / total),
            )
            for (rule, count), done in zip(ranked[:MOST_BARS], sums, strict=False)
        ]
        head = min(len(ranked), MOST_BARS)
        note = self._say(
            "pareto_note", total=total, rules=len(ranked), head=head,
            share=f"{sums[head - 1] / total:.0%}",
        )  # fmt: skip
        names = ("rule", "title", "", "findings", "open", "share")
        left = len(ranked) - head
        more = self._say("more_rules", count=left, findings=total - sums[head - 1])
        table = self._table(names, rows, widths=(7, 44, 28, 7, 7, 7))
        return f"<p>{note}</p>{table}" + (f"<p>{more}</p>" if left else "")

    def _rule(self, rule: str, severity: str) -> str:
        return f'<span class="{severity} id">{escape(rule)}</span>'

    def _levels(self) -> str:
        levels = {code: zh for code, (_, zh) in self._catalogue.levels.items()}
        by_level = self._counted("level", levels)
        # 市直 stands among the levels already.
        counties = dict(self._catalogue.counties)
        return by_level + self._counted("county_code", counties)

    def _counted(self, column: str, names: Mapping[str, str]) -> str:
        rows = [
            self._counts(zh, [row for row in self._now if row[column] == code])
            for code, zh in names.items()
        ]
        return self._table(
            ("place", *SEVERITIES, "answered", "units"), rows, widths=(25, 15, 15, 15, 15, 15)
        )

    def _counts(self, name: str, rows: Sequence[Row]) -> tuple[str, ...]:
        open_by = Counter(row["severity"] for row in rows if row["status"] == "open")
        answered = sum(row["status"] in ANSWERED for row in rows)
        units = len({row["unit_code"] for row in rows})
        numbers = (*(open_by[each] for each in SEVERITIES), answered, units)
        return escape(name), *map(number, numbers)

    def _record(self) -> str:
        failed = [row for row in self._report.rules if row["failed"]]
        never = [row["rule"] for row in self._report.rules if not row["failed"]]
        counts = ("failed", "explained", "waived", "corrected", "open")
        rows = [
            (
                self._rule(row["rule"], row["severity"]),
                escape(row["zh"]),
                self._say(f"moment_{row['moment']}"),
                number(row["evaluated"]),
                *(number(row[name]) for name in counts),
                share(row["failed"] / row["evaluated"]),
            )
            for row in failed
        ]
        names = ("rule", "title", "moment", "evaluated", *counts, "rate")
        silent = self._say("never_failed", count=len(never), rules=" ".join(never))
        table = self._table(names, rows, widths=(7, 34, 8, 8, 7, 7, 7, 7, 8, 7))
        return f"<p class=soft>{self._say('record_note')}</p>{table}<p class=soft>{silent}</p>"

    def _reasons(self) -> str:
        rows = [
            (
                self._say(f"way_{row['way']}"),
                escape(row["scope_name"]),
                escape(row["reason"]),
                *map(number, (row["uses"], row["units"])),
                share(row["share"]),
            )
            for row in self._report.reasons
        ]
        names = ("way", "place", "reason", "uses", "units", "part")
        table = self._table(names, rows, widths=(18, 24, 37, 7, 7, 7))
        return f"<p class=soft>{self._say('reasons_note')}</p>{table}"

    def _affected(self) -> str:
        """What corrections of earlier quarters made false: beside the findings, charged to none."""
        rows = [
            (
                escape(row["unit_name"]),
                escape(row["rule"]),
                escape(row["message"]),
                self._say("because", **{**row, "at": f"{row['corrected_at']:%Y-%m-%d}"}),
                self._status({**row, "reason_code": None}),
            )
            for row in self._report.affected
        ]
        names = ("units", "rule", "message", "because", "status")
        table = self._table(names, rows, widths=(16, 7, 42, 22, 13))
        return f"<p class=soft>{self._say('affected_note')}</p>{table}"

    def _findings(self) -> str:
        found = self._report.findings
        parts = [
            self._county(county, list(rows))
            for county, rows in groupby(found, key=lambda row: row["county_code"])
        ]
        return "".join(parts) or self._none()

    def _county(self, county: str, rows: Sequence[Row]) -> str:
        units = len({row["unit_code"] for row in rows})
        told = self._say("county_count", units=units, open=_open(rows), count=len(rows))
        name = escape(self._places.get(county, county))
        bodies = "".join(
            self._unit(list(some)) for _, some in groupby(rows, key=lambda row: row["unit_code"])
        )
        names = ("severity", "rule", "cell", "message", "status")
        head = self._columns(names, WIDTHS)
        return f"<h3>{name}<small>{told}</small></h3><table class=list>{head}{bodies}</table>"

    def _unit(self, rows: Sequence[Row]) -> str:
        first = max(rows, key=lambda row: row["version"])
        head = self._say(
            "unit_head", name=first["unit_name"], code=first["unit_code"], version=first["version"]
        )
        told = self._say("unit_count", open=_open(rows), count=len(rows))
        lines = "".join(line(self._finding(row)) for row in rows)
        title = f'<tr class=unit><td colspan="{len(WIDTHS)}">{head}<small>{told}</small></td></tr>'
        return f"<tbody>{title}{lines}</tbody>"

    def _finding(self, row: Row) -> tuple[str, ...]:
        place = f"{row['sheet'] or ''}!{row['cell']}" if row["cell"] else row["sheet"] or ""
        message = row["message"].removeprefix(place).strip()
        severity = self._say(f"severity_{row['severity']}")
        return (
            f'<span class="{row["severity"]}">{severity}</span>',
            f"<span class=id>{escape(row['rule'])}</span>",
            escape(place),
            escape(message),
            self._status(row),
        )

    def _status(self, row: Row) -> str:
        status = self._say(f"status_{row['status']}")
        code = self._catalogue.codes["explanation_reason"].get(row["reason_code"], "")
        reason = " ".join(each for each in (code, row["reason_text"] or "") if each)
        said = self._say("answered", status=self._catalogue.say(f"findings.status_{row['status']}"),
                         reason=reason) if reason else status  # fmt: skip
        return said if row["status"] == "open" else f"<span class=done>{said}</span>"

    def _none(self) -> str:
        return f"<p>{self._say('none')}</p>"

    def _table(
        self, names: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
    ) -> str:
        if not rows:
            return self._none()
        figures = [isinstance(text, Figure) for text in rows[0]]
        lines = "".join(map(line, rows))
        head = self._columns(names, widths, figures)
        return f"<table class=list>{head}<tbody>{lines}</tbody></table>"

    def _columns(
        self, names: Sequence[str], widths: Sequence[int], figures: Sequence[bool] = ()
    ) -> str:
        columns = "".join(f'<col style="width:{width}%">' for width in widths)
        marks = [*figures, *([False] * (len(names) - len(figures)))]
        head = "".join(self._column(*each) for each in zip(names, marks, strict=True))
        return f"<colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>"

    def _column(self, name: str, is_figure: bool) -> str:  # noqa: FBT001 a pair of a list
        said = self._say(f"column_{name}") if name else ""
        return f"<th class=n>{said}</th>" if is_figure else f"<th>{said}</th>"


def _open(rows: Iterable[Row]) -> int:
    return sum(row["status"] == "open" for row in rows)
