"""Messages: the outbox of a programme, one mail as sent with every try, and sending again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import Field

from engine import use_cases
from engine.acts import Resend
from engine.errors import NotFound
from engine.letters import Message
from engine.ports import Tx
from handslag.web.api.caller import Caller, standing_in
from handslag.web.api.changing import Making
from handslag.web.api.cursors import cursor, page_of, read_cursor
from handslag.web.api.outcomes import Done, done_of
from handslag.web.api.shapes import PAGE, CaseNumber, Changing, InProgramme, Limit, Next, Page, Shown, Text
from handslag.web.case_view import view_of
from handslag.web.visit import Visit
from storage.outbox_reads import attempts, messages

router = APIRouter(tags=["mail"])
State = Literal["queued", "claimed", "sent", "failed", "cancelled"]
MessageId = Annotated[str, Path(description="Id of a message.", max_length=64, pattern=r"^[A-Za-z0-9-]+$")]


class MessageListed(Shown):
    """A mail in a list, without its words."""

    id: str
    programme: str
    recipient: str
    address: str
    language: str
    subject: str
    code: str
    thread: str = Field(description="Case whose mails it belongs to.")
    day: date
    state: State
    not_before: datetime
    created_at: datetime
    ended_at: datetime | None
    attempts: int
    uncertain: bool = Field(description="An earlier try may have reached the server.")
    last_words: str = Field(description="What the server said last.")


class Attempt(Shown):
    """One try to send."""

    at: datetime
    outcome: str
    code: int
    words: str


class Carried(Shown):
    """A promise that a mail carries."""

    case: str
    no: int


class MessageWhole(MessageListed):
    """A mail as sent, with every try."""

    text: str
    html: str
    document: str
    promises: list[Carried]
    tries: list[Attempt]


class Resending(Changing):
    """Why it is sent again."""

    reason: Text = ""


class Resent(Shown):
    """What sending again did: an outcome for each promise of the mail."""

    outcomes: list[Done]


@router.get("/messages")
def list_messages(
    visit: Caller,
    programme: InProgramme = "",
    state: Annotated[State | None, Query(description="Only mails in this state.")] = None,
    limit: Limit = PAGE,
    after: Next = "",
) -> Page[MessageListed]:
    """List the mails of a programme, newest first."""
    start: Any = read_cursor(after, datetime, str)
    key = standing_in(visit, programme, "read").programme.key
    return _page(visit, limit, lambda tx: messages(tx, programme=key, state=state or "", before=start, limit=limit + 1))


@router.get("/cases/{number}/messages")
def list_messages_of_case(visit: Caller, number: CaseNumber, limit: Limit = PAGE, after: Next = "") -> Page[MessageListed]:
    """List the mails about a case, newest first; of those about other cases too only what the person may see."""
    start: Any = read_cursor(after, datetime, str)

    def read(tx: Tx) -> Any:
        alone = not visit.sees(view_of(visit, tx, number).programme)
        return messages(tx, case=number, alone=alone, before=start, limit=limit + 1)

    return _page(visit, limit, read)


def _page(visit: Visit, limit: int, read: Any) -> Page[MessageListed]:
    lines, following = page_of(visit.house.store.read(read), limit, lambda line: cursor(line.created_at, line.id))
    return Page(items=[MessageListed.model_validate(line) for line in lines], next=following)


@router.get("/messages/{message_id}")
def show_message(visit: Caller, message_id: MessageId) -> MessageWhole:
    """Show one mail as sent, with every try and the server's words."""

    def read(tx: Tx) -> MessageWhole:
        message = message_of(visit, tx, message_id)
        plain = {name: getattr(message, name) for name in MessageListed.model_fields}
        return MessageWhole(
            **plain, text=message.text, html=message.html, document=message.document,
            promises=[Carried(case=case, no=no) for case, no in message.promises],
            tries=[Attempt.model_validate(line) for line in attempts(tx, message_id)],
        )  # fmt: skip

    return visit.house.store.read(read)


def message_of(visit: Visit, tx: Tx, message_id: str) -> Message:
    """Return a message of a programme that the person may see. Raises: NotFound."""
    message = tx.message(message_id)
    programme = visit.programmes.get(message.programme)
    if programme is None or not visit.sees(programme):
        raise NotFound(f"there is no message {message_id}")
    return message


@router.post("/messages/{message_id}/resend", response_model=Resent)
def resend(change: Making, message_id: MessageId, given: Resending) -> Response:
    """Promise again everything that a mail carried."""
    visit, tools = change.visit, change.visit.house.tools
    make = use_cases.preview if change.dry_run else use_cases.perform

    def work(tx: Tx) -> tuple[Resent, dict[str, str]]:
        outcomes = []
        for number, no in message_of(visit, tx, message_id).promises:
            call = view_of(visit, tx, number).call(given.for_whom)
            outcomes.append(make(tx, tools, number, Resend(promise=no, reason=given.reason), call))
        return Resent(outcomes=[done_of(outcome, done=not change.dry_run) for outcome in outcomes]), {}

    return change.once(work, lambda tx: message_of(visit, tx, message_id))
