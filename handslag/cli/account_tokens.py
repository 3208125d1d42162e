"""`account token make|list|revoke`: tokens of the acting person for the API."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from engine.errors import NotFound
from engine.ports import Tx
from handslag.cli.desk import Desk
from handslag.cli.printing import print_json, say, table

app = typer.Typer(rich_markup_mode=None)
token_app = typer.Typer(rich_markup_mode=None, help="Make, list and revoke tokens with which programs use the API.")
app.add_typer(token_app, name="token")


@app.callback()
def _group() -> None:
    """Keep `account` a group also while it holds one thing only."""


class Scope(StrEnum):
    """What a token opens."""

    read = "read"
    write = "write"


@token_app.command()
def make(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.", show_default=False)],
    scope: Annotated[Scope, typer.Option("--scope", help="read, or write for changing things too.")] = Scope.read,
    programme: Annotated[str, typer.Option("--programme", "-p", metavar="KEY", help="Open this one only.")] = "",
    days: Annotated[int, typer.Option("--days", help="How long it lives, at most 365.")] = 90,
) -> None:
    """Make a token of the acting person and show it, this once. What the person may do it may do, or less."""
    from handslag.tokens import Wanted, fresh_token, make_token

    desk = Desk(context)
    token, now = fresh_token(), desk.now()
    wanted = Wanted(name=name, scope=scope.value, programme=programme, days=days)
    no = desk.run(lambda tx: make_token(tx, token, desk.who, wanted, now))
    if desk.as_json:
        print_json({"no": no, "token": token})
        return
    say(token, f"token {no} of {desk.who}, to {scope.value}, for {days} days; it is shown this once and kept nowhere")


@token_app.command("list")
def list_tokens(context: typer.Context) -> None:
    """List the tokens of the acting person; the tokens themselves are kept nowhere."""
    from storage import token_rows

    desk = Desk(context)
    now = desk.now()
    lines = desk.read(lambda tx: token_rows.tokens(tx, desk.who, now))
    if desk.as_json:
        print_json(lines)
        return
    rows = [
        (line.id, line.name, line.scope, line.programme or "all", f"{line.expires_at:%Y-%m-%d}",
         f"{line.used_at:%Y-%m-%d %H:%M}" if line.used_at else "never")
        for line in lines
    ]  # fmt: skip
    table(("no", "name", "scope", "programme", "until", "used last (UTC)"), rows,
          empty="no token; run: handslag account token make NAME")  # fmt: skip


@token_app.command()
def revoke(
    context: typer.Context,
    no: Annotated[int, typer.Argument(metavar="NO", help="Number of the token, as `list` shows it.", show_default=False)],
) -> None:
    """Revoke a token of the acting person; from now on it opens nothing."""
    from storage import token_rows

    desk = Desk(context)

    def end(tx: Tx) -> bool:
        return token_rows.revoke_token(tx, desk.who, no)

    if not desk.run(end):
        raise NotFound(f"{desk.who} has no token {no}; list: handslag account token list", no=no)
    if desk.as_json:
        print_json({"revoked": no})
    else:
        say(f"token {no} is revoked")
