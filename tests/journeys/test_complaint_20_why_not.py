"""Complaint 20: 'not allowed' without a why."""

from __future__ import annotations

import pytest

from engine import acts
from engine.entry import GuardAnswer
from engine.errors import GuardsUnmet, MoveNotAllowed, Reason
from tests.world import World


def test_blocked_move_stays_visible_with_every_unmet_condition(world: World) -> None:
    """A blocked move stays visible with each unmet condition in the reader's language and who can meet it, and the answer is
    the same from every surface.
    """
    number = world.candidate()
    world.to_screening(number)

    offer = next(o for o in world.offers(number) if o.transition.key == "invite_to_dialogue")
    with pytest.raises(GuardsUnmet) as refused:
        world.do(number, acts.Advance(transition="invite_to_dialogue"))

    assert not offer.is_open
    unmet = [answer for answer in offer.answers if not answer.yes]
    assert [a.name for a in unmet] == ["score_ok"]
    assert [_told(a) for a in refused.value.blocks] == [_told(a) for a in unmet]  # what a screen shows is what a refusal says
    words = world.house.words
    english, danish = (
        words.sentence(Reason(code=unmet[0].code, values=dict(unmet[0].values or {})), language) for language in ("en", "da")
    )
    assert english != danish
    assert "60" in english
    assert "60" in danish
    guard = next(g for g in offer.transition.guards if g.name == "score_ok")
    assert guard.can == ("coordinator", "manager")


def _told(answer: GuardAnswer) -> tuple[object, ...]:
    return (answer.name, answer.code, answer.values)


def test_every_phase_shows_all_its_moves_blocked_or_not(world: World) -> None:
    number = world.active()
    case = world.case(number)
    version = world.house.store.read(lambda tx: tx.version(case.version))

    shown = {o.transition.key for o in world.offers(number)}

    assert shown == {t.key for t in version.transitions.values() if case.phase in t.sources}
    for offer in world.offers(number):
        for answer in (a for a in offer.answers if not a.yes):
            assert answer.code, offer.transition.key
            guard = next(g for g in offer.transition.guards if g.name == answer.name)
            assert guard.can, guard.name


def test_move_from_elsewhere_is_refused_naming_the_moves_from_here(world: World) -> None:
    number = world.candidate()

    with pytest.raises(MoveNotAllowed) as refused:
        world.do(number, acts.Advance(transition="recover"), "mette")

    assert set(refused.value.values["allowed"]) == {"screen", "decline"}
