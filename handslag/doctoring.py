"""What may be wrong with an installation, each finding with the command that mends it. `handslag doctor` prints it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import packages_distributions

from engine.errors import HandslagError
from handslag.administration.people import known_roles
from handslag.clock import SystemClock
from handslag.group_rules import read_rule
from handslag.wiring import House
from handslag.worker import STOPPED, silent_after
from storage import approval, health_reads, outbox_reads, programme_reads, schema
from storage.connect import is_sqlite

QUIET = timedelta(minutes=10)
SKEW = timedelta(seconds=5)
CALENDAR_AHEAD = timedelta(days=366)
PACKAGES = ("engine", "workflows", "notifications", "storage", "handslag")
DISTRIBUTION = "handslag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. ok: nothing has to be done; advice: the command that mends it, or what is worth knowing."""

    what: str
    found: str
    advice: str = ""
    ok: bool = True


Question = Callable[[House], Iterator[Finding]]


def diagnose(house: House) -> tuple[Finding, ...]:
    """Look at everything. Where the database cannot be asked or is of another schema, the questions to it are left out."""
    found = [*_configuration(house), *_packages(house)]
    for name, question in _OF_THE_DATABASE:
        try:
            found += question(house)
        except HandslagError as error:
            advice = "handslag init" if name == "schema" else "look at [database] url in config.toml, and at the server"
            found.append(Finding(what=name, found=error.sentence, advice=advice, ok=False))
            if name in ("connection", "schema"):
                break
    return tuple(found)


def _configuration(house: House) -> Iterator[Finding]:
    settings = house.settings
    at = house.store.url.render_as_string(hide_password=True)
    durable = settings.database.synchronous == "FULL" or not is_sqlite(house.store.url)
    yield Finding(
        what="configuration",
        found=f"{at}, mails by {settings.mail.transport}, clock {'movable' if settings.clock.movable else 'real'}",
        advice=""
        if durable
        else 'synchronous = "NORMAL": a power cut may take the last moves; [database] synchronous = "FULL"',
    )


def _packages(_: House) -> Iterator[Finding]:
    owners = packages_distributions()
    foreign = {name: sorted({*owners.get(name, ())} - {DISTRIBUTION}) for name in PACKAGES}
    strangers = [f"{name} also belongs to {', '.join(others)}" for name, others in foreign.items() if others]
    if strangers:
        advice = "install Handslag in an environment of its own: pipx install handslag"
        yield Finding(what="packages", found="; ".join(strangers), advice=advice, ok=False)
    else:
        yield Finding(what="packages", found=f"{', '.join(PACKAGES)} are ours alone")


def _connection(house: House) -> Iterator[Finding]:
    theirs = house.store.read(health_reads.database_time)
    if theirs is None:
        yield Finding(what="connection", found="the database file can be read")
        return
    yield Finding(what="connection", found="the server answers")
    skew = abs(theirs - SystemClock().now())
    found = f"{skew.total_seconds():.1f} s between this machine and the database server"
    advice = "" if skew <= SKEW else "set both clocks by NTP: timedatectl set-ntp true"
    yield Finding(what="clock skew", found=found, advice=advice, ok=skew <= SKEW)


def _schema(house: House) -> Iterator[Finding]:
    schema.check(house.store.url.render_as_string(hide_password=False))
    yield Finding(what="schema", found=f"revision {schema.head()}, history protected")


def _sending(house: House) -> Iterator[Finding]:
    real = house.settings.mail.transport == "smtp"
    found = house.store.read(approval.approval)
    if found.holds:
        yield Finding(what="sending", found=f"approved by {found.approved_by}")
        return
    said = f"approved for {found.approved_place}, not for here" if found.approved_place else "not approved"
    advice = "handslag send approve --as PERSON" if real else "nothing to do while mails are not really sent"
    yield Finding(what="sending", found=said, advice=advice, ok=not real)


def _sign_in(house: House) -> Iterator[Finding]:
    ways = house.settings.sign_in
    if not ways.oidc.issuer:
        yield Finding(what="sign-in", found="with passwords of our own")
        return
    rules = [read_rule(line) for line in ways.oidc.groups]
    programmes, roles = house.store.read(lambda tx: ({p.key for p in programme_reads.programmes(tx)}, known_roles(tx)))
    wrong = [f"{r.programme}:{r.role}" for r in rules if r.programme not in programmes or r.role not in roles]
    if wrong:
        said = f"groups name what does not exist: {', '.join(wrong)}"
        yield Finding(what="sign-in", found=said, advice="look at [sign_in.oidc] groups in config.toml", ok=False)
    else:
        also = " and with passwords of our own" if ways.local else ""
        yield Finding(what="sign-in", found=f"by {ways.oidc.issuer}{also}, {len(rules)} groups give roles")


def _mail(house: House) -> Iterator[Finding]:
    counts = {line.state: line.messages for line in house.store.read(outbox_reads.message_counts)}
    failed = counts.get("failed", 0)
    told = ", ".join(f"{count} {state}" for state, count in counts.items()) or "empty"
    advice = "handslag mail list --state failed" if failed else ""
    yield Finding(what="outbox", found=told, advice=advice, ok=not failed)


def _work(house: House) -> Iterator[Finding]:
    stuck = house.store.read(lambda tx: health_reads.stuck(tx, house.clock.now() - QUIET))
    waiting = stuck.promises + stuck.deadlines + stuck.unsent + stuck.lapsed
    idle = house.settings.clock.movable
    if waiting and not idle:
        told = (
            f"due for more than 10 minutes: {stuck.promises} promises, {stuck.deadlines} deadlines, {stuck.unsent} mails;"
            f" {stuck.lapsed} claims have lapsed"
        )
        yield Finding(what="work", found=told, advice="handslag run", ok=False)
    if stuck.troubled:
        case, no, why = house.store.read(health_reads.first_trouble)
        said = f"{stuck.troubled} rows raised an error and were pushed ahead, first {case}/{no}: {why}"
        yield Finding(what="work", found=said, advice=f"handslag case history {case}, and the worker's log", ok=False)
    if stuck.unnoted:
        said = f"{stuck.unnoted} promises wait for mails that have left"
        yield Finding(what="work", found=said, advice="handslag audit verify, and the worker's log", ok=False)
    if not (waiting and not idle) and not stuck.troubled and not stuck.unnoted:
        yield Finding(what="work", found="nothing is stuck")


def _workers(house: House) -> Iterator[Finding]:
    limit = house.clock.now() - silent_after(timedelta(seconds=house.settings.worker.tick_s))
    lines = house.store.read(outbox_reads.workers)
    working = [line for line in lines if line.note != STOPPED]
    for line in working:
        said = f"{line.name}, last seen {line.seen_at:%Y-%m-%d %H:%M:%S} UTC"
        if line.seen_at < limit:
            yield Finding(
                what="worker", found=f"{said}: silent", advice="see whether it still runs, else: handslag run", ok=False
            )
        else:
            yield Finding(what="worker", found=said)
    if not working:
        yield Finding(what="worker", found="none is at work", advice="handslag run")


def _calendars(house: House) -> Iterator[Finding]:
    wanted = house.clock.now().date() + CALENDAR_AHEAD
    for programme, last in house.store.read(health_reads.calendar_ends):
        known = f"{programme}: free days known until {last:%Y-%m-%d}" if last else f"{programme}: no free days known"
        enough = last is not None and last.replace(month=12, day=31) >= wanted
        advice = "" if enough else f"handslag programme calendar {programme} --set DAY --name NAME, for the years ahead"
        yield Finding(what="calendar", found=known, advice=advice, ok=enough)


_OF_THE_DATABASE: tuple[tuple[str, Question], ...] = (
    ("connection", _connection),
    ("schema", _schema),
    ("sending", _sending),
    ("sign-in", _sign_in),
    ("outbox", _mail),
    ("work", _work),
    ("worker", _workers),
    ("calendar", _calendars),
)
