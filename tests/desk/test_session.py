"""Signing in: a key for a cookie, which opens the desk and nothing else."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from app.access.accounts import disable_account, revoke_key
from app.db.database import Database
from app.vocabulary import Scope
from tests.desk.conftest import HTML, TOKEN, Arriving, Person, sign_in
from tests.keys import key


def test_a_key_becomes_a_cookie_that_no_script_and_no_other_address_gets(
    ketamine: Database, ketamine_client: TestClient
) -> None:
    answer = sign_in(ketamine_client, key(ketamine), to="/desk/review")
    cookie = next(
        each for each in answer.headers.get_list("set-cookie") if each.startswith("evidence_desk=")
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/review")
    assert {"HttpOnly", "SameSite=lax", "Path=/desk"} <= {*cookie.split("; ")}
    assert "Secure" not in cookie
    assert "evb_" not in cookie


def test_behind_tls_the_cookie_is_secure(ketamine: Database, ketamine_client: TestClient) -> None:
    ketamine_client.base_url = ketamine_client.base_url.copy_with(scheme="https")

    cookies = sign_in(ketamine_client, key(ketamine)).headers.get_list("set-cookie")

    assert cookies
    assert all("Secure" in each for each in cookies if "Max-Age=0" not in each)


@pytest.mark.parametrize("away", ["https://evil.example", "//evil.example", "/\\evil", "/studies"])
def test_nobody_is_sent_elsewhere_after_signing_in(
    ketamine: Database, ketamine_client: TestClient, away: str
) -> None:
    assert sign_in(ketamine_client, key(ketamine), to=away).headers["location"] == "/desk"


def test_who_is_not_signed_in_is_asked_first(ketamine_client: TestClient) -> None:
    answer = ketamine_client.get("/desk/review?state=open", headers=HTML, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/desk/sign-in?to=%2Fdesk%2Freview%3Fstate%3Dopen"


@pytest.mark.parametrize("wrong", ["evb_00000000_" + "a" * 43, "hello", "ключ"])
def test_a_key_that_is_not_valid_is_refused_and_not_shown_again(
    ketamine_client: TestClient, wrong: str
) -> None:
    answer = sign_in(ketamine_client, wrong)

    assert answer.status_code == 401
    assert "This key is not valid" in answer.text
    assert wrong not in answer.text


def test_a_key_that_only_reads_opens_no_desk(
    ketamine: Database, ketamine_client: TestClient
) -> None:
    assert sign_in(ketamine_client, key(ketamine, "bo", Scope.READER)).status_code == 403


def test_a_revoked_key_or_a_disabled_account_ends_its_sessions_at_once(
    ketamine: Database, arriving: Arriving, ketamine_client: TestClient
) -> None:
    held = key(ketamine, "cy")
    sign_in(ketamine_client, held)
    dora = arriving("dora")
    assert ketamine_client.get("/desk", headers=HTML).status_code == 200
    with ketamine.write() as session:
        revoke_key(session, held[:12])
        disable_account(session, "dora")

    for client in (ketamine_client, dora.client):
        assert client.get("/desk", headers=HTML, follow_redirects=False).status_code == 303


def test_after_signing_out_the_cookie_is_worth_nothing(ada: Person) -> None:
    cookie = ada.client.cookies["evidence_desk"]
    ada.sent("/desk/sign-out")
    held = {**HTML, "Cookie": f"evidence_desk={cookie}"}

    assert ada.client.get("/desk", headers=held, follow_redirects=False).status_code == 303


def test_the_cookie_is_nothing_to_the_api(ada: Person) -> None:
    held = {"Cookie": f"evidence_desk={ada.client.cookies['evidence_desk']}"}

    assert ada.client.get("/v1/proposals", headers=held).status_code == 401
    assert ada.client.post("/v1/citations", json={"title": "x"}, headers=held).status_code == 401


@pytest.mark.parametrize("token", ["", "nonsense", "a.b", "ünsinn.ünsinn"])
def test_a_form_without_its_token_does_nothing_and_keeps_what_was_typed(
    ada: Person, token: str
) -> None:
    typed = {"token": token, "do": "save", "title": "Typed at <length>", "year": "2011"}
    page = ada.client.post("/desk/citations/new", data=typed, headers=HTML)

    assert page.status_code == 403
    assert "Typed at &lt;length&gt;" in page.text
    assert ada.client.get("/v1/citations?q=typed").json()["items"] == []
    assert "Send it again" not in page.text


def test_what_our_own_page_sent_too_late_can_be_sent_again(ada: Person) -> None:
    typed = {"token": "old", "do": "save", "title": "Sent twice", "reason": "late"}
    ours = {**HTML, "Origin": "http://testserver"}
    page = ada.client.post("/desk/citations/new", data=typed, headers=ours)
    again = {**typed, "token": TOKEN.findall(page.text)[-1]}
    ada.client.post("/desk/citations/new", data=again, headers=HTML)

    assert "Send it again" in page.text
    assert len(ada.client.get("/v1/citations?q=twice").json()["items"]) == 1


def test_a_token_of_somebody_else_is_none(ada: Person, arriving: Arriving) -> None:
    theirs = TOKEN.findall(arriving("grace").see("/desk"))[-1]
    typed = {"token": theirs, "do": "save", "title": "Not mine"}

    assert ada.client.post("/desk/citations/new", data=typed, headers=HTML).status_code == 403
