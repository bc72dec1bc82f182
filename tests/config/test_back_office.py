"""The back office: seen by two roles, nothing deleted, no rule of the services broken."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from concept.models import Assignment, AssignmentRole, Recommendation
from offices.admin_base import ReadOnlyAdmin
from offices.models import Membership, Office, Person, Role
from tests import factories
from tests.conftest import Cast

SignIn = Callable[[Person], Client]
SHOWN = sorted(admin.site._registry, key=lambda model: model._meta.label)
ADDABLE = {"offices.Office", "concept.ConceptEdition", "concept.ActionField", "concept.Goal", "concept.Recommendation"}
COORDINATORS_ONLY = {
    "workflow.StatusUpdate",
    "workflow.Revision",
    "workflow.Review",
    "workflow.ReviewVote",
    "workflow.Sitting",
    "workflow.Contribution",
    "workflow.CoSignature",
    "workflow.SignOff",
    "workflow.DeadlineExtension",
    "workflow.Reassignment",
    "workflow.BulkAction",
    "workflow.SavedView",
}


def page(model: type, which: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{which}", args=args)  # type: ignore[attr-defined]


def test_only_what_keeps_our_rules_is_shown() -> None:
    assert {model._meta.app_label for model in SHOWN} == {
        "offices", "notifications", "concept", "workflow", "publication",
    }  # fmt: skip
    assert "workflow.Draft" not in {model._meta.label for model in SHOWN}


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model._meta.label)
def test_nobody_deletes(rf: Any, cast: Cast, model: type) -> None:
    request = rf.get("/")
    for person in (cast.administrator, cast.coordinator):
        request.user = person
        assert not admin.site._registry[model].has_delete_permission(request)
        assert admin.site._registry[model].get_actions(request) == {}


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("who", ["administrator", "coordinator"])
def test_lists_open_and_new_records_only_where_they_may_be_made(
    signed_in: SignIn, cast: Cast, model: type, who: str
) -> None:
    client = signed_in(getattr(cast, who))
    hidden = who == "administrator" and model._meta.label in COORDINATORS_ONLY  # type: ignore[attr-defined]

    assert client.get(page(model)).status_code == (403 if hidden else 200)
    may_add = model._meta.label in ADDABLE  # type: ignore[attr-defined]
    assert client.get(page(model, "add")).status_code == (200 if may_add else 403)


def test_what_the_services_keep_is_read_only() -> None:
    read_only = {model._meta.label for model in SHOWN if isinstance(admin.site._registry[model], ReadOnlyAdmin)}
    assert {model._meta.label for model in SHOWN} - read_only == ADDABLE | {"offices.Person"}


@pytest.mark.parametrize("who", ["clerk", "head", "reviewer", "reader", "stranger"])
def test_to_others_the_back_office_does_not_exist(signed_in: SignIn, cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get("/verwaltung/").status_code == 404
    assert client.get(page(Person, "change", cast.clerk.pk)).status_code == 404


def test_visitors_are_sent_to_the_sign_in_page(client: Client) -> None:
    assert client.get("/verwaltung/")["Location"] == "/anmelden/?next=/verwaltung/"


@pytest.mark.parametrize("path", ["login/", "password_change/", "password_change/done/"])
def test_there_is_no_password_anywhere(signed_in: SignIn, cast: Cast, path: str) -> None:
    assert signed_in(cast.administrator).get(f"/verwaltung/{path}").status_code == 404


def save_person(client: Client, person: Person, *rows: dict[str, object], **fields: object) -> Any:
    existing = list(person.memberships.order_by("role"))
    data: dict[str, object] = {
        "name": person.name,
        "email": person.email,
        "is_active": "on",
        "memberships-TOTAL_FORMS": len(existing) + len(rows),
        "memberships-INITIAL_FORMS": len(existing),
        **fields,
    }
    for number, membership in enumerate(existing):
        data[f"memberships-{number}-id"] = membership.pk
        data[f"memberships-{number}-person"] = person.pk
        data.setdefault(f"memberships-{number}-valid_until", "")
    for number, row in enumerate(rows, start=len(existing)):
        data |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    return client.post(page(Person, "change", person.pk), data)


def test_a_role_ends_by_a_date(signed_in: SignIn, cast: Cast) -> None:
    response = save_person(signed_in(cast.coordinator), cast.clerk, **{"memberships-0-valid_until": "2026-12-31"})

    assert response.status_code == 302
    assert cast.clerk.memberships.get().valid_until == datetime.date(2026, 12, 31)


def test_a_role_that_exists_is_not_turned_into_another(signed_in: SignIn, cast: Cast) -> None:
    save_person(
        signed_in(cast.coordinator),
        cast.clerk,
        **{"memberships-0-role": "coordinator", "memberships-0-office": cast.school.pk},
    )

    membership = cast.clerk.memberships.get()
    assert (membership.role, membership.office) == (Role.CLERK, cast.youth)


def test_a_role_is_added_from_a_day_on(signed_in: SignIn, cast: Cast) -> None:
    row = {"role": "reviewer", "office": cast.youth.pk, "valid_from": "2027-01-01"}

    assert save_person(signed_in(cast.coordinator), cast.clerk, row).status_code == 302
    assert cast.clerk.memberships.filter(role=Role.REVIEWER, valid_from="2027-01-01").exists()


def test_the_same_role_twice_at_a_time_is_refused(signed_in: SignIn, cast: Cast) -> None:
    row = {"role": "clerk", "office": cast.youth.pk, "valid_from": "2027-01-01"}

    assert save_person(signed_in(cast.coordinator), cast.clerk, row).status_code == 200
    assert cast.clerk.memberships.count() == 1


def test_one_role_may_follow_another(signed_in: SignIn, cast: Cast) -> None:
    row = {"role": "clerk", "office": cast.youth.pk, "valid_from": "2027-01-01"}
    client = signed_in(cast.coordinator)

    response = save_person(client, cast.clerk, row, **{"memberships-0-valid_until": "2026-12-31"})

    assert response.status_code == 302
    assert cast.clerk.memberships.count() == 2


def test_a_clerk_without_an_office_is_refused(signed_in: SignIn, cast: Cast) -> None:
    assert save_person(signed_in(cast.coordinator), cast.reader, {"role": "clerk"}).status_code == 200
    assert cast.reader.memberships.count() == 1


def test_coordinators_do_not_make_administrators(signed_in: SignIn, cast: Cast) -> None:
    assert save_person(signed_in(cast.coordinator), cast.clerk, {"role": "administrator"}).status_code == 200
    assert save_person(signed_in(cast.coordinator), cast.coordinator, {"role": "administrator"}).status_code == 200
    assert Membership.objects.filter(role=Role.ADMINISTRATOR).count() == 1


def test_coordinators_do_not_change_administrators(signed_in: SignIn, cast: Cast) -> None:
    response = save_person(signed_in(cast.coordinator), cast.administrator, email="meine@stadt.example")

    assert response.status_code == 403
    assert Person.objects.get(pk=cast.administrator.pk).email == cast.administrator.email


def test_administrators_make_administrators(signed_in: SignIn, cast: Cast) -> None:
    assert save_person(signed_in(cast.administrator), cast.clerk, {"role": "administrator"}).status_code == 302
    assert cast.clerk.memberships.filter(role=Role.ADMINISTRATOR).exists()


def test_nobody_locks_themselves_out(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.administrator)
    ended = save_person(client, cast.administrator, **{"memberships-0-valid_until": "2026-01-01"})
    save_person(client, cast.administrator, is_active="")

    assert ended.status_code == 200
    cast.administrator.refresh_from_db()
    assert cast.administrator.is_active
    assert cast.administrator.memberships.get().valid_until is None


def test_a_change_is_kept_with_before_and_after(signed_in: SignIn, cast: Cast) -> None:
    save_person(signed_in(cast.coordinator), cast.clerk, name="Sachbearbeitung 51/1")

    entry = LogEntry.objects.get()
    assert entry.user == cast.coordinator
    assert '["Sachbearbeitung 51", "Sachbearbeitung 51/1"]' in entry.change_message
    assert signed_in(cast.coordinator).get(page(Person, "history", cast.clerk.pk)).status_code == 200


def test_an_address_that_somebody_has_is_refused(signed_in: SignIn, cast: Cast) -> None:
    response = save_person(signed_in(cast.coordinator), cast.clerk, email=cast.head.email.upper())

    assert response.status_code == 200


def save_office(client: Client, office: Office, **fields: object) -> Any:
    data = {"number": office.number, "name": office.name, "kind": office.kind, "mailbox": office.mailbox, **fields}
    return client.post(page(Office, "change", office.pk), data)


def test_an_office_does_not_belong_to_itself_even_by_a_detour(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.coordinator)
    assert save_office(client, cast.school, parent=cast.youth.pk).status_code == 302
    assert save_office(client, cast.youth, parent=cast.school.pk).status_code == 200
    assert save_office(client, cast.youth, parent=cast.youth.pk).status_code == 200


def test_two_offices_do_not_share_a_number(signed_in: SignIn, cast: Cast) -> None:
    assert save_office(signed_in(cast.coordinator), cast.school, number="51").status_code == 200


@pytest.fixture
def recommendation(cast: Cast) -> Recommendation:
    goal = factories.goal(factories.edition())
    factories.recommendation(goal, "1.1.2")
    return factories.recommendation(goal, "1.1.1", lead=cast.youth, contributing=(cast.school,))


def save_recommendation(client: Client, one: Recommendation, *rows: dict[str, object], **fields: object) -> Any:
    existing = list(one.assignments.order_by("recommendation", "-role", "office"))
    data: dict[str, object] = {
        "goal": one.goal_id,
        "number": one.number,
        "title": one.title,
        "text": one.text,
        "position": one.position,
        "assignments-TOTAL_FORMS": len(existing) + len(rows),
        "assignments-INITIAL_FORMS": len(existing),
        **fields,
    }
    for number, assignment in enumerate(existing):
        data[f"assignments-{number}-id"] = assignment.pk
        data[f"assignments-{number}-recommendation"] = one.pk
    for number, row in enumerate(rows, start=len(existing)):
        data |= {f"assignments-{number}-{name}": value for name, value in row.items()}
    return client.post(page(Recommendation, "change", one.pk), data)


def test_a_text_is_mended(signed_in: SignIn, cast: Cast, recommendation: Recommendation) -> None:
    assert save_recommendation(signed_in(cast.coordinator), recommendation, title="Neu").status_code == 302
    recommendation.refresh_from_db()
    assert recommendation.title == "Neu"


def test_the_id_and_the_edition_stay(signed_in: SignIn, cast: Cast, recommendation: Recommendation) -> None:
    other = factories.goal(factories.edition("Andere Fassung"))
    client = signed_in(cast.coordinator)

    save_recommendation(client, recommendation, key="anders", edition=other.field.edition_id)
    assert save_recommendation(client, recommendation, goal=other.pk).status_code == 200

    recommendation.refresh_from_db()
    assert recommendation.key == "1.1.1"
    assert recommendation.goal_id != other.pk


def test_two_recommendations_do_not_share_a_number(
    signed_in: SignIn, cast: Cast, recommendation: Recommendation
) -> None:
    assert save_recommendation(signed_in(cast.coordinator), recommendation, number="1.1.2").status_code == 200


def test_a_new_recommendation_belongs_to_the_edition_of_its_goal(
    signed_in: SignIn, cast: Cast, recommendation: Recommendation
) -> None:
    data = {
        "goal": recommendation.goal_id,
        "key": "neu",
        "number": "1.1.9",
        "title": "Neue Empfehlung",
        "position": 9,
        "assignments-TOTAL_FORMS": 0,
        "assignments-INITIAL_FORMS": 0,
    }
    client = signed_in(cast.coordinator)

    assert client.post(page(Recommendation, "add"), data).status_code == 302
    assert Recommendation.objects.get(key="neu").edition == recommendation.edition
    assert client.post(page(Recommendation, "add"), {**data, "number": "1.1.8"}).status_code == 200


def test_a_second_lead_office_is_refused(signed_in: SignIn, cast: Cast, recommendation: Recommendation) -> None:
    row = {"role": "lead", "office": cast.health.pk, "valid_from": "2027-01-01"}

    assert save_recommendation(signed_in(cast.coordinator), recommendation, row).status_code == 200
    assert recommendation.assignments.filter(role=AssignmentRole.LEAD).count() == 1


def test_the_lead_passes_from_one_office_to_another_in_one_go(
    signed_in: SignIn, cast: Cast, recommendation: Recommendation
) -> None:
    row = {"role": "lead", "office": cast.health.pk, "valid_from": "2027-01-01"}

    response = save_recommendation(
        signed_in(cast.coordinator), recommendation, row, **{"assignments-0-valid_until": "2026-12-31"}
    )

    assert response.status_code == 302
    leads = Assignment.objects.filter(recommendation=recommendation, role=AssignmentRole.LEAD)
    assert set(leads.values_list("office__number", "valid_until")) == {
        ("51", datetime.date(2026, 12, 31)),
        ("53", None),
    }


def test_an_end_before_the_beginning_is_refused(signed_in: SignIn, cast: Cast, recommendation: Recommendation) -> None:
    row = {"role": "contributing", "office": cast.health.pk, "valid_from": "2027-01-02", "valid_until": "2027-01-01"}

    assert save_recommendation(signed_in(cast.coordinator), recommendation, row).status_code == 200
