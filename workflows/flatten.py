"""From the shape of a workflow file to the engine's `Version`: named ladders written out, defaults filled in, guards bound.

Takes a shape that has passed every check; it finds no faults of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.declared import Anchor, Automatic, FollowUp, Guard, Mail, MailRule, Period, Phase, Transition, Version
from workflows import flatten_parts as parts
from workflows.flatten_guards import Binder
from workflows.model_method import AnchorShape, AutomaticShape, FollowUpShape, PhaseShape, TransitionShape, WorkflowShape


def flatten(flow: WorkflowShape, mails: Mapping[str, Mail], digest: str) -> Version:
    """Return the version that a checked shape and its mails declare."""
    facts, lists = parts.facts(flow.facts), parts.records(flow)
    return Version(
        key=flow.workflow,
        number=flow.number,
        hash=digest,
        languages=tuple(flow.languages),
        fallback=flow.fallback,
        title=flow.title,
        public_title=flow.public_title or flow.title,
        start=flow.start,
        roles=parts.roles(flow),
        facts=facts,
        records=lists,
        phases={key: _phase(flow, key, shape) for key, shape in flow.phases.items()},
        transitions=_transitions(flow, Binder(flow, facts, lists)),
        tasks=parts.tasks(flow),
        followups={key: _followup(flow, key, shape) for key, shape in flow.followups.items()},
        mails=dict(mails),
        period=_period(flow),
        document=flow.document,
        returned_mail=flow.returned_mail,
        accepted_mail=flow.accepted_mail,
        handover_mail=flow.handover_mail,
        outcomes=flow.outcomes,
        retention=flow.retention,
        legal_nature=flow.legal_nature,
    )


def _period(flow: WorkflowShape) -> Period | None:
    shape = flow.period
    return None if shape is None else Period(length=shape.length, starts=shape.starts, ends=shape.ends)


def _phase(flow: WorkflowShape, key: str, shape: PhaseShape) -> Phase:
    return Phase(
        key=key,
        title=shape.title,
        public_title=shape.public_title or shape.title,
        owner=shape.owner,
        stay=shape.stay,
        until=shape.until,
        grace=shape.grace,
        ladder=parts.ladder(flow, shape.ladder),
        tasks=tuple(shape.tasks),
        waits_for=shape.waits_for,
        stops_clocks=shape.stops_clocks,
        ending=shape.ending,
        signed=shape.signed,
        extend_by=shape.extend_by,
    )


def _transitions(flow: WorkflowShape, binder: Binder) -> dict[str, Transition]:
    return {
        key: _transition(key, shape, tuple(binder.bound(use) for use in shape.guards))
        for key, shape in flow.transitions.items()
    }


def _transition(key: str, shape: TransitionShape, guards: tuple[Guard, ...]) -> Transition:
    return Transition(
        key=key,
        code=shape.code or key,
        title=shape.title,
        sources=tuple(shape.from_),
        target=shape.to,
        by=tuple(shape.by),
        guards=guards,
        reason_required=shape.reason_required,
        asks=tuple(shape.asks),
        requires=tuple(shape.requires),
        mails=tuple(MailRule(code=mail.code, to=tuple(mail.to)) for mail in shape.mails),
        tasks=tuple(shape.tasks),
        effects=tuple(shape.effects),
        automatic=_automatic(shape.automatic),
        clears=tuple(shape.clears),
        completes=shape.completes,
        reopens=shape.reopens,
        pauses=shape.pauses,
    )


def _automatic(shape: AutomaticShape | None) -> Automatic | None:
    return None if shape is None else Automatic(on=shape.on, date=shape.date, offset=shape.offset)


def _followup(flow: WorkflowShape, key: str, shape: FollowUpShape) -> FollowUp:
    return FollowUp(
        key=key,
        title=shape.title,
        anchor=_anchor(shape.anchor),
        owner=shape.owner,
        offset=shape.offset,
        first=shape.first,
        repeat=shape.repeat,
        grace=shape.grace,
        ladder=parts.ladder(flow, shape.ladder),
        during=parts.phases_while(flow, shape.during),
        reviewer=shape.reviewer,
        answer_within=shape.answer_within,
        extend_by=shape.extend_by,
    )


def _anchor(shape: AnchorShape) -> Anchor:
    days = [tuple(int(part) for part in day.split("-")) for day in shape.calendar]
    halfway = shape.halfway
    return Anchor(
        fact=shape.fact,
        calendar=tuple((month, day) for month, day in days),
        financial_year=shape.financial_year,
        events=shape.events,
        after=shape.after,
        halfway=(halfway[0], halfway[1]) if halfway else None,
    )
