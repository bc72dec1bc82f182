"""A mail as it leaves the house: plain text first, all headers that machines ask for, and nothing that tracks."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from notifications.models import Mail
from notifications.services import messages
from notifications.services.messages import UndeliverableAddressError
from notifications.services.relay import relay
from tests.notifications.smtp import Server
from tests.notifications.test_outbox import NOW

LONG = "Ein Absatz, der länger ist als eine Zeile einer Mail: " + "Elterncafés – und mehr. " * 60


def a_mail(**given: object) -> Mail:
    return Mail(
        **{
            "recipient": "amt@müller.example",
            "subject": "Für Sie fällig: drei Aufgaben und eine Zeichnung, die wir gern noch diese Woche hätten – danke",
            "text": f"Guten Tag,\n\n.beginnt mit einem Punkt\n.\n{LONG}\n=20 bleibt =20  \nZeile\r\nZeile\n",
            "html": f"<p style='margin:0'>{LONG}</p>\n",
            "message_id": "<1@stadt.example>",
            **given,
        }  # type: ignore[arg-type]
    )


def parsed(mail: Mail) -> EmailMessage:
    read = email.message_from_bytes(messages.as_bytes(mail, now=NOW), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


def _headers(read: EmailMessage) -> dict[str, str]:
    return {name.lower(): str(said).strip() for name, said in read.items() if name != "Content-Type"}


def _lines(part: EmailMessage) -> list[str]:
    return str(part.get_content()).rstrip().splitlines()


def test_the_bytes_say_the_same_as_the_message_of_django(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Sachstand für Ämter <sachstand@stadt.example>"
    mail = a_mail(unsubscribe_url="https://sachstand.example/abbestellen/x/")

    ours = parsed(mail)
    written = messages.message(mail, now=NOW, connection=None).message().as_bytes()
    djangos = email.message_from_bytes(written, policy=email.policy.default)

    assert _headers(ours) == _headers(djangos)
    assert [part.get_content_type() for part in ours.walk()] == [part.get_content_type() for part in djangos.walk()]
    for mine, its in zip(ours.iter_parts(), djangos.iter_parts(), strict=True):
        assert _lines(mine) == _lines(its)


def test_the_bytes_are_such_that_every_mail_server_takes_them() -> None:
    data = messages.as_bytes(a_mail(), now=NOW)

    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 78


def test_the_headers_say_that_a_machine_wrote_it(settings: Settings) -> None:
    settings.SITE_URL = "https://sachstand.stadt.example"
    messages._list_id.cache_clear()
    read = parsed(a_mail(reply_to="koordination@stadt.example"))

    assert read["Message-ID"] == "<1@stadt.example>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["X-Auto-Response-Suppress"] == "All"
    assert read["List-Id"].endswith(">")
    assert read["Reply-To"] == "koordination@stadt.example"
    assert read["Date"].datetime == NOW
    assert read["To"] == "amt@xn--mller-kva.example"
    assert read["List-Unsubscribe"] is None
    messages._list_id.cache_clear()


def test_what_can_be_switched_off_says_how() -> None:
    read = parsed(a_mail(unsubscribe_url="https://sachstand.example/abbestellen/x/"))

    assert read["List-Unsubscribe"] == "<https://sachstand.example/abbestellen/x/>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_line_break_in_a_subject_adds_no_header() -> None:
    read = parsed(a_mail(subject="Fällig\r\nBcc: alle@stadt.example"))

    assert read["Bcc"] is None
    assert read["Subject"] == "Fällig Bcc: alle@stadt.example"


def test_a_mail_without_html_is_plain_text() -> None:
    assert parsed(a_mail(html="")).get_content_type() == "text/plain"


@pytest.mark.parametrize(
    "address",
    ["", "amt", "amt@", "@stadt.example", "jörg@stadt.example", "a@b@c.example", "a b@stadt.example",
     "a@stadt.example\r\nRCPT TO:<x@y.example>", "a@stadt..example", "<a@stadt.example>", "a@x.example,b@x.example"],
)  # fmt: skip
def test_what_is_no_address_is_never_told_to_a_server(address: str) -> None:
    with pytest.raises(UndeliverableAddressError):
        messages.envelope_address(address)


@pytest.mark.parametrize("address", ["a@stadt.example", "o'neil+amt@stadt.example", "amt@intranet", "a@[192.0.2.1]"])
def test_what_is_an_address_stays_as_it_is(address: str) -> None:
    assert messages.envelope_address(address) == address


def test_an_answer_goes_to_the_city_where_its_address_is_none(settings: Settings) -> None:
    assert parsed(a_mail(reply_to="niemand"))["Reply-To"] == settings.CONTACT_EMAIL


def test_a_real_server_gets_every_line_as_it_was_written(db: None, smtp_server: Server) -> None:
    way_out = relay()
    assert way_out.open() == ""
    way_out.hand_over(a_mail(pk=1), now=NOW)
    way_out.close()

    [taken] = smtp_server.taken
    read = email.message_from_bytes(taken.content, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    body = read.get_body(("plain",))
    assert body is not None
    assert ".beginnt mit einem Punkt\n.\n" in body.get_content().replace("\r\n", "\n")


def test_what_was_put_together_ahead_is_never_sent_in_place_of_another_mail(db: None, smtp_server: Server) -> None:
    way_out = relay()
    assert way_out.open() == ""
    first, expected, other = (a_mail(pk=pk, recipient=f"{pk}@stadt.example") for pk in (1, 2, 3))
    way_out.hand_over(first, now=NOW, ahead=expected)
    way_out.hand_over(other, now=NOW, ahead=expected)
    way_out.hand_over(expected, now=NOW)
    way_out.close()

    told = [email.message_from_bytes(mail.content, policy=email.policy.default)["To"] for mail in smtp_server.taken]
    assert told == [mail.recipient for mail in smtp_server.taken] == [f"{pk}@stadt.example" for pk in (1, 3, 2)]
