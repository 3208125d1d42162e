"""An independent checker: reads the database's tables and what the mail server saw, and knows nothing of our code.

Written against what the tables say, in plain SQL and the standard library; `facts` is the only door to the database.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from typing import Any

from sqlalchemy import NullPool, create_engine

Row = tuple[Any, ...]


def rows_of(url: str, sql: str) -> list[Row]:
    """Ask one question."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection, closing(connection.connection.cursor()) as cursor:
        cursor.execute(sql)
        return [tuple(map(_plain, row)) for row in cursor.fetchall()]


class Facts:
    """Everything the checker looks at, read in one go."""

    def __init__(self, url: str) -> None:
        engine = create_engine(url)
        with engine.connect() as connection:

            def rows(sql: str) -> list[Row]:
                with closing(connection.connection.cursor()) as cursor:
                    cursor.execute(sql)
                    return [tuple(map(_plain, row)) for row in cursor.fetchall()]

            self.promises = rows("SELECT case_id, no, state, message FROM promise")
            self.messages = rows("SELECT id, state, recipient, day, uncertain, address, merges, text FROM message")
            self.links = rows("SELECT message_id, case_id, promise_no FROM message_promise")
            self.attempts = rows("SELECT message_id, outcome FROM attempt")
            self.history = rows("SELECT case_id, no, previous, hash, body FROM history ORDER BY case_id, no")
            self.cases = rows("SELECT id, revision, head FROM cases")
        engine.dispose()


def _plain(value: Any) -> Any:
    """Return what both databases would say: SQLite knows neither dates nor truth values."""
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def faults(facts: Facts, seen: Sequence[dict[str, str]]) -> list[str]:
    """Return everything that contradicts the promises; empty where all is well."""
    return [*history(facts), *promises(facts), *days(facts), *mails(facts, seen)]


def history(facts: Facts) -> list[str]:
    """Return where chains are broken."""
    found: list[str] = []
    entries: dict[int, list[Row]] = defaultdict(list)
    for entry in facts.history:
        entries[entry[0]].append(entry)
    for case, revision, head in facts.cases:
        previous = "0" * 64
        for place, (_, no, before, digest, body) in enumerate(entries[case], start=1):
            if no != place or before != previous:
                found.append(f"case {case}: entry {no} stands at {place} or does not follow the one before")
            if hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest() != digest:
                found.append(f"case {case}: entry {no} is not what was sealed")
            previous = digest
        if (len(entries[case]), previous) != (revision, head):
            found.append(f"case {case}: {len(entries[case])} entries where the row says {revision}")
    return found


def promises(facts: Facts) -> list[str]:
    """Return where promises and their messages disagree."""
    found: list[str] = []
    states = {message[0]: message[1] for message in facts.messages}
    carried = Counter((case, no) for message, case, no in facts.links if states[message] != "cancelled")
    for case, no, state, message in facts.promises:
        on_its_way = state in ("queued", "sent")
        if on_its_way and carried[case, no] != 1:
            found.append(f"promise {case}/{no} is {state} and stands in {carried[case, no]} messages")
        if state == "sent" and states.get(message) != "sent":
            found.append(f"promise {case}/{no} is sent, its message is {states.get(message)}")
        if state == "queued" and states.get(message) not in ("queued", "claimed"):
            found.append(f"promise {case}/{no} waits for message {message}, which is {states.get(message)}")
    return found


def days(facts: Facts) -> list[str]:
    """Return who gets more than one merged mail on a day."""
    kept = Counter((recipient, day) for _, state, recipient, day, _, _, merges, _ in facts.messages
                   if merges and state != "cancelled")  # fmt: skip
    return [f"{recipient} gets {count} mails on {day}" for (recipient, day), count in kept.items() if count > 1]


def mails(facts: Facts, seen: Sequence[dict[str, str]]) -> list[str]:
    """Return where messages and what the mail server saw disagree."""
    found: list[str] = []
    times = Counter(mail["id"] for mail in seen)
    tried = Counter(message for message, _ in facts.attempts)
    for message, state, _, _, uncertain, address, _, text in facts.messages:
        if state == "sent" and not times[message]:
            found.append(f"message {message} is noted as sent and nobody saw it")
        if times[message] > 1 and not uncertain:
            found.append(f"message {message} was seen {times[message]} times, and nothing says that it was uncertain")
        if tried[message] > times[message]:
            found.append(f"message {message}: {tried[message]} tries noted, {times[message]} seen")
        said = {(mail["to"], mail["text"]) for mail in seen if mail["id"] == message} if times[message] > 1 else set()
        if said and said != {(address, text)}:
            found.append(f"message {message} was sent twice in different words")
    known = {message[0] for message in facts.messages}
    return found + [f"mail {key} was seen and is no message" for key in times if key not in known]
