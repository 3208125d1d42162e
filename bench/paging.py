"""Pages: the real application, signed in and access checked, against a bare ASGI page of the same rows and template.

Requests are calls of the application in this process, not over a socket: a server and a wire would be the same for both and
only blur the ratio. The bare page is what nobody can spare: it sends the statements that the page sent to the driver, fetches
their rows, and renders the page's template with the values that the page worked out. It knows no session, no policy, no
router, no model, and it needs no thread. What counts is processor time, which others on the machine disturb less than the
clock; the clock's median stands beside it.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import quote

from bench.databases import Place, Raw
from bench.measuring import Line, Options, figure, in_turn
from bench.settled import DIRECTOR, PETER, VOCABULARY, settled_file
from bench.town import TODAY, house_on, number_of
from engine.ports import Tx
from handslag.web import rendering, sessions
from handslag.web.app import make_app
from handslag.wiring import House
from sqlalchemy import event
from storage import account_rows

TIMES, DIFFERENT, MOST_S = 40, 8, 1.5
SHARE, GROWN, FELT_MS = 0.5, 1.5, 200.0
NOT_ROWS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "--")
Scope = dict[str, Any]
App = Callable[..., Any]


class Page(NamedTuple):
    """A page that somebody asks for. path: with the number of a case in the middle of the town."""

    name: str
    person: str
    path: Callable[[int], str]


def _at(path: str) -> Callable[[int], str]:
    return lambda n: path


PAGES = (
    Page("today, of one who sits in 200 cases", PETER, _at("/today")),
    Page("today, everybody's", DIRECTOR, _at("/today")),
    Page("board", PETER, _at("/board")),
    Page("board, one phase", PETER, _at("/board?phase=decision")),
    Page("board, of one coordinator", PETER, _at(f"/board?person={PETER}")),
    Page("board, late", PETER, _at("/board?due=late")),
    Page("board, due soon", PETER, _at("/board?due=soon")),
    Page("board, at risk", PETER, _at("/board?due=risk")),
    Page("board, nothing owed", PETER, _at("/board?due=none")),
    Page("board, words", PETER, lambda n: f"/board?words={VOCABULARY[n % 50]}"),
    Page("case", PETER, lambda n: f"/cases/{number_of(n)}"),
    Page("audit", DIRECTOR, _at("/audit")),
    Page("audit, moves of one person", DIRECTOR, _at("/audit?person=anne&kind=moved")),
    Page("audit, of one who did nothing", DIRECTOR, _at(f"/audit?person={PETER}")),
    Page("search, a company", PETER, lambda n: f"/search?words={quote(f'company {n}')}"),
    Page("search, a word of every case", PETER, _at("/search?words=company")),
    Page("overview", DIRECTOR, _at("/programmes/ring")),
)


@dataclass(frozen=True, kw_only=True)
class Caught:
    """What a page did: its statements with their values, its template with its own, and the bytes of its answer."""

    statements: Sequence[str]
    render: Callable[[], str]
    body: bytes


class Spent(NamedTuple):
    """Of one request, in milliseconds: of the processor, and by the clock."""

    cpu: float
    clock: float


def paging(options: Options) -> Iterator[Line]:
    """G6: pages of the processor's second, beside the bare page; how that grows with the cases."""
    sizes = [1_000, 10_000] if options.quick else [10_000, 100_000]
    if options.full:
        sizes.append(1_000_000)
    first: dict[str, list[float]] = {}
    for cases in sizes:
        url = settled_file(cases)
        with Place() as place:
            house = house_on(place, url)
            with closing(Raw(url)) as raw:
                for page in PAGES:
                    yield from _lines(house, raw, page, cases, options, first)
            house.close()


def _lines(
    house: House, raw: Raw, page: Page, cases: int, options: Options, first: dict[str, list[float]]
) -> Iterator[Line]:  # fmt: skip
    app, token = make_app(house), _signed_in(house, page.person)
    draw = random.Random(cases)
    paths = [page.path(draw.randrange(cases // 4, 3 * cases // 4)) for _ in range(DIFFERENT)]
    bare = _bare(raw, [_caught(house, app, token, path) for path in dict.fromkeys(paths)])
    clock: list[float] = []
    variants = {"ours": partial(_spent, app, token, paths, clock), "bare": partial(_spent, bare, token, paths, [])}
    found = in_turn(options.rounds, variants)
    name, ms = f"{page.name}, {cases:,} cases", statistics.median(clock)
    notes = {"by the clock": f"{figure(ms)} ms"} | ({"slow": f"over {FELT_MS:g} ms"} if ms > FELT_MS else {})
    yield Line(
        workload="pages", variant=name, against="a bare page", unit="pages/s of processor",
        ours=[1000 / ms for ms in found["ours"]], theirs=[1000 / ms for ms in found["bare"]],
        goal=SHARE, floor=0.3, notes=notes,
    )  # fmt: skip
    if page.name in first:
        yield Line(
            workload="pages", variant=name, against=f"among {min(first_sizes(options)):,}", unit="ms of processor",
            ours=found["ours"], theirs=first[page.name], goal=GROWN, floor=3, fewer=True,
        )  # fmt: skip
    first.setdefault(page.name, found["ours"])


def first_sizes(options: Options) -> tuple[int, ...]:
    """Return the smallest size, with which the others are compared."""
    return (1_000,) if options.quick else (10_000,)


def _signed_in(house: House, person: str) -> str:
    token, digest = sessions.fresh_token()

    def start(tx: Tx) -> None:
        account = account_rows.set_password(tx, person, "$argon2id$unusable", TODAY)
        account_rows.start_session(tx, account, digest, TODAY, sessions.LIVES, "bench")

    house.store.run(start)
    return token


def _caught(house: House, app: App, token: str, path: str) -> Caught:
    """Ask for a page and note what it did. Raises: SystemExit where the bare page would not be the same."""
    statements: list[str] = []
    rendered: list[Callable[[], str]] = []
    environment = rendering._environment()

    class Listening:
        @staticmethod
        def get_template(name: str) -> Any:
            template = environment.get_template(name)

            class Noted:
                @staticmethod
                def render(ready: Any) -> str:
                    rendered.append(lambda: str(template.render(ready)))
                    return rendered[-1]()

            return Noted

    def listen(driver: Any, *_: object) -> None:
        driver.set_trace_callback(statements.append)

    def still(driver: Any, *_: object) -> None:
        driver.set_trace_callback(None)

    pool = house.store._engines.reading.pool  # type: ignore[attr-defined]
    event.listen(pool, "checkout", listen)
    event.listen(pool, "checkin", still)
    try:
        with patch.object(rendering, "_environment", lambda: Listening):
            status, body = asyncio.run(_get(app, token, path))
    finally:
        event.remove(pool, "checkout", listen)
        event.remove(pool, "checkin", still)
    if status != 200 or len(rendered) != 1 or rendered[0]().encode() != body:
        raise SystemExit(f"bench: {path} answered {status} and cannot be made again")
    return Caught(statements=[s for s in statements if not s.startswith(NOT_ROWS)], render=rendered[0], body=body)


def _bare(raw: Raw, caught: Sequence[Caught]) -> App:
    turns = cycle(caught)

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        page = next(turns)
        for statement in page.statements:
            raw.run(statement).fetchall()
        body = page.render().encode()
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def _spent(app: App, token: str, paths: Sequence[str], clock: list[float]) -> float:
    spent = asyncio.run(_ask(app, token, paths))
    clock.append(spent.clock)
    return spent.cpu


async def _ask(app: App, token: str, paths: Sequence[str]) -> Spent:
    turns, taken = cycle(paths), list[float]()
    await _get(app, token, next(turns))
    began = time.process_time()
    while len(taken) < TIMES and (len(taken) < 3 or sum(taken) < MOST_S):
        start = time.perf_counter()
        await _get(app, token, next(turns))
        taken.append(time.perf_counter() - start)
    cpu = (time.process_time() - began) / len(taken)
    return Spent(cpu * 1000, statistics.median(taken) * 1000)


async def _get(app: App, token: str, address: str) -> tuple[int, bytes]:
    path, _, query = address.partition("?")
    headers = [(b"host", b"localhost"), (b"accept", b"text/html"), (b"cookie", f"handslag={token}".encode())]
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("localhost", 80),
    }  # fmt: skip
    status, body = 0, bytearray()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return status, bytes(body)
