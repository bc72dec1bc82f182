"""Many at once: a mail is sent once, an invitation is sent once and accepted once."""

import datetime
import threading
from itertools import cycle

import pytest
from django.core import mail as django_mail

from notifications.models import Mail, MailKind, MailState
from notifications.services import absences, delivery, invitations
from offices.models import Absence, Invitation, Membership, Role
from offices.services.members import end_membership
from tests import factories
from tests.conftest import Cast
from tests.notifications.test_outbox import NOW, code_mail
from tests.workflow.test_concurrency import CROWD, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

TODAY = datetime.date(2026, 11, 23)


def test_many_workers_send_a_mail_once() -> None:
    mail = code_mail()
    # On or after that day, the hint has had it delivered once already.
    Mail.objects.update(state=MailState.DUE, next_try_at=NOW, attempts=0)
    django_mail.outbox.clear()

    assert at_once(lambda: delivery.deliver(mail.pk, now=NOW)) == {"ok": CROWD}
    assert len(django_mail.outbox) == 1
    assert Mail.objects.get().attempts == 1


def test_many_sweeps_send_each_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.services.outbox._hint", lambda _mail_id: None)
    for number in range(5):
        code_mail(f"{number}@stadt.example")

    assert at_once(lambda: delivery.sweep(clock=lambda: NOW)) == {"ok": CROWD}
    assert sorted(sent.to[0] for sent in django_mail.outbox) == [f"{number}@stadt.example" for number in range(5)]


def test_of_many_who_accept_one_wins(cast: Cast) -> None:
    _invitation, link = invitations.invite(
        email="neu@stadt.example", role=Role.READER, office=None, name="", by=None, now=NOW, today=TODAY
    )
    token = link.rstrip("/").rsplit("/", 1)[1]

    outcome = at_once(lambda: invitations.accept(token=token, name="Neu", now=NOW, today=TODAY))

    assert outcome == {"ok": 1, "refused": CROWD - 1}
    assert Membership.objects.filter(person__email="neu@stadt.example").count() == 1


def test_many_clicks_make_one_invitation(cast: Cast) -> None:
    outcome = at_once(
        lambda: invitations.invite(
            email="neu@stadt.example", role=Role.READER, office=None, name="", by=None, now=NOW, today=TODAY
        )
    )

    assert set(outcome) <= {"ok", "refused"}
    assert Invitation.objects.get().times_sent == outcome["ok"]


def test_many_clicks_make_one_absence_and_one_mail(cast: Cast) -> None:
    outcome = at_once(
        lambda: absences.enter(
            person=cast.clerk,
            deputy=cast.colleague,
            first_day=TODAY,
            last_day=TODAY,
            by=cast.clerk,
            now=NOW,
            today=TODAY,
        )
    )

    assert outcome == {"ok": 1, "refused": CROWD - 1}
    assert Absence.objects.count() == 1
    assert Mail.objects.filter(kind=MailKind.DEPUTY).count() == 1


def test_of_two_heads_who_leave_at_once_one_stays(cast: Cast) -> None:
    second = factories.member(Role.HEAD, cast.youth, email="zweite-leitung@stadt.example")
    heads = cycle([cast.head, second])
    turn = threading.Lock()

    def leave() -> object:
        with turn:
            head = next(heads)
        return end_membership(membership=head.memberships.get(), last_day=TODAY, by=head, today=TODAY)

    outcome = at_once(leave)

    assert outcome["ok"] == 1
    assert Membership.objects.filter(office=cast.youth, role=Role.HEAD, valid_until=None).count() == 1
