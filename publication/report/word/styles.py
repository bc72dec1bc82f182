"""Page, styles and properties of the Word file: real styles, so that whoever goes on writing keeps the look."""

import datetime
from typing import Any

from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from publication.palette import HAIRLINE, INK, SOFT
from publication.report.word.markup import NAMESPACES, field, paragraph, run

FONT = "Calibri"
REGIONS = {"de": "de-DE", "en": "en-GB"}

_HEADINGS: dict[int, tuple[float, float, float]] = {1: (22, 0, 12), 2: (16, 20, 8), 3: (13, 16, 6), 4: (11, 10, 3)}
"""By level: size, space before and after in points."""


def set_up(file: WordFile, document: dict[str, Any]) -> None:
    """Give a new file its page, styles, running lines and properties."""
    _page(file)
    _styles(file)
    _running_lines(file, document)
    _properties(file, document)
    _language(file, REGIONS.get(document["language"], document["language"]))


def _page(file: WordFile) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(25), Mm(22)
    section.header_distance = section.footer_distance = Mm(11)
    section.different_first_page_header_footer = True


def _styles(file: WordFile) -> None:
    normal = _style(file, "Normal")
    _look(normal, 10.5, before=0, after=6)
    normal.paragraph_format.line_spacing = 1.2
    for level, (size, before, after) in _HEADINGS.items():
        style = _style(file, f"Heading {level}")
        _look(style, size, before=before, after=after, bold=True)
        style.paragraph_format.keep_with_next = True
    _style(file, "Heading 1").paragraph_format.page_break_before = True
    _look(_style(file, "Title"), 34, before=120, after=8, bold=True)
    _unlined(_style(file, "Title"))
    _look(_style(file, "Subtitle"), 15, before=0, after=24, colour=SOFT, italic=False)
    _look(_style(file, "Caption"), 9.5, before=12, after=4, bold=True)
    _style(file, "Caption").paragraph_format.keep_with_next = True
    _look(_style(file, "Quote"), 10.5, before=4, after=8, italic=True)
    _style(file, "Quote").paragraph_format.left_indent = Mm(6)
    sizes: tuple[tuple[str, str, float, str], ...] = (
        ("Lead", "Normal", 12.5, INK),
        ("Note", "Normal", 9, SOFT),
        ("Table Text", "Normal", 9, INK),
        ("Table Figure", "Normal", 9, INK),
        ("Table Head", "Normal", 8.5, INK),
        ("Contents Heading", "Normal", 22, INK),
        ("Stage", "Normal", 13, INK),
        ("toc 1", "Normal", 10.5, INK),
        ("toc 2", "Normal", 10.5, INK),
    )
    for name, based_on, size, colour in sizes:
        new = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        new.base_style = file.styles[based_on]
        _look(new, size, before=0, after=6 if name in {"Lead", "Note"} else 2, colour=colour)
    for name in ("Table Head", "Contents Heading", "Stage", "toc 1"):
        _style(file, name).font.bold = True
    _style(file, "Table Figure").paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _style(file, "Contents Heading").paragraph_format.page_break_before = True
    _style(file, "Contents Heading").paragraph_format.space_after = Pt(12)
    _style(file, "toc 1").paragraph_format.space_before = Pt(8)
    _style(file, "toc 2").paragraph_format.left_indent = Mm(6)
    _style(file, "Lead").paragraph_format.space_after = Pt(10)
    file.styles.element.append(parse_xml(_HYPERLINK))
    file.styles.element.append(parse_xml(_TABLE))


def _style(file: WordFile, name: str) -> ParagraphStyle:
    found = file.styles[name]
    assert isinstance(found, ParagraphStyle)  # noqa: S101 - for the type checker; the names are those of the template
    return found


def _look(
    style: Any, size: float, *, before: float, after: float, bold: bool = False, italic: bool = False, colour: str = INK
) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, italic
    font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for name in list(fonts.attrib):
        # The template's headings take their font from its theme, which would win.
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), FONT)
    for spacing in properties.findall(qn("w:spacing")):
        properties.remove(spacing)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _unlined(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _running_lines(file: WordFile, document: dict[str, Any]) -> None:
    section = file.sections[0]
    stage = document.get("stage")
    head = " · ".join(filter(None, (document["title"], stage)))
    _replace(section.header, paragraph(run(head), style="Note"))
    number = field("PAGE", run("1"))
    page = f"{document['words']['page']} "
    _replace(section.footer, paragraph(run(document["source_line"]), run(" · "), run(page), number, style="Note"))


def _replace(part: Any, xml: str) -> None:
    part.is_linked_to_previous = False
    element = part._element  # noqa: SLF001 - python-docx gives no other way to a footer with a field
    for child in list(element):
        element.remove(child)
    element.append(parse_xml(xml.replace("<w:p>", f"<w:p {NAMESPACES}>", 1)))


def _properties(file: WordFile, document: dict[str, Any]) -> None:
    core = file.core_properties
    core.title, core.subject = document["title"], document["subtitle"]
    core.author = core.last_modified_by = document["publisher"]
    core.language = REGIONS.get(document["language"], document["language"])
    core.keywords = f"{document['service']}, {document['version']}"
    core.comments = core.category = ""
    core.version = document["version"]
    day = datetime.datetime.combine(datetime.date.fromisoformat(document["as_of_iso"]), datetime.time())
    core.created = core.modified = day
    core.revision = 1
    package = file.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[key]


def _language(file: WordFile, region: str) -> None:
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), region)
    # Narrow columns and German words.
    tabs = file.settings.element.find(qn("w:defaultTabStop"))
    tabs.addnext(parse_xml(f"<w:autoHyphenation {NAMESPACES}/>"))
    for language in file.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), region)


_HYPERLINK = (
    f'<w:style {NAMESPACES} w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
    '<w:uiPriority w:val="99"/><w:unhideWhenUsed/><w:rPr><w:color w:val="2044AA"/><w:u w:val="single"/></w:rPr>'
    "</w:style>"
)
_LINE = HAIRLINE.lstrip("#")
_TABLE = (
    f'<w:style {NAMESPACES} w:type="table" w:customStyle="1" w:styleId="ReportTable"><w:name w:val="Report Table"/>'
    '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    f'<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>'
    f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/></w:tblBorders>'
    '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="20" w:type="dxa"/>'
    '<w:right w:w="113" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>'
    f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK.lstrip("#")}"/></w:tcBorders></w:tcPr>'
    "</w:tblStylePr></w:style>"
)
