"""The panel before an act: what it asks for, what would happen, and the one button that does exactly that.

Looking changes nothing. The form carries the digest of the plan it shows; if the plan has changed since, the new one is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.responses import Response

from engine import use_cases
from engine.acts import Act
from engine.declared import Transition
from engine.errors import BadInput, Fault, GuardsUnmet, HandslagError, NotFound, NotPermitted, PlanChanged
from engine.use_cases import Outcome
from handslag.web.case_view import CaseView, look
from handslag.web.doing import do
from handslag.web.fields import Field, fault_said
from handslag.web.mail_choices import PREFIX, Choices, choices_of, mails_of
from handslag.web.moves_view import conditions_of
from handslag.web.pages.case_frame import case_page
from handslag.web.plan import plan_of
from handslag.web.visit import Posted, Visit, see_other


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What an act is called and asks. fields: from view, what was typed (None: nothing yet) and faults; make: the act.

    transition: of a move, for telling its conditions; on_behalf: whether it can be done for somebody outside.
    """

    title: str
    submit: str
    fields: Callable[[Posted | None, Sequence[Fault]], tuple[Field, ...]]
    make: Callable[[Posted | None], Act]
    lead: str = ""
    transition: Transition | None = None
    on_behalf: bool = False


def panel(visit: Visit, number: str, asking_of: Callable[[CaseView], Asking], form: Posted | None = None) -> Response:
    """Show the panel of an act, or do the act where the form says `step=do`."""
    view = look(visit, number)
    asking = asking_of(view)
    if form is None or form.text("step") != "do" or not form.text("digest"):  # nothing unseen is ever done
        return _show(view, asking, form)
    choices = choices_of(form, view.zone)
    try:
        outcome = do(
            visit, number, asking.make(form), revision=form.number("revision"), confirm=form.text("digest"),
            for_whom=form.text("for_whom"), mails=choices.decided,
        )  # fmt: skip
    except PlanChanged:
        return _show(look(visit, number), asking, form, changed=True)
    except BadInput as error:
        return _show(view, asking, form, faults=choices.placed(error.faults))
    except GuardsUnmet:
        return _show(look(visit, number), asking, form)
    return see_other(f"/cases/{number}?done={outcome.decisions[-1].entry.no}")


def _show(
    view: CaseView, asking: Asking, form: Posted | None, *, faults: Sequence[Fault] = (), changed: bool = False
) -> Response:
    look = _look(view, asking, form)
    outcome, error, found = look.outcome, look.error, look.faults
    typed = form is not None
    wrong = (*faults, *found) if typed else ()
    unmet = conditions_of(view, asking.transition, error.blocks) if asking.transition and isinstance(error, GuardsUnmet) else []
    status = 409 if changed else 422 if wrong or (typed and error) else 200
    return case_page(
        view,
        "panel.html",
        status,
        tab="moves",
        asking=asking,
        fields=asking.fields(form, wrong),
        errors=_summary(view, wrong),
        plan=plan_of(view, outcome, choices=look.choices, digest=look.digest) if outcome else None,
        wrong={f.place: fault_said(view.labels, f) for f in wrong if f.place.startswith(PREFIX)},
        unmet=unmet,
        refusal=_refusal(view, error) if error and not unmet else "",
        missing=bool(found) and not outcome,
        changed=changed,
        for_whom=form.text("for_whom") if form else "",
        hold=int(view.visit.house.tools.hold.total_seconds()) // 60,
        action=view.visit.path,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What would happen, or why nothing can: an error, or the faults of what was typed.

    digest: of the plan with every mail sent, which is what the form confirms, together with its choices about the mails.
    """

    outcome: Outcome | None = None
    error: HandslagError | None = None
    faults: Sequence[Fault] = ()
    choices: Choices = field(default_factory=Choices)
    digest: str = ""


def _look(view: CaseView, asking: Asking, form: Posted | None) -> _Looked:
    try:
        act, for_whom = asking.make(form), form.text("for_whom") if form else ""
        plain = _preview(view, act, for_whom)
        typed = choices_of(form, view.zone).of(mails_of(plain))
        if not typed.decided:
            return _Looked(outcome=plain, choices=typed, digest=plain.digest)
        return _decided(view, act, for_whom, plain, typed)
    except BadInput as error:
        return _Looked(faults=error.faults)
    except (NotFound, NotPermitted):
        raise
    except HandslagError as error:
        return _Looked(error=error)


def _decided(view: CaseView, act: Act, for_whom: str, plain: Outcome, typed: Choices) -> _Looked:
    """Return the plan with what was decided about its mails; a decision that is not complete is shown and left out."""
    try:
        return _Looked(outcome=_preview(view, act, for_whom, typed), choices=typed, digest=plain.digest)
    except BadInput as error:
        faults = typed.placed(error.faults)
        outcome = _preview(view, act, for_whom, typed.but(faults))
        return _Looked(outcome=outcome, faults=faults, choices=typed, digest=plain.digest)


def _preview(view: CaseView, act: Act, for_whom: str, choices: Choices | None = None) -> Outcome:
    tools, number = view.visit.house.tools, view.case.number
    call = view.call(for_whom, choices.decided if choices else ())
    return view.visit.house.store.read(lambda tx: use_cases.preview(tx, tools, number, act, call))


def _refusal(view: CaseView, error: HandslagError) -> str:
    return view.labels.words.sentence(error.reason, view.labels.language)


def _summary(view: CaseView, faults: Sequence[Fault]) -> list[tuple[str, str]]:
    """Return every fault with the id of its field, once each, for the list at the top."""
    return list(dict.fromkeys((fault.place, fault_said(view.labels, fault)) for fault in faults))


def text_field(view: CaseView, name: str, label: str, form: Posted | None, faults: Sequence[Fault], **more: Any) -> Field:
    """Return a field of free text; a fault of its name stands beside it."""
    wrong = next((f for f in faults if f.place == name), None)
    error = fault_said(view.labels, wrong) if wrong else ""
    return Field(name=name, label=label, kind="area", value=form.text(name) if form else "", error=error, **more)
