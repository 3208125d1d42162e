"""Every use that a mail of a version has, and a sample of what it may speak of there, so that texts are tried before cases.

The variables are those of `docs/reference/workflow-file.md`, of the types that `engine.contexts` hands out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.declared import FactType, MailRule, Rung, Task, Texts, Transition, Version
from workflows.sample_values import SAMPLE_DAY, shown_value

DEADLINE, MOVE = "deadline", "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailUse:
    """One use of a mail in one language.

    kind: `deadline` or `move`. about: what the deadline is of (`phases:candidate`), or the move (`transitions:screen`,
    `handover`). records: list whose fields it may speak of, empty where it is about no record. to: seat specs.
    """

    code: str
    language: str
    kind: str
    about: str
    records: str = ""
    to: tuple[str, ...] = ()


def mail_uses(version: Version) -> tuple[MailUse, ...]:
    """Return every use of every mail, once for each declared language."""
    found = dict.fromkeys([*_of_ladders(version), *_of_moves(version), *_of_answers(version)])
    return tuple(
        MailUse(code=code, language=language, kind=kind, about=about, records=records, to=to)
        for code, kind, about, records, to in found
        for language in version.languages
        if code in version.mails
    )


_Use = tuple[str, str, str, str, tuple[str, ...]]


def _ladders(version: Version) -> Iterator[tuple[str, str, tuple[Rung, ...]]]:
    """Yield what a ladder is of, the list its records are in, and its rungs."""
    for key, phase in version.phases.items():
        yield f"phases:{key}", "", phase.ladder
    for key, followup in version.followups.items():
        yield f"followups:{key}", "", followup.ladder
    for key, records in version.records.items():
        yield f"records:{key}", key, records.ladder
    for key, task in version.tasks.items():
        yield f"tasks:{key}", _records_of(task), task.ladder


def _of_ladders(version: Version) -> Iterator[_Use]:
    for about, records, rungs in _ladders(version):
        for rung in rungs:
            if rung.mail:
                yield rung.mail, DEADLINE, about, records, rung.to


def _of_answers(version: Version) -> Iterator[_Use]:
    """Yield the mails about something returned or accepted: whatever has a reviewer."""
    reviewed = [("followups", key, "") for key, followup in version.followups.items() if followup.reviewer]
    reviewed += [("records", key, key) for key, records in version.records.items() if records.reviewer]
    reviewed += [("tasks", key, _records_of(task)) for key, task in version.tasks.items() if task.reviewer]
    for section, key, records in reviewed:
        for code in (version.returned_mail, version.accepted_mail):
            yield code, DEADLINE, f"{section}:{key}", records, ("owner",)


def _records_of(task: Task) -> str:
    """Return the list whose records a task is for, empty where it is for none."""
    kind, _, name = task.for_each.partition(":")
    return name if kind == "records" else ""


def _of_moves(version: Version) -> Iterator[_Use]:
    for key, move in version.transitions.items():
        for rule in move.mails:
            yield from _of_rule(f"transitions:{key}", rule)
    if version.handover_mail:
        rule = MailRule(code=version.handover_mail, to=("company_contact", "coordinator"))
        yield from _of_rule("handover", rule)


def _of_rule(about: str, rule: MailRule) -> Iterator[_Use]:
    """Yield a move's mail once for the owners of records in each list, once for all others."""
    others = tuple(spec for spec in rule.to if not spec.startswith("record_owners:"))
    if others:
        yield rule.code, MOVE, about, "", others
    for spec in rule.to:
        if spec not in others:
            yield rule.code, MOVE, about, spec.partition(":")[2], (spec,)


def sample_context(version: Version, use: MailUse, *, bare: bool = False) -> Mapping[str, Any]:
    """Return the variables of a mail in one use. bare: with everything absent that a case may lack."""
    context = _common(version, _phase_of(version, use), bare=bare)
    context["record"] = _values(version.records[use.records].fields, bare=bare) if use.records else {}
    context["questions"] = "" if bare else "Which months do the figures cover?"
    context["reason"] = ""
    if use.kind == DEADLINE:
        return context | _deadline(version, use, bare=bare)
    return context | _move(version, version.transitions.get(use.about.partition(":")[2]), bare=bare)


def _common(version: Version, phase: str, *, bare: bool) -> dict[str, Any]:
    return {
        "recipient": "Karen Friis",
        "company": "Nordlys Bageri ApS",
        "case": "ABC-2026-0001",
        "programme": dict.fromkeys(version.languages, "Sample programme"),
        "phase": dict(version.phases[phase].title),
        "workflow": dict(version.title),
        "agreement_number": "" if bare else "ABC-2026-0001/1",
        "fact": _values(version.facts, bare=bare),
    }


def _values(types: Mapping[str, FactType], *, bare: bool) -> dict[str, Any]:
    """Return a value for each fact or field; required fields are there even in a bare sample."""
    return {key: None if bare and not fact.required else shown_value(fact) for key, fact in types.items()}


def _phase_of(version: Version, use: MailUse) -> str:
    """Return the phase in which a mail is written."""
    section, _, key = use.about.partition(":")
    if section == "transitions":
        return version.transitions[key].target
    if section == "phases":
        return key
    during = getattr(version, section)[key].during if section in ("followups", "records") else ()
    return next(iter(during), version.start)


def _deadline(version: Version, use: MailUse, *, bare: bool) -> dict[str, Any]:
    section, _, key = use.about.partition(":")
    title: Texts = getattr(version, section)[key].title
    return {
        "item": dict(title),
        "due": SAMPLE_DAY,
        "last": SAMPLE_DAY + timedelta(days=7),
        "days_late": 0 if bare else 21,
        "working_days_late": 0 if bare else 15,
        "occurrence": "" if bare or section != "followups" else SAMPLE_DAY.isoformat(),
        "owner": "" if bare else "Anne Holm",
        "waiting_for": "municipality" if bare else "company",
    }


def _move(version: Version, move: Transition | None, *, bare: bool) -> dict[str, Any]:
    target = version.phases[move.target if move else version.start]
    has_due = target.stay is not None or (bool(target.until) and not bare)
    return {
        "reason": "Sample reason" if move is not None and (move.reason_required or not bare) else "",
        "due": SAMPLE_DAY if has_due else None,
        "previous_phase": dict(version.phases[move.sources[0]].title if move else target.title),
        "outcome": dict(version.outcomes.get(target.ending, {})),
        "missing": [] if bare else ["Karen Friis", "Mads Lund"],
        "ends_on": None if bare or version.period is None else SAMPLE_DAY + timedelta(days=1096),
    }
