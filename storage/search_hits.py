"""Found cases as a list shows them, each with the places in which the words stand, read from where they live."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select, union

from engine.policy import Reach
from engine.ports import Tx
from engine.search_words import Word, fitting
from storage import search
from storage.case_rows import CASES, PROGRAMMES, VERSIONS
from storage.case_tables import COMMENTED
from storage.company_rows import CONTACTS, ORGANISATIONS, PARTIES, SEATS
from storage.mapping import at, at_keys
from storage.reads import line_of
from storage.search_index import ID, WORDS
from storage.search_rows import COMMENT, HISTORY, PRIVATES
from storage.statements import Line, Prepared

SHOWN = 3
COMMENTS_READ = 200
_ORGANISATION, _CONTACT = ORGANISATIONS.table, CONTACTS.table
_COMMENTS = Prepared(
    select(PRIVATES.c["value"], HISTORY.c["recorded_at"])
    .join_from(HISTORY, PRIVATES, (PRIVATES.c["case_id"] == HISTORY.c["case_id"]) & (PRIVATES.c["entry_no"] == HISTORY.c["no"]))
    .where(at("case_id", HISTORY.c["case_id"]), COMMENTED, PRIVATES.c["path"] == COMMENT, PRIVATES.c["value"].is_not(None))
    .order_by(HISTORY.c["no"].desc())
    .limit(COMMENTS_READ),
    returns=[PRIVATES.c["value"], HISTORY.c["recorded_at"]],
)


class Find(NamedTuple):
    """Where words stand. place: number, company, registration, contact, comment; at: when a comment was written."""

    place: str
    text: str
    at: datetime | None = None


class Hit(NamedTuple):
    """A found case. finds: without its title, which is shown anyway; empty where all words stand in that."""

    id: int
    number: str
    title: str
    programme: str
    phase: str
    version: str
    version_number: int
    closed_on: date | None
    outcome: str
    finds: tuple[Find, ...]


def hits(tx: Tx, reach: Reach, words: Sequence[Word], *, before: int = 0, limit: int) -> Sequence[Hit]:
    """Return cases that have every word, newest first, as far as a person sees. before: id of the last one, 0 for none."""
    ids = search.found(tx, reach, words, before=before, limit=limit)
    if not ids:
        return ()
    line = line_of(tx)
    columns = (CASES.c["id"], CASES.c["number"], CASES.c["title"], PROGRAMMES.c["key"], CASES.c["phase"], VERSIONS.c["key"],
               VERSIONS.c["number"], CASES.c["closed_on"], CASES.c["outcome"])  # fmt: skip
    statement = (
        select(*columns)
        .join_from(CASES, PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .join(VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"])
        .where(CASES.c["id"].in_(ids))
        .order_by(CASES.c["id"].desc())
    )
    rows = line.core.execute(statement).all()
    places = _places(line, ids, words)
    return [Hit(*row, finds=_shown(row[1], row[2], places.get(row[0], ()), words)) for row in rows]


def _shown(number: str, title: str, places: Iterable[Find], words: Sequence[Word]) -> tuple[Find, ...]:
    """Return the places that show a word which nothing before them shows, the title first."""
    seen = set(fitting(title, words))
    shown: list[Find] = []
    for find in (Find("number", number), *places):
        if (here := fitting(find.text, words)) - seen:
            seen |= here
            shown.append(find)
    return tuple(shown[:SHOWN])


def _places(line: Line, ids: Sequence[int], words: Sequence[Word]) -> Mapping[int, list[Find]]:
    found: dict[int, list[Find]] = defaultdict(list)
    for case, name, register, number in line.core.execute(_organisations(ids)):
        found[case] += [Find("company", name), Find("registration", f"{register} {number}".strip())]
    for case, name, email in line.core.execute(_contacts(ids)):
        found[case].append(Find("contact", f"{name}, {email}" if email else name))
    commented = select(ID, WORDS.c["said"]).where(ID.in_(ids), WORDS.c["said"] != "")
    for case, said in line.core.execute(commented):
        if any(word.fits(said.split()) for word in words):
            found[case] += [Find("comment", text, at) for text, at in _COMMENTS.rows(line, at_keys(case_id=case))]
    return found


def _organisations(ids: Sequence[int]) -> Any:
    return (
        select(PARTIES.c["case_id"], *(_ORGANISATION.c[name] for name in ("name", "register", "number")))
        .join_from(PARTIES, _ORGANISATION, _ORGANISATION.c["id"] == PARTIES.c["organisation"])
        .where(PARTIES.c["case_id"].in_(ids))
        .order_by(PARTIES.c["case_id"], PARTIES.c["no"])
    )


def _contacts(ids: Sequence[int]) -> Any:
    own = select(PARTIES.c["case_id"], _CONTACT.c["id"].label("contact")).join_from(
        PARTIES, _CONTACT, _CONTACT.c["organisation"] == PARTIES.c["organisation"]
    )
    seated = select(SEATS.c["case_id"], SEATS.c["contact"]).where(SEATS.c["contact"] != 0)
    theirs = union(own.where(PARTIES.c["case_id"].in_(ids)), seated.where(SEATS.c["case_id"].in_(ids))).subquery()
    of_case, contact = theirs.c
    return (
        select(of_case, _CONTACT.c["name"], _CONTACT.c["email"])
        .join_from(theirs, _CONTACT, _CONTACT.c["id"] == contact)
        .order_by(of_case, contact)
    )
