"""The way in: finds the command, runs it, and turns every error into one exit code and a friendly line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any, Never

import typer
from typer._click.exceptions import ClickException  # typer re-exports only some kinds of it
from typer.core import TyperGroup

from engine.errors import (
    BadInput,
    CaseConflict,
    EnvironmentFault,
    HandslagError,
    NotFound,
    PlanChanged,
    Refused,
    TextFails,
)
from handslag.__main__ import say_version
from handslag.cli.commands import COMMANDS, build, help_line
from handslag.cli.options import META, AsJson, AsPerson, Folder, Now
from handslag.cli.printing import print_error

INTERRUPTED = 130
ENVIRONMENT = 5
# The first class that fits decides; HandslagError itself closes the list.
EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (Refused, 1),
    (TextFails, 1),
    (BadInput, 2),
    (CaseConflict, 3),
    (PlanChanged, 3),
    (NotFound, 4),
    (EnvironmentFault, ENVIRONMENT),
    (HandslagError, 1),
    (OSError, ENVIRONMENT),
)
EPILOG = """\
Exit codes: 0 done, 1 refused by a rule, 2 bad input, 3 conflict (look again), 4 not found, 5 environment.
The options above may also stand after a command. `handslag COMMAND --help` says more about each.
"""


class Door(TyperGroup):
    """The top of the command tree. Loads the file of a command only when it is asked for."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = dict.fromkeys(COMMANDS, self)  # only their names count: for the nearest to a mistyped one

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Return the names of all commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """Load one command, None where there is none."""
        return build(cmd_name, self.params) if cmd_name in COMMANDS else None

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Answer `--version` before anything else is looked at."""
        if args[:1] == ["--version"]:
            _say_version()
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line(name)) for name in COMMANDS])

    def main(self, *args: Any, **extra: Any) -> Never:
        """Run a command line and leave with its exit code."""
        extra["standalone_mode"] = False
        given = extra.get("args") or (args[0] if args else None) or sys.argv
        sys.exit(_run(lambda: super(Door, self).main(*args, **extra), as_json="--json" in given))


app = typer.Typer(
    cls=Door,
    name="handslag",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_show_locals=False,
    pretty_exceptions_enable=False,
    epilog=EPILOG,
)


@app.callback()
def _top(
    context: typer.Context,
    folder: Folder = None,
    as_person: AsPerson = None,
    now: Now = None,
    as_json: AsJson = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Climate partnerships: phases, promises and mails that are all accounted for."""
    if version:
        _say_version()
    given = {"folder": folder, "as_person": as_person, "now": now, "as_json": as_json}
    context.meta.update({META[name]: value for name, value in given.items() if value is not None})


def _say_version() -> Never:
    say_version()
    raise typer.Exit


def main() -> None:
    """Run the program with the arguments of this process."""
    app(prog_name="handslag")


def exit_code(error: Exception) -> int:
    """Return the exit code of an error of ours."""
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def _run(command: Callable[[], Any], *, as_json: bool) -> int:
    try:
        code = command()
    except typer.Abort:
        print_error("interrupted", "stopped; nothing more was done", as_json=as_json)
        return INTERRUPTED
    except ClickException as error:
        error.show()
        return error.exit_code
    except (HandslagError, OSError) as error:
        print_error(getattr(error, "code", "environment"), _sentence(error), as_json=as_json, error=error)
        return exit_code(error)
    except Exception:
        import logging  # a fifth of what `--help` would load

        logging.getLogger(__name__).exception("command_failed")
        print_error("bug", "a fault of Handslag itself; its trace stands above. Look around: handslag doctor", as_json=as_json)
        return ENVIRONMENT
    return code if isinstance(code, int) else 0


def _sentence(error: Exception) -> str:
    if isinstance(error, HandslagError):
        return error.sentence
    assert isinstance(error, OSError)
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)
