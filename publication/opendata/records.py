"""Published things in the form in which the interface answers them. Nothing here reads the database."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from publication.opendata import addresses, schemas
from publication.opendata.changes import Change
from publication.opendata.licence import attribution, licence
from publication.opendata.reading import Link, Reported, Wording, changed_on
from publication.queries.public_reports import Report
from publication.queries.site import (
    PublicEdition,
    PublicField,
    PublicGoal,
    PublicOffice,
    PublicRecommendation,
    Site,
)
from publication.queries.summaries import Summary
from workflow.published import PublishedEntry, PublishedMeasure, PublishedPeriod, PublishedWithdrawal


def service_name() -> str:
    return str(settings.SERVICE_NAME)


def terms() -> schemas.Terms:
    one = licence()
    return schemas.Terms(id=one.id, name=one.name, url=one.url, attribution=attribution())


def edition(one: PublicEdition, whole: Site) -> schemas.Edition:
    before = next((other.slug for other in whole.editions if other.pk == one.predecessor_id), None)
    return schemas.Edition(
        id=one.pk,
        slug=one.slug,
        name=one.name,
        adopted_on=one.adopted_on,
        description=one.description,
        predecessor=before,
        recommendations=len(one.current),
        url=addresses.edition(one),
    )


def field(one: PublicField) -> schemas.ActionField:
    return schemas.ActionField(
        id=one.pk,
        edition=one.edition.slug,
        number=one.number,
        name=one.name,
        summary=one.summary,
        recommendations=len(one.current),
        url=addresses.field(one) or addresses.edition(one.edition),
    )


def goal(one: PublicGoal) -> schemas.Goal:
    return schemas.Goal(
        id=one.pk,
        edition=one.field.edition.slug,
        field=one.field.pk,
        number=one.number,
        text=one.text,
        recommendations=len(one.current),
    )


def office_ref(one: PublicOffice) -> schemas.OfficeRef:
    return schemas.OfficeRef(id=one.pk, number=one.number, name=one.name)


def office(one: PublicOffice) -> schemas.Office:
    return schemas.Office(
        id=one.pk,
        number=one.number,
        name=one.name,
        kind=one.kind,  # type: ignore[arg-type]
        leads=[led.pk for led in one.leads],
        contributes=[helped.pk for helped in one.contributes],
    )


def period(one: PublishedPeriod, edition_slug: str) -> schemas.Period:
    return schemas.Period(
        id=one.cycle_id,
        edition=edition_slug,
        label=one.label,
        first_day=one.period_from,
        last_day=one.period_until,
        closed=one.closed,
    )


def reference(one: PublicRecommendation) -> schemas.RecommendationRef:
    return schemas.RecommendationRef(id=one.pk, key=addresses.stable_id(one), number=one.number, title=one.title)


def recommendation(one: PublicRecommendation, wording: Wording) -> schemas.Recommendation:
    return schemas.Recommendation(**_recommendation(one, wording))


def _recommendation(one: PublicRecommendation, wording: Wording) -> dict[str, Any]:
    newest = one.newest
    return {
        "id": one.pk,
        "key": addresses.stable_id(one),
        "number": one.number,
        "title": one.title,
        "edition": one.edition.slug,
        "field": one.goal.field.pk,
        "goal": one.goal.pk,
        "text": wording.text,
        "rationale": wording.rationale,
        "status": one.status,
        "thread": [schemas.Step(period=step.period, status=step.status) for step in one.steps],  # type: ignore[arg-type]
        "lead": office_ref(one.lead) if one.lead else None,
        "contributing": [office_ref(some) for some in one.contributing],
        "last_report_on": newest.approved_on if newest else None,
        "changed_on": changed_on(one),
        "ended_on": one.ended_on,
        "url": addresses.recommendation(one) or addresses.edition(one.edition),
    }


def recommendation_detail(
    one: PublicRecommendation,
    wording: Wording,
    entries: Sequence[schemas.Entry],
    withdrawals: Sequence[PublishedWithdrawal],
    links: Sequence[Link],
) -> schemas.RecommendationDetail:
    return schemas.RecommendationDetail(
        **_recommendation(one, wording),
        entries=list(entries),
        withdrawals=[withdrawal(gone) for gone in withdrawals],
        crosswalk=[link(some) for some in links],
    )


def withdrawal(one: PublishedWithdrawal) -> schemas.Withdrawal:
    return schemas.Withdrawal(entry=one.run_id, period=one.period_label, on=one.on, note=one.note)


def entry(found: Reported, text: PublishedEntry, summaries: Sequence[Summary] = ()) -> schemas.Entry:
    slug = found.one.edition.slug
    return schemas.Entry(
        id=text.run_id,
        recommendation=reference(found.one),
        edition=slug,
        period=period(found.period, slug),
        kind=text.kind,  # type: ignore[arg-type]
        status=text.status,  # type: ignore[arg-type]
        status_reason=text.status_reason,
        done=text.done,
        worked=text.worked,
        did_not_work=text.did_not_work,
        overlooked=text.overlooked,
        next_step=text.next_step,
        next_step_on=text.next_step_on,
        nil_reason=text.nil_reason,
        confirms_period=text.confirms_period,
        office=text.office_label,
        version=text.version,
        approved_on=text.approved_on,
        changed_on=found.changed_on,
        corrections=[schemas.Correction(on=one.on, note=one.note) for one in text.corrections],
        measures=[
            schemas.Measure(**measure_fields(one, text.run_id, place)) for place, one in enumerate(text.measures, 1)
        ],
        summaries=[
            schemas.Summary(
                language=one.language.code, text=one.text, outdated=one.is_outdated, written_on=one.written_on
            )
            for one in summaries
        ],
        url=addresses.recommendation(found.one) or addresses.edition(found.one.edition),
    )


def measure_fields(one: PublishedMeasure, run: int, place: int) -> dict[str, Any]:
    """Return the fields of the measure at ``place`` (from 1) of an entry."""
    return {
        "id": f"{run}-{place}",
        "title": one.title,
        "status": one.status or None,
        "responsible": one.responsible,
        "period": one.period,
        "funding": one.funding,
        "partners": one.partners,
        "link": one.link,
    }


def measure(found: Reported, one: PublishedMeasure, place: int) -> schemas.MeasureOfEntry:
    return schemas.MeasureOfEntry(
        **measure_fields(one, found.mark.run_id, place),
        entry=found.mark.run_id,
        recommendation=reference(found.one),
        edition=found.one.edition.slug,
        reported_for=found.period.label,
    )


def link(one: Link) -> schemas.CrosswalkLink:
    return schemas.CrosswalkLink(
        id=one.pk,
        before=reference(one.before),
        before_edition=one.before.edition.slug,
        after=reference(one.after) if one.after else None,
        after_edition=one.after.edition.slug if one.after else None,
        reason=one.reason,  # type: ignore[arg-type]
        note=one.note,
    )


def report(one: Report, edition_slug: str) -> schemas.Report:
    return schemas.Report(
        id=one.pk,
        edition=edition_slug,
        period=one.period_label,
        version=one.number,
        released_at=timezone.localtime(one.released_at),
        sha256=one.sha256,
        change_note=one.change_note,
        withdrawn_at=timezone.localtime(one.withdrawn_at) if one.withdrawn_at else None,
        withdrawal_note=one.withdrawal_note,
        files=[
            schemas.File(
                kind=file.kind, size=file.size, sha256=file.sha256, url=addresses.report_file(one.pk, file.kind)
            )
            for file in one.files
        ],
    )


def change(one: Change) -> schemas.Change:
    return schemas.Change(
        id=one.id,
        kind=one.kind,  # type: ignore[arg-type]
        on=one.on,
        at=_moment(one.at),
        title=one.title,
        note=one.what.note,
        edition=one.what.edition.slug,
        recommendation=one.what.one.pk if one.what.one else None,
        entry=one.what.run_id,
        report=one.what.report,
        url=one.address,
    )


def _moment(at: datetime.datetime) -> datetime.datetime:
    return timezone.localtime(at)
