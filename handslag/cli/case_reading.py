"""`case show|moves`: where a case stands, and what can be done from here."""

from __future__ import annotations

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import Number
from handslag.cli.printing import as_data, print_json

app = typer.Typer(rich_markup_mode=None)


@app.command()
def show(context: typer.Context, case: Number) -> None:
    """Show a case: phase, people, parties, facts, records, what is owed and what is promised."""
    from handslag.cli.case_told import show_case
    from handslag.cli.case_view import view_of

    desk = Desk(context)
    view = desk.read(lambda tx: view_of(desk, tx, case))
    if desk.as_json:
        print_json(as_data(view.case))
    else:
        show_case(view)


@app.command()
def moves(context: typer.Context, case: Number) -> None:
    """List every move out of the phase, allowed or not: what is missing, what stands there now, and who can change it."""
    from engine.draft import Call
    from engine.moves import Offer
    from engine.ports import Tx
    from engine.use_cases import moves_of
    from handslag.cli.case_view import CaseView, view_of
    from handslag.cli.moves_told import offer_data, show_offers

    desk = Desk(context)

    def ask(tx: Tx) -> tuple[CaseView, tuple[Offer, ...]]:
        view = view_of(desk, tx, case)
        return view, moves_of(tx, case, Call(actor=view.actor, now=view.now, ids=desk.house.tools.ids))

    view, offers = desk.read(ask)
    if desk.as_json:
        print_json([offer_data(view, offer) for offer in offers])
    else:
        show_offers(view, offers)
