"""The use cases: synchronous functions of a transaction. Every surface calls these and nothing below them.

A use case may run twice (the store retries serialization failures), so it has no effect outside its transaction. What it did is
told in an `Outcome`; a preview is the same function without the writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.acts import Act, JoinParty, OpenCase, Resend, Undo
from engine.case import Case
from engine.codec import compact, plain
from engine.decide import decide
from engine.declared import Version, VersionRef
from engine.draft import Call, Decision, Draft, Past, Scene
from engine.errors import CaseConflict, PlanChanged
from engine.letters import Message
from engine.moves import Offer, offers
from engine.outgoing import fingerprint, message_of, post, recall
from engine.ports import Companies, Ids, Render, Tx
from engine.programme import Programme
from engine.sealing import seal
from engine.undoing import MOVES


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What use cases are handed besides the transaction. hold: how long the mails of a person's move wait, and how long it can
    be undone; zero for not at all.
    """

    render: Render
    ids: Ids
    hold: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an act did, or would do: its decisions in order, the messages rendered, the instant of the look, the hold time."""

    decisions: tuple[Decision, ...]
    messages: tuple[Message, ...]
    now: datetime
    hold: timedelta = timedelta()

    @property
    def case(self) -> Case:
        """The case after it."""
        return self.decisions[-1].after

    @property
    def can_be_undone(self) -> bool:
        """Whether it is a person's move, whose mails wait for the hold time."""
        return any(d.entry.kind in MOVES and d.entry.actor.kind != "system" for d in self.decisions)

    @property
    def digest(self) -> str:
        """The digest of the whole plan; made when asked for, since most acts confirm no preview."""
        return _digest(self.decisions, self.messages, self.now, self.hold)


def scene_of(tx: Tx, case: Case) -> Scene:
    """Read what a decision about a case may know."""
    return _scene(tx, case, tx.version(case.version), tx.programme(case.programme), tx.companies(case))


def scenes_of(tx: Tx, numbers: Sequence[str]) -> tuple[Scene, ...]:
    """Read what `scene_of` reads of each case, many of them at once; nothing is written in between."""
    cases = tx.cases(numbers)
    versions = {ref: tx.version(ref) for ref in {case.version for case in cases}}
    programmes = {key: tx.programme(key) for key in {case.programme for case in cases}}
    companies = tx.companies_by_case(cases)
    return tuple(_scene(tx, c, versions[c.version], programmes[c.programme], companies[c.id]) for c in cases)


def _scene(tx: Tx, case: Case, version: Version, programme: Programme, companies: Companies) -> Scene:
    names = tuple(
        {f: None for t in version.transitions.values() if case.phase in t.sources for g in t.guards for f in g.figures}
    )
    sending = [p.message for p in case.promises.values() if p.state == "queued" and p.message]
    return Scene(
        version=version,
        programme=programme,
        case=case,
        companies=companies,
        figures=tx.figures(case, names) if names else {},
        claimed=tx.claimed(sending) if sending else frozenset(),
    )


def perform(tx: Tx, tools: Tools, number: str, act: Act, call: Call, *, revision: int = 0, confirm: str = "") -> Outcome:
    """Do an act to a case, in this transaction.

    revision: the one the actor has seen, 0 for any; confirm: digest of the preview that was confirmed, empty for none.
    Raises: whatever `decide` raises; CaseConflict (somebody was faster), PlanChanged, TextFails. Nothing is written then.
    """
    case = _case_for(tx, number, act)
    if revision and case.revision != revision:
        raise conflict(tx, number, revision)
    scene = _scene_for(tx, case, act)
    outcome = consider(tx, tools, scene, act, call)
    if confirm and outcome.digest != confirm:
        raise PlanChanged(
            f"case {number}: what would happen has changed since it was looked at (now {outcome.digest}); look again",
            digest=outcome.digest,
        )
    write(tx, tools, scene, outcome, call)
    return outcome


def preview(tx: Tx, tools: Tools, number: str, act: Act, call: Call) -> Outcome:
    """Return what `perform` would do, every mail rendered; leaves no trace."""
    return consider(tx, tools, _scene_for(tx, _case_for(tx, number, act), act), act, call)


def _case_for(tx: Tx, number: str, act: Act) -> Case:
    """Read the case as an act needs it: what is sent again or undone has ended, so it is among the whole case only."""
    return tx.case(number, whole=isinstance(act, Resend | Undo))


def _scene_for(tx: Tx, case: Case, act: Act) -> Scene:
    """Read the scene of an act; an organisation that joins is part of it already, and an undo knows what it undoes."""
    scene = scene_of(tx, case)
    if isinstance(act, Undo):
        return replace(scene, past=_past(tx, case, act.entry))
    if not isinstance(act, JoinParty):
        return scene
    joining = tx.companies_of([act.party.organisation])
    companies = Companies(
        organisations={**scene.companies.organisations, **joining.organisations},
        contacts={**scene.companies.contacts, **joining.contacts},
    )
    return replace(scene, companies=companies)


def _past(tx: Tx, case: Case, entry: int) -> Past:
    """Read the entries from one on, and the messages of the promises that it touched."""
    entries = tuple(tx.entries(case.number, after=max(0, entry - 1)))
    touched = [change for e in entries[:1] for change in e["changes"] if change["kind"] == "promise"]
    ids = {(change[side] or {}).get("message") for change in touched for side in ("old", "new")}
    ids |= {case.promises[change["no"]].message for change in touched}
    return Past(entries=entries, messages={id_: tx.message(id_) for id_ in sorted(i for i in ids if i)})


def open_case(tx: Tx, tools: Tools, programme: Programme, version: Version, act: OpenCase, call: Call) -> Outcome:
    """Open a case (or take one over) under the next free number of the programme's year."""
    number = tx.give_number(programme, programme.calendar.local_day(call.now).year)
    case = _blank(programme, version, number)
    case = replace(case, id=tx.insert_case(case))
    scene = _opening_scene(tx, programme, version, case, act)
    outcome = consider(tx, tools, scene, act, call)
    write(tx, tools, scene, outcome, call)
    return outcome


def preview_open(tx: Tx, tools: Tools, programme: Programme, version: Version, act: OpenCase, call: Call) -> Outcome:
    """Return what `open_case` would do; the number, not yet given, stands as a placeholder."""
    year = programme.calendar.local_day(call.now).year
    case = _blank(programme, version, f"{programme.code}-{year}-····")
    return consider(tx, tools, _opening_scene(tx, programme, version, case, act), act, call)


def _blank(programme: Programme, version: Version, number: str) -> Case:
    ref = VersionRef(key=version.key, number=version.number, hash=version.hash)
    return Case(number=number, programme=programme.key, version=ref)


def _opening_scene(tx: Tx, programme: Programme, version: Version, case: Case, act: OpenCase) -> Scene:
    companies = tx.companies_of([party.organisation for party in act.parties])
    return Scene(version=version, programme=programme, case=case, companies=companies, figures={})


def moves_of(tx: Tx, number: str, call: Call) -> tuple[Offer, ...]:
    """Return every move out of a case's phase, allowed or not, with what each guard says."""
    return offers(Draft(scene_of(tx, tx.case(number)), call))


def consider(tx: Tx, tools: Tools, scene: Scene, act: Act, call: Call) -> Outcome:
    """Decide and render, without writing."""
    decisions = decide(replace(scene, hold=tools.hold), act, call)
    messages = tuple(
        message_of(letter, d.after.number, scene.programme, tools.render, call.now) for d in decisions for letter in d.letters
    )
    return Outcome(decisions=decisions, messages=messages, now=call.now, hold=tools.hold)


def _digest(decisions: Iterable[Decision], messages: Sequence[Message], now: datetime, hold: timedelta) -> str:
    """Fingerprint a plan: its changes and mails, with the instants and the fresh ids of this look at it left out."""
    parts = [
        compact(plain([[c.kind, c.no, c.old, c.new] for c in d.entry.changes])) + d.entry.kind + d.entry.transition
        for d in decisions
    ]
    parts += [compact([m.address, m.subject, m.text, m.html, m.document]) for m in messages]
    text = "\n".join(parts).replace(compact(plain(now)), '"now"').replace(compact(plain(now + hold)), '"later"')
    for n, message in enumerate(messages):
        text = text.replace(message.id, f"message-{n}")
    return fingerprint([text])


def write(tx: Tx, tools: Tools, scene: Scene, outcome: Outcome, call: Call) -> None:
    """Write decisions and messages, each entry sealed after the one before it."""
    head, before = scene.case.head, scene.case
    for decision in outcome.decisions:
        sealed = seal(decision.entry, decision.after, scene.version, head, tools.ids.salt)
        head = sealed.hash
        after = replace(decision.after, head=head)
        tx.write(before, after, decision.entry.changes, sealed)
        before = after
        recall(tx, decision, tools.render, call.now)
    for message in outcome.messages:
        post(tx, message, tools.render)


def conflict(tx: Tx, number: str, seen: int) -> CaseConflict:
    """Return the conflict that says who did what when."""
    last = tx.last_move(number)
    return CaseConflict(
        f"case {number} has changed since you looked (entry {seen}): "
        f"{last['by']} did {last['did']!r} at {last['at']}; look again",
        number=number,
        **last,
    )
