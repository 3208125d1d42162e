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
    """Verify the chain of every entry, or of one case; names the first wrong entry of each broken one. Leaves with 1 then."""
    from handslag.cli.auditing import verify_all, verify_one

    desk = Desk(context)
    count, breaks = verify_one(desk, case) if case else verify_all(desk)
    if desk.as_json:
        print_json({"cases": count, "breaks": breaks})
    else:
        rows = [(b.case, b.entry, b.code, b.detail) for b in breaks]
        table(("case", "entry", "code", "what is wrong"), rows)
        say(f"{count} case(s) verified, {len(breaks)} broken")
    if breaks:
        raise typer.Exit(1)


@app.command()
def head(
    context: typer.Context,
    store: Annotated[bool, typer.Option("--store", help="Keep the list as that of today; one a day.")] = False,
) -> None:
    """Print the last entry of every case with a signature over the list (HMAC-SHA256 with the file audit.key).

    Kept outside, the list proves later that nothing was rewritten before it: `audit verify` knows what is stored.
    """
    from handslag.cli.auditing import heads_text, signed_heads, store_heads

    desk = Desk(context)
    signed = signed_heads(desk)
    if store:
        store_heads(desk, signed)
    if desk.as_json:
        print_json(signed)
        return
    say(heads_text(signed.day, signed.heads).rstrip(), f"hmac-sha256 {signed.signature}")
