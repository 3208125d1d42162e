from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

import workflows
from engine.errors import BadInput
from workflows.programmes import read_programme

PROGRAMME = """\
programme: small-town
code: SML
name: {da: Lilleby, en: Small town}
country: DK
calendar: {include: ["05-01"], exclude: ["06-05"], years: 2}
zone: Europe/Copenhagen
languages: [da, en]
sender: klima@small.example.org
sender_name: Klimasekretariatet
reply_to: klima@small.example.org
sending_hours: {opens: "08:30", closes: "15:00"}
quiet_windows:
  - {weeks: [28, 30], name: sommer}
events: {meetings: [2026-06-11, 2026-03-12]}
targets: [{title: Ten, count: 10, first: 2026-01-01, last: 2026-12-31, roll: none}]
people:
  alice: {name: Alice, email: alice@small.example.org, language: da, roles: [coordinator], deputy: bob}
  bob: {name: Bob, email: bob@small.example.org, language: en, roles: [manager, deputy]}
"""


def test_programme_is_read_with_its_calendar_worked_out() -> None:
    file = read_programme(PROGRAMME, "p.yaml", 2026)

    days = {day: name for day, kind, name in file.calendar_days if kind == "free"}
    assert (file.key, file.code, file.name, file.names["en"]) == ("small-town", "SML", "Lilleby", "Small town")
    assert (file.opens, file.closes) == (time(8, 30), time(15))
    assert date(2026, 5, 1) in days
    assert date(2026, 6, 5) not in days
    assert {day.year for day, _, _ in file.calendar_days} == {2026, 2027}
    assert file.events["meetings"] == (date(2026, 3, 12), date(2026, 6, 11))
    assert file.targets[0].roll == ""
    assert [person.deputy for person in file.people] == ["bob", ""]


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("country: DK", "country: SE", "unknown_country", "known: DK, NL"),
        ("zone: Europe/Copenhagen", "zone: Europe/Aalborg", "unknown_zone", "not a time zone"),
        ("zone: Europe/Copenhagen", "zone: ../../etc/passwd", "unknown_zone", "not a time zone"),
        ('opens: "08:30"', 'opens: "16:30"', "bad_hours", "not after they open"),
        ('opens: "08:30"', "opens: 8.30", "wrong_value", "got 8.3"),
        ("weeks: [28, 30]", "weeks: [30, 28]", "window_unclear", "over the turn of the year"),
        ("weeks: [28, 30]", 'from: "12-20"', "window_unclear", "exactly one of them"),
        ("weeks: [28, 30]", 'from: "02-30", to: "03-01"', "bad_date", "'02-30' is not a day"),
        ("2026-03-12", "2026-02-30", "bad_date", "not a day of the calendar"),
        ("2026-03-12", "12 March", "bad_name", "'12 March'"),
        ("last: 2026-12-31", "last: 2025-12-31", "bad_date", "before it begins"),
        ("deputy: bob", "deputy: bo", "unknown_person", "did you mean 'bob'?"),
        ("deputy: bob", "deputy: alice", "unknown_person", "known: bob"),
        ("roles: [coordinator]", "roles: [cordinator]", "unknown_role", "did you mean 'coordinator'?"),
        ("language: en", "language: nl", "unknown_language", "'nl'"),
        ("email: bob@small.example.org", "email: alice@small.example.org", "duplicate_name", "of 'alice' already"),
        ("email: bob@small.example.org", "email: bob at small", "bad_name", "'bob at small'"),
        ("{da: Lilleby, en: Small town}", "{da: Lilleby}", "label_language_missing", "missing in 'en'"),
        ("code: SML", "code: small", "bad_name", "'small'"),
        ("country: DK", "contry: DK", "unknown_key", "did you mean 'country'?"),
    ],
)
def test_bad_programme_is_refused_at_its_place(old: str, new: str, code: str, says: str) -> None:
    assert old in PROGRAMME
    with pytest.raises(BadInput) as caught:
        read_programme(PROGRAMME.replace(old, new), "p.yaml", 2026, ("coordinator", "manager", "deputy"))

    right = [fault for fault in caught.value.faults if fault.code == code and says in fault.sentence]
    assert right, caught.value.sentence
    assert right[0].place.startswith("p.yaml:")


def test_every_fault_of_a_programme_comes_at_once() -> None:
    text = PROGRAMME.replace("country: DK", "country: SE").replace("deputy: bob", "deputy: bo")

    with pytest.raises(BadInput) as caught:
        read_programme(text, "p.yaml", 2026)

    assert [fault.code for fault in caught.value.faults] == ["unknown_country", "unknown_person"]


def test_shipped_programmes_are_sound() -> None:
    folder = Path(workflows.__file__).parent / "programmes_library"

    for path in sorted(folder.glob("*.yaml")):
        assert read_programme(path.read_text(encoding="utf-8"), path.name, 2026).calendar_days
