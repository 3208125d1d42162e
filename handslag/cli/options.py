"""The options that many commands share, each declared once: those of the top, and those of every change."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

import typer

# Options of the top, by parameter: where their value stands in the context.
META = {"folder": "handslag.folder", "as_person": "handslag.as", "now": "handslag.now", "as_json": "handslag.json"}

Folder = Annotated[
    Path | None,
    typer.Option("--folder", envvar="HANDSLAG_FOLDER", metavar="DIR", help="Folder of the installation; else the present one."),
]
AsPerson = Annotated[
    str | None, typer.Option("--as", envvar="HANDSLAG_AS", metavar="PERSON", help="Who acts or looks: the key of a person.")
]
Now = Annotated[
    str | None,
    typer.Option("--now", metavar="TIME", help="2026-04-10T09:00: act as if it were then. Only with [clock] movable = true."),
]
AsJson = Annotated[bool | None, typer.Option("--json", help="Print JSON instead of text.")]

Number = Annotated[str, typer.Argument(metavar="CASE", help="Number of the case, e.g. AAL-2026-0017.", show_default=False)]
Address = Annotated[
    str, typer.Argument(metavar="CASE/NO", help="Case and number in it, e.g. AAL-2026-0017/12.", show_default=False)
]
Values = Annotated[
    list[str] | None, typer.Argument(metavar="KEY=VALUE...", help="Values by key; an empty one takes the value away.")
]
Programme = Annotated[str, typer.Argument(metavar="PROGRAMME", help="Key of the programme.", show_default=False)]
InProgramme = Annotated[str, typer.Option("--programme", "-p", metavar="KEY", help="Programme; else the person's own.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for history.")]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen, mails in full; change nothing.")]
Confirm = Annotated[
    str, typer.Option("--confirm", metavar="DIGEST", help="Do it only if the plan is still the one with this digest.")
]
ForWhom = Annotated[str, typer.Option("--for", metavar="WHOM", help='Acting for whom, e.g. "Company X, by phone".')]
HappenedAt = Annotated[str, typer.Option("--happened-at", metavar="TIME", help="When it happened, if it is noted later.")]
Revision = Annotated[int, typer.Option("--revision", metavar="N", help="Refuse if the case has more than N entries by now.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a change is to be made; the value of the options that every change of a case takes."""

    dry_run: DryRun = False
    confirm: Confirm = ""
    for_whom: ForWhom = ""
    happened_at: HappenedAt = ""
    revision: Revision = 0


def changing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a change; they come to it together, as its parameter `change`."""
    hints = inspect.get_annotations(command, eval_str=True)
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "change"]
    added = [_parameter(f.name, f.default) for f in fields(Change)]
    names = [f.name for f in fields(Change)]

    def with_options(**given: Any) -> None:
        change = Change(**{name: given.pop(name) for name in names})
        command(**given, change=change)

    with_options.__name__, with_options.__doc__ = command.__name__, command.__doc__
    parameters = [p.replace(annotation=hints[p.name], kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + added
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in parameters}
    return with_options


def _parameter(name: str, default: Any) -> inspect.Parameter:
    annotation = inspect.get_annotations(Change, eval_str=True)[name]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
