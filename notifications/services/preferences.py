"""How somebody hears of what happens: at once, once a day, or not at all; chosen on a page or by a link in a mail."""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.models import COORDINATORS_NEWS, REQUIRED_NEWS, Delivery, MailPreference, NewsKind
from offices.access import Desk
from offices.errors import DomainError
from offices.models import Person
from offices.queries.people import person_by_id

OFFICE_NEWS = frozenset(NewsKind) - set(COORDINATORS_NEWS)
COORDINATION_NEWS = {NewsKind.SIGNATURE, NewsKind.REASSIGNED, NewsKind.EXTENSION, NewsKind.MENTION, *COORDINATORS_NEWS}


def news_for(desk: Desk) -> list[NewsKind]:
    """Return the kinds of news that concern somebody in this place, in the order of ``NewsKind``."""
    wanted: set[NewsKind] = set()
    if desk.works_for_an_office:
        wanted |= OFFICE_NEWS
    if desk.is_coordinator:
        wanted |= COORDINATION_NEWS
    if desk.is_reviewer:
        wanted.add(NewsKind.MENTION)
    return [kind for kind in NewsKind if kind in wanted]


def choices_of(kind: NewsKind) -> list[Delivery]:
    """Return the ways in which news of ``kind`` may come."""
    return [
        delivery
        for delivery in Delivery
        if not (delivery == Delivery.OFF and kind in REQUIRED_NEWS)
        and not (delivery == Delivery.DAILY and kind in COORDINATORS_NEWS)
    ]


def chosen(person_ids: Collection[int], kinds: Collection[NewsKind]) -> dict[tuple[int, NewsKind], Delivery]:
    """Return how people want news of ``kinds``, by person and kind; what is not in it comes at once. One query.

    What nobody may choose (any more) is taken as the nearest that may be chosen.
    """
    rows = MailPreference.objects.filter(person__in=person_ids, news__in=kinds).exclude(delivery=Delivery.AT_ONCE)
    found: dict[tuple[int, NewsKind], Delivery] = {}
    for person, news, delivery in rows.values_list("person", "news", "delivery"):
        kind = NewsKind(news)
        nearest = (Delivery(delivery), Delivery.DAILY, Delivery.AT_ONCE)
        found[person, kind] = next(one for one in nearest if one in choices_of(kind))
    return found


def deliveries_of(person: Person, kinds: Collection[NewsKind]) -> dict[NewsKind, Delivery]:
    """Return how ``person`` hears of each of ``kinds``; one query."""
    found = chosen([person.pk], kinds)
    return {kind: found.get((person.pk, kind), Delivery.AT_ONCE) for kind in kinds}


@transaction.atomic
def choose(*, by: Person, wanted: Mapping[NewsKind, Delivery]) -> None:
    """Keep how ``by`` wants to hear of what happens; kinds that are not named stay as they are.

    Raises :class:`DomainError`, and changes nothing, if something is to be switched off that the process needs.
    """
    for kind, delivery in wanted.items():
        if delivery not in choices_of(kind):
            raise DomainError(
                _("“%(kind)s” cannot come like this. Please choose something else.") % {"kind": kind.label}
            )
    MailPreference.objects.bulk_create(
        (MailPreference(person=by, news=kind, delivery=delivery) for kind, delivery in wanted.items()),
        update_conflicts=True,
        unique_fields=["person", "news"],
        update_fields=["delivery"],
    )


# --- Switching off by a link, without signing in --------------------------------------------------------------------


def unsubscribe_url(person: Person, kind: NewsKind) -> str:
    """Return the address that switches ``kind`` off for ``person``; empty for what cannot be switched off.

    It is signed and never expires: whoever finds an old mail can still use it.
    """
    if kind in REQUIRED_NEWS:
        return ""
    path = reverse("notifications:unsubscribe", args=[_signer().sign(f"{person.pk}-{kind}")])
    return f"{settings.SITE_URL}{path}"


def read_unsubscribe(token: str) -> tuple[Person, NewsKind] | None:
    """Return whose news of which kind ``token`` switches off; ``None`` if we have not written it."""
    try:
        person_id, _dash, kind = _signer().unsign(token).partition("-")
        person = person_by_id(int(person_id))
        news = NewsKind(kind)
    except (BadSignature, ValueError):
        return None
    return (person, news) if person and news not in REQUIRED_NEWS else None


def masked(address: str) -> str:
    """Return an e-mail address as its owner knows it again and nobody else learns it: ``a…@stadt.example``."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…{at}{domain}"


def _signer() -> Signer:
    return Signer(sep=".", salt="notifications.unsubscribe")
