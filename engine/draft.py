"""The case while a decision is being made: a working copy that knows what it has changed.

The functions of the engine take a `Draft`, put rows and fields into it, and queue the letters of the decision; at the end
`finish` yields the difference as changes, which are what history keeps and what the store writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast

from engine.actor import Actor
from engine.acts import MailChoice
from engine.case import ROW_KINDS, SHELVES, Case, Promise, Row, kind_of
from engine.declared import Version
from engine.entry import Change, Entry, GuardAnswer
from engine.letters import Invitation, Letter, Message
from engine.ports import Companies, Ids
from engine.programme import Programme

_SCALARS = tuple(
    f.name
    for f in fields(Case)
    if f.name not in {*SHELVES.values(), "facts", "version", "revision", "serial", "head", "id", "last_happened_at"}
)
R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What an undo has to know: the entries of the case from the move on, as revealed, and by id the messages of promises that
    the move made or ended.
    """

    entries: tuple[Mapping[str, Any], ...]
    messages: Mapping[str, Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that a decision may know: frozen values read in the transaction that will write.

    claimed: ids of the case's messages that a sender holds; what they carry can no longer be taken back. hold: how long the
    mails of a person's move wait before they may leave, and how long it can be undone. past: for an undo only.
    """

    version: Version
    programme: Programme
    case: Case
    companies: Companies
    figures: Mapping[str, int]
    claimed: frozenset[str] = frozenset()
    hold: timedelta = timedelta()
    past: Past | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The circumstances of a decision. now, happened_at: aware UTC; happened_at None means now.

    mails: what the actor decides about mails that the act would send at once.
    """

    actor: Actor
    now: datetime
    ids: Ids
    happened_at: datetime | None = None
    mails: tuple[MailChoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A letter with what its message will need. id: message id already given, so that promises can point at it.

    suppressed: a person decided that it does not leave; its text is kept all the same.
    """

    id: str
    letter: Letter
    promises: tuple[int, ...]
    not_before: datetime
    day: date
    merges: bool = False
    invitation: Invitation | None = None
    document: str = ""
    suppressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one entry does: the case before and after, the entry with its changes, and letters to render.

    recalled: ended promises whose unsent message has to be rendered again without them, or cancelled.
    """

    before: Case
    after: Case
    entry: Entry
    letters: tuple[Outgoing, ...]
    recalled: tuple[Promise, ...] = ()


class Draft:
    """A mutable working copy of one case, for one entry."""

    def __init__(self, scene: Scene, call: Call) -> None:
        self.scene, self.call = scene, call
        self.before = scene.case
        copies: dict[str, Any] = {shelf: dict(getattr(scene.case, shelf)) for shelf in SHELVES.values()}
        self.case = replace(scene.case, facts=dict(scene.case.facts), schedule=dict(scene.case.schedule), **copies)
        self.touched: dict[tuple[str, int], None] = {}
        self.extra: list[Change] = []
        self.letters: list[Outgoing] = []
        self.recalled: list[Promise] = []

    @property
    def version(self) -> Version:
        """The version the case is pinned to."""
        return self.scene.version

    @property
    def programme(self) -> Programme:
        """The programme the case belongs to."""
        return self.scene.programme

    @property
    def now(self) -> datetime:
        """The instant of the decision, aware UTC."""
        return self.call.now

    @property
    def happened_at(self) -> datetime:
        """When it happened: now, unless it is registered late."""
        return self.call.happened_at or self.call.now

    @property
    def today(self) -> date:
        """The programme's local date now."""
        return self.programme.calendar.local_day(self.call.now)

    @property
    def day(self) -> date:
        """The programme's local date on which it happened: where terms start."""
        return self.programme.calendar.local_day(self.happened_at)

    @property
    def is_late_entry(self) -> bool:
        """Whether it is registered on a later day than it happened, so that nothing may be mailed about it."""
        return self.day < self.today

    @property
    def entry_no(self) -> int:
        """The number of the entry being made."""
        return self.before.revision + 1

    @property
    def claimed(self) -> frozenset[str]:
        """Ids of messages that a sender holds."""
        return self.scene.claimed

    def recall(self, promise: Promise) -> None:
        """Note that an ended promise still stands in an unsent message."""
        self.recalled.append(promise)

    def next_no(self) -> int:
        """Give the next row number of the case."""
        self.case = replace(self.case, serial=self.case.serial + 1)
        return self.case.serial

    def put(self, row: R) -> R:
        """Add or replace a row; returns it."""
        kind = kind_of(row)
        shelf = cast(dict[int, Row], getattr(self.case, SHELVES[kind]))
        shelf[row.no] = row
        self.touched[kind, row.no] = None
        return row

    def change(self, row: R, **values: Any) -> R:
        """Replace fields of a row; a change that changes nothing is not noted."""
        new = replace(row, **values)
        return row if new == row else self.put(new)

    def set(self, **values: Any) -> None:
        """Set scalar fields of the case."""
        self.case = replace(self.case, **values)

    def set_fact(self, key: str, value: Any) -> None:
        """Set a fact (a JSON value); None takes it away."""
        facts = cast(dict[str, Any], self.case.facts)
        if value is None:
            facts.pop(key, None)
        else:
            facts[key] = value

    def mark(self, key: str, occurrence: str) -> None:
        """Remember the last occurrence of a follow-up that was opened."""
        cast(dict[str, str], self.case.schedule)[key] = occurrence

    def unmark(self, key: str) -> None:
        """Forget a follow-up's last occurrence altogether."""
        cast(dict[str, str], self.case.schedule).pop(key, None)

    def changes(self) -> tuple[Change, ...]:
        """Return what differs from the case as it was, scalars first."""
        found = [*self._scalar_changes(), *_map_change("fact", self.before.facts, self.case.facts)]
        found += _map_change("schedule", self.before.schedule, self.case.schedule)
        for kind, no in self.touched:
            old = getattr(self.before, SHELVES[kind]).get(no)
            new = getattr(self.case, SHELVES[kind])[no]
            if old != new:
                found.append(_row_change(kind, no, old, new))
        return (*found, *self.extra)

    def _scalar_changes(self) -> list[Change]:
        # The first entry says all: the bare row of a new case knows its programme already, its history does not.
        before = self.before if self.before.revision else replace(self.before, programme="")
        names = [n for n in _SCALARS if getattr(before, n) != getattr(self.case, n)]
        if not names:
            return []
        old = {n: getattr(before, n) for n in names}
        return [Change(kind="case", no=0, old=old, new={n: getattr(self.case, n) for n in names})]

    def finish(
        self,
        kind: str,
        *,
        transition: str = "",
        reason: str = "",
        cause: str = "",
        guards: tuple[GuardAnswer, ...] = (),
    ) -> Decision:
        """Close the draft: the case after it, its entry, and its letters."""
        entry = Entry(
            no=self.entry_no,
            kind=kind,
            actor=self.call.actor,
            source=self.before.phase,
            target=self.case.phase,
            happened_at=self.happened_at,
            recorded_at=self.now,
            version=self.version.name,
            transition=transition,
            reason=reason,
            cause=cause,
            guards=guards,
            changes=self.changes(),
        )
        last = max(filter(None, (self.before.last_happened_at, self.happened_at)))
        after = replace(self.case, revision=self.entry_no, last_happened_at=last)
        return Decision(
            before=self.before, after=after, entry=entry, letters=tuple(self.letters), recalled=tuple(self.recalled)
        )


def _map_change(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    names = [n for n in {**old, **new} if old.get(n) != new.get(n)]
    if not names:
        return []
    return [Change(kind=kind, no=0, old={n: old.get(n) for n in names}, new={n: new.get(n) for n in names})]


def _row_change(kind: str, no: int, old: Row | None, new: Row) -> Change:
    names = _names(kind)
    if old is None:
        return Change(kind=kind, no=no, old=None, new={n: getattr(new, n) for n in names})
    names = tuple(n for n in names if getattr(old, n) != getattr(new, n))
    return Change(kind=kind, no=no, old={n: getattr(old, n) for n in names}, new={n: getattr(new, n) for n in names})


@cache
def _names(kind: str) -> tuple[str, ...]:
    return tuple(f.name for f in fields(ROW_KINDS[kind]) if f.name != "no")
