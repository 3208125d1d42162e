"""The charts of the overview: what is drawn, and the sentence that says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.outlook import EARLY, UNSURE
from handslag.overview import COMPANY, MUNICIPALITY, RESTING, Aim
from handslag.web.charts.bars import Length, Part, lengths_chart, parts_chart
from handslag.web.charts.svg import NARROW, WIDE, Drawn
from handslag.web.charts.target import Course, CourseWords, target_chart
from handslag.web.overview_view import OverviewView, OwnerLine, PhaseLine

MOST_OWNERS = 12
SHADES = {MUNICIPALITY: "plain", COMPANY: "hatched", RESTING: "pale"}


def both(draw: Callable[[int], Drawn]) -> Drawn:
    """Return a chart at its two widths; the stylesheet shows the one that fits."""
    return Drawn(draw(WIDE) + draw(NARROW))


def aim_chart(view: OverviewView, aim: Aim, key: str) -> Drawn:
    """Draw the course of a target."""
    found, t = aim.outlook, view.labels
    counted = [e for e in found.cases if e.state not in (EARLY, UNSURE)] if view.seen.today <= found.last else []
    told = t(
        "{done} signed by {today}, {likely} likely by {last}, {wanted} wanted.",
        done=found.done, today=view.short(view.seen.today), likely=found.likely_total, last=view.short(found.last),
        wanted=found.target.count,
    )  # fmt: skip
    course = Course(
        key=key,
        title=t("Agreements signed and expected"),
        told=told,
        mark=found.target.count,
        first=found.target.first,
        last=found.last,
        today=view.seen.today,
        signed=[signing.signed_on for signing in aim.signings],
        usual=sorted(e.signed_on for e in counted if not e.is_beyond),
        slow=sorted(e.slow_on for e in counted if not e.is_beyond),
    )
    words = CourseWords(
        today=t("today"),
        mark=t("target: {n}", n=found.target.count),
        signed=t("{n} signed", n=found.done),
        likely=t("{n} likely", n=found.likely_total),
        day=view.short,
    )
    return both(lambda width: target_chart(course, words, width))


def phases_chart(view: OverviewView, lines: Sequence[PhaseLine]) -> Drawn:
    """Draw how long cases usually stay in each phase, beside the one that has been there longest."""
    t = view.labels
    rows = [
        Length(
            label=line.phase,
            said=view.days(line.usual),
            amount=line.usual,
            reach=max(line.slow, 0),
            allowed=line.allowed if line.allowed >= 0 else None,
            now=line.spent if line.longest else None,
            is_assumed=line.slow < 0,
        )
        for line in lines
        if line.usual >= 0
    ]
    slowest = max(rows, key=lambda row: row.amount, default=None)
    told = t("Longest is {phase}, usually {days}.", phase=slowest.label, days=slowest.said) if slowest else ""
    title = t("Working days in each phase")
    return both(lambda width: lengths_chart("phases", title, told, rows, width))


def waiting_chart(view: OverviewView) -> Drawn:
    """Draw for whom the cases on their way wait."""
    t = view.labels
    names = {MUNICIPALITY: t("the municipality"), COMPANY: t("the company"), RESTING: t("resting")}
    parts = [Part(label=names[side], amount=view.seen.waiting(side), shade=shade) for side, shade in SHADES.items()]
    told = "; ".join(f"{part.label}: {part.amount}" for part in parts)
    title = t("Open cases by who has to act")
    return both(lambda width: parts_chart("waiting", title, told, parts, width))


def owners_chart(view: OverviewView, lines: Sequence[OwnerLine]) -> Drawn:
    """Draw who owes how much too late, whoever stands first in the list; hatched: not the municipality."""
    t = view.labels
    rows = [
        Length(
            label=f"{line.name}, {line.role}" if line.role != line.name else line.name,
            said=t("1 overdue") if line.items == 1 else t("{n} overdue", n=line.items),
            amount=line.items,
            is_assumed=line.side != MUNICIPALITY,
        )
        for line in lines[:MOST_OWNERS]
    ]
    told = "; ".join(f"{row.label}: {row.amount}" for row in rows)
    title = t("Overdue by owner")
    return both(lambda width: lengths_chart("owners", title, told, rows, width))
