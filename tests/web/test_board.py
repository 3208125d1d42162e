"""The board: its filters, late and at risk in words, and the views saved of it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine import acts
from engine.way import main_line
from handslag.web.board_view import in_order
from handslag.web.case_view import Naming
from handslag.web.labels import Labels
from handslag.wiring import load_version
from storage import view_rows
from storage.view_rows import SavedView
from tests.web.conftest import Web
from tests.web.forms import Reader
from workflows.folder import read_folder


def shown(visitor: TestClient, query: str) -> set[str]:
    """The numbers of the cases on the board."""
    links = Reader(visitor.get(f"/board?{query}").text).links
    return {link.removeprefix("/cases/") for link in links if link.startswith("/cases/AAL-")}


def saved(web: Web, person: str = "anne") -> list[SavedView]:
    return list(web.world.house.store.read(lambda tx: view_rows.views(tx, "aalborg", person)))


def test_filters_of_what_is_owed_and_of_facts(busy: Web) -> None:
    anne = busy.visitor("anne")

    assert "AAL-2026-0001" in shown(anne, "due=late")
    assert shown(anne, "due=none") == set()
    assert shown(anne, "tier=standard") == {"AAL-2026-0002", "AAL-2026-0003"}
    assert shown(anne, "tier=starter") == set()
    assert shown(anne, "words=eva+10000033") == {"AAL-2026-0003"}
    assert len(shown(anne, "due=nonsense&tier=x&person=nobody")) == 3


def test_only_filters_that_apply_are_shown(busy: Web) -> None:
    page = busy.visitor("anne").get("/board").text

    assert 'name="tier"' in page
    assert "Front-runner" in page
    assert 'name="cohort"' not in page


def test_what_slipped_is_at_risk_in_words_and_by_a_shape(web: Web) -> None:
    number = web.world.candidate()
    for step in (web.world.to_screening, web.world.to_dialogue, web.world.to_baseline):
        step(number)
    assert shown(web.visitor("anne"), "due=risk") == set()
    deadline = web.world.deadline(number, "baseline")
    web.world.do(number, acts.Fulfil(what="extend", deadline=deadline.no, text="He is ill"))
    page = web.visitor("anne").get("/board").text

    assert "at risk, due" in page
    assert "■" in page
    assert shown(web.visitor("anne"), "due=risk") == {number}


def test_filters_that_nothing_fits_say_so(busy: Web) -> None:
    page = busy.visitor("anne").get("/board?words=zebra").text

    assert "No case fits these filters." in page


def test_a_view_is_saved_renamed_and_deleted(web: Web) -> None:
    web.world.candidate()
    anne = web.visitor("anne")
    form = Reader(anne.get("/board?words=lim&due=soon").text).form("/board/views?programme=aalborg")

    answer = anne.post("/board/views?programme=aalborg", data={**form, "name": "  Next   week "})
    (view,) = saved(web)
    page = anne.get(answer.headers["location"]).text

    assert (view.name, view.query, view.shared) == ("Next week", "programme=aalborg&due=soon&words=lim", False)
    assert f'href="/board?{view.query.replace("&", "&amp;")}" aria-current="page"' in page
    anne.post(f"/board/views/{view.id}", data={"name": "Soon"})
    assert [v.name for v in saved(web)] == ["Soon"]
    anne.post(f"/board/views/{view.id}/delete")
    assert saved(web) == []


@pytest.mark.parametrize(("name", "said"), [("", "A view needs a name."), ("Mine", "You have a view of that name already")])
def test_a_name_that_will_not_do_is_told(web: Web, name: str, said: str) -> None:
    anne = web.visitor("anne")
    anne.post("/board/views?programme=aalborg", data={"query": "due=late", "name": "Mine"})

    answer = anne.post("/board/views?programme=aalborg", data={"query": "due=soon", "name": name})

    assert said in anne.get(answer.headers["location"]).text
    assert len(saved(web)) == 1


def test_only_filters_are_kept_of_an_address(web: Web) -> None:
    query = "programme=odense&due=late&before=7&phase=x&evil=%0d%0aSet-Cookie:x"
    web.visitor("anne").post("/board/views?programme=aalborg", data={"query": query, "name": "n"})

    assert saved(web)[0].query == "programme=aalborg&due=late"


def test_a_shared_view_is_seen_by_all_and_changed_by_few(web: Web) -> None:
    anne, bo, mette = (web.visitor(person) for person in ("anne", "bo", "mette"))
    anne.post("/board/views?programme=aalborg", data={"query": "due=late", "name": "Ours", "shared": "yes"})
    (view,) = saved(web, "bo")

    assert "delt af Anne Holm" in bo.get("/board").text
    assert bo.post(f"/board/views/{view.id}/delete").status_code == 403
    assert bo.post(f"/board/views/{view.id}", data={"name": "Mine"}).status_code == 403
    assert mette.post(f"/board/views/{view.id}", data={"name": "All of us"}).status_code == 303
    assert [v.name for v in saved(web)] == ["All of us"]


def test_strangers_and_colleagues_do_not_find_a_view(web: Web) -> None:
    anne = web.visitor("anne")
    anne.post("/board/views?programme=aalborg", data={"query": "due=late", "name": "Own"})
    anne.post("/board/views?programme=aalborg", data={"query": "due=soon", "name": "Shared", "shared": "yes"})
    own, shared = saved(web)
    carl = web.visitor("carl")
    nothing = carl.get("/no/such/page").text

    for view in (own, shared):
        for path in (f"/board/views/{view.id}", f"/board/views/{view.id}/delete"):
            answer = carl.post(path, data={"name": "taken"})
            assert (answer.status_code, answer.text) == (404, nothing)
    assert web.visitor("bo").post(f"/board/views/{own.id}/delete").status_code == 404
    assert carl.post("/board/views?programme=aalborg", data={"query": "", "name": "x"}).status_code == 404
    assert "Shared" not in carl.get("/board").text
    assert len(saved(web)) == 2


def test_methods_that_share_names_of_phases_do_not_mix() -> None:
    library = Path(str(files("workflows"))) / "library"
    ours, theirs = (
        Naming(version=load_version(read_folder(library / name)), labels=Labels("en"))
        for name in ("aalborg-climate-partnership", "local-green-deal")
    )
    shared = set(ours.version.phases) & set(theirs.version.phases)
    held = {"candidate": 1, "dialogue": 2, **dict.fromkeys(shared, 1)}

    order = in_order([theirs, ours], held)

    assert shared
    assert order[: len(main_line(ours.version))] == main_line(ours.version)
    assert set(order) <= set(ours.version.phases)
