"""The screen of addresses that are told: secret shown once, what was given up, sent again, paused."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.calls import give_up
from tests.support.screens import Page
from tests.web.test_apitokens import admin, entered, office
from tthc_tracker import clock
from tthc_tracker.domain.webhooks import GIVEN_UP_AFTER, WebhookEvent
from tthc_tracker.extensions import database
from tthc_tracker.models.webhook import WebhookDelivery
from tthc_tracker.queries import webhooks
from tthc_tracker.services import webhookoutbox

__all__ = ["admin", "office"]
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

PAGE = "/noi-nhan-tin-bao"
ASKED = {"source": "provincial-portal", "name": "LGSP", "url": "https://lgsp.example.com/nhan",
         "on_finished": "y"}  # fmt: skip
CODE = "H50.19000-261116-0001"


def given_up() -> None:
    with database.transaction() as session:
        give_up(session, CODE, clock.now())


def statuses() -> list[str]:
    with database.reading() as session:
        return [one.status for one in session.query(WebhookDelivery).order_by(WebhookDelivery.id)]


def test_a_secret_is_shown_once_and_what_was_given_up_is_seen_and_sent_again(
    app: Flask, admin: FlaskClient
) -> None:
    shown = admin.post(PAGE, data=ASKED)
    secret = re.search(r"whsec_[\w+/=]+", shown.text)
    assert secret is not None
    assert secret[0] not in admin.get(PAGE).text
    given_up()
    assert "1 tin báo không gửi được tới «LGSP»" in Page.of(admin.get("/van-hanh")).words
    of_a_part = entered(app, "phuong").get("/van-hanh")
    assert (of_a_part.status_code, "LGSP" in of_a_part.text) == (200, False)
    page = Page.of(admin.get(f"{PAGE}/1?tinh-trang=dead"))
    page.check()
    for words in ("503 Service Unavailable", "Không gửi được", CODE):
        assert words in page.words, words
    admin.post(f"{PAGE}/1/gui-lai", data={"tin": "một"})  # names none, and so not all of them
    assert statuses() == ["dead"]
    assert admin.post(f"{PAGE}/1/gui-lai", data={"tin": "1"}).status_code == 303
    assert statuses() == ["pending"]
    assert "không gửi được tới" not in admin.get("/van-hanh").text
    assert Page.of(admin.get(f"{PAGE}/1")).words.count(CODE) == 1


def key_in(page: str) -> str:
    found = re.search(r'name="submission_key" value="(\w{32})"', page)
    assert found is not None
    return found[1]


def test_a_form_that_is_sent_twice_makes_one_address_and_one_secret(admin: FlaskClient) -> None:
    keyed = ASKED | {"submission_key": key_in(admin.get(PAGE).text)}
    assert "whsec_" in admin.post(PAGE, data=keyed).text
    again = admin.post(PAGE, data=keyed)
    assert (again.status_code, "whsec_" in again.text) == (422, False)
    with database.reading() as session:
        assert len(webhooks.endpoints(session)) == 1
    once = {"submission_key": key_in(admin.get(f"{PAGE}/1").text)}
    assert "whsec_" in admin.post(f"{PAGE}/1/doi-bi-mat", data=once).text
    again = admin.post(f"{PAGE}/1/doi-bi-mat", data=once, follow_redirects=True)
    assert "whsec_" not in again.text, "what the other system holds still is signed by for a day"
    assert "đã đổi rồi" in again.text


def test_while_it_is_paused_nothing_leaves_and_nothing_is_given_up(admin: FlaskClient) -> None:
    admin.post(PAGE, data=ASKED)
    now = clock.now()
    with database.transaction() as session:
        webhookoutbox.enqueue(session, 1, WebhookEvent.FINISHED, "{}", now)
    assert admin.post(f"{PAGE}/1/pause").status_code == 303
    later = now + 2 * GIVEN_UP_AFTER
    with database.transaction() as session:
        assert webhookoutbox.due(session, key="k" * 40, now=later) == []
        assert webhookoutbox.expire(session, later) == 0
    assert "Tạm dừng" in admin.get(PAGE).text
    assert admin.post(f"{PAGE}/1/resume").status_code == 303
    with database.transaction() as session:
        assert len(webhookoutbox.due(session, key="k" * 40, now=clock.now() + dt.timedelta(seconds=1))) == 1
    assert admin.post(f"{PAGE}/1/stop").status_code == 303
    assert admin.post(f"{PAGE}/1/resume").status_code == 303, "one that was stopped stays so"
    assert "Đã dừng" in admin.get(PAGE).text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"url": "http://lgsp.example.com"}, "https"),
        ({"url": "https://10.0.0.7/nhan"}, ""),
        ({"on_finished": ""}, "ít nhất một loại tin báo"),
        ({"name": ""}, "Hãy đặt tên nơi nhận"),
    ],
    ids=["no TLS", "an address inside", "nothing to tell", "no name"],
)
def test_what_cannot_be_registered_says_why_and_keeps_what_was_typed(
    admin: FlaskClient, changed: dict[str, str], told: str
) -> None:
    answer = admin.post(PAGE, data=ASKED | changed)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert (ASKED | changed)["url"] in answer.text


def test_whoever_keeps_a_part_only_sees_that_it_is_not_his(app: Flask, admin: FlaskClient) -> None:
    admin.post(PAGE, data=ASKED)
    part = entered(app, "phuong")
    assert "lgsp.example.com" not in part.get(PAGE).text
    for act in ("pause", "stop", "gui-lai", "doi-bi-mat"):
        answer = part.post(f"{PAGE}/1/{act}", follow_redirects=True)
        assert "cơ quan cao nhất" in answer.text, act
    assert part.get(f"{PAGE}/1").status_code == 303
    assert part.post(PAGE, data=ASKED).status_code == 422
