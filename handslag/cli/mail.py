"""`mail list|show|resend`: the outbox, and what left it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from engine.acts import Resend
from handslag.cli.desk import Desk
from handslag.cli.given import read_address
from handslag.cli.options import Address, Change, InProgramme, Reason, changing
from handslag.cli.printing import note, print_json, table

app = typer.Typer(rich_markup_mode=None)
MessageId = Annotated[str, typer.Argument(metavar="ID", help="Id of a mail, as `mail list` shows it.", show_default=False)]


class State(StrEnum):
    """Where a message stands."""

    queued = "queued"
    claimed = "claimed"
    sent = "sent"
    failed = "failed"
    cancelled = "cancelled"


@app.command("list")
def list_mails(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="[CASE]", help="Only mails about this case.")] = "",
    programme: InProgramme = "",
    state: Annotated[State | None, typer.Option("--state", help="queued, claimed, sent, failed, cancelled.")] = None,
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Only mails to this address.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, newest first.")] = 50,
) -> None:
    """List mails, newest first: when they leave or left, and what the server said last."""
    from handslag.cli.mails_told import Asked, held_mails, mail_row, mails

    desk = Desk(context)
    asked = Asked(case=case, programme=programme, state=state.value if state else "", to=to, limit=limit)
    found = desk.read(lambda tx: mails(desk, tx, asked))
    held = desk.read(lambda tx: held_mails(desk, tx, [line for line, _ in found]))
    if desk.as_json:
        print_json([line for line, _ in found])
        return
    titles = ("id", "mail", "case", "to", "subject", "state", "leaves or left", "the server's last words")
    table(titles, [mail_row(line, calendar, held=line.id in held) for line, calendar in found], empty="no mail here yet")
    if len(found) == limit:
        note(f"only the newest {limit} are shown; --limit shows more")


@app.command()
def show(
    context: typer.Context,
    message: MessageId,
    html: Annotated[bool, typer.Option("--html", help="The HTML part instead of the text.")] = False,
    eml: Annotated[bool, typer.Option("--eml", help="The whole mail as it was captured, headers and all parts.")] = False,
) -> None:
    """Show one mail as it was sent or will be: subject, text, every try and the server's words."""
    from handslag.cli.mails_told import captured, seen_mail, show_mail

    desk = Desk(context)
    found = desk.read(lambda tx: seen_mail(desk, tx, message))
    if eml:
        typer.echo(captured(desk, found.message.id))
    elif desk.as_json:
        print_json(found)
    elif html:
        typer.echo(found.message.html)
    else:
        show_mail(found)


@app.command()
@changing
def resend(context: typer.Context, address: Address, reason: Reason = "", *, change: Change) -> None:
    """Send again what was sent or has failed: a new promise, named `resend of` the old one. CASE/NO is the promise."""
    from handslag.cli.doing import do

    number, no = read_address(address)
    do(Desk(context), number, Resend(promise=no, reason=reason), change)
