"""Answers kept under idempotency keys: written in the transaction of the act, so that both are there or neither is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select, update

from engine.ports import Tx
from storage.api_tables import AnswerRow
from storage.columns import table_of
from storage.library_rows import insert_once
from storage.reads import line_of

ANSWERS = table_of(AnswerRow)


class Kept(NamedTuple):
    """An answer as it was given. digest: SHA-256 hex of the request; head: its headers."""

    digest: str
    status: int
    head: Mapping[str, str]
    body: str


def kept_answer(tx: Tx, person: str, key: str, now: datetime, kept_for: timedelta) -> Kept | None:
    """Return what was answered under a key, None where nothing was, or too long ago."""
    columns = [ANSWERS.c[name] for name in Kept._fields]
    mine = (ANSWERS.c["person"] == person) & (ANSWERS.c["key"] == key) & (ANSWERS.c["created_at"] > now - kept_for)
    found = line_of(tx).core.execute(select(*columns).where(mine)).first()
    return None if found is None else Kept(found[0], found[1], json.loads(found[2]), found[3])


def claim_key(tx: Tx, person: str, key: str, now: datetime, kept_for: timedelta) -> None:
    """Take a key before the act; old answers of anybody are swept away with it.

    Two at once: on SQLite the second writer waits and finds the first one's answer; on PostgreSQL it waits here, cannot be
    serialized, and the store runs it again.
    """
    line = line_of(tx)
    line.core.execute(delete(ANSWERS).where(ANSWERS.c["created_at"] <= now - kept_for))
    row = {"person": person, "key": key, "digest": "", "status": 0, "head": "{}", "body": "", "created_at": now}
    insert_once(line, ANSWERS, row)


def keep_answer(tx: Tx, person: str, key: str, kept: Kept) -> None:
    """Keep the answer of the act under its key."""
    mine = (ANSWERS.c["person"] == person) & (ANSWERS.c["key"] == key)
    row = {"digest": kept.digest, "status": kept.status, "head": json.dumps(dict(kept.head)), "body": kept.body}
    line_of(tx).core.execute(update(ANSWERS).where(mine).values(row))
