"""A settled town: one in which people have worked for years, for what only reads: pages, lists, searching.

To the town of `bench.town` it adds what screens ask about. Every case has comments (ten entries, so that a million cases have
ten million of them) and words to be found by; Peter coordinates as few cases as people do, whatever the size; due days lie
before and behind us; some cases were extended, some owe nothing, and some companies have no address.

Such a town takes minutes to make. One made once serves every measurement of its size in a process; where BENCH_TOWNS names
a folder, it is kept there for the next run too.
"""

from __future__ import annotations

import atexit
import os
import random
import shutil
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

from bench.databases import Place, Raw
from bench.town import TODAY, build
from sqlalchemy import Connection, bindparam, delete, update
from storage import search_filling, search_index
from storage.connect import connect_to_migrate
from storage.schema import head
from storage.search_index import ID, WORDS

KEEP = "BENCH_TOWNS"
ENTRIES = 10
HIS_CASES = 200  # in which Peter sits
YEAR = 365
SAID = 12  # words of comments a case has; some in every second case, most in a few
DIRECTOR, PETER = "mette", "peter"


def _vocabulary() -> Sequence[str]:
    draw = random.Random(7)
    return ["".join(draw.choice("abdefghijklmnoprstuvw") for _ in range(draw.randint(4, 11))) for _ in range(30_000)]


VOCABULARY = _vocabulary()


@cache
def settled_file(cases: int) -> str:
    """Return the address of a settled SQLite town that is only to be read, made where it is not there yet."""
    if keep := os.environ.get(KEEP):
        path = Path(keep) / f"town-{head()}-{cases}.db"
        url = f"sqlite:///{path}"
        if not path.exists():
            unready = path.with_suffix(".part")
            for end in ("", "-wal", "-shm"):
                Path(f"{unready}{end}").unlink(missing_ok=True)
            with Place() as place:
                settle(place, f"sqlite:///{unready}", cases)
            unready.rename(path)
        return url
    place = Place()
    atexit.register(shutil.rmtree, place.folder, ignore_errors=True)
    url = place.sqlite()
    settle(place, url, cases)
    return url


def settle(place: Place, url: str, cases: int) -> None:
    """Make a settled town in a new database."""
    build(place, url, cases, entries=ENTRIES)
    _say(url)
    raw = Raw(url)
    _work(raw, cases)
    raw.run("PRAGMA wal_checkpoint(TRUNCATE)" if raw.is_sqlite else "ANALYZE")
    raw.close()


def _work(raw: Raw, cases: int) -> None:
    """Let time have passed. Due days lie within the year around today, one in ten before it."""
    apart = max(1, cases // HIS_CASES)
    first = TODAY.date() - timedelta(days=YEAR // 10)
    days = "(case_id * 7919 + no * 31) % 365"
    due = f"date('{first}', '+' || ({days}) || ' days')" if raw.is_sqlite else f"DATE '{first}' + ({days})::int"
    yes = "1" if raw.is_sqlite else "true"
    rare = max(1, cases // 25)
    still = "state IN ('open', 'submitted', 'returned')"
    raw.begin()
    raw.run(f"UPDATE seat SET person = '{PETER}' WHERE role = 'coordinator' AND case_id % {apart} = 0")
    raw.run(f"UPDATE deadline SET due_on = {due}, last_on = {due} WHERE {still}")
    raw.run(f"UPDATE deadline SET extended = {yes} WHERE {still} AND case_id % {rare} = {rare // 2}")
    raw.run(f"UPDATE deadline SET state = 'met', wake_at = NULL WHERE {still} AND case_id % {rare} = {rare // 3}")
    raw.run(f"UPDATE contact SET email = '' WHERE id % {rare} = {rare // 4}")
    raw.commit()


def _say(url: str) -> None:
    """Gather the words of all cases, and give each some of comments."""
    engine = connect_to_migrate(url)
    with engine.begin() as connection:
        search_index.drop(connection)
        connection.execute(delete(WORDS))
        cases = search_filling.fill(connection)
        draw = random.Random(11)
        for first in range(1, cases + 1, 5000):
            _comment(connection, range(first, min(first + 5000, cases + 1)), draw)
        search_index.make(connection)
    engine.dispose()


def _comment(connection: Connection, cases: Sequence[int], draw: random.Random) -> None:
    last = len(VOCABULARY) - 1
    rows = [
        {"at": n, "words": " ".join(sorted({VOCABULARY[min(last, int(draw.paretovariate(0.5)) - 1)] for _ in range(SAID)}))}
        for n in cases
    ]
    connection.execute(update(WORDS).where(bindparam("at") == ID).values(said=bindparam("words")), rows)
