"""Signing in with an account of the city, against a real provider (oidc-provider-mock) over loopback."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import oidc_provider_mock
import pytest
import werkzeug.serving
from fastapi.testclient import TestClient
from flask import request as asked

from engine.errors import EnvironmentFault
from handslag.doctoring import diagnose
from handslag.settings import OidcSettings, SettingsError, SignInSettings, load_settings
from handslag.web import sessions
from handslag.web.app import make_app
from handslag.web.openid import derived
from storage import account_rows, identity_rows, programme_log
from tests.web.conftest import OWN, Web

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's own, raised in its threads
SECRET = "a-client-secret-that-nobody-may-see"
THEIRS = ("werkzeug", "httpx", "httpcore")  # of the test's own browser and provider; in ours these speak from warnings on
GROUPS = ("climate -> aalborg:coordinator", "leads -> aalborg:manager", "climate -> odense:auditor")


class Provider:
    """A provider that notes what it was asked, and can be told what to say of whom."""

    def __init__(self) -> None:
        app = oidc_provider_mock.app(require_nonce=True)
        self.seen: list[tuple[str, dict[str, str], dict[str, str], str]] = []
        app.before_request(self._note)
        self._server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def _note(self) -> None:
        seen = (asked.path, asked.args.to_dict(), asked.form.to_dict(), asked.headers.get("authorization", ""))
        self.seen.append(seen)

    def user(self, sub: str, **claims: Any) -> None:
        httpx2.put(f"{self.issuer}/users/{sub}", json=claims).raise_for_status()

    def approve(self, address: str, sub: str) -> str:
        """Sign in there as `sub` and return where the browser is sent."""
        answer = httpx2.post(address, data={"sub": sub})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


class City:
    """The pages with a provider in their settings."""

    def __init__(self, web: Web, provider: Provider, **settings: Any) -> None:
        self.web, self.provider = web, provider
        ways: dict[str, Any] = {"issuer": provider.issuer, "client_id": "handslag", "client_secret": SECRET, "groups": GROUPS}
        local = settings.pop("local", True)
        oidc = OidcSettings(**{**ways, **settings})
        sign_in = SignInSettings(oidc=oidc, local=local)
        house = replace(web.world.house, settings=web.world.house.settings.model_copy(update={"sign_in": sign_in}))
        self.app = make_app(house)

    def browser(self) -> TestClient:
        return TestClient(self.app, follow_redirects=False, headers=OWN, base_url="http://localhost")

    def sign_in(self, sub: str, browser: TestClient | None = None, path: str = "/sign-in/city") -> Any:
        browser = browser or self.browser()
        there = browser.get(path)
        assert there.status_code == 303, there.text
        back = self.provider.approve(there.headers["location"], sub)
        parts = urlsplit(back)
        return browser.get(f"{parts.path}?{parts.query}")

    def link(self, sub: str, person: str) -> None:
        now = self.web.world.clock.now()

        def write(tx: Any) -> None:
            account = account_rows.open_account(tx, person, now)
            identity_rows.link(tx, self.provider.issuer, sub, account, "invitation", now)

        self.web.world.house.store.run(write)

    def roles(self, person: str, programme: str = "aalborg") -> tuple[str, ...] | None:
        found = self.web.world.house.store.read(lambda tx: tx.programme(programme)).people.get(person)
        return None if found is None or not found.active else found.roles

    def invitation(self, person: str) -> str:
        token, digest = sessions.fresh_token()
        now = self.web.world.clock.now()
        lives = sessions.INVITATION_LIVES
        self.web.world.house.store.run(lambda tx: account_rows.invite(tx, digest, person, "mette", now, lives))
        return token


def test_a_linked_account_signs_in_by_code_with_pkce_nonce_and_state(web: Web, provider: Provider) -> None:
    city = City(web, provider, groups=())
    city.link("s-anne", "anne")
    provider.user("s-anne", name="Anne Holm")
    provider.seen.clear()
    browser = city.browser()

    answer = city.sign_in("s-anne", browser, "/sign-in/city?next=/board")

    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
    assert "Anne Holm" in browser.get("/me").text
    ((_, there, _, _), (_, _, exchange, client)) = (
        next(s for s in provider.seen if s[0].endswith("authorize")),
        next(s for s in provider.seen if s[0].endswith("token")),
    )
    assert (there["response_type"], there["code_challenge_method"]) == ("code", "S256")
    digest = hashlib.sha256(exchange["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == there["code_challenge"]
    assert there["nonce"]
    assert base64.b64decode(client.removeprefix("Basic ")).decode() == f"handslag:{SECRET}"
    assert SECRET not in str(there)


def test_a_forged_state_is_refused(web: Web, provider: Provider) -> None:
    city = City(web, provider, groups=())
    city.link("s-anne", "anne")
    browser = city.browser()
    back = urlsplit(provider.approve(browser.get("/sign-in/city").headers["location"], "s-anne"))
    query = {name: values[0] for name, values in parse_qs(back.query).items()}

    forged = browser.get(f"{back.path}?{urlencode({**query, 'state': 'forged'})}")

    assert forged.status_code == 422
    assert "begun elsewhere" in forged.text
    assert browser.get("/me").status_code == 303


def test_an_answer_to_somebody_elses_browser_is_refused(web: Web, provider: Provider) -> None:
    city = City(web, provider, groups=())
    city.link("s-anne", "anne")
    theirs = city.browser()
    back = urlsplit(provider.approve(theirs.get("/sign-in/city").headers["location"], "s-anne"))
    mine = city.browser()
    mine.get("/sign-in/city")

    answer = mine.get(f"{back.path}?{back.query}")

    assert answer.status_code == 422
    assert mine.get("/me").status_code == 303
    assert city.browser().get(f"{back.path}?{back.query}").status_code == 422


def test_an_answer_works_once(web: Web, provider: Provider) -> None:
    city = City(web, provider, groups=())
    city.link("s-anne", "anne")
    browser = city.browser()
    back = urlsplit(provider.approve(browser.get("/sign-in/city").headers["location"], "s-anne"))
    cookie = browser.cookies["handslag-door"]
    assert browser.get(f"{back.path}?{back.query}").status_code == 303

    again = city.browser()
    again.cookies.set("handslag-door", cookie)
    refused = again.get(f"{back.path}?{back.query}")

    assert refused.status_code == 422
    assert "cannot be trusted" in refused.text


def test_a_token_for_another_hand_shake_is_refused(web: Web, provider: Provider) -> None:
    """A stolen code put into one's own hand-shake: state and cookie fit, the nonce of the token does not."""
    city = City(web, provider, groups=())
    city.link("s-anne", "anne")
    victim = city.browser()
    stolen = parse_qs(urlsplit(provider.approve(victim.get("/sign-in/city").headers["location"], "s-anne")).query)["code"][0]
    thief = city.browser()
    thief.get("/sign-in/city")

    state = derived(thief.cookies["handslag-door"], "state")
    answer = thief.get(f"/sign-in/city/back?{urlencode({'code': stolen, 'state': state})}")

    assert answer.status_code == 422
    assert "cannot be trusted" in answer.text


def test_the_session_starts_under_a_fresh_id_that_only_the_server_knows(web: Web, provider: Provider) -> None:
    city = City(web, provider, groups=())
    city.link("s-anne", "anne")
    browser = city.browser()
    browser.cookies.set("handslag", "planted-by-somebody")

    answer = city.sign_in("s-anne", browser)

    cookies = answer.headers.get_list("set-cookie")
    session = next(c for c in cookies if c.startswith("handslag="))
    assert "planted" not in session
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in session.split(";")}
    door = next(c for c in cookies if c.startswith("handslag-door="))
    assert "Max-Age=0" in door


def test_an_unknown_account_gets_nowhere(web: Web, provider: Provider) -> None:
    city = City(web, provider, groups=())
    provider.user("s-nobody", email="anne@aalborg.example.org", email_verified=True, name="anne", preferred_username="anne")

    answer = city.sign_in("s-nobody")

    assert answer.status_code == 422
    assert "nobody has let you in here yet" in answer.text
    assert web.world.house.store.read(identity_rows.identities) == []


def test_an_invitation_links_an_account_once_and_never_a_second_person(web: Web, provider: Provider) -> None:
    city = City(web, provider, groups=(), local=False)
    token = city.invitation("anne")
    page = city.browser().get(f"/invitation/{token}")
    assert f"/sign-in/city?invitation={token}" in page.text
    assert "password" not in page.text.lower()

    assert city.sign_in("s-anne", path=f"/sign-in/city?invitation={token}").status_code == 303
    assert city.sign_in("s-anne").status_code == 303
    assert city.browser().get(f"/invitation/{token}").status_code == 404
    assert city.sign_in("s-other", path=f"/sign-in/city?invitation={token}").status_code == 422

    other = city.invitation("mette")
    refused = city.sign_in("s-anne", path=f"/sign-in/city?invitation={other}")
    assert refused.status_code == 422
    assert "somebody else here already" in refused.text
    assert city.sign_in("s-mette", path=f"/sign-in/city?invitation={other}").status_code == 303


def test_a_mail_address_links_only_where_allowed_verified_and_unique(web: Web, provider: Provider) -> None:
    address = "anne@aalborg.example.org"
    provider.user("s-a", email=address, email_verified=True)
    provider.user("s-b", email=address, email_verified=False)
    provider.user("s-c", email=address.upper(), email_verified=True)

    assert City(web, provider, groups=()).sign_in("s-a").status_code == 422
    city = City(web, provider, groups=(), link_by_email=True)
    assert city.sign_in("s-b").status_code == 422
    assert city.sign_in("s-a").status_code == 303
    assert city.sign_in("s-c").status_code == 422  # somebody who is linked is not taken over by a second account
    (line,) = web.world.house.store.read(identity_rows.identities)
    assert (line.person, line.subject, line.linked_by) == ("anne", "s-a", "email")


def test_groups_give_and_take_roles_as_a_person_would(web: Web, provider: Provider) -> None:
    city = City(web, provider)
    city.link("s-bo", "bo")
    provider.user("s-bo", groups=["climate", "leads", "football"])
    assert city.sign_in("s-bo").status_code == 303
    assert city.roles("bo") == ("coordinator", "deputy", "manager")
    assert city.roles("bo", "odense") == ("auditor",)

    provider.user("s-bo", groups=["leads"])
    city.sign_in("s-bo")
    assert city.roles("bo") == ("deputy", "manager")  # deputy was given by a person
    assert city.roles("bo", "odense") is None

    provider.user("s-bo", groups=["climate"])
    city.sign_in("s-bo")
    assert city.roles("bo", "odense") == ("auditor",)

    lines = web.world.house.store.read(lambda tx: programme_log.entries(tx, "aalborg", subject="bo"))
    assert [line.changes["roles"] for line in lines] == [
        [["deputy", "manager"], ["deputy", "coordinator"]],
        [["coordinator", "deputy", "manager"], ["deputy", "manager"]],
        [["coordinator", "deputy"], ["coordinator", "deputy", "manager"]],
    ]
    assert {(line.actor, line.surface) for line in lines} == {("directory", "sign-in")}


def test_without_any_group_nobody_is_left_in(web: Web, provider: Provider) -> None:
    city = City(web, provider)
    city.link("s-anne", "anne")
    provider.user("s-anne", groups=[])

    answer = city.sign_in("s-anne")

    assert answer.status_code == 422
    assert "nobody has let you in here" in answer.text


def test_who_has_left_stays_out_whatever_the_groups_say(web: Web, provider: Provider) -> None:
    city = City(web, provider, groups=GROUPS[:2])
    city.link("s-anne", "anne")
    anne = web.world.house.store.read(lambda tx: tx.programme("aalborg").people["anne"])
    web.world.house.store.run(lambda tx: tx.save_person("aalborg", replace(anne, active=False)))
    provider.user("s-anne", groups=["climate"])

    assert city.sign_in("s-anne").status_code == 422
    assert city.roles("anne") is None


def test_the_last_who_administers_keeps_the_role(web: Web, provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    city = City(web, provider)
    city.link("s-mette", "mette")
    provider.user("s-mette", groups=["climate"])

    assert city.sign_in("s-mette").status_code == 303
    assert city.roles("mette") == ("manager",)
    assert "groups_not_followed" in caplog.text


def test_somebody_new_in_a_group_becomes_a_person_if_that_is_wanted(web: Web, provider: Provider) -> None:
    provider.user("s-new", groups=["climate"], name="Nina Bak", preferred_username="anne", email="nina@aalborg.example.org")
    assert City(web, provider).sign_in("s-new").status_code == 422

    city = City(web, provider, make_people=True)
    browser = city.browser()
    assert city.sign_in("s-new", browser).status_code == 303

    assert city.roles("anne2") == ("coordinator",)
    assert "Nina Bak" in browser.get("/me").text
    assert city.roles("anne") == ("coordinator",)
    provider.user("s-copy", groups=["climate"], name="X", preferred_username="x", email="mette@aalborg.example.org")
    assert city.sign_in("s-copy").status_code == 422


def test_denied_there_is_said_here(web: Web, provider: Provider) -> None:
    browser = City(web, provider, groups=(), label="Aalborg account").browser()
    browser.get("/sign-in/city")
    state = derived(browser.cookies["handslag-door"], "state")  # this provider leaves it out when it denies; others may not

    answer = browser.get(f"/sign-in/city/back?{urlencode({'error': 'access_denied', 'state': state})}")

    assert answer.status_code == 422
    assert "Aalborg account did not let you through" in answer.text


def test_a_silent_provider_is_said(web: Web, provider: Provider) -> None:
    city = City(web, provider, issuer="http://127.0.0.1:9")

    answer = city.browser().get("/sign-in/city")

    assert answer.status_code == 503
    assert "does not answer" in answer.text


def test_a_provider_that_says_it_is_another_is_not_believed(web: Web, provider: Provider) -> None:
    city = City(web, provider, issuer=provider.issuer.replace("127.0.0.1", "localhost") + "/")

    assert city.browser().get("/sign-in/city").status_code == 422 or city.browser().get("/sign-in/city").status_code == 503


def test_without_local_accounts_no_password_opens(web: Web, provider: Provider) -> None:
    city = City(web, provider, local=False)
    browser = city.browser()

    page = browser.get("/sign-in")
    assert 'type="password"' not in page.text
    assert "/sign-in/city" in page.text
    assert browser.post("/sign-in", data={"name": "anne", "password": "x"}).status_code in (303, 404)
    token = city.invitation("anne")
    refused = browser.post(f"/invitation/{token}", data={"password": "a calm sentence", "again": "a calm sentence"})
    assert refused.status_code == 422


def test_no_provider_no_button(web: Web) -> None:
    assert "/sign-in/city" not in web.visitor().get("/sign-in").text
    assert web.visitor("anne").get("/sign-in/city").status_code == 404


def test_secrets_stay_out_of_the_log(web: Web, provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    city = City(web, provider, groups=())
    city.link("s-anne", "anne")
    browser = city.browser()

    city.sign_in("s-anne", browser)
    again = city.sign_in("s-anne", browser)
    exchange = [form for path, _, form, _ in provider.seen if path.endswith("token")][-1]

    ours = "\n".join(r.getMessage() + str(vars(r)) for r in caplog.records if not r.name.startswith(THEIRS))
    for secret in (SECRET, exchange["code"], exchange["code_verifier"], browser.cookies["handslag"]):
        assert secret not in ours
    assert again.status_code == 303


def test_without_the_extra_it_says_what_to_install(
    web: Web, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setitem(sys.modules, "authlib.integrations.httpx_client", None)

    with pytest.raises(EnvironmentFault, match=r"pip install .handslag\[oidc\]."):
        City(web, provider)


def test_settings_that_let_nobody_in_are_refused(tmp_path: Path) -> None:
    text = '[sign_in]\nlocal = false\n[sign_in.oidc]\nissuer = "http://far.example.org"\ngroups = ["climate: aalborg"]\n'
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        load_settings(tmp_path)
    assert "https address" in str(raised.value)
    assert "GROUP -> PROGRAMME:ROLE" in str(raised.value)

    (tmp_path / "config.toml").write_text("[sign_in]\nlocal = false\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="nobody gets in"):
        load_settings(tmp_path)
    (tmp_path / "config.toml").write_text('[sign_in.oidc]\nissuer = "https://a.example.org"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="client_id"):
        load_settings(tmp_path)


def test_a_hand_shake_cookie_that_is_rubbish_is_refused(web: Web, provider: Provider) -> None:
    city = City(web, provider)
    for value in ("x", base64.urlsafe_b64encode(json.dumps(["a"]).encode()).decode()):
        browser = city.browser()
        browser.cookies.set("handslag-door", value)
        assert browser.get("/sign-in/city/back?state=x&code=y").status_code == 422


def test_the_doctor_finds_groups_that_name_nothing(web: Web, provider: Provider) -> None:
    sound = [f for f in diagnose(City(web, provider).app.state.house) if f.what == "sign-in"]
    wrong = [f for f in diagnose(City(web, provider, groups=("x -> aalborg:boss",)).app.state.house) if f.what == "sign-in"]

    assert [f.ok for f in (*sound, *wrong)] == [True, False]
    assert "aalborg:boss" in wrong[0].found


def test_without_local_accounts_a_password_is_not_changed(web: Web, provider: Provider) -> None:
    city = City(web, provider, groups=(), local=False)
    city.link("s-anne", "anne")
    browser = city.browser()
    city.sign_in("s-anne", browser)

    assert browser.post("/me/password", data={"old": "x", "password": "a calm and long sentence"}).status_code == 404
    assert 'type="password"' not in browser.get("/me").text
