"""One row of an export: what it says, or the first reason why it cannot be taken."""

from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.moments import at
from tthc_tracker.domain.exchangerow import (
    HANOI,
    YEARS,
    day_of,
    moment,
    read_row,
)
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel, State
from tthc_tracker.domain.rowfaults import BrokenRow, Refusal, RowRefusedError, RowWarning

ROW = {
    "MaHoSo": "H62.02-210611-0013",
    "MaTTHC": "1.012790.000.00.00.H62",
    "TenTTHC": "Đính chính Giấy chứng nhận đã cấp",
    "TenLinhVuc": "Đất đai",
    "KenhThucHien": "1",
    "ChuHoSo": "Hoàng Quốc Đạt",
    "LoaiDoiTuong": "1",
    "MaDoiTuong": "026080794841",
    "SoDienThoai": "0922107328",
    "NgayNopHoSo": "20210611071400",
    "NgayTiepNhan": "20210611152200",
    "NgayHenTra": "20210623152200",
    "TrangThaiHoSo": "9",
    "NgayKetThucXuLy": "20210624161600",
    "DonViXuLy": "H62.02",
    "NoiNopHoSo": "H62",
}


def row(**fields: str) -> dict[str, str]:
    return ROW | fields


def before_acceptance(**fields: str) -> dict[str, str]:
    empty = {"NgayTiepNhan": "", "NgayHenTra": "", "NgayKetThucXuLy": ""}
    return ROW | empty | fields


def test_a_clean_row_says_what_its_columns_say() -> None:
    read = read_row(ROW)
    assert (read.code, read.channel, read.owner_kind) == (
        "H62.02-210611-0013", Channel.COUNTER, ApplicantKind.CITIZEN,
    )  # fmt: skip
    assert (read.accepted_at, read.due_at) == (at("Fri 2021-06-11 15:22"), at("Wed 2021-06-23 15:22"))
    assert (read.state, read.closed_at) == (State.FINISHED, at("Thu 2021-06-24 16:16"))
    assert (read.receiving, read.resolving, read.warnings) == ("H62", "H62.02", ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", None, id="empty"),
        pytest.param("20210705083059", at("Mon 2021-07-05 08:30"), id="compact, cut to the minute"),
        pytest.param("20210705", at("Mon 2021-07-05 00:00"), id="compact without time"),
        pytest.param("2021-07-05 08:30", at("Mon 2021-07-05 08:30"), id="ISO with a space"),
        pytest.param("2021-07-05T08:30:59.5+07:00", at("Mon 2021-07-05 08:30"), id="ISO with its offset"),
        pytest.param("5/7/2021", at("Mon 2021-07-05 00:00"), id="day first"),
        pytest.param("05/07/2021 08:30:00", at("Mon 2021-07-05 08:30"), id="day first with time"),
    ],
)
def test_a_moment_is_read_in_every_form_sources_write(text: str, expected: datetime | None) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2021",
        "2021-13-01",
        "20210705256000",
        "44382",
        "5 tháng 7",
        "2021-07-05T08:30+00:00",
        "٢٠٢١٠٧٠٥",
        "00010101000000",
        "99991231235959",
    ],
)
def test_what_is_no_moment_is_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(RowRefusedError) as fault:
        moment(text, "NgayTiepNhan")
    assert (fault.value.reason, fault.value.field) == (Refusal.BAD_DATE, "NgayTiepNhan")


@given(st.datetimes(timezones=st.just(HANOI)).filter(lambda written: written.year in YEARS))
def test_the_three_forms_of_one_moment_are_read_alike(written: datetime) -> None:
    expected = written.replace(second=0, microsecond=0)
    for form in ("%Y%m%d%H%M%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S"):
        assert moment(written.strftime(form)) == expected
    assert day_of(expected) == written.date()


REFUSED: dict[str, tuple[dict[str, str], Refusal]] = {
    "no code": (row(MaHoSo=""), Refusal.NO_CODE),
    "a code with strange letters": (row(MaHoSo="H62 <b>"), Refusal.BAD_CODE),
    "no owner": (row(ChuHoSo="  "), Refusal.NO_OWNER),
    "a name of 201 characters": (row(ChuHoSo="a" * 201), Refusal.LONG_NAME),
    "a wrongly decoded name": (row(ChuHoSo="Nguy\ufffdn"), Refusal.UNCLEAN_TEXT),
    "words for a procedure": (row(MaTTHC="khai sinh"), Refusal.BAD_PROCEDURE),
    "an unknown channel": (row(KenhThucHien="8"), Refusal.BAD_CHANNEL),
    "no channel": (row(KenhThucHien=""), Refusal.BAD_CHANNEL),
    "an unknown kind of applicant": (row(LoaiDoiTuong="9"), Refusal.BAD_APPLICANT_KIND),
    "no status": (row(TrangThaiHoSo=""), Refusal.BAD_STATUS),
    "status 11": (row(TrangThaiHoSo="11"), Refusal.BAD_STATUS),
    "status 11 behind zeros": (row(TrangThaiHoSo="0011"), Refusal.BAD_STATUS),
    "accepted but newly registered": (row(TrangThaiHoSo="1"), Refusal.BAD_STATUS),
    "due before reception": (row(NgayHenTra="20210601080000"), Refusal.DUE_BEFORE_ACCEPTANCE),
    "finished before reception": (
        row(NgayKetThucXuLy="20210601080000"),
        Refusal.FINISHED_BEFORE_ACCEPTANCE,
    ),
    "returned before reception": (
        row(NgayKetThucXuLy="", NgayTra="20210601080000"),
        Refusal.FINISHED_BEFORE_ACCEPTANCE,
    ),
    "finished without any date": (row(NgayKetThucXuLy=""), Refusal.NO_FINISH),
    "finished but never accepted": (before_acceptance(TrangThaiHoSo="9"), Refusal.NO_ACCEPTANCE),
    "registered without a moment": (before_acceptance(TrangThaiHoSo="1", NgayNopHoSo=""), Refusal.NO_MOMENT),
}


@pytest.mark.parametrize(("raw", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_row_is_refused_for_its_reason(raw: dict[str, str], reason: Refusal) -> None:
    with pytest.raises(RowRefusedError) as fault:
        read_row(raw)
    assert fault.value.reason is reason


SEVERAL: dict[str, tuple[dict[str, str], list[tuple[Refusal, str]]]] = {
    "code, channel and a date": (
        row(MaHoSo="", KenhThucHien="8", NgayTiepNhan="31/02/2021", TrangThaiHoSo=""),
        [
            (Refusal.NO_CODE, "MaHoSo"),
            (Refusal.BAD_CHANNEL, "KenhThucHien"),
            (Refusal.BAD_DATE, "NgayTiepNhan"),
            (Refusal.BAD_STATUS, "TrangThaiHoSo"),
        ],
    ),
    "two dates before reception, and no owner": (
        row(ChuHoSo="", NgayHenTra="20210601080000", NgayKetThucXuLy="20210601080000"),
        [
            (Refusal.NO_OWNER, "ChuHoSo"),
            (Refusal.DUE_BEFORE_ACCEPTANCE, "NgayHenTra"),
            (Refusal.FINISHED_BEFORE_ACCEPTANCE, "NgayKetThucXuLy"),
        ],
    ),
    "a status that asks for reception, and a spoiled subject": (
        before_acceptance(TrangThaiHoSo="9", TrichYeuHoSo="\ufffd", Email="#N/A"),
        [
            (Refusal.NO_ACCEPTANCE, "NgayTiepNhan"),
            (Refusal.UNCLEAN_TEXT, "TrichYeuHoSo"),
            (Refusal.ERROR_CELL, "Email"),
        ],
    ),
}


@pytest.mark.parametrize(("raw", "faults"), SEVERAL.values(), ids=SEVERAL.keys())
def test_all_that_is_wrong_with_a_row_is_said_at_once(
    raw: dict[str, str], faults: list[tuple[Refusal, str]]
) -> None:
    with pytest.raises(RowRefusedError) as fault:
        read_row(raw)
    assert [(fault.value.reason, fault.value.field), *fault.value.others] == faults


WARNED: dict[str, tuple[dict[str, str], RowWarning]] = {
    "no due date": (row(NgayHenTra=""), RowWarning.NO_DUE_DATE),
    "the return date stands in": (
        row(NgayKetThucXuLy="", NgayTra="20210624161600"),
        RowWarning.FINISH_FROM_RETURN,
    ),
    "withdrawn without a decision": (
        row(TrangThaiHoSo="7", NgayKetThucXuLy=""),
        RowWarning.NO_DECISION_DATE,
    ),
    "a zero lost from the id": (row(MaDoiTuong="26080794841"), RowWarning.ODD_ID),
    "an id turned into a power of ten": (row(MaDoiTuong="2.6E+10"), RowWarning.LOST_ID),
    "a phone that is none": (row(SoDienThoai="không có"), RowWarning.LOST_PHONE),
}


@pytest.mark.parametrize(("raw", "warning"), WARNED.values(), ids=WARNED.keys())
def test_a_row_with_a_blemish_is_taken_with_a_warning(raw: dict[str, str], warning: RowWarning) -> None:
    assert read_row(raw).warnings == (warning,)


STATES: dict[str, tuple[dict[str, str], State, Any]] = {
    "4 being processed": (row(TrangThaiHoSo="4", NgayKetThucXuLy=""), State.PROCESSING, None),
    "3 after acceptance": (row(TrangThaiHoSo="3"), State.FINISHED, at("Thu 2021-06-24 16:16")),
    "3 before acceptance": (before_acceptance(TrangThaiHoSo="3"), State.REFUSED, None),
    "3 before acceptance, dated": (
        before_acceptance(TrangThaiHoSo="3", NgayTuChoi="20210612080000"),
        State.REFUSED,
        at("Sat 2021-06-12 08:00"),
    ),
    "5 before acceptance": (before_acceptance(TrangThaiHoSo="5"), State.AWAITING_SUPPLEMENT, None),
    "7 on its decision": (row(TrangThaiHoSo="7"), State.WITHDRAWN, at("Thu 2021-06-24 16:16")),
    "8 without a decision": (row(TrangThaiHoSo="8", NgayKetThucXuLy=""), State.STOPPING, None),
    "1 waiting": (before_acceptance(TrangThaiHoSo="1"), State.REGISTERED, None),
}


@pytest.mark.parametrize(("raw", "state", "closed"), STATES.values(), ids=STATES.keys())
def test_a_portal_status_becomes_a_state_by_its_dates(
    raw: dict[str, str], state: State, closed: datetime | None
) -> None:
    read = read_row(raw)
    assert (read.state, read.closed_at) == (state, closed)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        pytest.param({"TrangThaiHoSo": "3"}, True, id="3 after acceptance"),
        pytest.param({"TrangThaiHoSo": "10", "NgayTuChoi": "20210624161600"}, True, id="10 with its day"),
        pytest.param({"TrangThaiHoSo": "10", "NgayTuChoi": "20210611080000"}, False, id="an earlier try"),
        pytest.param({"TrangThaiHoSo": "4", "NgayTuChoi": "20210624161600"}, False, id="at work again"),
        pytest.param({"TrangThaiHoSo": "10"}, False, id="10 alone"),
    ],
)
def test_a_result_that_refuses_is_known_by_its_status_or_its_day(said: dict[str, str], refused: bool) -> None:
    assert read_row(row(**said)).result_refused is refused


def test_only_a_returned_dossier_has_a_return() -> None:
    assert read_row(row(TrangThaiHoSo="10", NgayTra="20210625080000")).returned_at == at(
        "Fri 2021-06-25 08:00"
    )
    assert read_row(row(NgayTra="20210625080000")).returned_at is None


def test_the_desk_is_the_resolving_agency_when_no_other_is_named() -> None:
    assert read_row(row(NoiNopHoSo="")).receiving == "H62.02"
    assert read_row(row(DonViXuLy="")).resolving == "H62"


def test_without_a_kind_the_applicant_is_a_citizen_and_without_a_number_nobody_guesses_one() -> None:
    read = read_row(row(LoaiDoiTuong="", MaDoiTuong="", SoDienThoai=""))
    assert (read.owner_kind, read.owner_id, read.owner_phone) == (ApplicantKind.CITIZEN, None, None)


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.text(max_size=40), max_size=16))
def test_whatever_a_file_holds_is_read_or_refused(fields: dict[str, str]) -> None:
    with suppress(RowRefusedError):
        assert read_row(ROW | fields).state in State


def test_a_row_whose_cells_cannot_be_trusted_is_refused_for_its_own_reason_before_anything_is_read() -> None:
    with pytest.raises(RowRefusedError) as refused:
        read_row(BrokenRow(ROW, Refusal.SURPLUS_CELLS, "TenTTHC"))
    assert (refused.value.reason, refused.value.field) == (Refusal.SURPLUS_CELLS, "TenTTHC")


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("TenTTHC", "#N/A", Refusal.ERROR_CELL),
        ("ChuHoSo", "NguyÔn V¨n An", Refusal.SPOILED_TEXT),
        ("TrichYeuHoSo", "Nguyá»…n VÄƒn An", Refusal.SPOILED_TEXT),
        ("ChuHoSo", "Nguyễn\x85Văn An", Refusal.UNCLEAN_TEXT),
    ],
    ids=[
        "an error of a spreadsheet",
        "a font of TCVN3",
        "UTF-8 read wrongly",
        "a control of a wrong decoding",
    ],
)
def test_what_a_spreadsheet_or_an_encoding_has_spoiled_is_refused_in_its_field(
    field: str, text: str, reason: Refusal
) -> None:
    with pytest.raises(RowRefusedError) as refused:
        read_row(row(**{field: text}))
    assert (refused.value.reason, refused.value.field) == (reason, field)
