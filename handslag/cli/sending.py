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
    from handslag.cli.people import require_anywhere
    from storage import approval

    desk = Desk(context)
    by = desk.read(lambda tx: (desk.who, require_anywhere(desk, tx, ACT)))[1]
    _decide(desk, release=release, skip=skip, dry_run=dry_run)
    if not dry_run:
        desk.run(lambda tx: approval.approve(tx, by=by, at=desk.house.clock.now()))
    say("nothing was changed; this is how it stands:" if dry_run else f"sending is approved by {by}")
    _status(desk)


def _decide(desk: Desk, *, release: bool, skip: bool, dry_run: bool) -> None:
    """Ask for a decision about what fell due while sending was off; skip it where that was said."""
    from engine.errors import Refused
    from handslag.releasing import fallen_due, skip_fallen_due
    from storage import approval

    if desk.read(approval.approval).holds:
        return
    now = desk.now()
    found = desk.read(lambda tx: fallen_due(tx, now))
    count = sum(len(promises) for promises in found.values())
    if count and not (release or skip):
        cases = ", ".join(f"{number} ({len(promises)})" for number, promises in sorted(found.items())[:20])
        raise Refused(
            f"{count} mail(s) fell due while sending was off: {cases}; "
            "say --release to let them leave, or --skip to end them as 'skipped: restored'"
        )
    if count and skip and not dry_run:
        say(f"{skip_fallen_due(desk.house, desk.who, now, 'sending was off')} mail(s) ended as skipped: restored")


@app.command()
def revoke(context: typer.Context, dry_run: DryRun = False) -> None:
    """Forbid real sending; mails wait in the outbox."""
    from handslag.cli.people import require_anywhere
    from storage import approval

    desk = Desk(context)
    desk.read(lambda tx: (desk.who, require_anywhere(desk, tx, ACT)))
    if not dry_run:
        desk.run(approval.revoke)
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
