"""The mail server refuses, hangs, drops and lies; the channel always says what became of the mail."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP as Server  # noqa: N811 - a constant to ruff, a class to us
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from engine.errors import EnvironmentFault
from engine.letters import Message
from engine.ports import Document
from notifications.mime import to_bytes
from notifications.retry import UNCERTAIN
from notifications.smtp import SmtpAccess, SmtpChannel

HERE = "127.0.0.1"
MESSAGE = Message(
    id="m1",
    programme="aalborg",
    recipient="contact:1",
    address="alice@example.org",
    language="da",
    subject="Frist på fredag [AAL-2026-0017]",
    text="Kære Alice\n.\n.. en linje med punktummer\n",
    html="<p>Kære Alice</p>",
    day=date(2026, 5, 11),
    code="M08",
    thread="AAL-2026-0017",
    not_before=datetime(2026, 5, 11, 6, tzinfo=UTC),
    created_at=datetime(2026, 5, 11, 5, 30, tzinfo=UTC),
    sender="klima@aalborg.example",
    sender_name="Klimakoordinator",
    reply_to="",
)


@dataclass
class Inbox:
    """A handler for aiosmtpd that keeps what it takes and answers as told."""

    mails: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    peers: set[object] = field(default_factory=set)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_content: list[str] = field(default_factory=list)
    refuse_sender: str = ""

    async def handle_MAIL(  # noqa: N802
        self, _server: Server, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 ok"

    async def handle_RCPT(  # noqa: N802
        self, _server: Server, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: Server, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse_content:
            return self.refuse_content.pop()
        assert isinstance(envelope.original_content, bytes)
        self.mails.append(envelope.original_content)
        self.recipients.extend(str(address) for address in envelope.rcpt_tos)
        self.peers.add(session.peer)
        return "250 2.0.0 queued as 4711"


Serve = Callable[[Callable[[], asyncio.BaseProtocol]], Awaitable[int]]


@pytest.fixture
async def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def open_channel() -> AsyncIterator[Callable[..., SmtpChannel]]:
    """Channels that are closed at the end."""
    channels: list[SmtpChannel] = []

    def make(port: int, **access: object) -> SmtpChannel:
        given: dict[str, object] = {"host": HERE, "security": "none", "timeout_s": 5.0, **access}
        channel = SmtpChannel(SmtpAccess(port=port, **given))  # type: ignore[arg-type]
        channels.append(channel)
        return channel

    yield make
    for channel in channels:
        await channel.close()


@contextlib.asynccontextmanager
async def serving(inbox: Inbox, *, tls: ssl.SSLContext | None = None, implicit: bool = False) -> AsyncIterator[int]:
    """An aiosmtpd server on loopback; with TLS it wants a login as handslag / secret."""
    loop = asyncio.get_running_loop()

    def check(_server: Server, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"handslag", b"secret")
        return AuthResult(success=True) if good else AuthResult(success=False, handled=False)

    def make() -> Server:
        if tls is None:
            return Server(inbox, enable_SMTPUTF8=True, hostname="mail.test", loop=loop)
        return Server(inbox, hostname="mail.test", loop=loop, authenticator=check, auth_required=True,
                      auth_require_tls=not implicit, tls_context=None if implicit else tls,
                      require_starttls=not implicit)  # fmt: skip

    server = await loop.create_server(make, HERE, 0, ssl=tls if implicit else None)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


@dataclass
class Script:
    """A server that says exactly what it is told: answers by verb; `drop` closes, `hang` says nothing."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    body: str = "250 taken"
    greeting: str = "220 mail.test"
    connections: int = 0
    bodies: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = self.greeting
        while answer != "drop":
            if answer != "hang":
                writer.write(answer.encode() + b"\r\n")
            line = await reader.readline()
            if not line:
                return
            verb = line.split()[0].decode().upper()
            waiting = self.answers.get(verb, [])
            answer = waiting.pop(0) if waiting else {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")
            if answer.startswith("354"):
                writer.write(answer.encode() + b"\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                self.bodies += 1
                answer = self.body


@contextlib.asynccontextmanager
async def playing(script: Script) -> AsyncIterator[int]:
    server = await asyncio.start_server(script.talk, HERE, 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(HERE).configure_cert(context)
    return context


Open = Callable[..., SmtpChannel]


async def test_a_mail_arrives_as_it_was_built(inbox: Inbox, open_channel: Open) -> None:
    document = Document(hash="0" * 64, name="a.pdf", media_type="application/pdf", content=b"%PDF")
    async with serving(inbox) as port:
        receipt = await open_channel(port).send(MESSAGE, document)

    assert (receipt.outcome, receipt.code, receipt.words) == ("sent", 250, "250 2.0.0 queued as 4711")
    assert inbox.mails == [to_bytes(MESSAGE, document)]
    assert inbox.recipients == ["alice@example.org"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # aiosmtpd cannot tell that all is TLS
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_mail_leaves_encrypted_and_logged_in(
    inbox: Inbox, open_channel: Open, server_tls: ssl.SSLContext, ca_file: str, security: str
) -> None:
    async with serving(inbox, tls=server_tls, implicit=security == "tls") as port:
        channel = open_channel(port, security=security, ca_file=ca_file, username="handslag", password="secret")
        receipts = [await channel.send(replace(MESSAGE, id=f"m{no}"), None) for no in range(2)]

    assert [receipt.outcome for receipt in receipts] == ["sent", "sent"]
    assert len(inbox.peers) == 1


async def test_a_wrong_password_is_for_the_operator_to_mend(
    inbox: Inbox, open_channel: Open, server_tls: ssl.SSLContext, ca_file: str
) -> None:
    async with serving(inbox, tls=server_tls) as port:
        channel = open_channel(port, security="starttls", ca_file=ca_file, username="handslag", password="wrong")
        receipt = await channel.send(MESSAGE, None)

    assert (receipt.outcome, receipt.code) == ("later", 535)
    assert "refused our user name and password" in receipt.words
    assert "wrong" not in receipt.words
    assert inbox.mails == []


async def test_a_login_that_the_server_wants_and_we_lack_is_for_the_operator_to_mend(
    inbox: Inbox, open_channel: Open, server_tls: ssl.SSLContext, ca_file: str
) -> None:
    async with serving(inbox, tls=server_tls) as port:
        receipt = await open_channel(port, security="starttls", ca_file=ca_file).send(MESSAGE, None)

    assert (receipt.outcome, receipt.code) == ("later", 530)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # aiosmtpd cannot tell that all is TLS
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_server_that_nobody_vouches_for_gets_no_mail(
    inbox: Inbox, open_channel: Open, server_tls: ssl.SSLContext, security: str
) -> None:
    async with serving(inbox, tls=server_tls, implicit=security == "tls") as port:
        receipt = await open_channel(port, security=security, username="handslag", password="secret").send(MESSAGE, None)

    assert receipt.outcome == "later"
    assert "could not be trusted (TLS)" in receipt.words
    assert inbox.mails == []


async def test_a_server_without_starttls_gets_no_mail(open_channel: Open) -> None:
    script = Script()
    async with playing(script) as port:
        receipt = await open_channel(port, security="starttls").send(MESSAGE, None)

    assert receipt.outcome == "later"
    assert "STARTTLS" in receipt.words
    assert script.bodies == 0


async def test_an_authority_file_that_is_not_there_is_for_the_operator_to_mend(open_channel: Open) -> None:
    async with playing(Script()) as port:
        receipt = await open_channel(port, security="tls", ca_file="/nowhere/ca.pem").send(MESSAGE, None)

    assert receipt.outcome == "later"


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        ("550 5.1.1 no such user", "never", 550),
        ("553 5.1.3 bad address", "never", 553),
        ("451 4.7.1 greylisted", "later", 451),
        ("452 4.2.2 mailbox full", "later", 452),
        ("530 5.7.0 login first", "later", 530),
    ],
)
async def test_a_refused_recipient_does_not_spoil_the_next_mail(
    inbox: Inbox, open_channel: Open, answer: str, outcome: str, code: int
) -> None:
    inbox.refuse["alice@example.org"] = answer
    async with serving(inbox) as port:
        channel = open_channel(port)
        refused = await channel.send(MESSAGE, None)
        taken = await channel.send(replace(MESSAGE, id="m2", address="bob@example.org"), None)

    assert (refused.outcome, refused.code, refused.words) == (outcome, code, answer)
    assert taken.outcome == "sent"
    assert inbox.recipients == ["bob@example.org"]


@pytest.mark.parametrize(("answer", "outcome"), [("554 5.6.0 content refused", "never"), ("451 4.3.0 try again", "later")])
async def test_refused_content_does_not_spoil_the_next_mail(
    inbox: Inbox, open_channel: Open, answer: str, outcome: str
) -> None:
    inbox.refuse_content.append(answer)
    async with serving(inbox) as port:
        channel = open_channel(port)
        refused = await channel.send(MESSAGE, None)
        taken = await channel.send(replace(MESSAGE, id="m2"), None)

    assert (refused.outcome, refused.words) == (outcome, answer)
    assert taken.outcome == "sent"


async def test_a_refused_sender_is_for_the_operator_to_mend(inbox: Inbox, open_channel: Open) -> None:
    inbox.refuse_sender = "550 5.7.1 not your address"
    async with serving(inbox) as port:
        receipt = await open_channel(port).send(MESSAGE, None)

    assert (receipt.outcome, receipt.code) == ("later", 550)
    assert "refused our sender klima@aalborg.example: 550 5.7.1 not your address" in receipt.words


async def test_a_message_that_is_no_mail_never_reaches_the_server(inbox: Inbox, open_channel: Open) -> None:
    async with serving(inbox) as port:
        receipt = await open_channel(port).send(replace(MESSAGE, address="a@b\r\nRCPT TO:<eve@example.org>"), None)

    assert receipt.outcome == "never"
    assert inbox.mails == []


async def test_an_address_with_other_letters_is_sent_where_the_server_can(inbox: Inbox, open_channel: Open) -> None:
    danish = replace(MESSAGE, address="søren@ærø.example")
    async with serving(inbox) as port:
        taken = await open_channel(port).send(danish, None)
    async with playing(Script()) as port:
        refused = await open_channel(port).send(danish, None)

    assert taken.outcome == "sent"
    assert inbox.recipients == ["søren@xn--r-3fa9c.example"]
    assert refused.outcome == "never"
    assert "beyond ASCII" in refused.words


async def test_a_connection_is_kept_for_so_many_mails(open_channel: Open) -> None:
    script = Script()
    async with playing(script) as port:
        channel = open_channel(port, mails_per_connection=3)
        for no in range(7):
            await channel.send(replace(MESSAGE, id=f"m{no}"), None)

    assert (script.connections, script.bodies) == (3, 7)


@pytest.mark.parametrize("answer", ["drop", "421 4.3.2 closing"])
async def test_a_kept_connection_that_the_server_let_go_is_reopened(open_channel: Open, answer: str) -> None:
    script = Script(answers={"MAIL": ["250 ok", answer]})
    async with playing(script) as port:
        channel = open_channel(port)
        receipts = [await channel.send(replace(MESSAGE, id=f"m{no}"), None) for no in range(2)]

    assert [receipt.outcome for receipt in receipts] == ["sent", "sent"]
    assert (script.connections, script.bodies) == (2, 2)


@pytest.mark.parametrize(
    "script",
    [
        Script(greeting="drop"),
        Script(greeting="hang"),
        Script(greeting="554 go away"),
        Script(greeting="what?"),
        Script(answers={"EHLO": ["drop"]}),
        Script(answers={"EHLO": ["hang"]}),
        Script(answers={"MAIL": ["drop", "drop"]}),
        Script(answers={"MAIL": ["hang"]}),
        Script(answers={"MAIL": ["421 busy"]}),
        Script(answers={"RCPT": ["drop"]}),
        Script(answers={"RCPT": ["hang"]}),
        Script(answers={"DATA": ["421 closing"]}),
    ],
    ids=lambda script: f"{script.greeting} {script.answers}",
)
async def test_a_server_that_goes_away_before_the_mail_is_tried_later(open_channel: Open, script: Script) -> None:
    async with playing(script) as port:
        channel = open_channel(port, timeout_s=0.2 if "hang" in str(script) else 5)
        receipt = await channel.send(MESSAGE, None)

    assert receipt.outcome == "later"
    assert UNCERTAIN not in receipt.words
    assert script.bodies == 0


async def test_nobody_listening_is_tried_later(open_channel: Open) -> None:
    async with playing(Script()) as port:
        pass

    receipt = await open_channel(port).send(MESSAGE, None)

    assert (receipt.outcome, receipt.code) == ("later", 0)
    assert f"{HERE}:{port} could not be reached" in receipt.words


@pytest.mark.parametrize("body", ["hang", "drop", "nonsense"])
async def test_silence_after_the_mail_is_called_uncertain_and_the_next_mail_leaves(open_channel: Open, body: str) -> None:
    script = Script(body=body)
    async with playing(script) as port:
        channel = open_channel(port, timeout_s=0.2 if body == "hang" else 5)
        lost = await channel.send(MESSAGE, None)
        channel.access = replace(channel.access, timeout_s=5)
        script.body = "250 taken"
        taken = await channel.send(MESSAGE, None)

    assert lost.outcome == "later"
    assert lost.words.startswith(UNCERTAIN)
    assert taken.outcome == "sent"
    assert script.bodies == 2


async def test_a_send_that_is_cancelled_leaves_a_usable_channel(open_channel: Open) -> None:
    script = Script(body="hang")
    async with playing(script) as port:
        channel = open_channel(port)
        task = asyncio.create_task(channel.send(MESSAGE, None))
        while not script.bodies:
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        script.body = "250 taken"
        receipt = await channel.send(MESSAGE, None)

    assert receipt.outcome == "sent"
    assert script.connections == 2


class Flaky(Server):
    """A server that drops every tenth connection in the greeting."""

    connections = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        Flaky.connections += 1
        if Flaky.connections % 10 == 0:
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
        super().connection_made(transport)


async def test_no_mail_is_lost_or_doubled_while_every_tenth_connection_drops(inbox: Inbox, open_channel: Open) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Flaky(inbox, hostname="mail.test", loop=loop), HERE, 0)
    channel = open_channel(server.sockets[0].getsockname()[1], mails_per_connection=1)
    waiting = [replace(MESSAGE, id=f"m{no}", address=f"p{no}@example.org") for no in range(100)]
    dropped = 0

    while waiting:
        receipts = await asyncio.gather(*(channel.send(message, None) for message in waiting))
        again = [message for message, receipt in zip(waiting, receipts, strict=True) if receipt.outcome == "later"]
        dropped += len(again)
        waiting = again
    server.close()

    assert sorted(inbox.recipients) == sorted(f"p{no}@example.org" for no in range(100))
    assert dropped >= 10


@pytest.mark.parametrize(
    ("access", "sentence"),
    [
        ({"security": "ssl"}, "is none of starttls, tls, none"),
        ({"security": "none", "host": "mail.example.org", "username": "u"}, "would travel in clear"),
    ],
)
def test_an_unsafe_access_is_refused(access: dict[str, str], sentence: str) -> None:
    with pytest.raises(EnvironmentFault, match=sentence):
        SmtpAccess(**{"host": HERE, **access})  # type: ignore[arg-type]


def test_a_password_is_not_printed() -> None:
    assert "secret" not in repr(SmtpAccess(host=HERE, username="u", password="secret"))
