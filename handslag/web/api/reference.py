"""Writes `docs/reference/api.md` from the description of the API: `python -m handslag.web.api.reference` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from handslag.web.api.mounting import ABOUT, PATH, REFUSALS, describe

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "api.md"
MADE = "This page is made by `python -m handslag.web.api.reference`; a test holds it equal."
Told = Mapping[str, Any]


def text() -> str:
    """Return the whole page."""
    told = describe()
    shapes = told["components"]["schemas"]
    lines = ["# The API", "", ABOUT]
    lines += ["## Refusals", "", "| status | when |", "| --- | --- |"]
    lines += [f"| {status} | {said} |" for status, said in REFUSALS.items()]
    lines += ["", "The body is a [`Problem`](#problem).", ""]
    for tag in dict.fromkeys(call["tags"][0] for _, _, call in _calls(told)):
        lines += [f"## {tag.capitalize()}", ""]
        for method, path, call in _calls(told):
            if call["tags"][0] == tag:
                lines += [*_call(method, path, call), ""]
    lines += ["## Shapes", ""]
    for name in sorted(shapes):
        if not name.startswith("Page_"):
            lines += [*_shape(name, shapes[name]), ""]
    return "\n".join([*lines, MADE, ""])


def _calls(told: Told) -> Iterator[tuple[str, str, Told]]:
    for path, ways in told["paths"].items():
        for method, call in ways.items():
            yield method.upper(), path, call


def _call(method: str, path: str, call: Told) -> Iterator[str]:
    yield f"### {method} {PATH}{path}"
    yield ""
    yield call["description"]
    query = [given for given in call.get("parameters", ()) if given["in"] == "query"]
    shared = {"dry_run", "confirm"}
    if any(given["name"] in shared for given in query):
        yield ""
        yield "A change: takes `dry_run`, `confirm`, `If-Match`, `Idempotency-Key`."
    own = [given for given in query if given["name"] not in shared]
    if own:
        yield from ("", "| question | what |", "| --- | --- |")
        yield from (f"| `{given['name']}` | {_cell(given.get('description', ''))} |" for given in own)
    body = call.get("requestBody", {}).get("content", {})
    if body:
        yield ""
        yield (
            f"Given: {_said(body['application/json']['schema'])}." if "application/json" in body else "Given: the file itself."
        )
    answered = call["responses"]["200"]["content"].get("application/json", {}).get("schema")
    yield ""
    yield f"Answered: {_said(answered)}." if answered else "Answered: the file itself."


def _said(schema: Told) -> str:
    """Return a link to a shape; a page of a shape is called that."""
    name = _name(schema)
    inner = name.removeprefix("Page_").removesuffix("_")
    return f"a page of [`{inner}`](#{inner.lower()})" if inner != name else f"[`{name}`](#{name.lower()})"


def _shape(name: str, told: Told) -> Iterator[str]:
    """Yield the fields of a shape, with what it is for."""
    yield from (f"### {name}", "", told["description"], "", "| field | what |", "| --- | --- |")
    for field, said in told["properties"].items():
        yield f"| `{field}` | {_cell(' '.join(filter(None, (_kind(said), said.get('description', '')))))} |"


def _kind(told: Told) -> str:
    """Return what a field holds, in a word or two."""
    if "$ref" in told:
        return f"{_said(told)}."
    if "anyOf" in told:
        return _kind(next((part for part in told["anyOf"] if part.get("type") != "null"), {}))
    if told.get("type") == "array":
        return f"list of {_kind(told['items'])}"
    return f"{told.get('format') or told.get('type', 'anything')}."


def _name(schema: Told) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _cell(said: str) -> str:
    return " ".join(said.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
