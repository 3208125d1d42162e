from __future__ import annotations

import pytest

from tests.unit.workflows.method import METHOD, changed, faults, folder
from workflows.mails import read_mail
from workflows.reader import examine, read_files

MAIL = """\
---
action: none
asks: true
urgent: true      # a signing request
attaches: agreement
---
Due on {{ due | date }}

Dear {{ recipient }},
thank you.

{% if questions %}{{ questions }}{% endif %}
"""


def test_mail_is_read_with_head_subject_and_paragraphs() -> None:
    mail = read_files(folder(M08_en=MAIL, M08_da=MAIL)).mails["M08"]

    assert (mail.action, mail.asks, mail.urgent, mail.attaches) == ("none", True, True, "agreement")
    assert mail.texts["en"].subject == "Due on {{ due | date }}"
    assert mail.texts["en"].paragraphs == (
        "Dear {{ recipient }},\nthank you.",
        "{% if questions %}{{ questions }}{% endif %}",
    )


def test_mail_without_a_head_replies_and_asks_nothing() -> None:
    mail = read_files(folder()).mails["M08"]

    assert (mail.action, mail.asks, mail.urgent, mail.attaches) == ("reply", False, False, "")


def test_text_right_after_the_subject_is_a_paragraph() -> None:
    assert read_mail("mails/M1.en", "Subject\nFirst line\nsecond\n\nNext", "w").paragraphs == ["First line\nsecond", "Next"]


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("---\nactoin: none\n---\nS\n\nP", "M08.en:2:1", "unknown_key"),
        ("---\naction: call\n---\nS\n\nP", "M08.en:2:1", "unknown_value"),
        ("---\nasks: yes\n---\nS\n\nP", "M08.en:2:1", "wrong_value"),
        ("---\nasks: true\nasks: true\n---\nS\n\nP", "M08.en:3:1", "duplicate_key"),
        ("---\nasks: true\nS\n\nP", "M08.en:1:1", "mail_head_open"),
        ("---\naction: reply\n---\n\n", "M08.en:4:1", "mail_subject_missing"),
        ("Subject only\n", "M08.en:2:1", "mail_empty"),
        (f"{'long ' * 40}\n\nP", "M08.en:1:1", "mail_subject_long"),
        ("S\n\n{% if due %}\n\nP\n\n{% endif %}", "M08.en:3:1", "mail_block_split"),
        ("---\nattaches: score\n---\nS\n\nP", "M08.en:1:1", "unknown_fact"),
    ],
)
def test_bad_mail_is_refused_at_its_line(text: str, place: str, code: str) -> None:
    found = {(fault.place.rpartition("/")[2], fault.code) for fault in faults(METHOD, M08_en=text)}

    assert (place, code) in found


def test_heads_that_differ_are_refused() -> None:
    found = faults(METHOD, M08_en="---\nurgent: true\n---\nS\n\nP")

    assert [fault.code for fault in found] == ["mail_heads_differ"]


def test_mail_missing_in_a_language_is_refused() -> None:
    (fault,) = faults(METHOD, M08_da="")

    assert (fault.place, fault.code) == ("workflow/mails/M08.da:1:1", "mail_language_missing")


def test_mail_in_an_undeclared_language_is_refused() -> None:
    (fault,) = faults(METHOD, M08_nl="S\n\nP")

    assert fault.code == "undeclared_language"


def test_mail_that_nothing_sends_is_a_note() -> None:
    examined = examine(folder(changed("returned_mail: M12\n", "")))

    assert examined.version is not None
    assert [(note.place, note.code) for note in examined.notes] == [("workflow/mails/M12.da:1:1", "mail_unused")]
