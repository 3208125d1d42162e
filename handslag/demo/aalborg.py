"""The Aalborg method as the cast goes through it: phase by phase, what is done before the case can move on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from engine import acts
from engine.case import Case
from handslag.demo.commitments import city_promise, company_promises
from handslag.demo.stage import Player, Step

GIVE_UP_AFTER = 20  # working days after the phase's end without a word from the company


def _case(player: Player) -> Case:
    assert player.case is not None
    return player.case


def move(player: Player, transition: str, reason: str = "", **facts: object) -> Case:
    """The coordinator makes a move."""
    return player.office(acts.Advance(transition=transition, reason=reason, facts=facts))


def _candidate(player: Player) -> Iterator[Step]:
    yield Step(on=player.at_pace(), what="screen", do=partial(_screen, player))


def _screen(player: Player) -> None:
    organisation = next(iter(_case(player).parties.values())).organisation
    number = player.stage.house.store.read(lambda tx: tx.companies_of([organisation])).organisations[organisation].number
    player.office(acts.SetFacts(facts={"cvr": number, "register_status": "active", "register_status_on": player.day}))
    move(player, "screen")


def _screening(player: Player) -> Iterator[Step]:
    if player.company.decline_reason == "not_suitable":
        yield Step(on=player.at_pace(), what="decline", do=partial(_decline, player))
        return
    waits_for_manager = player.company.score < 60 and not _case(player).facts.get("score_override")
    if not waits_for_manager:
        yield Step(on=player.at_pace(), what="invite", do=partial(_invite, player))


def _decline(player: Player) -> None:
    if player.company.decline_reason == "not_suitable":
        player.office(acts.SetFacts(facts={"score": player.company.score}, reason="screening"))
    move(player, "decline", decline_reason=player.company.decline_reason or "other")


def _invite(player: Player) -> None:
    score = player.company.score
    for title, weight, points in (("Emissions within reach", 60, score), ("Will of the management", 40, min(score + 5, 100))):
        player.office(acts.AddRecord(list="criteria", values={"title": title, "weight": weight, "points": points}))
    move(player, "invite_to_dialogue", score=score, tier=player.company.tier)


def _dialogue(player: Player) -> Iterator[Step]:
    visits = _case(player).records_of("visits")
    if not visits:
        booked = player.in_phase(11)
        book = acts.AddRecord(list="visits", values={"booked_for": booked, "note": "at the company, with the director"})
        yield Step(on=player.in_phase(3), what="book", do=partial(player.office, book))
    elif any(v.values.get("held_on") for v in visits):
        yield Step(on=player.at_pace(), what="baseline", do=partial(_request_baseline, player))


def _request_baseline(player: Player) -> None:
    day = player.day
    move(player, "request_baseline", contact_confirmed_on=day, contact_confirmed_by="reply to the invitation", backing_on=day,
         backing_function="Director", backing_note="minutes of the board")  # fmt: skip


def _baseline(player: Player) -> Iterator[Step]:
    if player.company.is_silent(player.day):
        yield from _give_up(player)
    elif not _case(player).facts.get("scope1"):
        yield Step(on=player.at_pace(), what="figures", do=partial(_figures, player))
    else:
        yield Step(on=player.after(player.at_pace(), 2), what="actions", do=partial(move, player, "plan_actions"))


def _give_up(player: Player) -> Iterator[Step]:
    for deadline in player.owed("phase"):
        on = player.after(deadline.last_on, GIVE_UP_AFTER)
        yield Step(on=on, what="decline", do=partial(_decline, player))


def _figures(player: Player) -> None:
    seed = sum(map(ord, player.company.key))
    player.says(
        acts.SetFacts(
            facts={"baseline_year": player.day.year - 1, "scope1": seed % 190 + 12, "scope2": f"{seed % 97 + 8}.5",
                   "baseline_method": "Climate Compass (Klimakompasset)", "baseline_boundary": "the whole company"},
            reason="the company's climate account",
        ),
        how="by mail",
    )  # fmt: skip


def _actions(player: Player) -> Iterator[Step]:
    yield Step(on=player.at_pace(), what="draft", do=partial(_draft, player))


def _draft(player: Player) -> None:
    """Write down what both sides promise (in a second period: what is promised anew) and begin the draft."""
    company, start = player.company, player.day
    if _case(player).period == 1 or not _case(player).records_of("company_commitments"):
        owner = company.owners[0]
        city_due = start + timedelta(days=150)
        player.office(acts.AddRecord(list="municipal_commitments", values=city_promise(company, owner, city_due)))
        blocker = max(_case(player).records) if company.blocked else 0
        for n, values in enumerate(company_promises(company, start + timedelta(days=190))):
            blocked = {"blocked_by": str(blocker)} if blocker and n == 0 else {}
            player.says(acts.AddRecord(list="company_commitments", values={**values, **blocked}), how="at the workshop")
        for other in company.owners[1:]:
            values = city_promise(company, other, start + timedelta(days=260))
            player.office(acts.AddRecord(list="municipal_commitments", values=values))
    move(player, "draft")


def _drafting(player: Player) -> Iterator[Step]:
    comments = _case(player).records_of("comments")
    confirmed = all(r.values.get("confirmed_on") for r in _case(player).records_of("municipal_commitments"))
    if not comments:
        comment = {"text": "Section 4: may we deliver a month later?", "from_whom": "Director"}
        said = acts.AddRecord(list="comments", values=comment)
        yield Step(on=player.in_phase(2), what="comment", do=partial(player.says, said, how="by mail"))
    elif not all(r.values.get("resolved") for r in comments):
        answer = player.change_record(comments[-1].no, resolved=True, answer="No, but the report may follow in January.")
        yield Step(on=player.in_phase(4), what="answer", do=partial(player.office, answer))
    elif confirmed:
        yield Step(on=max(player.at_pace(), player.in_phase(5)), what="approval", do=partial(_request_approval, player))


def _request_approval(player: Player) -> None:
    player.lay_agreement()
    move(player, "request_approval")


def _approval(player: Player) -> Iterator[Step]:
    yield Step(on=player.at_pace(), what="signatures", do=partial(_request_signatures, player))


def _request_signatures(player: Player) -> None:
    authorise(player)
    day = player.day
    facts = {
        "approved_public_on": day, "approved_public_by": "Climate committee", "approved_private_on": day,
        "approved_private_by": "Board", "followup_rules_accepted_public_on": day, "followup_rules_accepted_private_on": day,
    }  # fmt: skip
    player.boss(acts.Advance(transition="request_signatures", facts=facts))


def authorise(player: Player) -> None:
    """Note for each signatory by which document it may sign."""
    for seat in [s for s in _case(player).seats.values() if s.role.startswith("signatory") and s.ended_on is None]:
        if not seat.authority:
            authority = "standing orders of the council" if seat.person else "extract of the register, 2 pages"
            player.office(acts.GiveSeat(role=seat.role, person=seat.person, contact=seat.contact, party=seat.party,
                                        authority=authority, replaces=seat.no))  # fmt: skip


def _active(player: Player) -> Iterator[Step]:
    yield from notice_ends(player, partial(move, player, "withdraw"))
    for deadline in player.owed("followup"):
        if deadline.rule in {"F2", "F4"} and deadline.missed_at is not None and deadline.state == "open":
            on = player.after(deadline.last_on, 34)
            yield Step(on=on, what="recovery", do=partial(player.boss, acts.Advance(transition="enter_recovery")))


def notice_ends(player: Player, do: Callable[[], object]) -> Iterator[Step]:
    """Yield the step that follows once a notice period has ended."""
    text = _case(player).facts.get("notice_ends_on")
    if text:
        yield Step(on=date.fromisoformat(str(text)), what="notice ends", do=do)


def _recovery(player: Player) -> Iterator[Step]:
    if not player.company.is_silent(player.day):
        late = any(d.missed_at and d.state == "open" for d in player.owed("followup") if d.rule in {"F2", "F4"})
        if not late:
            facts = {"recovery_plan": "a new climate lead, and figures every month", "recovery_plan_on": player.day}
            yield Step(on=player.in_phase(12), what="recover",
                       do=partial(player.boss, acts.Advance(transition="recover", facts=facts)))  # fmt: skip
    elif not _case(player).facts.get("notice_ends_on"):
        yield Step(on=player.in_phase(22), what="notice", do=partial(_city_notice, player))
    else:
        reason = "no report in spite of two formal letters"
        act = acts.Advance(transition="terminate", reason=reason)
        yield from notice_ends(player, partial(player.boss, act))


def _city_notice(player: Player) -> None:
    facts = {"notice_sent_on": player.day, "notice_ends_on": player.day + timedelta(days=30)}
    player.boss(acts.SetFacts(facts=facts, reason="notice by registered letter"))


def _renewal(player: Player) -> Iterator[Step]:
    text = _case(player).facts.get("ends_on")
    ends_on = date.fromisoformat(str(text))
    match player.company.renewal:
        case "close":
            yield Step(on=player.after(ends_on, -15), what="complete", do=partial(_complete, player))
        case "renew":
            act = acts.Advance(transition="renegotiate", facts={"renewal_decision": "renew"})
            yield Step(on=player.in_phase(25), what="renew", do=partial(player.office, act))


def _complete(player: Player) -> None:
    for name in ("company_commitments", "municipal_commitments"):
        for record in _case(player).records_of(name):
            if record.values.get("status") != "done":
                player.office(player.change_record(record.no, status="dropped", status_note="carried on outside the agreement"))
    facts = {"renewal_decision": "close", "final_evaluation_on": player.day, "final_evaluation": "two of three delivered"}
    player.boss(acts.Advance(transition="complete", facts=facts))


def _paused(player: Player) -> Iterator[Step]:
    text = _case(player).facts.get("restart_on")
    if text:
        act = acts.Advance(transition="resume")
        yield Step(on=date.fromisoformat(str(text)), what="resume", do=partial(player.boss, act))


PHASES: Mapping[str, Callable[[Player], Iterator[Step]]] = {
    "candidate": _candidate,
    "screening": _screening,
    "dialogue": _dialogue,
    "baseline": _baseline,
    "actions": _actions,
    "drafting": _drafting,
    "approval": _approval,
    "active": _active,
    "recovery": _recovery,
    "renewal": _renewal,
    "paused": _paused,
}
