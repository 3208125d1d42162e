"""A message becomes the same bytes every time, and a mail program reads back what was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

import pytest
from icalendar import Calendar

from engine.letters import Invitation, Message
from engine.ports import Document
from notifications.mime import MessageNotMailable, is_international, message_id, to_bytes

INVITATION = Invitation(
    uid="AAL-2026-0017-d12@aalborg.example", sequence=4, on=date(2026, 5, 31), summary="Kvartalspuls, række 1"
)
DOCUMENT = Document(hash="0" * 64, name="Aftale ærø.pdf", media_type="application/pdf", content=bytes(range(256)) * 20)


def read(content: bytes) -> EmailMessage:
    mail = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    assert not [defect for part in mail.walk() for defect in part.defects]
    return mail


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_mail_reads_back_as_it_was_meant(message: Message) -> None:
    mail = read(to_bytes(message, None))

    assert mail["Subject"] == message.subject
    assert mail["From"].addresses[0].display_name == "Klimakoordinator, Aalborg"
    assert mail["From"].addresses[0].addr_spec == "klima@aalborg.example"
    assert mail["To"].addresses[0].addr_spec == "alice@example.org"
    assert mail["Reply-To"].addresses[0].addr_spec == "svar@aalborg.example"
    assert parsedate_to_datetime(str(mail["Date"])) == message.created_at
    assert mail["Message-ID"] == f"<{message.id}@aalborg.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["X-Handslag-Case"] == "AAL-2026-0017"
    assert mail["Content-Language"] == "da"
    assert mail["In-Reply-To"] is None
    assert mail.get_content_type() == "multipart/alternative"
    assert body(mail, "plain") == message.text
    assert body(mail, "html").strip() == message.html


def test_the_same_message_gives_the_same_bytes(message: Message) -> None:
    full = replace(message, invitation=INVITATION, references=("a1", "b2"))

    assert to_bytes(full, DOCUMENT) == to_bytes(full, DOCUMENT)
    assert to_bytes(full, DOCUMENT) != to_bytes(replace(full, id="other"), DOCUMENT)


def test_bytes_are_fit_for_any_server(message: Message) -> None:
    content = to_bytes(replace(message, invitation=INVITATION, text="æ" * 3000, html=f"<p>{'ø' * 3000}</p>"), DOCUMENT)

    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 78


def test_mails_of_a_case_thread(message: Message) -> None:
    mail = read(to_bytes(replace(message, references=("first", "second")), None))

    assert mail["In-Reply-To"] == "<second@aalborg.example>"
    assert mail["References"] == "<first@aalborg.example> <second@aalborg.example>"


def test_a_mail_that_waited_is_dated_on_its_sending_day(message: Message) -> None:
    mail = read(to_bytes(replace(message, day=date(2026, 5, 26)), None))

    assert parsedate_to_datetime(str(mail["Date"])) == datetime(2026, 5, 26, tzinfo=UTC)


def test_long_ids_are_written_as_they_are(message: Message) -> None:
    domain = "klimapartnerskaber.mail.intern.forvaltning.aalborg-kommune.eksempel.dk"
    earlier = tuple(f"0197f0aa-1111-7abc-8def-0123456789{no:02}" for no in range(10))
    content = to_bytes(replace(message, sender=f"klima@{domain}", references=earlier), None)

    headers = content.partition(b"\r\n\r\n")[0]
    references = headers.replace(b"\r\n ", b" ").partition(b"References: ")[2].partition(b"\r\n")[0]
    assert references.decode().split() == [f"<{key}@{domain}>" for key in earlier]
    assert f"Message-ID: <{message.id}@{domain}>\r\n".encode() in content
    assert f"In-Reply-To: <{earlier[-1]}@{domain}>\r\n".encode() in content


def test_a_mail_that_asks_for_something_carries_a_calendar_entry(message: Message) -> None:
    mail = read(to_bytes(replace(message, invitation=INVITATION), None))

    (part,) = list(mail.iter_attachments())
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    (alarm,) = calendar.walk("VALARM")
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "PUBLISH"
    assert part.get_filename() == "AAL-2026-0017.ics"
    assert calendar["METHOD"] == "PUBLISH"
    assert str(event["UID"]) == INVITATION.uid
    assert event["SEQUENCE"] == 4
    assert event.decoded("DTSTART") == date(2026, 5, 31)
    assert event.decoded("DTEND") == date(2026, 6, 1)
    assert event.decoded("DTSTAMP") == message.created_at
    assert str(event["SUMMARY"]) == "Kvartalspuls, række 1"
    assert str(event["ORGANIZER"]) == "mailto:svar@aalborg.example"
    assert alarm["TRIGGER"].to_ical() == b"-PT15H"
    assert not calendar.walk("VTIMEZONE")
    assert body(mail, "plain") == message.text


def test_a_document_is_attached_whole(message: Message) -> None:
    mail = read(to_bytes(message, DOCUMENT))

    (part,) = list(mail.iter_attachments())
    assert part.get_filename() == "Aftale ærø.pdf"
    assert part.get_content_type() == "application/pdf"
    assert part.get_content() == DOCUMENT.content
    assert read(to_bytes(message, replace(DOCUMENT, media_type="strange"))).is_multipart()


def test_a_line_break_in_a_header_is_a_space(message: Message) -> None:
    evil = replace(message, subject="a\r\nBcc: eve@example.org", sender_name="A\nB", thread="X\r\nBcc: eve@example.org")

    mail = read(to_bytes(evil, None))

    assert mail["Bcc"] is None
    assert mail["Subject"] == "a Bcc: eve@example.org"
    assert mail["From"].addresses[0].display_name == "A B"


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "no address"},
        {"address": "a@b.example\r\nBcc: eve@example.org"},
        {"address": ""},
        {"sender": "klima"},
        {"reply_to": "a@b@c"},
        {"id": "../../x"},
        {"references": ("a b",)},
        {"text": "\ud800"},
    ],
)
def test_a_message_that_cannot_be_a_mail_is_refused(message: Message, wrong: dict[str, object]) -> None:
    with pytest.raises(MessageNotMailable, match=r"cannot be written as a mail"):
        to_bytes(replace(message, **wrong), None)  # type: ignore[arg-type]


def test_addresses_with_other_letters_are_kept(message: Message) -> None:
    danish = replace(message, address="søren@ærø.example")

    assert is_international(danish)
    assert not is_international(message)
    assert "To: søren@xn--r-3fa9c.example\r\n".encode() in to_bytes(danish, None)
    assert not is_international(replace(message, address="info@ærø.example"))
    assert message_id("a1", "klima@ærø.example") == "<a1@xn--r-3fa9c.example>"
    with pytest.raises(MessageNotMailable, match="no mail address"):
        to_bytes(replace(message, address="sø ren@example.org"), None)
