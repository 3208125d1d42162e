"""How each move of the shipped workflows is made: what has to be noted first, who makes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from engine import acts
from tests.world import AALBORG, World

LGD = "local-green-deal"
Step = Callable[[World, str], None]


def today(world: World) -> str:
    """The day on the clock, ISO."""
    return world.clock.now().date().isoformat()


def in_days(world: World, days: int) -> str:
    """A day so many days from the clock's, ISO."""
    return (world.clock.now() + timedelta(days=days)).date().isoformat()


def move(transition: str, person: str = "anne", reason: str = "", **facts: str) -> Step:
    """A move that needs nothing else; a fact `+90` is the date in ninety days."""

    def make(world: World, number: str) -> None:
        given = {k: in_days(world, int(v)) if v[:1] == "+" else v for k, v in facts.items()}
        world.do(number, acts.Advance(transition=transition, reason=reason, facts=given), person)

    return make


def after_facts(transition: str, person: str = "anne", reason: str = "", **facts: str) -> Step:
    """A move before which facts are set, by the manager."""

    def make(world: World, number: str) -> None:
        given = {k: in_days(world, int(v)) if v[:1] == "+" else v for k, v in facts.items()}
        world.do(number, acts.SetFacts(facts=given), "mette")
        world.do(number, acts.Advance(transition=transition, reason=reason), person)

    return make


def _confirmed(world: World, number: str) -> None:
    for record in world.case(number).records_of("municipal_commitments"):
        if not record.values.get("confirmed_on"):
            open_ones = [d for d in world.case(number).open_deadlines() if d.rule == "confirm_commitment"]
            ours = [d for d in open_ones if d.record == record.no]
            if ours:
                world.do(number, acts.Fulfil(what="confirm", deadline=ours[0].no), "pia")
            else:
                world.do(number, acts.ChangeRecord(no=record.no, values={"confirmed_on": today(world)}))
    world.do(number, acts.FreezeDocument(fact="agreement", hash=world.document(), name="agreement.pdf"))
    world.do(number, acts.Advance(transition="request_approval"))


def _complete(world: World, number: str) -> None:
    for name in ("company_commitments", "municipal_commitments"):
        for record in world.case(number).records_of(name):
            world.do(number, acts.ChangeRecord(no=record.no, values={"status": "done"}))
    facts = {"renewal_decision": "close", "final_evaluation": "well", "final_evaluation_on": today(world)}
    world.do(number, acts.Advance(transition="complete", facts=facts), "mette")


def _at(world: World, number: str, day: str) -> None:
    world.go(f"{day} 09:00")
    world.work()


def wait_for(fact: str, months: int) -> Step:
    """A move that the system makes on a date fact, so many months before it."""

    def make(world: World, number: str) -> None:
        ends = str(world.case(number).facts[fact])
        index = int(ends[:4]) * 12 + int(ends[5:7]) - 1 - months
        _at(world, number, f"{index // 12}-{index % 12 + 1:02d}-{min(int(ends[8:]), 28):02d}")
        if world.clock.now().date().isoformat() < ends and not months:
            _at(world, number, ends)

    return make


def _lgd_identify(world: World, number: str) -> None:
    world.do(number, acts.AddRecord(list="fields_of_action", values={"title": "Energy"}))
    world.do(number, acts.Advance(transition="identify", facts={"climate_plan": "https://example.org/plan"}))


def _lgd_sign(world: World, number: str) -> None:
    due = in_days(world, 200)
    common = {"title": "Vans", "support": "charging points", "due_on": due}
    world.do(number, acts.AddRecord(list="company_commitments", values={**common, "lead": "Director"}))
    world.do(number, acts.AddRecord(list="municipal_commitments", values={**common, "owner": "pia"}))
    world.do(number, acts.FreezeDocument(fact="agreement", hash=world.document(), name="agreement.pdf"))
    authorise(world, number)
    world.do(number, acts.Advance(transition="request_signatures"))


def authorise(world: World, number: str) -> None:
    """Every signatory brings a mandate."""
    for seat in [s for s in world.case(number).seats.values() if s.role.startswith("signatory") and s.ended_on is None]:
        if not seat.authority:
            world.do(
                number,
                acts.GiveSeat(role=seat.role, person=seat.person, contact=seat.contact, party=seat.party,
                              authority="mandate", replaces=seat.no),
            )  # fmt: skip


def _sign(world: World, number: str) -> None:
    for seat in [s for s in world.case(number).seats.values() if s.role.startswith("signatory") and s.ended_on is None]:
        if world.case(number).phase in {"signing", "agree"}:
            world.do(number, acts.Sign(seat=seat.no), "anne", for_whom="the signatory")


def _signing(world: World, number: str) -> None:
    authorise(world, number)
    day = today(world)
    facts = {"approved_public_on": day, "approved_public_by": "Council", "approved_private_on": day,
             "approved_private_by": "Board", "followup_rules_accepted_public_on": day,
             "followup_rules_accepted_private_on": day}  # fmt: skip
    world.do(number, acts.Advance(transition="request_signatures", facts=facts), "mette")


PATHS: dict[str, dict[str, Step]] = {
    AALBORG: {
        "screen": World.to_screening,
        "invite_to_dialogue": World.to_dialogue,
        "request_baseline": World.to_baseline,
        "plan_actions": World.to_actions,
        "draft": World.to_drafting,
        "request_approval": _confirmed,
        "request_signatures": _signing,
        "activate": _sign,
        "send_back": move("send_back", "mette", "the text changed"),
        "redraft": move("redraft", reason="the text changed"),
        "enter_recovery": after_facts("enter_recovery", "mette", recovery_reason="two commitments are late"),
        "recover": move("recover", "mette", recovery_plan="a plan", recovery_plan_on="+0"),
        "terminate": after_facts("terminate", "mette", "no answer", notice_sent_on="+0", notice_ends_on="+0"),
        "start_renewal": wait_for("ends_on", 6),
        "renegotiate": move("renegotiate", renewal_decision="renew"),
        "stop_renegotiating": move("stop_renegotiating", reason="no agreement"),
        "complete": _complete,
        "expire": wait_for("ends_on", 0),
        "withdraw": after_facts("withdraw", notice_sent_on="+0", notice_ends_on="+0"),
        "withdraw_by_agreement": move("withdraw_by_agreement", short_form_agreed="yes"),
        "decline": after_facts("decline", decline_reason="not_now"),
        "pause": after_facts("pause", "mette", "rebuilding", restart_on="+90"),
        "resume": move("resume", "mette"),
        "complete_by_merger": after_facts("complete_by_merger", "mette", merged_into="AAL-2026-0099"),
        "renew_late": move("renew_late", renewal_decision="renew"),
    },
    LGD: {
        "identify": _lgd_identify,
        "engage": after_facts("engage", cvr="10150817", register_status="active"),
        "design": move("design", contact_confirmed_on="+0", needs="vans"),
        "request_signatures": _lgd_sign,
        "activate": _sign,
        "redraft": move("redraft", reason="the text changed"),
        "start_renewal": wait_for("ends_on", 4),
        "renew": move("renew", renewal_decision="renew", evaluation="good", evaluated_on="+0"),
        "stop_renegotiating": move("stop_renegotiating", reason="no agreement"),
        "complete": move("complete", "mette", renewal_decision="close", evaluation="good", evaluated_on="+0"),
        "expire": wait_for("ends_on", 0),
        "withdraw": move("withdraw", reason="they asked"),
        "decline": after_facts("decline", decline_reason="not_now"),
    },
}
# The straight way into force, for walks that begin there.
INTO_FORCE = {
    AALBORG: ("screen", "invite_to_dialogue", "request_baseline", "plan_actions", "draft", "request_approval",
              "request_signatures", "activate"),
    LGD: ("identify", "engage", "design", "request_signatures", "activate"),
}  # fmt: skip
