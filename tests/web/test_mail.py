"""The outbox: states, text as sent, the mail's own markup in its cage, sending again."""

from __future__ import annotations

from dataclasses import replace

from engine.letters import Receipt
from engine.ports import Tx
from tests.web.conftest import Web
from tests.web.forms import Reader


def test_mails_are_listed_by_state_with_counts(busy: Web) -> None:
    visitor = busy.visitor("anne")

    page = Reader(visitor.get("/mail").text)
    sent = sum(m.state == "sent" for m in busy.world.messages())

    assert f"sent {sent}" in page.text
    assert "captures mails in a folder" in page.text
    assert "No mail in this state" in visitor.get("/mail?state=queued").text


def test_older_mails_follow_page_by_page(busy: Web) -> None:
    visitor, seen, address = busy.visitor("anne"), list[str](), "/mail"
    while address:
        page = Reader(visitor.get(address).text)
        seen += [link for link in page.links if link.startswith("/mail/") and "coming" not in link]
        address = next((link for link in page.links if "before=" in link), "")

    assert len(seen) == len(set(seen)) == len(busy.world.messages())


def test_a_mail_is_shown_as_sent_and_its_markup_is_caged(busy: Web) -> None:
    message = busy.world.messages()[0]
    visitor = busy.visitor("anne")

    page = visitor.get(f"/mail/{message.id}").text
    framed = visitor.get(f"/mail/{message.id}/html")

    assert " ".join(message.text.split()) in Reader(page).text
    assert 'sandbox=""' in page
    assert framed.text == message.html
    policy = framed.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy


def test_a_failed_mail_shows_the_servers_words_and_is_sent_again(web: Web) -> None:
    number = web.world.candidate(score="72", tier="standard")
    web.world.to_screening(number)
    web.world.to_dialogue(number)
    message = next(m for m in web.world.messages() if m.thread == number)
    _fail(web, message.id)
    visitor = web.visitor("anne")
    assert "550 no such user" in visitor.get(f"/mail/{message.id}").text
    assert "550 no such user" in visitor.get("/today").text

    answer = visitor.post(f"/mail/{message.id}/resend", data={"reason": "address was mended"})

    assert answer.status_code == 303
    again = [p for p in web.world.promises(number) if p.resend_of]
    assert len(again) == len(message.promises)
    assert "550 no such user" not in visitor.get("/today").text
    assert visitor.post(f"/mail/{message.id}/resend", data={}).status_code == 422


def _fail(web: Web, message_id: str) -> None:
    """Let the server refuse a mail for good."""
    from engine.delivery import note_delivery

    world = web.world

    def note(tx: Tx) -> None:
        message = replace(tx.message(message_id), state="claimed", worker="w", lease_until=world.clock.now())
        tx.change_message(message)
        failed = replace(message, state="failed", attempts=1, ended_at=world.clock.now(), last_words="550 no such user")
        receipt = Receipt(outcome="never", words="550 no such user", code=550)
        note_delivery(tx, world.house.tools, failed, receipt, world.clock.now())

    world.house.store.run(note)
