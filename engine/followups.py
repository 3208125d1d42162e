"""Follow-ups: which occurrences a case has, which of them are rows now, and which are only foreseen.

Of a repeating follow-up the current and the next occurrence are rows with their whole ladder. An occurrence stops being current
when it ends or is missed; the one after the next opens in that same transaction. Later ones come from the same `occurrences`.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice, takewhile

from engine.case import Deadline
from engine.deadlines import close, grace_step, open_deadline, redate, term_step
from engine.declared import FollowUp
from engine.draft import Draft
from engine.programme import Programme
from engine.seats import distinct_owners
from engine.sums import Step, due_of, reckon, started
from engine.terms import Term, add_calendar, add_months, parse_term

AHEAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time a follow-up is owed. key: its anchor day, ISO; ops: the steps of its due date."""

    key: str
    ops: tuple[Step, ...]


def occurrences(
    followup: FollowUp, facts: Mapping[str, object], programme: Programme, period: tuple[date, date | None]
) -> Iterator[Occurrence]:
    """Yield the occurrences of a follow-up in a period, in order; follow-ups that hang on another yield none.

    period: first day of the agreement, and the first day without it (None: open-ended, then without end).
    """
    start, end = period
    ends_by_itself = bool(followup.anchor.fact or followup.anchor.halfway)
    for anchor, why in _anchors(followup, facts, programme, start, end):
        occurrence = _occurrence(followup, anchor, why)
        due = due_of(reckon(occurrence.ops, programme.calendar))
        if end is not None and due >= end and not ends_by_itself:
            return
        yield occurrence


def _occurrence(followup: FollowUp, anchor: date, why: str) -> Occurrence:
    ops: tuple[Step, ...] = (started(anchor, why, followup.key),)
    if followup.offset is not None:
        ops = (*ops, term_step(followup.offset))
    return Occurrence(key=anchor.isoformat(), ops=(*ops, *grace_step(followup.grace)))


def _anchors(
    followup: FollowUp, facts: Mapping[str, object], programme: Programme, start: date, end: date | None
) -> Iterator[tuple[date, str]]:
    anchor = followup.anchor
    if anchor.fact:
        yield from _from_fact(followup, facts, end)
    elif anchor.calendar:
        yield from ((d, "calendar") for d in _calendar_days(anchor.calendar, start, followup.first))
    elif anchor.financial_year:
        text = str(facts.get(anchor.financial_year) or "12-31")
        month, day = (int(part) for part in text.split("-"))
        yield from ((d, "financial_year") for d in _calendar_days(((month, day),), start, followup.first))
    elif anchor.events:
        yield from ((d, "event") for d in sorted(programme.events.get(anchor.events, ())) if d > start)
    elif anchor.halfway:
        first, last = (facts.get(key) for key in anchor.halfway)
        if first and last:
            a, b = date.fromisoformat(str(first)), date.fromisoformat(str(last))
            yield a + (b - a) // 2, "halfway"


def _from_fact(followup: FollowUp, facts: Mapping[str, object], end: date | None) -> Iterator[tuple[date, str]]:
    value = facts.get(followup.anchor.fact)
    if not value:
        return
    day = date.fromisoformat(str(value))
    if followup.repeat is None:
        yield day, "fact"
        return
    for n in count(0 if followup.first == "now" else 1):
        term = Term(followup.repeat.count * n, followup.repeat.unit)
        nth = add_calendar(day, term)
        if end is not None and nth >= end:
            return
        yield nth, "fact"


def month_day(year: int, month: int, day: int) -> date:
    """Return a day of a year, the month's last where the month is shorter."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _calendar_days(days: tuple[tuple[int, int], ...], start: date, first: str) -> Iterator[date]:
    """Yield the fixed calendar days after `start` that the rule for the first one allows, without end."""
    every = (month_day(year, *pair) for year in count(start.year - 1) for pair in sorted(days))
    before = next(every)
    for day in every:
        if day > start and _may_be_first(before, day, start, first):
            yield day
        before = day


def _may_be_first(before: date, day: date, start: date, first: str) -> bool:
    if first == "full_period":
        return before + timedelta(days=1) >= start
    if first == "next":
        return True
    term = parse_term(first)
    return day >= add_months(start, term.count) if term.unit == "months" else day >= add_calendar(start, term)


def period_of(draft: Draft) -> tuple[date, date | None] | None:
    """Return first day and end of the agreement's period; None where it has not begun."""
    period = draft.version.period
    if period is None:
        return (draft.case.phase_since or draft.day), None
    starts, ends = draft.case.facts.get(period.starts), draft.case.facts.get(period.ends)
    if not starts:
        return None
    return date.fromisoformat(str(starts)), date.fromisoformat(str(ends)) if ends else None


def ensure_followups(draft: Draft) -> None:
    """Make the rows of every follow-up what the case's phase and dates want; call it after anything that may matter.

    1. outside its phases: open ones are cancelled;
    2. inside: opened until the current and the next occurrence stand.
    """
    period = period_of(draft)
    for followup in draft.version.followups.values():
        if draft.case.phase not in followup.during:
            if not draft.version.phases[draft.case.phase].stops_clocks:
                _cancel(draft, followup.key)
        elif period is not None and not followup.anchor.after:
            owners = distinct_owners(draft, followup.owner)
            _pass_on(draft, followup, owners)
            for seat in owners:
                _open_next(draft, followup, seat, period)


def _pass_on(draft: Draft, followup: FollowUp, owners: Iterable[str]) -> None:
    """Take back what lies ahead of an owner who is none any more; what is overdue or handed in stays where it is."""
    left = [
        d
        for d in draft.case.open_deadlines()
        if (d.kind, d.rule, d.state) == ("followup", followup.key, "open") and d.seat not in owners and d.missed_at is None
    ]
    for deadline in left:
        close(draft, deadline, "cancelled", "seat_changed")
    set_back(draft, left)


def _cancel(draft: Draft, key: str) -> None:
    ended = [d for d in draft.case.open_deadlines() if d.kind == "followup" and d.rule == key]
    for deadline in ended:
        close(draft, deadline, "cancelled", "left_phase")
    set_back(draft, ended)


def _open_next(draft: Draft, followup: FollowUp, seat: str, period: tuple[date, date | None]) -> None:
    series = series_of(draft, followup.key, seat)
    last = draft.case.schedule.get(series, "")
    rows = [d for d in draft.case.open_deadlines() if (d.kind, d.rule, d.seat) == ("followup", followup.key, seat)]
    if _happens_once(followup):
        _keep_single(draft, series, rows, next(occurrences(followup, draft.case.facts, draft.programme, period), None))
        last = draft.case.schedule.get(series, "")
    else:
        rows = _still_dated(draft, rows, occurrences(followup, draft.case.facts, draft.programme, period))
        last = draft.case.schedule.get(series, "")
    live, standing = [d for d in rows if d.missed_at is None], {d.occurrence for d in rows}
    fresh = (
        o
        for o in occurrences(followup, draft.case.facts, draft.programme, period)
        if o.key > last and o.key not in standing and _is_ahead(draft, o)
    )
    for occurrence in islice(fresh, max(0, AHEAD - len(live))):
        open_deadline(draft, kind="followup", rule=followup.key, seat=seat, ops=occurrence.ops, occurrence=occurrence.key)
        draft.mark(series, max(occurrence.key, *standing, ""))


def _still_dated(draft: Draft, rows: list[Deadline], dated: Iterator[Occurrence]) -> list[Deadline]:
    """Take back what an amended end, year or start of the agreement leaves without a date; returns what stays."""
    latest = max((d.occurrence for d in rows), default="")
    named = {o.key for o in takewhile(lambda o: o.key <= latest, dated)}
    gone = [d for d in rows if d.state == "open" and d.missed_at is None and d.occurrence not in named]
    for deadline in gone:
        close(draft, deadline, "cancelled", "date_moved")
    set_back(draft, gone)
    return [d for d in rows if d not in gone]


def _happens_once(followup: FollowUp) -> bool:
    return followup.anchor.halfway is not None or bool(followup.anchor.fact and followup.repeat is None)


def _keep_single(draft: Draft, series: str, rows: Iterable[Deadline], wanted: Occurrence | None) -> None:
    """Let what happens once move with the fact it hangs on: it is never asked for twice because its date has changed."""
    last = draft.case.schedule.get(series, "")
    if wanted is None or not last or last == wanted.key:
        return
    for deadline in rows:
        if deadline.state == "open" and not deadline.extended:
            redate(draft, deadline, wanted.ops, occurrence=wanted.key)
    draft.mark(series, wanted.key)


def series_of(draft: Draft, rule: str, seat: str) -> str:
    """Return the name under which a case remembers the last opened occurrence of one seat's follow-up in this period."""
    return f"{rule}@{seat}@{draft.case.period}"


def _is_ahead(draft: Draft, occurrence: Occurrence) -> bool:
    """Whether its due date is today or later: what fell due before it could be planned is not owed."""
    return due_of(reckon(occurrence.ops, draft.programme.calendar)) >= draft.day


def spend(draft: Draft, done: Deadline) -> None:
    """Remember that an occurrence has ended by what somebody did: a series that was set back must not ask for it again."""
    if done.kind == "followup":
        series = series_of(draft, done.rule, done.seat)
        last = draft.case.schedule.get(series)
        if last is not None and last < done.occurrence:
            draft.mark(series, done.occurrence)


def open_after(draft: Draft, done: Deadline) -> None:
    """Open the follow-ups that hang on the acceptance of another one."""
    spend(draft, done)
    for followup in draft.version.followups.values():
        if followup.anchor.after == done.rule and draft.case.phase in followup.during:
            occurrence = _occurrence(followup, draft.day, "accepted")
            for seat in distinct_owners(draft, followup.owner):
                open_deadline(
                    draft, kind="followup", rule=followup.key, seat=seat, ops=occurrence.ops, occurrence=occurrence.key
                )


def skip_paused(draft: Draft, first: date, until: date) -> None:
    """End what is dated by calendar or financial year inside a pause: `skipped: paused`; later ones keep their dates.

    The series is set back to before the first one skipped, so that an early resume finds again what then lies ahead.
    """
    skipped: list[Deadline] = []
    for deadline in draft.case.open_deadlines():
        if deadline.kind != "followup" or not first <= deadline.due_on < until:
            continue
        anchor = draft.version.followups[deadline.rule].anchor
        if anchor.calendar or anchor.financial_year or anchor.events:
            close(draft, deadline, "cancelled", "paused", promises="skipped")
            skipped.append(deadline)
    set_back(draft, skipped)


def record_series(draft: Draft, record: int) -> str:
    """Return the name under which a case remembers that a record's deadline was opened in this period."""
    return f"record#{record}@{draft.case.period}"


def set_back(draft: Draft, ended: Iterable[Deadline]) -> None:
    """Forget that these were opened, because where the case stands ended them and not what anybody did: once it stands there
    again (an early resume, a correction of a wrong move) what then lies ahead is owed again.
    """
    skipped: dict[str, list[str]] = {}
    for deadline in ended:
        if deadline.kind == "record":
            draft.mark(record_series(draft, deadline.record), "")
        elif deadline.kind == "followup":
            skipped.setdefault(series_of(draft, deadline.rule, deadline.seat), []).append(deadline.occurrence)
    for series, of_series in skipped.items():
        if draft.case.schedule.get(series):
            _set_back(draft, series, of_series)


def _set_back(draft: Draft, series: str, skipped: list[str]) -> None:
    """Forget that occurrences were opened, up to the last one that has ended otherwise: it must never be asked for again."""
    rule, seat, _ = series.split("@")
    still_open = {d.occurrence for d in draft.case.open_deadlines() if (d.rule, d.seat) == (rule, seat)}
    followup, period = draft.version.followups[rule], period_of(draft)
    if period is None:
        return
    opened = (o.key for o in occurrences(followup, draft.case.facts, draft.programme, period))
    known = takewhile(lambda key: key <= draft.case.schedule[series], opened)
    done = max((key for key in known if key not in still_open and key not in skipped), default="")
    back = [key for key in skipped if key > done]
    if back:
        before = (date.fromisoformat(min(back)) - timedelta(days=1)).isoformat()
        draft.mark(series, "" if _happens_once(followup) else min(before, draft.case.schedule[series]))
