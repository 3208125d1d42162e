"""Filling the words of cases that are there already: for the migration that brought search, and for towns made to measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select, union

from engine.search_words import indexed
from storage.case_tables import COMMENTED
from storage.migration_steps import Tell, silent
from storage.search_index import WORDS
from storage.search_rows import CASES, COMMENT, CONTACTS, HISTORY, ORGANISATIONS, PARTIES, PRIVATES, SEATS, card_of

AT_ONCE = 2000
_NAMES = (CASES.c["id"], CASES.c["programme_id"], CASES.c["number"], CASES.c["title"])


def fill(connection: Connection, tell: Tell = silent) -> int:
    """Write the words of every case that has none, some thousand at a time; return how many cases there are.

    tell: hears how far it is.
    """
    last = connection.execute(select(func.max(CASES.c["id"]))).scalar() or 0
    done = 0
    for first in range(1, last + 1, AT_ONCE):
        rows = _rows(connection, first, first + AT_ONCE - 1)
        if rows:
            connection.execute(WORDS.insert(), rows)
        done += len(rows)
        tell(f"words of {done} cases gathered")
    return done


def _rows(connection: Connection, first: int, last: int) -> list[dict[str, Any]]:
    known = select(WORDS.c["case_id"]).where(WORDS.c["case_id"].between(first, last))
    cases = select(*_NAMES).where(CASES.c["id"].between(first, last), CASES.c["id"].not_in(known))
    names = _by_case(connection, _companies(first, last))
    for case, rows in _by_case(connection, _contacts(first, last)).items():
        names.setdefault(case, []).extend(rows)
    said = _by_case(connection, _comments(first, last))
    return [
        {
            "case_id": case,
            "programme_id": programme,
            "card": card_of(programme, number, title, names.get(case, ())),
            "said": " ".join(sorted(indexed(*(row[0] for row in said.get(case, ()))))),
        }
        for case, programme, number, title in connection.execute(cases)
    ]


def _by_case(connection: Connection, question: Select[Any]) -> dict[int, list[Sequence[Any]]]:
    found: Mapping[int, list[Sequence[Any]]] = defaultdict(list)
    for case, *row in connection.execute(question):
        found[case].append(row)
    return dict(found)


def _companies(first: int, last: int) -> Select[Any]:
    return (
        select(PARTIES.c["case_id"], *(ORGANISATIONS.c[name] for name in ("name", "register", "number")))
        .join_from(PARTIES, ORGANISATIONS, ORGANISATIONS.c["id"] == PARTIES.c["organisation"])
        .where(PARTIES.c["case_id"].between(first, last))
    )


def _contacts(first: int, last: int) -> Select[Any]:
    own = select(PARTIES.c["case_id"], CONTACTS.c["id"]).join_from(
        PARTIES, CONTACTS, CONTACTS.c["organisation"] == PARTIES.c["organisation"]
    )
    seated = select(SEATS.c["case_id"], SEATS.c["contact"]).where(SEATS.c["contact"] != 0)
    theirs = union(
        own.where(PARTIES.c["case_id"].between(first, last)), seated.where(SEATS.c["case_id"].between(first, last))
    ).subquery()
    of_case, contact = theirs.c
    return select(of_case, CONTACTS.c["name"], CONTACTS.c["email"]).join_from(theirs, CONTACTS, CONTACTS.c["id"] == contact)


def _comments(first: int, last: int) -> Select[Any]:
    same = (PRIVATES.c["case_id"] == HISTORY.c["case_id"]) & (PRIVATES.c["entry_no"] == HISTORY.c["no"])
    return (
        select(HISTORY.c["case_id"], PRIVATES.c["value"])
        .join_from(HISTORY, PRIVATES, same)
        .where(HISTORY.c["case_id"].between(first, last), COMMENTED)
        .where(PRIVATES.c["path"] == COMMENT, PRIVATES.c["value"].is_not(None))
    )
