"""The outbox in rows: messages, the promises they carry, claims, and every try.

A claim is one UPDATE that also checks the state, so two workers never hold the same message; on PostgreSQL the second one
passes over rows that the first has locked. A message that was uncertain once stays so, whatever a slower worker notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, literal, select
from sqlalchemy import update as change
from sqlalchemy.sql.elements import ColumnElement, TextClause

from engine.errors import NotFound
from engine.letters import Invitation, Message, Receipt
from storage.case_rows import CASES, PROGRAMMES, programme_id
from storage.columns import Instant, table_of
from storage.due_rows import MESSAGES
from storage.mapping import Shape, at, at_keys, insert, update
from storage.outbox_tables import CLAIMED, MERGING, QUEUED, SENT, AttemptRow, MessagePromiseRow
from storage.statements import Line, Prepared

LINKS = table_of(MessagePromiseRow)
ATTEMPTS = table_of(AttemptRow)
REFERENCES = 10
SHAPE = Shape(Message, MESSAGES, leave_out=("programme", "invitation", "promises"))
COLUMNS = [*SHAPE.columns, PROGRAMMES.c["key"], MESSAGES.c["invitation"]]
_FIXED = frozenset({"id", "created_at"})
_CHANGEABLE = tuple(sorted({*SHAPE.names, "invitation"} - _FIXED))
_BUT_UNCERTAIN = tuple(name for name in _CHANGEABLE if name != "uncertain")
_ONE = select(*COLUMNS).join_from(MESSAGES, PROGRAMMES, PROGRAMMES.c["id"] == MESSAGES.c["programme_id"])
_FIND = Prepared(_ONE.where(at("id", MESSAGES.c["id"])), returns=COLUMNS)
_HELD = Prepared(select(MESSAGES.c["id"]).where(at("id", MESSAGES.c["id"]), CLAIMED))
_OPEN = Prepared(
    _ONE.where(
        at("recipient", MESSAGES.c["recipient"]),
        MESSAGES.c["programme_id"] == bindparam("at_programme"),
        at("day", MESSAGES.c["day"]),
        MERGING,
        MESSAGES.c["attempts"] == 0,  # one that was tried may have been read: it says what it said
    )
    .order_by(MESSAGES.c["created_at"])
    .limit(1),
    returns=COLUMNS,
)
_LINKED = Prepared(
    select(CASES.c["number"], LINKS.c["promise_no"])
    .join_from(LINKS, CASES, CASES.c["id"] == LINKS.c["case_id"])
    .where(at("message_id", LINKS.c["message_id"]))
    .order_by(LINKS.c["position"])
)
_EARLIER = Prepared(
    select(MESSAGES.c["id"])
    .where(at("thread", MESSAGES.c["thread"]), at("recipient", MESSAGES.c["recipient"]), SENT)
    .order_by(MESSAGES.c["ended_at"].desc(), MESSAGES.c["id"].desc())
    .limit(REFERENCES)
)
_INSERT = insert(MESSAGES, ("programme_id", "invitation", *SHAPE.names))
_LINK = Prepared(
    LINKS.insert().from_select(
        ["message_id", "promise_no", "position", "case_id"],
        select(
            bindparam("message", type_=LINKS.c["message_id"].type),
            bindparam("no", type_=LINKS.c["promise_no"].type),
            bindparam("place", type_=LINKS.c["position"].type),
            CASES.c["id"],
        ).where(at("number", CASES.c["number"])),
    )
)
_UNLINK = Prepared(delete(LINKS).where(at("message_id", LINKS.c["message_id"])))
_ATTEMPT = insert(ATTEMPTS, ("message_id", "at", "outcome", "code", "words"))


def add(line: Line, message: Message) -> None:
    """Write a message and its links. Raises: NotFound for a programme or case that is not there."""
    _INSERT.run(line, {**_values(message), "programme_id": programme_id(line, message.programme)})
    _link(line, message)


def write_changes(line: Line, message: Message) -> None:
    """Write all changeable fields and the links anew; `uncertain` is never taken back. Raises: NotFound."""
    names = _CHANGEABLE if message.uncertain else _BUT_UNCERTAIN
    if update(MESSAGES, names, ("id",)).run(line, {**_values(message), **at_keys(id=message.id)}) != 1:
        raise NotFound(f"there is no message {message.id}", message=message.id)
    _UNLINK.run(line, at_keys(message_id=message.id))
    _link(line, message)


def find(line: Line, message_id: str) -> Message:
    """Return one message. Raises: NotFound."""
    found = _FIND.first(line, at_keys(id=message_id))
    if found is None:
        raise NotFound(f"there is no message {message_id}", message=message_id)
    return value(line, found)


def claimed(line: Line, message_ids: Sequence[str]) -> frozenset[str]:
    """Return those of the messages that a sender holds now."""
    return frozenset(known for known in message_ids if _HELD.first(line, at_keys(id=known)))


def find_open(line: Line, recipient: str, programme: str, day: date) -> Message | None:
    """Return the oldest merging message of that day that nobody has claimed yet, None where there is none."""
    keys = at_keys(recipient=recipient, programme=programme_id(line, programme), day=day)
    found = _OPEN.first(line, keys)
    return None if found is None else value(line, found)


def claim(line: Line, now: datetime, lease_until: datetime, limit: int, worker: str) -> Sequence[Message]:
    """Claim what may leave now, earliest first; lapsed leases first of all, and they come back uncertain."""
    _look_row_by_row(line)
    lapsed = _take(line, CLAIMED, MESSAGES.c["lease_until"], now, limit, lease_until, worker, uncertain=True)
    fresh = limit - len(lapsed)
    taken = lapsed + (_take(line, QUEUED, MESSAGES.c["not_before"], now, fresh, lease_until, worker) if fresh else [])
    found = [find(line, message_id) for message_id in taken]
    return sorted(found, key=lambda message: (message.not_before, message.created_at, message.id))


def _look_row_by_row(line: Line) -> None:
    """Let a claim that opens its transaction on PostgreSQL judge each row as it stands when it is reached.

    At our ordinary level a claim that another one has overtaken would have to begin anew, with many workers again and again,
    until the lease that was reckoned at its beginning is half gone. A claim decides nothing that needs one picture of all rows.
    """
    if line.dialect.name == "postgresql" and line.cursor.connection.info.transaction_status == 0:  # nothing was asked yet
        line.cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")


def _take(
    line: Line,
    state: TextClause,
    since: ColumnElement[Any],
    now: datetime,
    limit: int,
    lease_until: datetime,
    worker: str,
    *,
    uncertain: bool = False,
) -> list[str]:
    # A lease that ends at this very instant still holds; a message whose time is this very instant may leave.
    come = since < literal(now, Instant()) if uncertain else since <= literal(now, Instant())
    chosen = select(MESSAGES.c["id"]).where(state, come).order_by(since).limit(limit).with_for_update(skip_locked=True)
    values: dict[str, Any] = {"state": "claimed", "lease_until": lease_until, "worker": worker}
    if uncertain:
        values["uncertain"] = True
    statement = change(MESSAGES).where(MESSAGES.c["id"].in_(chosen.scalar_subquery()), state).values(values)
    return list(line.core.execute(statement.returning(MESSAGES.c["id"])).scalars())


def add_attempt(line: Line, message_id: str, at: datetime, receipt: Receipt) -> None:
    """Note one try."""
    row = {"outcome": receipt.outcome, "code": receipt.code, "words": receipt.words}
    _ATTEMPT.run(line, {"message_id": message_id, "at": at, **row})


def earlier(line: Line, case: str, recipient: str) -> Sequence[str]:
    """Return the ids of the last ten mails of a case's thread that this recipient was sent, oldest first."""
    found = _EARLIER.rows(line, at_keys(thread=case, recipient=recipient))
    return [row[0] for row in reversed(found)]


def value(line: Line, row: Sequence[Any]) -> Message:
    """Make a message from a row of `COLUMNS`, with its links."""
    *plain, programme, invitation = row
    linked = _LINKED.rows(line, at_keys(message_id=row[0]))
    return SHAPE.value(
        plain,
        programme=programme,
        invitation=None if invitation is None else _invitation(invitation),
        promises=tuple((number, no) for number, no in linked),
    )


def _values(message: Message) -> dict[str, Any]:
    invitation = message.invitation
    shown = None if invitation is None else {**asdict(invitation), "on": invitation.on.isoformat()}
    return {**SHAPE.values(message), "invitation": shown}


def _invitation(kept: Mapping[str, Any]) -> Invitation:
    return Invitation(uid=kept["uid"], sequence=kept["sequence"], on=date.fromisoformat(kept["on"]), summary=kept["summary"])


def _link(line: Line, message: Message) -> None:
    rows = [
        {"message": message.id, "no": no, "place": place, "at_number": number}
        for place, (number, no) in enumerate(message.promises)
    ]
    if rows and _LINK.many(line, rows) != len(rows):
        raise NotFound(f"message {message.id} names a case that is not there", message=message.id)
