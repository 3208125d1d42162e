from __future__ import annotations

import pytest

from workflows.yaml_text import parse


def test_parse_keeps_words_dates_and_times_as_text() -> None:
    parsed = parse("a: no\nb: 2026-03-31\nc: 08:00\nd: true\ne: 3\nf: 1.5\ng: ~\n7: x\n", "f.yaml")

    assert parsed.value == {"a": "no", "b": "2026-03-31", "c": "08:00", "d": True, "e": 3, "f": 1.5, "g": None, "7": "x"}


def test_parse_knows_the_place_of_keys_and_values() -> None:
    parsed = parse("a:\n  - b: 1\n    c: 2\n", "f.yaml")

    assert parsed.place(("a", 0, "c")) == "f.yaml:3:8"
    assert parsed.place(("a", 0, "c"), at_key=True) == "f.yaml:3:5"
    assert parsed.place(("a", 0, "missing")) == "f.yaml:2:5"


def test_parse_finds_every_duplicate_key() -> None:
    parsed = parse("a: 1\na: 2\nb: {x: 1, x: 2}\n", "f.yaml")

    assert [(fault.place, fault.code) for fault in parsed.faults] == [
        ("f.yaml:2:1", "duplicate_key"),
        ("f.yaml:3:11", "duplicate_key"),
    ]


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("a: [1,\nb: 2", "f.yaml:2:5", "yaml_syntax"),
        ("a: b: c", "f.yaml:1:5", "yaml_syntax"),
        ("", "f.yaml:1:1", "yaml_syntax"),
        ("a: \x00", "f.yaml:1:1", "yaml_syntax"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1", "yaml_syntax"),
        ("a: &a [*a]", "f.yaml:1:4", "yaml_recursion"),
        ("a: !!python/object:os.system x", "f.yaml:1:4", "yaml_tag"),
        ("? [1, 2]\n: 3", "f.yaml:1:3", "yaml_key"),
    ],
)
def test_parse_says_where_a_text_is_wrong(text: str, place: str, code: str) -> None:
    (fault,) = parse(text, "f.yaml").faults

    assert (fault.place, fault.code) == (place, code)


def test_parse_stops_aliases_that_multiply() -> None:
    laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    laughs += "".join(f"{c}: &{c} [{','.join(['*' + chr(ord(c) - 1)] * 10)}]\n" for c in "bcdefgh")

    parsed = parse(laughs, "f.yaml")

    assert parsed.broken
    assert [fault.code for fault in parsed.faults] == ["yaml_too_large"]
