"""The registry of shipped guard functions: every function that a workflow may name, with its parameters."""

from __future__ import annotations

from collections.abc import Mapping

from workflows import guards_facts, guards_records, guards_signing, guards_time
from workflows.guard_function import GuardFunction, Param

_UNLESS = Param(name="unless", kind="fact", types=("text",), required=False, default="")
_RULES = Param(name="rules", kind="rules", required=False, default=[])
_LONGER = Param(name="longer_than", kind="term", required=False, default="")
_ROLES = Param(name="roles", kind="signing_roles", required=False, default=[])
_DATE = Param(name="fact", kind="fact", types=("date",))

_ALL = (
    GuardFunction(
        name="registration_noted",
        about="the registration number is well formed (a failed check digit confirmed by a person in the yes-or-no fact "
        "`<number>_confirmed`) and the register status noted",
        make=guards_facts.registration_noted,
        params=(
            Param(name="number", kind="fact", types=("registration",)),
            Param(name="status", kind="fact", types=("text", "choice", "date")),
        ),
    ),
    GuardFunction(
        name="seats_filled",
        about="somebody holds each of these roles, in the case or in the programme",
        make=guards_facts.seats_filled,
        params=(Param(name="seats", kind="roles"),),
    ),
    GuardFunction(
        name="facts_set",
        about="all of these facts are given (a no and a zero count)",
        make=guards_facts.facts_set,
        params=(Param(name="facts", kind="facts"),),
    ),
    GuardFunction(
        name="fact_is",
        about="a fact has this value",
        make=guards_facts.fact_is,
        params=(Param(name="fact", kind="fact"), Param(name="value", kind="value")),
    ),
    GuardFunction(
        name="fact_at_least",
        about="a number reaches a minimum, or the text fact `unless` gives a reason for going below",
        make=guards_facts.fact_at_least,
        params=(Param(name="fact", kind="fact", types=("number",)), Param(name="minimum", kind="number"), _UNLESS),
    ),
    GuardFunction(
        name="open_cases_below",
        about="the case's coordinator has fewer open cases than the limit, or the text fact `unless` gives a reason",
        make=guards_facts.open_cases_below,
        params=(Param(name="limit", kind="whole"), _UNLESS),
        figures=("open_cases",),
    ),
    GuardFunction(
        name="records_at_least",
        about="a list has at least `n` records that match `where`, with every field of `complete` set; "
        "with `distinct`, so many different values of that field",
        make=guards_records.records_at_least,
        params=(
            Param(name="list", kind="list"),
            Param(name="n", kind="whole"),
            Param(name="complete", kind="fields", required=False, default=[]),
            Param(name="where", kind="where", required=False, default={}),
            Param(name="distinct", kind="field", required=False, default=""),
        ),
    ),
    GuardFunction(
        name="records_all",
        about="in every record of a list the field is set, or is among the values (true of an empty list)",
        make=guards_records.records_all,
        params=(
            Param(name="list", kind="list"),
            Param(name="field", kind="field"),
            Param(name="among", kind="values", required=False, default=[]),
        ),
    ),
    GuardFunction(
        name="baseline_given",
        about="all of these facts are given, or all of the `unless` facts that stand in for them",
        make=guards_facts.baseline_given,
        params=(Param(name="facts", kind="facts"), Param(name="unless", kind="facts", required=False, default=[])),
    ),
    GuardFunction(
        name="document_frozen",
        about="the text of the agreement is frozen",
        make=guards_signing.document_frozen,
    ),
    GuardFunction(
        name="signatories_named",
        about="every company party and the municipality have at least `min` signatories with authority, "
        "in these roles (all signing roles where left out)",
        make=guards_signing.signatories_named,
        params=(Param(name="min", kind="whole", required=False, default=1), _ROLES),
    ),
    GuardFunction(
        name="all_signed",
        about="every signatory of these roles (all signing roles where left out) has signed the frozen text, "
        "and every such role that is required has one",
        make=guards_signing.all_signed,
        params=(_ROLES,),
    ),
    GuardFunction(
        name="a_signature_missing",
        about="at least one signature is missing or void",
        make=guards_signing.a_signature_missing,
    ),
    GuardFunction(
        name="nothing_overdue",
        about="nothing is late (by more than `longer_than`; of these `rules` only: keys of phases, follow-ups, lists, tasks)",
        make=guards_time.nothing_overdue,
        params=(_LONGER, _RULES),
    ),
    GuardFunction(
        name="something_overdue",
        about="at least `n` things are late (by more than `longer_than`; of these `rules` only), "
        "or the text fact `unless` gives another reason",
        make=guards_time.something_overdue,
        params=(_LONGER, _RULES, Param(name="n", kind="whole", required=False, default=1), _UNLESS),
    ),
    GuardFunction(
        name="date_reached",
        about="the day that a date fact names has come",
        make=guards_time.date_reached,
        params=(_DATE,),
    ),
    GuardFunction(
        name="date_near",
        about="the day that a date fact names is at most `within` away, before or after",
        make=guards_time.date_near,
        params=(_DATE, Param(name="within", kind="term")),
    ),
)

FUNCTIONS: Mapping[str, GuardFunction] = {function.name: function for function in _ALL}
