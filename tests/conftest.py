"""The cast that most tests share: two offices, their people, the Arbeitsgruppe, a coordinator and a stranger."""

from dataclasses import dataclass

import hypothesis
import pytest
from django.core.cache import cache
from django.test import Client

from offices.models import Office, Person, Role
from publication.queries import site
from publication.site import cache as ready
from tests import factories

# The same examples on every run, however busy the machine is.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
hypothesis.settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _nothing_read_before() -> None:
    """What a test rolls back, the database counts as if it had never been: forget what was read in another test."""
    site.KEPT.clear()
    ready.PAGES.clear()
    ready.SEARCHES.clear()
    cache.clear()


@dataclass
class Cast:
    """51 leads, 40 contributes; the reviewer comes from 53, the second one from 51 itself, the chair from 334."""

    youth: Office
    school: Office
    health: Office
    clerk: Person
    colleague: Person
    head: Person
    school_clerk: Person
    reviewer: Person
    own_reviewer: Person
    chair: Person
    coordinator: Person
    reader: Person
    administrator: Person
    stranger: Person


@pytest.fixture
def cast(db: None) -> Cast:
    youth = factories.office("51", "Jugendamt", mailbox="51@stadt.example")
    school = factories.office("40", "Amt für Schule und Bildung", mailbox="40@stadt.example")
    integration = factories.office("334", "Zuwanderung und Integration", mailbox="334@stadt.example")
    health = factories.office("53", "Gesundheitsamt Region Kassel", mailbox="53@stadt.example")
    return Cast(
        youth=youth,
        school=school,
        health=health,
        clerk=factories.member(Role.CLERK, youth, name="Sachbearbeitung 51"),
        colleague=factories.member(Role.CLERK, youth, email="kollege-51@stadt.example", name="Sachbearbeitung 51/2"),
        head=factories.member(Role.HEAD, youth, name="Leitung 51"),
        school_clerk=factories.member(Role.CLERK, school, name="Sachbearbeitung 40"),
        reviewer=factories.member(Role.REVIEWER, health, name="Arbeitsgruppe 53"),
        own_reviewer=factories.member(Role.REVIEWER, youth, name="Arbeitsgruppe 51"),
        chair=factories.member(Role.CHAIR, integration, name="Vorsitz der Arbeitsgruppe"),
        coordinator=factories.member(Role.COORDINATOR, name="Koordination"),
        reader=factories.member(Role.READER, name="Lesende Person"),
        administrator=factories.member(Role.ADMINISTRATOR, name="Administration"),
        stranger=factories.person("fremd@stadt.example", "Ohne Rolle"),
    )


@pytest.fixture
def signed_in(client: Client):  # type: ignore[no-untyped-def]
    """Sign a person in and return the client."""

    def sign_in(person: Person) -> Client:
        client.force_login(person, backend="offices.backends.OfficeBackend")
        return client

    return sign_in
