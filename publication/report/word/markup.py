"""Pieces of WordprocessingML as text: one string for the whole body is parsed once, which keeps 200 pages quick.

Whatever people wrote goes through ``escaped``; everything else here is our own.
"""

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

EMU_PER_UNIT = 9525
"""A unit of a drawing is a 96th of an inch."""

_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FROM_RIGHT = re.compile("^[^A-Za-zÀ-ɏ\u0590-\u08ff]*[\u0590-\u08ff]")

NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{address}"'
    for prefix, address in (
        ("w", "wordprocessingml/2006/main"),
        ("r", "officeDocument/2006/relationships"),
        ("wp", "drawingml/2006/wordprocessingDrawing"),
        ("a", "drawingml/2006/main"),
        ("pic", "drawingml/2006/picture"),
    )
)


def escaped(text: object) -> str:
    """Return what people wrote as the content of an element; characters that XML forbids vanish."""
    return escape(_INVALID.sub("", str(text)))


def quoted(text: object) -> str:
    """Return what people wrote as a quoted attribute."""
    return quoteattr(_INVALID.sub("", str(text)))


def run(text: object, *, bold: bool = False, italic: bool = False, colour: str = "", size: float = 0) -> str:
    """Return text with its look; ``size`` in points."""
    look = (
        ("<w:b/>" if bold else "")
        + ("<w:i/>" if italic else "")
        + (f'<w:color w:val="{colour.lstrip("#")}"/>' if colour else "")
        + (f'<w:sz w:val="{round(size * 2)}"/>' if size else "")
    )
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escaped(text)}</w:t></w:r>'


BREAK = "<w:r><w:br/></w:r>"


def paragraph(
    *runs: str,
    style: str = "",
    keep: bool = False,
    numbering: int = 0,
    right_to_left: bool = False,
    goes_on: bool = False,
) -> str:
    """Return a paragraph; with ``keep`` it stays on the page of the next one, with ``goes_on`` it begins none."""
    properties = (
        (f'<w:pStyle w:val="{style}"/>' if style else "")
        + ("<w:keepNext/>" if keep else "")
        + ('<w:pageBreakBefore w:val="0"/>' if goes_on else "")
        + (f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{numbering}"/></w:numPr>' if numbering else "")
        + ("<w:bidi/>" if right_to_left else "")
        + ('<w:spacing w:before="640"/>' if goes_on else "")
    )
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(runs)}</w:p>"


def texts(lines: Iterable[str], *, style: str = "", keep: bool = False) -> str:
    """Return each line as a paragraph; one that begins in Arabic or Hebrew letters runs from right to left."""
    return "".join(paragraph(run(line), style=style, keep=keep, right_to_left=from_right(line)) for line in lines)


def from_right(text: str) -> bool:
    """Whether a text begins in letters that are read from right to left."""
    return _FROM_RIGHT.match(text) is not None


def bookmark_name(anchor: str) -> str:
    """Return a name that Word accepts for a bookmark."""
    return re.sub(r"\W", "_", anchor)


def bookmark(number: int, anchor: str, inside: str) -> str:
    """Return runs that links inside the file can lead to."""
    name = bookmark_name(anchor)
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inside}<w:bookmarkEnd w:id="{number}"/>'


def inner_link(anchor: str, *runs: str) -> str:
    """Return runs that lead to a bookmark of the same file."""
    return f'<w:hyperlink w:anchor="{bookmark_name(anchor)}" w:history="1">{"".join(runs)}</w:hyperlink>'


def outer_link(relation: str, text: object) -> str:
    """Return a link to an address that is kept as ``relation``."""
    shown = f'<w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr><w:t xml:space="preserve">{escaped(text)}</w:t></w:r>'
    return f'<w:hyperlink r:id="{relation}" w:history="1">{shown}</w:hyperlink>'


def field(code: str, result: str) -> str:
    """Return a field whose result is already there."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {code} </w:instrText>'
        f'</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def picture(relation: str, number: int, description: str, width: float, height: float) -> str:
    """Return a drawing in the line, ``width`` by ``height`` in units of a 96th of an inch, with its words."""
    size = f'cx="{round(width * EMU_PER_UNIT)}" cy="{round(height * EMU_PER_UNIT)}"'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="{number}" name="Picture {number}" descr={quoted(description)}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}" descr={quoted(description)}/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


Cell = str
"""The paragraphs of a cell; an empty string is an empty cell."""


def table(name: str, header: Sequence[Cell], rows: Iterable[Sequence[Cell]], widths: Sequence[int]) -> str:
    """Return a table with a header row that is repeated on each page; ``widths`` are parts of the whole.

    ``name`` is its alternative text.
    """
    whole = 9638  # 170 mm in twentieths of a point
    columns = [round(whole * width / sum(widths)) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    head = _row(header, columns, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")
    body = "".join(_row(row, columns, "<w:trPr><w:cantSplit/></w:trPr>") for row in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{whole}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="0" w:noVBand="1"/><w:tblCaption w:val={quoted(name)}/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"
    )


def _row(cells: Sequence[Cell], widths: Sequence[int], properties: str) -> str:
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell or paragraph(style="TableText")}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr>{properties}{inside}</w:tr>"


def cell(text: object, *, style: str = "TableText") -> Cell:
    """Return a cell with one paragraph of text."""
    return paragraph(run(text), style=style)


PARTS = (
    "Emp·feh·lungen", "Fehl·anzeige", "Maß·nahmen", "Mel·dung", "Um·setzung", "be·richtet", "be·stätigt",
    "fort·geführt", "um·gesetzt", "unbe·kannt", "un·ver·ändert", "ver·stetigt", "weiter·verfolgt", "zurück·gestellt",
)  # fmt: skip
"""Long words of narrow columns, with the places where a line may end."""

_PARTS = {one.replace("·", ""): one.split("·") for one in PARTS}


def head_cell(text: str) -> Cell:
    """Return the head of a column, whose long words may be broken where German breaks them, and nowhere else."""
    words = (_PARTS.get(word, [word]) for word in text.split(" "))
    inside = '<w:t xml:space="preserve"> </w:t>'.join(
        "<w:softHyphen/>".join(f"<w:t>{escaped(part)}</w:t>" for part in parts) for parts in words
    )
    return paragraph(f"<w:r>{inside}</w:r>", style="TableHead")


def figure_cell(number: object) -> Cell:
    """Return a cell with a number, aligned to the right; none is a dash."""
    return cell("–" if number == 0 else number, style="TableFigure")
