"""Who acts at this desk, and whether that person may: the engine's policy, asked for programmes and the installation."""

from __future__ import annotations

from engine.actor import Actor
from engine.errors import NotPermitted
from engine.policy import may_see, require
from engine.ports import Tx
from engine.programme import Programme
from handslag.acting import Standing, account, actor_on
from handslag.administration.office import Office
from handslag.cli.desk import Desk
from handslag.cli.given import bad
from storage.programme_reads import PersonLine, people


def known(desk: Desk, tx: Tx) -> list[PersonLine]:
    """Return the parts of the acting person in all programmes. Raises: BadInput where nobody has that key."""
    mine = [line for line in people(tx) if line.key == desk.who and line.active]
    if not mine:
        raise bad("--as", f"nobody here has the key {desk.who!r}; a programme's file lists its people", code="unknown")
    return mine


def standing_in(desk: Desk, tx: Tx, programme: str, act: str = "read") -> Standing:
    """Return the acting person in a programme, allowed to do an act there. Raises: NotFound, NotPermitted, BadInput."""
    known(desk, tx)
    found = tx.programme(programme)
    actor = actor_on(found, None, desk.who, desk.now(found.calendar.zone))
    require(actor, act)
    return Standing(programme=found, actor=actor)


def the_programme(desk: Desk, tx: Tx, given: str) -> str:
    """Return the programme that is meant: the one given, else the person's only one. Raises: BadInput."""
    if given:
        return given
    mine = [line.programme for line in known(desk, tx)]
    if len(mine) > 1:
        raise bad("--programme", f"{desk.who} works in several programmes; say which: {', '.join(mine)}", code="missing")
    return mine[0]


def readable(desk: Desk, tx: Tx, given: str = "") -> list[tuple[Programme, bool]]:
    """Return the programmes whose cases the person may look at; with True where it may see all of them, not only its own.

    Raises: NotFound where a programme is named that is none of theirs, BadInput.
    """
    mine = [line.programme for line in known(desk, tx)]
    if given:
        standing_in_any(desk, tx, given)
        mine = [given]
    found = [tx.programme(key) for key in mine]
    return [(programme, may_see(programme.people[desk.who])) for programme in found]


def standing_in_any(desk: Desk, tx: Tx, programme: str) -> Standing:
    """Return the acting person in a programme, whatever it may do there. Raises: NotFound, BadInput."""
    known(desk, tx)
    found = tx.programme(programme)
    return Standing(programme=found, actor=actor_on(found, None, desk.who, desk.now(found.calendar.zone)))


def office_in(desk: Desk, tx: Tx, programme: str, act: str) -> Office:
    """Return the acting person as one who administers, allowed to do an act. Raises: NotFound, NotPermitted, BadInput."""
    standing = standing_in(desk, tx, programme, act)
    now = desk.now(standing.programme.calendar.zone)
    return Office(programme=standing.programme, actor=standing.actor, now=now)


def require_anywhere(desk: Desk, tx: Tx, act: str) -> str:
    """Let an act on the whole installation pass; return the name of who does it. Raises: NotPermitted, BadInput."""
    return allowed_anywhere(desk, tx, act).name


def allowed_anywhere(desk: Desk, tx: Tx, act: str) -> Actor:
    """Let an act on the whole installation pass; return who does it.

    A person who may do it in any programme may do it here. As long as the installation has no people, whoever can write its
    folder may. Raises: NotPermitted, BadInput.
    """
    if not people(tx):
        return Actor(kind="person", key="", name="the operator", account=account())
    refusal: NotPermitted | None = None
    for line in known(desk, tx):
        try:
            actor = actor_on(tx.programme(line.programme), None, desk.who, desk.house.clock.now())
            require(actor, act)
        except NotPermitted as error:
            refusal = error
        else:
            return actor
    assert refusal is not None
    raise refusal
