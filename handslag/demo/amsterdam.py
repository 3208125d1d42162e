"""The Local Green Deal as the cast goes through it, phase by phase."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from engine import acts
from engine.case import Case
from handslag.demo.aalborg import GIVE_UP_AFTER, authorise, move
from handslag.demo.commitments import city_promise, company_promises
from handslag.demo.stage import Player, Step

PLAN = "https://climate-plan.example.org/2030"


def _case(player: Player) -> Case:
    assert player.case is not None
    return player.case


def _prepare(player: Player) -> Iterator[Step]:
    yield Step(on=player.at_pace(), what="identify", do=partial(_identify, player))


def _identify(player: Player) -> None:
    player.office(acts.AddRecord(list="fields_of_action", values={"title": player.company.sector, "offer": "advice on site"}))
    move(player, "identify", climate_plan=PLAN)


def _identified(player: Player) -> Iterator[Step]:
    yield Step(on=player.at_pace(), what="engage", do=partial(_engage, player))


def _engage(player: Player) -> None:
    organisation = next(iter(_case(player).parties.values())).organisation
    number = player.stage.house.store.read(lambda tx: tx.companies_of([organisation])).organisations[organisation].number
    player.office(acts.SetFacts(facts={"kvk": number, "register_status": "active"}))
    move(player, "engage", tier=player.company.tier)


def _engaged(player: Player) -> Iterator[Step]:
    if player.company.is_silent(player.day):
        for deadline in player.owed("phase"):
            on = player.after(deadline.last_on, GIVE_UP_AFTER)
            yield Step(on=on, what="decline", do=partial(move, player, "decline", decline_reason="no_answer"))
    elif not _case(player).records_of("meetings"):
        met = acts.AddRecord(list="meetings", values={"held_on": player.in_phase(8), "note": "coffee at the counter"})
        yield Step(on=player.in_phase(8), what="meet", do=partial(player.office, met))
    else:
        yield Step(on=player.at_pace(), what="design", do=partial(_design, player))


def _design(player: Player) -> None:
    move(player, "design", contact_confirmed_on=player.day, needs="lower bills, and somebody who helps with the forms")


def _designed(player: Player) -> Iterator[Step]:
    yield Step(on=player.at_pace(), what="sign", do=partial(_request_signatures, player))


def _request_signatures(player: Player) -> None:
    company, start = player.company, player.day
    for values in company_promises(company, start + timedelta(days=170), 2):
        player.says(acts.AddRecord(list="company_commitments", values=values), how="at the counter")
    for n, owner in enumerate(company.owners):
        due = start + timedelta(days=130 + 90 * n)
        player.office(acts.AddRecord(list="municipal_commitments", values=city_promise(company, owner, due)))
    authorise(player)
    player.lay_agreement()
    move(player, "request_signatures")


def _renew(player: Player) -> Iterator[Step]:
    ends_on = date.fromisoformat(str(_case(player).facts["ends_on"]))
    if player.company.renewal == "close":
        facts = {"renewal_decision": "close", "evaluation": "both commitments delivered", "evaluated_on": player.day}
        act = acts.Advance(transition="complete", facts=facts)
        yield Step(on=player.after(ends_on, -10), what="complete", do=partial(player.boss, act))


PHASES: Mapping[str, Callable[[Player], Iterator[Step]]] = {
    "prepare": _prepare,
    "identify": _identified,
    "engage": _engaged,
    "design": _designed,
    "renew": _renew,
}
