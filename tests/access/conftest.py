"""The world in which the access table is played."""

import datetime
import uuid

import pytest
from django.core.signing import Signer

from concept.models import ActionField, ConceptEdition, CrosswalkLink, CrosswalkReason
from concept.services.crosswalk import receive_crosswalk
from concept.services.uploads import receive
from notifications.models import Mail, MailKind, MailState, PausedAddress
from notifications.services import calendars
from offices.models import Closure, Invitation, OfficeKind, Role
from offices.services.invitations import new_token
from publication.models import FileKind, ReportEdition, ReportFile, ReportState, ReportText
from publication.services import voices
from tests import factories
from tests.access.table import World
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from workflow import runs
from workflow.models import (
    BulkKind,
    DepartmentLetter,
    ReportingCycle,
    ReviewComment,
    ReviewPolicy,
    SavedView,
    Sitting,
    StatusUpdate,
    WorkStep,
)
from workflow.services import bulk, sittings

CONCEPT = (
    b"id;Nummer;Handlungsfeld-Nummer;Handlungsfeld;Ziel-Nummer;Ziel;Titel;Text\n"
    b"neu-1;1.1.9;1;Handlungsfeld 1;1.1;Ziel 1.1;Neue Empfehlung;Der Wortlaut.\n"
)
CROSSWALK = b"Bisher;Neu;Verbleib;Anmerkung\n1.1;1.1.2;aufgeteilt;\n"


@pytest.fixture
def world(cast: Cast) -> World:
    edition = factories.edition()
    older = factories.edition("Integrationskonzept 2012", adopted_on=datetime.date(2012, 6, 18))
    goal = factories.goal(edition)
    for number in ("1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.1.5"):
        factories.recommendation(goal, number, lead=cast.youth, contributing=(cast.school,))
    before = factories.recommendation(factories.goal(older), "1.1")
    cycle = factories.open_cycle(edition, by=cast.coordinator, contributions=True)
    planned = factories.cycle(edition, period_from=datetime.date(2027, 1, 1), period_until=datetime.date(2027, 12, 31))
    requested, in_review, approved, cancelled, withdrawn = StatusUpdate.objects.filter(cycle=cycle).order_by(
        "recommendation__number"
    )
    for update in (in_review, approved, withdrawn):
        late = update.participations.values_list("pk", flat=True)
        runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW, without=late)
    for update in (approved, withdrawn):
        runs.approve(update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    runs.withdraw_entry(withdrawn.pk, revision_number=1, note="Eine Zahl war falsch.", by=cast.coordinator, now=NOW)
    runs.cancel(cancelled.pk, by=cast.coordinator, reason="Entfällt.", now=NOW)
    co_signing, signing = _waiting_for_signatures(cast, edition)
    token, fingerprint = new_token()
    outsider = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"), name="Sachbearbeitung 33")
    deputy = factories.member(Role.CLERK, factories.office("32", "Ordnungsamt"), name="Sachbearbeitung 32")
    absence = factories.absence(cast.clerk, deputy)
    return World(
        people={
            "stranger": cast.stranger,
            "reader": cast.reader,
            "clerk": cast.clerk,
            "head": cast.head,
            "contributor": cast.school_clerk,
            "outsider": outsider,
            "deputy": deputy,
            "reviewer": cast.reviewer,
            "chair": cast.chair,
            "own_reviewer": cast.own_reviewer,
            "coordinator": cast.coordinator,
            "administrator": cast.administrator,
        },
        edition=edition,
        older_edition=older,
        making=factories.edition("Fortschreibung", adopted_on=None, published_at=None),
        recommendation=requested.recommendation,
        cycle=cycle,
        planned=planned,
        requested=requested,
        contribution=requested.participations.get(),
        in_review=in_review,
        approved=approved,
        withdrawn=withdrawn,
        cancelled=cancelled,
        co_signing=co_signing,
        signing=signing,
        released=_report(cycle, 1, stage="final", released_at=NOW),
        unreleased=_report(cycle, 2),
        shared=_report(planned, 1, stage="round_table", shared_at=NOW, share_token="geteilt"),
        foreword=_text(cycle, None, cast),
        introduction=_text(cycle, goal.field, cast),
        invitation=Invitation.objects.create(
            email="neu@stadt.example",
            role=Role.READER,
            token_sha256=fingerprint,
            sent_at=NOW,
            expires_at=NOW + datetime.timedelta(days=3650),
        ),
        token=token,
        failed_mail=Mail.objects.create(
            kind=MailKind.REMINDER,
            recipient="51@stadt.example",
            key="reminder:2026-11-23",
            subject="Erinnerung",
            text="Text",
            message_id="<1@stadt.example>",
            state=MailState.FAILED,
            created_at=NOW,
            next_try_at=NOW,
        ),
        paused=PausedAddress.objects.create(
            address=cast.school_clerk.email, reason="550 5.1.1 User unknown", since=NOW
        ),
        link=CrosswalkLink.objects.create(
            predecessor=before, successor=requested.recommendation, reason=CrosswalkReason.KEPT
        ),
        upload=receive(CONCEPT, "konzept.csv", edition=edition.name, end_missing=False, by=cast.coordinator),
        crosswalk_upload=receive_crosswalk(
            CROSSWALK, "ueberleitung.csv", older=older, newer=edition, by=cast.coordinator
        ),
        absence=absence,
        membership=cast.colleague.memberships.get(),
        view=SavedView.objects.create(owner=cast.coordinator, name="Späte", query="nur=ueberfaellig", saved_at=NOW),
        bulk_action=bulk.begin(
            BulkKind.EXTEND,
            token=uuid.uuid4(),
            revisions={requested.pk: 0},
            given={"due_on": "2027-02-01", "reason": "Ferien"},
            by=cast.coordinator,
            now=NOW,
        ),
        voting=_voting(cast),
        sitting=_sitting(cast, cycle, _sitting(cast, cycle)),
        closed_sitting=Sitting.objects.order_by("pk")[0],
        comment=ReviewComment.objects.create(
            revision=in_review.revisions.get(), text="Wie viele?", written_by=cast.reviewer, written_at=NOW
        ),
        extension=runs.ask_for_extension(
            requested.pk,
            by=cast.clerk,
            reason="Eine Stelle ist unbesetzt.",
            wanted_on=requested.due_on + datetime.timedelta(days=14),
            now=NOW,
            today=TODAY,
        ),
        offer=runs.propose_reassignment(
            requested.pk,
            by=cast.clerk,
            to_office_id=outsider.memberships.get().office_id,
            reason="Das ist Ihr Thema.",
            now=NOW,
        ),
        # It came with the service; tests that commit leave an empty table behind.
        closure=Closure.objects.get_or_create(
            name="Heiligabend",
            yearly=True,
            defaults={"first_day": datetime.date(2026, 12, 24), "last_day": datetime.date(2026, 12, 24)},
        )[0],
        calendar_token=calendars.create(by=cast.clerk, now=NOW),
        letter=_letter(requested),
        feedback=voices.give_feedback(requested.recommendation_id, label="1.1.1", text="Gut so.", now=NOW),
        barrier=voices.report_barrier(text="Der Knopf ist stumm.", page="/", contact="0561 1", now=NOW),
        receipt=Signer(sep=".", salt="publication.barrier").sign("1~2026-11-23"),
    )


def _waiting_for_signatures(cast: Cast, edition: ConceptEdition) -> list[StatusUpdate]:
    """Two runs of a cycle with signatures: 40 is asked to co-sign one, the head of 51 to sign the other."""
    dates = {"period_from": datetime.date(2023, 1, 1), "period_until": datetime.date(2024, 12, 31)}
    cycle = factories.open_cycle(edition, co_sign=True, sign_off=True, **dates)
    found = list(StatusUpdate.objects.filter(cycle=cycle).order_by("recommendation__number")[:2])
    for update in found:
        runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.co_sign(found[1].pk, cast.school.pk, by=cast.school_clerk, now=NOW)
    return found


def _letter(update: StatusUpdate) -> DepartmentLetter:
    """A proposed letter about what 51 has to write, to a department with a mailbox."""
    item = update.work_items.get(step=WorkStep.WRITE)
    return DepartmentLetter.objects.create(
        cycle=update.cycle,
        department=factories.office("V", "Dezernat V", kind=OfficeKind.DEPARTMENT, mailbox="dezernat@stadt.example"),
        items=[item.pk],
        due_dates={str(item.pk): item.due_on.isoformat()},
        proposed_at=NOW,
    )


def _sitting(cast: Cast, cycle: ReportingCycle, before: Sitting | None = None) -> Sitting:
    """An open sitting of ``cycle``, after the one ``before`` was closed."""
    if before:
        sittings.close_sitting(before.pk, by=cast.chair, now=NOW)
    return sittings.open_sitting(cycle, participants=[cast.reviewer], by=cast.chair, now=NOW, today=TODAY)


def _voting(cast: Cast) -> StatusUpdate:
    """An entry of 51 in a cycle in which members vote and the chair decides."""
    edition = factories.edition("Handlungskonzept 2024")
    factories.recommendation(factories.goal(edition), "2.1", lead=cast.youth)
    update = factories.open_cycle(edition).updates.get()
    ReportingCycle.objects.filter(pk=update.cycle_id).update(review_policy=ReviewPolicy.QUORUM, quorum=2)
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    return update


def _report(cycle: object, number: int, **fields: object) -> ReportEdition:
    made = ReportEdition.objects.create(
        cycle=cycle, number=number, state=ReportState.READY, requested_at=NOW, built_at=NOW, **fields
    )
    for kind in FileKind.values:
        ReportFile.objects.create(edition=made, kind=kind, content=b"%PDF-1.7", size=8, sha256=f"{number}")
    return made


def _text(cycle: ReportingCycle, field: ActionField | None, cast: Cast) -> ReportText:
    """A text of the report in two versions; the first one is returned."""
    words = {"cycle": cycle, "field": field, "written_by": cast.coordinator, "written_at": NOW}
    first = ReportText.objects.create(number=1, text="Zuerst **so**.", **words)
    ReportText.objects.create(number=2, text="Jetzt so.\n\n- eins\n- zwei", **words)
    return first
