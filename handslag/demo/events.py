"""What happens once, on a day that the cast names: a pause, a merger, a new signatory, a slip that is corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from engine import acts
from engine.case import Case, Promise
from engine.ports import Tx
from engine.programme import Contact
from handslag.demo.aalborg import move
from handslag.demo.stage import Player

NEWCOMER = "Signe Marie Vang"


def _case(player: Player) -> Case:
    assert player.case is not None
    return player.case


def _comment(player: Player) -> None:
    player.office(acts.Comment(text="The director showed our delegation around; she would gladly do it again."))


def _override(player: Player) -> None:
    reason = "small, but the whole branch looks at them"
    player.boss(acts.SetFacts(facts={"score": player.company.score, "score_override": reason}, reason=reason))


def _slip(player: Player) -> None:
    """The case went for approval too early: the manager puts it back into drafting."""
    player.boss(acts.Correct(phase="drafting", reason="sent for approval before the board had seen section 4"))


def _slip_back(player: Player) -> None:
    """The case was invited without a look at the branch: the manager takes it back to screening, for a second look."""
    player.boss(acts.Correct(phase="screening", reason="invited before the branch was looked at"))


def _extend(player: Player) -> None:
    for deadline in [d for d in player.owed() if d.rule in {"baseline", "actions", "F4"} and d.state == "open"][:1]:
        player.says(acts.Fulfil(what="extend", deadline=deadline.no, text="the accountant is ill"))


def _handover(player: Player) -> None:
    other = player.programme.people[player.company.coordinator].deputy
    player.boss(acts.GiveSeat(role="coordinator", person=other))


def _planned(player: Player) -> Promise | None:
    """Return the next planned mail to the company."""
    mails = [p for p in _case(player).pending() if (p.kind, p.state) == ("mail", "planned") and p.seat == "company_contact"]
    return min(mails, key=lambda p: (p.due_at, p.no), default=None)


def _hold(player: Player) -> None:
    promise = _planned(player)
    if promise is not None:
        until = player.calendar.opening(player.after(player.calendar.local_day(promise.due_at), 3))
        player.office(acts.Hold(promise=promise.no, until=until, reason="the company moves house this week"))


def _suppress(player: Player) -> None:
    promise = _planned(player)
    if promise is not None:
        player.office(acts.Suppress(promise=promise.no, reason="told me on the phone that the report is on its way"))


def _pause(player: Player, days: int) -> None:
    restart = player.calendar.roll_forward(player.day + timedelta(days=days))
    act = acts.Advance(transition="pause", reason="the factory is being moved", facts={"restart_on": restart})
    player.boss(act)


def _merge(player: Player) -> None:
    into = player.stage.numbers["limfjord"]
    player.boss(acts.Advance(transition="complete_by_merger", facts={"merged_into": into}))


def _notice(player: Player) -> None:
    facts = {"notice_sent_on": player.day, "notice_ends_on": player.day + timedelta(days=90)}
    player.says(acts.SetFacts(facts=facts, reason="notice by registered letter"), player.company.director, "by letter")


def _short_notice(player: Player) -> None:
    move(player, "withdraw_by_agreement", short_form_agreed=True)


def _leave(player: Player) -> None:
    move(player, "withdraw", reason="the print shop is sold; the buyer does not go on")


def _new_signatory(player: Player) -> None:
    """The director leaves in the middle of signing; a new one signs the same text."""
    old = player.seat("signatory_private")
    assert old is not None
    store = player.stage.house.store
    organisation = _case(player).parties[old.party].organisation
    made = Contact(id=0, organisation=organisation, name=NEWCOMER, email=player.company.email(NEWCOMER),
                   language=player.company.language, function="Director")  # fmt: skip
    new = store.run(lambda tx: tx.save_contact(made))
    act = acts.GiveSeat(role=old.role, contact=new.id, party=old.party, authority="minutes of the board", replaces=old.no)
    player.says(act, how="by mail")


def _new_address(player: Player) -> None:
    """The address had a typing error, so mails failed: it is put right, and the last failed mail is sent again."""
    seat = player.seat("company_contact")
    assert seat is not None
    store, number = player.stage.house.store, player.number

    def mend(tx: Tx) -> tuple[Contact, Contact]:
        old = tx.companies(tx.case(number)).contacts[seat.contact]
        return old, tx.save_contact(replace(old, email=player.company.email(old.name)))

    old, new = store.run(mend)
    told = acts.ContactChanged(kind="contact", no=new.id, old={"email": old.email}, new={"email": new.email})
    player.office(told)
    whole = store.read(lambda tx: tx.case(number, whole=True))
    failed = [p for p in whole.promises.values() if p.state == "failed"]
    for promise in failed[-1:]:
        player.office(acts.Resend(promise=promise.no, reason="the address had a typing error"))


EVENTS: Mapping[str, Callable[[Player], object]] = {
    "comment": _comment,
    "override": _override,
    "slip": _slip,
    "slip_back": _slip_back,
    "extend": _extend,
    "handover": _handover,
    "hold": _hold,
    "suppress": _suppress,
    "pause": lambda player: _pause(player, 100),
    "pause_long": lambda player: _pause(player, 180),
    "merge": _merge,
    "notice": _notice,
    "short_notice": _short_notice,
    "leave": _leave,
    "new_signatory": _new_signatory,
    "new_address": _new_address,
}
