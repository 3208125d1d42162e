"""A history entry in words: who did what when, why, on what ground, and what it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.codec import instant
from handslag.cli.case_view import CaseView
from storage.reads import EntryLine

ERASED = "(erased)"
ROW_WORDS = {"deadline": "owed", "promise": "promised", "record": "record", "seat": "seat", "party": "party", "wait": "pause"}
# Of a changed row only these are worth a reader's time; the rest is in --json.
SHOWN = {
    "deadline": ("state", "due_on", "missed_at", "why", "questions"),
    "promise": ("state", "why", "on"),
    "seat": ("ended_on",),
    "party": ("left_on",),
    "record": ("values", "void_on"),
    "wait": ("until",),
    "case": ("phase", "outcome", "title", "closed_on"),
}


def entry_lines(view: CaseView, line: EntryLine) -> Iterator[str]:
    """Yield the lines of one entry."""
    entry = line.entry
    late = f", happened {view.at(line.happened_at)}" if line.happened_at != line.recorded_at else ""
    what = view.move(line.transition) if line.transition else line.kind.replace("_", " ")
    moved = f": {view.phase(line.source)} -> {view.phase(line.target)}" if line.source != line.target else ""
    yield f"{line.no}  {view.at(line.recorded_at)}{late}  {what}{moved}"
    yield f"    by {actor_said(entry['actor'])}"
    if line.transition:
        yield f"    move {line.transition}"
    if entry.get("reason"):
        yield f"    reason: {_word(entry['reason'])}"
    if entry.get("cause"):
        yield f"    cause: {_word(entry['cause'])}"
    for guard in entry.get("guards", ()):
        said = "yes" if guard["yes"] else f"no: {view.why(guard['code'], guard['values']) or guard['code']}"
        yield f"    asked {guard['name']}: {said}"
    for change in entry.get("changes", ()):
        told = change_said(view, change)
        if told:
            yield f"    {told}"


def actor_said(actor: Mapping[str, Any]) -> str:
    """Return how history names an actor: name, roles, for whom, through which surface."""
    roles = f" ({', '.join(actor['roles'])})" if actor["roles"] and actor["kind"] == "person" else ""
    for_whom = f" for {_word(actor['for'])}" if actor.get("for") else ""
    account = f", account {_word(actor['account'])}" if actor.get("account") else ""
    return f"{_word(actor['name'])}{roles}{for_whom}, by {actor['surface']}{account}"


def change_said(view: CaseView, change: Mapping[str, Any]) -> str:
    """Return one row's difference in words, empty for what a reader need not know."""
    kind, no, old, new = change["kind"], change["no"], change["old"], change["new"] or {}
    if kind in ("fact", "schedule"):
        told = [_fact(view, key, (old or {}).get(key), value) for key, value in new.items()] if kind == "fact" else []
        return "; ".join(told)
    if kind in ("contact", "organisation"):
        told = [f"{key}: {_word((old or {}).get(key))} -> {_word(value)}" for key, value in new.items()]
        return f"{kind} {no}: {'; '.join(told)}"
    if kind == "choice":
        until = f" until {view.at(instant(new['until']))}" if new.get("until") else ""
        why = f": {_word(new['reason'])}" if new.get("reason") else ""
        return f"decided about mail {no}: {new['what']}{until}{why}"
    if old is None and kind != "case":
        return f"{ROW_WORDS[kind]} {no} {_name(view, kind, no, new)}"
    told = [f"{key} {_value(view, key, new[key])}" for key in SHOWN[kind] if key in new and new[key] not in (None, "")]
    return f"{ROW_WORDS.get(kind, kind)}{f' {no}' if no else ''}: {', '.join(told)}" if told else ""


def _name(view: CaseView, kind: str, no: int, new: Mapping[str, Any]) -> str:
    case = view.case
    match kind:
        case "deadline":
            deadline = case.deadlines.get(no)
            what = view.owed(deadline) if deadline else new["rule"]
            return f"{what}, due {new['due_on']}, by {view.role(_role(new['seat']))}"
        case "promise":
            state = new.get("state", "planned")
            why = f", {view.why(new['why'])}" if new.get("why") else ""
            what = new.get("code") or new.get("task") or new["step"]
            return f"{what} to {view.role(_role(new['seat']))} on {new['on']}: {state}{why}"
        case "seat":
            who = view.person(new["person"]) if new.get("person") else view.contact(new.get("contact", 0))
            return f"{view.role(new['role'])}: {who}"
        case "party":
            return f"{view.organisation(new['organisation'])} ({new.get('kind', 'company')})"
        case "record":
            return f"in {new['list']}: {_values(new.get('values') or {})}"
    return f"{new.get('first')} to before {new.get('until')}"


def _role(seat: str) -> str:
    return seat.partition("#")[0] if not seat.startswith(("record#", "party#")) else seat


def _fact(view: CaseView, key: str, old: Any, new: Any) -> str:
    fact = view.version.facts.get(key)
    was = "" if old in (None, "") else f"{view.fact(fact, _word(old))} -> "
    return f"fact {key}: {was}{view.fact(fact, _word(new)) or 'taken away'}"


def _value(view: CaseView, key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return _values(value)
    return view.why(value) if key == "why" else view.phase(value) if key == "phase" else str(_word(value))


def _values(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={_word(value)}" for key, value in values.items())


def _word(value: Any) -> Any:
    """Return a value; where it was erased, that."""
    erased = isinstance(value, Mapping) and set(value) == {"digest"}
    return ERASED if erased else value
