"""The board as its reader sees it: the filters that apply here, what was chosen of them, and the columns of cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from engine.declared import Version
from engine.ports import Tx
from engine.programme import Programme
from engine.way import main_line
from handslag.web.case_view import Naming
from handslag.web.labels import Labels
from handslag.web.visit import Visit
from storage import board_reads
from storage.board_reads import MOST_COUNTED, SOON, STATES, BoardLine, Wanted
from storage.programme_reads import versions_used

IN_COLUMN = 12
ON_PAGE = 50
LONGEST = 100
FACTS = ("tier", "cohort")  # facts by which methods sort their cases; offered where a method in use declares such a choice
FILTERS = ("person", "due", *FACTS, "words")
STATE_NAMES = {
    "late": "Late",
    "risk": "At risk: extended or sent back",
    "soon": "Due within 7 days",
    "none": "Nothing owed",
}


class Card(NamedTuple):
    """A case on the board. state: late, risk, soon, calm, or none where nothing is owed."""

    number: str
    title: str
    owner: str
    due_on: date | None
    state: str
    since: date | None


class Column(NamedTuple):
    """A phase. held: how many cases fit; over: whether there are more than were counted; more: address of the page after."""

    key: str
    title: str
    held: int
    over: bool
    cards: Sequence[Card]
    more: str


class Choice(NamedTuple):
    """A filter with its options: value and label."""

    name: str
    title: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the address chooses. phase: of a page of one phase; before: where that page begins."""

    programme: str
    filters: Mapping[str, str] = field(default_factory=dict)
    phase: str = ""
    before: int = 0

    @property
    def base(self) -> str:
        """The address of the whole board with these filters, for saving and comparing: always in one order."""
        return urlencode({"programme": self.programme, **dict(sorted(self.filters.items()))})

    def at(self, **others: object) -> str:
        """Return the address with other things besides."""
        return f"{self.base}&{urlencode(others)}" if others else self.base


def chosen(visit: Visit, programme: Programme, choices: Sequence[Choice]) -> Chosen:
    """Read the address. A filter that does not apply here, or a value that is none of its options, chooses nothing."""
    query = visit.request.query_params
    found = {c.name: query.get(c.name, "") for c in choices if query.get(c.name, "") in {v for v, _ in c.options if v}}
    words = query.get("words", "").strip()[:LONGEST]
    before = query.get("before", "")
    return Chosen(
        programme=programme.key,
        filters={**found, **({"words": words} if words else {})},
        phase=query.get("phase", ""),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 12 else 0,
    )


def wanted(visit: Visit, programme: Programme, this: Chosen) -> Wanted:
    """Return the filters as storage knows them."""
    return Wanted(
        programme=programme.key,
        today=programme.calendar.local_day(visit.now),
        only=visit.only(programme),
        person=this.filters.get("person", ""),
        words=this.filters.get("words", ""),
        state=this.filters.get("due", ""),
        facts={key: this.filters[key] for key in FACTS if key in this.filters},
    )


def methods_named(tx: Tx, visit: Visit, programme: Programme) -> list[Naming]:
    """Return the names of the versions in use, the newest first."""
    labels = Labels(visit.language, programme.calendar.zone)
    return [Naming(version=tx.version(ref), labels=labels) for ref in reversed(versions_used(tx))]


def choices(visit: Visit, programme: Programme, naming: Sequence[Naming], held: Mapping[str, int]) -> list[Choice]:
    """Return the filters that apply: coordinator, what is owed, and the choices by which the methods here sort cases."""
    t = Labels(visit.language, programme.calendar.zone)
    owners = [(p.key, p.name) for p in programme.people.values() if p.active and "coordinator" in p.roles]
    found = [Choice("person", t("Coordinator"), [("", t("Everybody")), *owners])] if visit.sees(programme) else []
    found.append(Choice("due", t("What is owed"), [("", t("Anything")), *((state, t(STATE_NAMES[state])) for state in STATES)]))
    for key in FACTS:
        facts = [(n, n.version.facts[key]) for n in _used(naming, held) if key in n.version.facts]
        options = {value: n.text(texts) for n, fact in reversed(facts) for value, texts in fact.choices.items()}
        if options:
            found.append(Choice(key, facts[0][0].text(facts[0][1].title), [("", t("All")), *options.items()]))
    return found


def columns(
    tx: Tx, visit: Visit, programme: Programme, naming: Sequence[Naming], held: Mapping[str, int], this: Chosen
) -> list[Column]:
    """Return the phases with their first cards, or one phase with a page of them."""
    asked = wanted(visit, programme, this)
    fitting = board_reads.conditions(tx, asked)
    limit = ON_PAGE if this.phase else IN_COLUMN
    found = []
    for key in [this.phase] if this.phase else in_order(naming, held):
        lines = board_reads.cases(tx, fitting, phase=key, before=this.before, limit=limit + 1)
        n = held.get(key, 0) if asked.is_all else _counted(tx, fitting, key, lines, limit, this)
        cards = [_card(programme, line, asked.today) for line in lines[:limit]]
        over = not asked.is_all and n > MOST_COUNTED
        following = {"before": lines[limit - 1].id} if this.phase and len(lines) > limit else {}
        after = this.at(phase=key, **following) if len(lines) > limit else ""
        found.append(Column(key, phase_title(naming, key), min(n, MOST_COUNTED) if over else n, over, cards, after))
    return found


def _counted(tx: Tx, fitting: board_reads.Conditions, phase: str, lines: Sequence[BoardLine], limit: int, this: Chosen) -> int:
    """Return how many cases fit; a first page that is not full has counted them already."""
    return len(lines) if len(lines) <= limit and not this.before else board_reads.count(tx, fitting, phase)


def in_order(naming: Sequence[Naming], held: Mapping[str, int]) -> list[str]:
    """Return the phases of the methods in use here: their line first, then what lies beside it, endings only if held."""
    mine: list[Version] = [n.version for n in _used(naming, held)]
    line = dict.fromkeys(key for version in mine[:1] for key in main_line(version))
    beside = dict.fromkeys(key for key in held if key not in line)
    ended = {key for version in mine for key, phase in version.phases.items() if phase.ending}
    return [*line, *(k for k in beside if k not in ended), *(k for k in beside if k in ended)]


def _used(naming: Sequence[Naming], held: Mapping[str, int]) -> list[Naming]:
    """Return the fewest methods that explain where the cases stand, the one that explains most first.

    Methods share names of phases, so a phase alone does not tell whose it is.
    """
    left, found = {key: n for key, n in held.items() if n}, []
    while left:
        best = max(naming, key=lambda names: sum(left.get(key, 0) for key in names.version.phases), default=None)
        if best is None or not set(best.version.phases) & set(left):
            break
        found.append(best)
        left = {key: n for key, n in left.items() if key not in best.version.phases}
    return found


def phase_title(naming: Sequence[Naming], key: str) -> str:
    """Return what a phase is called in the newest version that has it."""
    return next((n.phase(key) for n in naming if key in n.version.phases), key)


def _card(programme: Programme, line: BoardLine, today: date) -> Card:
    owner = programme.people.get(line.coordinator or "")
    return Card(line.number, line.title, owner.name if owner else "", line.next_on, state_of(line, today), line.phase_since)


def state_of(line: BoardLine, today: date) -> str:
    """Return how a case stands: late, risk, soon, calm; none where nothing is owed."""
    if line.next_on is None:
        return "none"
    if line.next_on < today:
        return "late"
    if line.slipped:
        return "risk"
    return "soon" if line.next_on <= today + SOON else "calm"
