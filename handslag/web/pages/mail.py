"""The outbox: what left, what waits, what failed and in which words; the text as sent; sending again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.acts import Resend
from engine.errors import NotFound
from engine.letters import Message
from engine.ports import Tx
from engine.programme import Programme
from engine.undo_offer import held_messages
from handslag.tables.table import Column, Row, Table
from handslag.web.doing import do
from handslag.web.exporting import AT_A_TIME, answer, asked, links, read_on, table_of
from handslag.web.history_view import STATES
from handslag.web.labels import Labels
from handslag.web.visit import Form, Visit, Visiting, see_other
from storage.columns import from_micros, to_micros
from storage.outbox_reads import MessageLine, attempts, message_counts, messages

ORDER = ("failed", "queued", "claimed", "sent", "cancelled")
ON_PAGE = 50
# The mail's own markup, framed without script, links that act, or anything from elsewhere.
FRAMED = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox",
    "x-frame-options": "SAMEORIGIN",
}
router = APIRouter()


@router.get("/mail")
def show(visit: Visiting) -> Response:
    """Show the outbox of a programme, of one state with `?state=`."""
    programme, query = visit.programme, visit.request.query_params
    state = query.get("state", "") if query.get("state", "") in ORDER else ""
    before = _before(query.get("before", ""))
    if form := asked(visit):
        return answer(visit, form, _table(visit, programme, state))

    def read(tx: Tx) -> tuple[dict[str, int], Sequence[MessageLine], frozenset[str]]:
        found = {line.state: line.messages for line in message_counts(tx, programme.key)}
        lines = messages(tx, programme=programme.key, state=state, before=before, limit=ON_PAGE + 1)
        queued = [(line.id, line.created_at) for line in lines if line.state == "queued"]
        return found, lines, held_messages(tx, visit.house.tools, queued, visit.now)

    counts, lines, held = visit.house.store.read(read)
    last = lines[ON_PAGE - 1] if len(lines) > ON_PAGE else None
    return visit.page(
        "mail.html",
        zone=programme.calendar.zone,
        programme=programme,
        state=state,
        states=[(key, STATES[key], counts.get(key, 0)) for key in ORDER],
        state_labels=STATES,
        total=sum(counts.values()),
        lines=lines[:ON_PAGE],
        held=held,
        older=f"{to_micros(last.created_at)}.{last.id}" if last else "",
        transport=visit.house.settings.mail.transport,
        exports=links(visit),
    )


def _table(visit: Visit, programme: Programme, state: str) -> Table:
    t = Labels(visit.language, programme.calendar.zone)

    def read(tx: Tx, last: MessageLine | None) -> list[tuple[MessageLine, Row]]:
        before = (last.created_at, last.id) if last else None
        found = messages(tx, programme=programme.key, state=state, before=before, limit=AT_A_TIME)
        return [(m, mail_row(t, m)) for m in found]

    return table_of(
        visit,
        name=f"mail-{programme.key}",
        title=t("Mail"),
        zone=programme.calendar.zone,
        about=[(t("Programme"), programme.name), (t("State"), t(STATES[state]) if state else "")],
        columns=mail_columns(t),
        rows=read_on(visit, read),
    )


def mail_columns(t: Labels) -> list[Column]:
    """Return the columns of a list of mails."""
    return [
        Column(key="subject", title=t("Subject")),
        Column(key="to", title=t("To")),
        Column(key="language", title=t("Language")),
        Column(key="code", title=t("Mail code")),
        Column(key="state", title=t("State")),
        Column(key="made_at", title=t("Made at"), kind="instant"),
        Column(key="ended_at", title=t("Ended"), kind="instant"),
        Column(key="tries", title=t("Tries"), kind="number"),
        Column(key="words", title=t("The server's last words")),
    ]


def mail_row(t: Labels, m: MessageLine) -> Row:
    """Return a mail's cells."""
    return (
        m.subject, m.address, m.language, m.code, t(STATES.get(m.state, m.state)), m.created_at, m.ended_at, m.attempts,
        m.last_words,
    )  # fmt: skip


def _before(text: str) -> tuple[datetime, str] | None:
    at, _, message = text.partition(".")
    return (from_micros(int(at)), message) if at.isascii() and at.isdigit() and len(at) < 18 and message else None


@router.get("/mail/{message_id}")
def read_mail(visit: Visiting, message_id: str) -> HTMLResponse:
    """Show one mail as sent, with every try. Raises: NotFound."""
    message, programme = _message(visit, message_id)
    tries = visit.house.store.read(lambda tx: attempts(tx, message_id))
    return visit.page(
        "message.html",
        zone=programme.calendar.zone,
        programme=programme,
        message=message,
        tries=tries,
        states=STATES,
        may_resend=message.state in ("failed", "sent") and visit.may("promise", programme),
        done=visit.request.query_params.get("done", "") == "1",
    )


@router.get("/mail/{message_id}/html")
def html_of(visit: Visiting, message_id: str) -> HTMLResponse:
    """Answer the mail's own markup, for the frame on its page. Raises: NotFound."""
    message, _ = _message(visit, message_id)
    return HTMLResponse(message.html, headers=FRAMED)


@router.post("/mail/{message_id}/resend")
def resend(visit: Visiting, message_id: str, form: Form) -> Response:
    """Promise again everything the mail carried. Raises: NotFound, Refused."""
    message, _ = _message(visit, message_id)
    for number, no in message.promises:
        do(visit, number, Resend(promise=no, reason=form.text("reason")))
    return see_other(f"/mail/{message_id}?done=1")


def _message(visit: Visit, message_id: str) -> tuple[Message, Programme]:
    """Return a message of a programme that the person may see. Raises: NotFound."""
    message = visit.house.store.read(lambda tx: tx.message(message_id))
    programme = visit.programmes.get(message.programme)
    if programme is None or not visit.sees(programme):
        raise NotFound(f"there is no message {message_id}")
    return message, programme
