"""What a workflow version declares, as frozen values: the method, ready for the engine.

`workflows/` reads these from a workflow folder (nesting flattened, names checked, guards compiled); the engine only uses them.
A *seat spec* is a string that names who is meant, resolved by `engine.seats`:

- a role (`coordinator`, `company_contact`): the role's holder; several for a role whose seats are named, e.g. signatories;
- `owner`: the owner seat of the deadline at hand; `deputy`: the stand-in of that seat (company: the deputy contact);
- `record_owners:<list>`: the owner of every record in a list; `parties`: the contact of every party that has not left;
- `unsigned`: every signatory seat whose signature is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import Reason
from engine.terms import Term

Texts = Mapping[str, str]  # language code -> text


def pick(texts: Texts, language: str, fallback: str) -> str:
    """Return the text in a language, else in the fallback, else whatever is there; empty for no text at all."""
    return texts.get(language) or texts.get(fallback) or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A part somebody plays. `side`: municipality, company or network. `signs`: its seats are named signatories."""

    key: str
    side: str
    title: Texts
    signs: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FactType:
    """A typed value. kind: text, date, number, yes_no, choice, registration, document, person.

    unit: of a number; choices: value -> label; register: CVR or KVK; required: in a record.
    """

    key: str
    kind: str
    title: Texts
    unit: str = ""
    choices: Mapping[str, Texts] = field(default_factory=dict)
    register: str = ""
    required: bool = False
    confidential: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder, `at` a signed term from the due date (0 or before) or from the end of grace (after it).

    mail: code or empty; to: seat specs; task: key of a task to open; escalates: the item enters the manager's list.
    """

    at: Term
    mail: str = ""
    to: tuple[str, ...] = ("owner",)
    task: str = ""
    escalates: bool = False

    @property
    def key(self) -> str:
        """A name stable within its ladder: `+5 wd M09`."""
        return f"{self.at.count:+d} {self.at.unit} {self.mail or self.task}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A thing to be done, opened by a phase, a transition or a rung.

    within: term from the day it opens (None: the due date of the phase's own deadline). for_each: `` (one, owned by `owner`),
    `seats:<role>,<role>` (one per seat of these roles, owned by it) or `records:<list>` (one per record, owned by its owner).
    closes_by: `confirm` (somebody says done), `sign`, `submit` (then accepted or returned by `reviewer`).
    marks: record field that gets the day on which it was met. waits_for: company or municipality.
    """

    key: str
    title: Texts
    owner: str = ""
    within: Term | None = None
    for_each: str = ""
    closes_by: str = "confirm"
    marks: str = ""
    reviewer: str = ""
    ladder: tuple[Rung, ...] = ()
    extend_by: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Where a case stands. stay: longest stay; until: date fact at which it is due instead; ending: outcome of a closed case.

    waits_for: who has to act (`company`, `municipality`). stops_clocks: working-day terms of open deadlines do not run here.
    signed: the agreement is in force here (counts towards targets).
    """

    key: str
    title: Texts
    public_title: Texts
    owner: str = ""
    stay: Term | None = None
    until: str = ""
    grace: Term | None = None
    ladder: tuple[Rung, ...] = ()
    tasks: tuple[str, ...] = ()
    waits_for: str = "municipality"
    stops_clocks: bool = False
    ending: str = ""
    signed: bool = False
    extend_by: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a guard says: yes, or no with the reason (what is missing, its present value)."""

    yes: bool
    reason: Reason | None = None

    @staticmethod
    def no(code: str, **values: Any) -> Answer:
        """Say no; `values` holds what is missing and what stands there now, JSON values only."""
        return Answer(yes=False, reason=Reason(code=code, values=values))


YES = Answer(yes=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A named question, bound to its parameters.

    check: asked with a `GuardView` (see `engine.guards`); can: roles that can change the answer; needs: sentence of the
    declaration, overriding the shipped one; figures: names of counts beyond the case that it asks for.
    """

    name: str
    params: Mapping[str, Any]
    check: Callable[[Any], Answer]
    can: tuple[str, ...] = ()
    needs: Texts = field(default_factory=dict)
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRule:
    """A mail of a move: which text, to which seats."""

    code: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """When the system makes the move: `on` an event (`signed`), or on a date: fact `date` plus `offset`."""

    on: str = ""
    date: str = ""
    offset: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A declared move. by: roles (or `system`). asks: facts asked for at the move. effects: names, see `engine.effects`.

    completes: leaving the phase this way fulfils its deadline (else the deadline is cancelled). clears: facts that
    are taken away by the move. reopens: the one kind of move that may lead out of an ending. pauses: `pause` or `resume`.
    """

    key: str
    code: str
    title: Texts
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    guards: tuple[Guard, ...] = ()
    reason_required: bool = False
    asks: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    mails: tuple[MailRule, ...] = ()
    tasks: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    automatic: Automatic | None = None
    clears: tuple[str, ...] = ()
    completes: bool = True
    reopens: bool = False
    pauses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What a follow-up hangs on; exactly one is set.

    fact: a date fact; calendar: (month, day) pairs, day 31 meaning the month's last; financial_year: fact with `MM-DD`, the
    year's last day; events: name of the programme's list of dates; after: follow-up whose acceptance starts it.
    halfway: (start fact, end fact), the day in the middle.
    """

    fact: str = ""
    calendar: tuple[tuple[int, int], ...] = ()
    financial_year: str = ""
    events: str = ""
    after: str = ""
    halfway: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A repeating or single thing owed while the agreement runs.

    first: `next` (first occurrence after the start), `full_period` (its whole period lies after the start) or a term (the
    anchor lies at least that long after the start). repeat: term between occurrences, None where the anchor itself repeats or
    it happens once. during: phases in which it lives. reviewer: role that accepts or returns (empty: submitting is enough).
    """

    key: str
    title: Texts
    anchor: Anchor
    owner: str
    offset: Term | None = None
    first: str = "next"
    repeat: Term | None = None
    grace: Term | None = None
    ladder: tuple[Rung, ...] = ()
    during: tuple[str, ...] = ()
    reviewer: str = ""
    answer_within: Term | None = None
    extend_by: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordList:
    """A declared list of records. side: whose commitment it is. owner: seat spec, or `field:<name>` for a person field.

    due: date field that makes each record own a deadline; done: field that, once set, means that it is met (a visit held).
    ladder: of that deadline.
    """

    key: str
    title: Texts
    fields: Mapping[str, FactType]
    side: str = ""
    owner: str = ""
    due: str = ""
    done: str = ""
    grace: Term | None = None
    ladder: tuple[Rung, ...] = ()
    during: tuple[str, ...] = ()
    reviewer: str = ""
    answer_within: Term | None = None
    extend_by: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """City-written text of one mail in one language: Jinja source of subject and paragraphs (data, not code)."""

    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail code: its texts by language and how it behaves.

    action: the one thing to do (`reply`, `none`); asks: it asks for something by a date (gets a calendar part);
    urgent: signing request or confirmation, not held back by quiet windows; attaches: document fact to carry.
    """

    code: str
    texts: Mapping[str, MailText]
    action: str = "reply"
    asks: bool = False
    urgent: bool = False
    attaches: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The agreement's term: `starts` and `ends` are date facts; the end is the first day without the agreement."""

    length: Term
    starts: str = "signed_on"
    ends: str = "ends_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One published, immutable text of a whole workflow, ready to decide with.

    hash: SHA-256 hex over every file of the folder. start: first phase. document: fact of the frozen agreement, if any.
    """

    key: str
    number: int
    hash: str
    languages: tuple[str, ...]
    fallback: str
    title: Texts
    public_title: Texts
    start: str
    roles: Mapping[str, Role]
    facts: Mapping[str, FactType]
    records: Mapping[str, RecordList]
    phases: Mapping[str, Phase]
    transitions: Mapping[str, Transition]
    tasks: Mapping[str, Task]
    followups: Mapping[str, FollowUp]
    mails: Mapping[str, Mail]
    period: Period | None = None
    document: str = ""
    returned_mail: str = ""
    accepted_mail: str = ""
    handover_mail: str = ""
    outcomes: Mapping[str, Texts] = field(default_factory=dict)
    retention: Mapping[str, str] = field(default_factory=dict)
    legal_nature: str = ""

    @property
    def name(self) -> str:
        """Key and number as people say it: `aalborg-climate-partnership v1`."""
        return f"{self.key} v{self.number}"

    def signing_roles(self) -> tuple[str, ...]:
        """Return the keys of roles whose seats are named signatories."""
        return tuple(key for key, role in self.roles.items() if role.signs)

    def side_of(self, role: str) -> str:
        """Return the side of a role: municipality, company or network."""
        return self.roles[role].side if role in self.roles else "municipality"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRef:
    """Which version a case is pinned to."""

    key: str
    number: int
    hash: str = ""
