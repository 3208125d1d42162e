"""Doing an act to a case from a page, in one transaction: has anybody changed it meanwhile, is the plan still the one seen?"""

from __future__ import annotations

from collections.abc import Mapping

from engine import use_cases
from engine.acts import Act, Suppress
from engine.errors import BadInput, CaseConflict, Fault
from engine.ports import Tx
from engine.use_cases import Outcome
from handslag.web.case_view import view_of
from handslag.web.visit import Visit
from storage.reads import history


def do(
    visit: Visit, number: str, act: Act, *, revision: int = 0, confirm: str = "", for_whom: str = "",
    suppress: Mapping[int, str] | None = None,
) -> Outcome:  # fmt: skip
    """Do an act. revision: the last entry the person has seen; suppress: reason by place of the mail in the plan.

    Raises: NotFound, CaseConflict (another person has changed the case since), PlanChanged, and whatever the engine raises.
    """

    def write(tx: Tx) -> Outcome:
        view = view_of(visit, tx, number)
        refuse_if_changed(tx, number, view.case.revision, revision)
        tools = visit.house.tools
        call = view.call(for_whom)
        outcome = use_cases.perform(tx, tools, number, act, call, confirm=confirm)
        for place, reason in (suppress or {}).items():
            for case, promise in outcome.messages[place].promises if place < len(outcome.messages) else ():
                if not reason:
                    raise BadInput([Fault(place="suppress", code="missing", sentence="suppressing needs a reason")])
                use_cases.perform(tx, tools, case, Suppress(promise=promise, reason=reason), view.call(for_whom))
        return outcome

    return visit.house.store.run(write)


def refuse_if_changed(tx: Tx, number: str, revision: int, seen: int) -> None:
    """Raise CaseConflict where a person has written to the case since entry `seen`; what the system noted is no conflict."""
    if not seen or seen >= revision:
        return
    people = [line for line in history(tx, number, after=seen) if line.entry["actor"]["kind"] != "system"]
    if people:
        found = use_cases.conflict(tx, number, seen)
        raise CaseConflict(found.sentence, **{**found.values, "seen": seen})
