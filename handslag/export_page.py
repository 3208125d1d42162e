"""The page of an exported case: plain HTML with its style inside, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Any

from engine.case import Case
from engine.declared import Version, pick
from engine.programme import Programme
from storage.outbox_reads import MessageLine
from storage.reads import EntryLine

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a;
       background: #fff }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem } th, td { text-align: left; vertical-align: top;
       padding: .3rem .6rem; border-bottom: 1px solid #ccc } th { font-weight: 600 } caption { text-align: left; color: #555 }
code, .hash { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere } .no { color: #a00 } .yes { color: #060 }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #181818 } th, td { border-color: #444 }
       caption { color: #aaa } .no { color: #f88 } .yes { color: #8d8 } }
"""


def page(
    case: Case,
    programme: Programme,
    version: Version,
    entries: Sequence[EntryLine],
    mails: Sequence[MessageLine],
    *,
    at: datetime,
) -> str:
    """Return the page of a case. at: when it was exported, aware UTC."""
    writer = _Page(case, programme, version)
    body = [writer.head(at), writer.facts(), writer.records(), writer.owed(), writer.promised(), writer.mails(mails)]
    body.append(writer.entries(entries))
    title = escape(f"{case.number} {case.title}")
    return (
        f'<!doctype html>\n<html lang="{escape(version.fallback)}"><head><meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n" + "\n".join(body) + "\n</body></html>\n"
    )


class _Page:
    """Writes the parts of one page."""

    def __init__(self, case: Case, programme: Programme, version: Version) -> None:
        self.case, self.programme, self.version = case, programme, version

    def head(self, at: datetime) -> str:
        case = self.case
        rows = [
            ("Programme", self.programme.name),
            ("Workflow", f"{self._text(self.version.title)} ({self.version.name})"),
            ("Phase", f"{self._phase(case.phase)}, since {case.phase_since}"),
            ("Closed", f"{case.closed_on}: {case.outcome}" if case.closed_on else "no"),
            ("Entries", case.revision),
            ("Last hash", case.head),
            ("Exported", f"{self._local(at)} ({self.programme.calendar.zone})"),
        ]
        return _table("", (), rows)

    def facts(self) -> str:
        declared = self.version.facts
        rows = [(self._text(declared[k].title) if k in declared else k, v) for k, v in self.case.facts.items()]
        return _table("Facts", ("Fact", "Value"), rows)

    def records(self) -> str:
        rows = [
            (r.no, self._text(self.version.records[r.list].title), "; ".join(f"{k}: {v}" for k, v in r.values.items()),
             r.void_on or "")
            for r in self.case.records.values()
        ]  # fmt: skip
        return _table("Records", ("No.", "List", "Values", "Void on"), rows)

    def owed(self) -> str:
        ordered = sorted(self.case.deadlines.values(), key=lambda d: (d.due_on, d.no))
        rows = [(d.no, d.kind, d.rule, d.seat, d.due_on, d.state, d.ended_on or "", d.missed_at and "missed") for d in ordered]
        return _table("Owed", ("No.", "Kind", "Rule", "By", "Due", "State", "Ended", ""), rows)

    def promised(self) -> str:
        ordered = sorted(self.case.promises.values(), key=lambda p: (p.due_at, p.no))
        rows = [(p.no, p.kind, p.code or p.step, p.seat, self._local(p.due_at), p.state, p.why) for p in ordered]
        return _table("Promised", ("No.", "Kind", "What", "To", "When", "State", "Why"), rows)

    def mails(self, mails: Sequence[MessageLine]) -> str:
        rows = [(self._local(m.ended_at or m.not_before), m.code, m.address, m.subject, m.state, m.last_words) for m in mails]
        return _table("Mails", ("When", "Code", "To", "Subject", "State", "The server's last words"), rows)

    def entries(self, entries: Sequence[EntryLine]) -> str:
        told = "\n".join(self._entry(line) for line in entries)
        return f"<h2>History</h2>\n{told}"

    def _entry(self, line: EntryLine) -> str:
        entry = line.entry
        moved = f": {self._phase(line.source)} → {self._phase(line.target)}" if line.source != line.target else ""
        title = escape(f"{line.no}. {line.transition or line.kind}{moved}")
        actor = entry["actor"]
        by = f"{actor['name']} ({', '.join(actor['roles'])})" + (f" for {actor['for']}" if actor.get("for") else "")
        rows: list[tuple[object, object]] = [("By", by), ("Recorded", self._local(line.recorded_at))]
        rows += [("Happened", self._local(line.happened_at))] if line.happened_at != line.recorded_at else []
        rows += [(name.title(), entry[name]) for name in ("reason", "cause") if entry.get(name)]
        rows += [(f"Asked {g['name']}", "yes" if g["yes"] else f"no ({g['code']})") for g in entry.get("guards", ())]
        rows += [(f"{c['kind']} {c['no'] or ''}", _values(c["new"])) for c in entry.get("changes", ())]
        return f'<h3>{title}</h3>\n{_table("", (), rows)}<p class="hash">{escape(line.hash)}</p>'

    def _text(self, texts: Any) -> str:
        return pick(texts, self.version.fallback, self.version.fallback)

    def _phase(self, key: str) -> str:
        phase = self.version.phases.get(key)
        return self._text(phase.title) if phase else key

    def _local(self, at: datetime) -> str:
        return f"{self.programme.calendar.local(at):%Y-%m-%d %H:%M}"


def _values(new: Any) -> str:
    return "; ".join(f"{key}: {value}" for key, value in (new or {}).items() if key != "sum")


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    listed = list(rows)
    if not listed:
        return ""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(str(cell or ''))}</td>" for cell in row) + "</tr>" for row in listed)
    return f"{f'<h2>{escape(title)}</h2>' if title else ''}\n<table>{f'<tr>{top}</tr>' if top else ''}\n{body}\n</table>\n"
