"""`case assign|vacate|join|leave`: who holds which seat, and which organisations take part."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.acts import EndSeat, GiveSeat, JoinParty, LeaveParty, PartyGiven
from engine.ports import Tx
from handslag.cli.desk import Desk
from handslag.cli.given import read_address
from handslag.cli.options import Address, Change, Number, Reason, changing

app = typer.Typer(rich_markup_mode=None)
Role = Annotated[str, typer.Argument(metavar="ROLE", help="Role of the workflow.", show_default=False)]
Holder = Annotated[
    str, typer.Argument(metavar="WHO", help="Person's key; contact:ID; or a contact's address.", show_default=False)
]


@app.command()
@changing
def assign(
    context: typer.Context,
    case: Number,
    role: Role,
    who: Holder,
    replaces: Annotated[
        int, typer.Option("--replaces", metavar="SEAT", help="Seat that ends with it, where several hold.")
    ] = 0,
    authority: Annotated[str, typer.Option("--authority", help="Document or note that says the holder may sign.")] = "",
    *,
    change: Change,
) -> None:
    """Put somebody into a role. What the former holder still owed passes on, and the workflow's handover mail goes out."""
    from handslag.cli.doing import do

    desk = Desk(context)
    person, contact = desk.read(lambda tx: _holder(desk, tx, case, who))
    do(desk, case, GiveSeat(role=role, person=person, contact=contact, authority=authority, replaces=replaces), change)


def _holder(desk: Desk, tx: Tx, case: str, who: str) -> tuple[str, int]:
    from handslag.cli.case_view import view_of
    from handslag.lookup import contact

    view = view_of(desk, tx, case)
    kind, _, ref = who.partition(":")
    if kind == "contact" or "@" in who:
        return "", contact(tx, view.programme.key, ref if kind == "contact" else who).id
    return who, 0


@app.command()
@changing
def vacate(context: typer.Context, address: Address, reason: Reason = "", *, change: Change) -> None:
    """Take a seat away; tasks it still had are withdrawn."""
    from handslag.cli.doing import do

    number, no = read_address(address)
    do(Desk(context), number, EndSeat(no=no, reason=reason), change)


@app.command()
@changing
def join(
    context: typer.Context,
    case: Number,
    organisation: Annotated[str, typer.Argument(metavar="ORGANISATION", help="Id, CVR:NUMBER, or name.", show_default=False)],
    kind: Annotated[
        str, typer.Option("--kind", help="company, co_signatory, support_member, intermediary, municipality.")
    ] = "company",
    contact: Annotated[list[str] | None, typer.Option("--contact", metavar="[ROLE=]CONTACT", help="Id or address.")] = None,
    *,
    change: Change,
) -> None:
    """Let a further organisation take part, with its contacts in their roles."""
    from handslag.cli.doing import do

    def party(tx: Tx) -> PartyGiven:
        from handslag.cli.case_view import view_of
        from handslag.lookup import contacts_by_role
        from handslag.lookup import organisation as found

        programme = view_of(desk, tx, case).programme.key
        seated = contacts_by_role(tx, programme, contact or ())
        return PartyGiven(organisation=found(tx, programme, organisation).id, kind=kind, contacts=seated)

    desk = Desk(context)
    do(desk, case, JoinParty(party=desk.read(party)), change)


@app.command()
@changing
def leave(context: typer.Context, address: Address, reason: Reason = "", *, change: Change) -> None:
    """End an organisation's part; its seats end with it."""
    from handslag.cli.doing import do

    number, no = read_address(address)
    do(Desk(context), number, LeaveParty(no=no, reason=reason), change)
