"""Messages as MIME: the same message always gives the same bytes, so that a repeat after a crash can be recognised."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from engine.errors import HandslagError
from engine.letters import Message
from engine.ports import Document
from notifications.invitation import to_ics

ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,99}")
ID_HEADERS = ("message-id", "in-reply-to", "references")


class MessageNotMailable(HandslagError):
    """A message cannot be written as a mail (its address is none, for example); trying again would not help."""

    code = "message_not_mailable"


class MailPolicy(EmailPolicy):
    """SMTP line ends, seven-bit parts, and ids in headers as they are.

    The standard library (seen in Python 3.11) writes an id of more than 78 characters in In-Reply-To and References as
    encoded words, which breaks threads; RFC 5322 allows lines of 998.
    """

    def fold(self, name: str, value: str) -> str:
        """Return a header's lines: one id a line, all else as the standard library folds it."""
        if name.lower() in ID_HEADERS:
            return f"{name}: " + "\r\n ".join(str(value).split()) + "\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the same as bytes."""
        if name.lower() in ID_HEADERS:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


# What the standard library raises for addresses and texts that cannot stand in a mail.
UNWRITABLE = (ValueError, LookupError, MessageError)
BEYOND_ASCII = re.compile(r"[^\s\x00-\x1f\x7f<>()\[\]@,;:\\\"]+")

PLAIN = MailPolicy(linesep="\r\n", cte_type="7bit", raise_on_defect=False)
INTERNATIONAL = PLAIN.clone(utf8=True)


def to_email(message: Message, document: Document | None) -> EmailMessage:
    """Return a message with its calendar part and its document. Raises: MessageNotMailable."""
    try:
        return _build(message, document)
    except UNWRITABLE as error:
        raise MessageNotMailable(f"message {message.id} cannot be written as a mail: {error}", id=message.id) from error


def to_bytes(message: Message, document: Document | None) -> bytes:
    """Return the bytes of a message as they go over the wire. Raises: MessageNotMailable."""
    mail = to_email(message, document)
    try:
        return mail.as_bytes()
    except UNWRITABLE as error:
        raise MessageNotMailable(f"message {message.id} cannot be written as a mail: {error}", id=message.id) from error


def is_international(message: Message) -> bool:
    """Tell whether a name before an @ is not ASCII, so that the server must speak SMTPUTF8."""
    addresses = (message.address, message.sender, message.reply_to)
    return not all(address.rpartition("@")[0].isascii() for address in addresses)


def on_the_wire(address: str) -> str:
    """Return an address with its domain in ASCII (`info@ærø.dk` is `info@xn--r-xgap.dk`). Raises: ValueError."""
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.encode('idna').decode('ascii')}"


def message_id(key: str, sender: str) -> str:
    """Return the Message-ID that belongs to a message's id: `<id@domain of the sender>`. Raises: ValueError."""
    if not ID.fullmatch(key):
        raise ValueError(f"no Message-ID can be made of {key!r}")
    return f"<{key}@{_mailbox(sender).domain}>"


def _build(message: Message, document: Document | None) -> EmailMessage:
    mail = EmailMessage(policy=INTERNATIONAL if is_international(message) else PLAIN)
    _address(mail, message)
    _identify(mail, message)
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    _attach_invitation(mail, message)
    if document is not None:
        maintype, _, subtype = document.media_type.partition("/")
        if not subtype:
            maintype, subtype = "application", "octet-stream"
        mail.add_attachment(document.content, maintype=maintype, subtype=subtype, filename=_one_line(document.name))
    mail["Content-Language"] = _one_line(message.language)
    _fix_boundaries(mail, message.id)
    return mail


def _address(mail: EmailMessage, message: Message) -> None:
    """Write who writes to whom about what."""
    mail["From"] = _mailbox(message.sender, _one_line(message.sender_name))
    mail["To"] = _mailbox(message.address)
    if message.reply_to:
        mail["Reply-To"] = _mailbox(message.reply_to)
    mail["Subject"] = _one_line(message.subject)


def _mailbox(address: str, display_name: str = "") -> Address:
    written = on_the_wire(address)
    if written.isascii():
        return Address(display_name=display_name, addr_spec=written)
    name, _, domain = written.rpartition("@")  # the standard library parses ASCII names only
    if not BEYOND_ASCII.fullmatch(name):
        raise ValueError(f"{address!r} is no mail address")
    return Address(display_name=display_name, username=name, domain=domain)


def _identify(mail: EmailMessage, message: Message) -> None:
    """Write what programs look at: which mail it is, in which thread, and that nobody's out-of-office need answer."""
    # What waits for its sending day is dated on it: filters distrust a mail that is days old when it arrives.
    mail["Date"] = format_datetime(max(message.created_at, datetime.combine(message.day, time(), UTC)))
    mail["Message-ID"] = message_id(message.id, message.sender)
    earlier = [message_id(key, message.sender) for key in message.references]
    if earlier:
        mail["In-Reply-To"] = earlier[-1]
        mail["References"] = " ".join(earlier)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if message.thread:
        mail["X-Handslag-Case"] = _one_line(message.thread)


def _attach_invitation(mail: EmailMessage, message: Message) -> None:
    """Attach the calendar part: as a third alternative some programs would show it in place of the text."""
    if message.invitation is None:
        return
    organizer = message.reply_to or message.sender
    content = to_ics(message.invitation, organizer=organizer, stamped_at=message.created_at)
    name = f"{message.thread or message.invitation.on.isoformat()}.ics"
    mail.add_attachment(content, maintype="text", subtype="calendar", filename=_one_line(name), cte="base64")
    part = list(mail.iter_attachments())[-1]
    part.set_param("charset", "utf-8")
    part.set_param("method", "PUBLISH")


def _fix_boundaries(mail: EmailMessage, key: str) -> None:
    """Derive the boundaries from the message's id; left alone they are random."""
    many = (part for part in mail.walk() if part.is_multipart())
    for level, part in enumerate(many):
        part.set_boundary(f"=_{level}_{key}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
