"""Field reports by wire: one code one report, nothing of who reported goes back, the photo tells no place."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.domain.test_photos import EXIF, JFIF, SECRET, TABLE, jpeg
from tests.support import wire
from tests.support.desk import open_office
from tests.support.wire import System
from tthc_tracker.extensions import database
from tthc_tracker.models.fieldreport import FieldReport
from tthc_tracker.services.fieldreportphotos import FOLDER

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
PHONE = "0987001777"


@pytest.fixture
def system(app: Flask) -> System:
    with database.transaction() as session:
        open_office(session)
    return System(app, wire.token())


def test_a_report_is_taken_once_and_says_how_it_stands(system: System) -> None:
    body = wire.report(DonViXuLy="H50.19001", HoTen="Trần Canary", SoDienThoai=PHONE)
    first = system.send("POST", "/field-reports", body, Idempotency_Key="k1")
    again = system.send("POST", "/field-reports", body, Idempotency_Key="k1")
    anew = system.send("POST", "/field-reports", body)
    assert [one.status_code for one in (first, again, anew)] == [201, 201, 200]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.headers["Location"] == "/api/v1/field-reports/HT-2026-000123"
    told = system.send("GET", "/field-reports/HT-2026-000123")
    assert told.json == first.json
    assert (told.json["TrangThai"], told.json["DonViXuLy"], told.json["HanTraLoi"]) == (
        "received", "H50.19001", "20261119090000",
    )  # fmt: skip
    assert PHONE not in told.text
    assert "Canary" not in told.text


def test_other_content_is_a_conflict_and_changes_nothing(system: System) -> None:
    system.send("POST", "/field-reports", wire.report())
    other = system.send("POST", "/field-reports", wire.report(NoiDung="Khác"))
    assert (other.status_code, other.mimetype) == (409, "application/problem+json")
    assert other.json["errors"][0]["field"] == "MaPhanAnh"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"LoaiPhanAnh": "ma"}, "LoaiPhanAnh"),
        ({"NgayTiepNhan": "hôm qua"}, "NgayTiepNhan"),
        ({"DonViTiepNhan": "H99"}, "DonViTiepNhan"),
        ({"DonViXuLy": "H99"}, "DonViXuLy"),
        ({"MaPhanAnh": "a/1"}, "MaPhanAnh"),
        ({"SoDienThoai": "12"}, "SoDienThoai"),
        ({"NoiXayRa": ""}, "NoiXayRa"),
        ({"ToaDo": "17.4"}, "ToaDo"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(system: System, change: dict[str, str], field: str) -> None:
    answer = system.send("POST", "/field-reports", wire.report(**change))
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_a_photo_is_kept_without_its_place_and_the_next_takes_its_place(system: System, app: Flask) -> None:
    system.send("POST", "/field-reports", wire.report())
    address, folder = "/field-reports/HT-2026-000123/photo", Path(app.config["SETTINGS"].var) / FOLDER
    for _ in range(2):
        sent = system.send("PUT", address, jpeg(JFIF, EXIF, TABLE), Content_Type="image/jpeg")
        assert sent.status_code == 204
    (kept,) = folder.iterdir()
    assert SECRET not in kept.read_bytes()
    with database.reading() as session:
        assert session.execute(select(FieldReport.photo)).scalar_one() == kept.stem


def test_what_is_no_photo_leaves_nothing_behind(system: System, app: Flask) -> None:
    system.send("POST", "/field-reports", wire.report())
    refused = {
        "/field-reports/HT-2026-000123/photo": (b"<svg/>", 422),
        "/field-reports/HT-9/photo": (jpeg(JFIF, TABLE), 404),
    }
    for address, (body, status) in refused.items():
        assert system.send("PUT", address, body).status_code == status
    large = jpeg(JFIF, TABLE, tail=bytes(5 * 1024 * 1024))
    refusal = system.send("PUT", "/field-reports/HT-2026-000123/photo", large)
    assert (refusal.status_code, "một ảnh dài nhất 5 MB" in refusal.json["detail"]) == (413, True)
    folder = Path(app.config["SETTINGS"].var) / FOLDER
    assert not folder.exists() or list(folder.iterdir()) == []
