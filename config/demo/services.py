"""Loading the demonstration: a city with two editions of its concept, a history and a running cycle.

Offices, people and the concept are written in bulk. Everything that happens to a status update goes through the
doors that people use, with the clock set back: the engine's rows are its own and the history verifies.
"""

import datetime
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils import timezone

from concept.models import (
    ActionField,
    Assignment,
    AssignmentRole,
    ConceptEdition,
    CrosswalkLink,
    Goal,
    Recommendation,
)
from config.demo import content, days, voices
from config.demo.stories import Cast, Story
from notifications.services import absences, invitations
from offices.models import AG_ROLES, Membership, Office, Person, Role
from publication.services import report_texts, reports
from workflow import opening
from workflow.models import ReportingCycle, StatusUpdate
from workflow.services import announcements, cycles
from workflow.services.cycle_policies import CyclePolicy
from workflow.services.cycles import CycleDates

NEW_YEAR_LAG = datetime.timedelta(days=180)
"""A period is asked about from summer on and well into the next year."""


@transaction.atomic
def load(*, now: datetime.datetime) -> bool:
    """Load the demonstration as of ``now`` into an empty database; return whether anything was loaded.

    All or nothing. In a database with offices or a concept, and so at every second call, nothing happens.
    """
    if Office.objects.exists() or ConceptEdition.objects.exists():
        return False
    offices = _offices()
    cast = _cast(offices)
    years = (timezone.localdate(now) - NEW_YEAR_LAG).year - content.WRITTEN_IN
    first, later = content.edition("2012"), content.edition("2019", years)
    before = _edition(first, offices, predecessor=None)
    after = _edition(later, offices, predecessor=before)
    _crosswalk(before, after)
    _absences(now)
    said = content.readers(years)
    later["summaries"] = said["summaries"]
    for edition, texts in ((before, first), (after, later)):
        for position, dates in enumerate(texts["cycles"]):
            _cycle(edition, dates, texts, cast, now=now, shuffle=position)
    voices.speak(after, said, cast, now=now)
    _invitations(offices, cast, now)
    _announce_what_has_become_public(now)
    days.mark_sent(now)
    return True


# --- Offices and people ----------------------------------------------------------------------------------------------


def _offices() -> dict[str, Office]:
    made: dict[str, Office] = {}
    for row in content.offices():
        known_as, parent = row.pop("id"), made.get(row.pop("parent", ""))
        made[known_as] = Office.objects.create(parent=parent, **row)
    return made


def _cast(offices: dict[str, Office]) -> Cast:
    held = []
    for row in content.people():
        person = Person.objects.create_person(row["email"], row["name"])
        held += [
            Membership(person=person, role=one["role"], office=offices[one["office"]] if "office" in one else None)
            for one in row["roles"]
        ]
    Membership.objects.bulk_create(held)
    return Cast(
        coordinator=next(one.person for one in held if one.role == Role.COORDINATOR),
        chair=next(one.person for one in held if one.role == Role.CHAIR),
        # Of several clerks of an office, the first one acts.
        clerks={one.office_id: one.person for one in reversed(held) if one.role == Role.CLERK and one.office_id},
        heads={one.office_id: one.person for one in reversed(held) if one.role == Role.HEAD and one.office_id},
        reviewers=[(one.person, one.office_id) for one in held if one.role in AG_ROLES],
        offices={name: office.pk for name, office in offices.items()},
    )


def _invitations(offices: dict[str, Office], cast: Cast, now: datetime.datetime) -> None:
    for row in content.invitations():
        sent_on = timezone.localdate(now) - datetime.timedelta(days=row.pop("days"))
        invitations.invite(
            **row | {"office": offices[row["office"]]},
            by=cast.coordinator,
            now=_morning(sent_on),
            today=sent_on,
        )


def _absences(now: datetime.datetime) -> None:
    today = timezone.localdate(now)
    people = {person.email: person for person in Person.objects.all()}
    for row in content.absences():
        person, first_day = people[row["person"]], today - datetime.timedelta(days=row["began_days_ago"])
        entered_on = first_day - datetime.timedelta(days=3)
        absences.enter(
            person=person,
            deputy=people[row["deputy"]],
            first_day=first_day,
            last_day=today + datetime.timedelta(days=row["ends_in_days"]),
            by=person,
            now=_morning(entered_on),
            today=entered_on,
        )


def _announce_what_has_become_public(now: datetime.datetime) -> None:
    days = ReportingCycle.objects.filter(publish_on__lte=timezone.localdate(now)).order_by("publish_on")
    for day in days.values_list("publish_on", flat=True):
        if day is not None:
            announcements.published(now=min(now, _morning(day)))


# --- The concept -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    goal: Goal
    recommendation: Recommendation
    texts: dict[str, Any]


def _edition(
    texts: dict[str, Any], offices: dict[str, Office], *, predecessor: ConceptEdition | None
) -> ConceptEdition:
    edition = ConceptEdition.objects.create(
        name=texts["name"],
        slug=texts["slug"],
        adopted_on=texts["adopted_on"],
        published_at=timezone.make_aware(datetime.datetime.combine(texts["adopted_on"], datetime.time(12))),
        description=texts["description"].strip(),
        predecessor=predecessor,
    )
    fields = ActionField.objects.bulk_create(
        ActionField(edition=edition, position=position, **{name: one[name] for name in ("number", "name", "summary")})
        for position, one in enumerate(texts["fields"], start=1)
    )
    rows = list(chain.from_iterable(_rows(field, one) for field, one in zip(fields, texts["fields"], strict=True)))
    for position, row in enumerate(rows, start=1):
        row.recommendation.position = position
    Recommendation.objects.bulk_create([row.recommendation for row in rows])
    Assignment.objects.bulk_create(chain.from_iterable(_assignments(row, offices) for row in rows))
    return edition


def _rows(field: ActionField, texts: dict[str, Any]) -> list[_Row]:
    goals = Goal.objects.bulk_create(
        Goal(field=field, position=position, number=one["number"], text=one["text"])
        for position, one in enumerate(texts["goals"], start=1)
    )
    by_number = {goal.number: goal for goal in goals}
    return [
        _Row(
            goal=by_number[one["goal"]],
            recommendation=Recommendation(
                edition=field.edition,
                goal=by_number[one["goal"]],
                key=one["number"],
                number=one["number"],
                title=one["title"],
                text=one["text"].strip(),
                rationale=one.get("rationale", "").strip(),
            ),
            texts=one,
        )
        for one in texts["recommendations"]
    ]


def _assignments(row: _Row, offices: dict[str, Office]) -> list[Assignment]:
    """Return who is in charge; ``lead_before`` led until the day before ``lead_since``."""
    texts, since = row.texts, row.texts.get("lead_since")
    made = [
        Assignment(
            recommendation=row.recommendation,
            office=offices[texts["lead"]],
            role=AssignmentRole.LEAD,
            valid_from=since,
        )
    ]
    if since:
        made.append(
            Assignment(
                recommendation=row.recommendation,
                office=offices[texts["lead_before"]],
                role=AssignmentRole.LEAD,
                valid_until=since - datetime.timedelta(days=1),
            )
        )
    made.extend(
        Assignment(recommendation=row.recommendation, office=offices[one], role=AssignmentRole.CONTRIBUTING)
        for one in texts.get("contributing", [])
    )
    return made


def _crosswalk(before: ConceptEdition, after: ConceptEdition) -> None:
    old = {one.number: one for one in before.recommendations.all()}
    new = {one.number: one for one in after.recommendations.all()}
    CrosswalkLink.objects.bulk_create(
        CrosswalkLink(
            predecessor=old[link["before"]],
            successor=new[link["after"]] if "after" in link else None,
            reason=link["reason"],
            note=link.get("note", ""),
        )
        for link in content.crosswalk()
    )


# --- Cycles ----------------------------------------------------------------------------------------------------------


def _cycle(
    edition: ConceptEdition,
    dates: dict[str, Any],
    texts: dict[str, Any],
    cast: Cast,
    *,
    now: datetime.datetime,
    shuffle: int,
) -> None:
    """Open the cycle, let everybody act, and close it if it is history."""
    today = timezone.localdate(now)
    planned = _dates(dates, today)
    opens_on = planned.opens_on or today
    begin = _morning(opens_on)
    policy = CyclePolicy(**dates.get("policy", {}))
    cycle = cycles.create_cycle(edition, planned, by=cast.coordinator, now=begin, today=opens_on, policy=policy)
    opening.open_cycle(cycle.pk, by=cast.coordinator, now=begin + datetime.timedelta(minutes=25), today=opens_on)
    entries = {
        one["number"]: entry
        for field in texts["fields"]
        for one in field["recommendations"]
        for entry in one.get("entries", [])
        if entry["cycle"] == dates["name"]
    }
    supplied = content.contributions()
    stories = [
        Story(update, entry, cast, turn=position * 3 + shuffle, supplied=supplied)
        for position, update in enumerate(_runs(cycle))
        if (entry := entries.get(update.recommendation.number))
    ]
    if "closes_on" in dates:
        for story in stories:
            story.play(now)
        opening.close_cycle(cycle.pk, by=cast.coordinator, now=_morning(dates["closes_on"]))
    else:
        _run(cycle, stories, texts, cast, now)
    if "report_on" in dates:
        _texts(cycle, cast, dates.get("texts", {}), dates["report_on"])
        _report(cycle, cast, dates["report_on"])
    voices.summarise(cycle, dates["name"], texts.get("summaries", []), cast, now=now)
    for story in stories:
        if correction := story.entry.get("correction"):
            story.correct(correction["note"], correction["done"], _morning(correction["on"]))
    if "report_again_on" in dates:
        _report(cycle, cast, dates["report_again_on"], note=dates["report_note"])
    if dates.get("draft"):
        report = reports.request_report(cycle.pk, by=cast.coordinator, now=now)
        reports.build_report(report.pk, now=now)


def _run(
    cycle: ReportingCycle, stories: list[Story], texts: dict[str, Any], cast: Cast, now: datetime.datetime
) -> None:
    """Play the running cycle up to ``now``, with its mails, its sitting and what is overdue from the one before."""
    days.mark_sent(now)
    again, bounce = days.told(texts)
    marked = [story for story in stories if story.is_for_the_sitting]
    beside = [*days.reopened(again, cast.coordinator, now), *days.sitting(cycle, marked, cast, now)]
    days.play(stories, beside, bounce, now=now)


def _texts(cycle: ReportingCycle, cast: Cast, texts: dict[str, str], day: datetime.date) -> None:
    """Write the report's own texts a week before it is built."""
    fields: dict[str, int | None] = {"foreword": None}
    fields |= dict(ActionField.objects.filter(edition=cycle.edition_id).values_list("number", "pk"))
    moment = _morning(day - datetime.timedelta(days=7))
    for position, (name, text) in enumerate(texts.items()):
        now = moment + datetime.timedelta(minutes=20 * position)
        report_texts.write(cycle.pk, fields[name], by=cast.coordinator, text=text, seen=0, now=now)


def _report(cycle: ReportingCycle, cast: Cast, day: datetime.date, note: str = "") -> None:
    """Build the cycle's report as of ``day`` and release it; a build that fails stays visible as failed."""
    moment = _morning(day)
    report = reports.request_report(cycle.pk, by=cast.coordinator, now=moment, change_note=note)
    reports.build_report(report.pk, now=moment)
    report.refresh_from_db(fields=["state"])
    if report.is_ready:
        reports.release_report(report.pk, by=cast.coordinator, now=moment, today=day)


def _runs(cycle: ReportingCycle) -> list[StatusUpdate]:
    return list(
        StatusUpdate.objects.filter(cycle=cycle)
        .select_related("recommendation", "cycle")
        .order_by("recommendation__position")
    )


def _dates(dates: dict[str, Any], today: datetime.date) -> CycleDates:
    """Return the cycle's dates; those given as ``…_in`` are days from ``today``."""
    known = {
        name: today + datetime.timedelta(days=dates[f"{name.removesuffix('_on')}_in"])
        for name in ("opens_on", "contributions_due_on", "due_on", "sign_off_due_on", "review_due_on")
        if f"{name.removesuffix('_on')}_in" in dates
    }
    fixed = {name: dates[name] for name in ("period_from", "period_until", "opens_on", "due_on") if name in dates}
    return CycleDates(**(known | fixed))


def _morning(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(8, 30)))
