"""The demonstration feels like a city on any day, and keeps the rules that the services keep."""

import datetime
import re
from collections import Counter

from django.db.models import F, QuerySet
from django.test import TestCase
from django.utils import timezone
from viewflow.workflow import STATUS
from viewflow.workflow.models import Process, Task

from concept.models import AssignmentRole, ConceptEdition, CrosswalkLink, CrosswalkReason, Recommendation
from config.demo import content, services
from notifications.models import Mail, MailKind, MailState, Notice, NoticeKind, PausedAddress
from offices.access import Desk
from offices.models import OFFICE_ROLES, Absence, Invitation, Membership, Office, Person, Role
from publication.models import BarrierReport, Feedback, FeedbackState, ReportEdition
from publication.queries import summaries
from publication.report import files
from tests.factories import NOW, TODAY
from workflow import duties, published
from workflow.models import (
    Contribution,
    CoSignature,
    CycleState,
    DepartmentLetter,
    Draft,
    EntryKind,
    Event,
    ImplementationStatus,
    LetterState,
    Measure,
    Participation,
    ParticipationState,
    ReportingCycle,
    ReviewComment,
    Revision,
    Sitting,
    StatusUpdate,
    UpdateState,
    WorkItem,
    WorkStep,
)
from workflow.services import history


def running() -> ReportingCycle:
    return ReportingCycle.objects.get(state=CycleState.OPEN)


def in_state(state: UpdateState) -> "QuerySet[StatusUpdate]":
    return StatusUpdate.objects.filter(cycle__state=CycleState.OPEN, state=state)


class TestTheCity(TestCase):
    """Loaded once for all: the tests only read."""

    @classmethod
    def setUpTestData(cls) -> None:
        assert services.load(now=NOW)

    def test_one_clerk_is_away_and_a_deputy_stands_in_until_long_after(self) -> None:
        for day in (TODAY, TODAY + datetime.timedelta(days=150)):
            absence = Absence.objects.on(day).get()
            assert absence.entered_by == absence.person
            assert Desk(absence.deputy, day).stands_in_for == [absence.person]
        assert WorkItem.objects.filter(office__in=Desk(absence.person, TODAY).acting_for, is_open=True).exists()

    def test_the_arbeitsgruppe_has_one_chair(self) -> None:
        assert Membership.objects.filter(role=Role.CHAIR).count() == 1

    def test_there_are_two_editions_with_six_fields_each_and_goals(self) -> None:
        first, later = ConceptEdition.objects.order_by("adopted_on")
        assert later.predecessor == first
        for edition in (first, later):
            assert edition.fields.count() == 6
        assert later.recommendations.count() == 41
        assert {field.goals.count() for field in later.fields.all()} <= {2, 3}
        assert 15 <= first.recommendations.count() <= 21

    def test_every_recommendation_has_exactly_one_lead_before_and_after_an_office_was_split(self) -> None:
        for day in (datetime.date(2019, 12, 31), datetime.date(2020, 1, 1), TODAY):
            for one in Recommendation.objects.all():
                leads = one.assignments.filter(role=AssignmentRole.LEAD).valid_on(day)
                assert leads.count() == 1, (one, day)
        nursery = Recommendation.objects.get(edition__slug="integrationskonzept-2012", number="1.1.1")
        assert nursery.updates.get().lead_office_label == "51 Jugendamt"

    def test_each_recommendation_of_2012_lives_on_or_ends_and_every_reason_occurs(self) -> None:
        first = ConceptEdition.objects.get(slug="integrationskonzept-2012")
        assert not first.recommendations.filter(links_forward__isnull=True).exists()
        assert set(CrosswalkLink.objects.values_list("reason", flat=True)) == set(CrosswalkReason.values)
        reasons = Counter(CrosswalkLink.objects.filter(reason="merged").values_list("successor", flat=True))
        assert all(count > 1 for count in reasons.values()), "merged means several into one"
        split = Counter(CrosswalkLink.objects.filter(reason="split").values_list("predecessor", flat=True))
        assert all(count > 1 for count in split.values()), "split means one into several"

    def test_people_hold_every_role_and_one_office_has_nobody(self) -> None:
        assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
        staffed = Membership.objects.filter(role__in=OFFICE_ROLES).values("office")
        silent = Office.objects.filter(assignments__role=AssignmentRole.LEAD).exclude(pk__in=staffed).distinct()
        assert [office.name for office in silent] == ["Stadtverband der Migrantenvereine"]
        assert all(office.mailbox for office in silent)

    def test_the_closed_cycles_hold_every_status_and_every_kind_of_entry_and_gaps(self) -> None:
        later = ReportingCycle.objects.filter(edition__slug="neue-akzente-2019", state=CycleState.CLOSED)
        assert sorted(cycle.period_label for cycle in later) == ["2022", "2023–2024"]
        approved = Revision.objects.filter(update__approved=F("pk"), update__cycle__state=CycleState.CLOSED)
        assert set(approved.values_list("implementation_status", flat=True)) == set(ImplementationStatus.values)
        assert set(approved.values_list("kind", flat=True)) == set(EntryKind.values)
        for cycle in ReportingCycle.objects.filter(state=CycleState.CLOSED):
            states = Counter(cycle.updates.values_list("state", flat=True))
            assert states["missing"] >= 1
            # One was opened again afterwards.
            assert states["requested"] == (1 if cycle.period_label == "2023–2024" else 0)
            assert set(states) <= {"approved", "missing", "requested"}
        assert Measure.objects.count() > 30

    def test_the_running_cycle_has_tasks_in_every_state(self) -> None:
        assert running().period_label == "2025–2026"
        fewer = {UpdateState.MISSING: 0, UpdateState.CANCELLED: 1}
        for state in UpdateState:
            assert in_state(state).count() >= fewer.get(state, 4), state
        waits = {(TODAY - timezone.localdate(one.state_since)).days for one in in_state(UpdateState.IN_REVIEW)}
        assert len(waits) > 4, "reviews wait for differing times"
        assert Draft.objects.count() == in_state(UpdateState.DRAFTING).count()

    def test_some_rework_is_overdue_and_the_rest_is_due_soon(self) -> None:
        waiting = WorkItem.objects.filter(is_open=True, update__cycle=running())
        rework = waiting.filter(step=WorkStep.REWORK).values_list("due_on", flat=True)
        assert len([day for day in rework if day < TODAY]) >= 1
        assert len([day for day in rework if day >= TODAY]) >= 1
        asked = waiting.filter(step=WorkStep.WRITE).values_list("due_on", flat=True)
        assert set(asked) == {TODAY + datetime.timedelta(days=24)}

    def test_every_open_run_lies_on_a_desk_and_closed_ones_on_none(self) -> None:
        for update in StatusUpdate.objects.select_related("cycle"):
            waiting = update.work_items.filter(is_open=True)
            assert waiting.filter(task__isnull=False).exists() is update.is_open, update
            assert waiting.exists() is update.is_open, update
        assert not Task.objects.filter(finished__isnull=True, process__status=STATUS.CANCELED).exists()
        # A correction, or opening again, is a process of its own; the run then belongs to that.
        assert Process.objects.filter(status_update__isnull=True).count() == 2

    def test_every_kind_of_task_waits_for_somebody(self) -> None:
        steps = Counter(WorkItem.objects.filter(is_open=True).values_list("step", flat=True))
        assert set(steps) == set(WorkStep.values)
        for item in WorkItem.objects.filter(is_open=True, step=WorkStep.SIGN):
            assert Membership.objects.filter(role=Role.HEAD, office=item.office_id).exists(), item

    def test_contributions_are_there_missing_late_left_out_or_a_nil_return(self) -> None:
        running = Participation.objects.filter(update__cycle__state=CycleState.OPEN)
        assert set(running.values_list("state", flat=True)) == set(ParticipationState.values)
        late = WorkItem.objects.filter(is_open=True, step=WorkStep.CONTRIBUTE, due_on__lt=TODAY)
        assert late.count() >= 5
        texts = Contribution.objects.exclude(done="").values_list("done", flat=True)
        assert len(set(texts)) > 40

    def test_some_have_co_signed_and_some_have_not_answered(self) -> None:
        states = set(CoSignature.objects.values_list("state", flat=True))
        assert {"signed", "asked", "waived"} <= states

    def test_comments_mark_words_that_stand_in_the_text(self) -> None:
        marked = ReviewComment.objects.exclude(quote="").select_related("revision")
        assert len(marked) >= 2
        for one in marked:
            text = getattr(one.revision, one.field)
            assert text[one.start : one.start + len(one.quote)] == one.quote

    def test_a_published_entry_was_corrected_with_a_public_note(self) -> None:
        revision = Revision.objects.exclude(public_note="").get()
        assert "zu niedrig" in revision.public_note
        assert revision.update.approved == revision
        assert revision.update.cycle.state == CycleState.CLOSED

    def test_the_history_verifies_and_runs_in_order(self) -> None:
        assert list(history.verify()) == []
        for update in StatusUpdate.objects.prefetch_related("events"):
            times = [event.at for event in update.events.order_by("sequence")]
            assert times == sorted(times), update
        assert not Event.objects.filter(at__gt=NOW).exists()

    def test_a_report_is_out_with_all_its_files_was_corrected_once_and_the_next_one_is_a_draft(self) -> None:
        first, second, draft = ReportEdition.objects.order_by("cycle__period_until", "number")
        assert [(one.cycle.period_label, one.stage) for one in (first, second, draft)] == [
            ("2023–2024", "final"),
            ("2023–2024", "final"),
            ("2025–2026", "draft"),
        ]
        for report in (first, second, draft):
            assert report.problems == []
            assert set(report.files.values_list("kind", flat=True)) == set(files.MADE)
            assert bytes(report.files.get(kind="pdf").content).startswith(b"%PDF")
        assert "Termine" in second.change_note
        assert second.document["corrections"]
        assert second.document["foreword"]
        assert sum(bool(field["introduction"]) for field in second.document["fields"]) == 2
        assert draft.document["changes"]["previous"].startswith("Integrationsbericht 2023–2024, Version 2")

    def test_one_invitation_has_expired_and_can_be_sent_again(self) -> None:
        invitation = Invitation.objects.get()
        assert not invitation.is_open(NOW)
        assert invitation.accepted_at is None
        assert Mail.objects.get(recipient=invitation.email).text == "", "the link is kept nowhere"

    def test_mails_of_the_past_count_as_sent_then_but_for_those_to_an_address_that_is_gone(self) -> None:
        paused = PausedAddress.objects.get()
        assert paused.address == "stadtverband@verein.example"
        assert paused.mail is not None
        assert paused.mail.bounced_at == paused.since < NOW
        assert not Mail.objects.filter(sent_at__gte=NOW).exists()
        others = Mail.objects.exclude(recipient=paused.address)
        assert set(others.values_list("state", flat=True)) == {MailState.SENT}
        gone = Mail.objects.filter(recipient=paused.address)
        assert list(gone.filter(bounced_at__isnull=False)) == [paused.mail]
        assert not gone.filter(state=MailState.SENT, created_at__gt=paused.since).exists()

    def test_everybody_was_reminded_once_a_day_at_most_and_in_words(self) -> None:
        mails = Mail.objects.filter(kind=MailKind.REMINDER)
        days = Counter((mail.recipient, timezone.localdate(mail.created_at)) for mail in mails)
        assert len(days) > 50
        assert set(days.values()) == {1}
        assert not mails.filter(state=MailState.SENT, text="").exists()
        assert mails.filter(kind=MailKind.REMINDER, person__isnull=True).exists(), "a mailbox, too"

    def test_something_overdue_for_long_has_gone_up_to_a_proposed_letter(self) -> None:
        letter = DepartmentLetter.objects.get()
        assert letter.state == LetterState.PROPOSED
        item = WorkItem.objects.get(pk__in=letter.items)
        assert item.is_open
        told = Notice.objects.filter(about=f"item:{item.pk}", mail__state=MailState.SENT)
        assert set(told.values_list("kind", flat=True)) == {NoticeKind.TASK, NoticeKind.HEAD, NoticeKind.COORDINATION}

    def test_the_coordinators_read_a_summary_each_week_of_the_running_cycle(self) -> None:
        weeks = Mail.objects.filter(kind=MailKind.WEEKLY).values_list("key", flat=True)
        assert len(set(weeks)) == len(weeks) >= 6

    def test_a_sitting_was_held_and_its_minutes_are_frozen(self) -> None:
        sitting = Sitting.objects.get()
        assert sitting.cycle == running()
        assert bytes(sitting.minutes or b"").startswith(b"%PDF")
        assert sitting.reviews.count() == 3

    def test_nobody_reviews_an_entry_of_the_own_office(self) -> None:
        for revision in Revision.objects.filter(review__isnull=False).select_related("review__decided_by", "update"):
            offices = revision.review.decided_by.memberships.values_list("office", flat=True)
            assert revision.update.lead_office_id not in offices

    def test_each_report_is_a_text_of_its_own(self) -> None:
        reports = Revision.objects.filter(kind=EntryKind.REPORT, update__approved=F("pk"))
        texts = list(reports.values_list("done", flat=True))
        assert len(set(texts)) == len(texts) > 100
        assert all(len(text) > 50 and "  " not in text for text in texts)

    def test_the_homepage_has_something_new_to_tell(self) -> None:
        edition = ConceptEdition.objects.get(slug="neue-akzente-2019")
        statuses = published.statuses(edition.pk, NOW)
        assert len([of for of in statuses.values() if running().pk in of]) >= 12

    def test_readers_find_summaries_one_of_them_outdated(self) -> None:
        now = NOW + datetime.timedelta(days=1)
        found = summaries.summaries(published.public_runs(now).values_list("pk", flat=True))
        shown = [(one.language.code, one.is_outdated) for some in found.values() for one in some]
        assert sorted(shown) == [
            ("ar", False), ("de-simple", False), ("de-simple", True), ("en", False), ("uk", False),
        ]  # fmt: skip

    def test_visitors_have_said_something_and_some_of_it_waits(self) -> None:
        given = {one.state: one for one in Feedback.objects.all()}
        assert set(given) == {FeedbackState.NEW, FeedbackState.PUBLISHED}
        assert given[FeedbackState.PUBLISHED].answer
        barrier = BarrierReport.objects.get()
        assert not barrier.is_answered
        open_now = [one.source for one in duties.open_duties(TODAY)]
        assert open_now == [f"feedback:{given[FeedbackState.NEW].pk}", f"barrier:{barrier.pk}"]

    def test_people_are_roles_and_never_names(self) -> None:
        words = (
            r"Koordination|Administration|Sachbearbeitung|Amtsleitung|Arbeitsgruppe|Lesezugang|Migration|Integration"
        )
        for person in Person.objects.all():
            assert re.search(words, person.name), person.name
            assert person.email.endswith(".example")
        texts = " ".join(path.read_text(encoding="utf-8") for path in content.FOLDER.rglob("*.toml"))
        assert not re.search(r"\b(Herr|Frau|Dr\.|Prof\.)\s+[A-ZÄÖÜ]", texts)
        assert not re.search(r"\b0\d{2,4}[ /-]\d{4,}", texts), "no telephone numbers"

    def test_a_second_call_changes_nothing(self) -> None:
        before = (Person.objects.count(), Event.objects.count(), ConceptEdition.objects.count())
        assert not services.load(now=NOW)
        assert (Person.objects.count(), Event.objects.count(), ConceptEdition.objects.count()) == before
