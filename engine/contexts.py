"""What a mail may speak of: the variables of city-written texts, language-neutral, built from a draft.

Texts that exist in several languages stay language maps; dates stay dates. `docs/reference/workflow-file.md` lists the names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.case import Deadline, Record
from engine.declared import FactType, Phase, RecordList, Texts
from engine.draft import Draft
from engine.letters import Recipient
from engine.rules import rule_of
from engine.seats import holder, side_of, unsigned_seats


def typed(fact: FactType | None, value: Any) -> Any:
    """Return a fact's JSON value as texts want it: date, Decimal, language map of a choice, else the value itself."""
    if value is None or fact is None:
        return value
    match fact.kind:
        case "date":
            return date.fromisoformat(str(value))
        case "number":
            return Decimal(str(value))
        case "choice":
            return fact.choices.get(str(value), value)
        case _:
            return value


def common(draft: Draft, recipient: Recipient) -> dict[str, Any]:
    """Return the variables that every mail has."""
    version, case = draft.version, draft.case
    phase = version.phases[case.phase]
    company = recipient.side == "company"
    return {
        "recipient": recipient.name,
        "company": case.title,
        "case": case.number,
        "programme": dict(draft.programme.names),
        "phase": dict(phase.public_title if company else phase.title),
        "workflow": dict(version.public_title if company else version.title),
        "agreement_number": str(case.facts.get("agreement_number") or ""),
        "fact": {key: typed(fact, case.facts.get(key)) for key, fact in version.facts.items()},
    }


def title_of(draft: Draft, deadline: Deadline, *, public: bool) -> Texts:
    """Return what a deadline is called, as language map."""
    rule = rule_of(draft.version, deadline)
    if isinstance(rule, Phase) and public:
        return rule.public_title
    title = draft.case.records[deadline.record].values.get("title") if isinstance(rule, RecordList) else None
    return dict.fromkeys(draft.version.languages, str(title)) if title else rule.title


def about_deadline(draft: Draft, deadline: Deadline, recipient: Recipient) -> dict[str, Any]:
    """Return the variables of a mail about a deadline, the common ones included."""
    calendar = draft.programme.calendar
    owner = holder(draft, deadline.seat)
    side = side_of(draft, deadline.seat)
    return {
        **common(draft, recipient),
        "item": dict(title_of(draft, deadline, public=recipient.side == "company")),
        "due": deadline.due_on,
        "last": deadline.last_on,
        "days_late": max(0, (draft.today - deadline.due_on).days),
        "working_days_late": calendar.working_days_after(deadline.due_on, draft.today),
        "occurrence": deadline.occurrence,
        "questions": deadline.questions,
        "owner": owner.name if isinstance(owner, Recipient) else "",
        "waiting_for": side,
        "record": record_values(draft, draft.case.records.get(deadline.record)),
        "reason": "",
    }


def about_move(draft: Draft, recipient: Recipient, *, reason: str, previous: str, record: Record | None) -> dict[str, Any]:
    """Return the variables of a mail of a move, the common ones included; the draft stands in the new phase."""
    version = draft.version
    period_end = draft.case.facts.get(version.period.ends) if version.period else None
    own = [d for d in draft.case.open_deadlines() if d.kind == "phase" and d.rule == draft.case.phase]
    return {
        **common(draft, recipient),
        "reason": reason,
        "due": own[-1].due_on if own else None,
        "previous_phase": dict(version.phases[previous].title) if previous in version.phases else {},
        "outcome": dict(version.outcomes.get(draft.case.outcome, {})),
        "missing": [_name(draft, seat.key) for seat in unsigned_seats(draft.case, version, draft.today)],
        "ends_on": date.fromisoformat(str(period_end)) if period_end else None,
        "record": record_values(draft, record),
        "questions": "",
    }


def record_values(draft: Draft, record: Record | None) -> Mapping[str, Any]:
    """Return a record's values, typed; every declared field is there."""
    if record is None:
        return {}
    declared = draft.version.records[record.list].fields
    return {key: typed(field, record.values.get(key)) for key, field in declared.items()}


def _name(draft: Draft, seat_key: str) -> str:
    found = holder(draft, seat_key)
    return found.name if isinstance(found, Recipient) else seat_key
