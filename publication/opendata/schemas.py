"""What the interface answers: every field by name, strict, with a sentence that says what it means.

The sentences are message ids; the documentation says them in its reader's language. Fields are only ever added within
a version of the interface, never renamed, dropped or given another meaning.
"""

import datetime
from typing import Annotated, Generic, Literal, TypeVar

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, ConfigDict, Field

Status = Literal[
    "made_permanent", "implemented", "in_progress", "planned", "deferred", "not_pursued", "unknown", "missing", "open"
]
ReportedStatus = Literal[
    "made_permanent", "implemented", "in_progress", "planned", "deferred", "not_pursued", "unknown"
]
EntryKindName = Literal["report", "unchanged", "nil_return"]
OfficeKindName = Literal["department", "municipal_office", "joint_body", "provider", "association"]
CrosswalkReasonName = Literal["kept", "reworded", "merged", "split", "dropped", "done"]
ChangeKind = Literal[
    "approved", "corrected", "withdrawn", "restored", "report", "report_withdrawn", "edition", "edition_withdrawn"
]

EditionSlug = Annotated[
    str, Field(description=_("The edition’s short name, as in its address."), examples=["neue-akzente-2019"])
]
Number = Annotated[str, Field(description=_("The number as printed; it may change."))]
Address = Annotated[str, Field(description=_("The page for people."), json_schema_extra={"format": "uri"})]


class Strict(BaseModel):
    """A part of an answer that has exactly the fields that are named, all of them always."""

    model_config = ConfigDict(extra="forbid")


class Named(Strict):
    """A value of a list with its word."""

    value: str = Field(description=_("The value that the data use; it never changes."), examples=["in_progress"])
    word: str = Field(description=_("The word for it in German."), examples=["in Umsetzung"])


class Edition(Strict):
    id: int = Field(description=_("The number that never changes."), examples=[1])
    slug: EditionSlug
    name: str = Field(description=_("The edition’s name."), examples=["Neue Akzente 2019"])
    adopted_on: datetime.date | None = Field(description=_("The day on which the city adopted the edition."))
    description: str = Field(description=_("What the edition is about."))
    predecessor: str | None = Field(description=_("The edition before, by its short name."))
    recommendations: int = Field(description=_("How many recommendations belong to it today."))
    url: Address


class ActionField(Strict):
    id: int = Field(description=_("The number that never changes."))
    edition: EditionSlug
    number: Number
    name: str = Field(description=_("The name of the field of action."))
    summary: str = Field(description=_("The field of action in one sentence."))
    recommendations: int = Field(description=_("How many recommendations belong to it today."))
    url: Address


class Goal(Strict):
    id: int = Field(description=_("The number that never changes."))
    edition: EditionSlug
    field: int = Field(description=_("The field of action, by its id."))
    number: Number
    text: str = Field(description=_("The goal in words."))
    recommendations: int = Field(description=_("How many recommendations belong to it today."))


class OfficeRef(Strict):
    id: int = Field(description=_("The number that never changes."))
    number: str = Field(description=_("The office’s official number; some have none."), examples=["51"])
    name: str = Field(description=_("The office’s name."), examples=["Jugendamt"])


class Office(OfficeRef):
    kind: OfficeKindName = Field(description=_("What sort of office it is."))
    leads: list[int] = Field(description=_("The recommendations that it leads, by their ids."))
    contributes: list[int] = Field(description=_("The recommendations that it contributes to, by their ids."))


class Period(Strict):
    id: int = Field(description=_("The number that never changes."))
    edition: EditionSlug
    label: str = Field(description=_("The period as people write it."), examples=["2023–2024"])
    first_day: datetime.date = Field(description=_("The period’s first day."))
    last_day: datetime.date = Field(description=_("The period’s last day."))
    closed: bool = Field(
        description=_("Whether reporting on this period has ended. Only then can a report be missing.")
    )


class Step(Strict):
    period: str = Field(description=_("The period as people write it."), examples=["2023–2024"])
    status: Status = Field(description=_("The status of the recommendation at the end of the period."))


class RecommendationRef(Strict):
    id: int = Field(description=_("The number that never changes."))
    key: str = Field(
        description=_("The readable id: edition and key. It never changes."), examples=["neue-akzente-2019/1.1.1"]
    )
    number: Number
    title: str = Field(description=_("The recommendation’s short title."))


class Recommendation(RecommendationRef):
    edition: EditionSlug
    field: int = Field(description=_("The field of action, by its id."))
    goal: int = Field(description=_("The goal, by its id."))
    text: str = Field(description=_("The recommendation’s wording."))
    rationale: str = Field(description=_("Why it was recommended."))
    status: Status = Field(description=_("How it stands today: the status of its latest period."))
    thread: list[Step] = Field(description=_("Its status in each period, oldest first."))
    lead: OfficeRef | None = Field(description=_("The office that leads today."))
    contributing: list[OfficeRef] = Field(description=_("The offices that contribute today."))
    last_report_on: datetime.date | None = Field(description=_("The day on which the newest entry was approved."))
    changed_on: datetime.date | None = Field(
        description=_("The last day on which something published about it changed.")
    )
    ended_on: datetime.date | None = Field(
        description=_("The day on which it left the edition; empty while it still belongs to it.")
    )
    url: Address


class Measure(Strict):
    id: str = Field(description=_("Entry and position. It may change when the entry is corrected."), examples=["17-1"])
    title: str = Field(description=_("What is done."))
    status: ReportedStatus | None = Field(description=_("The measure’s status, if it was given."))
    responsible: str = Field(description=_("Who carries it out."))
    period: str = Field(description=_("When, in the words of the report."))
    funding: str = Field(description=_("Where the money comes from."))
    partners: str = Field(description=_("Who else takes part."))
    link: str = Field(description=_("Where to read more."))


class Correction(Strict):
    on: datetime.date = Field(description=_("The day on which the correction was approved."))
    note: str = Field(description=_("What the correction changed."))


class Summary(Strict):
    language: str = Field(
        description=_("The code of the language; de-simple is plain language."), examples=["de-simple"]
    )
    text: str = Field(description=_("The summary."))
    outdated: bool = Field(description=_("Whether the entry has changed since it was summarised."))
    written_on: datetime.date = Field(description=_("The day on which it was written."))


class Entry(Strict):
    id: int = Field(description=_("The number that never changes, not even with corrections."))
    recommendation: RecommendationRef
    edition: EditionSlug
    period: Period
    kind: EntryKindName = Field(description=_("A report, the confirmation of an earlier one, or a nil return."))
    status: ReportedStatus = Field(description=_("The implementation status that was reported."))
    status_reason: str = Field(description=_("The reason, where the recommendation is deferred or not pursued."))
    done: str = Field(description=_("What was done."))
    worked: str = Field(description=_("What worked."))
    did_not_work: str = Field(description=_("What did not work."))
    overlooked: str = Field(description=_("What was overlooked."))
    next_step: str = Field(description=_("The next step."))
    next_step_on: datetime.date | None = Field(description=_("The day by which the next step is planned."))
    nil_reason: str = Field(description=_("Why there is nothing to report."))
    confirms_period: str = Field(description=_("The period of the text that an unchanged entry confirms."))
    office: str = Field(description=_("The office that reported, under its name at the time."))
    version: int = Field(description=_("The version of the entry; a correction is a new one."))
    approved_on: datetime.date = Field(description=_("The day on which this version was approved."))
    changed_on: datetime.date = Field(
        description=_("The last day on which anything about it changed, or on which it was shown again.")
    )
    corrections: list[Correction] = Field(description=_("What corrections changed, newest first."))
    measures: list[Measure] = Field(description=_("The measures that the entry names."))
    summaries: list[Summary] = Field(description=_("The entry in plain language and in other languages."))
    url: Address


class MeasureOfEntry(Measure):
    entry: int = Field(description=_("The entry that names it, by its id."))
    recommendation: RecommendationRef
    edition: EditionSlug
    reported_for: str = Field(description=_("The period that the entry reports on."))


class Withdrawal(Strict):
    entry: int = Field(description=_("The withdrawn entry, by its id."))
    period: str = Field(description=_("The period that it reported on."))
    on: datetime.date = Field(description=_("The day on which it was taken off the pages."))
    note: str = Field(description=_("Why it was taken off the pages."))


class CrosswalkLink(Strict):
    id: int = Field(description=_("The number that never changes."))
    before: RecommendationRef
    before_edition: EditionSlug
    after: RecommendationRef | None
    after_edition: str | None = Field(description=_("The edition in which it continues; empty where it ends."))
    reason: CrosswalkReasonName = Field(description=_("What became of it."))
    note: str = Field(description=_("What else there is to say about it."))


class RecommendationDetail(Recommendation):
    entries: list[Entry] = Field(description=_("Everything that was reported on it, oldest first."))
    withdrawals: list[Withdrawal] = Field(description=_("What is shown in place of withdrawn entries."))
    crosswalk: list[CrosswalkLink] = Field(description=_("What it was before and what became of it."))


class File(Strict):
    kind: str = Field(description=_("The format of the file."), examples=["pdf"])
    size: int = Field(description=_("Its size in bytes."))
    sha256: str = Field(description=_("Its checksum."))
    url: str = Field(description=_("Where to download it."), json_schema_extra={"format": "uri"})


class Report(Strict):
    id: int = Field(description=_("The number that never changes."))
    edition: EditionSlug
    period: str = Field(description=_("The period that it covers."), examples=["2023–2024"])
    version: int = Field(description=_("The version of the report; a correction is a new one."))
    released_at: datetime.datetime = Field(description=_("When it became public."))
    sha256: str = Field(description=_("The checksum of its content, printed in every file."))
    change_note: str = Field(description=_("What is different in this version."))
    withdrawn_at: datetime.datetime | None = Field(description=_("When it was withdrawn; empty while it is valid."))
    withdrawal_note: str = Field(description=_("Why it was withdrawn."))
    files: list[File] = Field(description=_("The files of the report; none once it has been withdrawn."))


class Change(Strict):
    id: str = Field(description=_("The id, as in the feed; it never changes."))
    kind: ChangeKind = Field(description=_("What happened; “edition”: an edition of the concept became public."))
    on: datetime.date = Field(description=_("The day from which it could be read."))
    at: datetime.datetime = Field(description=_("The moment; midnight where only the day is known."))
    title: str = Field(description=_("What happened, in one line."))
    note: str = Field(description=_("What a correction changed, or why something was withdrawn."))
    edition: EditionSlug
    recommendation: int | None = Field(description=_("The recommendation that it is about, by its id."))
    entry: int | None = Field(description=_("The entry that it is about, by its id."))
    report: int | None = Field(description=_("The report that it is about, by its id."))
    url: Address


class Terms(Strict):
    id: str = Field(description=_("The licence’s short name."), examples=["dl-de/by-2-0"])
    name: str = Field(description=_("The licence’s name."))
    url: str = Field(description=_("Where to read the licence."), json_schema_extra={"format": "uri"})
    attribution: str = Field(description=_("How to name the source."))


class Start(Strict):
    name: str = Field(description=_("What this is."))
    version: str = Field(description=_("The version of the interface."))
    as_of: datetime.datetime = Field(description=_("When anything published changed last."))
    licence: Terms
    documentation: str = Field(description=_("The documentation for people."), json_schema_extra={"format": "uri"})
    openapi: str = Field(description=_("The description for machines."), json_schema_extra={"format": "uri"})
    lists: dict[str, str] = Field(description=_("The lists that can be asked for, with their addresses."))
    words: dict[str, list[Named]] = Field(description=_("The values of every list of values, with their German words."))


Item = TypeVar("Item")


class Page(Strict, Generic[Item]):
    """One page of a list."""

    count: int = Field(description=_("How many there are in all."), examples=[1])
    limit: int = Field(description=_("How many a page holds at most."), examples=[100])
    offset: int = Field(description=_("How many were skipped before this page."), examples=[0])
    next: str | None = Field(description=_("The address of the next page."))
    previous: str | None = Field(description=_("The address of the page before."))
    as_of: datetime.datetime = Field(description=_("When anything published changed last."))
    licence: Terms
    items: list[Item] = Field(description=_("What was found, always in the same order."))


class Fault(Strict):
    parameter: str = Field(description=_("The parameter that does not fit."))
    message: str = Field(description=_("What is wrong with it."))


class Problem(Strict):
    """An error, after RFC 9457."""

    type: str = Field(description=_("The kind of error; not an address."), examples=["about:blank"])
    title: str = Field(description=_("The error in short."))
    status: int = Field(description=_("The answer’s status code."), examples=[404])
    detail: str = Field(description=_("What to do about it, in German."))
    faults: list[Fault] = Field(description=_("Each parameter that does not fit."))
