"""The full-text index of each database over `case_words`: making it, and asking it. The only module that knows how they differ.

SQLite: an FTS5 table without content of its own, kept by triggers, with the first two and three letters indexed too. It knows
neither positions nor columns (`detail=none`): the words are a set. PostgreSQL: a GIN index over an expression, written through
(`fastupdate=off`), so that no search has to read a list of pending words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    column,
    exists,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.exc import OperationalError

from engine.errors import EnvironmentFault
from engine.search_words import Word
from storage.columns import table_of
from storage.mapping import bool_of
from storage.search_tables import INDEX, CaseWordsRow

WORDS = table_of(CaseWordsRow)
ID = WORDS.c["case_id"]
_LEXEMES = "array_to_tsvector(string_to_array(btrim(card || ' ' || said), ' '))"
_FTS = f"""
CREATE VIRTUAL TABLE {INDEX} USING fts5(card, said, content='case_words', content_rowid='case_id', detail=none,
  prefix='2 3', tokenize="unicode61 remove_diacritics 0 tokenchars '_'")
"""
_OUT = f"INSERT INTO {INDEX} ({INDEX}, rowid, card, said) VALUES ('delete', old.case_id, old.card, old.said);"
_IN = f"INSERT INTO {INDEX} (rowid, card, said) VALUES (new.case_id, new.card, new.said);"
_TRIGGERS = {"insert": _IN, "delete": _OUT, "update": f"{_OUT} {_IN}"}


def make(connection: Connection) -> None:
    """Make the index over what stands in the table. Raises: EnvironmentFault where this SQLite was built without FTS5."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"CREATE INDEX {INDEX} ON case_words USING gin (({_LEXEMES})) WITH (fastupdate = off)")
        return
    try:
        connection.exec_driver_sql(_FTS)
    except OperationalError as error:
        raise EnvironmentFault("this SQLite cannot search: it was built without FTS5; use another build of Python") from error
    for act, body in _TRIGGERS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER {INDEX}_{act} AFTER {act} ON case_words BEGIN {body} END")
    connection.exec_driver_sql(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild')")


def drop(connection: Connection) -> None:
    """Take the index away; the words stay."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"DROP INDEX {INDEX}")
        return
    for act in _TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER {INDEX}_{act}")
    connection.exec_driver_sql(f"DROP TABLE {INDEX}")


def asking(
    dialect: str, words: Sequence[Word], programmes: Sequence[int], *, wanted: Iterable[ColumnElement[bool]], before: int,
    limit: int,
) -> Select[int]:  # fmt: skip
    """Return the question for the newest cases whose words the index finds. wanted: what must hold besides; before: an id."""
    scope = Word(tuple(f"_{made}" for made in programmes), whole=True)
    if dialect == "sqlite":
        fts = table(INDEX, column("rowid", Integer), column(INDEX, Text))
        sought = bool_of(fts.c[INDEX].op("MATCH")(_match(scope, *words)))
        # A condition on each find, not a join: there SQLite may walk the table and ask the index about each row of it.
        fits = exists().select_from(WORDS).where(fts.c["rowid"] == ID, *wanted).correlate(fts)
        found = select(fts.c["rowid"]).where(sought, bool_of(fts.c["rowid"] < before), fits)
        return found.order_by(fts.c["rowid"].desc()).limit(limit)
    query = bindparam("sought", _tsquery(scope, *words), Text)
    sought = bool_of(literal_column(_LEXEMES).op("@@")(text("CAST(:sought AS tsquery)").bindparams(query)))
    # Left alone, the planner walks the key and tests every case on the way: the finds are taken first, `+ 0` hides the key.
    there = select(ID).where(sought, bool_of(before > ID + 0), *wanted)
    finds = there.cte("finds").prefix_with("MATERIALIZED", dialect="postgresql")
    return select(finds.c["case_id"]).order_by(finds.c["case_id"].desc()).limit(limit)


def _match(*words: Word) -> str:
    parts = (" OR ".join(f'"{form}"{"" if word.whole else "*"}' for form in word.forms) for word in words)
    return " AND ".join(f"({part})" for part in parts)


def _tsquery(*words: Word) -> str:
    parts = (" | ".join(f"'{form}'{'' if word.whole else ':*'}" for form in word.forms) for word in words)
    return " & ".join(f"({part})" for part in parts)
