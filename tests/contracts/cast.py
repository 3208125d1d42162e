"""The standing cast of the storage contract: a version, a programme, a company, and a case with a row of every kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine.case import Case, Deadline, Party, Promise, Record, Row, Seat, Wait, kind_of
from engine.declared import Version, VersionRef
from engine.entry import Change, Private, Sealed
from engine.letters import Message
from engine.ports import Store, Tx
from engine.programme import Contact, Organisation, Person, ProgrammeFile, Target

NOW = datetime(2026, 5, 4, 6, 0, 0, 123456, tzinfo=UTC)
TODAY = date(2026, 5, 4)
HOUR = timedelta(hours=1)
SHELVES = {"party": "parties", **{kind: f"{kind}s" for kind in ("seat", "record", "wait", "deadline", "promise")}}
FILES = {"workflow.yaml": "key: method\nnumber: 1\n", "mails/M01.da": "Kære {{ name }}"}


def digest_of(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def load_version(files: Mapping[str, str]) -> Version:
    lines = dict(line.split(": ") for line in files["workflow.yaml"].strip().splitlines())
    empty: dict[str, Any] = {
        name: {} for name in ("title", "public_title", "roles", "facts", "records", "phases", "transitions", "tasks",
                              "followups", "mails")
    }  # fmt: skip
    return Version(
        key=lines["key"],
        number=int(lines["number"]),
        hash=digest_of(files),
        languages=("da", "en"),
        fallback="en",
        start="talks",
        **empty,
    )


REF = VersionRef(key="method", number=1, hash=digest_of(FILES))
ALICE = Person(key="alice", name="Alice", email="alice@aalborg.dk", language="da", roles=("coordinator",), deputy="bob")
BOB = Person(key="bob", name="Bob", email="bob@aalborg.dk", language="en", roles=("manager", "coordinator"))


def programme_file(key: str = "aalborg", code: str = "AAL", people: Sequence[Person] = (ALICE, BOB)) -> ProgrammeFile:
    return ProgrammeFile(
        key=key,
        code=code,
        name="Aalborg Klima",
        names={"da": "Klimapartnerskaber", "en": "Climate partnerships"},
        zone="Europe/Copenhagen",
        languages=("da", "en"),
        sender="klima@aalborg.dk",
        sender_name="Aalborg Kommune",
        reply_to="svar@aalborg.dk",
        opens=time(8),
        closes=time(15, 30),
        calendar_days=(
            (date(2026, 12, 25), "free", "Juledag"),
            (date(2026, 12, 25), "quiet", "Jul"),
            (date(2026, 7, 20), "quiet", "Sommer"),
        ),
        people=tuple(people),
        events={"meetings": (date(2026, 6, 1), date(2026, 9, 1))},
        targets=(Target(title="ten signed", count=10, first=date(2026, 1, 1), last=date(2026, 5, 31)),),
        country="DK",
    )


def settle_in(store: Store, key: str = "aalborg", code: str = "AAL") -> None:
    """Publish the version and add a programme."""

    def use_case(tx: Tx) -> None:
        tx.publish(REF.key, REF.number, FILES, REF.hash, NOW)
        tx.add_programme(programme_file(key, code))

    store.run(use_case)


def deadline(no: int, **values: Any) -> Deadline:
    plain: dict[str, Any] = {"kind": "phase", "rule": "talks", "seat": "coordinator", "opened_on": TODAY,
                             "due_on": TODAY + timedelta(days=7), "last_on": TODAY + timedelta(days=9)}  # fmt: skip
    return Deadline(no=no, **{**plain, **values})


def promise(no: int, **values: Any) -> Promise:
    plain: dict[str, Any] = {"kind": "mail", "seat": "company_contact", "step": f"rung {no}", "entry": 1,
                             "due_at": NOW + HOUR, "on": TODAY}  # fmt: skip
    return Promise(no=no, **{**plain, **values})


def full_rows(organisation: int, contact: int) -> tuple[Row, ...]:
    """Return a row of every kind with every field set to something of its own."""
    return (
        Party(no=1, organisation=organisation, kind="co_signatory", joined_on=TODAY, left_on=TODAY),
        Seat(no=2, role="coordinator", person="alice", since=TODAY),
        Seat(no=3, role="company_contact", contact=contact, party=1, authority="§ 4, Ærø", ended_on=date(2030, 1, 1)),
        Record(no=4, list="visits", values={"on": "2026-05-01", "co2": "12.50", "ok": True, "n": None}, void_on=TODAY),
        Wait(no=5, reason="summer", first=TODAY, until=date(2026, 8, 1)),
        Deadline(
            no=6,
            kind="followup",
            rule="report",
            seat="signatory#3",
            opened_on=TODAY,
            due_on=date(2026, 6, 1),
            last_on=date(2026, 6, 15),
            occurrence="2026-03-31",
            record=4,
            state="returned",
            overdue_at=NOW + 9 * HOUR,
            missed_at=NOW - HOUR,
            submitted_on=TODAY,
            ended_on=TODAY,
            why="questions",
            round=2,
            extended=True,
            escalated_on=TODAY,
            questions="Hvor mange?\nÆØÅ",
            sum=({"op": "start", "on": "2026-05-04"}, {"op": "add", "term": "20 wd", "free": {"2026-05-14": "Kr. Himm."}}),
        ),
        Promise(
            no=7,
            kind="escalation",
            seat="manager",
            step="+5 wd M09",
            entry=1,
            due_at=NOW + 2 * HOUR,
            on=TODAY,
            about=6,
            code="M09",
            task="call",
            round=2,
            state="planned",
            why="held",
            ended_at=NOW,
            message="m-1",
            held_until=NOW + 3 * HOUR,
            resend_of=1,
        ),
    )


def entry(no: int, *, kind: str = "moved", actor: str = "alice", previous: str = "", transition: str = "") -> Sealed:
    """Return a sealed entry; the chain is the engine's business, here any hash will do."""
    hidden = {"digest": f"d{no}"}
    body = json.dumps({"actor": {"key": actor, "name": hidden}, "changes": [{"new": {"note": hidden}}],
                       "transition": transition}, sort_keys=True)  # fmt: skip
    privates = tuple(
        Private(path=path, salt=f"s{no}", digest=f"d{no}", value=value)
        for path, value in (("/actor/name", actor.title()), ("/changes/0/new/note", "Kære Åse"))
    )
    return Sealed(
        no=no,
        kind=kind,
        body=body,
        previous=previous or "0",
        hash=hashlib.sha256(body.encode()).hexdigest(),
        privates=privates,
        recorded_at=NOW + no * HOUR,
        happened_at=NOW,
    )


def step(tx: Tx, before: Case, *rows: Row, actor: str = "alice", transition: str = "", **scalars: Any) -> Case:
    """Write one entry that puts these rows and scalar fields, the way the engine does; return the case after it."""
    shelves: dict[str, Any] = {}
    changes = []
    for row in rows:
        kind = kind_of(row)
        shelf = shelves.setdefault(SHELVES[kind], dict(getattr(before, SHELVES[kind])))
        changes.append(change_of(kind, shelf.get(row.no), row))
        shelf[row.no] = row
    no = before.revision + 1
    sealed = entry(no, actor=actor, transition=transition, previous=before.head)
    after = replace(before, revision=no, head=sealed.hash, last_happened_at=sealed.happened_at, **shelves, **scalars)
    tx.write(before, after, changes, sealed)
    return after


def change_of(kind: str, old: Row | None, new: Row) -> Change:
    names = [f.name for f in fields(new) if f.name != "no" and (old is None or getattr(old, f.name) != getattr(new, f.name))]
    new_values = {name: getattr(new, name) for name in names}
    old_values = None if old is None else {name: getattr(old, name) for name in names}
    return Change(kind=kind, no=new.no, old=old_values, new=new_values)


def open_case(store: Store, *rows: Row, programme: str = "aalborg", **scalars: Any) -> Case:
    """Open a case with these rows (a coordinator's seat where none are given) and return it."""

    def use_case(tx: Tx) -> Case:
        number = tx.give_number(tx.programme(programme), 2026)
        bare = Case(number=number, programme=programme, version=REF)
        bare = replace(bare, id=tx.insert_case(bare))
        given = rows or (Seat(no=1, role="coordinator", person="alice"),)
        plain = {"phase": "talks", "phase_since": TODAY, "opened_on": TODAY, "serial": 50, "title": "Acme"}
        return step(tx, bare, *given, **{**plain, **scalars})

    return store.run(use_case)


def company(store: Store, programme: str = "aalborg", number: str = "12345678") -> tuple[Organisation, Contact]:
    """Write a company and a contact."""

    def use_case(tx: Tx) -> tuple[Organisation, Contact]:
        acme = tx.save_organisation(programme, Organisation(id=0, name="Acme A/S", register="CVR", number=number))
        carl = Contact(id=0, organisation=acme.id, name="Carl", email="Carl@acme.dk", language="da")
        return acme, tx.save_contact(carl)

    return store.run(use_case)


def message(no: int, **values: Any) -> Message:
    plain: dict[str, Any] = {
        "id": f"m-{no}", "programme": "aalborg", "recipient": "contact:1", "address": "carl@acme.dk", "language": "da",
        "subject": "Hej", "text": "Kære Carl", "html": "<p>Kære Carl</p>", "day": TODAY, "code": "M01", "thread": "",
        "not_before": NOW, "created_at": NOW + timedelta(seconds=no), "sender": "a@b.dk", "sender_name": "A",
        "reply_to": "r@b.dk",
    }  # fmt: skip
    return Message(**{**plain, **values})


def add_messages(store: Store, *messages: Message) -> None:
    """Put messages into the outbox."""

    def use_case(tx: Tx) -> None:
        for each in messages:
            tx.add_message(each)

    store.run(use_case)
