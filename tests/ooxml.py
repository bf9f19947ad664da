"""Office files as ECMA-376 asks: the order of what stands in an element, relations, ids, types.

The schemas themselves are in no package here; the orders of the elements that we write, or that a
library writes for us, are copied from them. What may take turns is joined by |. A name that is
missing here fails: look it up.
"""

import posixpath
from collections import Counter
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

SPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://schemas.openxmlformats.org/presentationml/2006/main": "p",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "x",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
}
FILLS = "noFill solidFill gradFill blipFill pattFill grpFill"
LETTERS = f"ln {FILLS} effectLst highlight latin ea cs sym hlinkClick extLst"
BORDERS = "top left start bottom right end insideH insideV tl2br tr2bl"
AXIS = ("axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark "
        "minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt")  # fmt: skip
LABEL = ("numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent "
         "showBubbleSize separator showLeaderLines")  # fmt: skip
SERIES = "idx order tx spPr invertIfNegative marker dPt dLbls trendline errBars cat val smooth"
SHEET = ("sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetProtection autoFilter "
         "mergeCells conditionalFormatting dataValidations hyperlinks printOptions pageMargins "
         "pageSetup headerFooter rowBreaks colBreaks drawing legacyDrawing tableParts")  # fmt: skip
ORDERS = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr "
    "suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct "
    "topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind "
    "contextualSpacing mirrorIndents jc outlineLvl rPr sectPr",
    "w:rPr": "rStyle rFonts b bCs i iCs color spacing w kern position sz szCs highlight u lang",
    "w:sdt": "sdtPr sdtEndPr sdtContent",
    "w:sdtPr": "rPr alias tag id lock text",
    "w:tbl": "tblPr tblGrid tr",
    "w:tblPr": "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "w:tblBorders": BORDERS,
    "w:tr": "tblPrEx trPr tc",
    "w:trPr": "cantSplit trHeight tblHeader jc",
    "w:tc": "tcPr p",
    "w:tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
    "w:pBdr": "top left bottom right between",
    "w:sectPr": "headerReference|footerReference type pgSz pgMar pgBorders pgNumType cols "
    "titlePg docGrid",
    "w:style": "name basedOn next uiPriority qFormat pPr rPr tblPr",
    "w:body": "p|tbl sectPr",
    "w:p": "pPr r|sdt|fldSimple",
    "wp:inline": "extent effectExtent docPr cNvGraphicFramePr graphic",
    "p:sld": "cSld clrMapOvr transition timing",
    "p:cSld": "bg spTree",
    "p:spTree": "nvGrpSpPr grpSpPr sp|graphicFrame|pic",
    "p:sp": "nvSpPr spPr style txBody",
    "p:pic": "nvPicPr blipFill spPr",
    "p:graphicFrame": "nvGraphicFramePr xfrm graphic",
    "p:txBody": "bodyPr lstStyle p",
    "p:spPr": f"xfrm custGeom prstGeom {FILLS} ln",
    "a:bodyPr": "prstTxWarp noAutofit normAutofit spAutoFit",
    "a:p": "pPr r|br|fld endParaRPr",
    "a:pPr": "lnSpc spcBef spcAft buNone buChar tabLst defRPr",
    "a:r": "rPr t",
    "a:rPr": LETTERS,
    "a:defRPr": LETTERS,
    "a:endParaRPr": LETTERS,
    "a:ln": "noFill solidFill prstDash round",
    "a:tbl": "tblPr tblGrid tr",
    "a:tblPr": f"{FILLS} tableStyleId",
    "a:tr": "tc",
    "a:tc": "txBody tcPr",
    "a:tcPr": f"lnL lnR lnT lnB {FILLS}",
    "a:txBody": "bodyPr lstStyle p",
    "a:graphic": "graphicData",
    "c:chartSpace": "date1904 roundedCorners chart spPr txPr externalData",
    "c:chart": "title autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs showDLblsOverMax",
    "c:plotArea": "layout barChart lineChart catAx valAx spPr",
    "c:barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId",
    "c:lineChart": "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth "
    "axId",
    "c:ser": SERIES,
    "c:dLbls": f"dLbl {LABEL}",
    "c:catAx": f"{AXIS} auto lblAlgn lblOffset noMultiLvlLbl",
    "c:valAx": f"{AXIS} crossBetween majorUnit minorUnit",
    "c:scaling": "logBase orientation max min",
    "c:legend": "legendPos legendEntry layout overlay spPr txPr",
    "c:txPr": "bodyPr lstStyle p",
    "c:spPr": f"xfrm prstGeom {FILLS} ln",
    "c:marker": "symbol size spPr",
    "c:cat": "strRef numRef",
    "c:strRef": "f strCache",
    "c:numRef": "f numCache",
    "c:strCache": "ptCount pt",
    "c:numCache": "formatCode ptCount pt",
    "c:externalData": "autoUpdate",
    "x:worksheet": SHEET,
    "x:sheetPr": "tabColor outlinePr pageSetUpPr",
}  # fmt: skip
CHECKED = ("word/document.xml", "word/header", "word/footer", "word/charts/chart",
           "ppt/slides/slide", "ppt/notesSlides/notesSlide", "ppt/charts/chart",
           "xl/worksheets/sheet")  # fmt: skip
OWN_STYLE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}customStyle"


def faults(office: bytes) -> list[str]:
    """Everything in the file, and in workbooks inside it, that the standard does not allow."""
    with ZipFile(BytesIO(office)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    found = [*_duplicates(parts), *_untyped(parts), *_dangling(parts)]
    for name, data in parts.items():
        if name.endswith(".xlsx"):
            found += faults(data)
        elif name.startswith(CHECKED) and name.endswith(".xml"):
            found += [f"{name}: {each}" for each in _disordered(etree.fromstring(data))]
        elif name == "word/styles.xml":
            own = (s for s in etree.fromstring(data) if s.get(OWN_STYLE))
            found += [f"{name}: {each}" for style in own for each in _disordered(style)]
    return found


def _named(element):
    name = etree.QName(element)
    return f"{SPACES.get(name.namespace, name.namespace)}:{name.localname}"


def _disordered(root):
    for holder in root.iter(etree.Element):
        groups = ORDERS.get(_named(holder), "").split()
        order = {name: place for place, group in enumerate(groups) for name in group.split("|")}
        names = [etree.QName(child).localname for child in holder.iterchildren(etree.Element)]
        if not order or not names:
            continue
        if unknown := set(names) - set(order):
            yield f"{_named(holder)} holds {sorted(unknown)}"
            continue
        places = [order[name] for name in names]
        if places != sorted(places):
            yield f"{_named(holder)} has {names}"


def _duplicates(parts):
    """Ids that must be one of a kind in their part."""
    for name, data in parts.items():
        if not name.startswith(CHECKED) or not name.endswith(".xml"):
            continue
        root = etree.fromstring(data)
        for tag, key in (("docPr", "id"), ("cNvPr", "id"), ("id", "val")):
            ids = Counter(value for each in root.iter(f"{{*}}{tag}")
                          for at, value in each.attrib.items()
                          if etree.QName(at).localname == key)  # fmt: skip
            yield from (f"{name}: {tag} {one} twice" for one, count in ids.items() if count > 1)


def _untyped(parts):
    """Parts that the list of content types says nothing of."""
    root = etree.fromstring(parts["[Content_Types].xml"])
    defaults = {each.get("Extension").lower() for each in root.iter("{*}Default")}
    named = {each.get("PartName").lstrip("/") for each in root.iter("{*}Override")}
    for name in parts:
        ending = name.rpartition(".")[2].lower()
        if name not in named and ending not in defaults and name != "[Content_Types].xml":
            yield f"{name} has no content type"
    yield from (f"{name} is named and not there" for name in named - set(parts))


def _dangling(parts):
    """Relations to parts that are not there, and ids that no relation has."""
    for name, data in parts.items():
        if not name.endswith(".rels"):
            continue
        folder, _, file = name.rpartition("_rels/")
        known = {}
        for each in etree.fromstring(data):
            known[each.get("Id")] = each
            target = posixpath.normpath(posixpath.join("/", folder, each.get("Target")))
            if each.get("TargetMode") != "External" and target.lstrip("/") not in parts:
                yield f"{name}: {target} is not there"
        source = parts.get(folder + file.removesuffix(".rels"))
        if source is not None:
            yield from (f"{folder}{file}: {each} leads nowhere" for each in _asked(source)
                        if each not in known)  # fmt: skip


def _asked(source):
    space = next(uri for uri, short in SPACES.items() if short == "r")
    for each in etree.fromstring(source).iter(etree.Element):
        yield from (value for at, value in each.attrib.items() if at.startswith(f"{{{space}}}"))
