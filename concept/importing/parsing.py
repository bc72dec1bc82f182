"""The whole way from a file to records, with or without a mapping file."""

from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from concept.importing import columns as known
from concept.importing.cells import folded
from concept.importing.mapping import Mapping
from concept.importing.problems import Problem, in_order
from concept.importing.reading import read_table
from concept.importing.records import Records, build, source_rows
from concept.importing.tables import Table
from concept.importing.trees import HistoryEntry, TreeReader, duplicates


@dataclass(slots=True)
class ParsedFile:
    """What a file says: recommendations, older texts, sentences about fields; and all that is wrong with it."""

    records: Records
    mapping: Mapping
    history: list[HistoryEntry] = field(default_factory=list)
    summaries: Dict[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        return in_order(self.records.problems)


def parse_file(content: bytes, file_name: str, mapping: Mapping | None = None) -> ParsedFile:
    """Read and check a file; raises ``UnreadableTableError`` if there is no table in it."""
    mapping = mapping or Mapping()
    headings = [*known.all_spellings(), *mapping.columns.values()]
    return parse_table(read_table(content, file_name, headings), mapping)


def parse_table(table: Table, mapping: Mapping) -> ParsedFile:
    """Turn a table into records by the mapping, or by the headings where the mapping names no column."""
    return _parse_tree(table, mapping) if mapping.tree else _parse_rows(table, mapping)


def _parse_rows(table: Table, mapping: Mapping) -> ParsedFile:
    columns = _present(mapping.columns, table.headings)
    if mapping.guess:
        columns = {**known.guess(table.headings), **columns}
    problems = [*table.problems, *known.missing(columns, mapping.constants)]
    if any(problem.code == "missing_column" for problem in problems):
        return ParsedFile(Records(problems=problems, headings=dict(columns)), mapping)
    records = build(source_rows(table, columns, mapping.constants), columns)
    return ParsedFile(_without_faults(records, problems), mapping)


def _present(columns: Dict[str, str], headings: Iterable[str]) -> dict[str, str]:
    """Return the mapped columns under the spelling in which the file has their headings."""
    spellings = {folded(heading): heading for heading in headings}
    found = {name: spellings.get(folded(heading)) for name, heading in columns.items()}
    return {name: heading for name, heading in found.items() if heading}


def _parse_tree(table: Table, mapping: Mapping) -> ParsedFile:
    assert mapping.tree is not None  # noqa: S101 - the caller asked
    tree = TreeReader(table, mapping, mapping.tree).read()
    headings = {**mapping.columns, "text": mapping.tree.text, "field": mapping.tree.field_name}
    headings["field_number"] = mapping.tree.parent
    records = build(tree.rows, headings)
    problems = [*table.problems, *tree.problems, *duplicates(tree.history, mapping.tree.kind)]
    return ParsedFile(_without_faults(records, problems), mapping, tree.history, tree.summaries)


def _without_faults(records: Records, problems: list[Problem]) -> Records:
    """Add the table's problems; where a cell could not be read, its emptiness is not told as well."""
    told = {(problem.row, problem.column) for problem in problems if problem.row}
    kept = [one for one in records.problems if one.code != "missing_value" or (one.row, one.column) not in told]
    records.problems = [*problems, *kept]
    return records
