"""Guard functions about time: what is late, which day has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.case import Deadline
from engine.declared import YES, Answer, Version
from engine.guards import GuardView
from engine.terms import Term, parse_term
from workflows.guard_function import Check, Params, as_day, title


def nothing_overdue(params: Params) -> Check:
    """Ask whether nothing owed is late (by more than a term; of some rules only)."""
    limit, rules = params["longer_than"], params["rules"]

    def check(view: GuardView) -> Answer:
        late = late_items(view, limit, rules)
        if not late:
            return YES
        worst, days = max(late, key=lambda item: item[1])
        shown = {"now": len(late), "items": [item.no for item, _ in late], "days": days}
        shown["rule_title"] = rule_title(view.version, worst)
        shown["due_on"] = worst.due_on.isoformat()
        if limit:
            return Answer.no("nothing_overdue.longer", **shown, longer_than=str(parse_term(limit)))
        return Answer.no("nothing_overdue", **shown)

    return check


def something_overdue(params: Params) -> Check:
    """Ask whether something owed is late (by more than a term; of some rules only), or a reason stands in for it."""
    limit, rules, n, unless = params["longer_than"], params["rules"], params["n"], params["unless"]

    def check(view: GuardView) -> Answer:
        late = late_items(view, limit, rules)
        if len(late) >= n or (unless and view.fact(unless)):
            return YES
        shown: dict[str, Any] = {"n": n, "now": len(late), "longer_than": str(parse_term(limit)) if limit else ""}
        shown["rules_title"] = [_label(view.version, rule) for rule in rules]
        code = "something_overdue.longer" if limit else "something_overdue"
        if unless:
            shown["unless_title"] = title(view.version.facts, unless)
            code = f"{code}_unless" if limit else "something_overdue.unless"
        return Answer.no(code, **shown)

    return check


def late_items(view: GuardView, limit: str, rules: Sequence[str]) -> list[tuple[Deadline, int]]:
    """Return what is late by more than a term (empty: at all), each with its working days late."""
    term = parse_term(limit) if limit else Term(0, "wd")
    return [
        (item, days)
        for item, days in view.overdue()
        if (not rules or item.rule in rules) and _later_than(view, item, days, term)
    ]


def _later_than(view: GuardView, item: Deadline, days: int, term: Term) -> bool:
    if term.unit == "wd" and term.count:
        return days > term.count
    return view.programme.calendar.add(item.last_on, term) < view.today


def rule_title(version: Version, item: Deadline) -> dict[str, str]:
    """Return the label of what a deadline is about."""
    return _label(version, item.rule)


def _label(version: Version, rule: str) -> dict[str, str]:
    for declared in (version.phases, version.followups, version.records, version.tasks):
        if rule in declared:
            return dict(declared[rule].title)
    return {"en": rule}


def date_reached(params: Params) -> Check:
    """Ask whether the day that a fact names has come."""
    key = params["fact"]

    def check(view: GuardView) -> Answer:
        day = as_day(view.fact(key))
        shown = {"fact": key, "fact_title": title(view.version.facts, key), "today_on": view.today.isoformat()}
        if day is None:
            return Answer.no("date_reached.missing", **shown)
        return YES if view.today >= day else Answer.no("date_reached", **shown, now_on=day.isoformat())

    return check


def date_near(params: Params) -> Check:
    """Ask whether the day that a fact names is at most a term away, before or after."""
    key, within = params["fact"], parse_term(params["within"])

    def check(view: GuardView) -> Answer:
        day, add = as_day(view.fact(key)), view.programme.calendar.add
        shown = {"fact": key, "fact_title": title(view.version.facts, key), "within": str(within)}
        if day is None:
            return Answer.no("date_near.missing", **shown)
        shown["now_on"] = day.isoformat()
        first, last = add(day, Term(-within.count, within.unit)), add(day, within)
        if view.today < first:
            return Answer.no("date_near", **shown, from_on=first.isoformat())
        return YES if view.today <= last else Answer.no("date_near.passed", **shown, until_on=last.isoformat())

    return check
