"""The paper as one page that needs nothing from outside: text, tables and charts drawn as SVG."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from string import Template

from dashboards import theme
from dashboards.briefings.chart_forms import Native
from dashboards.briefings.facts import Facts
from dashboards.briefings.figure_texts import alt_text, source_text
from dashboards.briefings.found import Fact
from dashboards.briefings.imprint import imprint_lines
from dashboards.briefings.native_charts import COLOURS
from dashboards.briefings.outline import quarter_text
from dashboards.briefings.paper import Drawn, Paper
from dashboards.briefings.sentences import Piece
from dashboards.briefings.tables import Grid

LETTER, PLOT, BEYOND, BAR, GAP, HEAD = 13, 560, 60, 13, 9, 26
WIDE_ENOUGH = 18  # for a number of two digits inside a part of a stack
INKS = ("#FFFFFF", theme.INK, "#FFFFFF", theme.INK, theme.INK)
"""A number inside a part must be read on its colour: one ink for each of COLOURS."""
STYLE = Template("""
body{margin:0 auto;max-width:860px;padding:32px 24px;background:#fff;color:$ink;line-height:1.9;
font:17px/1.9 'FangSong','仿宋','STFangsong','Noto Serif CJK SC',serif}
h1{text-align:center;font:600 26px/1.4 'SimHei','Noto Sans CJK SC',sans-serif}
h2{font:600 19px/1.6 'SimHei','Noto Sans CJK SC',sans-serif;margin:28px 0 4px}
h3{font:600 17px/1.6 'KaiTi','Noto Sans CJK SC',sans-serif;margin:16px 0 0}
p{margin:4px 0;text-indent:2em;text-align:justify}
p.flush,p.note,p.mark,p.imprint{text-indent:0}
p.imprint{border-top:1px solid;margin:0;font-size:15px}
p.note{font-size:13px;color:$soft}p.mark{color:$red;text-align:right}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.5;margin:6px 0}
caption{font-weight:600;padding:6px}th,td{border:1px solid #555;padding:3px 6px;text-align:right}
th{background:#EFEDE8;text-align:center}td:first-child{text-align:left}
figure{margin:18px 0;text-align:center}figcaption{font-weight:600;font-size:15px}
svg text{font-family:'SimHei','Noto Sans CJK SC',sans-serif}
.wide{overflow-x:auto}
data{cursor:help}
@media print{body{max-width:none;padding:0}p.mark{display:none}.wide{overflow:visible}
h2,h3,figcaption{break-after:avoid}figure,tr{break-inside:avoid}thead{display:table-header-group}}
@page{size:A4;margin:24mm 20mm}
""").substitute(ink=theme.INK, soft=theme.SOFT, red=theme.RED)


def page_file(
    paper: Paper, facts: Facts, pictures: Mapping[str, bytes], correction: Paper | None = None
) -> bytes:
    """The page, with what it corrects at its end; nothing in it is asked of any server."""
    words = facts.catalogue.briefing.words
    title = escape(paper.title.replace("\n", ""))
    shown = [*_head(paper, words), *_parts(paper, pictures, words), *_annexes(paper, words)]
    if correction:
        shown += [f"<h1>{_lines(correction.title)}</h1>", *_parts(correction, pictures, words)]
    body = "\n".join([*shown, *_foot(paper, facts, words)])
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_style(paper, words)}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    ).encode()


def _marks(paper: Paper, words: Mapping[str, str]) -> str:
    marks = [words["draft"]] if paper.is_draft else []
    return "  ".join([*marks, words["sample"]] if paper.is_sample else marks)


def _style(paper: Paper, words: Mapping[str, str]) -> str:
    """The mark stands on the screen once, and in the margin of every printed page."""
    margin = f'@page{{@top-right{{content:"{_marks(paper, words)}";font:12px sans-serif}}}}'
    return STYLE + margin


def _head(paper: Paper, words: Mapping[str, str]) -> Iterator[str]:
    if marks := _marks(paper, words):
        yield f'<p class="mark">{escape(marks)}</p>'
    yield f"<h1>{_lines(paper.title)}</h1>"
    yield from (f'<p class="flush">{escape(paper.addressee)}</p>' for _ in paper.addressee[:1])
    yield from (f"<p>{escape(paper.opening)}</p>" for _ in paper.opening[:1])


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _parts(paper: Paper, pictures: Mapping[str, bytes], words: Mapping[str, str]) -> Iterator[str]:
    for part in paper.parts:
        level = "h2" if part.section.level == 1 else "h3"
        yield f"<{level}>{escape(part.heading)}</{level}>"
        pieces = [piece for sentence in part.sentences for piece in sentence.pieces]
        if pieces:
            yield f"<p>{_text(pieces)}</p>"
        yield from (_table(grid) for grid in part.grids)
        yield from (made for drawn in part.figures for made in _figure(drawn, pictures, words))


def _annexes(paper: Paper, words: Mapping[str, str]) -> Iterator[str]:
    for annex in paper.annexes:
        if annex.elsewhere is None:
            label = words["annex_label"].format(number=annex.number)
            yield f"<h2>{escape(label)}  {escape(annex.title)}</h2>"
            yield from (_table(grid) for grid in annex.grids)
            yield from (f'<p class="note">{escape(line)}</p>' for line in annex.lines)


def _foot(paper: Paper, facts: Facts, words: Mapping[str, str]) -> Iterator[str]:
    yield from (f'<p class="imprint">{escape(line)}</p>' for line in imprint_lines(paper, facts))
    quarter = quarter_text(words, paper.period)
    told = words["made_of"].format(snapshot=paper.snapshot, period=quarter)
    yield from (f'<p class="note">{escape(line)}</p>' for line in (words["page_foot"], told))


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


def _figure(drawn: Drawn, pictures: Mapping[str, bytes], words: Mapping[str, str]) -> Iterator[str]:
    picture = pictures.get(drawn.prepared.entry.id)
    if drawn.native is None and picture is None:
        return
    alt = escape(alt_text(drawn, drawn.native, words), quote=True)
    shown = bars_svg(drawn.native, alt) if drawn.native else _image(picture or b"", alt)
    yield (
        f"<figure>{shown}<figcaption>{escape(drawn.title)}</figcaption>"
        f'<p class="note">{escape(source_text(drawn, words))}</p></figure>'
    )


def _image(picture: bytes, alt: str) -> str:
    data = b64encode(picture).decode()
    return f'<img alt="{alt}" width="100%" src="data:image/png;base64,{data}">'


def bars_svg(native: Native, alt: str) -> str:
    """Bars from left to right, one group a category; a stack where the chart is one.

    The bars begin at 0; the names stand to the left of it, with as much room as they need.
    """
    stacked = native.kind == "stacked"
    lines = 1 if stacked else len(native.series)
    step = lines * BAR + GAP
    height = HEAD + step * len(native.categories) + 8
    parts = list(_legend(native))
    most = native.most or max((fact.number for fact in native.facts), default=1.0) or 1.0
    for place, name in enumerate(native.categories):
        top = HEAD + place * step
        middle = top + lines * BAR / 2 + 4
        parts.append(
            f'<text x="-8" y="{middle:g}" font-size="{LETTER}" text-anchor="end">'
            f"{escape(name)}</text>"
        )
        parts += _stack(native, place, top) if stacked else _group(native, place, top, most)
    left = 16 + LETTER * max(len(name) for name in native.categories)
    view = f'viewBox="{-left} 0 {left + PLOT + BEYOND} {height}"'
    return f'<svg role="img" aria-label="{alt}" {view} width="100%">{"".join(parts)}</svg>'


def _legend(native: Native) -> Iterator[str]:
    left = 0
    for place, (name, _) in enumerate(native.series if len(native.series) > 1 else ()):
        colour = COLOURS[place % len(COLOURS)]
        yield f'<rect x="{left}" y="4" width="11" height="11" fill="{colour}"/>'
        yield f'<text x="{left + 15}" y="14" font-size="12">{escape(name)}</text>'
        left += 34 + LETTER * len(name)


def _group(native: Native, place: int, top: float, most: float) -> Iterator[str]:
    for line, (_, facts) in enumerate(native.series):
        fact = facts[place]
        if fact is None:
            continue
        width, y = PLOT * fact.number / most, top + line * BAR
        colour = COLOURS[line % len(COLOURS)]
        box = f'x="0" y="{y:g}" width="{width:.1f}" height="{BAR - 2}"'
        yield f'<rect {box} fill="{colour}"/>'
        yield (
            f'<text x="{width + 4:.1f}" y="{y + 10:g}" font-size="11">'
            f"{escape(fact.printed)}<title>{fact.code}</title></text>"
        )


def _stack(native: Native, place: int, top: float) -> Iterator[str]:
    counts = [facts[place] for _, facts in native.series]
    total = sum(fact.number for fact in counts if fact) or 1.0
    left = 0.0
    for line, fact in enumerate(counts):
        width = PLOT * (fact.number if fact else 0.0) / total
        colour = COLOURS[line % len(COLOURS)]
        code = f"<title>{fact.code}</title>" if fact else ""
        box = f'x="{left:.1f}" y="{top}" width="{width:.1f}" height="{BAR}" fill="{colour}"'
        yield f"<rect {box}>{code}</rect>"
        if fact and width > WIDE_ENOUGH:
            yield (
                f'<text x="{left + 4:.1f}" y="{top + 10:g}" font-size="11" fill="{INKS[line]}">'
                f"{escape(fact.printed)}</text>"
            )
        left += width
