"""The paragraph styles of GB/T 9704-2012 in a Word file, elements in the order of the schema."""

from dataclasses import dataclass
from typing import Any, Literal

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from models.spec.briefing import Fonts

Face = Literal["title", "body", "first", "second", "page", "sans"]
GRID_PITCH = 579  # twentieths of a point: 225 mm in 22 lines
TIGHT = -5  # of a run, so that 28 characters of 16 points fill a line of 156 mm
THEME = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


@dataclass(frozen=True)
class Look:
    """A paragraph style. Sizes and lines are in points, indents in hundredths of a character.

    A `first` below 0 hangs: the lines after the first stand further in.
    """

    face: Face
    size: float
    line: float
    align: str = "both"
    first: int = 0
    left: int = 0
    right: int = 0
    before: float = 0
    bold: bool = False
    red: bool = False
    outline: int | None = None
    keep: bool = False
    tight: bool = False
    exact: bool = True
    ruled: bool = False
    on_grid: bool = False


LOOKS: dict[str, Look] = {
    "title": Look("title", 22, 35, "center", before=0, outline=None),
    "mast": Look("title", 30, 45, "center", red=True),
    "ruled": Look("body", 16, 34, "center", ruled=True),
    "mark": Look("first", 16, 28, "left"),
    "body": Look("body", 16, 28, first=200, tight=True, on_grid=True),
    "flush": Look("body", 16, 28, tight=True, on_grid=True),
    "first": Look("first", 16, 28, first=200, outline=0, keep=True, tight=True, on_grid=True),
    "second": Look("second", 16, 28, first=200, outline=1, keep=True, tight=True, on_grid=True),
    "right": Look("body", 16, 28, "right", right=400, tight=True, on_grid=True),
    "caption": Look("first", 12, 20, "center", keep=True),
    "uom": Look("page", 10.5, 14, "right", keep=True),
    "head": Look("first", 10.5, 14, "center", exact=False),
    "cell": Look("body", 10.5, 14, "left", exact=False),
    "number": Look("body", 10.5, 14, "right", exact=False),
    "note": Look("page", 9, 14, "left"),
    "figure": Look("page", 9, 14, "center", keep=True, exact=False),
    "annex": Look("first", 16, 28, "left"),
    "small": Look("body", 10.5, 17, "left", first=0),
    "copies": Look("body", 14, 22, "left", left=400, right=100, first=-300),
    "printed": Look("body", 14, 22, "left", left=100),
    "printed_on": Look("body", 14, 22, "right", right=100),
    "end": Look("page", 1, 1),
    "half": Look("page", 1, 198),
    "spacer": Look("page", 1, 340),
    "foot": Look("page", 14, 20, "left"),
}


def element(tag: str, **values: Any) -> Any:
    """An element of WordprocessingML with attributes of its own namespace."""
    made = OxmlElement(f"w:{tag}")
    for name, value in values.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def fonts(names: Fonts, face: Face) -> Any:
    """Both faces are said outright: a name without `eastAsia` sets Latin letters only."""
    latin = names.latin if face != "sans" else names.sans
    own = getattr(names, face)
    return element("rFonts", hint="eastAsia", ascii=latin, hAnsi=latin, eastAsia=own, cs=latin)


def run_properties(look: Look, names: Fonts) -> Any:
    made = element("rPr")
    made.append(fonts(names, look.face))
    if look.bold:
        made.append(element("b"))
    if look.red:
        made.append(element("color", val="C00000"))
    if look.tight:
        made.append(element("spacing", val=TIGHT))
    made.append(element("kern", val=0))
    for tag in ("sz", "szCs"):
        made.append(element(tag, val=round(look.size * 2)))
    # Digits are said to be English: LibreOffice ends lines inside a Chinese 86.5%.
    made.append(element("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))
    return made


def paragraph_properties(look: Look) -> Any:
    made = element("pPr")
    if look.keep:
        made.append(element("keepNext"))
    made.append(element("widowControl", val=0))
    if look.ruled:
        border = element("pBdr")
        border.append(element("bottom", val="single", sz=12, space=4, color="C00000"))
        made.append(border)
    for tag in ("autoSpaceDE", "autoSpaceDN"):
        made.append(element(tag, val=0))
    if not look.on_grid:
        made.append(element("snapToGrid", val=0))
    rule = "exact" if look.exact else "atLeast"
    made.append(
        element(
            "spacing",
            before=round(look.before * 20),
            after=0,
            line=round(look.line * 20),
            lineRule=rule,
        )
    )
    first = "firstLine" if look.first >= 0 else "hanging"
    indent = {f"{first}Chars": abs(look.first), "leftChars": look.left, "rightChars": look.right}
    points = {
        first: round(abs(look.first) * look.size / 5),
        "left": round(look.left * look.size / 5),
        "right": round(look.right * look.size / 5),
    }
    made.append(element("ind", **{k: v for k, v in {**indent, **points}.items() if v}))
    made.append(element("jc", val=look.align))
    if look.outline is not None:
        made.append(element("outlineLvl", val=look.outline))
    return made


def add_styles(document: Document, names: Fonts, words: dict[str, str]) -> None:
    """Put the styles in, and take every reference to theme fonts out."""
    root = document.styles.element
    _defaults(root, names)
    for key, look in LOOKS.items():
        made = element("style", type="paragraph", customStyle=1, styleId=key)
        made.append(element("name", val=words[f"style_{key}"]))
        made.append(element("qFormat"))
        made.append(paragraph_properties(look))
        made.append(run_properties(look, names))
        root.append(made)
    for found in root.iter(qn("w:rFonts")):
        for name in THEME:
            found.attrib.pop(qn(f"w:{name}"), None)


def _defaults(root: Any, names: Fonts) -> None:
    """What holds where no style says otherwise."""
    defaults = root.find(qn("w:docDefaults"))
    for child in list(defaults):
        defaults.remove(child)
    holder = element("rPrDefault")
    holder.append(run_properties(LOOKS["cell"], names))
    defaults.append(holder)
    defaults.append(element("pPrDefault"))
    for style in root.findall(qn("w:style")):
        if style.get(qn("w:type")) in {"paragraph", "character"} and not style.get(qn("w:default")):
            root.remove(style)
