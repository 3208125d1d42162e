"""Organisations and contacts at the desk: who acts, in which programme, and whether it is written or only looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.ports import Tx
from handslag.acting import call_on
from handslag.cli.desk import Desk
from handslag.cli.people import standing_in, the_programme
from handslag.companies import Keeper, Seen, look_at

T = TypeVar("T")


def looked_at(desk: Desk, programme: str, which: str) -> Seen:
    """Return an organisation as the acting person may see it. Raises: NotFound, BadInput, NotPermitted."""

    def ask(tx: Tx) -> Seen:
        return look_at(tx, standing_in(desk, tx, the_programme(desk, tx, programme)).programme.key, which)

    return desk.read(ask)


def keep(desk: Desk, programme: str, change: Callable[[Tx, Keeper], T], *, dry_run: bool) -> T:
    """Do a change in one transaction, or look at what it would do. Raises: NotPermitted, and whatever the change raises."""

    def act(tx: Tx) -> T:
        standing = standing_in(desk, tx, the_programme(desk, tx, programme), "organisation")
        now, tools = desk.now(standing.programme.calendar.zone), desk.house.tools
        keeper = Keeper(
            standing=standing, tools=tools, call_of=lambda tx, number: call_on(tx, number, desk.who, now, tools.ids)
        )
        return change(tx, keeper)

    return desk.read(act) if dry_run else desk.run(act)
