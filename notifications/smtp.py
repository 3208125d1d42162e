"""Hands mails to a mail server: the only module that imports aiosmtplib.

One recipient a mail, so a server cannot refuse some of them and take others. A few connections are kept and reopened when the
server has let them go; over each, mails go one after the other, however many callers there are.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected

from engine.errors import EnvironmentFault
from engine.letters import Message, Receipt
from engine.ports import Document
from notifications.mime import MessageNotMailable, is_international, on_the_wire, to_bytes
from notifications.retry import UNCERTAIN

SECURITY = ("starttls", "tls", "none")
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
CLOSING = 421
SET_UP_CODES = frozenset({530, 534, 535, 538})  # the server wants a login, or another one
MOST_WORDS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAccess:
    """Where the mail server is and how to talk to it. security: starttls, tls or none; username: empty for no login.

    timeout_s: of each step (connecting, every command, the mail itself);
    connections: at most so many at once; ca_file: PEM file, empty for the system's.
    """

    host: str
    port: int = 587
    security: str = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout_s: float = 30
    mails_per_connection: int = 100
    connections: int = 1
    ca_file: str = ""

    def __post_init__(self) -> None:
        if self.security not in SECURITY:
            raise EnvironmentFault(f"mail security {self.security!r} is none of {', '.join(SECURITY)}")
        if self.username and self.security == "none" and self.host not in THIS_MACHINE:
            raise EnvironmentFault(
                f"the password for {self.host} would travel in clear; set security to starttls or tls, or no username"
            )


class SmtpChannel:
    """Implements `engine.ports.Channel` with a few kept connections. Belongs to the event loop that first uses it."""

    def __init__(self, access: SmtpAccess) -> None:
        self.access = access
        # The one used last is taken first: a lone caller keeps one connection, and the others are never opened.
        self._idle: asyncio.LifoQueue[_Connection] = asyncio.LifoQueue()
        context = _Context(access)
        for _ in range(access.connections):
            self._idle.put_nowait(_Connection(access, context))

    async def send(self, message: Message, document: Document | None) -> Receipt:
        """Try once, and say what the server said: 5xx for address or content is never, all else that fails is later."""
        try:
            content = to_bytes(message, document)
        except MessageNotMailable as error:
            return Receipt(outcome="never", words=error.sentence)
        connection = await self._idle.get()
        try:
            return await connection.send(message, content)
        finally:
            self._idle.put_nowait(connection)

    async def close(self) -> None:
        """Say goodbye, if the server still listens."""
        connections = [await self._idle.get() for _ in range(self.access.connections)]
        for connection in connections:
            await connection.hang_up()
            self._idle.put_nowait(connection)


class _Context:
    """What TLS connections trust, made when the first of them needs it: that costs 20 ms."""

    def __init__(self, access: SmtpAccess) -> None:
        self._access = access
        self._made: ssl.SSLContext | None = None

    async def get(self) -> ssl.SSLContext | None:
        if self._made is None and self._access.security != "none":
            self._made = await asyncio.to_thread(ssl.create_default_context, cafile=self._access.ca_file or None)
        return self._made


class _Connection:
    """One conversation with the server, opened when it is needed; used by one caller at a time."""

    def __init__(self, access: SmtpAccess, context: _Context) -> None:
        self.access = access
        self._context = context
        self._client: SMTP | None = None
        self._mails = 0

    async def send(self, message: Message, content: bytes) -> Receipt:
        """Try once."""
        try:
            return await self._try(message, content)
        except BaseException:
            self._drop()  # cancelled in mid-sentence: what the server says next belongs to nobody
            raise

    async def _try(self, message: Message, content: bytes) -> Receipt:
        try:
            client = await self._begin(message)
        except _NotUnderstood as error:
            return Receipt(outcome="never", words=str(error))
        except (SMTPException, OSError) as error:
            await self._forget()
            return self._of_set_up(error)
        try:
            await client.rcpt(on_the_wire(message.address), encoding=_encoding(message))
        except (SMTPException, OSError) as error:
            await self._forget()
            return _of_mail(error)
        try:
            answer = await client.data(content)
        except (SMTPException, OSError) as error:
            await self._forget()
            return _of_content(error)
        self._mails += 1
        return Receipt(outcome="sent", words=_told(answer.code, answer.message), code=answer.code)

    async def _begin(self, message: Message) -> SMTP:
        """Open the envelope; nothing has been handed over yet, so a connection that is gone is replaced and asked again."""
        client, is_kept = await self._connection()
        try:
            await self._envelope(client, message)
        except SMTPServerDisconnected:
            if not is_kept:
                raise
        except SMTPResponseException as error:
            if not (is_kept and error.code == CLOSING):
                raise
        else:
            return client
        self._drop()
        client, _ = await self._connection()
        await self._envelope(client, message)
        return client

    async def _envelope(self, client: SMTP, message: Message) -> None:
        wants_utf8 = is_international(message)
        if wants_utf8 and not client.supports_extension("smtputf8"):
            raise _NotUnderstood(f"the mail server takes no address with letters beyond ASCII: {message.address}")
        options = ["SMTPUTF8"] if wants_utf8 else []
        await client.mail(on_the_wire(message.sender), options=options, encoding=_encoding(message))

    async def _connection(self) -> tuple[SMTP, bool]:
        """Return a connection that is open and logged in, and whether it has been used before."""
        if self._client is not None and self._client.is_connected:
            if self._mails < self.access.mails_per_connection:
                return self._client, True
            await self.hang_up()
        self._drop()
        client = await self._new_client()
        await client.connect()
        if not client.esmtp_extensions:
            await client.ehlo()
        self._client, self._mails = client, 0
        return client, False

    async def _new_client(self) -> SMTP:
        access = self.access
        return SMTP(
            hostname=access.host,
            port=access.port,
            username=access.username or None,
            password=access.password if access.username else None,
            timeout=access.timeout_s,
            use_tls=access.security == "tls",
            start_tls=access.security == "starttls",
            tls_context=await self._context.get(),
        )

    async def _forget(self) -> None:
        """Take back an envelope that was refused; without a clean answer the connection is not used again."""
        if self._client is None:
            return
        try:
            await self._client.rset()
        except (SMTPException, OSError):
            self._drop()

    async def hang_up(self) -> None:
        """Say goodbye, if the server still listens."""
        if self._client is not None and self._client.is_connected:
            with contextlib.suppress(SMTPException, OSError):
                await self._client.quit()
        self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    def _of_set_up(self, error: Exception) -> Receipt:
        """Return later for whatever goes wrong before the recipient is named: the operator can mend it."""
        where = f"{self.access.host}:{self.access.port}"
        match error:
            case aiosmtplib.SMTPAuthenticationError():
                words = f"{where} refused our user name and password, mend them in [mail.smtp]: {_said(error)}"
            case aiosmtplib.SMTPSenderRefused():
                words = f"{where} refused our sender {error.sender}: {_said(error)}"
            case _ if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
                words = f"{where} could not be trusted (TLS): {_said(error)}"
            case _:
                words = f"{where} could not be reached: {_said(error)}"
        return Receipt(outcome="later", words=words[:MOST_WORDS], code=_code(error))


class _NotUnderstood(Exception):
    """The server cannot take mail for such an address."""


def _of_mail(error: Exception) -> Receipt:
    """Return never where the server refused for good (5xx, but for a missing login), else later."""
    code = _code(error)
    is_final = 500 <= code < 600 and code not in SET_UP_CODES
    return Receipt(outcome="never" if is_final else "later", words=_said(error), code=code)


def _of_content(error: Exception) -> Receipt:
    """Return what follows from a failure once the mail itself was on its way: silence may mean that it was taken."""
    if 400 <= _code(error) < 600:
        return _of_mail(error)
    return Receipt(outcome="later", words=f"{UNCERTAIN}: no answer after the mail was handed over ({_said(error)})")


def _code(error: Exception) -> int:
    return error.code if isinstance(error, SMTPResponseException) and error.code > 0 else 0


def _said(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return _told(error.code, error.message)
    return _told(0, str(error) or type(error).__name__)


def _told(code: int, words: str) -> str:
    plain = " ".join(words.encode("utf-8", "replace").decode().split())
    return (f"{code} {plain}" if code > 0 else plain)[:MOST_WORDS]


def _encoding(message: Message) -> str:
    return "utf-8" if is_international(message) else "ascii"
