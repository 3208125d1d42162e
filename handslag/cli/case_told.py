"""A case on one screen: where it stands, who takes part, what is known, owed and promised."""

from __future__ import annotations

from collections.abc import Sequence

from handslag.cli.case_view import CaseView
from handslag.cli.printing import pairs, say, table
from handslag.cli.sums_told import brief_sum

NEXT = 12  # promises shown; a running partnership has a hundred


def show_case(view: CaseView) -> None:
    """Print a case for people."""
    case = view.case
    closed = f"closed on {case.closed_on}: {case.outcome}" if case.closed_on else ""
    pairs(
        (
            ("case", f"{case.number}  {case.title}"),
            ("phase", f"{view.phase(case.phase)} ({case.phase}) since {case.phase_since}"),
            ("", closed),
            ("programme", view.programme.name),
            ("workflow", view.version.name),
            ("entries", case.revision),
        )
    )
    for part in (_seats, _parties, _facts, _records, _waits, _owed, _promised):
        part(view)
    say("", f"what can be done: handslag case moves {case.number}")


def _seats(view: CaseView) -> None:
    held = [s for s in view.case.seats.values() if s.holds_on(view.today)]
    rows = [(s.no, view.role(s.role), view.person(s.person) if s.person else view.contact(s.contact), s.since) for s in held]
    _block("people", ("no", "role", "who", "since"), rows)


def _parties(view: CaseView) -> None:
    rows = [(p.no, view.organisation(p.organisation), p.kind, p.joined_on, p.left_on) for p in view.case.parties.values()]
    _block("parties", ("no", "organisation", "part", "joined", "left"), rows)


def _facts(view: CaseView) -> None:
    declared = view.version.facts
    rows = [
        (key, view.text(declared[key].title) if key in declared else key, view.fact(declared.get(key), value))
        for key, value in view.case.facts.items()
    ]
    _block("facts", ("fact", "title", "value"), rows)


def _records(view: CaseView) -> None:
    for key, declared in view.version.records.items():
        records = view.case.records_of(key)
        names = [name for name in declared.fields if any(name in r.values for r in records)]
        rows = [(r.no, *(view.fact(declared.fields[name], r.values.get(name)) for name in names)) for r in records]
        _block(f"{key}: {view.text(declared.title)}", ("no", *names), rows)


def _waits(view: CaseView) -> None:
    waits = [wait for wait in view.case.waits.values() if wait.until > view.today]
    _block("pauses", ("no", "reason", "from", "to before"), [(w.no, w.reason, w.first, w.until) for w in waits])


def _owed(view: CaseView) -> None:
    rows = [
        (d.no, view.owed(d), view.seat(d.seat), d.due_on, d.state + (", missed" if d.missed_at else ""), brief_sum(d.sum))
        for d in sorted(view.case.open_deadlines(), key=lambda d: (d.due_on, d.no))
    ]
    _block("owed", ("no", "what", "by", "due", "state", "sum"), rows)


def _promised(view: CaseView) -> None:
    everything = sorted(view.case.pending(), key=lambda p: (p.due_at, p.no))
    pending = everything[:NEXT]
    rows = [
        (p.no, p.kind, p.code or p.task or p.step, view.seat(p.seat), view.at(p.due_at), p.state, view.why(p.why))
        for p in pending
    ]
    _block("promised", ("no", "kind", "what", "to", "when", "state", ""), rows)
    if len(everything) > NEXT:
        say(f"and {len(everything) - NEXT} more: handslag case promises {view.case.number}")


def _block(title: str, titles: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        say("", f"{title}:")
        table(titles, rows)
