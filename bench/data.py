"""Cities of a given size: a concept, its offices and people, one past cycle and one that runs.

Rows are written in bulk, in the form in which the services leave them, so that 3,000 recommendations are there in
seconds.
"""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from concept.models import ActionField, Assignment, AssignmentRole, ConceptEdition, Goal, Recommendation
from offices.access import desk_of
from offices.models import Membership, Office, Person, Role
from workflow import access, opening
from workflow.models import (
    CycleState,
    EntryKind,
    ImplementationStatus,
    Measure,
    ReportingCycle,
    Revision,
    StatusUpdate,
    UpdateState,
)
from workflow.services import cycles
from workflow.services.cycles import CycleDates

FIELDS = 6
GOALS_PER_FIELD = 5
OFFICES = 15
DAY = datetime.timedelta(days=1)
TEXT = (
    "Die Ämter haben das Angebot auf drei weitere Stadtteile ausgedehnt und die Öffnungszeiten mit den Trägern "
    "abgestimmt. Im Schnitt kommen 14 Familien zu jedem Treffen. "
)


@dataclass
class City:
    """What the measurements need: the people who look, and what they look at."""

    edition: ConceptEdition
    past: list[ReportingCycle]
    current: ReportingCycle
    coordinator: Person
    clerk: Person
    office: Office
    """That of the clerk."""

    @property
    def clerk_tasks(self) -> int:
        """How many tasks are open on the clerk's desk."""
        return access.open_tasks(desk_of(self.clerk)).count()


def build(size: int, *, past_cycles: int = 1, fields: int = FIELDS) -> City:
    """Write a city with ``size`` recommendations and return it; the running cycle is open, its runs in every state."""
    offices = _offices()
    edition = _concept(size, offices, fields)
    coordinator = _person("koordination@stadt.example", Role.COORDINATOR, None)
    clerk = _person("clerk@stadt.example", Role.CLERK, offices[0])
    for office in offices[1:]:
        _person(f"clerk-{office.number}@stadt.example", Role.CLERK, office)
    now = timezone.now()
    past = [_past_cycle(edition, years_ago, now) for years_ago in range(past_cycles, 0, -1)]
    current = _planned(edition, now)
    opening.open_cycle(current.pk, by=coordinator, now=now, today=now.date())
    _spread_states(current, now)
    current.refresh_from_db()
    return City(edition, past, current, coordinator, clerk, offices[0])


def full_desk(tasks: int) -> City:
    """Write a city in which the clerk acts for every office, and has at least ``tasks`` open tasks."""
    # Each recommendation asks three offices.
    city = build(-(-tasks // 3))
    others = Office.objects.exclude(memberships__person=city.clerk)
    Membership.objects.bulk_create(Membership(person=city.clerk, role=Role.CLERK, office=one) for one in others)
    return city


def add_past_cycles(city: City, total: int) -> None:
    """Give the city older cycles until it has ``total`` past ones; those of before stay the newest."""
    now = timezone.now()
    city.past[:0] = [_past_cycle(city.edition, years_ago, now) for years_ago in range(total, len(city.past), -1)]


def analyse() -> None:
    """Let the database look at what was written in bulk, as its own upkeep does before anybody comes."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")


def new_cycle(city: City, years_ahead: int = 1) -> ReportingCycle:
    """Return another planned cycle of the same edition, to be opened."""
    year = city.current.period_until.year + years_ahead
    return cycles.create_cycle(
        city.edition,
        CycleDates(datetime.date(year, 1, 1), datetime.date(year, 12, 31), datetime.date(year + 1, 1, 31)),
        by=None,
        now=timezone.now(),
        today=timezone.localdate(),
    )


def _offices() -> list[Office]:
    return [
        Office.objects.create(number=str(10 + number), name=f"Amt {10 + number}", mailbox=f"{number}@stadt.example")
        for number in range(OFFICES)
    ]


def _person(email: str, role: Role, office: Office | None) -> Person:
    person = Person.objects.create_person(email, email.split("@", maxsplit=1)[0])
    Membership.objects.create(person=person, role=role, office=office)
    return person


def _concept(size: int, offices: list[Office], fields: int) -> ConceptEdition:
    adopted = datetime.datetime(2019, 6, 3, 10, tzinfo=datetime.UTC)
    edition = ConceptEdition.objects.create(
        name="Messung", slug="messung", adopted_on=adopted.date(), published_at=adopted
    )
    goals = []
    for number in range(1, fields + 1):
        field = ActionField.objects.create(
            edition=edition, number=str(number), name=f"Handlungsfeld {number}", position=number
        )
        goals += [
            Goal.objects.create(field=field, number=f"{number}.{part}", text=f"Ziel {number}.{part}", position=part)
            for part in range(1, GOALS_PER_FIELD + 1)
        ]
    made = Recommendation.objects.bulk_create(
        Recommendation(
            edition=edition,
            goal=goals[index * len(goals) // size],
            key=f"he-{index}",
            number=f"{index + 1}",
            title=f"Empfehlung {index + 1}: Angebote im Stadtteil gemeinsam planen",
            text=TEXT,
            position=index,
        )
        for index in range(size)
    )
    Assignment.objects.bulk_create(
        Assignment(recommendation=one, office=offices[(index + shift) % OFFICES], role=role)
        for index, one in enumerate(made)
        for shift, role in (
            (0, AssignmentRole.LEAD),
            (1, AssignmentRole.CONTRIBUTING),
            (2, AssignmentRole.CONTRIBUTING),
        )
    )
    return edition


def _past_cycle(edition: ConceptEdition, years_ago: int, now: datetime.datetime) -> ReportingCycle:
    year = now.year - years_ago
    due = datetime.date(year + 1, 1, 15) - 365 * DAY
    cycle = ReportingCycle.objects.create(
        edition=edition,
        period_from=datetime.date(year - 1, 1, 1),
        period_until=datetime.date(year - 1, 12, 31),
        opens_on=due - 60 * DAY,
        contributions_due_on=due - 14 * DAY,
        due_on=due,
        sign_off_due_on=due + 7 * DAY,
        review_due_on=due + 28 * DAY,
        state=CycleState.CLOSED,
        closed_at=now - 300 * DAY,
        opened_at=now - 400 * DAY,
    )
    leads = Assignment.objects.filter(role=AssignmentRole.LEAD).select_related("office")
    by_recommendation = {one.recommendation_id: one.office for one in leads}
    recommendations = list(Recommendation.objects.filter(edition=edition))
    updates = StatusUpdate.objects.bulk_create(
        StatusUpdate(
            cycle=cycle,
            recommendation=one,
            lead_office=by_recommendation[one.pk],
            lead_office_label=by_recommendation[one.pk].label,
            state=UpdateState.MISSING,
            state_since=now - 300 * DAY,
            due_on=due,
        )
        for one in recommendations
    )
    # Every tenth return is missing.
    _hand_in([one for index, one in enumerate(updates) if index % 10], now - 350 * DAY, approve=True)
    return cycle


def _planned(edition: ConceptEdition, now: datetime.datetime) -> ReportingCycle:
    today = timezone.localdate(now)
    return cycles.create_cycle(
        edition,
        CycleDates(
            datetime.date(now.year, 1, 1), datetime.date(now.year, 12, 31), today + 20 * DAY, opens_on=today - 40 * DAY
        ),
        by=None,
        now=now,
        today=today,
    )


def _spread_states(cycle: ReportingCycle, now: datetime.datetime) -> None:
    updates = list(StatusUpdate.objects.filter(cycle=cycle).order_by("pk"))
    _hand_in([one for index, one in enumerate(updates) if index % 5 == 1], now - 9 * DAY, approve=False)
    _hand_in([one for index, one in enumerate(updates) if index % 5 == 2], now - 5 * DAY, approve=True)  # noqa: PLR2004
    drafting = [one.pk for index, one in enumerate(updates) if index % 5 == 3]  # noqa: PLR2004
    StatusUpdate.objects.filter(cycle=cycle, pk__in=drafting).update(state=UpdateState.DRAFTING)
    late = [one.pk for index, one in enumerate(updates) if index % 5 == 4]  # noqa: PLR2004
    StatusUpdate.objects.filter(cycle=cycle, pk__in=late).update(due_on=timezone.localdate(now) - 5 * DAY)


def _hand_in(updates: list[StatusUpdate], at: datetime.datetime, *, approve: bool) -> None:
    statuses = ImplementationStatus.values
    revisions = Revision.objects.bulk_create(
        Revision(
            update=one,
            number=1,
            kind=EntryKind.REPORT,
            implementation_status=statuses[index % len(statuses)],
            status_reason=TEXT,
            outlook="on_track",
            done=TEXT * 3,
            worked=TEXT,
            did_not_work=TEXT,
            next_step="Zwei weitere Standorte suchen.",
            office_label=one.lead_office_label,
            submitted_at=at,
        )
        for index, one in enumerate(updates)
    )
    Measure.objects.bulk_create(
        Measure(revision=one, position=position, title=f"Maßnahme {position + 1}", status="in_progress", period="2026")
        for one in revisions
        for position in range(2)
    )
    for update, revision in zip(updates, revisions, strict=True):
        update.submitted = revision
        update.state = UpdateState.APPROVED if approve else UpdateState.IN_REVIEW
        update.state_since = at
        if approve:
            update.approved, update.approved_at = revision, at
    StatusUpdate.objects.bulk_update(
        updates, ["submitted", "state", "state_since", "approved", "approved_at"], batch_size=500
    )
