"""What a city writes is data: it can name values, and it can do nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.errors import TextFails
from notifications.environment import MOST_OUTPUT, MOST_SOURCE, city_template, city_text, trusted_environment

CONTEXT: dict[str, Any] = {
    "language": "da",
    "zone": "Europe/Copenhagen",
    "company": "Nordhavn",
    "due": date(2026, 5, 31),
    "none": None,
    "days_late": 3,
    "missing": ["Anna", "Bo", "Carl"],
    "fact": {"items": "12 poster", "tonnes": Decimal("12345.60"), "signed": True, "on": "2026-05-31", "empty": ""},
    "outcome": {},
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ due | date }}", "31. maj 2026"),
        ("{{ due }}", "31. maj 2026"),
        ("{{ fact.on | day_month }}", "31. maj"),
        ("{{ fact.tonnes | number }} {{ fact.tonnes }}", "12.345,6 12.345,6"),
        ("{{ fact.items }}", "12 poster"),
        ("{{ fact['items'] }} {{ missing[0] }}", "12 poster Anna"),
        ("{{ fact.signed }}", "ja"),
        (
            "{{ missing }} / {{ missing | join }} / {{ missing | join('; ') }}",
            "Anna, Bo og Carl / Anna, Bo og Carl / Anna; Bo; Carl",
        ),
        ("{{ none }} {{ none | date }} {{ outcome }} {{ none | number }} {{ none | day_month }}", "– – – – –"),
        ("{{ none | default('x') }}{{ fact.empty | default('y', true) }}{{ nix | default('z') }}", "xyz"),
        ("{% if days_late > 1 and not none %}{{ days_late }} dage{% elif due %}{% else %}a{% endif %}", "3 dage"),
        ("{{ 'ja' if missing | length == 3 else 'nej' }}{{ nix is defined }}", "janej"),
        ("{{ company ~ '!' }} {{ company | capitalize }} {# a note #}", "Nordhavn! Nordhavn "),
        ("<b>{{ company }} & co</b>", "<b>Nordhavn & co</b>"),
    ],
)
def test_a_text_names_values(source: str, expected: str) -> None:
    assert city_text(source, CONTEXT) == expected


def test_an_instant_is_dated_where_its_reader_lives() -> None:
    late = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)

    assert city_text("{{ at | date }}", {**CONTEXT, "at": late}) == "1. juni 2026"


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ company.upper() }}",
        "{{ fact.keys() }}",
        "{{ due.replace(year=1) }}",
        "{{ missing.append('x') }}",
        "{{ range(10) }}",
        "{{ lipsum() }}",
        "{{ cycler }}",
        "{{ self.__init__ }}",
        "{{ company.__class__ }}",
        "{{ fact['__class__'] }}",
        "{{ fact | attr('items') }}",
        "{{ company | safe }}",
        "{{ missing | map('upper') | list }}",
        "{{ '%s' | format(company) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%999999999s' % 1 }}",
        "{{ missing[0:2] }}",
        "{% for x in missing %}{{ x }}{% endfor %}",
        "{% set x = 1 %}",
        "{% macro x() %}{% endmacro %}",
        "{% include 'mail.txt.j2' %}",
        "{% import 'mail.txt.j2' as m %}",
        "{% extends 'mail.txt.j2' %}",
        "{% raw %}{% endraw %}{% block x %}{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{% with x = 1 %}{% endwith %}",
        "{% autoescape false %}{% endautoescape %}",
        "{{ 3 is odd }}",
        "{{ company is callable }}",
        "{{ due",
        "{% if %}",
        "{{ fact }}",
        "{{ company | date }}",
        "{{ company | number }}",
        "{{ due - 1 }}",
        "{{ " + "(" * 300 + "1" + ")" * 300 + " }}",
        "{{ " + "not " * 5000 + "1 }}",
        "{{ 1" + " ~ (1" * 60 + ")" * 60 + " }}",
        "x" * (MOST_SOURCE + 1),
    ],
)
def test_what_is_more_than_naming_is_refused(source: str) -> None:
    with pytest.raises(TextFails):
        city_text(source, CONTEXT)


def test_a_text_that_grows_too_long_is_refused() -> None:
    with pytest.raises(TextFails, match="at most"):
        city_text("{{ company }}", {**CONTEXT, "company": "x" * (MOST_OUTPUT + 1)})


@pytest.mark.parametrize(
    ("source", "variable", "hint"),
    [
        ("{{ compny }}", "compny", "did you mean 'company'"),
        ("{{ fact.tonns | number }}", "tonns", "did you mean 'tonnes'"),
        ("{% if zzzz %}x{% endif %}", "zzzz", ""),
        ("{{ nix.inner | date }}", "nix", ""),
    ],
)
def test_a_name_without_a_value_is_named(source: str, variable: str, hint: str) -> None:
    with pytest.raises(TextFails) as refused:
        city_text(source, CONTEXT)

    assert refused.value.values["variable"] == variable
    assert hint in refused.value.sentence


def test_a_text_is_compiled_once() -> None:
    assert city_template("{{ company }} once") is city_template("{{ company }} once")


def test_our_own_pages_are_escaped_and_plain_text_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.html.j2").write_text("{{ name }} {{ due | date }}", encoding="utf-8")
    (tmp_path / "a.txt.j2").write_text("{{ name }} {{ shout(name) }}", encoding="utf-8")
    environment = trusted_environment(tmp_path, {"shout": str.upper})
    context = {**CONTEXT, "name": "<b>", "shout": str.upper}

    assert environment.get_template("a.html.j2").render(context) == "&lt;b&gt; 31. maj 2026"
    assert environment.get_template("a.txt.j2").render(context) == "<b> <B>"
