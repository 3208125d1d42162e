"""The words of the pages: every label in Danish and Dutch, none too many, and no English on any page in a crawl."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine import acts
from engine.ports import Tx
from handslag.web import (
    administered,
    board_view,
    companies,
    exporting,
    fields,
    history_table,
    history_view,
    overview_view,
    said,
    sums,
)
from handslag.web.labels import FOLDER, Labels, labels, read_po
from handslag.web.pages import (
    absences,
    bulk,
    calendar_days,
    contacts,
    deadlines,
    entry,
    person,
    programme_settings,
    search,
    signing,
)
from notifications.words import PLACEHOLDER
from tests.web.conftest import Web
from tests.web.forms import Reader

WEB = FOLDER.parent
IN_TEMPLATE = re.compile(r"""\bt\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
TABLES = (
    history_view.KINDS, history_view.STATES, sums.STARTS, fields.WANTED, signing.METHODS, said.GUARDS, said.ROLES,
    companies.KINDS, said.PARTS, said.SPOKEN, contacts.STATES, search.PLACES, board_view.STATE_NAMES,
    bulk.STATES,
    exporting.NAMES, history_table.SURFACES, entry.BREAKS,
    administered.TABS, administered.KINDS, administered.FIELDS, absences.SAID, calendar_days.KINDS,
    person.SAID, programme_settings.LABELS, programme_settings.SAID,
    overview_view.VERDICTS, overview_view.STATES, overview_view.SIDES, overview_view.OWED,
)  # fmt: skip
FILE = re.compile(r"[?&]as=(xlsx|csv|json)")
# The same in more than one language, or a word of the method that a city wrote in English too.
SHARED = {
    "Mail",
    "Mails",
    "Filter",
    "For",
    "Account",
    "Administrator",
    "Auditor",
    "plus {term}",
    "mail {code}",
    "mail “{subject}”",
    "open",
    "Status",
    "Excel",
    "CSV",
    "JSON",
    "import",
    "Begin",
}


def in_templates() -> Iterator[str]:
    for path in sorted((WEB / "templates").glob("*.html")):
        for found in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8")):
            yield ast.literal_eval(found[1])


def in_python() -> Iterator[str]:
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in ("t", "labels") and isinstance(node.args[0].value, str):
                    yield node.args[0].value
    yield sums.OTHERWISE
    yield from (label for table in TABLES for label in table.values())
    yield from (label for pair in sums.UNITS.values() for label in pair)
    yield from (label for kind in deadlines.KINDS.values() for label in (kind.title, kind.text))


START = (
    "/search",
    "/search?words=aal+x",
    "/search?words=aal+zz",
    "/programmes/aalborg",
    "/today",
    "/today?whose=all",
    "/no/such/page",
)
SPOKEN = {*in_templates(), *in_python()}


@pytest.mark.parametrize("language", ["da", "nl"])
def test_every_label_is_there_and_none_that_nobody_says(language: str) -> None:
    assert set(labels(language)) == SPOKEN
    assert all(labels(language).values())


@pytest.mark.parametrize("language", ["da", "nl"])
def test_a_translation_fills_the_same_places(language: str) -> None:
    wrong = [k for k, v in labels(language).items() if sorted(PLACEHOLDER.findall(k)) != sorted(PLACEHOLDER.findall(v))]

    assert wrong == []


def test_an_unknown_language_speaks_english() -> None:
    assert Labels("fr")("Sign in") == "Sign in"


def test_a_long_string_goes_on_in_the_next_line() -> None:
    assert read_po('msgid ""\nmsgstr "head"\n\nmsgid "a"\n" b"\nmsgstr "c"\n"d"\n') == {"a b": "cd"}


@pytest.mark.parametrize(("language", "leave"), [("da", "Log ud"), ("nl", "Afmelden")])
def test_no_page_speaks_english_to_others(web: Web, language: str, leave: str) -> None:
    number = _a_case_with_everything(web)
    _everybody_speaks(web, language)
    english = {label for label in SPOKEN if labels(language)[label] != label and "{" not in label}
    english -= SHARED | _of_others(web, number)
    seen: dict[str, str] = {}
    for who in ("anne", "mette"):
        _crawl(web, who, seen)

    strays = {(path, word) for path, page in seen.items() for word in Reader(page).words if word.strip(" ·:→▲◆○✓●") in english}
    assert strays == set()
    assert len(seen) > 25
    assert all(f'lang="{language}"' in page and leave in page for page in seen.values())
    assert any(number in path for path in seen)


def _everybody_speaks(web: Web, language: str) -> None:
    def change(tx: Tx) -> None:
        for key in ("anne", "mette"):
            tx.save_person("aalborg", replace(tx.programme("aalborg").people[key], language=language))

    web.world.house.store.run(change)


def _of_others(web: Web, number: str) -> set[str]:
    """What the workflow says in its fallback language, and what people typed."""
    case = web.world.case(number)
    version = web.world.house.store.read(lambda tx: tx.version(case.version))
    fields = [field for declared in version.records.values() for field in declared.fields.values()]
    declared: tuple[Any, ...] = (
        *version.roles.values(),
        *version.phases.values(),
        *version.records.values(),
        *version.tasks.values(),
        *fields,
    )
    return {text for thing in declared for text in thing.title.values()} | {str(value) for value in case.facts.values()}


def _crawl(web: Web, who: str, seen: dict[str, str]) -> None:
    visitor, todo = (
        web.visitor(who),
        [
            "/search",
            "/search?words=aal+x",
            "/search?words=aal+zz",
            "/programmes/aalborg",
            "/today",
            "/today?whose=all",
            "/no/such/page",
        ],
    )
    kinds: dict[str, int] = {}
    while todo:
        path = todo.pop().partition("#")[0]
        kind = re.sub(r"\d+|[0-9a-f-]{36}", "N", path)
        if (
            f"{who} {path}" in seen
            or kinds.get(kind, 0) >= 3
            or path.startswith("/static")
            or "/documents/" in path
            or FILE.search(path)
        ):
            continue
        answer = visitor.get(path)
        assert answer.status_code in (200, 404) and (answer.status_code == 200 or path == "/no/such/page"), path
        kinds[kind] = kinds.get(kind, 0) + 1
        seen[f"{who} {path}"] = answer.text
        todo += [link for link in Reader(answer.text).links if link.startswith("/")]


def _a_case_with_everything(web: Web) -> str:
    world = web.world
    number = world.active()
    world.do(number, acts.Comment(text="x"))
    world.do(number, acts.AddRecord(list="visits", values={"held_on": "2026-01-05"}))
    world.walk("2026-04-20 09:00")
    return number


def test_every_catalog_is_a_file_that_translators_can_open() -> None:
    for path in (FOLDER / "da.po", FOLDER / "nl.po"):
        assert isinstance(path, Path)
        assert path.read_text(encoding="utf-8").startswith('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8')
