"""One entry of a case on one page: who let this happen, on what ground, on which day; and what left because of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from fastapi import APIRouter
from fastapi.responses import Response

from engine.case import Case
from engine.chain import Break
from engine.declared import VersionRef
from engine.errors import NotFound
from engine.letters import Message
from engine.ports import Document, Tx
from engine.replay import replay
from handslag.verifying import case_breaks
from handslag.web.case_view import CaseView, view_of
from handslag.web.exporting import answer, asked, links, table_of
from handslag.web.history_table import entry_columns, entry_row, surface
from handslag.web.history_view import STATES, EntrySaid, entry_said
from handslag.web.pages.case_frame import case_page
from handslag.web.visit import Visit, Visiting
from storage import reads
from storage.due_reads import promises
from storage.programme_reads import versions
from storage.reads import EntryLine

BREAKS = {
    "missing": "An entry is missing.", "order": "Entries are out of order.", "body": "The text of an entry was changed.",
    "link": "An entry does not follow the one before it.", "shown": "A row says something else than what was sealed.",
    "text": "Words of an entry were changed.", "tail": "Entries at the end are missing.",
    "head": "The last entry is not the one the case names.", "unreadable": "An entry cannot be read.",
    "cut": "An entry that was signed is gone.", "rewritten": "An entry is another than the one that was signed.",
    "gone": "The case was signed under another number.", "list": "A signed list was changed.",
}  # fmt: skip
WORD = re.compile(r"\w+")
router = APIRouter()


class Ground(NamedTuple):
    """A value that a condition looked at, as it stood then, and the entry that gave it. entry: 0 for none."""

    title: str
    value: str
    by: str
    at: datetime | None
    entry: int
    reason: str


class SeatThen(NamedTuple):
    """Who sat in the case then."""

    role: str
    name: str
    since: Any


class PageOf(NamedTuple):
    """All of the page."""

    view: CaseView
    line: EntryLine
    said: EntrySaid
    then: Case
    grounds: Sequence[Ground]
    seats: Sequence[SeatThen]
    documents: Sequence[tuple[str, str, str]]
    mails: Sequence[tuple[Message, str]]
    latest: int
    breaks: Sequence[Break] | None


@router.get("/cases/{number}/history/{no}")
def show(visit: Visiting, number: str, no: int) -> Response:
    """Show one entry; `?verify=1` verifies the case's chain. Raises: NotFound."""
    found = visit.house.store.read(lambda tx: _read(tx, visit, number, no))
    view, t = found.view, found.view.labels
    if form := asked(visit):
        table = table_of(
            visit,
            name=f"entry-{number}-{no}",
            title=t("{case}, entry {n}", case=number, n=no),
            zone=view.zone,
            about=_about(found),
            columns=entry_columns(t, one_case=True),
            rows=[entry_row(view, found.line, found.said)],
        )
        return answer(visit, form, table)
    return case_page(
        view,
        "entry.html",
        tab="history",
        found=found,
        e=found.said,
        where=surface(t, found.line.entry["actor"]["surface"]),
        version=found.line.entry["version"],
        states=STATES,
        breaks=BREAKS,
        exports=links(visit),
    )


def _read(tx: Tx, visit: Visit, number: str, no: int) -> PageOf:
    view = view_of(visit, tx, number, whole=True)
    lines = reads.history(tx, number, limit=no) if 0 < no <= view.case.revision else ()
    if not lines or lines[-1].no != no:
        raise NotFound(f"there is no entry {no}", no=no)
    line, then = lines[-1], replay(found.entry for found in lines)
    key = line.entry["version"]["key"]
    return PageOf(
        view=view,
        line=line,
        said=entry_said(view, line),
        then=then,
        grounds=list(_grounds(tx, view, lines)),
        seats=[SeatThen(view.role(s.role), _sitting(view, s.person, s.contact), s.since) for s in then.seats.values()
               if s.ended_on is None],
        documents=list(_documents(tx, view, then)),
        mails=list(_mails(tx, view, no)),
        latest=max((v.number for v in versions(tx) if v.key == key), default=0),
        breaks=case_breaks(tx, view.case.id) if visit.request.query_params.get("verify") == "1" else None,
    )  # fmt: skip


def _sitting(view: CaseView, person: str, contact: int) -> str:
    return view.person(person) if person else view.contact(contact)


def _grounds(tx: Tx, view: CaseView, lines: Sequence[EntryLine]) -> Iterator[Ground]:
    """Yield each fact that a condition of the entry names, with its value then and who gave it."""
    entry, version = lines[-1].entry, lines[-1].entry["version"]
    declared = tx.version(VersionRef(key=version["key"], number=version["number"])).facts
    wanted = [key for guard in entry.get("guards", ()) for key in _words(guard["params"]) if key in declared]
    for key in dict.fromkeys(wanted):
        given = next((line for line in reversed(lines) if _gives(line.entry, key)), None)
        if given is None:
            yield Ground(view.text(declared[key].title), "", "", None, 0, "")
            continue
        value = next(c["new"][key] for c in reversed(given.entry["changes"]) if _changes(c, key))
        said = entry_said(view, given)
        yield Ground(view.text(declared[key].title), view.fact(declared[key], value), said.by, said.at, given.no, said.reason)


def _words(value: Any) -> Iterator[str]:
    """Yield every word in a guard's parameters: names of facts stand among them, alone or in an expression."""
    match value:
        case str():
            yield from WORD.findall(value)
        case Mapping():
            for item in value.values():
                yield from _words(item)
        case list() | tuple():
            for item in value:
                yield from _words(item)


def _gives(entry: Mapping[str, Any], key: str) -> bool:
    return any(_changes(change, key) for change in entry.get("changes", ()))


def _changes(change: Mapping[str, Any], key: str) -> bool:
    return change["kind"] == "fact" and key in (change["new"] or {})


def _documents(tx: Tx, view: CaseView, then: Case) -> Iterator[tuple[str, str, str]]:
    """Yield title, file name and hash of each document that lay in the case then."""
    for key, fact in view.version.facts.items():
        digest = str(then.facts.get(key) or "")
        if fact.kind == "document" and digest:
            try:
                document: Document = tx.document(digest)
            except NotFound:
                continue
            yield view.text(fact.title), document.name, digest


def _mails(tx: Tx, view: CaseView, no: int) -> Iterator[tuple[Message, str]]:
    """Yield the mails that the entry promised at once, each with its state; none that tells of a case unseen by the reader."""
    ids = [line.message for line in promises(tx, view.case.number) if line.entry == no and not line.about and line.message]
    for message_id in dict.fromkeys(ids):
        message = tx.message(message_id)
        if not view.visit.sees(view.programme) and {number for number, _ in message.promises} != {view.case.number}:
            continue  # of a bulk move
        yield message, view.labels(STATES.get(message.state, message.state))


def _about(found: PageOf) -> list[tuple[str, str]]:
    """Return the grounds, seats, documents and mails as lines, for what is taken along."""
    t = found.view.labels
    grounds = [(g.title, f"{g.value or '–'} ({g.by}, {t('entry {n}', n=g.entry)})" if g.entry else "–") for g in found.grounds]
    seats = [(seat.role, seat.name) for seat in found.seats]
    documents = [(title, f"{name} {digest}") for title, name, digest in found.documents]
    mails = [(t("Mail to {address}", address=m.address), f"{m.subject}\n\n{m.text}") for m, _ in found.mails]
    version = found.line.entry["version"]
    method = (t("Version of the method"), f"{version['key']} {version['number']} ({version['hash']})")
    return [(t("Company"), found.view.case.title), method, *grounds, *seats, *documents, *mails]
