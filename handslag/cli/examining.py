"""What `doctor` looks at: the folder and its files, the house (`handslag.doctoring`), and what is published in it."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from engine.errors import HandslagError
from handslag.cli.desk import Desk
from handslag.cli.installing import KEY_FILE
from handslag.doctoring import Finding, diagnose
from handslag.settings import CONFIG_FILE
from storage import programme_reads


def examine(desk: Desk) -> list[Finding]:
    """Look at everything; a question that cannot be asked because another went wrong is left out."""
    found: list[Finding] = []
    for question in (_files, _settings, _house, _library):
        try:
            found += question(desk)
        except HandslagError as error:
            found.append(Finding(what=question.__name__[1:], found=error.sentence, advice="handslag init", ok=False))
            break
        if question is _house and not all(finding.ok for finding in found if finding.what in ("connection", "schema")):
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


def _house(desk: Desk) -> Iterator[Finding]:
    yield from diagnose(desk.house)


def _library(desk: Desk) -> Iterator[Finding]:
    versions = desk.read(programme_reads.versions)
    names = ", ".join(f"{line.key} v{line.number} ({line.cases} cases)" for line in versions)
    yield Finding(what="workflows", found=names or "none", advice="" if versions else "handslag init", ok=bool(versions))
    lines = desk.read(programme_reads.programmes)
    known = ", ".join(f"{line.key} ({line.open_cases} open cases)" for line in lines)
    yield Finding(what="programmes", found=known or "none yet", advice="" if lines else "handslag programme add aalborg")
