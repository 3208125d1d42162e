"""`audit verify|head`: is history whole, and a signed list of where every case's history ends."""

from __future__ import annotations

from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.printing import print_json, say, table

app = typer.Typer(rich_markup_mode=None)


@app.command()
def verify(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="[CASE]", help="Only this case; else all, for whoever holds the folder.")] = "",
) -> None:
    """Verify the chain of every entry, or of one case, and compare it with the signed heads that `audit head --store` kept.

    Names the first wrong entry of each broken case, and leaves with 1 then. A history that was cut or written anew, and a case
    that was deleted, shows against the last list that was signed before.
    """
    from handslag.cli.auditing import verify_all, verify_one

    desk = Desk(context)
    found = verify_one(desk, case) if case else verify_all(desk)
    if desk.as_json:
        print_json(found)
    else:
        rows = [(b.case, b.entry or "", b.code, b.detail) for b in found.breaks]
        table(("case", "entry", "code", "what is wrong"), rows)
        say(f"{found.cases} case(s) verified, {len({b.case for b in found.breaks})} broken")
        if found.lists:
            say(f"compared with the signed heads of {found.lists} day(s)")
    if found.breaks:
        raise typer.Exit(1)


@app.command()
def head(
    context: typer.Context,
    store: Annotated[bool, typer.Option("--store", help="Keep the list as that of today; one a day.")] = False,
) -> None:
    """Print the last entry of every case with a signature over the list (HMAC-SHA256 with the file audit.key).

    Kept outside, the list proves later that nothing was rewritten before it: `audit verify` knows what is stored.
    """
    from handslag.cli.auditing import signed_heads, store_heads

    desk = Desk(context)
    signed = store_heads(desk) if store else signed_heads(desk)
    if desk.as_json:
        print_json(signed)
        return
    say(signed.text.rstrip(), f"hmac-sha256 {signed.signature}")
