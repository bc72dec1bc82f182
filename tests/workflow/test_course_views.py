"""The pages on which a run changes its course: what they ask, what they keep, whom they refuse."""

import datetime

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Mail
from offices.models import Office, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.steps import SignIn, address, approve, hand_in, text
from workflow import runs
from workflow.models import DeadlineExtension, Participation, Reassignment, StatusUpdate

REASON = "Die Stelle ist seit Mai unbesetzt."


def due_soon(update: StatusUpdate) -> StatusUpdate:
    """Let the run be due tomorrow by the real calendar, so that pages can give it more time."""
    update.due_on = timezone.localdate() + datetime.timedelta(days=1)
    update.save(update_fields=["due_on"])
    return update


def in_days(days: int) -> str:
    return (timezone.localdate() + datetime.timedelta(days=days)).strftime("%d.%m.%Y")


def test_a_clerk_asks_for_more_time_and_a_coordinator_grants_it(
    cast: Cast, stage: Stage, signed_in: SignIn, client: Client
) -> None:
    update = due_soon(stage.youth_update)
    page = signed_in(cast.clerk).get(address(update))
    assert f"/sachstand/{update.pk}/frist/" in text(page)
    answer = client.post(address(update, "frist/"), {"wanted_on": in_days(20), "reason": REASON}, follow=True)
    assert "Ihre Bitte liegt bei der Koordination" in text(answer)
    assert "Antrag zurückziehen" in text(answer)
    one = DeadlineExtension.objects.get()
    listed = signed_in(cast.coordinator).get("/antraege/")
    assert REASON in text(listed)
    assert f"/frist/{one.pk}/" in text(listed)
    answer = client.post(f"/frist/{one.pk}/", {"decision": "grant", "granted_on": in_days(15)}, follow=True)
    assert "Verlängert." in text(answer)
    update.refresh_from_db()
    assert update.due_on == timezone.localdate() + datetime.timedelta(days=15)


def test_what_was_typed_stays_when_something_is_missing(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    update = due_soon(stage.youth_update)
    answer = signed_in(cast.clerk).post(address(update, "frist/"), {"wanted_on": "", "reason": REASON})
    assert answer.status_code == 422
    assert REASON in text(answer)
    answer = signed_in(cast.clerk).post(address(update, "frist/"), {"wanted_on": in_days(-3), "reason": REASON})
    assert answer.status_code == 422
    assert "nach der jetzigen Frist" in text(answer)
    assert REASON in text(answer)


def test_refusing_asks_for_words(cast: Cast, stage: Stage, signed_in: SignIn, client: Client) -> None:
    update = due_soon(stage.youth_update)
    signed_in(cast.clerk).post(address(update, "frist/"), {"wanted_on": in_days(20), "reason": REASON})
    one = DeadlineExtension.objects.get()
    signed_in(cast.coordinator)
    answer = client.post(f"/frist/{one.pk}/", {"decision": "refuse", "answer": ""})
    assert answer.status_code == 422
    answer = client.post(
        f"/frist/{one.pk}/", {"decision": "refuse", "answer": "Der Bericht geht in Druck."}, follow=True
    )
    assert "Abgelehnt." in text(answer)
    again = client.post(f"/frist/{one.pk}/", {"decision": "grant", "granted_on": in_days(20)}, follow=True)
    assert "schon beantwortet" in text(again)
    one.refresh_from_db()
    assert one.state == "refused"


def test_the_office_takes_its_request_back(cast: Cast, stage: Stage, signed_in: SignIn, client: Client) -> None:
    update = due_soon(stage.youth_update)
    signed_in(cast.clerk).post(address(update, "frist/"), {"wanted_on": in_days(20), "reason": REASON})
    one = DeadlineExtension.objects.get()
    assert "nicht mehr um mehr Zeit" in text(client.post(f"/frist/{one.pk}/zurueckziehen/", follow=True))
    assert "schon beantwortet" in text(client.post(f"/frist/{one.pk}/zurueckziehen/", follow=True))


def test_a_coordinator_extends_without_being_asked(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    update = due_soon(stage.youth_update)
    answer = signed_in(cast.coordinator).post(
        address(update, "frist/"), {"wanted_on": in_days(9), "reason": "Für alle."}, follow=True
    )
    assert "Die Frist ist geändert" in text(answer)


def test_where_nobody_writes_there_is_no_deadline_to_change(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    hand_in(cast, stage.youth_update)
    for page in ("frist/", "anderes-amt/"):
        answer = signed_in(cast.clerk).get(address(stage.youth_update, page), follow=True)
        assert answer.redirect_chain == [(address(stage.youth_update), 302)]


def test_a_contributing_office_asks_for_its_contribution(cast: Cast, signed_in: SignIn, client: Client) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, contributions=True)
    asked = Participation.objects.select_related("update").get()
    asked.due_on = timezone.localdate()
    asked.save()
    due_soon(asked.update)
    page = address(asked.update, "frist/")
    assert signed_in(cast.school_clerk).get(page).status_code == 404
    data = {"wanted_on": in_days(5), "reason": REASON, "beitrag": asked.pk}
    answer = client.post(page, data, follow=True)
    assert "Ihre Bitte liegt bei der Koordination" in text(answer)
    assert "bevor dieser Beitrag fällig ist" in text(answer)
    assert signed_in(cast.clerk).get(f"{page}?beitrag={asked.pk}").status_code == 404
    assert signed_in(cast.coordinator).get(f"{page}?beitrag=99999").status_code == 404


def test_another_office_takes_over(cast: Cast, stage: Stage, signed_in: SignIn, client: Client) -> None:
    health_clerk = factories.member(Role.CLERK, cast.health)
    update = stage.youth_update
    signed_in(cast.clerk)
    answer = client.post(address(update, "anderes-amt/"), {"office": cast.health.pk, "reason": ""})
    assert answer.status_code == 422
    data = {"office": cast.health.pk, "reason": "Das ist Gesundheit."}
    assert "ist gefragt" in text(client.post(address(update, "anderes-amt/"), data, follow=True))
    one = Reassignment.objects.get()
    assert client.get(f"/uebernahme/{one.pk}/").status_code == 404
    signed_in(health_clerk)
    page = text(client.get(address(update)))
    assert f"/uebernahme/{one.pk}/" in page
    assert "Das ist Gesundheit." in text(client.get(f"/uebernahme/{one.pk}/"))
    assert client.post(f"/uebernahme/{one.pk}/", {}).status_code == 422
    answer = client.post(f"/uebernahme/{one.pk}/", {"decision": "accept"}, follow=True)
    assert "liegt jetzt bei Ihnen" in text(answer)
    assert client.get(address(update, "schreiben/")).status_code == 200


def test_another_office_says_why_it_does_not_take_over(
    cast: Cast, stage: Stage, signed_in: SignIn, client: Client
) -> None:
    health_clerk = factories.member(Role.CLERK, cast.health)
    one = runs.propose_reassignment(
        stage.youth_update.pk, by=cast.clerk, to_office_id=cast.health.pk, reason="Ihr Thema.", now=NOW
    )
    signed_in(health_clerk)
    assert client.post(f"/uebernahme/{one.pk}/", {"decision": "refuse"}).status_code == 422
    answer = client.post(f"/uebernahme/{one.pk}/", {"decision": "refuse", "answer": "Nein, 50."}, follow=True)
    assert "Danke für die Antwort" in text(answer)
    assert client.get(address(stage.youth_update)).status_code == 404
    again = client.post(f"/uebernahme/{one.pk}/", {"decision": "accept"}, follow=True)
    assert "schon beantwortet" in text(again)


def test_only_offices_that_exist_are_offered(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    factories.office("99", "Altes Amt", valid_until=TODAY - datetime.timedelta(days=2000))
    page = text(signed_in(cast.coordinator).get(address(stage.youth_update, "anderes-amt/")))
    assert "Altes Amt" not in page
    assert f'value="{cast.youth.pk}"' not in page
    assert str(Office.objects.get(number="53")) in page


def test_cancelling_and_opening_again(cast: Cast, stage: Stage, signed_in: SignIn, client: Client) -> None:
    update = stage.youth_update
    signed_in(cast.coordinator)
    assert client.post(address(update, "beenden/"), {"reason": " "}).status_code == 422
    answer = client.post(address(update, "beenden/"), {"reason": "Ist erledigt."}, follow=True)
    assert "Dieser Sachstand entfällt." in text(answer)
    assert "Ist erledigt." in text(answer)
    assert "schon beendet" in text(client.post(address(update, "beenden/"), {"reason": "Nochmal."}, follow=True))
    data = {"reason": "Doch nicht.", "due_on": in_days(30)}
    assert "wieder offen" in text(client.post(address(update, "wieder-oeffnen/"), data, follow=True))
    assert "schon offen" in text(client.post(address(update, "wieder-oeffnen/"), data, follow=True))


def test_the_lead_office_begins_a_correction(cast: Cast, stage: Stage, signed_in: SignIn, client: Client) -> None:
    update = stage.youth_update
    hand_in(cast, update)
    assert "Berichtigen lässt sich nur" in text(signed_in(cast.clerk).get(address(update, "berichtigen/"), follow=True))
    approve(cast, update)
    data = {"note": "Eine Zahl war falsch.", "due_on": in_days(30)}
    assert client.post(address(update, "berichtigen/"), {**data, "note": ""}).status_code == 422
    answer = text(client.post(address(update, "berichtigen/"), data, follow=True))
    assert "Die Berichtigung hat begonnen" in answer
    assert "Eine Zahl war falsch." in answer
    assert signed_in(cast.reviewer).get(address(update, "berichtigen/")).status_code == 404


def test_the_run_shows_each_person_only_what_they_may_do(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    page = {
        who: text(signed_in(getattr(cast, who)).get(address(stage.youth_update))) for who in ("clerk", "coordinator")
    }
    assert "/frist/" in page["clerk"]
    assert "/beenden/" not in page["clerk"]
    assert "/frist/" in page["coordinator"]
    assert "/beenden/" in page["coordinator"]
    hand_in(cast, stage.youth_update)
    assert "aktionen" not in text(signed_in(cast.reviewer).get(address(stage.youth_update)))


def test_the_list_of_requests_costs_the_same_for_two_and_twenty(cast: Cast, signed_in: SignIn, client: Client) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    for number in range(20):
        factories.recommendation(goal, f"1.1.{number}", lead=cast.youth)
    factories.open_cycle(edition)
    signed_in(cast.coordinator)
    updates = list(StatusUpdate.objects.all())
    costs = []
    for some in (updates[:2], updates[2:]):
        for update in some:
            runs.ask_for_extension(
                update.pk, by=cast.clerk, reason=REASON, wanted_on=datetime.date(2027, 2, 1), now=NOW, today=TODAY
            )
        with CaptureQueriesContext(connection) as captured:
            client.get("/antraege/")
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_a_version_that_waits_for_review_is_not_called_approved(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    update = stage.youth_update
    hand_in(cast, update)
    approve(cast, update)
    assert "freigegeben am" in text(signed_in(cast.clerk).get(address(update)))
    due = timezone.localdate() + datetime.timedelta(days=30)
    runs.start_correction(update.pk, by=cast.clerk, note="Eine Zahl war falsch.", due_on=due, now=timezone.now())
    hand_in(cast, update, done="Der berichtigte Text.")
    page = text(signed_in(cast.clerk).get(address(update)))
    assert "Der berichtigte Text." in page
    assert "freigegeben am" not in page


def test_a_correction_that_was_given_up_is_an_earlier_version(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    update = stage.youth_update
    hand_in(cast, update, done="Der veröffentlichte Text.")
    approve(cast, update)
    due = timezone.localdate() + datetime.timedelta(days=30)
    runs.start_correction(update.pk, by=cast.clerk, note="Eine Zahl war falsch.", due_on=due, now=timezone.now())
    hand_in(cast, update, done="Der verworfene Text.")
    runs.cancel(update.pk, by=cast.coordinator, reason="Die Zahl stimmte.", now=timezone.now())
    page = text(signed_in(cast.clerk).get(address(update)))
    assert page.index("Der veröffentlichte Text.") < page.index("Version 2 vom") < page.index("Der verworfene Text.")


def test_who_begins_a_correction_reads_what_visitors_read_meanwhile(
    cast: Cast, stage: Stage, signed_in: SignIn
) -> None:
    update = stage.youth_update
    hand_in(cast, update)
    approve(cast, update)
    public = text(signed_in(cast.coordinator).get(address(update, "berichtigen/")))
    assert "Bis dahin bleibt der jetzige Text öffentlich" in public
    runs.withdraw_entry(
        update.pk, revision_number=1, note="Ein Name stand darin.", by=cast.coordinator, now=timezone.now()
    )
    gone = text(signed_in(cast.coordinator).get(address(update, "berichtigen/")))
    assert "bleibt der jetzige Text öffentlich" not in gone
    assert "steht dann wieder auf den öffentlichen Seiten" in gone
    due = timezone.localdate() + datetime.timedelta(days=30)
    before = list(Mail.objects.values_list("pk", flat=True))
    runs.start_correction(update.pk, by=cast.coordinator, note="Ohne Namen.", due_on=due, now=timezone.now())
    mails = [mail.text for mail in Mail.objects.filter(recipient=cast.clerk.email).exclude(pk__in=before)]
    assert len(mails) == 1
    assert "bleibt er von den Seiten genommen" in mails[0]
    assert "öffentlich" not in mails[0]


def test_an_entry_that_nobody_reads_yet_is_corrected_without_a_word_of_the_public_text(
    cast: Cast, stage: Stage, signed_in: SignIn
) -> None:
    update = stage.youth_update
    hand_in(cast, update)
    approve(cast, update)
    update.cycle.publish_on = timezone.localdate() + datetime.timedelta(days=30)
    update.cycle.save(update_fields=["publish_on"])
    page = text(signed_in(cast.coordinator).get(address(update, "berichtigen/")))
    assert "bleibt der jetzige Text öffentlich" not in page
    assert "Öffentlich ist der Sachstand noch nicht" in page


def test_a_correction_begun_by_mistake_is_discarded_by_its_own_name(
    cast: Cast, stage: Stage, signed_in: SignIn, client: Client
) -> None:
    update = stage.youth_update
    hand_in(cast, update, done="Sieben Elterncafés.")
    approve(cast, update)
    due = timezone.localdate() + datetime.timedelta(days=30)
    runs.start_correction(update.pk, by=cast.clerk, note="Eine Zahl war falsch.", due_on=due, now=timezone.now())
    before = list(Mail.objects.values_list("pk", flat=True))
    page = text(signed_in(cast.coordinator).get(address(update)))
    assert "Berichtigung verwerfen" in page
    assert "Entfallen lassen" not in page
    asked = text(client.get(address(update, "beenden/")))
    assert "Berichtigung verwerfen: der veröffentlichte Text bleibt" in asked
    assert client.post(address(update, "beenden/"), {"reason": " "}).status_code == 422
    done = text(client.post(address(update, "beenden/"), {"reason": "Doch kein Fehler."}, follow=True))
    assert "Die Berichtigung ist verworfen. Der veröffentlichte Text bleibt." in done
    assert "freigegeben: Doch kein Fehler." not in done.replace("</strong>", "")
    update.refresh_from_db()
    assert (update.state, update.state_note, update.correction_note) == ("approved", "", "")
    (mail,) = Mail.objects.filter(recipient=cast.clerk.email).exclude(pk__in=before)
    assert "die Berichtigung zu „1.1.1" in mail.text
    assert "Doch kein Fehler." in mail.text


def test_a_request_without_an_approved_entry_is_still_cancelled(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    page = text(signed_in(cast.coordinator).get(address(stage.youth_update, "beenden/")))
    assert "Entfallen lassen" in page
    assert "verwerfen" not in page
