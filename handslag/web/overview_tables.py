"""The tables of the overview, to take along: one address for each, with the rows that the page shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from engine.outlook import AT_RISK, EARLY, LIKELY, TOO_LATE, UNSURE
from handslag.tables.table import Column, Row, Table
from handslag.web.exporting import table_of
from handslag.web.labels import Labels
from handslag.web.overview_view import OverviewView
from handslag.web.visit import Visit


class Kept(NamedTuple):
    """A table of the overview. title: in English, for the labels."""

    title: str
    columns: Callable[[Labels], Sequence[Column]]
    rows: Callable[[OverviewView], Sequence[Row]]


def overview_table(visit: Visit, view: OverviewView, key: str) -> Table:
    """Return a table of the overview by its key in `TABLES`."""
    kept, programme = TABLES[key], view.programme
    return table_of(
        visit,
        name=f"{key}-{programme.key}",
        title=visit.labels(kept.title),
        zone=programme.calendar.zone,
        about=[(visit.labels("Programme"), programme.name)],
        columns=kept.columns(visit.labels),
        rows=kept.rows(view),
    )


def _figure(count: int) -> int | None:
    return count if count >= 0 else None


def _case_columns(t: Labels) -> Sequence[Column]:
    return [
        Column(key="target", title=t("Target")),
        Column(key="case", title=t("Case")),
        Column(key="title", title=t("Company")),
        Column(key="coordinator", title=t("Coordinator")),
        Column(key="phase", title=t("Phase")),
        Column(key="days", title=t("Working days there"), kind="number"),
        Column(key="leave_by", title=t("Must leave it by"), kind="date"),
        Column(key="expected", title=t("Signing expected"), kind="date"),
        Column(key="slow", title=t("At a slow pace"), kind="date"),
        Column(key="outlook", title=t("Outlook")),
    ]


def _cases(view: OverviewView) -> Sequence[Row]:
    return [
        (aim.outlook.target.title, line.number, line.title, line.owner, line.phase, line.spent, line.leave_by, line.signed_on,
         line.slow_on, line.said)
        for aim in view.seen.aims
        for line in (*view.case_lines(aim, AT_RISK, LIKELY, UNSURE), *view.case_lines(aim, TOO_LATE, EARLY))
    ]  # fmt: skip


def _phase_columns(t: Labels) -> Sequence[Column]:
    return [
        Column(key="phase", title=t("Phase")),
        Column(key="usual", title=t("Usual"), kind="number"),
        Column(key="source", title=t("Where from")),
        Column(key="slow", title=t("Slowest tenth"), kind="number"),
        Column(key="declared", title=t("Declared")),
        Column(key="longest", title=t("Longest now"), kind="number"),
        Column(key="case", title=t("Case")),
    ]


def _phases(view: OverviewView) -> Sequence[Row]:
    return [
        (line.phase, _figure(line.usual), line.source, _figure(line.slow), line.declared,
         line.spent if line.longest else None, line.longest)
        for line in view.phase_lines()
    ]  # fmt: skip


def _waiting_columns(t: Labels) -> Sequence[Column]:
    return [
        Column(key="waits_for", title=t("Waits for")),
        Column(key="phase", title=t("Phase")),
        Column(key="cases", title=t("Cases"), kind="number"),
        Column(key="since", title=t("Since"), kind="date"),
        Column(key="case", title=t("Case")),
    ]


def _waiting(view: OverviewView) -> Sequence[Row]:
    return [(line.waits_for, line.phase, line.cases, line.since, line.longest) for line in view.waiting_lines()]


def _owed_columns(t: Labels) -> Sequence[Column]:
    return [
        Column(key="waits_for", title=t("Waits for")),
        Column(key="what", title=t("What it has to do")),
        Column(key="items", title=t("Things"), kind="number"),
        Column(key="cases", title=t("Cases"), kind="number"),
        Column(key="earliest", title=t("Earliest day"), kind="date"),
    ]


def _owed(view: OverviewView) -> Sequence[Row]:
    return view.owed_lines()


def _owner_columns(t: Labels) -> Sequence[Column]:
    return [
        Column(key="owner", title=t("Owner")),
        Column(key="role", title=t("Role")),
        Column(key="overdue", title=t("Overdue"), kind="number"),
        Column(key="since", title=t("Oldest since"), kind="date"),
    ]


def _owners(view: OverviewView) -> Sequence[Row]:
    return [(line.name, line.role, line.items, line.since) for line in view.owner_lines()]


TABLES = {
    "cases": Kept("Who must move by when", _case_columns, _cases),
    "phases": Kept("Time in each phase", _phase_columns, _phases),
    "waiting": Kept("Where cases wait, and for whom", _waiting_columns, _waiting),
    "owed": Kept("Who is waited for by what is owed", _owed_columns, _owed),
    "owners": Kept("Overdue by owner", _owner_columns, _owners),
}
