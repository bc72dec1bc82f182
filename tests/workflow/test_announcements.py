"""The offices hear that their entries are approved, and when everybody can read them."""

import datetime
import uuid
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from concept.models import ConceptEdition
from concept.services.editions import publish_edition, take_back_edition
from notifications.models import Delivery, Mail, MailKind, MailPreference, NewsKind, Notice
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.content import ContributionContent
from workflow.models import Announcement, BulkKind, ReportingCycle, StatusUpdate
from workflow.services import announcements, bulk, sittings

LATER = datetime.date(2027, 4, 1)


def at(day: datetime.date, hour: int = 9) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=datetime.UTC)


def told() -> dict[str, Mail]:
    return {mail.recipient: mail for mail in Mail.objects.filter(kind__in=[MailKind.APPROVED, MailKind.PUBLISHED])}


def approved(cast: Cast, update: StatusUpdate) -> None:
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.approve(update.pk, revision_number=1, by=cast.reviewer, now=NOW)


def many(cast: Cast, number: int, **fields: object) -> list[StatusUpdate]:
    edition = factories.edition()
    goal = factories.goal(edition)
    for one in range(number):
        factories.recommendation(goal, f"1.1.{one}", lead=cast.youth)
    updates = list(factories.open_cycle(edition, **fields).updates.order_by("pk"))
    for update in updates:
        runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    return updates


def test_an_approval_that_is_public_at_once_is_one_mail_for_each_clerk(cast: Cast, stage: Stage) -> None:
    approved(cast, stage.youth_update)

    mails = told()
    assert set(mails) == {cast.clerk.email, cast.colleague.email}
    mail = mails[cast.clerk.email]
    assert mail.subject == "Freigegeben und veröffentlicht: 1.1.1 Empfehlung 1.1.1"
    assert f"/konzept/{stage.edition.slug}/empfehlung/1.1.1/" in mail.text
    assert mail.unsubscribe_url


def test_with_a_publication_date_both_are_told_when_they_happen(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.update(publish_on=LATER)
    approved(cast, stage.youth_update)

    first = told()[cast.clerk.email]
    assert first.subject == "Freigegeben: 1.1.1 Empfehlung 1.1.1"
    assert "öffentlich ab 01.04.2027" in first.text
    assert announcements.published(now=at(LATER - datetime.timedelta(days=1))) == 0
    for _time in range(2):
        announcements.published(now=at(LATER))

    mails = Mail.objects.filter(recipient=cast.clerk.email, kind=MailKind.PUBLISHED)
    assert [mail.subject for mail in mails] == ["Veröffentlicht: 1.1.1 Empfehlung 1.1.1"]


def test_nothing_is_called_public_before_its_edition_of_the_concept_is(cast: Cast, stage: Stage) -> None:
    ConceptEdition.objects.filter(pk=stage.edition.pk).update(published_at=None)
    approved(cast, stage.youth_update)
    assert told()[cast.clerk.email].subject == "Freigegeben: 1.1.1 Empfehlung 1.1.1"
    assert announcements.published(now=NOW) == 0

    publish_edition(stage.edition.pk, adopted_on=TODAY, by=cast.coordinator, now=NOW)
    assert announcements.published(now=NOW) == 1
    assert Mail.objects.filter(kind=MailKind.PUBLISHED, recipient=cast.clerk.email).count() == 1


def test_a_day_that_is_over_is_not_promised(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.update(publish_on=TODAY - datetime.timedelta(days=1))
    ConceptEdition.objects.filter(pk=stage.edition.pk).update(published_at=None)
    approved(cast, stage.youth_update)
    mail = told()[cast.clerk.email]
    assert (mail.subject, "öffentlich ab" in mail.text) == ("Freigegeben: 1.1.1 Empfehlung 1.1.1", False)


def test_a_lost_run_on_the_publication_date_is_caught_up(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.update(publish_on=LATER)
    approved(cast, stage.youth_update)

    assert announcements.published(now=at(LATER + datetime.timedelta(days=10))) == 1


def test_publication_is_told_in_one_mail_for_each_person(cast: Cast) -> None:
    updates = many(cast, 3)
    ReportingCycle.objects.update(publish_on=LATER)
    for update in updates:
        runs.approve(update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    announcements.published(now=at(LATER))

    mail = Mail.objects.get(recipient=cast.clerk.email, kind=MailKind.PUBLISHED)
    assert mail.subject == "3 Sachstände sind veröffentlicht"
    assert mail.topics.count() == 3


def test_who_has_contributed_hears_of_it_and_who_was_left_out_does_not(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school, cast.health))
    health_clerk = factories.member(Role.CLERK, cast.health)
    update = factories.open_cycle(edition, contributions=True).updates.get()
    runs.contribute(
        update.participations.get(office=cast.school).pk,
        by=cast.school_clerk,
        content=ContributionContent(done="Zwei Schulen."),
        now=NOW,
    )
    late = update.participations.filter(office=cast.health).values_list("pk", flat=True)
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW, without=late)
    runs.approve(update.pk, revision_number=1, by=cast.chair, now=NOW)

    assert cast.school_clerk.email in told()
    assert health_clerk.email not in told()


def test_a_deputy_hears_of_it_named_as_such(cast: Cast, stage: Stage) -> None:
    deputy = factories.member(Role.CLERK, factories.office("32", "Ordnungsamt"), name="Sachbearbeitung 32")
    factories.absence(cast.clerk, deputy)
    approved(cast, stage.youth_update)

    assert f"weil Sie {cast.clerk.name} vertreten" in told()[deputy.email].text


def test_a_sitting_that_approves_many_sends_each_person_one_mail(cast: Cast) -> None:
    updates = many(cast, 4)
    sitting = sittings.open_sitting(updates[0].cycle, participants=[], by=cast.chair, now=NOW, today=TODAY)
    sittings.approve_marked(sitting, {update.pk: 1 for update in updates}, by=cast.chair, now=NOW)

    assert {mail.subject for mail in Mail.objects.filter(kind=MailKind.APPROVED)} == {
        "4 Sachstände sind freigegeben und veröffentlicht"
    }
    assert len(told()) == Mail.objects.filter(kind=MailKind.APPROVED).count() == 2


def test_an_action_on_many_tells_each_person_once_even_if_a_job_does_the_rest(cast: Cast) -> None:
    updates = many(cast, 4)
    coordinator = factories.member(Role.REVIEWER, cast.health, email="doppelt@stadt.example")
    factories.Membership.objects.create(person=coordinator, role=Role.COORDINATOR)
    action = bulk.begin(
        BulkKind.APPROVE,
        token=uuid.uuid4(),
        revisions={update.pk: 1 for update in updates},
        given={},
        by=coordinator,
        now=NOW,
    )
    assert bulk.go_on(action, now=NOW, today=TODAY, limit=2) == 2
    assert told() == {}
    bulk.finish(now=NOW, today=TODAY)

    assert {mail.subject for mail in told().values()} == {"4 Sachstände sind freigegeben und veröffentlicht"}
    assert bulk.finish(now=NOW, today=TODAY) == 0
    assert len(told()) == Mail.objects.filter(kind=MailKind.APPROVED).count()


def test_what_a_crash_left_untold_is_told_later_and_once(cast: Cast) -> None:
    updates = many(cast, 2)
    sitting = sittings.open_sitting(updates[0].cycle, participants=[], by=cast.chair, now=NOW, today=TODAY)
    with mock.patch.object(announcements, "tell", side_effect=RuntimeError("killed")), pytest.raises(RuntimeError):
        sittings.approve_marked(sitting, {update.pk: 1 for update in updates}, by=cast.chair, now=NOW)

    assert announcements.tell_left_over(now=NOW + datetime.timedelta(minutes=5)) == 0
    assert announcements.tell_left_over(now=NOW + datetime.timedelta(minutes=10)) == 1
    assert announcements.tell_left_over(now=NOW + datetime.timedelta(minutes=20)) == 0
    assert told()[cast.clerk.email].subject == "2 Sachstände sind freigegeben und veröffentlicht"
    assert not Announcement.objects.filter(told_at=None).exists()


@pytest.mark.parametrize("taken", ["edition", "entry"])
def test_what_went_off_the_pages_before_it_was_told_is_not_called_public_until_it_is_back(
    cast: Cast, stage: Stage, taken: str
) -> None:
    with mock.patch.object(announcements, "tell"):
        approved(cast, stage.youth_update)
    run, edition = stage.youth_update.pk, stage.edition
    late = NOW + datetime.timedelta(minutes=20)
    if taken == "edition":
        take_back_edition(edition.pk, note="Kein Beschluss.", by=cast.coordinator, now=NOW)
    else:
        runs.withdraw_entry(run, revision_number=1, note="Falsch.", by=cast.coordinator, now=NOW)
    assert announcements.tell_left_over(now=late) == 1

    mail = told()[cast.clerk.email]
    assert mail.subject == "Freigegeben: 1.1.1 Empfehlung 1.1.1"
    assert f"/konzept/{edition.slug}/" not in mail.text
    assert announcements.published(now=late) == 0
    if taken == "edition":
        publish_edition(edition.pk, adopted_on=edition.adopted_on, by=cast.coordinator, now=late)
    else:
        runs.restore_entry(run, reason="Stimmte doch.", by=cast.coordinator, now=late)
    assert announcements.published(now=late) == 1
    mail = Mail.objects.get(kind=MailKind.PUBLISHED, recipient=cast.clerk.email)
    assert mail.subject == "Veröffentlicht: 1.1.1 Empfehlung 1.1.1"


def test_where_nothing_is_left_to_tell_no_mail_goes_out(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.update(publish_on=LATER)
    approved(cast, stage.youth_update)
    with mock.patch.object(announcements, "tell"):
        announcements.published(now=at(LATER))
    take_back_edition(stage.edition.pk, note="Kein Beschluss.", by=cast.coordinator, now=at(LATER))
    assert announcements.tell_left_over(now=at(LATER, 10)) == 1
    assert not Mail.objects.filter(kind=MailKind.PUBLISHED).exists()
    assert announcements.tell_left_over(now=at(LATER, 11)) == 0


@pytest.mark.parametrize(
    ("approval", "publication", "mails", "notices"),
    [
        (Delivery.OFF, Delivery.OFF, 0, 0),
        (Delivery.DAILY, Delivery.OFF, 0, 1),
        (Delivery.OFF, Delivery.DAILY, 0, 1),
        (Delivery.DAILY, Delivery.AT_ONCE, 1, 0),
        (Delivery.OFF, Delivery.AT_ONCE, 1, 0),
    ],
)
def test_of_both_in_one_mail_counts_what_is_wanted_sooner(
    cast: Cast, stage: Stage, approval: Delivery, publication: Delivery, mails: int, notices: int
) -> None:
    for kind, delivery in ((NewsKind.APPROVED, approval), (NewsKind.PUBLISHED, publication)):
        MailPreference.objects.create(person=cast.clerk, news=kind, delivery=delivery)
    approved(cast, stage.youth_update)

    assert Mail.objects.filter(recipient=cast.clerk.email, kind=MailKind.APPROVED).count() == mails
    assert [one.line for one in Notice.objects.all()] == [
        "1.1.1 Empfehlung 1.1.1: freigegeben und ab jetzt öffentlich"
    ] * notices


def test_statements_do_not_grow_with_the_entries(cast: Cast) -> None:
    updates = many(cast, 12)
    ReportingCycle.objects.update(publish_on=LATER)

    def statements(some: list[StatusUpdate], day: datetime.date) -> int:
        for update in some:
            runs.approve(update.pk, revision_number=1, by=cast.reviewer, now=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert announcements.published(now=at(day)) == len(some)
        return len(captured)

    assert statements(updates[:2], LATER) == statements(updates[2:], LATER)
