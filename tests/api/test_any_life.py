"""Whatever a source says of its dossiers, in whatever order, is taken or refused: never an error of ours."""

import itertools
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import wire
from tests.support.desk import open_office
from tests.support.wire import System, accepted, dossier
from tthc_tracker.extensions import database
from tthc_tracker.services import apitokens

MOMENTS = st.sampled_from(
    ["", "20261116090000", "20261118100000", "18/11/2026", "20261119", "19000101000000", "21991231235959"]
)
TEXTS = st.one_of(st.sampled_from(["", "\ufdfa" * 200, "Nguyễn Thị Hoà", "2.6093E+10"]), st.text(max_size=60))
STATUS = {
    "TrangThaiHoSo": st.integers(1, 10),
    **dict.fromkeys(("NgayTiepNhan", "NgayHenTra", "NgayTuChoi", "NgayKetThucXuLy", "NgayTra"), MOMENTS),
}
BIRTH = STATUS | {
    "NgayNopHoSo": MOMENTS,
    "KenhThucHien": st.integers(1, 3),
    "MaTTHC": st.sampled_from(["1.004873", "9.000001"]),
    **dict.fromkeys(("TenTTHC", "TenLinhVuc", "ChuHoSo", "MaDoiTuong", "SoDienThoai", "Email"), TEXTS),
}


def some_of(fields: dict[str, st.SearchStrategy[Any]], most: int) -> st.SearchStrategy[dict[str, Any]]:
    """A few of the fields, each saying something: a life with few oddities goes further."""
    names = st.lists(st.sampled_from(sorted(fields)), max_size=most, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: fields[name] for name in chosen}))


BIRTHS = st.builds(lambda make, odd: (make, odd), st.sampled_from([dossier, accepted]), some_of(BIRTH, 2))
CHANGES = st.builds(
    lambda status, odd: {"TrangThaiHoSo": status} | odd, STATUS["TrangThaiHoSo"], some_of(STATUS, 2)
)
TAKEN_OR_REFUSED = {200, 201, 409, 422}


def test_any_life_is_answered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apitokens, "RATE", 10**6)
    with database.transaction() as session:
        open_office(session)
    portal, numbers = System(app, wire.token()), itertools.count(1)
    answered: set[int] = set()

    @settings(max_examples=40)
    @given(born=BIRTHS, lived=st.lists(CHANGES, max_size=4))
    def live(born: tuple[Any, dict[str, Any]], lived: list[dict[str, Any]]) -> None:
        (make, odd), code = born, f"H50.19000-261116-{next(numbers):04}"
        statuses = [portal.send("POST", "/dossiers", make(code, **odd)).status_code]
        if statuses == [201]:
            path = f"/dossiers/{code}/status"
            statuses += [portal.send("PATCH", path, change).status_code for change in lived]
            assert portal.send("GET", f"/dossiers/{code}").status_code == 200
        answered.update(statuses)
        assert answered <= TAKEN_OR_REFUSED

    live()
    assert answered == TAKEN_OR_REFUSED
