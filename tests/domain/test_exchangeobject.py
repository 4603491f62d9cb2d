"""What is written in the exchange vocabulary says what was read from it."""

from dataclasses import fields
from typing import Any

import pytest

from tests.support.moments import at
from tthc_tracker.domain.exchange import FiledDossier
from tthc_tracker.domain.exchangeobject import (
    ENDS,
    DossierFacts,
    exchange_object,
    iso,
    merged,
    stamp,
    undoes_acceptance,
)
from tthc_tracker.domain.exchangerow import ExchangeRow, read_row
from tthc_tracker.domain.lifecycle import ResultKind, State

BASE = {
    "MaHoSo": "H50.19000-261116-0001", "MaTTHC": "1.004873", "TenTTHC": "Xác nhận", "TenLinhVuc": "Hộ tịch",
    "KenhThucHien": "2", "ChuHoSo": "Nguyễn Thị Hoà", "LoaiDoiTuong": "1", "MaDoiTuong": "044093001234",
    "SoDienThoai": "0912345678", "Email": "a@example.invalid", "TrichYeuHoSo": "Xin xác nhận",
    "NgayNopHoSo": "20261116090000", "NoiNopHoSo": "H50.19000", "DonViXuLy": "H50.01",
}  # fmt: skip
ACCEPTED = {"NgayTiepNhan": "20261116100000", "NgayHenTra": "20261119100000"}
FINISHED = {"NgayKetThucXuLy": "20261118100000"}
RETURNED = FINISHED | {"NgayTra": "20261118110000"}


def facts_of(row: ExchangeRow) -> DossierFacts:
    """What is stored of a row, as the writers of imports do it."""
    done = row.state in {State.FINISHED, State.RETURNED}
    result = (ResultKind.REFUSED if row.result_refused else ResultKind.GRANTED) if done else None
    return DossierFacts(
        **{field.name: getattr(row, field.name) for field in fields(FiledDossier)}, result_kind=result,
        kept=row.kept,
    )  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"TrangThaiHoSo": "1"}, id="registered"),
        pytest.param({"TrangThaiHoSo": "3", "NgayTuChoi": "20261117080000"}, id="refused before acceptance"),
        pytest.param({"TrangThaiHoSo": "7", **FINISHED}, id="withdrawn before acceptance"),
        pytest.param({"TrangThaiHoSo": "2", **ACCEPTED}, id="received"),
        pytest.param({"TrangThaiHoSo": "4", **ACCEPTED}, id="at work"),
        pytest.param({"TrangThaiHoSo": "5", **ACCEPTED}, id="waiting for papers"),
        pytest.param({"TrangThaiHoSo": "3", **ACCEPTED, **FINISHED}, id="a result that refuses"),
        pytest.param({"TrangThaiHoSo": "8", **ACCEPTED, **FINISHED}, id="stopped"),
        pytest.param({"TrangThaiHoSo": "8", **ACCEPTED}, id="stopping, not decided"),
        pytest.param({"TrangThaiHoSo": "9", **ACCEPTED, **FINISHED}, id="finished"),
        pytest.param({"TrangThaiHoSo": "10", **ACCEPTED, **RETURNED}, id="returned"),
        pytest.param(
            {"TrangThaiHoSo": "10", **ACCEPTED, **RETURNED, "NgayTuChoi": FINISHED["NgayKetThucXuLy"]},
            id="a refusal that was handed over",
        ),
    ],
)  # fmt: skip
def test_what_was_read_can_be_written_and_read_again(said: dict[str, str]) -> None:
    row = read_row(BASE | said)
    written = exchange_object(facts_of(row))
    again = read_row({name: str(value) for name, value in written.items() if value is not None})
    assert again == row
    assert written["TrangThaiHoSo"] == int(said["TrangThaiHoSo"])


BESIDES = {
    "MaLinhVuc": "G01", "HinhThuc": "Qua bưu chính", "GhiChu": "gọi trước khi đến",
    "HoSoCoThanhPhanSoHoa": "1", "TaiKhoanDuocXacThucVoiVNeID": "0", "DuocThanhToanTrucTuyen": "true",
    "DanhSachHoSoBoSung": '[{"NoiDungBoSung": "bản vẽ", "NgayBoSung": "20261117080000"}]',
    "KetQuaSoHoa": "1",
}  # fmt: skip


def test_what_is_kept_as_it_is_said_is_written_again() -> None:
    row = read_row(BASE | ACCEPTED | BESIDES | {"TrangThaiHoSo": "4"})
    written = exchange_object(facts_of(row))
    supplements = [{"NoiDungBoSung": "bản vẽ", "NgayBoSung": "20261117080000"}]
    assert {name: written[name] for name in BESIDES} == BESIDES | {"DanhSachHoSoBoSung": supplements}
    assert {name: merged(facts_of(row), {})[name] for name in BESIDES} == BESIDES
    assert merged(facts_of(row), {"GhiChu": "khác"})["GhiChu"] == "khác"


@pytest.mark.parametrize(
    ("said", "stored", "undone"),
    [
        pytest.param("1", {"TrangThaiHoSo": "2", **ACCEPTED}, True, id="accepted, and said to be new"),
        pytest.param("4", {"TrangThaiHoSo": "2", **ACCEPTED}, False, id="accepted, and at work"),
        pytest.param("1", {"TrangThaiHoSo": "5"}, False, id="never accepted: an answered supplement"),
    ],
)
def test_a_status_that_undoes_an_acceptance_is_seen(said: str, stored: dict[str, str], undone: bool) -> None:
    facts = facts_of(read_row(BASE | stored))
    assert undoes_acceptance(facts, {"TrangThaiHoSo": said}) is undone


def _stored(**said: str) -> DossierFacts:
    return facts_of(read_row(BASE | ACCEPTED | said))


@pytest.mark.parametrize(
    ("stored", "status", "kept"),
    [
        pytest.param({"TrangThaiHoSo": "9", **FINISHED}, "10", True, id="a finish that is handed over"),
        pytest.param({"TrangThaiHoSo": "3", **FINISHED}, "10", True, id="a refusal that is handed over"),
        pytest.param({"TrangThaiHoSo": "8", **FINISHED}, "8", True, id="a stop that is said again"),
        pytest.param({"TrangThaiHoSo": "8", **FINISHED}, "9", False, id="a stop that went on"),
        pytest.param({"TrangThaiHoSo": "3", **FINISHED}, "9", False, id="a refusal that became a result"),
    ],
)
def test_the_moments_of_an_end_stay_with_a_status_that_continues_it(
    stored: dict[str, str], status: str, kept: bool
) -> None:
    row = merged(_stored(**stored), {"TrangThaiHoSo": status})
    assert any(name in row for name in ENDS) is kept
    assert row["NgayHenTra"] == ACCEPTED["NgayHenTra"]


def test_what_is_said_comes_before_what_is_stored() -> None:
    said = {"TrangThaiHoSo": "4", "NgayHenTra": "20261120100000"}
    assert merged(_stored(TrangThaiHoSo="2"), said).items() >= said.items()


def test_moments_are_written_in_local_time() -> None:
    moment: Any = at("Mon 2026-11-16 09:00")
    assert (stamp(moment), iso(moment)) == ("20261116090000", "2026-11-16T09:00:00+07:00")
    assert (stamp(None), iso(None)) == (None, None)
