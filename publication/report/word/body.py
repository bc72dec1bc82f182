"""The body of the Word file: the chapters of a report's document, in the order of the outline."""

from typing import Any

from publication.palette import DANGER, SOFT, STATUS
from publication.report import pictures
from publication.report.outline import Heading, numbered
from publication.report.word import markup
from publication.report.word.markup import cell, figure_cell, inner_link, paragraph, run, texts
from publication.report.word.writer import MARK_DOTS, TEXT_WIDTH, Writer

Document = dict[str, Any]

LACKING = {"missing", "not_asked"}


def cover(to: Writer, document: Document) -> None:
    to.add(paragraph(run(" ".join(document["title_lines"])), style="Title"))
    to.add(paragraph(run(document["subtitle"]), style="Subtitle"))
    if document.get("stage"):
        to.add(paragraph(run(document["stage"]), style="Stage"))
    overview = document["overview"]
    if len(overview["bands"]) > 1:
        drawing = pictures.bands(overview["bands"], overview["table"]["total"], (560, 260))
        to.add(paragraph(to.picture(drawing, overview["bands_alt"], width=TEXT_WIDTH)))
        _bands_key(to, document)
    for line in (document["as_of"], f"{document['publisher']} · {document['version']}", document["service"]):
        to.add(paragraph(run(line), style="Note"))


def contents(to: Writer, document: Document, headings: list[Heading]) -> None:
    """Add the contents as a field that is filled already: each entry leads to its place."""
    to.add(paragraph(run(document["words"]["contents"]), style="ContentsHeading"))
    entries = [one for one in headings if one.level <= 2]  # noqa: PLR2004 - chapters and goals
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\n \\h '
        '\\z \\u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    for index, one in enumerate(entries):
        entry = inner_link(one.anchor, run(one.text))
        first, last = begin if index == 0 else "", end if index == len(entries) - 1 else ""
        to.add(paragraph(first, entry, last, style=f"toc{one.level}"))


def overview(to: Writer, document: Document) -> None:
    words, whole = document["words"], document["overview"]
    to.heading(1, words["overview"], "ueberblick")
    _opening(to, document, whole, whole["table"]["total"])
    to.heading(2, words["by_field"])
    _rows_of_units(to, document, document["fields"])
    _charts(to, document, "overview", only="status-by-field", with_table=False)
    figures = whole["table"]
    to.caption("table_name", words["table"])
    to.table(
        words["table"],
        [words["field"], *(one["word"] for one in figures["columns"]), words["total"]],
        [
            *(
                [cell(row["name"]), *map(figure_cell, row["counts"]), figure_cell(row["total"])]
                for row in figures["rows"]
            ),
            [cell(words["all_fields"]), *map(figure_cell, figures["sums"]), figure_cell(figures["total"])],
        ],
        [max(46, 116 - 14 * len(figures["columns"])), *[17] * (len(figures["columns"]) + 1)],
    )
    _charts(to, document, "overview", without="status-by-field")


def changes(to: Writer, document: Document) -> None:
    part = document["changes"]
    to.heading(1, part["heading"], "veraenderungen")
    to.add(paragraph(run(part["intro"]), style="Lead"))
    for group in part["groups"]:
        to.heading(2, f"{group['from_word']} → {group['to_word']}")
        to.add(*(_leads_to(one) for one in group["items"]))


def reading(to: Writer, document: Document) -> None:
    words = document["words"]
    to.heading(1, words["reading"], "lesehilfe")
    to.heading(2, words["thread"])
    to.add(paragraph(run(document["thread_meaning"])))
    rows = [
        [
            paragraph(
                to.picture(pictures.mark(row["status"]), f"{words['mark']}: {row['word']}", dots=MARK_DOTS),
                style="TableText",
            ),
            paragraph(run(row["word"], bold=True, colour=STATUS[row["status"]]), style="TableText"),
            cell(row["meaning"]),
        ]
        for row in document["legend"]
    ]
    to.table(words["thread"], [words["mark"], words["status"], words["meaning"]], rows, [18, 42, 110])
    to.heading(2, words["kinds"])
    to.add(*(paragraph(run(f"{kind['word']}: ", bold=True), run(kind["meaning"])) for kind in document["kinds"]))


def field(to: Writer, document: Document, one: Document, index: int) -> None:
    words = document["words"]
    to.heading(1, numbered(one["number"], one["heading"]), f"f{index}")
    to.add(texts(one["summary"]))
    to.blocks(one.get("introduction", []), 2)
    _opening(to, document, one, one["figures"][0]["number"])
    to.heading(2, words["by_goal"])
    _rows_of_units(to, document, one["goals"])
    _charts(to, document, f"field:{one['number']}")
    for number, goal in enumerate(one["goals"], start=1):
        to.heading(2, goal["name"], f"f{index}-{number}")
        for recommendation in goal["recommendations"]:
            _recommendation(to, document, recommendation)


def programmes(to: Writer, document: Document) -> None:
    part, words = document["programmes"], document["words"]
    to.heading(1, part["heading"], "massnahmen")
    to.add(paragraph(run(part["intro"]), style="Lead"))
    rows = []
    for row in part["rows"]:
        served = [inner_link(one["anchor"], run(one["number"])) for one in row["recommendations"]]
        links = [piece for one in served for piece in (run(", "), one)][1:]
        rows.append([*_measure(to, row), paragraph(*links, style="TableText")])
    header = [words[name] for name in ("measure", "status", "who", "until", "recommendations")]
    to.table(part["heading"], header, rows, [66, 30, 34, 24, 22])


def missing(to: Writer, document: Document) -> None:
    part = document["missing"]
    to.heading(1, part["heading"], "fehlend")
    to.add(paragraph(run(part["intro"]), style="Lead"))
    for group in part["groups"]:
        to.heading(2, group["office"])
        to.add(
            *(paragraph(run(numbered(item["number"], item["title"])), style="ListBullet") for item in group["items"])
        )


def register(to: Writer, document: Document) -> None:
    to.heading(1, document["words"]["register"], "aemter")
    for group in document["register"]:
        to.heading(2, group["office"])
        to.add(*(_leads_to(one, one["word"]) for one in group["items"]))


def corrections(to: Writer, document: Document) -> None:
    to.heading(1, document["words"]["corrections"], "berichtigungen")
    for one in document["corrections"]:
        to.add(_leads_to(one, one["on"]))
        to.add(texts([one["note"]]))


def imprint(to: Writer, document: Document, checksum: str) -> None:
    to.heading(1, document["words"]["imprint"], "impressum")
    for line in document["imprint"]:
        to.add(paragraph(run(f"{line['label']}: ", bold=True), run(line["text"])))
    if checksum:
        label = document["words"]["checksum"]
        to.add(paragraph(run(f"{label}: ", bold=True), run(checksum, size=8.5)))


def _opening(to: Writer, document: Document, part: Document, total: int) -> None:
    to.add(paragraph(run(part["lead"]), style="Lead"))
    for one in part["figures"]:
        to.add(paragraph(run(one["number"], bold=True, size=18), run("  "), run(one["label"], colour=SOFT), keep=True))
    if len(part["bands"]) > 1:
        to.heading(2, document["words"]["periods_compared"])
        drawing = pictures.bands(part["bands"], total)
        to.add(paragraph(to.picture(drawing, part["bands_alt"], width=TEXT_WIDTH), keep=True))
        line = " · ".join(f"{band['label']}: {band['reached']}" for band in part["bands"])
        to.add(paragraph(run(f"{document['words']['reached']}: ", bold=True), run(line), style="Note"))
        _bands_key(to, document)


def _bands_key(to: Writer, document: Document) -> None:
    runs = []
    for kind in ("reached", "in_progress", "rest"):
        word = document["words"][kind]
        runs += [to.picture(pictures.swatch(kind), word, dots=MARK_DOTS), run(f" {word}    ")]
    to.add(paragraph(*runs, style="Note"))


def _rows_of_units(to: Writer, document: Document, rows: list[Document]) -> None:
    to.add(paragraph(run(document["words"]["marks_explained"]), style="Note"))
    for row in rows:
        units = row["units"]
        name = paragraph(run(row["name"], bold=True), run(f"   {units['reached']}", colour=SOFT), keep=True)
        drawing = pictures.units(units["groups"])
        to.add(name, paragraph(to.picture(drawing, units["alt"])))


def _charts(
    to: Writer, document: Document, place: str, *, only: str = "", without: str = "", with_table: bool = True
) -> None:
    for chart in document.get("charts", []):
        if chart["place"] != place or chart["name"] == without or (only and chart["name"] != only):
            continue
        to.caption("figure_name", chart["title"])
        to.add(paragraph(to.picture(chart["svg"], chart["alt"], width=TEXT_WIDTH), keep=with_table))
        if with_table:
            rows = [[cell(row[0]), *map(figure_cell, row[1:])] for row in chart["rows"]]
            columns = len(chart["columns"]) - 1
            to.table(chart["title"], chart["columns"], rows, [max(46, 130 - 14 * columns), *[17] * columns])


def _recommendation(to: Writer, document: Document, one: Document) -> None:
    to.heading(3, numbered(one["number"], one["title"]), one["anchor"])
    to.add(texts(one["text"], keep=True))
    status = run(one["word"], bold=True, colour=STATUS[one["status"]])
    thread = to.picture(pictures.thread(one["steps"]), one["alt"], dots=MARK_DOTS)
    to.add(paragraph(status, run("   "), thread, keep=True))
    if one["who"]:
        to.add(paragraph(run(one["who"]), style="Note", keep=True))
    for line in one["note"]:
        to.add(paragraph(run(line, bold=one["kind"] in LACKING, colour=DANGER if one["kind"] in LACKING else "")))
    for section in one["sections"]:
        to.heading(4, section["label"])
        to.add(texts(section["text"]))
    if one["measures"]:
        words = document["words"]
        to.heading(4, words["measures"])
        header = [words[name] for name in ("measure", "status", "who", "until")]
        name = f"{words['measures']}, {numbered(one['number'], one['title'])}"
        to.table(name, header, [_measure(to, row) for row in one["measures"]], [76, 32, 36, 26])
    if one["approved"]:
        to.add(paragraph(run(one["approved"]), style="Note"))


def _measure(to: Writer, row: Document) -> list[str]:
    details = [run(row["title"])]
    if row["details"]:
        details += [markup.BREAK, run(row["details"], colour=SOFT)]
    if row["link"]:
        details += [markup.BREAK, to.link(row["link"], row["link_text"])]
    return [paragraph(*details, style="TableText"), cell(row["word"]), cell(row["who"]), cell(row["until"])]


def _leads_to(one: Document, more: str = "") -> str:
    after = run(f"   {more}", colour=SOFT) if more else ""
    return paragraph(inner_link(one["anchor"], run(numbered(one["number"], one["title"]))), after, style="ListBullet")
