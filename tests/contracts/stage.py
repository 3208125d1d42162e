"""A small town with many reminders due at once: one method, one programme, any number of cases, each with a contact of its own.

The cases are built once per session through the engine on SQLite and copied from there to each database that a test asks for.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from engine import acts, use_cases
from engine.declared import VersionRef
from engine.draft import Call
from engine.ports import Ids, Tx
from engine.programme import Contact, Organisation, Person, Programme, ProgrammeFile
from handslag.acting import actor_on
from handslag.clock import MovedClock
from handslag.settings import Settings, load_settings
from handslag.wiring import House, load_version, open_house
from storage.copying import copy
from storage.schema import migrate
from tests.contracts.databases import address, create_postgres
from workflows.folder import digest

OPENED = datetime(2026, 2, 2, 8, tzinfo=UTC)
# 25 February 2026, 10:00 in Aalborg: all first reminders are due, no deadline is missed.
DUE = datetime(2026, 2, 25, 9, tzinfo=UTC)
METHOD = """\
workflow: reminding
number: 1
languages: [en]
fallback: en
title: {en: Reminding}
start: asked
roles:
  coordinator: {side: municipality, title: {en: Coordinator}}
  company_contact: {side: company, title: {en: Contact}}
phases:
  asked:
    title: {en: Asked}
    owner: company_contact
    waits_for: company
    stay: 20 wd
    ladder: [{at: -3 wd, mail: M08}, {at: 1 wd, mail: M09}]
  done: {title: {en: Done}, ending: done}
transitions:
  finish: {title: {en: Finish}, from: asked, to: done, by: [coordinator], mails: [{code: M01, to: [company_contact]}]}
outcomes: {done: {en: Done}}
retention: {done: 5 years}
"""
FILES = {
    "workflow.yaml": METHOD,
    **{f"mails/{code}.en": f"About {code}\n\n{{{{ company }}}}: {{{{ case }}}}\n" for code in ("M01", "M08", "M09")},
}
ANNE = Person(key="anne", name="Anne", email="anne@aalborg.example.org", language="en", roles=("coordinator",))


def programme_file(key: str, code: str) -> ProgrammeFile:
    return ProgrammeFile(
        key=key, code=code, name=key.title(), names={"en": key.title()}, zone="Europe/Copenhagen", languages=("en",),
        sender=f"klima@{key}.example.org", sender_name="Klima", reply_to=f"klima@{key}.example.org", opens=time(8),
        closes=time(16), calendar_days=((date(2026, 12, 25), "free", "Juledag"),),
        people=(ANNE if key == "aalborg" else replace(ANNE, key=f"anne-{key}"),), events={}, targets=(),
    )  # fmt: skip


def open_town(folder: Path, url: str, *, now: datetime, ids: Ids | None = None, tick_s: int = 1, lease_s: int = 30) -> House:
    """Plug an installation together on a database, with captured mails and a clock that stands."""
    plain = load_settings(folder)
    settings = Settings.model_validate(
        {
            **plain.model_dump(),
            "database": {"url": url},
            "sending": {"hold_minutes": 0},  # what is looked at here is due at once
            "worker": {"tick_s": tick_s, "lease_s": lease_s, "batch": 50, "drain_s": 10},
        }
    )
    return open_house(folder, settings, clock=MovedClock(now), ids=ids)


def found(house: House, programmes: dict[str, str]) -> None:
    """Publish the method and add programmes (key to code)."""
    version = load_version(FILES)

    def use(tx: Tx) -> None:
        tx.publish(version.key, version.number, FILES, digest(FILES), OPENED)
        for key, code in programmes.items():
            tx.add_programme(programme_file(key, code))

    house.store.run(use)


def open_cases(house: House, count: int, programme: str = "aalborg", *, contact: Contact | None = None) -> list[str]:
    """Open cases, each with a company and a contact of its own, or all with the one that is given; return their numbers."""

    def one(tx: Tx, town: Programme, no: int) -> str:
        version = tx.version(VersionRef(key="reminding", number=1))
        seated = contact or contact_of(tx, programme, no)
        party = acts.PartyGiven(organisation=seated.organisation, contacts={"company_contact": seated.id})
        person = next(iter(town.people))
        act = acts.OpenCase(title=f"Case {no}", parties=(party,), people={"coordinator": person}, facts={})
        call = Call(actor=actor_on(town, None, person, OPENED), now=OPENED, ids=house.tools.ids)
        return use_cases.open_case(tx, house.tools, town, version, act, call).case.number

    def some(tx: Tx, first: int) -> list[str]:
        town = tx.programme(programme)
        return [one(tx, town, no) for no in range(first, min(first + 200, count))]

    return [number for first in range(0, count, 200) for number in house.store.run(lambda tx, f=first: some(tx, f))]  # type: ignore[misc]


def contact_of(tx: Tx, programme: str, no: int) -> Contact:
    company = tx.save_organisation(programme, Organisation(id=0, name=f"Company {no}", register="CVR", number=f"{no:08d}"))
    made = Contact(id=0, organisation=company.id, name=f"Contact {no}", email=f"c{no}@{programme}.example.org", language="en")
    return tx.save_contact(made)


@cache
def _built(count: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="handslag-town-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = f"sqlite:///{folder / 'town.db'}"
    migrate(url)
    house = open_town(folder, url, now=OPENED)
    found(house, {"aalborg": "AAL"})
    open_cases(house, count)
    house.close()
    return folder / "town.db"


def town(kind: str, folder: Path, count: int) -> str:
    """Return the address of a database of a kind with so many cases in it."""
    if kind == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(_built(count), folder / "town.db")
        return f"sqlite:///{folder / 'town.db'}"
    return move_town(count, address(create_postgres()))


def move_town(count: int, target: str) -> str:
    """Copy a town with so many cases to an empty database; return its address."""
    copy(f"sqlite:///{_built(count)}", target, load_version=load_version)
    return target
