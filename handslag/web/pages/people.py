"""Who can sign in: the people of a programme, and one-time invitations for them."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from engine.errors import NotFound
from engine.ports import Tx
from handslag.administration.office import ADMINISTER, office_in
from handslag.administration.people import require_whole_account
from handslag.web import sessions
from handslag.web.visit import Form, Visit, Visiting
from storage import account_rows

router = APIRouter()


@router.get("/people")
def show(visit: Visiting) -> HTMLResponse:
    """Show the people of a programme, for those who may invite. Raises: NotFound for others."""
    return _page(visit)


@router.post("/people")
def invite(visit: Visiting, form: Form) -> HTMLResponse:
    """Make an invitation; its link is shown this once and nowhere kept."""
    person = form.text("person")
    if not visit.may("programme", visit.programme) or person not in visit.programme.people:
        raise NotFound("there is no such page")
    token, digest = sessions.fresh_token()
    now, lives, programme = visit.now, sessions.INVITATION_LIVES, visit.programme.key

    def write(tx: Tx) -> None:
        office = office_in(tx, programme, visit.person, now, ADMINISTER, surface="web")
        require_whole_account(tx, office, person)  # the link sets a password: it opens all that the person may see
        account_rows.invite(tx, digest, person, visit.person, now, lives)
        office.note(tx, "invited", person, {})

    visit.house.store.run(write)
    return _page(visit, person, sessions.public_address(visit.house, visit.request) + f"/invitation/{token}")


def _page(visit: Visit, invited: str = "", link: str = "") -> HTMLResponse:
    programme = visit.programme
    if not visit.may("programme", programme):
        raise NotFound("there is no such page")
    accounts = visit.house.store.read(account_rows.with_accounts)
    return visit.page(
        "people.html",
        zone=programme.calendar.zone,
        programme=programme,
        people=[p for p in programme.people.values() if p.active],
        accounts=accounts,
        invited=programme.people.get(invited),
        link=link,
        days=sessions.INVITATION_LIVES.days,
    )
