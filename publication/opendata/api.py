"""The interface: what can be asked for under ``/api/v1/``, at a number of queries that does not grow."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from publication.opendata import addresses, filters, paging, reading, records, schemas, selecting, words
from publication.opendata.changes import changes, gone_with_editions
from publication.queries.public_reports import public_reports

router = Router()
ANSWERS: dict[int, Any] = {400: schemas.Problem, 404: schemas.Problem}


def listed(item: Any) -> dict[int, Any]:
    return {200: schemas.Page[item], 400: schemas.Problem}


def single(item: Any) -> dict[int, Any]:
    return {200: item, **ANSWERS}


def of_edition(item: Any) -> dict[int, Any]:
    """What is asked for below an edition's address may be gone with it."""
    return {**single(item), 410: schemas.Problem}


@router.get(
    "/", response={200: schemas.Start, 400: schemas.Problem}, url_name="start", operation_id="start", tags=["start"],
    summary=_("Where to begin"), description=_("What can be asked for, the licence, and the words for all values."),
)  # fmt: skip
def start(request: HttpRequest) -> Any:
    whole = reading.everything_at(timezone.now())
    return schemas.Start(
        name=records.service_name(),
        version=VERSION,
        as_of=reading.as_of(whole),
        licence=records.terms(),
        documentation=addresses.page("publication:data-api"),
        openapi=addresses.page("opendata:api:openapi"),
        lists={name: addresses.absolute(reverse(f"opendata:api:{name}")) for name in LISTS},
        words=words.all_of_them(),
    )


@router.get(
    "/editions", response=listed(schemas.Edition), url_name="editions", operation_id="editions", tags=["editions"],
    summary=_("All editions of the concept"), description=_("The newest first."),
)  # fmt: skip
def editions(request: HttpRequest, asked: Query[filters.Paging]) -> Any:
    whole = reading.everything_at(timezone.now())
    return paging.page(
        request, whole, whole.editions, asked, lambda some: [records.edition(one, whole) for one in some]
    )


@router.get(
    "/editions/{edition}", response=of_edition(schemas.Edition), url_name="edition", operation_id="edition",
    tags=["editions"], summary=_("One edition"), description=_("By its short name."),
)  # fmt: skip
def edition(request: HttpRequest, edition: Path[filters.Slug]) -> Any:
    whole = reading.everything_at(timezone.now())
    return records.edition(_there(whole.edition(edition)), whole)


@router.get(
    "/editions/{edition}/recommendations/{path:key}", response=of_edition(schemas.RecommendationDetail),
    url_name="recommendation-by-key", operation_id="recommendation_by_key", tags=["recommendations"],
    summary=_("One recommendation by its readable id"),
    description=_("By its edition and its key, which never change, with everything that was reported on it."),
)  # fmt: skip
def recommendation_by_key(request: HttpRequest, edition: Path[filters.Slug], key: Path[filters.Key]) -> Any:
    whole = reading.everything_at(timezone.now())
    return _detail(_there(whole.recommendation(edition, key)))


@router.get(
    "/fields", response=listed(schemas.ActionField), url_name="fields", operation_id="fields", tags=["editions"],
    summary=_("Fields of action"), description=_("By edition, the newest first, as printed."),
)  # fmt: skip
def fields(request: HttpRequest, asked: Query[filters.OfEdition]) -> Any:
    whole = reading.everything_at(timezone.now())
    found = [one for edition in selecting.editions(whole, asked.edition) for one in edition.fields]
    return paging.page(request, whole, found, asked, lambda some: [records.field(one) for one in some])


@router.get(
    "/fields/{id}", response=single(schemas.ActionField), url_name="field", operation_id="field", tags=["editions"],
    summary=_("One field of action"), description=_("By its id."),
)  # fmt: skip
def field(request: HttpRequest, id: Path[filters.Id]) -> Any:
    whole = reading.everything_at(timezone.now())
    return records.field(_there(_first(one for edition in whole.editions for one in edition.fields if one.pk == id)))


@router.get(
    "/goals", response=listed(schemas.Goal), url_name="goals", operation_id="goals", tags=["editions"],
    summary=_("Goals"), description=_("By edition, the newest first, as printed."),
)  # fmt: skip
def goals(request: HttpRequest, asked: Query[filters.GoalFilters]) -> Any:
    whole = reading.everything_at(timezone.now())
    found = [
        goal
        for edition in selecting.editions(whole, asked.edition)
        for field in edition.fields
        for goal in field.goals
        if asked.field is None or field.pk == asked.field
    ]
    return paging.page(request, whole, found, asked, lambda some: [records.goal(one) for one in some])


@router.get(
    "/recommendations", response=listed(schemas.Recommendation), url_name="recommendations",
    operation_id="recommendations", tags=["recommendations"], summary=_("Recommendations with their status"),
    description=_("By edition, the newest first, as printed; including those that have left their edition."),
)  # fmt: skip
def recommendations(request: HttpRequest, asked: Query[filters.RecommendationFilters]) -> Any:
    now = timezone.now()
    whole = reading.everything_at(now)

    def made(some: Any) -> list[schemas.Recommendation]:
        wordings = reading.wordings(one.pk for one in some)
        return [records.recommendation(one, wordings.get(one.pk, reading.Wording())) for one in some]

    return paging.page(request, whole, selecting.recommendations(whole, asked, now), asked, made)


@router.get(
    "/recommendations/{id}", response=single(schemas.RecommendationDetail), url_name="recommendation",
    operation_id="recommendation", tags=["recommendations"], summary=_("One recommendation"),
    description=_("By its id, with everything that was reported on it."),
)  # fmt: skip
def recommendation(request: HttpRequest, id: Path[filters.Id]) -> Any:
    return _detail(_there(reading.everything_at(timezone.now()).by_pk.get(id)))


@router.get(
    "/entries", response=listed(schemas.Entry), url_name="entries", operation_id="entries", tags=["entries"],
    summary=_("What was reported"),
    description=_("Approved entries with their measures, one for each recommendation and period."),
)  # fmt: skip
def entries(request: HttpRequest, asked: Query[filters.EntryFilters]) -> Any:
    now = timezone.now()
    whole = reading.everything_at(now)
    found = selecting.entries(whole, asked, now, by_status=True)

    def made(some: Any) -> list[schemas.Entry]:
        read = reading.entries(now, some)
        shown = [one for one in some if one.mark.run_id in read]
        summaries = reading.summaries(one.mark.run_id for one in shown)
        return [records.entry(one, read[one.mark.run_id], summaries.get(one.mark.run_id, ())) for one in shown]

    return paging.page(request, whole, found, asked, made)


@router.get(
    "/entries/{id}", response=single(schemas.Entry), url_name="entry", operation_id="entry", tags=["entries"],
    summary=_("One entry"), description=_("By its id."),
)  # fmt: skip
def entry(request: HttpRequest, id: Path[filters.Id]) -> Any:
    now = timezone.now()
    found = _there(_first(one for one in reading.reported(reading.everything_at(now), now) if one.mark.run_id == id))
    text = _there(reading.entries(now, [found]).get(id))
    return records.entry(found, text, reading.summaries([id]).get(id, ()))


@router.get(
    "/measures", response=listed(schemas.MeasureOfEntry), url_name="measures", operation_id="measures",
    tags=["entries"], summary=_("Measures and programmes"), description=_("All measures that entries name."),
)  # fmt: skip
def measures(request: HttpRequest, asked: Query[filters.MeasureFilters]) -> Any:
    now = timezone.now()
    whole = reading.everything_at(now)
    found = selecting.measures(whole, asked, now)
    return paging.page(request, whole, found, asked, lambda some: [records.measure(*one) for one in some])


@router.get(
    "/offices", response=listed(schemas.Office), url_name="offices", operation_id="offices", tags=["offices"],
    summary=_("Offices"), description=_("Every office that is responsible for something today."),
)  # fmt: skip
def offices(request: HttpRequest, asked: Query[filters.OfficeFilters]) -> Any:
    now = timezone.now()
    whole = reading.everything_at(now)
    found = selecting.offices(whole, asked, now)
    return paging.page(request, whole, found, asked, lambda some: [records.office(one) for one in some])


@router.get(
    "/offices/{id}", response=single(schemas.Office), url_name="office", operation_id="office", tags=["offices"],
    summary=_("One office"), description=_("By its id."),
)  # fmt: skip
def office(request: HttpRequest, id: Path[filters.Id]) -> Any:
    whole = reading.everything_at(timezone.now())
    return records.office(_there(_first(one for one in whole.offices if one.pk == id)))


@router.get(
    "/periods", response=listed(schemas.Period), url_name="periods", operation_id="periods", tags=["entries"],
    summary=_("Reporting periods"), description=_("By edition, the newest first, and in each the oldest period first."),
)  # fmt: skip
def periods(request: HttpRequest, asked: Query[filters.OfEdition]) -> Any:
    whole = reading.everything_at(timezone.now())
    found = [(one, edition.slug) for edition in selecting.editions(whole, asked.edition) for one in edition.periods]
    return paging.page(request, whole, found, asked, lambda some: [records.period(*one) for one in some])


@router.get(
    "/reports", response=listed(schemas.Report), url_name="reports", operation_id="reports", tags=["reports"],
    summary=_("Integration reports"), description=_("All final versions, the newest first, with their files."),
)  # fmt: skip
def reports(request: HttpRequest, asked: Query[filters.ReportFilters]) -> Any:
    now = timezone.now()
    whole = reading.everything_at(now)
    found = selecting.reports(whole, public_reports(now, whole), asked)
    return paging.page(request, whole, found, asked, lambda some: [records.report(*one) for one in some])


@router.get(
    "/crosswalk", response=listed(schemas.CrosswalkLink), url_name="crosswalk", operation_id="crosswalk",
    tags=["editions"], summary=_("The crosswalk between editions"),
    description=_("What became of each recommendation in a later edition."),
)  # fmt: skip
def crosswalk(request: HttpRequest, asked: Query[filters.CrosswalkFilters]) -> Any:
    whole = reading.everything_at(timezone.now())
    found = selecting.crosswalk(reading.crosswalk(whole), asked)
    return paging.page(request, whole, found, asked, lambda some: [records.link(one) for one in some])


@router.get(
    "/changes", response=listed(schemas.Change), url_name="changes", operation_id="changes", tags=["changes"],
    summary=_("What has changed"),
    description=_("Approvals, corrections, what was taken off or shown again, reports, editions: as in the feed."),
)  # fmt: skip
def all_changes(request: HttpRequest, asked: Query[filters.ChangeFilters]) -> Any:
    now = timezone.now()
    found = selecting.changes([*changes(now), *gone_with_editions(now)], asked)
    whole = reading.everything_at(now)
    return paging.page(request, whole, found, asked, lambda some: [records.change(one) for one in some])


VERSION = "1.0.0"
LISTS = (
    "editions", "fields", "goals", "recommendations", "entries", "measures", "offices", "periods", "reports",
    "crosswalk", "changes",
)  # fmt: skip


def _detail(one: Any) -> schemas.RecommendationDetail:
    now = timezone.now()
    whole = reading.everything_at(now)
    reported = reading.reported_of(one, whole, now)
    texts = reading.entries(now, reported)
    summaries = reading.summaries(texts)
    return records.recommendation_detail(
        one,
        reading.wordings([one.pk]).get(one.pk, reading.Wording()),
        [
            records.entry(some, texts[some.mark.run_id], summaries.get(some.mark.run_id, ()))
            for some in reported
            if some.mark.run_id in texts
        ],
        reading.withdrawals_of(one, now),
        [link for link in reading.crosswalk(whole) if one in (link.before, link.after)],
    )


def _first(found: Any) -> Any:
    return next(iter(found), None)


def _there(found: Any) -> Any:
    """Return what was found; without it, the answer is 404."""
    if found is None:
        raise Http404
    return found
