from __future__ import annotations

import re

import pytest

from engine.declared import Version
from engine.errors import EnvironmentFault
from tests.unit.workflows.method import changed, version
from workflows.diagram import dot, mermaid, table
from workflows.diagram_svg import svg


@pytest.fixture(scope="module")
def small() -> Version:
    return version(changed("title: {en: Idea, da: Idé}", r'title: {en: Idea, da: "Idé \"A\"; <b>"}'))


def test_mermaid_shows_every_phase_and_move_in_the_language(small: Version) -> None:
    text = mermaid(small, "da")

    assert text.startswith("stateDiagram-v2\n  [*] --> p_idea_0\n")
    assert "p_idea_0 --> p_signing_1: T1 Foreslå" in text
    assert text.count("-->") == 1 + 7 + 2
    assert '"Idé #34;A#34;#59; #60;b#62;"' in text


def test_dot_escapes_what_a_city_writes(small: Version) -> None:
    text = dot(small, "da")

    assert r'label="Idé \"A\"; <b>"' in text
    assert 'p_signing_1 -> p_active_2 [label="T2 Aktivér", style=dashed, class="automatic"];' in text


def test_table_says_the_same_in_words(small: Version) -> None:
    assert ("Signing", "T2 Activate", "Active", "system") in table(small, "en")


def test_svg_is_drawn_or_says_what_to_install(small: Version) -> None:
    try:
        picture = svg(small, "en")
    except EnvironmentFault as error:
        assert "handslag[diagrams]" in error.sentence
        return
    assert re.search(r"<svg[^>]*>", picture)
    assert "Signing" in picture
