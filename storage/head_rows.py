"""Small rows of the house: a worker's sign of life, the daily signed heads, erasing what history may not keep."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, func, insert, literal, select, update

from engine.errors import Refused
from storage import search_rows
from storage.case_rows import CASES, case_id
from storage.case_tables import HeadRow
from storage.columns import table_of
from storage.programme_tables import WorkerRow
from storage.statements import Line
from storage.writing import PRIVATES

HEADS = table_of(HeadRow)
WORKERS = table_of(WorkerRow)


def beat(line: Line, worker: str, at: datetime, note: str) -> None:
    """Leave a worker's sign of life."""
    mine = WORKERS.c["name"] == worker
    if line.core.execute(update(WORKERS).where(mine).values(seen_at=at, note=note)).rowcount == 0:
        line.core.execute(insert(WORKERS).values(name=worker, seen_at=at, note=note))


def forget_workers(line: Line, before: datetime) -> None:
    """Forget workers that were seen last before an instant."""
    line.core.execute(delete(WORKERS).where(WORKERS.c["seen_at"] < before))


def save_heads(line: Line, day: date, signature: str) -> int:
    """Copy the head of every opened case into the day's list; return how many. Raises: Refused where the day has one."""
    count = select(func.count()).where(HEADS.c["day"] == day)
    if line.core.execute(count).scalar_one():
        raise Refused(f"the heads of {day} are signed already", day=day.isoformat())
    columns = ["day", "case_id", "entry_no", "hash", "signature", "number"]
    now = select(
        *(literal(day, HEADS.c["day"].type), CASES.c["id"], CASES.c["revision"], CASES.c["head"], literal(signature)),
        CASES.c["number"],
    ).where(CASES.c["revision"] > 0)
    line.core.execute(insert(HEADS).from_select(columns, now))
    return int(line.core.execute(count).scalar_one())


def erase_private(line: Line, case: str, entry_no: int, path: str) -> bool:
    """Forget a value; False where there is none."""
    found = case_id(line, case)
    chosen = (PRIVATES.c["case_id"] == found) & (PRIVATES.c["entry_no"] == entry_no)
    erased = update(PRIVATES).where(chosen, PRIVATES.c["path"] == path).values(value=None)
    done = bool(line.core.execute(erased).rowcount)
    if done and path == search_rows.COMMENT:
        search_rows.note_erased(line, found)
    return done
