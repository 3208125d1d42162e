"""Guard functions about lists of records: how many there are, how complete, what each of them says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.case import Record
from engine.declared import YES, Answer
from engine.guards import GuardView
from workflows.guard_function import Check, Params, as_text, is_set, same, title, titles, value_title


def records_at_least(params: Params) -> Check:
    """Ask whether a list has enough complete records (that match, and that differ in a field where asked)."""
    key, n, complete = params["list"], params["n"], params["complete"]
    where, distinct = params["where"], params["distinct"]

    def check(view: GuardView) -> Answer:
        declared = view.version.records[key]
        records = [r for r in view.records(key) if matches(r, where)]
        full = [r for r in records if all(is_set(r.values.get(name)) for name in complete)]
        shown: dict[str, Any] = {"list": key, "list_title": dict(declared.title), "n": n, "there": len(records)}
        if distinct:
            values = {as_text(r.values.get(distinct)) for r in full if is_set(r.values.get(distinct))}
            if len(values) >= n:
                return YES
            label = title(declared.fields, distinct)
            return Answer.no("records_at_least.distinct", **shown, now=len(values), field_title=label)
        if len(full) >= n:
            return YES
        if len(records) < n:
            return Answer.no("records_at_least", **shown, now=len(records))
        return Answer.no("records_at_least.incomplete", **shown, now=len(full), **_gaps(records, declared.fields, complete))

    return check


def _gaps(records: Sequence[Record], fields: Mapping[str, Any], complete: Sequence[str]) -> dict[str, Any]:
    """Return which records lack something, and which fields are empty in any of them."""
    lacking = [name for name in complete if any(not is_set(r.values.get(name)) for r in records)]
    numbers = [r.no for r in records if any(not is_set(r.values.get(name)) for name in complete)]
    return {"records": numbers, "missing": lacking, "missing_title": titles(fields, lacking)}


def records_all(params: Params) -> Check:
    """Ask whether a field is set in every record of a list, or is one of the values given."""
    key, name, among = params["list"], params["field"], params["among"]

    def check(view: GuardView) -> Answer:
        declared, records = view.version.records[key], view.records(key)
        failing = [r for r in records if not _is_right(r.values.get(name), among)]
        if not failing:
            return YES
        shown = {
            "list": key,
            "list_title": dict(declared.title),
            "field_title": title(declared.fields, name),
            "records": [r.no for r in failing],
            "now": len(records) - len(failing),
            "there": len(records),
        }
        if not among:
            return Answer.no("records_all", **shown)
        labels = [value_title(declared.fields.get(name), value) for value in among]
        return Answer.no("records_all.among", **shown, among_title=labels)

    return check


def matches(record: Record, where: Mapping[str, Any]) -> bool:
    """Tell whether each named field of a record has the value, or one of the values."""
    return all(
        any(same(record.values.get(name), one) for one in (wanted if isinstance(wanted, list) else [wanted]))
        for name, wanted in where.items()
    )


def _is_right(value: Any, among: Sequence[Any]) -> bool:
    return any(same(value, one) for one in among) if among else is_set(value)
