"""How much one caller may ask in a minute: by person, by token, else by address; heavier questions less."""

from __future__ import annotations

from httpx2 import Response

from tests.web.api import Api
from tests.web.conftest import Web


def waits(answer: Response) -> bool:
    return answer.status_code == 429 and 1 <= int(answer.headers["retry-after"]) <= 60


def test_a_person_who_asks_too_much_waits_and_nobody_else_does(web: Web) -> None:
    web.limit(pages=3)
    anne, bo = web.visitor("anne"), web.visitor("bo")
    assert [anne.get("/today").status_code for _ in range(3)] == [200] * 3

    refused = anne.get("/board")

    assert waits(refused)
    assert "this was too much at once" in refused.text
    assert waits(web.visitor("anne").get("/today"))  # another browser is the same person
    assert bo.get("/today").status_code == 200
    assert web.visitor().get("/sign-in").status_code == 200


def test_somebody_unknown_is_counted_by_address_also_where_nothing_is(web: Web) -> None:
    web.limit(pages=2)
    nobody = web.visitor()
    nobody.cookies.set("handslag", "made up")
    assert nobody.get("/sign-in").status_code == 200
    nobody.cookies.set("handslag", "another one")
    assert nobody.get("/no/such/page").status_code == 303

    assert waits(nobody.get("/no/such/page"))
    assert waits(nobody.get("/sign-in", headers={"accept-language": "nl"}))
    assert "dit was te veel ineens" in nobody.get("/sign-in", headers={"accept-language": "nl"}).text
    assert web.visitor("anne").get("/today").status_code == 200


def test_signs_of_life_and_styles_have_no_limit(web: Web) -> None:
    web.limit(pages=1)
    nobody = web.visitor()
    assert [nobody.get("/healthz").status_code for _ in range(3)] == [200] * 3
    assert nobody.get("/sign-in").status_code == 200


def test_a_refused_form_did_nothing(web: Web) -> None:
    number = web.world.candidate()
    web.limit(pages=1)
    anne = web.visitor("anne")
    anne.get("/today")

    assert waits(anne.post(f"/cases/{number}/comments", data={"text": "once more"}))
    web.limit()
    assert "once more" not in web.visitor("anne").get(f"/cases/{number}").text


def test_a_token_is_counted_by_itself(web: Web) -> None:
    web.limit(pages=1, calls=2)
    mine, other = Api(web, "anne"), Api(web, "anne")
    assert [mine.send("GET", "/cases").status_code for _ in range(2)] == [200] * 2

    assert waits(mine.send("GET", "/cases"))
    problem = mine.get("/cases", 429)
    assert problem["code"] == "too_many"
    assert problem["detail"] == "this was too much at once; try again in a while"
    assert other.send("GET", "/cases").status_code == 200
    assert web.visitor("anne").get("/today").status_code == 200


def test_guessing_tokens_is_counted_by_address(web: Web) -> None:
    web.limit(calls=2)
    guess = Api(web)
    answers = [guess.send("GET", "/cases", headers={"authorization": f"Bearer hs_{no}"}) for no in range(3)]
    assert [answer.status_code for answer in answers[:2]] == [401, 401]
    assert waits(answers[2])


def test_exports_searches_and_verifying_have_a_lower_limit_together(web: Web) -> None:
    web.limit(pages=50, heavy=3)
    mette = web.visitor("mette")
    for path in ("/board?as=csv", "/search?words=x", "/audit/verify"):
        assert mette.get(path).status_code == 200

    assert waits(mette.get("/today?as=json"))
    assert waits(mette.get("/audit"))
    assert mette.get("/board").status_code == 200
