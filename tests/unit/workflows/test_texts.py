from __future__ import annotations

from datetime import date

from engine.errors import TextFails
from engine.letters import Letter, Rendered
from notifications.rendering import LetterRenderer
from notifications.words import Words
from tests.unit.workflows.method import METHOD, folder
from workflows.reader import read_files
from workflows.sample import mail_uses, sample_context
from workflows.texts import check_texts

RENDER = LetterRenderer(Words())


def problems(**mails: str) -> list[str]:
    """Return what trying the texts of the small workflow finds."""
    files = folder(METHOD, **mails)
    return [str(fault) for fault in check_texts(read_files(files), files, RENDER)]


def test_every_mail_has_its_uses_in_every_language() -> None:
    uses = mail_uses(read_files(folder()))

    assert {(use.kind, use.about, use.records) for use in uses if use.code == "M09" and use.language == "da"} == {
        ("deadline", "phases:idea", ""),
        ("deadline", "phases:signing", ""),
        ("deadline", "phases:paused", ""),
        ("deadline", "followups:F1", ""),
        ("deadline", "records:commitments", "commitments"),
        ("deadline", "tasks:sign", ""),
    }
    assert {use.about for use in uses if use.code == "M01"} == {"transitions:propose"}
    assert {use.about for use in uses if use.code == "M12"} == {"followups:F1", "records:commitments"}


def test_sample_holds_every_fact_and_the_fields_of_the_record() -> None:
    small = read_files(folder())
    about_record = next(use for use in mail_uses(small) if use.records)

    full, bare = sample_context(small, about_record), sample_context(small, about_record, bare=True)

    assert set(full["fact"]) == set(small.facts)
    assert full["fact"]["tier"] == {"en": "Starter", "da": "Begynder"}
    assert isinstance(full["record"]["due_on"], date)
    assert (bare["fact"]["score"], bare["record"]["due_on"]) == (None, None)
    assert bare["record"]["title"]


def test_sound_texts_pass() -> None:
    text = "About {{ item }}\n\n{{ due | date }} {{ fact.score | number }} {% if questions %}{{ questions }}{% endif %}"

    assert problems(M08_en=text) == []


def test_unknown_variable_is_found_at_its_line() -> None:
    (found,) = problems(M08_en="About\n\nHello\n\n{{ fact.scor }}\n")

    assert found.startswith("workflow/mails/M08.en:5:1: text_fails: ")
    assert "did you mean 'score'?" in found


def test_variable_of_a_deadline_is_unknown_in_a_mail_of_a_move() -> None:
    assert any("'item'" in found and "transitions propose" in found for found in problems(M01_da="Om\n\n{{ item }}"))


def test_text_that_fails_only_without_a_value_is_found_too() -> None:
    found = problems(M08_en="About\n\n{% if fact.score > 5 %}high{% endif %}")

    assert found
    assert "where all is absent that may be" in found[0]


def test_any_renderer_will_do() -> None:
    def refuse(letter: Letter) -> Rendered:
        raise TextFails(f"no words for {letter.recipient.language}")

    files = folder()
    found = check_texts(read_files(files), files, refuse)

    assert {fault.code for fault in found} == {"text_fails"}
    assert {fault.place.partition(":")[0] for fault in found} == {f"workflow/{name}" for name in files if "mails" in name}
