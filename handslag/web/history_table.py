"""Entries of histories as a table to take along: who, in which role, for whom, from where, what, on what ground."""

from __future__ import annotations

from handslag.tables.table import Column, Row
from handslag.web.case_view import CaseView
from handslag.web.history_view import KINDS, EntrySaid
from handslag.web.labels import Labels
from storage.reads import EntryLine

SURFACES = {
    "web": "web pages", "cli": "command line", "api": "program interface", "worker": "by itself", "import": "import",
    "demo": "demonstration",
}  # fmt: skip


def surface(t: Labels, key: str) -> str:
    """Return what a surface is called."""
    return t(SURFACES.get(key, key))


def entry_columns(t: Labels, *, one_case: bool = False) -> list[Column]:
    """Return the columns of a list of entries. one_case: of one case only, so that its name need not stand in each line."""
    return [
        Column(key="case", title=t("Case"), printed=not one_case),
        Column(key="title", title=t("Company"), printed=not one_case),
        Column(key="entry", title=t("Entry"), kind="number"),
        Column(key="recorded_at", title=t("Recorded"), kind="instant"),
        Column(key="happened_at", title=t("Happened"), kind="instant", printed=one_case),
        Column(key="by", title=t("Who")),
        Column(key="surface", title=t("From where"), printed=False),
        Column(key="kind", title=t("Kind"), printed=False),
        Column(key="what", title=t("What")),
        Column(key="from", title=t("From phase")),
        Column(key="to", title=t("To phase")),
        Column(key="reason", title=t("Reason")),
        Column(key="guards", title=t("Asked then")),
        Column(key="changes", title=t("What changed")),
        Column(key="hash", title=t("Hash"), printed=False),
    ]


def entry_row(view: CaseView, line: EntryLine, said: EntrySaid) -> Row:
    """Return an entry's cells."""
    t = view.labels
    guards = "\n".join(f"{t('met:') if guard.met else t('missing:')} {guard.says}" for guard in said.guards)
    return (
        view.case.number, view.case.title, line.no, line.recorded_at, line.happened_at, said.by,
        surface(t, line.entry["actor"]["surface"]), t(KINDS.get(line.kind, line.kind)), said.what, view.phase(line.source),
        view.phase(line.target),
        said.reason, guards, "\n".join(said.changes), line.hash,
    )  # fmt: skip
