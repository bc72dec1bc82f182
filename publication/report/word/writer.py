"""What the parts of a Word file share: pictures and links are kept once each, captions and bookmarks are counted."""

import io
from collections import Counter
from typing import Any

from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE

from publication.charts.drawing import png
from publication.report.pictures import size_of
from publication.report.word import markup
from publication.report.word.markup import Cell, field, paragraph, run

TEXT_WIDTH = 642
"""170 mm in units of a drawing."""

NORMAL_DOTS, MARK_DOTS = 200, 300


class Writer:
    """Collects the body of one file."""

    def __init__(self, file: WordFile, words: dict[str, str]) -> None:
        self.file = file
        self.words = words
        self.parts: list[str] = []
        self._pictures: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._counted: Counter[str] = Counter()

    def add(self, *pieces: str) -> None:
        self.parts += pieces

    def heading(self, level: int, text: str, anchor: str = "", *, goes_on: bool = False) -> None:
        """Add a heading; a chapter begins a page, unless it ``goes_on`` after the one before."""
        inside = run(text)
        if anchor:
            inside = markup.bookmark(self._next("bookmark"), anchor, inside)
        right_to_left = markup.from_right(text)
        self.add(paragraph(inside, style=f"Heading{level}", right_to_left=right_to_left, goes_on=goes_on))

    def picture(self, svg: str, description: str, *, width: float = 0, dots: int = NORMAL_DOTS) -> str:
        """Return a run with the drawing: as wide as it is, or ``width``, and never wider than the text."""
        relation = self._pictures.get(svg)
        if relation is None:
            relation = self._pictures[svg] = self.file.part.get_or_add_image(io.BytesIO(png(svg, dots_per_inch=dots)))[
                0
            ]
        own_width, own_height = size_of(svg)
        shown = min(width or own_width, TEXT_WIDTH)
        return markup.picture(relation, self._next("picture"), description, shown, own_height * shown / own_width)

    def link(self, address: str, text: str) -> str:
        """Return a link to the web."""
        relation = self._links.get(address)
        if relation is None:
            relation = self._links[address] = self.file.part.relate_to(
                address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
        return markup.outer_link(relation, text)

    def caption(self, kind: str, text: str) -> None:
        """Add a counted caption above what follows; ``kind``: ``figure_name`` or ``table_name``."""
        name, number = self.words[kind], self._next(kind)
        counter = field(f"SEQ {name} \\* ARABIC", run(number, bold=True))
        self.add(paragraph(run(f"{name} "), counter, run(f": {text}"), style="Caption", keep=True))

    def table(self, name: str, header: list[str], rows: list[list[Cell]], widths: list[int]) -> None:
        self.add(markup.table(name, [markup.head_cell(one) for one in header], rows, widths))
        # Two tables without a paragraph in between would be one.
        self.add(paragraph(style="Note"))

    def blocks(self, blocks: list[dict[str, Any]], level: int) -> None:
        """Add what coordinators have written: headings, lists, quotations."""
        for block in blocks:
            if block["kind"] == "h":
                self.heading(level, "".join(span["text"] for span in block["spans"]))
            elif block["kind"] in {"ul", "ol"}:
                number = self._new_list() if block["kind"] == "ol" else 0
                style = "ListNumber" if block["kind"] == "ol" else "ListBullet"
                self.add(*(paragraph(*self._spans(item), style=style, numbering=number) for item in block["items"]))
            else:
                text = "".join(span["text"] for span in block["spans"])
                style = "Quote" if block["kind"] == "quote" else ""
                self.add(paragraph(*self._spans(block["spans"]), style=style, right_to_left=markup.from_right(text)))

    def _spans(self, spans: list[dict[str, Any]]) -> list[str]:
        return [
            self.link(span["link"], span["text"])
            if span.get("link")
            else run(span["text"], bold=span.get("bold", False), italic=span.get("italic", False))
            for span in spans
        ]

    def _new_list(self) -> int:
        """Return the number of a list that begins at 1."""
        numbering = self.file.part.numbering_part.element
        style = self.file.styles["List Number"].element
        own = style.pPr.numPr.numId.val
        kind = next(one for one in numbering.num_lst if one.numId == own).abstractNumId.val
        new = numbering.add_num(kind)
        new.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(new.numId)

    def _next(self, what: str) -> int:
        self._counted[what] += 1
        return self._counted[what]
