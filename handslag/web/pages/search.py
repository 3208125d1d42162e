"""Search over the cases a person may see: one field, newest first, with the places in which the words stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from engine.policy import reach
from engine.ports import Tx
from engine.search_words import Word, asked, marked
from handslag.web.labels import Labels
from handslag.web.names import Names
from handslag.web.visit import Visit, Visiting
from storage.search_hits import Find, Hit, hits

ON_PAGE = 20
LONGEST = 200
BEFORE, AFTER = 70, 130  # characters of a comment around the first word found in it
PLACES = {
    "number": "Number",
    "company": "Company",
    "registration": "Registration number",
    "contact": "Contact",
    "comment": "Comment",
}
Pieces = Sequence[tuple[str, bool]]
router = APIRouter()


class FoundPlace(NamedTuple):
    """Where words stand. pieces: the text, cut, each with whether it is a word that was asked for."""

    place: str
    pieces: Pieces
    at: datetime | None


class FoundCase(NamedTuple):
    """A case on the page."""

    number: str
    title: Pieces
    phase: str
    closed: bool
    programme: str
    places: Sequence[FoundPlace]


@router.get("/search")
def show(visit: Visiting) -> HTMLResponse:
    """Show the newest cases that have every word, older ones with `?before=`."""
    query = visit.request.query_params
    text = query.get("words", "").strip()[:LONGEST]
    before = query.get("before", "")
    words = asked(text)
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 12 else 0
    cases, last = visit.house.store.read(lambda tx: _find(tx, visit, words, start)) if words else ([], 0)
    return visit.page(
        "search.html", text=text, words=words, cases=cases, first=not start,
        older=urlencode({"words": text, "before": last}) if last else "", places=PLACES,
    )  # fmt: skip


def _find(tx: Tx, visit: Visit, words: Sequence[Word], before: int) -> tuple[list[FoundCase], int]:
    """Return the cases of a page, and the id of its last one where more follow, else 0."""
    mine = reach(visit.person, visit.programmes.values())
    found = hits(tx, mine, words, before=before, limit=ON_PAGE + 1)
    names = Names(tx, Labels(visit.language))
    shown = found[:ON_PAGE]
    cases = [_case(visit, names, hit, words) for hit in shown]
    return cases, shown[-1].id if len(found) > ON_PAGE else 0


def _case(visit: Visit, names: Names, hit: Hit, words: Sequence[Word]) -> FoundCase:
    several = len(visit.programmes) > 1
    return FoundCase(
        number=hit.number,
        title=marked(hit.title, words),
        phase=names.of(hit.version, hit.version_number).phase(hit.phase),
        closed=hit.closed_on is not None,
        programme=visit.programmes[hit.programme].name if several else "",
        places=[FoundPlace(f.place, cut(f, words), f.at) for f in hit.finds],
    )


def cut(find: Find, words: Sequence[Word]) -> Pieces:
    """Return a find in pieces, a long one only around the first word in it."""
    pieces = marked(find.text, words)
    first = 0
    for piece, is_word in pieces:
        if is_word:
            break
        first += len(piece)
    start, end = max(0, first - BEFORE), first + AFTER
    if start:  # not in the middle of a word
        start = find.text.find(" ", start, first) + 1 or start
    text = " ".join(find.text[start:end].split())
    return marked(f"{'… ' if start else ''}{text}{' …' if end < len(find.text) else ''}", words)
