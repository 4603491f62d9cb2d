"""The form of a source's feed, and how it stands on the page of operations; no token is ever shown."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.web.test_apitokens import admin, entered, office
from tthc_tracker.extensions import database
from tthc_tracker.models.feed import SourceFeed
from tthc_tracker.wording import feeds as words

__all__ = ["admin", "office"]
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

PAGE, STATUS = "/van-hanh/nguon/provincial-portal", "/van-hanh"
TOKEN = "ma-truy-cap-rat-kin"
ASKED = {
    "kind": "http", "place": "https://cong.example.gov.vn/ho-so", "token": TOKEN, "every_minutes": "20",
    "enabled": "y", "version": "0",
}  # fmt: skip


def feeds() -> list[SourceFeed]:
    with database.reading() as session:
        return list(session.execute(select(SourceFeed)).scalars())


def test_a_feed_is_set_shown_without_its_token_and_asked_for_now(admin: FlaskClient) -> None:
    assert "Chưa nguồn nào được lấy tự động" in admin.get(STATUS).text
    assert admin.get(PAGE).status_code == 200
    saved = admin.post(PAGE, data=ASKED)
    assert (saved.status_code, saved.location) == (303, "/van-hanh#nguon")
    [feed] = feeds()
    assert (feed.every_minutes, feed.set_by_id is not None) == (20, True)
    shown = admin.get(STATUS).text
    assert "https://cong.example.gov.vn/ho-so" in shown
    assert words.NEW in shown
    assert "Tự động" in admin.get("/danh-muc/nguon").text
    assert admin.post(f"{PAGE}/lay-ngay").status_code == 303
    page = admin.get(PAGE).text
    assert "đã có, không hiện lại" in page
    assert f'action="{PAGE}/lay-ngay"' in page, "asked for where its fault is read"
    assert TOKEN not in page + shown + admin.get("/nhat-ky").text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"place": "https://10.0.0.1/hs"}, "mạng nội bộ", id="a private address"),
        pytest.param({"kind": "folder", "place": "a"}, "TTHC_FEED_ROOT", id="no root is set"),
        pytest.param({"every_minutes": "hai"}, words.NO_MINUTES, id="no number"),
        pytest.param({"every_minutes": "1"}, "từ 5 đến", id="too often"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays_typed(
    admin: FlaskClient, changed: dict[str, str], told: str
) -> None:
    refused = admin.post(PAGE, data=ASKED | changed)
    assert refused.status_code == 422
    assert told in refused.text
    assert f'value="{(ASKED | changed)["place"]}"' in refused.text
    assert TOKEN not in refused.text
    assert feeds() == []


def test_of_two_at_the_form_the_second_is_told(admin: FlaskClient) -> None:
    admin.post(PAGE, data=ASKED)
    assert admin.post(PAGE, data=ASKED | {"every_minutes": "30"}).status_code == 409
    assert admin.post(PAGE, data=ASKED | {"every_minutes": "30", "version": "1"}).status_code == 303
    assert feeds()[0].every_minutes == 30


def test_only_whoever_administers_all_agencies_sets_it(app: Flask, office: None) -> None:
    of_ward = entered(app, "phuong")
    assert words.ONLY_THE_WHOLE in of_ward.get(PAGE).text
    assert of_ward.post(PAGE, data=ASKED).status_code == 403
    assert of_ward.post(f"{PAGE}/lay-ngay").status_code == 303
    assert words.ONLY_THE_WHOLE in of_ward.get(STATUS).text
    assert feeds() == []


def test_what_is_fetched_from_nowhere_is_not_asked_for(admin: FlaskClient) -> None:
    assert admin.post(f"{PAGE}/lay-ngay").status_code == 303
    assert words.NOT_SET in admin.get(STATUS).text
    for source in ("desk", "khong-co"):
        assert admin.get(f"/van-hanh/nguon/{source}").status_code == 404
