"""Runs an import: each good row in its own transaction, or all in one; nothing at all where it is only looked at."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar, cast

from engine.declared import VersionRef
from engine.draft import Call
from engine.errors import BadInput, CaseConflict, Fault, HandslagError, NotFound, Refused, TextFails
from engine.policy import require
from engine.ports import Tx
from handslag.acting import account, actor_on
from handslag.intake.cells import Sheets
from handslag.intake.opening_rows import KnownRow, known_keys, known_row, open_row
from handslag.intake.plan import Checked, Plan, Setting
from handslag.intake.report import ALREADY_THERE, HELD_BACK, REFUSED, ImportReport, RowReport
from handslag.intake.rows import check_rows
from handslag.wiring import House
from storage.programme_reads import VersionLine, versions
from workflows.nearest import instead

T = TypeVar("T")
Progress = Callable[[int, int], None]
# What keeps one row out; everything else (a database that stays busy, say) stops the import.
OF_THE_ROW = (BadInput, Refused, NotFound, TextFails)


class Open(Protocol):
    """Opens the case of a plan in a transaction."""

    def __call__(self, tx: Tx, plan: Plan) -> RowReport:
        """Return what became of the row. Raises: KnownRow, one of `OF_THE_ROW`."""


class _TakenBack(Exception):
    """Carries an answer out of a transaction that must leave no trace."""

    def __init__(self, answer: object) -> None:
        self.answer = answer


def run_import(
    house: House,
    key: str,
    programme: str,
    workflow: str,
    sheets: Sheets,
    *,
    dry_run: bool = False,
    all_or_nothing: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> ImportReport:
    """Open a case for each good row and report every row.

    key: who imports; workflow: key of a published one, the latest version of it (empty: the only one there is).
    progress: told (rows done, rows in all). Importing the same rows again changes nothing.
    Raises: NotFound, NotPermitted; BadInput where the file itself is wrong (headers, sheets).
    """
    setting, call = house.store.read(lambda tx: _circumstances(tx, house, key, programme, workflow))
    checked, orphans = check_rows(sheets, setting)

    def opening(tx: Tx, plan: Plan) -> RowReport:
        return open_row(tx, plan, setting, house.tools, house.words, call)

    keys = [row.key for row in checked if row.key]
    known = _looked(house, lambda tx: known_keys(tx, setting, keys)) if keys else frozenset[str]()
    todo = [row.plan for row in checked if row.plan and row.key not in known]
    bad = bool(orphans) or any(row.faults and row.key not in known for row in checked)
    file = sheets.companies.file
    if all_or_nothing and not dry_run:
        opened = _together(house, todo, opening, file, progress, bad=bad)
    else:
        opened = _one_by_one(house, todo, opening, file, progress, keep=not dry_run)
    held = all_or_nothing and (bad or any(row.outcome == REFUSED for row in opened.values()))
    return ImportReport(
        file=file,
        programme=programme,
        workflow=setting.version.name,
        rows=tuple(_finished(_row(row, opened, known), held=held, dry_run=dry_run) for row in checked),
        orphans=tuple(orphans),
        dry_run=dry_run,
    )


def _circumstances(tx: Tx, house: House, key: str, programme: str, workflow: str) -> tuple[Setting, Call]:
    now = house.clock.now()
    found = tx.programme(programme)
    actor = replace(actor_on(found, None, key, now, surface="import"), account=account())
    require(actor, "open_case")
    require(actor, "organisation")
    latest = _latest(versions(tx), workflow)
    version = tx.version(VersionRef(key=latest.key, number=latest.number, hash=latest.hash))
    setting = Setting(programme=found, version=version, today=found.calendar.local_day(now))
    return setting, Call(actor=actor, now=now, ids=house.tools.ids)


def _latest(published: Sequence[VersionLine], workflow: str) -> VersionLine:
    keys = sorted({line.key for line in published})
    if not workflow and len(keys) > 1:
        raise BadInput(
            [Fault(place="--workflow", code="missing", sentence=f"say which workflow; published: {', '.join(keys)}")],
            what="the command",
        )
    mine = [line for line in published if line.key == workflow or not workflow]
    if not mine:
        raise NotFound(f"no workflow {workflow!r} is published; {instead(workflow, keys)}", workflow=workflow)
    return max(mine, key=lambda line: line.number)


def _looked(house: House, use_case: Callable[[Tx], T]) -> T:
    """Run a use case and take everything back; return what it answered."""

    def use(tx: Tx) -> T:
        raise _TakenBack(use_case(tx))

    try:
        return house.store.run(use)
    except _TakenBack as taken:
        return cast(T, taken.answer)


def _one_by_one(
    house: House, plans: Sequence[Plan], opening: Open, file: str, progress: Progress, *, keep: bool
) -> dict[int, RowReport]:
    done: dict[int, RowReport] = {}
    for plan in plans:
        progress(len(done), len(plans))
        try:
            use = partial(opening, plan=plan)
            done[plan.line] = house.store.run(use) if keep else _looked(house, use)
        except KnownRow:
            done[plan.line] = known_row(plan)
        except OF_THE_ROW as error:
            done[plan.line] = _refused(plan, file, error)
    progress(len(plans), len(plans))
    return done


def _together(
    house: House, plans: Sequence[Plan], opening: Open, file: str, progress: Progress, *, bad: bool
) -> dict[int, RowReport]:
    """Open all in one transaction; where one is refused, the others are tried for the report, and all is taken back."""

    def use(tx: Tx) -> dict[int, RowReport]:
        done: dict[int, RowReport] = {}
        for plan in plans:
            progress(len(done), len(plans))
            try:
                done[plan.line] = opening(tx, plan)
            except KnownRow as error:
                raise _TakenBack(None) from error
            except OF_THE_ROW as error:
                done[plan.line] = _refused(plan, file, error)
        progress(len(plans), len(plans))
        if bad or any(row.outcome == REFUSED for row in done.values()):
            raise _TakenBack(done)
        return done

    try:
        return house.store.run(use)
    except _TakenBack as taken:
        if taken.answer is None:
            raise CaseConflict("somebody imported some of these rows at the same time; nothing went in, run it again") from None
        return cast(dict[int, RowReport], taken.answer)


def _row(row: Checked, opened: Mapping[int, RowReport], known: Container[str]) -> RowReport:
    """Return what became of a row. What is there already stays, even if the row would be refused today."""
    if row.key in known:
        return known_row(row)
    if row.plan is None:
        return RowReport(line=row.line, name=row.name, outcome=REFUSED, faults=row.faults)
    return opened[row.line]


def _finished(row: RowReport, *, held: bool, dry_run: bool) -> RowReport:
    """Take back the number of a case that has not come to be."""
    if held and row.outcome not in (REFUSED, ALREADY_THERE):
        return replace(row, outcome=HELD_BACK, case="")
    return replace(row, case="") if dry_run and row.outcome != ALREADY_THERE else row


def _refused(plan: Plan, file: str, error: HandslagError) -> RowReport:
    """Report what the engine said of a row that had passed the checks."""
    if isinstance(error, BadInput):
        faults = tuple(replace(fault, place=f"{file}:{plan.line}:{fault.place}") for fault in error.faults)
    else:
        faults = (Fault(place=f"{file}:{plan.line}:", code=error.code, sentence=error.sentence),)
    return RowReport(line=plan.line, name=plan.name, outcome=REFUSED, faults=faults)
