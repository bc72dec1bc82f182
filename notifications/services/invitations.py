"""Invitations: sent, sent again, withdrawn, accepted."""

import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.models import Mail, MailKind
from notifications.services import outbox
from offices.errors import ConflictError, DomainError
from offices.models import Invitation, Office, Person
from offices.services.invitations import admit, check_invitation, fingerprint, new_token, require_may_invite


@transaction.atomic
def invite(
    *,
    email: str,
    role: str,
    office: Office | None,
    name: str,
    by: Person | None,
    now: datetime.datetime,
    today: datetime.date,
) -> tuple[Invitation, str]:
    """Invite somebody, queue the mail, and return the invitation and its link, which is kept nowhere else.

    If the same invitation is still unanswered, it is sent again with a new link, and the old link ends. ``by`` is
    empty on the command line. Raises :class:`DomainError` when the invitation makes no sense.
    """
    email = email.strip().lower()
    check_invitation(email=email, role=role, office=office, by=by, today=today)
    open_one = _unanswered().filter(email=email, role=role, office=office).select_for_update().first()
    if open_one is not None:
        return open_one, _send(open_one, now=now)
    invitation = Invitation(email=email, role=role, office=office, name=name.strip(), invited_by=by, times_sent=0)
    try:
        with transaction.atomic():
            return invitation, _send(invitation, now=now)
    except IntegrityError:
        raise ConflictError(_("Somebody has sent this invitation just now.")) from None


@transaction.atomic
def repeat(*, invitation: Invitation, by: Person, now: datetime.datetime, today: datetime.date) -> str:
    """Send an unanswered invitation again, expired or not, and return the new link; the old link ends."""
    current = _locked(invitation)
    check_invitation(email=current.email, role=current.role, office=current.office, by=by, today=today)
    return _send(current, now=now)


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Person, now: datetime.datetime, today: datetime.date) -> None:
    """End an unanswered invitation; its link no longer opens anything."""
    current = _locked(invitation)
    require_may_invite(by, current.role, current.office, today)
    current.withdrawn_at = now
    current.save(update_fields=["withdrawn_at"])


@transaction.atomic
def accept(*, token: str, name: str, now: datetime.datetime, today: datetime.date) -> Person:
    """Accept the invitation behind ``token`` and return the person, who now holds the role.

    Of two who accept at once, one wins. Raises :class:`ConflictError` when the invitation was answered or has
    expired, and ``Invitation.DoesNotExist`` for a token that never was.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("office").get(token_sha256=fingerprint(token))
    )
    if not invitation.is_open(now):
        raise ConflictError(_("This invitation has been answered already or has expired."))
    person = admit(invitation, name=name.strip() or invitation.name or invitation.email, today=today)
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    return person


def find(token: str) -> Invitation | None:
    """Return the invitation behind ``token``, whatever its state, or ``None``."""
    return Invitation.objects.select_related("office").filter(token_sha256=fingerprint(token)).first()


def mail_of(invitation: Invitation) -> Mail:
    """Return the newest mail that carries this invitation."""
    return Mail.objects.get(kind=MailKind.INVITATION, recipient=invitation.email, key=_key(invitation))


def _unanswered() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


def _locked(invitation: Invitation) -> Invitation:
    current = _unanswered().filter(pk=invitation.pk).select_for_update().first()
    if current is None:
        raise DomainError(_("This invitation has been answered or withdrawn in the meantime."))
    return current


def _send(invitation: Invitation, *, now: datetime.datetime) -> str:
    token, invitation.token_sha256 = new_token()
    invitation.sent_at = now
    invitation.expires_at = now + datetime.timedelta(days=settings.INVITATION_VALID_DAYS)
    invitation.times_sent += 1
    invitation.save()
    link: str = settings.SITE_URL + reverse("notifications:invitation-accept", args=[token])
    outbox.queue(
        kind=MailKind.INVITATION,
        recipient=invitation.email,
        key=_key(invitation),
        template="invitation",
        context={
            "person_name": invitation.name,
            "role": invitation.get_role_display(),
            "office": invitation.office.label if invitation.office else "",
            "link": link,
            "expires_at": invitation.expires_at,
        },
        secret=True,
        obsolete_at=invitation.expires_at,
        now=now,
    )
    return link


def _key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}:{invitation.times_sent}"
