"""What `doctor` looks at, one function a question; each answers with what it found and what to do."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from engine.errors import HandslagError
from engine.ports import Tx
from handslag.cli.desk import Desk
from handslag.cli.installing import KEY_FILE
from handslag.settings import CONFIG_FILE
from storage import approval, outbox_reads, programme_reads, schema

QUIET = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. ok: nothing has to be done; advice: what to do, or what is worth knowing."""

    what: str
    found: str
    advice: str = ""
    ok: bool = True


def examine(desk: Desk) -> list[Finding]:
    """Look at everything; a question that cannot be asked because another went wrong is left out."""
    found: list[Finding] = []
    for question in (_files, _settings, _database, _library, _sending, _outbox, _workers):
        try:
            found += question(desk)
        except HandslagError as error:
            found.append(Finding(what=question.__name__[1:], found=error.sentence, advice="handslag init", ok=False))
            break
    return found


def _files(desk: Desk) -> Iterator[Finding]:
    yield Finding(what="folder", found=str(desk.folder.resolve()))
    for name in (CONFIG_FILE, KEY_FILE):
        path = desk.folder / name
        if not path.exists():
            yield Finding(what=name, found="missing", advice="handslag init", ok=False)
        elif stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(what=name, found="others can read it", advice=f"chmod 600 {path}", ok=name != KEY_FILE)
        else:
            yield Finding(what=name, found="there, private")


def _settings(desk: Desk) -> Iterator[Finding]:
    settings = desk.settings
    yield Finding(what="mails", found=_way_out(desk), advice=", ".join(settings.mail.allow_list) and "fenced by the allow list")
    clock = "movable: a rehearsal, no real mail" if settings.clock.movable else "real"
    yield Finding(what="clock", found=clock)


def _way_out(desk: Desk) -> str:
    mail = desk.settings.mail
    return {"capture": f"captured in {mail.capture_folder}", "smtp": f"sent by {mail.smtp.host}:{mail.smtp.port}"}.get(
        mail.transport, "written to the log"
    )


def _database(desk: Desk) -> Iterator[Finding]:
    schema.check(desk.settings.database.url)
    yield Finding(what="database", found=f"schema {schema.head()}, history protected")


def _library(desk: Desk) -> Iterator[Finding]:
    versions = desk.read(programme_reads.versions)
    names = ", ".join(f"{line.key} v{line.number} ({line.cases} cases)" for line in versions)
    yield Finding(what="workflows", found=names or "none", advice="" if versions else "handslag init", ok=bool(versions))
    lines = desk.read(programme_reads.programmes)
    known = ", ".join(f"{line.key} ({line.open_cases} open cases)" for line in lines)
    yield Finding(what="programmes", found=known or "none yet", advice="" if lines else "handslag programme add aalborg")


def _sending(desk: Desk) -> Iterator[Finding]:
    found = desk.read(approval.approval)
    real = desk.settings.mail.transport == "smtp"
    if found.holds:
        yield Finding(what="sending", found=f"approved by {found.approved_by}")
    else:
        elsewhere = f"approved for {found.approved_place}, not for here" if found.approved_place else "not approved"
        advice = "handslag send approve --as PERSON" if real else "nothing to do while mails are not really sent"
        yield Finding(what="sending", found=elsewhere, advice=advice, ok=not real)


def _outbox(desk: Desk) -> Iterator[Finding]:
    counts = {line.state: line.messages for line in desk.read(outbox_reads.message_counts)}
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    failed = counts.get("failed", 0)
    advice = "handslag mail list --state failed" if failed else ""
    yield Finding(what="outbox", found=told or "empty", advice=advice, ok=not failed)


def _workers(desk: Desk) -> Iterator[Finding]:
    now = desk.house.clock.now()

    def ask(tx: Tx) -> tuple[object, bool]:
        due = tx.next_due()
        return due, due is not None and due < now - QUIET

    due, late = desk.read(ask)
    seen = desk.read(outbox_reads.workers)
    last = f"{seen[0].name} at {seen[0].seen_at:%Y-%m-%d %H:%M} UTC" if seen else "none seen"
    if late and not desk.settings.clock.movable:
        yield Finding(what="worker", found=f"{last}; due since {due:%Y-%m-%d %H:%M} UTC", advice="handslag run", ok=False)
    else:
        yield Finding(what="worker", found=last)
