"""Case work that is not a move: facts, records, documents, comments, and what outside changes mean for a case."""

from __future__ import annotations

from engine.acts import AddRecord, ChangeRecord, Comment, ContactChanged, FreezeDocument, Replan, SetFacts
from engine.case import Record
from engine.deadlines import close, open_phase_deadline, redate
from engine.draft import Decision, Draft
from engine.entry import Change
from engine.errors import BadInput, Fault, NotFound
from engine.facts import check_values
from engine.giving import give_facts
from engine.policy import require
from engine.settle import settle
from engine.waiting import move_restart


def set_facts(draft: Draft, act: SetFacts) -> Decision:
    """Set facts. A changed frozen document voids nothing by itself: that is the move `send back`."""
    require(draft.call.actor, "set_facts")
    give_facts(draft, act.facts, what="the case")
    until = draft.version.phases[draft.case.phase].until
    if until and draft.case.facts.get(until) != draft.before.facts.get(until):
        _redate_phase(draft)
        move_restart(draft)
    settle(draft)
    return draft.finish("facts_set", reason=act.reason)


def _redate_phase(draft: Draft) -> None:
    for deadline in draft.case.open_deadlines():
        if deadline.kind == "phase" and deadline.rule == draft.case.phase:
            close(draft, deadline, "cancelled", "date_moved")
    open_phase_deadline(draft)


def add_record(draft: Draft, act: AddRecord) -> Decision:
    """Add an entry to a declared list."""
    require(draft.call.actor, "record")
    record = put_record(draft, act)
    settle(draft)
    return draft.finish("record_added", cause=f"{record.list} {record.no}")


def put_record(draft: Draft, act: AddRecord) -> Record:
    """Add a checked record to the draft, without an entry of its own. Raises: BadInput."""
    declared = draft.version.records.get(act.list)
    if declared is None:
        known = ", ".join(draft.version.records)
        raise BadInput(
            [Fault(place="list", code="unknown", sentence=f"no list {act.list!r}; known: {known}")], what="the record"
        )
    values = check_values(declared.fields, act.values, what=f"a record of {act.list!r}", complete=True)
    kept = {key: value for key, value in values.items() if value is not None}
    return draft.put(Record(no=draft.next_no(), list=act.list, values=kept))


def change_record(draft: Draft, act: ChangeRecord) -> Decision:
    """Change values of a record, or void it with a reason."""
    require(draft.call.actor, "record")
    record = draft.case.records.get(act.no)
    if record is None or record.void_on is not None:
        raise NotFound(f"case {draft.case.number}: no record {act.no}", no=act.no)
    declared = draft.version.records[record.list]
    values = check_values(declared.fields, act.values, what=f"record {act.no} of {record.list!r}")
    merged = {k: v for k, v in {**record.values, **values}.items() if v is not None}
    draft.change(record, values=merged, void_on=draft.day if act.void else None)
    settle(draft)
    return draft.finish(
        "record_voided" if act.void else "record_changed", reason=act.reason, cause=f"{record.list} {record.no}"
    )


def lay_document(draft: Draft, act: FreezeDocument) -> Decision:
    """Lay a stored document into a document fact; a new text after freezing voids every signature on the old one."""
    require(draft.call.actor, "document")
    fact = draft.version.facts.get(act.fact)
    if fact is None or fact.kind != "document":
        known = ", ".join(k for k, f in draft.version.facts.items() if f.kind == "document")
        raise BadInput([Fault(place="fact", code="unknown", sentence=f"no document fact {act.fact!r}; known: {known}")])
    draft.set_fact(act.fact, act.hash)
    settle(draft)
    return draft.finish("document_laid", cause=f"{act.fact} {act.name}")


def comment(draft: Draft, act: Comment) -> Decision:
    """Say something about the case; nothing else changes."""
    require(draft.call.actor, "comment")
    if not act.text.strip():
        raise BadInput([Fault(place="text", code="missing", sentence="a comment needs words")], what="the comment")
    return draft.finish("commented", reason=act.text)


def replan(draft: Draft, act: Replan) -> Decision:
    """Reckon open deadlines again after the calendar changed, because a person decided so."""
    require(draft.call.actor, "replan")
    for deadline in draft.case.open_deadlines():
        if not act.deadlines or deadline.no in act.deadlines:
            redate(draft, deadline)
    return draft.finish("replanned", reason=act.reason)


def contact_changed(draft: Draft, act: ContactChanged) -> Decision:
    """Note that a contact or an organisation of the case changed; a title follows its company's name."""
    require(draft.call.actor, "organisation")
    draft.extra.append(Change(kind=act.kind, no=act.no, old=act.old, new=act.new))
    if act.kind == "organisation" and act.new and "name" in act.new:
        first = next((p for p in draft.case.parties.values() if p.kind == "company"), None)
        if first is not None and first.organisation == act.no:
            draft.set(title=str(act.new["name"]))
    return draft.finish(f"{act.kind}_changed", cause=f"{act.kind} {act.no}")
