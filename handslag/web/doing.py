"""Doing an act to a case from a page, in one transaction: has anybody changed it meanwhile, is the plan still the one seen?"""

from __future__ import annotations

from engine import use_cases
from engine.acts import Act, MailChoice
from engine.errors import CaseConflict, PlanChanged
from engine.ports import Tx
from engine.use_cases import Outcome
from handslag.web.case_view import view_of
from handslag.web.visit import Visit
from storage.reads import history


def do(
    visit: Visit, number: str, act: Act, *, revision: int = 0, confirm: str = "", for_whom: str = "",
    mails: tuple[MailChoice, ...] = (),
) -> Outcome:  # fmt: skip
    """Do an act. revision: the last entry the person has seen; confirm: digest of the plan seen, with every mail sent; mails:
    what was decided about the mails of that plan. Plan and decisions together are what was confirmed, and what happens.

    Raises: NotFound, CaseConflict (another person has changed the case since), PlanChanged, and whatever the engine raises.
    """

    def write(tx: Tx) -> Outcome:
        view = view_of(visit, tx, number)
        refuse_if_changed(tx, number, view.case.revision, revision)
        tools = visit.house.tools
        if not mails:
            return use_cases.perform(tx, tools, number, act, view.call(for_whom), confirm=confirm)
        plain = use_cases.preview(tx, tools, number, act, view.call(for_whom))
        if confirm and plain.digest != confirm:
            raise PlanChanged(f"case {number}: what would happen has changed since it was looked at", digest=plain.digest)
        return use_cases.perform(tx, tools, number, act, view.call(for_whom, mails))

    return visit.house.store.run(write)


def refuse_if_changed(tx: Tx, number: str, revision: int, seen: int) -> None:
    """Raise CaseConflict where a person has written to the case since entry `seen`; what the system noted is no conflict."""
    if not seen or seen >= revision:
        return
    people = [line for line in history(tx, number, after=seen) if line.entry["actor"]["kind"] != "system"]
    if people:
        found = use_cases.conflict(tx, number, seen)
        raise CaseConflict(found.sentence, **{**found.values, "seen": seen})
