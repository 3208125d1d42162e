"""Reference pages made from the code: settings, errors, reasons. A test holds each equal to what the code says.

`python -m tests.project.test_docs_pages` writes them anew.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from engine.errors import HandslagError
from engine.sentences_guards import SENTENCES as GUARDS
from handslag.cli.main import exit_code
from handslag.setting_faults import known_keys, table_of
from handslag.settings import Settings
from notifications.sentences import PROMISES, REFUSALS, WHY

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
PACKAGES = ("engine", "workflows", "notifications", "storage", "handslag")

EXITS = {
    1: "a rule says no",
    2: "what was given has faults; nothing was changed",
    3: "somebody else was faster, or the plan has changed; look again",
    4: "there is no such thing, or it is not for this reader",
    5: "the surroundings are not right",
}

# How a promise ends (or why it waits) with each reason, and when. "none yet": the sentence is ready, nothing says it so far.
PROMISE_REASONS: Mapping[str, tuple[str, str]] = {
    "sent": ("sent", "the mail server took the mail"),
    "done": ("sent", "an escalation: the item entered the manager's list, its task was opened"),
    "overtaken": ("skipped", "a later reminder of the item was due too, or its due date had come"),
    "born_past": ("skipped", "planned with a date that had passed already"),
    "registered_late": ("skipped", "the mail of a move that was noted on a later day than it happened"),
    "paused": ("skipped", "the item is dated inside a pause, or the reminder fell due in one"),
    "left_phase": ("cancelled", "the case left the phase that the item or the promised move belongs to"),
    "fulfilled": ("cancelled", "what was asked for is done"),
    "submitted": ("cancelled, skipped", "what was asked for has come in and waits for acceptance"),
    "date_moved": ("cancelled", "the date that the item or the promised move hangs on was moved or taken away"),
    "case_closed": ("cancelled", "the case reached an ending"),
    "cancelled_item": ("cancelled", "the item was cancelled, or its record made void"),
    "seat_changed": ("cancelled", "the seat ended or passed on"),
    "nobody": ("skipped", "nobody holds the seat when it fires"),
    "no_address": ("skipped", "the holder has no mail address"),
    "undeliverable": ("skipped", "the holder's address is marked as undeliverable"),
    "waits_for_municipality": ("skipped", "a reminder to the company of something that waits for the municipality"),
    "suppressed_by": ("suppressed", "a person took it back with a reason"),
    "restored": ("none yet", ""),
    "superseded": ("skipped", "an undo could not lay the mail into the outbox again in its old words"),
    "corrected": ("none yet", ""),
    "undone": ("cancelled", "the move that made it was undone"),
    "given_up": ("failed", "the server refused for good, or no try was left"),
    "not_allowed_address": ("suppressed", "the address is not on the allow list"),
    "taken_over": ("none yet", ""),
    "condition_gone": ("skipped", "a promised move whose guards say no when it fires"),
    "moved_already": ("none yet", ""),
    "quiet_window": ("planned", "waits for the end of quiet days"),
    "sending_hours": ("planned", "waits for sending hours"),
    "free_day": ("planned", "waits for a working day"),
    "held_by": ("planned", "a person holds it until an instant"),
}


def settings_page() -> str:
    """Return the page of every setting."""
    lines = [
        "# Settings",
        "",
        "Read in this order, the later one wins: the defaults, `config.toml` in the folder of the installation, a file named",
        "`section__key` in the folder that `HANDSLAG_SECRETS_DIR` names, the environment variable `HANDSLAG_SECTION__KEY`.",
        "A wrong key, type or value is reported with all others at once, and nothing starts.",
        "",
        "Three more variables are no settings: `HANDSLAG_FOLDER` (the folder of the installation), `HANDSLAG_AS` (who acts",
        "on the command line) and `HANDSLAG_SECRETS_DIR`.",
        "",
    ]
    for key, field in known_keys(Settings).items():
        *table, name = key
        heading = f"## [{'.'.join(table)}]"
        if heading not in lines:
            lines += ([""] if lines[-1] else []) + [heading, "", str(_table_doc(tuple(table))), ""]
            lines += ["| setting | default | variable | what |", "| --- | --- | --- | --- |"]
        variable = f"HANDSLAG_{'__'.join(key).upper()}"
        lines.append(f"| `{name}` | `{_shown(field.default)}` | `{variable}` | {_cell(field.description)} |")
    return _made("\n".join(lines) + "\n", "settings")


def _table_doc(table: tuple[str, ...]) -> str | None:
    model = Settings
    for name in table:
        found = table_of(model.model_fields[name])
        assert found is not None
        model = found  # type: ignore[assignment]
    return model.__doc__


def _shown(default: object) -> str:
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return f"[{', '.join(str(part) for part in value)}]"
        case str():
            return f'"{value}"'
    return str(value)


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")


def error_classes() -> list[type[HandslagError]]:
    """Return every error class of ours, by code; found in the sources, so that only the modules that hold one are imported."""
    places, bases = dict[str, str](), dict[str, set[str]]()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    places[node.name] = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                    bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    ours = {HandslagError.__name__}
    while more := {name for name, above in bases.items() if above & ours} - ours:
        ours |= more
    found = [getattr(importlib.import_module(places[name]), name) for name in ours]
    return sorted(found, key=lambda kind: (kind.code, kind.__name__))


def errors_page() -> str:
    """Return the page of every error class."""
    lines = ["# Errors and exit codes", "", "| exit code | means |", "| --- | --- |", "| 0 | done |"]
    lines += [f"| {code} | {what} |" for code, what in EXITS.items()]
    lines += [
        "| 130 | stopped by the person at the keyboard |",
        "",
        'Every error has a stable code. With `--json` it is printed as `{"error": CODE, "sentence": …, "faults": […]}` on',
        "standard error. `bug` stands for a fault of Handslag itself (exit code 5); its trace is in the log.",
        "",
        "| code | class | exit code | what it says |",
        "| --- | --- | --- | --- |",
    ]
    for kind in error_classes():
        about = " ".join((inspect.getdoc(kind) or "").split())
        lines.append(f"| `{kind.code}` | `{kind.__name__}` | {exit_code(_blank(kind))} | {_cell(about)} |")
    lines += [
        "",
        "## Codes of a fault",
        "",
        "`bad_input` and `settings` list faults as `place: code: sentence`. The codes of faults in workflow files are shown by",
        "`handslag workflow check`; [the workflow folder](workflow-file.md#what-is-refused) says what is refused.",
    ]
    return _made("\n".join(lines) + "\n", "errors")


def _blank(kind: type[HandslagError]) -> HandslagError:
    made = kind.__new__(kind)
    Exception.__init__(made)
    return made


def reasons_page() -> str:
    """Return the page of every reason code outside guards."""
    lines = [
        "# Reasons",
        "",
        "The engine answers a code with values; `notifications/sentences.py` says it in English, the catalogs in Danish and",
        "Dutch. The sentences of guards stand in [guards](guards.md).",
        "",
        "## How a promise ends, or why it waits",
        "",
        "A promise is `planned`, then `queued` (its mail stands in the outbox), then has one end: `sent`, `suppressed`,",
        "`skipped`, `cancelled` or `failed`. The states and what may follow: [why promises](../discussions/why-promises.md).",
        "",
        "| code | state | when | says |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{code}` | {PROMISE_REASONS[code][0]} | {PROMISE_REASONS[code][1]} | {_cell(text)} |"
        for code, text in PROMISES.items()
    ]
    lines += ["", "`none yet`: the sentence is there, nothing in this version says it.", "", "## Why a person gets a mail", ""]
    lines += _table(WHY)
    lines += ["", "## Why something is refused", "", "These are the codes of [errors](errors.md).", ""]
    lines += _table(REFUSALS)
    lines += ["", "## Registration numbers", ""]
    lines += _table({code: text for code, text in GUARDS.items() if re.match(r"registration_(?!noted)", code)})
    return _made("\n".join(lines) + "\n", "reasons")


def _table(sentences: Mapping[str, str]) -> Iterator[str]:
    yield from ("| code | says |", "| --- | --- |")
    yield from (f"| `{code}` | {_cell(text)} |" for code, text in sentences.items())


def _made(text: str, name: str) -> str:
    return f"{text}\nThis page is made by `{name}_page()` in `tests/project/test_docs_pages.py`.\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "reasons.md": reasons_page,
}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_that_of_the_code(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")

    assert written == PAGES[name](), "write it anew: python -m tests.project.test_docs_pages"


def test_every_promise_reason_says_how_the_promise_ends() -> None:
    assert set(PROMISE_REASONS) == set(PROMISES)


def test_every_exit_code_is_explained() -> None:
    assert {exit_code(_blank(kind)) for kind in error_classes()} == set(EXITS)


if __name__ == "__main__":
    for page, make in PAGES.items():
        (REFERENCE / page).write_text(make(), encoding="utf-8")
