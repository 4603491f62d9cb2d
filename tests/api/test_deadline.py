"""When would it be due: the answer of the counter's engine, to the minute and with its steps."""

import pytest
from flask import Flask

from tests.support import wire
from tests.support.desk import open_office
from tests.support.wire import System
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.extensions import database


@pytest.fixture
def portal(app: Flask) -> System:
    with database.transaction() as session:
        open_office(session)
    return System(app, wire.token(scopes=[ApiScope.DEADLINE]))


START = "NgayTiepNhan=20261116090000"

DUE = {
    "a procedure of three days over a holiday":
        ("MaTTHC=1.004873&NgayTiepNhan=20261123140000&DonViXuLy=H50.19000", "20261127140000"),
    "its full code, by the national calendar":
        ("MaTTHC=1.004873.000.00.00.H50&NgayTiepNhan=20261123140000", "20261127140000"),
    "the same day, asked after the cutoff":
        ("MaTTHC=2.000815&NgayTiepNhan=20261116150100&KenhThucHien=1", "20261117170000"),
    "hours over the lunch break":
        ("ThoiHan=2&DonViThoiHan=working_hour&NgayTiepNhan=2026-11-16T11:20", "20261116152000"),
    "calendar days":
        ("ThoiHan=30&DonViThoiHan=calendar_day&NgayTiepNhan=20261121090000", "20261221090000"),
}  # fmt: skip

UNANSWERABLE = {
    "no moment": ("MaTTHC=1.004873", "NgayTiepNhan"),
    "no such day": ("MaTTHC=1.004873&NgayTiepNhan=31/02/2026", "NgayTiepNhan"),
    "neither procedure nor limit": (START, "MaTTHC"),
    "an unknown procedure": (f"MaTTHC=9.999999&{START}", "MaTTHC"),
    "no code at all": (f"MaTTHC=x&{START}", "MaTTHC"),
    "beyond the calendar": ("MaTTHC=1.004873&NgayTiepNhan=21501116090000", "NgayTiepNhan"),
    "no such agency": (f"MaTTHC=1.004873&{START}&DonViXuLy=H99", "DonViXuLy"),
    "no channel": (f"MaTTHC=1.004873&{START}&KenhThucHien=9", "KenhThucHien"),
    "half a limit": (f"ThoiHan=3&{START}", "ThoiHan"),
    "a limit before now": (f"ThoiHan=-1&DonViThoiHan=month&{START}", "ThoiHan"),
    "a limit without end": (f"ThoiHan=1e9999999&DonViThoiHan=month&{START}", "ThoiHan"),
    "no unit": (f"ThoiHan=1&DonViThoiHan=moon&{START}", "DonViThoiHan"),
    "an unknown question": (f"MaTTHC=1.004873&{START}&xyz=1", "xyz"),
    "no text": (f"MaTTHC=1.004873&{START}&DonViXuLy=%00", "DonViXuLy"),
}


def test_a_date_is_foretold_as_the_counter_would_promise_it(portal: System) -> None:
    for what, (question, due) in DUE.items():
        answer = portal.send("GET", f"/deadline?{question}")
        assert (answer.status_code, answer.json["NgayHenTra"]) == (200, due), what
        assert answer.json["steps"][-1]["to"].startswith(f"{due[:4]}-{due[4:6]}-{due[6:8]}T"), what


def test_a_question_that_has_no_answer_says_why(portal: System) -> None:
    for what, (question, field) in UNANSWERABLE.items():
        answer = portal.send("GET", f"/deadline?{question}")
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field), what
