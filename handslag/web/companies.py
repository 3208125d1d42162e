"""The organisations of a programme as the pages change them: who asks, which one, and what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from engine.draft import Call
from engine.errors import BadInput, Fault, NotFound, Refused
from engine.policy import ACTS
from engine.ports import Tx
from engine.programme import Organisation, Programme
from handslag.acting import Standing, actor_on
from handslag.companies import Given, Keeper
from handslag.web.case_view import view_of
from handslag.web.visit import Posted, Visit
from storage.programme_reads import organisation

CHANGE = "organisation"
KINDS = {"company": "Company", "network": "Network", "intermediary": "Intermediary", "municipality": "Municipality"}
REGISTERS = ("CVR", "KVK")
MADE = TypeVar("MADE")


class Place(NamedTuple):
    """An organisation and the programme it belongs to."""

    programme: Programme
    organisation: Organisation


def place_of(visit: Visit, tx: Tx, no: int) -> Place:
    """Return an organisation in a programme that the person sees. Raises: NotFound."""
    for programme in visit.programmes.values():
        if visit.sees(programme) and (found := organisation(tx, programme.key, no)) is not None:
            return Place(programme, found)
    raise NotFound(f"there is no organisation {no}", organisation=no)


def keeper_of(visit: Visit, programme: Programme) -> Keeper:
    """Return the person as keeper of a programme's organisations. Raises: NotFound where it may not change them."""
    actor = actor_on(programme, None, visit.person, visit.now, surface="web")
    if not set(actor.roles) & set(ACTS[CHANGE]):
        raise NotFound("there is no such page")

    def call_of(tx: Tx, number: str) -> Call:
        return view_of(visit, tx, number).call()

    return Keeper(standing=Standing(programme=programme, actor=actor), tools=visit.house.tools, call_of=call_of)


def given_of(form: Posted) -> Given:
    """Return what was typed about an organisation. Raises: BadInput where it has no name."""
    if not form.text("name"):
        raise BadInput([Fault(place="name", code="missing", sentence="an organisation needs a name")], what="what was given")
    return Given(
        name=form.text("name"),
        register=form.text("register"),
        number=form.text("number"),
        kind=form.text("kind") if form.text("kind") in KINDS else "",
        note=form.text("note"),
    )


def tried(change: Callable[[], MADE]) -> tuple[MADE | None, Sequence[Fault]]:
    """Do a change; return what it made, or the faults to show beside the fields."""
    try:
        return change(), ()
    except BadInput as error:
        return None, error.faults
    except Refused as error:
        return None, [Fault(place="number", code="taken", sentence=error.sentence)]
