"""The frame of the administration's pages: which programme, who may, the tabs, and what entries of its log say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from fastapi.responses import HTMLResponse

from engine.errors import BadInput, Fault, NotFound, NotPermitted
from engine.ports import Tx
from engine.programme import Programme
from handslag.administration.absences import NOTE_ABSENCE
from handslag.administration.office import ADMINISTER, Office, office_in
from handslag.web.labels import Labels
from handslag.web.said import ROLES
from handslag.web.visit import Visit
from storage.programme_log import LogLine

MADE = TypeVar("MADE")
TABS = {
    "people": "People",
    "absences": "Absences",
    "calendar": "Calendar",
    "programme": "Programme",
    "sending": "Sending",
    "health": "Health",
    "log": "Who changed what",
}
KINDS = {
    "person_added": "{who} was added",
    "person_changed": "{who} was changed",
    "absence_noted": "{who} is away",
    "absence_ended": "The absence of {who} was ended",
    "calendar_day": "The calendar was changed: {who}",
    "replanned": "Dates were reckoned anew",
    "settings_changed": "The programme was changed",
    "sending_approved": "Real sending was approved for this installation",
    "sending_revoked": "Real sending was forbidden for this installation",
    "invited": "{who} was invited",
    "unlinked": "The city account of {who} was let go",
}
FIELDS = {
    "name": "Name",
    "email": "Mail address",
    "language": "Language",
    "roles": "Roles",
    "function": "Function",
    "department": "Department",
    "deputy": "Deputy",
    "active": "Works here",
    "days": "Days",
    "day": "Day",
    "dates": "Dates moved",
    "sender": "Sender's address",
    "sender_name": "Sender's name",
    "reply_to": "Replies go to",
    "languages": "Languages",
    "opens": "Mails leave from",
    "closes": "Mails leave until",
    "targets": "Targets",
    "place": "Place",
    "accounts": "Accounts",
}


class Entry(NamedTuple):
    """An entry of the log in the reader's language. changes: (field, before, after)."""

    id: int
    at: Any
    by: str
    what: str
    changes: Sequence[tuple[str, str, str]]


def administered(visit: Visit, act: str = ADMINISTER) -> Programme:
    """Return the programme asked for, else the first that the person administers. Raises: NotFound where there is none."""
    asked = visit.request.query_params.get("programme", "")
    mine = [p for p in visit.programmes.values() if visit.may(act, p) and asked in ("", p.key)]
    if not mine:
        raise NotFound("there is no such page")
    return mine[0]


def office(visit: Visit, tx: Tx, programme: Programme, act: str = ADMINISTER) -> Office:
    """Return the visitor as one who administers, read in the transaction that writes. Raises: NotFound, NotPermitted."""
    return office_in(tx, programme.key, visit.person, visit.now, act, surface="web")


def tried(change: Callable[[], MADE]) -> tuple[MADE | None, Sequence[Fault]]:
    """Do a change; return what it made, or the faults to show beside the fields."""
    try:
        return change(), ()
    except BadInput as error:
        return None, error.faults
    except NotPermitted as error:
        return None, [Fault(place="key", code="shared", sentence=error.sentence)]


def framed(
    visit: Visit, template: str, tab: str, programme: Programme, status: int = 200, /, **context: Any
) -> HTMLResponse:  # fmt: skip
    """Return a page of the administration with its tabs; who may only note absences sees only that one."""
    whole = visit.may(ADMINISTER, programme)
    tabs = {key: title for key, title in TABS.items() if whole or key == "absences"}
    mine = [p for p in visit.programmes.values() if visit.may(ADMINISTER if tab != "absences" else NOTE_ABSENCE, p)]
    done = visit.request.query_params.get("done", "")
    return visit.page(
        template, status, zone=programme.calendar.zone, programme=programme, tabs=tabs, tab=tab, mine=mine, done=done, **context
    )  # fmt: skip


def entry_said(line: LogLine, t: Labels) -> Entry:
    """Return an entry in the reader's language."""
    who = line.subject_name or line.subject
    what = t(KINDS[line.kind], who=who) if line.kind in KINDS else line.kind
    by = t("the directory") if line.actor == "directory" else line.actor_name or t("the operator")
    changes = [
        (t(FIELDS.get(name, name)), _said(name, old, t), _said(name, new, t)) for name, (old, new) in line.changes.items()
    ]
    return Entry(line.id, line.recorded_at, by, what, changes)


def _said(name: str, value: Any, t: Labels) -> str:
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, list):
        return ", ".join(t(ROLES[v]) if name == "roles" and v in ROLES else str(v) for v in value)
    return "" if value is None else str(value)
