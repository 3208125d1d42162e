"""Guard functions about facts and people: what is noted, what it says, who is named."""

from __future__ import annotations

from typing import Any

from engine.declared import YES, Answer
from engine.guards import GuardView
from engine.registrations import DIGITS, check_digit_fails, check_registration
from workflows.guard_function import Check, Params, as_number, is_set, same, title, titles, value_title


def registration_noted(params: Params) -> Check:
    """Ask whether the registration number is well formed (a failed check digit confirmed) and its status noted."""
    number_key, status_key = params["number"], params["status"]

    def check(view: GuardView) -> Answer:
        facts = view.version.facts
        number, register = view.fact(number_key), facts[number_key].register
        shown: dict[str, Any] = {"number_title": title(facts, number_key), "register": register, "number": number}
        if number is None:
            return Answer.no("registration_noted.missing", **shown)
        if check_registration(register, str(number)) is not None:
            return Answer.no("registration_noted.malformed", **shown, digits=DIGITS.get(register, 0))
        if check_digit_fails(register, str(number)) and view.fact(f"{number_key}_confirmed") is not True:
            confirmed = title(facts, f"{number_key}_confirmed")
            return Answer.no("registration_noted.check_digit", **shown, confirmed_title=confirmed)
        if view.fact(status_key) is None:
            return Answer.no("registration_noted.status", **shown, status_title=title(facts, status_key))
        return YES

    return check


def seats_filled(params: Params) -> Check:
    """Ask whether somebody holds each of these roles."""

    def check(view: GuardView) -> Answer:
        empty = [role for role in params["seats"] if not view.is_filled(role)]
        if not empty:
            return YES
        labels = [dict(view.version.roles[role].title) for role in empty]
        return Answer.no("seats_filled", missing=empty, missing_title=labels)

    return check


def facts_set(params: Params) -> Check:
    """Ask whether all of these facts are given."""

    def check(view: GuardView) -> Answer:
        missing = [key for key in params["facts"] if not is_set(view.fact(key))]
        if not missing:
            return YES
        return Answer.no("facts_set", missing=missing, missing_title=titles(view.version.facts, missing))

    return check


def fact_is(params: Params) -> Check:
    """Ask whether a fact has one value."""
    key, wanted = params["fact"], params["value"]

    def check(view: GuardView) -> Answer:
        now, fact = view.fact(key), view.version.facts.get(key)
        if is_set(now) and same(now, wanted):
            return YES
        shown = {"fact": key, "fact_title": title(view.version.facts, key), "wanted": wanted}
        shown["wanted_title"] = value_title(fact, wanted)
        if not is_set(now):
            return Answer.no("fact_is.missing", **shown)
        return Answer.no("fact_is", **shown, now_title=value_title(fact, now))

    return check


def fact_at_least(params: Params) -> Check:
    """Ask whether a number reaches a minimum, or a reason for going below is given."""
    key, minimum, unless = params["fact"], params["minimum"], params["unless"]

    def check(view: GuardView) -> Answer:
        facts, now = view.version.facts, as_number(view.fact(key))
        wanted = as_number(minimum)
        if (now is not None and wanted is not None and now >= wanted) or (unless and view.fact(unless)):
            return YES
        shown = {"fact": key, "fact_title": title(facts, key), "minimum": str(minimum), "unit": facts[key].unit}
        code = "fact_at_least" if now is not None else "fact_at_least.missing"
        if unless:
            shown["unless_title"] = title(facts, unless)
            code = f"{code}_unless" if "." in code else f"{code}.unless"
        return Answer.no(code, **shown, now="" if now is None else str(now))

    return check


def open_cases_below(params: Params) -> Check:
    """Ask whether the coordinator has fewer open cases than the limit, or a reason for more is given."""
    limit, unless = params["limit"], params["unless"]

    def check(view: GuardView) -> Answer:
        now = view.figures.get("open_cases")
        if (now is not None and now < limit) or (unless and view.fact(unless)):
            return YES
        if now is None:
            return Answer.no("open_cases_below.unknown", limit=limit)
        if unless:
            label = title(view.version.facts, unless)
            return Answer.no("open_cases_below.unless", limit=limit, now=now, unless_title=label)
        return Answer.no("open_cases_below", limit=limit, now=now)

    return check


def baseline_given(params: Params) -> Check:
    """Ask whether all facts of a baseline are given, or all of those that stand in for them."""
    wanted, instead = params["facts"], params["unless"]

    def check(view: GuardView) -> Answer:
        facts = view.version.facts
        missing = [key for key in wanted if not is_set(view.fact(key))]
        lacking = [key for key in instead if not is_set(view.fact(key))]
        if not missing or (instead and not lacking):
            return YES
        shown = {"missing": missing, "missing_title": titles(facts, missing)}
        if instead:
            return Answer.no("baseline_given.unless", **shown, unless_title=titles(facts, lacking))
        return Answer.no("baseline_given", **shown)

    return check
