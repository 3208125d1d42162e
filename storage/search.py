"""Searching cases, newest first: by number, company, registration number, contact, and what was commented.

Two steps keep every question quick, however common its words are and however many cases there are. The newest few thousand
cases within reach are simply looked through; that answers what is common. Only for what is rare there the full-text index is
asked, and of words that are common only the rest of the rows: an index that has to gather a million cases for a word's first
letters is no quicker than no index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, literal, literal_column, or_, select

from engine.policy import Reach
from engine.ports import Tx
from engine.search_words import Word
from storage.case_rows import PROGRAMMES
from storage.case_tables import SEATED
from storage.company_rows import SEATS
from storage.mapping import bool_of
from storage.reads import line_of
from storage.search_index import ID, WORDS, asking
from storage.statements import Line

LOOKED_THROUGH = 2000
COMMON = LOOKED_THROUGH // 20
_PROGRAMME = WORDS.c["programme_id"]
_TEXT: ColumnElement[str] = literal(" ") + WORDS.c["card"] + " " + WORDS.c["said"] + " "


def found(tx: Tx, reach: Reach, words: Sequence[Word], *, before: int = 0, limit: int) -> list[int]:
    """Return ids of cases that have every word, newest first, as far as a person sees; before: id of the last one, 0 for none.

    No words find nothing.
    """
    line = line_of(tx)
    known = dict(line.core.execute(select(PROGRAMMES.c["key"], PROGRAMMES.c["id"])).all()) if words else {}
    whole = [known[key] for key in reach.whole if key in known]
    seated = [known[key] for key in reach.seated if key in known]
    finds = _in_whole(line, whole, words, before, limit) if whole else []
    if seated:
        finds += _where_seated(line, seated, reach.person, words, before, limit)
    return sorted(finds, reverse=True)[:limit]


def _in_whole(line: Line, programmes: Sequence[int], words: Sequence[Word], before: int, limit: int) -> list[int]:
    newest = _window(programmes, before)
    all_there = [_has(word, newest.c["words"]) for word in words]
    there = select(newest.c["case_id"]).where(*all_there).order_by(newest.c["case_id"].desc()).limit(limit)
    finds = list(line.core.execute(there).scalars())
    if len(finds) == limit:
        return finds
    one = literal_column("1", Integer)
    counts = [func.sum(case((fits, one), else_=literal_column("0", Integer))) for fits in all_there]
    looked, oldest, *often = line.core.execute(select(func.count(), func.min(newest.c["case_id"]), *counts)).one()
    if looked < LOOKED_THROUGH:
        return finds
    rare = [word for word, n in zip(words, often, strict=True) if n <= max(COMMON, min(often))]
    wanted = [_has(word, _TEXT) for word in words if word not in rare]
    asked = asking(line.dialect.name, rare, programmes, wanted=wanted, before=oldest, limit=limit - len(finds))
    return [*finds, *line.core.execute(asked).scalars()]


def _window(programmes: Sequence[int], before: int) -> Any:
    statement = select(ID, _TEXT.label("words")).where(_of(programmes))
    if before:
        statement = statement.where(before > ID)
    return statement.order_by(ID.desc()).limit(LOOKED_THROUGH).subquery()


def _of(programmes: Sequence[int]) -> ColumnElement[bool]:
    # Several programmes: the key is walked, because sorting what the index of each holds would read all of it.
    several = (_PROGRAMME + 0).in_(programmes)
    return several if len(programmes) > 1 else bool_of(programmes[0] == _PROGRAMME)


def _where_seated(
    line: Line, programmes: Sequence[int], person: str, words: Iterable[Word], before: int, limit: int
) -> list[int]:
    mine = select(SEATS.c["case_id"]).where(SEATS.c["person"] == person, SEATED)
    wanted = [ID.in_(mine), _PROGRAMME.in_(programmes), *(_has(word, _TEXT) for word in words)]
    if before:
        wanted.append(before > ID)
    return list(line.core.execute(select(ID).where(*wanted).order_by(ID.desc()).limit(limit)).scalars())


def _has(word: Word, text: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a row has a word; folded words hold nothing that LIKE would take for a mark."""
    return or_(*(text.like(f"% {form} %" if word.whole else f"% {form}%") for form in word.forms))
