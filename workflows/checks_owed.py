"""Checks of what is owed besides phases: tasks, records with a date, follow-ups and what they hang on."""

from __future__ import annotations

from collections.abc import Iterator

from engine.deadlines import REVIEW
from engine.terms import parse_term
from workflows.finding import Finding, each_known, unknown
from workflows.model_method import FollowUpShape, WorkflowShape
from workflows.model_parts import FactShape, RecordsShape, TaskShape
from workflows.yaml_text import Path

ITSELF = ("calendar", "financial_year", "events", "after", "halfway")


def owed_findings(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield what is wrong with facts, tasks, lists and follow-ups."""
    for key, fact in flow.facts.items():
        yield from _fact(("facts", key), fact)
    for name, records in flow.records.items():
        for key, field in records.fields.items():
            yield from _fact(("records", name, "fields", key), field)
        yield from _records(flow, ("records", name), records)
    for key, task in flow.tasks.items():
        yield from _task(flow, ("tasks", key), task)
    for key, followup in flow.followups.items():
        yield from _followup(flow, ("followups", key), key, followup)


def _fact(path: Path, fact: FactShape) -> Iterator[Finding]:
    if fact.type == "choice" and not fact.choices:
        yield Finding(path=path, code="no_choices", sentence="a choice needs 'choices', a map of value to label", at_key=True)
    if fact.type == "registration" and not fact.register_:
        yield Finding(
            path=path, code="no_register", sentence="a registration needs 'register: CVR' or 'register: KVK'", at_key=True
        )
    for name, value, owner in (
        ("choices", fact.choices, "choice"),
        ("register", fact.register_, "registration"),
        ("unit", fact.unit, "number"),
    ):
        if value and fact.type != owner:
            sentence = f"{name!r} belongs to the type {owner!r}, this is of type {fact.type!r}"
            yield Finding(path=(*path, name), code="not_of_this_type", sentence=sentence, at_key=True)


def _records(flow: WorkflowShape, path: Path, records: RecordsShape) -> Iterator[Finding]:
    if records.due and (records.due not in records.fields or records.fields[records.due].type != "date"):
        dates = {key for key, field in records.fields.items() if field.type == "date"}
        yield from unknown((*path, "due"), records.due, dates, "date_field")
    if records.done:
        yield from unknown((*path, "done"), records.done, records.fields, "field")
    if records.due and not records.owner:
        sentence = "its records fall due, so somebody must owe them; give the list an 'owner'"
        yield Finding(path=path, code="no_owner", sentence=sentence, at_key=True)
    if not records.due:
        for name in ("ladder", "grace", "answer_within", "extend_by"):
            if getattr(records, name) is not None:
                sentence = f"{name!r} is for records that fall due; name a date field in 'due'"
                yield Finding(path=(*path, name), code="ladder_without_due", sentence=sentence, at_key=True)
    elif not records.during and not any(phase.signed for phase in flow.phases.values()):
        sentence = "no phase is 'signed', so say in 'during' in which phases its deadlines run"
        yield Finding(path=path, code="never_runs", sentence=sentence, at_key=True)
    if records.owner.startswith("field:"):
        people = {key for key, field in records.fields.items() if field.type in ("person", "text")}
        yield from unknown((*path, "owner"), records.owner.partition(":")[2] or "(nothing)", people, "person_field")
    elif records.owner:
        yield from unknown((*path, "owner"), records.owner, flow.roles, "role")
    yield from _answers(path, records)


def _answers(path: Path, shape: RecordsShape | FollowUpShape) -> Iterator[Finding]:
    if shape.answer_within is not None and not shape.reviewer:
        sentence = "'answer_within' is for questions of a reviewer; name a role in 'reviewer'"
        yield Finding(path=(*path, "answer_within"), code="no_reviewer", sentence=sentence, at_key=True)


def _task(flow: WorkflowShape, path: Path, task: TaskShape) -> Iterator[Finding]:
    kind, _, names = task.for_each.partition(":")
    if not task.for_each and not task.owner:
        sentence = "somebody must owe the task; give it an 'owner', or 'for_each'"
        yield Finding(path=path, code="no_owner", sentence=sentence, at_key=True)
    elif task.for_each and task.owner:
        sentence = "with 'for_each' every seat or record has its own owner; leave 'owner' out"
        yield Finding(path=(*path, "owner"), code="two_owners", sentence=sentence, at_key=True)
    if kind == "seats":
        for name in names.split(","):
            yield from unknown((*path, "for_each"), name.strip() or "(nothing)", flow.roles, "role")
    elif kind == "records":
        yield from unknown((*path, "for_each"), names.strip() or "(nothing)", flow.records, "list")
        if names in flow.records and not flow.records[names].owner:
            sentence = f"the records of {names!r} have no owner; give the list an 'owner'"
            yield Finding(path=(*path, "for_each"), code="no_owner", sentence=sentence)
    elif task.for_each:
        sentence = f"{task.for_each!r} is neither 'seats:<role>,<role>' nor 'records:<list>'"
        yield Finding(path=(*path, "for_each"), code="bad_for_each", sentence=sentence)
    yield from _task_end(flow, path, task)
    yield from _task_due(flow, path, task)


def _task_end(flow: WorkflowShape, path: Path, task: TaskShape) -> Iterator[Finding]:
    kind, _, names = task.for_each.partition(":")
    signing = {key for key, role in flow.roles.items() if role.signs}
    if task.closes_by == "sign" and (kind != "seats" or {n.strip() for n in names.split(",")} - signing):
        sentence = "a task closed by signing is for each seat of signing roles: 'for_each: seats:<role>' with 'signs: true'"
        yield Finding(path=(*path, "closes_by"), code="nobody_signs", sentence=sentence)
    if not task.marks:
        return
    if kind != "records" or names not in flow.records:
        sentence = "'marks' names a field of a record; it needs 'for_each: records:<list>'"
        yield Finding(path=(*path, "marks"), code="marks_nothing", sentence=sentence, at_key=True)
        return
    dates = {key for key, field in flow.records[names].fields.items() if field.type == "date"}
    yield from unknown((*path, "marks"), task.marks, dates, "date_field")


def _task_due(flow: WorkflowShape, path: Path, task: TaskShape) -> Iterator[Finding]:
    """Yield the phases in which a task without a term of its own has no phase deadline to be due with."""
    if task.within is not None:
        return
    if path[1] == REVIEW:
        sentence = f"{REVIEW!r} opens when something is submitted, so it cannot be due with the phase; give it 'within'"
        yield Finding(path=path, code="task_without_due", sentence=sentence, at_key=True)
    opened = [key for key, phase in flow.phases.items() if path[1] in phase.tasks]
    opened += [move.to for move in flow.transitions.values() if path[1] in move.tasks]
    for key in dict.fromkeys(opened):
        phase = flow.phases.get(key)
        if phase is not None and phase.stay is None and not phase.until:
            sentence = f"without 'within' it is due with its phase, but {key!r} is never due; give one of them a term"
            yield Finding(path=path, code="task_without_due", sentence=sentence, at_key=True)


def _followup(flow: WorkflowShape, path: Path, key: str, followup: FollowUpShape) -> Iterator[Finding]:
    if not followup.owner:
        yield Finding(
            path=path, code="no_owner", sentence="somebody must owe the follow-up; give it an 'owner' role", at_key=True
        )
    if not followup.during and not any(phase.signed for phase in flow.phases.values()):
        sentence = "no phase is 'signed', so say in 'during' in which phases it lives"
        yield Finding(path=path, code="never_runs", sentence=sentence, at_key=True)
    for index, name in enumerate(followup.during):
        if name in flow.phases and flow.phases[name].ending:
            sentence = f"{name!r} ends a case; nothing is owed in a closed case"
            yield Finding(path=(*path, "during", index), code="ending_with_deadline", sentence=sentence)
    yield from _anchor(flow, (*path, "anchor"), key, followup)
    yield from _first(path, followup)
    yield from _answers(path, followup)


def _anchor(flow: WorkflowShape, path: Path, key: str, followup: FollowUpShape) -> Iterator[Finding]:
    anchor = followup.anchor
    given = [name for name in ("fact", *ITSELF) if getattr(anchor, name)]
    if len(given) != 1:
        sentence = f"an anchor is exactly one of fact, {', '.join(ITSELF)}; given: {', '.join(given) or 'none'}"
        yield Finding(path=path, code="anchor_unclear", sentence=sentence)
    yield from _typed(flow, (*path, "fact"), anchor.fact, "date")
    yield from _typed(flow, (*path, "financial_year"), anchor.financial_year, "text")
    for index, name in enumerate(anchor.halfway):
        yield from _typed(flow, (*path, "halfway", index), name, "date")
    if len(anchor.halfway) == 1:
        yield Finding(path=(*path, "halfway"), code="anchor_unclear", sentence="'halfway' needs two date facts: start and end")
    yield from unknown((*path, "after"), anchor.after, flow.followups, "followup")
    if anchor.after and key in _chain(flow, anchor.after):
        sentence = f"{key!r} waits for {anchor.after!r}, which waits for {key!r}; one of them must have a date"
        yield Finding(path=(*path, "after"), code="anchor_circle", sentence=sentence)
    yield from each_known((*path, "calendar"), anchor.calendar, anchor.calendar, "day")


def _chain(flow: WorkflowShape, key: str) -> list[str]:
    chain: list[str] = []
    while key in flow.followups and key not in chain:
        chain.append(key)
        key = flow.followups[key].anchor.after
    return chain


def _typed(flow: WorkflowShape, path: Path, name: str, kind: str) -> Iterator[Finding]:
    yield from unknown(path, name, flow.facts, "fact")
    if name in flow.facts and flow.facts[name].type != kind:
        sentence = f"{name!r} is a {flow.facts[name].type} fact; name a {kind} fact"
        yield Finding(path=path, code=f"not_a_{kind}", sentence=sentence)


def _first(path: Path, followup: FollowUpShape) -> Iterator[Finding]:
    repeats_itself = any(getattr(followup.anchor, name) for name in ITSELF)
    if followup.repeat is not None and repeats_itself:
        sentence = "this anchor says by itself how often; 'repeat' is for an anchor that is a date fact"
        yield Finding(path=(*path, "repeat"), code="repeats_by_itself", sentence=sentence, at_key=True)
    if followup.repeat is not None and (followup.repeat.count <= 0 or followup.repeat.unit == "wd"):
        sentence = f"{followup.repeat} cannot be repeated; write a term above 0 in days, weeks, months or years"
        yield Finding(path=(*path, "repeat"), code="bad_repeat", sentence=sentence)
    if followup.first in ("next", "full_period"):
        return
    try:
        first = parse_term(followup.first)
    except ValueError:
        sentence = f"first: {followup.first!r} is not next, full_period, or a term such as '6 months'"
        yield Finding(path=(*path, "first"), code="bad_first", sentence=sentence)
        return
    if first.unit == "wd":
        yield Finding(path=(*path, "first"), code="bad_first", sentence="first: write days, weeks, months or years, not wd")
