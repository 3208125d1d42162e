"""A town to measure in: one programme, the ring workflow, and as many cases as asked for.

Five cases, one in each phase, are opened and walked along the ring by the engine, their mails sent. Every further case is
one of these five again, its rows copied in SQL with a company and a contact of its own: a million take minutes, not hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bench.databases import Place, Raw
from engine import acts, use_cases
from engine.declared import VersionRef
from engine.draft import Call
from engine.letters import Message, Receipt
from engine.ports import Clock, Document, Tx
from engine.programme import Contact, Organisation, Person, ProgrammeFile
from handslag.acting import actor_on
from handslag.clock import MovedClock
from handslag.settings import Settings, load_settings
from handslag.wiring import House, load_version, open_house
from storage.schema import migrate
from workflows.folder import digest, read_folder

FILES = read_folder(Path(__file__).parent / "workflow")
RING = ("received", "triage", "assessment", "decision", "review")
MOVES = ("accept", "assign", "propose", "decide", "reopen")
NEXT = dict(zip(RING, MOVES, strict=True))
OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = OPENED + timedelta(hours=1)
ANNE = Person(key="anne", name="Anne Holm", email="anne@ring.example.org", language="en", roles=("coordinator",))
PETER = Person(key="peter", name="Peter Lund", email="peter@ring.example.org", language="en", roles=("coordinator",))
METTE = Person(key="mette", name="Mette Dahl", email="mette@ring.example.org", language="en", roles=("manager",))
PROGRAMME = ProgrammeFile(
    key="ring", code="RIN", name="Ring", names={"en": "Ring"}, zone="Europe/Copenhagen", languages=("en",),
    sender="klima@ring.example.org", sender_name="Climate secretariat", reply_to="klima@ring.example.org", opens=time(8),
    closes=time(16), calendar_days=((date(2026, 4, 6), "free", "Easter Monday"), (date(2026, 12, 25), "free", "Christmas")),
    people=(ANNE, PETER, METTE), events={}, targets=(),
)  # fmt: skip
# Rows of a case, each table with the columns that name other things than the case.
CASE_TABLES = ("party", "seat", "record", "wait", "deadline", "promise", "history", "private_text", "stay")
DAY_US = 86_400_000_000


class Swallow:
    """A way out that takes every mail and says so."""

    async def send(self, message: Message, document: Document | None) -> Receipt:
        """Take it."""
        return Receipt(outcome="sent", words="250 taken", code=250)

    async def close(self) -> None:
        """There is nothing to close."""


def house_on(place: Place, url: str, *, clock: Clock | None = None, **sections: dict[str, object]) -> House:
    """Plug an installation together on a database, with random ids as in earnest and a clock that stands."""
    plain = load_settings(place.folder).model_dump()
    settings = Settings.model_validate({**plain, **sections, "database": {**plain["database"], "url": url}})
    return open_house(place.folder, settings, clock=clock or MovedClock(TODAY))


def call(house: House, now: datetime | None = None) -> Call:
    """Return the circumstances of an act by the coordinator."""
    programme = house.store.read(lambda tx: tx.programme("ring"))
    return Call(actor=actor_on(programme, None, "anne", TODAY, surface="web"), now=now or TODAY, ids=house.tools.ids)


def advance(house: House, number: str, transition: str, circumstances: Call) -> None:
    """Do one move, as every surface does it."""
    act = acts.Advance(transition=transition)
    house.store.run(lambda tx: use_cases.perform(tx, house.tools, number, act, circumstances))


def number_of(case_id: int) -> str:
    """Return the number of a case of a town by its id."""
    return f"RIN-2026-{case_id:04d}"


def phase_of(case_id: int) -> int:
    """Return where in the ring a case of a town begins."""
    return (case_id - 1) % len(RING)


def calm(raw: Raw) -> None:
    """Let every queued mail count as sent, so that no case carries more than its own."""
    raw.begin()
    raw.run("UPDATE message SET state = 'sent' WHERE state = 'queued'")
    raw.run("UPDATE promise SET state = 'sent' WHERE state = 'queued'")
    raw.commit()


def build(place: Place, url: str, cases: int, *, versions: int = 1, entries: int = 0) -> None:
    """Make a town in a new database. versions: how many versions of the workflow the cases are spread over.

    entries: comments are added until a case has so many, and nothing is analysed, as nothing is in an installation.
    """
    migrate(url)
    house = house_on(place, url, clock=MovedClock(OPENED))
    for no in range(1, versions + 1):
        _publish(house, no)
    house.store.run(lambda tx: tx.add_programme(PROGRAMME))
    circumstances = call(house, OPENED)
    numbers = [house.store.run(lambda tx, no=no: _open(tx, house, no, circumstances)) for no in range(1, len(RING) + 1)]
    # On to its own phase, the first one once around, so that every case has made the move that a later one assumes.
    for place_in_ring, number in enumerate(numbers):
        for step in range(place_in_ring or len(RING)):
            advance(house, number, MOVES[step % len(RING)], circumstances)
        for said in range(entries - 1 - (place_in_ring or len(RING))):
            comment = acts.Comment(text=f"Spoke with the company about point {said + 1}; they will send what is missing.")
            house.store.run(lambda tx, n=number, act=comment: use_cases.perform(tx, house.tools, n, act, circumstances))
    house.close()
    raw = Raw(url)
    calm(raw)
    if cases > len(RING):
        _multiply(raw, cases)
    if versions > 1:
        raw.run(f"UPDATE cases SET version_id = 1 + (id - 1) % {versions}")
    if not entries:
        raw.run("ANALYZE")
    raw.close()


def workflow(no: int) -> dict[str, str]:
    """Return the files of the ring under the key with a number; the first is the ring itself."""
    if no == 1:
        return FILES
    return {name: text.replace("workflow: bench-ring", f"workflow: bench-ring-{no}") for name, text in FILES.items()}


def _publish(house: House, no: int) -> None:
    files = workflow(no)
    version = load_version(FILES) if no == 1 else None
    key = version.key if version else f"bench-ring-{no}"
    house.store.run(lambda tx: tx.publish(key, 1, files, digest(files), OPENED))


def _open(tx: Tx, house: House, no: int, circumstances: Call) -> str:
    made = tx.save_organisation("ring", Organisation(id=0, name=f"Company {no}", register="CVR", number=f"{no:08d}"))
    contact = tx.save_contact(
        Contact(id=0, organisation=made.id, name=f"Contact {no}", email=f"c{no}@company.example.org", language="en")
    )
    party = acts.PartyGiven(organisation=made.id, contacts={"company_contact": contact.id})
    act = acts.OpenCase(title=f"Company {no}", parties=(party,), people={"coordinator": "anne"}, facts={"amount": "42"})
    version = tx.version(VersionRef(key="bench-ring", number=1))
    return use_cases.open_case(tx, house.tools, tx.programme("ring"), version, act, circumstances).case.number


def columns_of(raw: Raw, table: str) -> list[str]:
    """Return the columns of a table in their order."""
    cursor = raw.run(f"SELECT * FROM {table} LIMIT 0")
    return [column[0] for column in cursor.description]


def quoted(names: Sequence[str]) -> str:
    """Return columns as SQL writes them; some are named like words of SQL."""
    return ", ".join(f'"{name}"' for name in names)


def _multiply(raw: Raw, cases: int) -> None:
    """Copy the five until there are so many; case n is case 1 + (n - 1) % 5 again."""
    if raw.is_sqlite:
        raw.run("PRAGMA synchronous=OFF")
        raw.run("PRAGMA cache_size=-400000")
        raw.run("PRAGMA journal_mode=DELETE")  # a log ahead would hold every row a second time
    first, ring = len(RING) + 1, len(RING)
    digits = (
        "substr('0000' || n.n, -max(4, length(n.n)))"
        if raw.is_sqlite
        else "lpad(n.n::text, greatest(4, length(n.n::text)), '0')"
    )
    own = {
        "organisation": {"id": "n.n", "name": "'Company ' || n.n", "number": digits},
        "contact": {"id": "n.n", "organisation": "n.n", "email": "'c' || n.n || '@company.example.org'"},
        "cases": {"id": "n.n", "number": f"'RIN-2026-' || {digits}", "title": "'Company ' || n.n"},
        "party": {"organisation": "n.n"},
        "seat": {"contact": "CASE WHEN t.contact = 0 THEN 0 ELSE n.n END"},
        "deadline": {"wake_at": f"t.wake_at + (n.n % 365 * 7919 % 365) * {DAY_US}"},
        "promise": {"wake_at": f"t.wake_at + (n.n % 365 * 7919 % 365) * {DAY_US}"},
    }
    raw.begin()
    for table in ("organisation", "contact", "cases", *CASE_TABLES):
        names = columns_of(raw, table)
        key = "case_id" if table in CASE_TABLES else "id"
        exprs = [own.get(table, {}).get(name, "n.n" if name == "case_id" else f't."{name}"') for name in names]
        raw.run(
            f"INSERT INTO {table} ({quoted(names)}) WITH RECURSIVE n(n) AS"
            f" (SELECT {first} UNION ALL SELECT n + 1 FROM n WHERE n < {cases})"
            f" SELECT {', '.join(exprs)} FROM n CROSS JOIN {table} t WHERE t.{key} = 1 + (n.n - 1) % {ring}"
        )
    raw.run(f"UPDATE case_counter SET last = {cases}")
    raw.commit()
    if not raw.is_sqlite:
        for table in ("organisation", "contact", "cases"):
            raw.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {cases})")
    raw.run("PRAGMA journal_mode=WAL" if raw.is_sqlite else "CHECKPOINT")
