"""Every reason has a sentence in every language, and the sentence shows its values as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

import engine.errors
from engine.errors import HandslagError, Reason
from notifications.dates import LANGUAGES
from notifications.sentences import BARE, LABELS, SENTENCES
from notifications.words import PLACEHOLDER, Words, catalog

SOURCES = sorted({*SENTENCES.values(), *BARE.values(), *LABELS})


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
@pytest.mark.parametrize("source", SOURCES)
def test_every_sentence_is_translated_with_the_same_placeholders(source: str, language: str) -> None:
    translation = catalog(language).gettext(source)

    assert translation != source
    assert sorted(PLACEHOLDER.findall(translation)) == sorted(PLACEHOLDER.findall(source))


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_catalog_holds_nothing_that_nobody_says(language: str) -> None:
    translated = catalog(language)._catalog

    assert {key for key in translated if key} <= set(SOURCES)


def test_an_unknown_code_is_its_own_sentence(words: Words) -> None:
    assert words.sentence(Reason(code="brand_new"), "da") == "brand_new"


def test_a_reason_speaks_the_language_of_its_reader(words: Words) -> None:
    reason = Reason(code="held_by", values={"by": "Bob", "until_on": "2026-05-31"})

    assert words.sentence(reason, "en") == "Bob holds it back until 31 May 2026"
    assert words.sentence(reason, "da") == "Bob holder den tilbage til den 31. maj 2026"
    assert words.sentence(reason, "nl") == "Bob houdt het tegen tot 31 mei 2026"
    assert words.sentence(reason, "fi") == words.sentence(reason, "en")


def test_language_maps_and_lists_in_values_become_words(words: Words) -> None:
    phase = {"en": "Signing", "da": "Underskrift"}
    reason = Reason(code="move_not_allowed", values={"transition": "renew", "phase": phase, "allowed": ["sign", phase]})

    assert words.sentence(reason, "da") == ("trinnet renew er ikke muligt i fasen Underskrift; muligt her: sign og Underskrift")
    assert "in the phase Signing" in words.sentence(reason, "en")


def test_a_sentence_does_without_values_that_are_not_known(words: Words) -> None:
    assert words.sentence(Reason(code="nobody"), "en") == "nobody holds the seat"


def test_values_of_every_kind_are_shown_for_people(words: Words) -> None:
    at = datetime(2026, 5, 31, 12, 5, tzinfo=UTC)

    assert words.value("n", 12345, "da") == "12.345"
    assert words.value("flag", True, "nl") == "ja"
    assert words.value("day", date(2026, 5, 31), "nl") == "31 mei 2026"
    assert words.value("at", at, "en") == "31 May 2026 12:05 UTC"
    assert words.value("at", at.isoformat(), "en") == "31 May 2026 12:05 UTC"
    assert Words(zone="Europe/Copenhagen").value("at", at, "en") == "31 May 2026 14:05"
    assert words.value("until_on", "some day", "en") == "some day"
    assert words.value("words", "2026-05-31", "en") == "2026-05-31"
    assert words.value("n", {}, "en") == ""


def test_braces_in_a_value_stay_as_they_are(words: Words) -> None:
    assert words.text("Case", "nl") == "Zaak"
    assert words.text("(+{n} more)", "da", n=2) == "(+2 mere)"
    assert words.sentence(Reason(code="given_up", values={"words": "550 {name}"}), "en").endswith("550 {name}")


def test_a_guard_speaks_in_titles_and_leaves_out_a_unit_that_is_none(words: Words) -> None:
    score = {"en": "Score", "da": "Point"}
    values = {"fact_title": score, "minimum": "60", "unit": "", "now": "55"}

    assert words.sentence(Reason(code="fact_at_least", values=values), "en") == "Score must be at least 60; it is now 55"
    assert words.sentence(Reason(code="fact_at_least", values={**values, "unit": "t"}), "da") == (
        "Point skal være mindst 60 t; nu er det 55"
    )
    assert words.sentence(Reason(code="facts_set", values={"missing_title": [score, {"de": "Name"}]}), "da") == (
        "mangler: Point og Name"
    )


def test_every_error_of_the_engine_has_a_sentence() -> None:
    errors = [kind for kind in vars(engine.errors).values() if isinstance(kind, type) and issubclass(kind, HandslagError)]

    assert {kind.code for kind in errors} <= set(SENTENCES)
