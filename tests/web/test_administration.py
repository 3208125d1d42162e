"""The administration: people, absences, calendar, settings, the sending switch, health, and who changed what."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine.programme import Person
from storage import account_rows, approval, identity_rows
from tests.web.conftest import Web

PEOPLE = "/administration/people"
PAGES = (
    PEOPLE, f"{PEOPLE}/new", f"{PEOPLE}/anne", "/administration/calendar", "/administration/calendar/replan",
    "/administration/programme", "/administration/sending", "/administration/health", "/administration/log",
)  # fmt: skip
NINA = {"key": "nina", "name": "Nina Bak", "email": "nina@aalborg.example.org", "language": "da", "role": "coordinator"}


def person(web: Web, key: str) -> Person | None:
    return web.world.house.store.read(lambda tx: tx.programme("aalborg")).people.get(key)


def log(web: Web, visitor: str = "mette") -> str:
    return web.visitor(visitor).get("/administration/log").text


@pytest.mark.parametrize("path", PAGES)
def test_only_who_administers_sees_a_page(busy: Web, path: str) -> None:
    assert busy.visitor("mette").get(path).status_code == 200
    nothing = busy.visitor("pia").get("/no/such/page").text
    for colleague in ("pia", "anne"):
        assert busy.visitor(colleague).get(path).status_code == 404
    assert busy.visitor("pia").get(path).text == nothing


def test_a_coordinator_finds_absences_only(busy: Web) -> None:
    page = busy.visitor("anne").get("/administration/absences")

    assert page.status_code == 200
    assert "/administration/sending" not in page.text
    assert 'href="/administration/absences"' in busy.visitor("anne").get("/today").text
    assert "/administration" not in busy.visitor("pia").get("/today").text


def test_a_person_is_added_with_every_fault_told_first(web: Web) -> None:
    mette = web.visitor("mette")

    refused = mette.post(f"{PEOPLE}/new", data={"key": "n n", "email": "x", "language": "da"})
    assert refused.status_code == 422
    assert refused.text.count('class="error"') == 4  # short name, name, address, roles
    assert person(web, "n n") is None

    assert mette.post(f"{PEOPLE}/new", data=NINA).status_code == 303
    made = person(web, "nina")
    assert made is not None
    assert (made.roles, made.email) == (("coordinator",), "nina@aalborg.example.org")
    assert mette.post(f"{PEOPLE}/new", data=NINA).status_code == 422


def test_changed_roles_stand_in_the_log_with_who_and_what(web: Web) -> None:
    mette = web.visitor("mette")
    pia = {"name": "Pia Skov", "email": "pia@aalborg.example.org", "language": "da"}

    mette.post(f"{PEOPLE}/pia", data={**pia, "role": ["municipal_owner", "auditor"], "active": "yes"})

    said = " ".join(log(web).split())
    assert "Pia Skov was changed" in said
    assert "Municipal owner, Auditor" in said
    assert "Mette Krog" in said
    assert "Pia Skov was changed" in mette.get(f"{PEOPLE}/pia").text


def test_somebody_who_has_left_gets_in_no_longer_and_seats_are_shown(web: Web) -> None:
    number = web.world.candidate()
    pages, anne = web.visitor("mette"), web.visitor("anne")
    assert anne.get(f"/cases/{number}").status_code == 200
    given = {"name": "Anne Holm", "email": "anne@aalborg.example.org", "language": "en", "role": "coordinator", "active": "no"}

    assert pages.post(f"{PEOPLE}/anne", data=given).status_code == 303

    assert anne.get(f"/cases/{number}").status_code == 404
    assert "still holds 1 seats" in pages.get(f"{PEOPLE}/anne").text
    assert f'href="{PEOPLE}/anne' not in pages.get(PEOPLE).text
    assert f'href="{PEOPLE}/anne' in pages.get(f"{PEOPLE}?left=1").text


def test_the_last_manager_is_not_taken_away(web: Web) -> None:
    given = {"name": "Mette Krog", "email": "mette@aalborg.example.org", "language": "en", "role": "coordinator"}

    refused = web.visitor("mette").post(f"{PEOPLE}/mette", data=given)

    assert refused.status_code == 422
    assert "Nobody would be left" in refused.text


def test_an_account_of_another_city_is_not_taken_over_by_page(web: Web) -> None:
    refused = web.visitor("mette").post(f"{PEOPLE}/new", data={**NINA, "key": "carl"})

    assert refused.status_code == 422
    assert "somebody&#39;s who works in a programme" in refused.text
    carl = web.world.house.store.read(lambda tx: tx.programme("odense")).people["carl"]
    assert carl.email == "carl@x.example.org"


def test_an_unlinked_city_account_is_out_at_once(web: Web) -> None:
    anne, now = web.visitor("anne"), web.world.clock.now()
    account = web.world.house.store.read(lambda tx: account_rows.account(tx, "anne"))
    assert account is not None
    store = web.world.house.store
    store.run(lambda tx: identity_rows.link(tx, "https://login.example.org", "s-1", account.id, "invitation", now))
    mette = web.visitor("mette")
    assert "https://login.example.org" in mette.get(f"{PEOPLE}/anne").text

    assert mette.post(f"{PEOPLE}/anne/unlink").status_code == 303

    assert anne.get("/me").status_code == 303
    assert store.read(identity_rows.identities) == []
    assert "The city account of Anne Holm was let go" in log(web)


def test_an_absence_is_noted_seen_and_ended(web: Web) -> None:
    web.world.candidate()
    anne = web.visitor("anne")
    bad = anne.post("/administration/absences", data={"person": "anne", "first": "soon", "last": "", "deputy": ""})
    assert bad.status_code == 422
    assert bad.text.count('class="error"') == 2

    days = {"person": "anne", "first": "2026-01-01", "last": "2026-01-20"}
    assert anne.post("/administration/absences", data=days).status_code == 303
    page = anne.get("/administration/absences").text
    assert "Bo Lund stands in" in page
    assert "the mails of 1 seats" in page
    assert "away" in web.visitor("mette").get(PEOPLE).text

    assert anne.post("/administration/absences/end", data=days).status_code == 303
    programme = web.world.house.store.read(lambda tx: tx.programme("aalborg"))
    assert [(a.first.day, a.last.day) for a in programme.absences] == [(1, 4)]
    assert anne.post("/administration/absences/end", data=days).status_code == 404


def test_a_calendar_day_shows_what_it_would_move_before_and_a_manager_moves_it(web: Web) -> None:
    number = web.world.candidate()
    due = min(d.due_on for d in web.world.case(number).deadlines.values())
    mette, day = web.visitor("mette"), due.isoformat()
    given = {"step": "look", "day": day, "kind": "free", "name": "Town holiday"}

    plan = mette.post("/administration/calendar", data=given)
    assert plan.status_code == 200
    assert f"/cases/{number}" in plan.text
    assert due not in web.world.house.store.read(lambda tx: tx.programme("aalborg")).calendar.free

    assert mette.post("/administration/calendar", data={**given, "step": "do"}).status_code == 303
    assert min(d.due_on for d in web.world.case(number).deadlines.values()) == due
    assert number in mette.get("/administration/calendar/replan").text
    assert mette.post("/administration/calendar/replan", data={"reason": " "}).status_code == 422
    assert mette.post("/administration/calendar/replan", data={"reason": "holiday"}).status_code == 303

    assert min(d.due_on for d in web.world.case(number).deadlines.values()) > due
    assert "Every open date is what the calendar says" in mette.get("/administration/calendar/replan").text
    entry = web.world.history(number)[-1]
    assert (entry["actor"]["surface"], entry["reason"]) == ("web", "holiday")
    mette.post("/administration/calendar", data={"step": "do", "day": day, "kind": "", "name": ""})
    assert due not in web.world.house.store.read(lambda tx: tx.programme("aalborg")).calendar.free
    assert "Town holiday" in log(web)


def test_a_day_that_is_none_is_told(web: Web) -> None:
    refused = web.visitor("mette").post("/administration/calendar", data={"day": "2026-02-30", "kind": "free", "name": ""})

    assert refused.status_code == 422
    assert refused.text.count('class="error"') == 2


def settings(web: Web, **changed: object) -> dict[str, object]:
    programme = web.world.house.store.read(lambda tx: tx.programme("aalborg"))
    plain = {name: getattr(programme, name) for name in ("name", "sender", "sender_name", "reply_to")}
    return {**plain, "languages": list(programme.languages), "opens": "08:00", "closes": "16:00", "target.title": [""],
            "target.count": [""], "target.first": [""], "target.last": [""], **changed}  # fmt: skip


def test_settings_change_and_every_fault_is_told(web: Web) -> None:
    mette = web.visitor("mette")
    wrong = settings(web, sender="x", opens="late", **{"target.title": ["Ten"], "target.count": ["0"]}, languages=[])
    refused = mette.post("/administration/programme", data=wrong)
    assert refused.status_code == 422
    for said in ("Write a mail address", "Write a time", "A target needs", "Choose at least one language"):
        assert said in refused.text

    target = {"target.title": ["Ten", ""], "target.count": ["10", ""], "target.first": ["2026-01-01", ""],
              "target.last": ["2026-05-31", ""]}  # fmt: skip
    assert mette.post("/administration/programme", data=settings(web, opens="09:30", **target)).status_code == 303

    programme = web.world.house.store.read(lambda tx: tx.programme("aalborg"))
    assert f"{programme.calendar.opens:%H:%M}" == "09:30"
    assert [(t.title, t.count) for t in programme.targets] == [("Ten", 10)]
    assert "Ten: 10" in log(web)
    assert mette.post("/administration/programme", data=settings(web, opens="09:30")).status_code == 303
    assert web.world.house.store.read(lambda tx: tx.programme("aalborg")).targets == ()


def test_the_switch_asks_what_shall_become_of_what_waits(web: Web) -> None:
    number = web.world.candidate(score="72", tier="standard")
    web.world.to_screening(number)
    web.world.to_dialogue(number)
    mette, store = web.visitor("mette"), web.world.house.store
    assert number in mette.get("/administration/sending").text

    assert mette.post("/administration/sending", data={"what": "approve"}).status_code == 422
    undecided = mette.post("/administration/sending", data={"what": "approve", "sure": "yes"})
    assert undecided.status_code == 422
    assert "Say what shall become of them" in undecided.text
    assert not store.read(approval.approval).holds

    skip = {"what": "approve", "sure": "yes", "waiting": "skip"}
    assert mette.post("/administration/sending", data=skip).status_code == 303
    assert store.read(approval.approval).holds
    assert web.world.history(number)[-1]["kind"] == "restored_skipped"
    assert web.world.history(number)[-1]["actor"]["surface"] == "web"

    assert mette.post("/administration/sending", data={"what": "revoke"}).status_code == 303
    assert not store.read(approval.approval).holds
    said = log(web)
    assert "Real sending was approved" in said
    assert "Real sending was forbidden" in said


def test_health_says_what_the_doctor_says(web: Web) -> None:
    page = web.visitor("mette").get("/administration/health").text

    assert "none is at work" in page
    assert "handslag run" in page
    assert "odense" not in page
    store = web.world.house.store
    store.run(lambda tx: tx.beat("host-1", web.world.clock.now(), ""))  # type: ignore[attr-defined]
    assert "at work" in web.visitor("mette").get("/administration/health").text


def test_the_log_comes_in_pages(web: Web) -> None:
    mette = web.visitor("mette")
    for day in range(1, 32):
        given = {"step": "do", "day": f"2026-08-{day:02}", "kind": "quiet", "name": "Summer"}
        mette.post("/administration/calendar", data=given)

    first = mette.get("/administration/log").text
    assert first.count("The calendar was changed") == 30
    before = re.search(r'before=(\d+)"', first)
    assert before
    assert mette.get(f"/administration/log?before={before[1]}").text.count("The calendar was changed") == 1


def test_who_administers_two_programmes_chooses_between_them(web: Web) -> None:
    store = web.world.house.store
    mette = store.read(lambda tx: tx.programme("aalborg").people["mette"])
    store.run(lambda tx: tx.save_person("odense", replace(mette, deputy="")))

    page = web.visitor("mette").get(f"{PEOPLE}?programme=odense").text

    assert "Carl Vos" in page
    assert "?programme=aalborg" in page
    assert web.visitor("mette").get(f"{PEOPLE}?programme=nowhere").status_code == 404


def test_a_stand_in_is_offered_to_nobody_who_left(web: Web) -> None:
    store = web.world.house.store
    bo = store.read(lambda tx: tx.programme("aalborg").people["bo"])
    store.run(lambda tx: tx.save_person("aalborg", replace(bo, active=False)))

    days = {"person": "anne", "first": "2026-01-10", "last": "2026-01-20"}
    refused = web.visitor("anne").post("/administration/absences", data=days)

    assert refused.status_code == 422
    assert store.read(lambda tx: tx.programme("aalborg")).absences == ()


def test_roles_of_a_companys_people_are_not_offered(web: Web) -> None:
    page = web.visitor("mette").get(f"{PEOPLE}/anne").text

    assert 'value="adviser"' in page
    assert "Adviser" in page
    assert 'value="company_contact"' not in page
