"""The paper as one page that needs nothing from outside: text, tables and charts drawn as SVG."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from string import Template

from dashboards import theme
from dashboards.briefings.document import alt_text
from dashboards.briefings.facts import Facts
from dashboards.briefings.found import Fact
from dashboards.briefings.native_charts import COLOURS, Native, native_form
from dashboards.briefings.outline import Drawn, Paper
from dashboards.briefings.sentences import Piece
from dashboards.briefings.tables import Grid

LABELS, PLOT, BAR, GAP, HEAD = 150, 560, 13, 9, 26
STYLE = Template("""
body{margin:0 auto;max-width:860px;padding:32px 24px;background:#fff;color:$ink;line-height:1.9;
font:17px/1.9 'FangSong','仿宋','STFangsong','Noto Serif CJK SC',serif}
h1{text-align:center;font:600 26px/1.4 'SimHei','Noto Sans CJK SC',sans-serif}
h2{font:600 19px/1.6 'SimHei','Noto Sans CJK SC',sans-serif;margin:28px 0 4px}
h3{font:600 17px/1.6 'KaiTi','Noto Sans CJK SC',sans-serif;margin:16px 0 0}
p{margin:4px 0;text-indent:2em;text-align:justify}
p.flush,p.note,p.mark{text-indent:0}p.note{font-size:13px;color:$soft}p.mark{color:$red;text-align:right}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.5;margin:6px 0}
caption{font-weight:600;padding:6px}th,td{border:1px solid #555;padding:3px 6px;text-align:right}
th{background:#EFEDE8;text-align:center}td:first-child{text-align:left}
figure{margin:18px 0;text-align:center}figcaption{font-weight:600;font-size:15px}
svg text{font-family:'SimHei','Noto Sans CJK SC',sans-serif}
.wide{overflow-x:auto}
data{cursor:help}@media print{body{max-width:none}}
""").substitute(ink=theme.INK, soft=theme.SOFT, red=theme.RED)


def page_file(paper: Paper, facts: Facts) -> bytes:
    """The page; nothing in it is asked of any server."""
    words = facts.catalogue.briefing.words
    title = escape(paper.title.replace("\n", ""))
    body = "\n".join(_body(paper, facts, words))
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    ).encode()


def _body(paper: Paper, facts: Facts, words: Mapping[str, str]) -> Iterator[str]:
    marks = [words["draft"]] if paper.is_draft else []
    marks += [words["sample"]] if paper.is_sample else []
    if marks:
        yield f'<p class="mark">{escape("  ".join(marks))}</p>'
    yield f"<h1>{escape(paper.title)}</h1>".replace("\n", "<br>")
    yield from (f'<p class="flush">{escape(paper.addressee)}</p>' for _ in paper.addressee[:1])
    yield from (f"<p>{escape(paper.opening)}</p>" for _ in paper.opening[:1])
    for part in paper.parts:
        level = "h2" if part.section.level == 1 else "h3"
        yield f"<{level}>{escape(part.heading)}</{level}>"
        pieces = [piece for sentence in part.sentences for piece in sentence.pieces]
        if pieces:
            yield f"<p>{_text(pieces)}</p>"
        yield from (_table(grid) for grid in part.grids)
        yield from (made for drawn in part.figures for made in _figure(drawn, facts, words))
    for annex in paper.annexes:
        if annex.elsewhere is None:
            label = words["annex_label"].format(number=annex.number)
            yield f"<h2>{escape(label)}  {escape(annex.title)}</h2>"
            yield from (_table(grid) for grid in annex.grids)
            yield from (f'<p class="note">{escape(line)}</p>' for line in annex.lines)
    yield f'<p class="note">{escape(words["page_foot"])}</p>'
    told = words["made_of"].format(snapshot=paper.snapshot, period=paper.period)
    yield f'<p class="note">{escape(told)}</p>'


def _text(pieces: Iterable[Piece]) -> str:
    return "".join(escape(one) if isinstance(one, str) else _number(one) for one in pieces)


def _number(fact: Fact) -> str:
    return f'<data value="{fact.number:g}" title="{fact.code}">{escape(fact.printed)}</data>'


def _table(grid: Grid) -> str:
    heads = "".join(f"<th>{escape(head)}</th>" for head in grid.heads)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{_text([cell])}</td>" for cell in row) + "</tr>" for row in grid.rows
    )
    note = f'<p class="note">{escape(grid.note)}</p>' if grid.note else ""
    title = f"<caption>{escape(grid.title)}</caption>" if grid.title else ""
    table = f"<table>{title}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="wide">{table}</div>{note}'


def _figure(drawn: Drawn, facts: Facts, words: Mapping[str, str]) -> Iterator[str]:
    native = native_form(drawn.prepared, facts)
    if native is None:
        return
    title = words["figure_title"].format(number=drawn.number, title=drawn.prepared.entry.title)
    alt = escape(alt_text(drawn, native, words), quote=True)
    yield (
        f"<figure>{bars_svg(native, alt)}<figcaption>{escape(title)}</figcaption>"
        f'<p class="note">{escape(drawn.prepared.coverage)}</p></figure>'
    )


def bars_svg(native: Native, alt: str) -> str:
    """Bars from left to right, one group a category; a stack where the chart is one."""
    stacked = native.kind == "stacked"
    lines = 1 if stacked else len(native.series)
    step = lines * BAR + GAP
    height = HEAD + step * len(native.categories) + 8
    parts = list(_legend(native))
    most = max((v for _, vs in native.series for v in vs if v is not None), default=1.0) or 1.0
    for place, name in enumerate(native.categories):
        top = HEAD + place * step
        middle = top + lines * BAR / 2 + 4
        parts.append(
            f'<text x="{LABELS - 8}" y="{middle:g}" font-size="13" text-anchor="end">'
            f"{escape(name)}</text>"
        )
        parts += _stack(native, place, top) if stacked else _group(native, place, top, most)
    view = f'viewBox="0 0 {LABELS + PLOT + 60} {height}"'
    return f'<svg role="img" aria-label="{alt}" {view} width="100%">{"".join(parts)}</svg>'


def _legend(native: Native) -> Iterator[str]:
    left = LABELS
    for place, (name, _) in enumerate(native.series if len(native.series) > 1 else ()):
        colour = COLOURS[place % len(COLOURS)]
        yield f'<rect x="{left}" y="4" width="11" height="11" fill="{colour}"/>'
        yield f'<text x="{left + 15}" y="14" font-size="12">{escape(name)}</text>'
        left += 34 + 13 * len(name)


def _group(native: Native, place: int, top: float, most: float) -> Iterator[str]:
    for line, (_, values) in enumerate(native.series):
        value = values[place]
        if value is None:
            continue
        width, y = PLOT * value / most, top + line * BAR
        colour = COLOURS[line % len(COLOURS)]
        box = f'x="{LABELS}" y="{y:g}" width="{width:.1f}" height="{BAR - 2}"'
        yield f'<rect {box} fill="{colour}"/>'
        yield (
            f'<text x="{LABELS + width + 4:.1f}" y="{y + 10:g}" font-size="11">'
            f"{value:.{native.decimals}f}</text>"
        )


def _stack(native: Native, place: int, top: float) -> Iterator[str]:
    total = sum(values[place] or 0.0 for _, values in native.series) or 1.0
    left = float(LABELS)
    for line, (_, values) in enumerate(native.series):
        width = PLOT * (values[place] or 0.0) / total
        colour = COLOURS[line % len(COLOURS)]
        yield f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>'
        left += width
