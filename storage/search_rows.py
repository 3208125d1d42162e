"""Keeping the words of cases true: written in the transaction that opens a case, comments on it, or changes its companies.

A move changes none of these and pays nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select

from engine.entry import Change, Sealed
from engine.search_words import indexed
from storage.case_tables import COMMENTED, CaseRow, HistoryRow, PartyRow, PrivateTextRow, SeatRow
from storage.columns import table_of
from storage.mapping import at, at_keys, insert, update
from storage.programme_tables import ContactRow, OrganisationRow
from storage.search_index import WORDS
from storage.statements import Line, Prepared

COMMENT = "/reason"
MOST_WORDS = 20_000  # of the comments of one case: both databases hold the set as one row
_COUNTED = frozenset({"party", "seat", "contact", "organisation"})
CASES, PARTIES, SEATS = table_of(CaseRow), table_of(PartyRow), table_of(SeatRow)
ORGANISATIONS, CONTACTS = table_of(OrganisationRow), table_of(ContactRow)
HISTORY, PRIVATES = table_of(HistoryRow), table_of(PrivateTextRow)
_ORGANISATION = [ORGANISATIONS.c[name] for name in ("name", "register", "number")]
_CONTACT = [CONTACTS.c[name] for name in ("name", "email")]
_CASE = [CASES.c[name] for name in ("programme_id", "number", "title")]
_OF_CASE = Prepared(select(*_CASE).where(at("id", CASES.c["id"])), returns=_CASE)
_MINE = select(PARTIES.c["organisation"]).where(at("case_id", PARTIES.c["case_id"]))
_SEATED = select(SEATS.c["contact"]).where(at("case_id", SEATS.c["case_id"]))
_ORGANISATIONS_OF = Prepared(select(*_ORGANISATION).where(ORGANISATIONS.c["id"].in_(_MINE)), returns=_ORGANISATION)
_CONTACTS_OF = Prepared(
    select(*_CONTACT).where(or_(CONTACTS.c["organisation"].in_(_MINE), CONTACTS.c["id"].in_(_SEATED))), returns=_CONTACT
)
_ITS_CASES = Prepared(
    select(PARTIES.c["case_id"]).where(at("organisation", PARTIES.c["organisation"])).distinct(), returns=[PARTIES.c["case_id"]]
)
_SAID = Prepared(select(WORDS.c["said"]).where(at("case_id", WORDS.c["case_id"])), returns=[WORDS.c["said"]])
_COMMENTS = Prepared(
    select(PRIVATES.c["value"])
    .join_from(HISTORY, PRIVATES, (PRIVATES.c["case_id"] == HISTORY.c["case_id"]) & (PRIVATES.c["entry_no"] == HISTORY.c["no"]))
    .where(at("case_id", HISTORY.c["case_id"]), COMMENTED, PRIVATES.c["path"] == COMMENT, PRIVATES.c["value"].is_not(None)),
    returns=[PRIVATES.c["value"]],
)
_INSERT = insert(WORDS)


def note_entry(line: Line, case: int, renamed: bool, changes: Sequence[Change], sealed: Sealed) -> None:
    """Take in what an entry that was just written says about companies, people and words."""
    if renamed or any(change.kind in _COUNTED for change in changes):
        _write_card(line, case)
    if sealed.kind == "commented":
        said = [private.value for private in sealed.privates if private.path == COMMENT and private.value]
        known = _SAID.first(line, at_keys(case_id=case)) or [""]
        _write_said(line, case, {*known[0].split(), *indexed(*said)}, known[0])


def note_erased(line: Line, case: int) -> None:
    """Forget words of erased comments: gather anew what still stands."""
    known = _SAID.first(line, at_keys(case_id=case)) or [""]
    _write_said(line, case, indexed(*(row[0] for row in _COMMENTS.rows(line, at_keys(case_id=case)))), known[0])


def note_organisation(line: Line, organisation: int) -> None:
    """Take in the new name, number or contacts of an organisation, in every case it takes part in."""
    for (case,) in _ITS_CASES.rows(line, at_keys(organisation=organisation)):
        _write_card(line, case)


def card_of(programme: int, number: str, title: str, companies: Iterable[Sequence[str]]) -> str:
    """Return the words of a card. companies: texts of its organisations (name, register, number) and contacts."""
    texts = [number, title]
    for name, *others in companies:
        texts += [name, "-".join(others), *others] if len(others) > 1 else [name, *others]
    return " ".join((f"_{programme}", *sorted(indexed(*texts))))


def _write_card(line: Line, case: int) -> None:
    programme, number, title = _OF_CASE.rows(line, at_keys(id=case))[0]
    key = at_keys(case_id=case)
    companies = (*_ORGANISATIONS_OF.rows(line, key), *_CONTACTS_OF.rows(line, key))
    card = card_of(programme, number, title, companies)
    if update(WORDS, ("card",), ("case_id",)).run(line, {"card": card, **key}) == 0:
        _INSERT.run(line, {"case_id": case, "programme_id": programme, "card": card, "said": ""})


def _write_said(line: Line, case: int, words: Iterable[str], known: str) -> None:
    said = " ".join(sorted(words)[:MOST_WORDS])
    if said != known:
        update(WORDS, ("said",), ("case_id",)).run(line, {"said": said, **at_keys(case_id=case)})
