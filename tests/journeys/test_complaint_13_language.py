"""Complaint 13: wrong language."""

from __future__ import annotations

from engine.letters import Message
from tests.world import World


def _of(world: World, name: str, code: str) -> Message:
    return next(m for m in world.messages() if code in m.code.split(",") and m.address.startswith(name))


def test_two_contacts_of_one_company_each_read_their_own_language(world: World) -> None:
    """Two contacts of one company with different languages each get subject, body, dates and phase names in their own."""
    number = world.active()
    pulse = next(d for d in world.case(number).open_deadlines() if d.rule == "F2")
    assert str(pulse.due_on) == "2026-06-30"
    world.walk("2026-08-06 09:00")

    english, danish = _of(world, "karen", "M10"), _of(world, "jens", "M10")

    assert (english.language, danish.language) == ("en", "da")
    assert english.subject != danish.subject
    assert "30 June 2026" in english.text
    assert "30. juni 2026" in danish.text
    assert "Quarterly status" in english.text
    assert "Kvartalsstatus" in danish.text
    assert 'lang="en"' in english.html
    assert 'lang="da"' in danish.html
    assert number in english.subject
    assert number in danish.subject


def test_language_that_the_method_lacks_falls_back_visibly(world: World) -> None:
    """… with a declared fallback."""
    number = world.candidate()
    company = next(iter(world.house.store.read(lambda tx: tx.companies(tx.case(number)).organisations.values())))
    from engine import acts

    dutch = world.contact(company, "Piet Vos", "nl")
    seat = next(s for s in world.case(number).seats.values() if s.role == "company_contact")
    world.do(number, acts.GiveSeat(role="company_contact", contact=dutch.id, replaces=seat.no))
    world.to_screening(number)
    world.to_dialogue(number)

    invitation = _of(world, "piet", "M01")

    assert invitation.subject.startswith("Invitation to a climate partnership")
    version = world.house.store.read(lambda tx: tx.version(tx.case(number).version))
    assert (version.fallback, "nl" in version.languages) == ("en", False)
