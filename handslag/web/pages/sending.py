"""The sending switch and what it means: who approved real mail for which place, what waits, and what shall become of it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.errors import Refused
from engine.ports import Tx
from engine.programme import Programme
from handslag.administration import sending
from handslag.releasing import fallen_due
from handslag.web.administered import administered, framed, office
from handslag.web.visit import Form, Visit, Visiting, see_other
from storage import approval

PLACE = "/administration/sending"
LISTED = 25
router = APIRouter()


@router.get(PLACE)
def show(visit: Visiting) -> HTMLResponse:
    """Show how sending stands. Raises: NotFound."""
    return _page(visit, administered(visit))


@router.post(PLACE)
def switch(visit: Visiting, form: Form) -> Response:
    """Approve or forbid real sending. Raises: NotFound."""
    programme, store = administered(visit), visit.house.store
    match form.text("what"):
        case "approve" if form.text("sure") == "yes":
            waiting = form.text("waiting")
            try:
                sending.decide(
                    visit.house, visit.person, visit.now, release=waiting == "release", skip=waiting == "skip", surface="web"
                )
            except Refused:
                return _page(visit, programme, "undecided")
            store.run(lambda tx: sending.approve(tx, office(visit, tx, programme).actor, visit.now))
        case "revoke":
            store.run(lambda tx: sending.revoke(tx, office(visit, tx, programme).actor, visit.now))
        case _:
            return _page(visit, programme, "unsure")
    return see_other(f"{PLACE}?programme={programme.key}&done=1")


def _page(visit: Visit, programme: Programme, fault: str = "") -> HTMLResponse:
    mail = visit.house.settings.mail

    def read(tx: Tx) -> tuple[approval.Approval, dict[str, int]]:
        found = approval.approval(tx)
        return found, {} if found.holds else {n: len(p) for n, p in fallen_due(tx, visit.now).items()}

    found, due = visit.house.store.read(read)
    # Numbers of other programmes are counted and not named: whoever administers this one may not see their cases.
    mine = [(number, n) for number, n in sorted(due.items()) if number.startswith(f"{programme.code}-")]
    return framed(
        visit,
        "sending.html",
        "sending",
        programme,
        422 if fault else 200,
        found=found,
        leaves=found.holds and mail.transport == "smtp",
        transport=mail.transport,
        host=f"{mail.smtp.host}:{mail.smtp.port}",
        allow_list=mail.allow_list,
        total=sum(due.values()),
        waiting=mine[:LISTED],
        elsewhere=sum(due.values()) - sum(n for _, n in mine[:LISTED]),
        fault=fault == "undecided",
    )
