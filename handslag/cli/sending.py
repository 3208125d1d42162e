"""`send approve|revoke|status`: real mail leaves only from an installation that a named person has approved, at this place."""

from __future__ import annotations

from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import DryRun
from handslag.cli.printing import pairs, print_json, say

app = typer.Typer(rich_markup_mode=None)
ACT = "programme"  # who may change programmes may answer for their mails


@app.command()
def approve(
    context: typer.Context,
    release: Annotated[bool, typer.Option("--release", help="Let leave what fell due while sending was off.")] = False,
    skip: Annotated[bool, typer.Option("--skip", help="End what fell due meanwhile as 'skipped: restored'.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Allow real sending from this database at this place. A copy or a restored backup has to be approved anew.

    Where mails fell due while sending was off, say whether they shall leave (--release) or not (--skip).
    """
    from handslag.administration import sending
    from handslag.cli.people import allowed_anywhere

    desk = Desk(context)
    actor = desk.read(lambda tx: (desk.who, allowed_anywhere(desk, tx, ACT)))[1]
    skipped = sending.decide(desk.house, desk.who, desk.now(), release=release, skip=skip, dry_run=dry_run)
    if skipped:
        say(f"{skipped} mail(s) ended as skipped: restored")
    if not dry_run:
        desk.run(lambda tx: sending.approve(tx, actor, desk.house.clock.now()))
    say("nothing was changed; this is how it stands:" if dry_run else f"sending is approved by {actor.name}")
    _status(desk)


@app.command()
def revoke(context: typer.Context, dry_run: DryRun = False) -> None:
    """Forbid real sending; mails wait in the outbox."""
    from handslag.administration import sending
    from handslag.cli.people import allowed_anywhere

    desk = Desk(context)
    actor = desk.read(lambda tx: (desk.who, allowed_anywhere(desk, tx, ACT)))[1]
    if not dry_run:
        desk.run(lambda tx: sending.revoke(tx, actor, desk.house.clock.now()))
    say("nothing was changed; this is how it stands:" if dry_run else "sending is no longer approved")
    _status(desk)


@app.command()
def status(context: typer.Context) -> None:
    """Show whether real mail may leave from here, and by which way mails leave at all."""
    _status(Desk(context))


def _status(desk: Desk) -> None:
    from storage import approval

    found = desk.read(approval.approval)
    mail = desk.settings.mail
    if desk.as_json:
        print_json({"approval": found, "holds": found.holds, "transport": mail.transport, "allow_list": mail.allow_list})
        return
    approved = f"by {found.approved_by} on {found.approved_at:%Y-%m-%d %H:%M} UTC" if found.approved_at else "no"
    pairs(
        (
            ("installation", found.installation),
            ("place", found.place),
            ("approved", approved),
            ("approved place", found.approved_place if found.approved_place != found.place else ""),
            ("real mail", "may leave" if found.holds else "may not leave"),
            ("transport", mail.transport),
            ("allow list", mail.allow_list),
        )
    )
