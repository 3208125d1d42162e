"""Changes: looked at or done, on the revision that was seen, once for each idempotency key; all in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from fastapi.responses import Response

from engine import use_cases
from engine.acts import Act
from engine.errors import BadInput, Fault, GuardsUnmet, PlanChanged
from engine.ports import Tx
from engine.use_cases import Outcome
from handslag.lookup import bad
from handslag.web.api.caller import Caller, require_writing
from handslag.web.api.errors import KeyReused, Stale
from handslag.web.api.outcomes import Done, done_of
from handslag.web.api.problems import Meanwhile
from handslag.web.api.shapes import Changing, Sending, Shown
from handslag.web.case_view import CaseView, view_of
from handslag.web.moves_view import conditions_of
from handslag.web.visit import Visit
from storage.answer_rows import Kept, claim_key, keep_answer, kept_answer
from storage.reads import history

KEPT_FOR = timedelta(hours=24)
MOST_TOLD = 20
Head = Mapping[str, str]
Work = Callable[[Tx], tuple[Shown, Head]]


async def whole_body(request: Request) -> bytes:
    """Read the body as it came."""
    return await request.body()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a change is to be made. seen: revisions named in If-Match, None for any; digest: of the whole request."""

    visit: Visit
    dry_run: bool
    confirm: str
    seen: frozenset[int] | None
    key: str
    digest: str

    def to_case(self, number: str, act: Act | Callable[[CaseView, Tx], Act], given: Changing) -> Response:
        """Do an act to a case, or look at what it would do. act: or how to make it from the case.

        Raises: NotFound, Stale, PlanChanged, KeyReused, and whatever the engine raises.
        """

        def work(tx: Tx) -> tuple[Shown, Head]:
            view = view_of(self.visit, tx, number)
            self._refuse_stale(tx, view)
            made = act(view, tx) if callable(act) else act
            try:
                outcome = self._perform(tx, view, made, given)
            except GuardsUnmet as error:
                move = view.version.transitions[error.values["transition"]]
                error.values["conditions"] = conditions_of(view, move, error.blocks)
                raise
            return self.told(outcome)

        return self.once(work, lambda tx: view_of(self.visit, tx, number))

    def _perform(self, tx: Tx, view: CaseView, act: Act, given: Changing) -> Outcome:
        tools, number = self.visit.house.tools, view.case.number
        mails = given.choices if isinstance(given, Sending) else ()
        call = replace(view.call(given.for_whom), happened_at=given.happened_at, mails=mails)
        try:
            if not self.dry_run:
                return use_cases.perform(tx, tools, number, act, call, confirm=self.confirm)
            return self.confirmed(use_cases.preview(tx, tools, number, act, call))
        except BadInput as error:
            if mails:
                raise BadInput([_placed(fault) for fault in error.faults], what="the change") from error
            raise

    def confirmed(self, outcome: Outcome) -> Outcome:
        """Return an outcome that is the confirmed one. Raises: PlanChanged."""
        if self.confirm and self.confirm != outcome.digest:
            raise PlanChanged("what would happen has changed since it was looked at", digest=outcome.digest)
        return outcome

    def told(self, outcome: Outcome) -> tuple[Done, Head]:
        """Return what an act did, and the headers of the answer."""
        head = {} if self.dry_run else {"etag": f'"{outcome.case.revision}"'}
        return done_of(outcome, done=not self.dry_run), head

    def _refuse_stale(self, tx: Tx, view: CaseView) -> None:
        stands = view.case.revision
        if self.seen is None or stands in self.seen:
            return
        since = max((seen for seen in self.seen if seen < stands), default=stands - 1)
        told = [_meanwhile(line.entry, line.no) for line in history(tx, view.case.number, after=since, limit=MOST_TOLD)]
        found = use_cases.conflict(tx, view.case.number, since)
        raise Stale(found.sentence, **{**found.values, "meanwhile": told})

    def once(self, work: Work, see: Callable[[Tx], Any] = lambda tx: None) -> Response:
        """Do something in one transaction, or answer as before where the same request came under the same key.

        see: asked before an earlier answer is given again; raises where the person may not see it any more.
        """
        store, person, now = self.visit.house.store, self.visit.person, self.visit.now
        if self.dry_run:
            return respond(*store.read(work))

        def write(tx: Tx) -> tuple[Kept, bool]:
            if not self.key:
                return _kept(self.digest, *work(tx)), False
            before = kept_answer(tx, person, self.key, now, KEPT_FOR)
            if before is not None:
                see(tx)
                if before.digest != self.digest:
                    raise KeyReused("this idempotency key stands for another request; take a fresh one")
                return before, True
            claim_key(tx, person, self.key, now, KEPT_FOR)
            kept = _kept(self.digest, *work(tx))
            keep_answer(tx, person, self.key, kept)
            return kept, False

        kept, again = store.run(write)
        head = {**kept.head, **({"idempotency-replayed": "true"} if again else {})}
        return Response(kept.body, kept.status, head, media_type="application/json")


def _placed(fault: Fault) -> Fault:
    """Return a fault of a decision about a mail at its place in the body."""
    name, dot, rest = fault.place.partition(".")
    return replace(fault, place=f"decided.{rest}") if name == "mails" and dot else fault


def respond(shown: Shown, head: Head) -> Response:
    """Return an answer that is kept nowhere."""
    return Response(shown.model_dump_json(), 200, dict(head), media_type="application/json")


def _kept(digest: str, shown: Shown, head: Head) -> Kept:
    return Kept(digest, 200, head, shown.model_dump_json())


def _meanwhile(entry: Mapping[str, Any], no: int) -> Meanwhile:
    name = entry["actor"]["name"]
    by = name if isinstance(name, str) else "(erased)"
    return Meanwhile(no=no, kind=entry["kind"], by=by, at=entry["recorded_at"])


DRY_RUN = "Show what would happen, mails in full, with a digest; change nothing. A reading token may do that."
CONFIRM = "Digest of a dry run: do it only if the plan is still that one."
IF_MATCH = 'ETag of the case as it was looked at, `"17"`: do it only if nothing was written to it since.'
KEY = "A fresh word for each thing to be done, a UUID say: the same request under the same word is done once (24 hours)."


def change_of(
    request: Request,
    visit: Caller,
    body: Annotated[bytes, Depends(whole_body)],
    dry_run: Annotated[bool, Query(description=DRY_RUN)] = False,
    confirm: Annotated[str, Query(description=CONFIRM, pattern=r"^[0-9a-f]*$", max_length=64)] = "",
    if_match: Annotated[str | None, Header(description=IF_MATCH, examples=['"17"'])] = None,
    idempotency_key: Annotated[str, Header(description=KEY, max_length=200)] = "",
) -> Change:
    """Return how a change is to be made. Raises: Unauthenticated, TokenTooNarrow, BadInput."""
    if not dry_run:
        require_writing(visit)
    if not idempotency_key.isprintable():
        raise bad("header.idempotency-key", "a key is of printable characters")
    narrowed = ",".join(visit.programmes) if visit.token else ""
    parts = (request.method, request.url.path, request.url.query, narrowed)
    digest = hashlib.sha256("\n".join(parts).encode() + b"\n" + body).hexdigest()
    return Change(
        visit=visit, dry_run=dry_run, confirm=confirm, seen=_revisions(if_match), key=idempotency_key, digest=digest
    )  # fmt: skip


def _revisions(given: str | None) -> frozenset[int] | None:
    """Return the revisions of an If-Match header; a weak or strange tag fits none."""
    if given is None or given.strip() == "*":
        return None
    tags: Sequence[str] = [tag.strip() for tag in given.split(",")]
    bare = [tag[1:-1] for tag in tags if len(tag) > 2 and tag[0] == tag[-1] == '"']
    return frozenset(int(tag) for tag in bare if tag.isascii() and tag.isdigit() and len(tag) < 12)


Making = Annotated[Change, Depends(change_of)]
