"""The tree of commands as a table: which file holds which, loaded when asked for. One more is one more line here."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperGroup

from handslag.cli.options import META


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A command or a group of them. files: modules in this folder, each with an `app`; a group may be spread over several."""

    files: tuple[str, ...]
    about: str
    group: bool = True


COMMANDS: dict[str, Entry] = {
    "init": Entry(files=("install",), about="Make an installation in a folder, or bring it up to date.", group=False),
    "doctor": Entry(files=("install",), about="Look whether everything is right, and say what to do.", group=False),
    "run": Entry(files=("work",), about="Work off what is due: deadlines, promises, mails.", group=False),
    "due": Entry(files=("due",), about="Show what is owed, to whom, and when.", group=False),
    "search": Entry(files=("searching",), about="Find cases by what is known of them.", group=False),
    "case": Entry(
        files=("case_opening", "case_reading", "case_moving", "case_filling", "case_people", "case_history"),
        about="Open cases, carry them through their phases, look into them.",
    ),
    "deadline": Entry(files=("deadline",), about="Things owed: show, explain, submit, accept, extend."),
    "promise": Entry(files=("promise",), about="Planned mails and escalations: show, suppress, hold."),
    "mail": Entry(files=("mail",), about="The outbox: what left, what waits, what failed, in which words."),
    "organisation": Entry(files=("organisation",), about="Companies and other bodies of a programme."),
    "contact": Entry(files=("contact",), about="People at organisations who get mail."),
    "programme": Entry(
        files=("programme", "programme_people", "programme_calendar", "programme_outlook"),
        about="Programmes: people, absences, calendar.",
    ),
    "workflow": Entry(files=("workflow",), about="Declared methods: check, publish, show, draw."),
    "account": Entry(files=("account_tokens",), about="Tokens of a person for the API."),
    "send": Entry(files=("sending",), about="Approval of sending real mail from this installation."),
    "audit": Entry(files=("audit",), about="Verify the chains of history, sign their heads."),
    "import": Entry(files=("importing",), about="Take cases over from a spreadsheet.", group=False),
    "demo": Entry(files=("demonstrating",), about="Build a believable world and walk it through 18 months.", group=False),
    "serve": Entry(files=("serving",), about="Serve the pages.", group=False),
    "db": Entry(files=("database",), about="Move an installation to another database."),
    "backup": Entry(files=("saving",), about="Copy the database to a file while others work on it.", group=False),
    "restore": Entry(files=("saving",), about="Make the database anew from a backup, with sending switched off.", group=False),
}


def help_line(name: str) -> str:
    """Return what the top help says about a command."""
    return COMMANDS[name].about


def build(name: str, everywhere: Iterable[Any]) -> Any:
    """Load the files of a command and return it. everywhere: the options of the top, which every command takes too."""
    entry = COMMANDS[name]
    groups = [typer.main.get_group(module.app) for module in map(_loaded, entry.files) if module is not None]
    if not groups:
        return None
    command: Any = groups[0] if entry.group else groups[0].commands[name]
    for other in groups[1:]:
        command.commands.update(other.commands)
    if entry.group:
        command.name, command.help = name, entry.about
    _take_everywhere(command, [_copied(option) for option in everywhere if option.name in META])
    return command


def _loaded(file: str) -> Any:
    """Import the file of a command; None where this version does not have it yet."""
    name = f"handslag.cli.{file}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None


def _copied(option: Any) -> Any:
    """Return an option of the top as one of a command: out of its help, and without its environment variable."""
    copied = copy.copy(option)
    copied.envvar, copied.hidden, copied.expose_value, copied.callback = None, True, False, _remember
    return copied


def _remember(context: typer.Context, option: Any, value: Any) -> Any:
    if value is not None:
        context.meta[META[option.name]] = value
    return value


def _take_everywhere(command: Any, options: list[Any]) -> None:
    command.params = [*command.params, *options]
    if isinstance(command, TyperGroup):
        for inner in command.commands.values():
            _take_everywhere(inner, options)
