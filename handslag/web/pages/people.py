"""The people of a programme: what they may do, whether they can sign in, and one-time invitations for them."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from engine.errors import NotFound
from engine.ports import Tx
from handslag.administration.people import require_whole_account
from handslag.web import sessions
from handslag.web.administered import administered, framed, office
from handslag.web.visit import Form, Visit, Visiting, see_other
from storage import account_rows, programme_reads

PLACE = "/administration/people"
router = APIRouter()


@router.get("/administration")
def first(visit: Visiting) -> RedirectResponse:
    """Lead to the first page of the administration. Raises: NotFound."""
    return see_other(f"{PLACE}?programme={administered(visit).key}")


@router.get(PLACE)
def show(visit: Visiting) -> HTMLResponse:
    """Show the people of a programme. Raises: NotFound."""
    return _page(visit)


@router.post(PLACE)
def invite(visit: Visiting, form: Form) -> HTMLResponse:
    """Make an invitation; its link is shown this once and nowhere kept. Raises: NotFound, NotPermitted."""
    person, programme = form.text("person"), administered(visit)
    if person not in programme.people or not programme.people[person].active:
        raise NotFound("there is no such page")
    token, digest = sessions.fresh_token()
    now, lives = visit.now, sessions.INVITATION_LIVES

    def write(tx: Tx) -> None:
        acting = office(visit, tx, programme)
        require_whole_account(tx, acting, person)  # the link opens all that the person may see
        account_rows.invite(tx, digest, person, visit.person, now, lives)
        acting.note(tx, "invited", person, {})

    visit.house.store.run(write)
    return _page(visit, person, sessions.public_address(visit.house, visit.request) + f"/invitation/{token}")


def _page(visit: Visit, invited: str = "", link: str = "") -> HTMLResponse:
    programme = administered(visit)
    left = bool(visit.request.query_params.get("left"))
    accounts, seats = visit.house.store.read(
        lambda tx: (account_rows.with_accounts(tx), programme_reads.seats_held(tx, programme.key))
    )  # fmt: skip
    held: dict[str, int] = {}
    for line in seats:
        held[line.person] = held.get(line.person, 0) + line.cases
    today = programme.calendar.local_day(visit.now)
    return framed(
        visit,
        "people.html",
        "people",
        programme,
        people=[p for p in programme.people.values() if p.active or left],
        left=left,
        accounts=accounts,
        held=held,
        away={key for key in programme.people if programme.absence_of(key, today)},
        invited=programme.people.get(invited),
        link=link,
        days=sessions.INVITATION_LIVES.days,
    )
