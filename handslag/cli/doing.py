"""Doing an act to a case from the command line: the same steps for every change: look, perhaps confirm, write, tell."""

from __future__ import annotations

from dataclasses import replace

from engine import use_cases
from engine.acts import Act, MailChoice, OpenCase
from engine.declared import Version
from engine.draft import Call
from engine.errors import HandslagError, PlanChanged, Refused
from engine.ports import Tx
from engine.use_cases import Outcome
from handslag.acting import Standing, actor_on
from handslag.cli.case_view import CaseView, view_of
from handslag.cli.desk import Desk
from handslag.cli.given import read_instant
from handslag.cli.moves_told import blocks_told
from handslag.cli.options import Change
from handslag.cli.plan import show_outcome


def do(desk: Desk, number: str, act: Act, change: Change, *, mails: tuple[MailChoice, ...] = ()) -> None:
    """Do an act to a case, or show what it would do. mails: what is decided about those that it sends.

    Raises: whatever the engine raises, with unmet guards explained.
    """
    view = desk.read(lambda tx: view_of(desk, tx, number))

    def call_of(tx: Tx) -> Call:
        case = tx.case(number)
        programme = tx.programme(case.programme)
        actor = actor_on(programme, case, desk.who, view.now, for_whom=change.for_whom)
        return _call(
            desk, view.programme.calendar.zone, change, Call(actor=actor, now=view.now, ids=desk.house.tools.ids, mails=mails)
        )

    def look(tx: Tx) -> Outcome:
        if change.revision and tx.case(number).revision != change.revision:
            raise use_cases.conflict(tx, number, change.revision)
        return _confirmed(use_cases.preview(tx, desk.house.tools, number, act, call_of(tx)), change)

    def write(tx: Tx) -> Outcome:
        tools = desk.house.tools
        return use_cases.perform(
            tx, tools, number, act, call_of(tx), revision=change.revision, confirm=change.confirm
        )  # fmt: skip

    try:
        outcome = desk.read(look) if change.dry_run else desk.run(write)
    except HandslagError as error:
        _explain(view, error)
        raise
    show_outcome(desk, _after(view, outcome), outcome, dry_run=change.dry_run)


def open_case(desk: Desk, standing: Standing, version: Version, act: OpenCase, change: Change) -> None:
    """Open a case, or show what that would do."""
    programme, tools = standing.programme, desk.house.tools
    actor = replace(standing.actor, for_whom=change.for_whom)
    zone = programme.calendar.zone
    call = _call(desk, zone, change, Call(actor=actor, now=desk.now(zone), ids=tools.ids))

    def write(tx: Tx) -> Outcome:
        return _confirmed(use_cases.open_case(tx, tools, programme, version, act, call), change)

    def look(tx: Tx) -> Outcome:
        return _confirmed(use_cases.preview_open(tx, tools, programme, version, act, call), change)

    outcome = desk.read(look) if change.dry_run else desk.run(write)
    companies = desk.read(lambda tx: tx.companies_of([party.organisation for party in act.parties]))
    view = CaseView(
        case=outcome.case, programme=programme, version=version, companies=companies, actor=actor, now=call.now,
        words=desk.house.words,
    )  # fmt: skip
    show_outcome(desk, view, outcome, dry_run=change.dry_run)


def _call(desk: Desk, zone: str, change: Change, call: Call) -> Call:
    happened = read_instant(change.happened_at, "--happened-at", zone) if change.happened_at else None
    return replace(call, happened_at=happened)


def _confirmed(outcome: Outcome, change: Change) -> Outcome:
    if change.confirm and change.confirm != outcome.digest:
        raise PlanChanged(
            f"what would happen has changed since it was looked at (now {outcome.digest}); look again with --dry-run",
            digest=outcome.digest,
        )
    return outcome


def _explain(view: CaseView, error: HandslagError) -> None:
    """Lay on a refusal what each unmet guard says, in the reader's language."""
    if isinstance(error, Refused):
        for line in blocks_told(view, str(error.values.get("transition", "")), error.blocks):
            error.add_note(line)


def _after(view: CaseView, outcome: Outcome) -> CaseView:
    """Return the view with the case as it stands after an act; seats and records it makes are known then."""
    return replace(view, case=outcome.case)
