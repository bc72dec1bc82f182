"""The report's own texts as coordinators see them: the foreword and an introduction for each field of action."""

from dataclasses import dataclass

from django.db.models import F, Max, Window

from concept.models import ActionField
from publication import rich_text
from publication.models import ReportText
from workflow import published
from workflow.published import ReportCycle


@dataclass(frozen=True, slots=True)
class Chapter:
    """A text's place in the report; ``field`` is empty for the foreword, ``newest`` as long as nobody wrote it."""

    field: ActionField | None
    newest: ReportText | None

    @property
    def is_written(self) -> bool:
        return self.newest is not None and bool(self.newest.text)

    @property
    def words(self) -> int:
        return len(rich_text.plain(rich_text.blocks(self.newest.text)).split()) if self.newest else 0


@dataclass(frozen=True, slots=True)
class Manuscript:
    """All texts of a cycle's report in printed order."""

    cycle: ReportCycle
    chapters: list[Chapter]

    @property
    def written(self) -> int:
        return sum(one.is_written for one in self.chapters)


def manuscript(cycle_id: int) -> Manuscript | None:
    """Return the texts of a cycle that has been opened, or ``None``; three queries."""
    cycle = next(iter(published.report_cycles(cycle_id)), None)
    if cycle is None:
        return None
    versions = ReportText.objects.filter(cycle=cycle_id)
    newest = versions.annotate(newest=Window(Max("number"), partition_by=[F("field")])).filter(number=F("newest"))
    by_field = {one.field_id: one for one in newest.select_related("written_by")}
    fields = ActionField.objects.filter(edition=cycle.edition_id).order_by("position", "number", "pk")
    chapters = [Chapter(None, by_field.get(None)), *(Chapter(one, by_field.get(one.pk)) for one in fields)]
    return Manuscript(cycle, chapters)


@dataclass(frozen=True, slots=True)
class OneText:
    """One text with all its versions, newest first, their words left out."""

    cycle: ReportCycle
    field: ActionField | None
    newest: ReportText | None
    versions: list[ReportText]


def one_text(cycle_id: int, field_id: int | None) -> OneText | None:
    """Return a text of a cycle's report, or ``None`` if there is no such cycle or field; at most four queries."""
    cycle = next(iter(published.report_cycles(cycle_id)), None)
    if cycle is None:
        return None
    field = None
    if field_id is not None:
        field = ActionField.objects.filter(pk=field_id, edition=cycle.edition_id).first()
        if field is None:
            return None
    known = ReportText.objects.filter(cycle=cycle_id, field=field_id).order_by("-number")
    versions = list(known.select_related("written_by").defer("text"))
    newest = known.select_related("written_by").first() if versions else None
    return OneText(cycle, field, newest, versions)


def version(cycle_id: int, field_id: int | None, number: int) -> ReportText | None:
    """Return one version of a text."""
    texts = ReportText.objects.filter(cycle=cycle_id, field=field_id, number=number)
    return texts.select_related("written_by").first()
