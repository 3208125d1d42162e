"""The overview of a programme: will the targets be met, where the time goes, who is waited for, what is overdue."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from engine.errors import NotFound
from engine.outlook import AT_RISK, EARLY, LIKELY, TOO_LATE, UNSURE
from engine.programme import Programme
from handslag.overview import overview
from handslag.web.exporting import answer, asked, links
from handslag.web.labels import Labels
from handslag.web.overview_charts import aim_chart, owners_chart, phases_chart, waiting_chart
from handslag.web.overview_tables import TABLES, overview_table
from handslag.web.overview_view import SHAPES, OverviewView
from handslag.web.visit import Visit, Visiting

router = APIRouter()


def allowed(visit: Visit, key: str) -> Programme:
    """Return a programme whose overview the person may see. Raises: NotFound, also where it may not."""
    found = visit.programmes.get(key)
    if found is None or not visit.may("overview", found):
        raise NotFound(f"there is no programme {key}", programme=key)
    return found


def view_of(visit: Visit, programme: Programme) -> OverviewView:
    """Read a programme's overview as it stands now, in the person's language."""
    today = programme.calendar.local_day(visit.now)
    seen = visit.house.store.read(lambda tx: overview(tx, programme, today))
    return OverviewView(seen=seen, programme=programme, labels=Labels(visit.language, programme.calendar.zone))


@router.get("/programmes/{programme}")
def show(visit: Visiting, programme: str) -> Response:
    """Show the overview of a programme; with `?table=` and `as=` one of its tables, to take along."""
    found = allowed(visit, programme)
    view = view_of(visit, found)
    table = visit.request.query_params.get("table", "")
    if (form := asked(visit)) and table in TABLES:
        return answer(visit, form, overview_table(visit, view, table))
    aims = [
        {
            "aim": aim,
            "outlook": aim.outlook,
            "shape": SHAPES[aim.outlook.verdict],
            "verdict": view.verdict(aim),
            "chart": aim_chart(view, aim, f"target-{n}"),
            "moving": view.case_lines(aim, AT_RISK, LIKELY, UNSURE),
            "others": view.case_lines(aim, TOO_LATE, EARLY),
        }
        for n, aim in enumerate(view.seen.aims, start=1)
    ]
    phases, owners = view.phase_lines(), view.owner_lines()
    return visit.page(
        "overview.html",
        zone=found.calendar.zone,
        programme=found,
        others=[p for p in visit.programmes.values() if visit.may("overview", p)],
        view=view,
        seen=view.seen,
        aims=aims,
        phases=phases,
        phases_chart=phases_chart(view, phases),
        waiting=view.waiting_lines(),
        owed=view.owed_lines(),
        waiting_chart=waiting_chart(view),
        owners=owners,
        owners_chart=owners_chart(view, owners),
        exports={table: links(visit, table=table) for table in TABLES},
    )
