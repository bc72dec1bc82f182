"""The few marks with which coordinators structure a chapter, and the safe HTML made of them.

``blocks`` reads a small part of Markdown: headings, bold, italic, lists, quotations and links to the web or to an
e-mail address. Everything else, HTML above all, is text like any other and appears as it was typed. A line break begins
a new paragraph, as in the texts of the offices. The result is plain data for the frozen document; no output ever sees
the Markdown.

A block is ``{"kind": "p" | "h" | "quote", "spans": [span]}`` or ``{"kind": "ul" | "ol", "items": [[span]]}``, a span
``{"text", "bold", "italic", "link"}`` with an address or an empty ``link``.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

Block = dict[str, Any]
Span = dict[str, Any]

LONGEST = 20_000
"""Characters of a text; ten printed pages."""

DEEPEST = 3
_MARK = r"(?:(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]*)"
_MARKS_IN_A_ROW = re.compile(rf"^([ \t]*{_MARK}{{{DEEPEST}}}){_MARK}+", re.MULTILINE)
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"\\]+", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def _parser() -> MarkdownIt:
    rules = ["heading", "list", "blockquote", "emphasis", "link", "escape", "newline"]
    parser = MarkdownIt("zero", {"maxNesting": 200}).enable(rules)
    setattr(parser, "validateLink", _is_safe)  # noqa: B010 - one parser has a rule of its own
    return parser


def _is_safe(address: str) -> bool:
    return _SAFE_LINK.fullmatch(address) is not None


_READER = _parser()


def blocks(markdown: str) -> list[Block]:
    """Return the text as blocks; nothing that was typed is lost, whatever it looks like."""
    source = _INVISIBLE.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n"))
    # Nobody means a list in a list in a list in a list; the words stay.
    source = _MARKS_IN_A_ROW.sub(r"\1", source)
    try:
        tokens = _READER.parse(source)
    except RecursionError:
        return [_paragraph("p", [_span(line.strip())]) for line in source.splitlines() if line.strip()]
    return list(_blocks(tokens))


def html(some: Iterable[Block], *, level: int = 3) -> SafeString:
    """Return blocks as HTML; headings are of ``level``. Every text and address is escaped."""
    parts = []
    for kind, group in groupby(some, key=lambda block: block["kind"]):
        members = list(group)
        if kind == "quote":
            inner = format_html_join("", "<p>{}</p>", ((_spans(one["spans"]),) for one in members))
            parts.append(format_html("<blockquote>{}</blockquote>", inner))
        else:
            parts += [_block(one, level) for one in members]
    return format_html_join("\n", "{}", ((part,) for part in parts))


def plain(some: Iterable[Block]) -> str:
    """Return the words of blocks, a line for each paragraph or item, to count and to compare."""
    lines = [spans for one in some for spans in (one["items"] if "items" in one else [one["spans"]])]
    return "\n".join("".join(span["text"] for span in spans) for spans in lines)


def _block(one: Block, level: int) -> SafeString:
    if one["kind"] in {"ul", "ol"}:
        items = format_html_join("", "<li>{}</li>", ((_spans(spans),) for spans in one["items"]))
        return format_html("<ol>{}</ol>" if one["kind"] == "ol" else "<ul>{}</ul>", items)
    if one["kind"] == "h":
        return format_html("<h{0}>{1}</h{0}>", level, _spans(one["spans"]))
    return format_html("<p>{}</p>", _spans(one["spans"]))


def _spans(spans: Iterable[Span]) -> SafeString:
    return format_html_join("", "{}", ((_marked(one),) for one in spans))


def _marked(one: Span) -> SafeString:
    said = format_html("{}", one["text"])
    if one["italic"]:
        said = format_html("<em>{}</em>", said)
    if one["bold"]:
        said = format_html("<strong>{}</strong>", said)
    if one["link"] and _is_safe(one["link"]):
        said = format_html('<a href="{}" rel="noopener">{}</a>', one["link"], said)
    return said


# --- From the parser's tokens to blocks ------------------------------------------------------------------------------


def _blocks(tokens: Iterable[Token]) -> Iterator[Block]:
    """Flatten what is nested: a list keeps its outermost kind, a quotation inside a list its words."""
    lists: list[Block] = []
    quotes = 0
    heading = False
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append({"kind": "ul" if token.type == "bullet_list_open" else "ol", "items": []})
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            done = lists.pop()
            if not lists and done["items"]:
                yield done
        elif token.type in {"blockquote_open", "blockquote_close"}:
            quotes += 1 if token.type == "blockquote_open" else -1
        elif token.type in {"heading_open", "heading_close"}:
            heading = token.type == "heading_open"
        elif token.type == "inline":
            lines = [line for line in _lines(token.children or []) if _says_something(line)]
            if lists:
                lists[0]["items"] += [_joined(lines)] if lines else []
            else:
                kind = "h" if heading else "quote" if quotes else "p"
                yield from (_paragraph(kind, line) for line in lines)


def _lines(tokens: Iterable[Token]) -> Iterator[list[Span]]:
    line: list[Span] = []
    bold = italic = 0
    link = ""
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            yield line
            line = []
        elif token.type in {"strong_open", "strong_close"}:
            bold += token.nesting
        elif token.type in {"em_open", "em_close"}:
            italic += token.nesting
        elif token.type == "link_open":
            link = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            link = ""
        elif token.content:
            _add(line, _span(token.content, bold=bold > 0, italic=italic > 0, link=link))
    yield line


def _add(line: list[Span], span: Span) -> None:
    """Put a span at the end of a line, into the one before where both are marked alike."""
    if line and all(line[-1][name] == span[name] for name in ("bold", "italic", "link")):
        line[-1]["text"] += span["text"]
    else:
        line.append(span)


def _joined(lines: list[list[Span]]) -> list[Span]:
    """Return the lines of a list's item as one."""
    joined: list[Span] = []
    for number, line in enumerate(lines):
        if number:
            _add(joined, _span(" "))
        for span in line:
            _add(joined, span)
    return joined


def _span(text: str, *, bold: bool = False, italic: bool = False, link: str = "") -> Span:
    return {"text": text, "bold": bold, "italic": italic, "link": link}


def _paragraph(kind: str, spans: list[Span]) -> Block:
    return {"kind": kind, "spans": spans}


def _says_something(spans: list[Span]) -> bool:
    return any(span["text"].strip() for span in spans)
