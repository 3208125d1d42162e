"""The only module that makes Jinja environments: one for what a city writes, one kind for our own pages and mails.

City-written text is data. Its environment knows expressions, `{% if %}` and a handful of filters; each node of the parsed
text is checked against a list, attributes are keys of mappings and nothing else, and nothing can be called. Without
loops, calls, powers and products the output is no longer than the text and the values it names; that is capped as well.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import urlize
from markupsafe import Markup, escape

from engine.errors import TextFails
from notifications.dates import day_month, day_of, listing, long_date, number
from notifications.words import catalog

MOST_SOURCE = 10_000
MOST_OUTPUT = 20_000
MOST_DEPTH = 40
NOTHING = "–"

# Without one of these, Jinja finds no link in a line, but takes 50 µs to see that.
MAYBE_LINK = re.compile(r"@|://|www\.|\.(?:com|net|int|edu|gov|org|info|mil)", re.IGNORECASE)

# Names under which every context hands the reader's language and zone to the filters.
LANGUAGE, ZONE = "language", "zone"

CITY_FILTERS = ("date", "day_month", "number", "default", "join", "length", "capitalize")
CITY_TESTS = ("defined", "undefined", "none")
CITY_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Name, nodes.Const, nodes.List, nodes.Tuple,
    nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub, nodes.Neg, nodes.Keyword,
)  # fmt: skip


class CityTextFails(TextFails):
    """A city-written text cannot be used; `variable` names the value at fault, empty where the text itself is wrong."""

    def __init__(self, problem: str, variable: str = "") -> None:
        super().__init__(problem, problem=problem, variable=variable)


class Missing(StrictUndefined):
    """A name without a value; its message is the bare name, so that the sentence around it is ours."""

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


class CityEnvironment(SandboxedEnvironment):
    """The sandbox for city-written text: attributes are keys of mappings, and nothing is callable."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the entry of a mapping; anything else has no attributes (`fact.items` is a fact, not a method)."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return the entry of a mapping or list, an undefined value where there is none."""
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, (list, tuple)) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=str(argument))

    def call(self, *_context_and_arguments: Any, **_keywords: Any) -> Any:
        """Refuse every call."""
        raise SecurityError("a mail text cannot call anything")


def city_text(source: str, context: Mapping[str, Any]) -> str:
    """Render one city-written text as plain words; context holds `language` and `zone` beside the variables.

    The result is text, never markup: whoever puts it into HTML escapes it. Raises: CityTextFails.
    """
    template = city_template(source)
    try:
        words = template.render(context)
    except UndefinedError as error:
        name = str(error)
        raise CityTextFails(f"there is no variable {name!r}{_nearest(name, context)}", name) from error
    except (TemplateError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise CityTextFails(str(error)) from error
    if len(words) > MOST_OUTPUT:
        raise CityTextFails(f"it became {len(words)} characters long, at most {MOST_OUTPUT} are allowed")
    return words


@lru_cache(maxsize=4096)
def city_template(source: str) -> Template:
    """Check and compile a city-written text, once per text. Raises: CityTextFails."""
    if len(source) > MOST_SOURCE:
        raise CityTextFails(f"it is {len(source)} characters long, at most {MOST_SOURCE} are allowed")
    environment = _city_environment()
    try:
        tree = environment.parse(source)
        _check(tree)
        return environment.from_string(tree)
    except TemplateSyntaxError as error:
        raise CityTextFails(f"it cannot be read as a text with {{{{ … }}}}: {error.message}") from error
    except TemplateError as error:
        raise CityTextFails(str(error)) from error
    except (RecursionError, MemoryError, SyntaxError) as error:
        raise CityTextFails("its expressions are nested too deeply") from error


def trusted_environment(folder: Path, filters: Mapping[str, Callable[..., Any]] | None = None) -> Environment:
    """Return an environment for templates that ship with Handslag (`.txt.j2` is plain text, all else is escaped).

    The filters of dates and numbers are there too and read `language` and `zone` from the context.
    """
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(SHARED_FILTERS)
    environment.filters.update(filters or {})
    return environment


def linked(text: str) -> Markup:
    """Return words as HTML: escaped, line breaks kept, addresses of pages and mails as links (a filter of the layout)."""
    lines = (_with_links(line) if MAYBE_LINK.search(line) else escape(line) for line in text.splitlines())
    return Markup("<br />").join(lines)


@lru_cache(maxsize=1024)
def _with_links(line: str) -> Markup:
    return Markup(urlize(line, rel="noopener"))


@cache
def _city_environment() -> CityEnvironment:
    environment = CityEnvironment(undefined=Missing, autoescape=False, finalize=_shown, cache_size=0)
    environment.globals.clear()
    kept = {name: environment.filters[name] for name in ("length", "capitalize")}
    environment.filters.clear()
    environment.filters.update({**kept, **SHARED_FILTERS, "default": _default, "join": _join})
    tests = {name: environment.tests[name] for name in CITY_TESTS}
    environment.tests.clear()
    environment.tests.update(tests)
    return environment


def _check(tree: nodes.Template) -> None:
    for node, depth in _walk(tree, 0):
        if depth > MOST_DEPTH:
            raise CityTextFails("its expressions are nested too deeply")
        if not isinstance(node, CITY_NODES):
            raise CityTextFails(f"{type(node).__name__.lower()} is not for mail texts; use {{{{ … }}}} and {{% if %}}")
        if isinstance(node, nodes.Name) and node.name == "self":
            raise CityTextFails("there is no variable 'self'", "self")
        if isinstance(node, nodes.Filter) and node.name not in CITY_FILTERS:
            raise CityTextFails(f"there is no filter {node.name!r}; there are {', '.join(CITY_FILTERS)}")
        if isinstance(node, nodes.Test) and node.name not in CITY_TESTS:
            raise CityTextFails(f"there is no test {node.name!r}; there are {', '.join(CITY_TESTS)}")


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    yield node, depth
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + 1)


def _nearest(name: str, context: Mapping[str, Any]) -> str:
    inner = [key for value in context.values() if isinstance(value, Mapping) for key in value]
    near = difflib.get_close_matches(name, [*map(str, context), *map(str, inner)], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


@pass_context
def _shown(context: Context, value: Any) -> Any:
    """Show a bare value: nothing as a dash, dates and numbers and lists as people write them."""
    if value is None or value == {}:
        return NOTHING
    if isinstance(value, bool):
        return catalog(context[LANGUAGE]).gettext("yes" if value else "no")
    if isinstance(value, (list, tuple)):
        return listing([str(_shown(context, part)) for part in value], context[LANGUAGE])
    if isinstance(value, Mapping):
        raise CityTextFails("a group of values cannot be written; name one of them")
    if isinstance(value, (Decimal, float)):
        return number(value, context[LANGUAGE])
    return long_date(day_of(value, context[ZONE]), context[LANGUAGE]) if hasattr(value, "isoformat") else value


@pass_context
def _date(context: Context, value: Any) -> str:
    return NOTHING if value in (None, "") else long_date(day_of(value, context[ZONE]), context[LANGUAGE])


@pass_context
def _day_month(context: Context, value: Any) -> str:
    return NOTHING if value in (None, "") else day_month(day_of(value, context[ZONE]), context[LANGUAGE])


@pass_context
def _number(context: Context, value: Any) -> str:
    return NOTHING if value in (None, "") else number(value, context[LANGUAGE])


@pass_context
def _join(context: Context, value: Any, mark: str = "") -> str:
    """Join a list with a mark, or without one as an enumeration: `A, B and C`."""
    parts = [str(_shown(context, part)) for part in value or ()]
    return mark.join(parts) if mark else listing(parts, context[LANGUAGE])


def _default(value: Any, other: Any = "", _also_empty: bool = True) -> Any:
    """Return the other value also where the first is there but empty: an absent fact is none, not undefined."""
    return other if isinstance(value, Undefined) or value in (None, "") else value


SHARED_FILTERS: Mapping[str, Callable[..., Any]] = {"date": _date, "day_month": _day_month, "number": _number}
