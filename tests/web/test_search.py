"""Searching on the pages: what is found, where it says so, and what a stranger or somebody with a few cases finds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine import acts
from engine.programme import Person
from tests.web.conftest import Web
from tests.web.forms import Reader


def found(web: Web, words: str, person: str = "anne", **query: Any) -> str:
    """The page of what a person finds."""
    answer = web.visitor(person).get("/search", params={"words": words, **query})
    assert answer.status_code == 200
    return answer.text


def test_a_case_is_found_and_the_words_are_marked(busy: Web) -> None:
    page = found(busy, "nordj eva")

    assert "<mark>Nordjysk</mark> Varme A/S" in page
    assert "<mark>Eva</mark> Ry" in page
    assert "/cases/AAL-2026-0002" in Reader(page).links
    assert "1 case, newest first." in Reader(page).text


def test_a_comment_is_shown_around_the_word_and_escaped(busy: Web) -> None:
    page = found(busy, "figures")

    assert "He is &lt;b&gt;positive&lt;/b&gt; &amp; wants <mark>figures</mark>" in page


def test_a_long_comment_is_cut_around_the_word(web: Web) -> None:
    number = web.world.candidate()
    web.world.do(number, acts.Comment(text=f"{'before ' * 40}needle {'after ' * 60}"))

    text = Reader(found(web, "needle")).text

    assert "… before" in text
    assert "needle after" in text
    assert text.count("before") < 12


def test_what_was_typed_stands_in_the_field_and_is_no_markup(busy: Web) -> None:
    page = found(busy, '"><script>alert(1)</script>')

    assert "<script>alert" not in page
    assert "No case has all of these words." in Reader(page).text


def test_nothing_typed_says_what_can_be(busy: Web) -> None:
    assert "Type a few letters" in found(busy, " ")


def test_a_stranger_finds_nothing(busy: Web) -> None:
    for words in ("AAL-2026-0002", "nordjysk", "figures", "10000009", "eva"):
        assert "AAL-" not in found(busy, words, "carl").replace(words, "")


def test_older_cases_stand_on_the_next_page(web: Web) -> None:
    for _ in range(22):
        web.world.open_case(acts.OpenCase(title="Many", parties=(), people={"coordinator": "anne"}, facts={}))

    first = found(web, "many")
    following = next(link for link in Reader(first).links if "before=" in link)
    second = web.visitor("anne").get(following).text

    assert first.count("<mark>Many</mark>") == 20
    assert second.count("<mark>Many</mark>") == 2
    assert "before=" not in second


def test_somebody_who_brings_companies_finds_only_those(web: Web) -> None:
    peter = Person(key="peter", name="Peter", email="p@x.example.org", language="en", roles=("intermediary",))
    web.world.house.store.run(lambda tx: tx.save_person("aalborg", peter))
    own = acts.OpenCase(title="His own", parties=(), people={"coordinator": "anne", "intermediary": "peter"}, facts={})
    mine, other = web.world.open_case(own), web.world.open_case(replace(own, title="Another", people={"coordinator": "anne"}))

    page = found(web, "aal-2026", "peter")

    assert mine in page
    assert other not in page
