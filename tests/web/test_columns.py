"""Ghép cột: an export of other names is mapped once, tried on its first rows, then read by itself."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.desk import Worker
from tests.support.oldencodings import cp1258, tcvn3
from tests.support.screens import Page, Screen, before
from tests.support.sending import HEAD, agree, csv_of, dossier, kept, send, work
from tests.web.test_imports import app, people, screen
from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.extensions import database
from tthc_tracker.models.columnmap import SourceColumns
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.person import Person

__all__ = ["app", "people", "screen"]

FOREIGN = {
    "MaHoSo": "Số biên nhận", "MaTTHC": "Mã TTHC", "ChuHoSo": "Họ và tên", "MaDoiTuong": "Số CMND/CCCD",
    "SoDienThoai": "Điện thoại", "NgayTiepNhan": "Ngày tiếp nhận", "NgayHenTra": "Ngày hẹn trả",
    "TrangThaiHoSo": "Tình trạng", "DonViXuLy": "Cơ quan giải quyết",
}  # fmt: skip
AS_WRITTEN = {
    "NgayTiepNhan": "01-06-2021 08:37", "NgayHenTra": "21-06-2021", "TrangThaiHoSo": "Đang giải quyết",
    "DonViXuLy": "Sở Tài nguyên và Môi trường",
}  # fmt: skip


def foreign(many: int = 3, columns: dict[str, str] = FOREIGN, first: int = 1, **more: str) -> str:
    """An export with a title, names, words and days of its own."""
    rows = [dossier(number, **AS_WRITTEN | more) for number in range(first, first + many)]
    lines = [";".join(columns.values()), *(";".join(row[name] for name in columns) for row in rows)]
    return "\r\n".join(lines)


ONE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def sent(screen: Screen, content: str | bytes) -> str:
    """The address of the page of a file that has to be mapped."""
    answer = send(screen, content.encode() if isinstance(content, str) else content)
    assert answer.status_code == 303, answer.text[-3000:]
    found = re.search(r"(/nhap-du-lieu/\d+)/ghep-cot$", answer.location)
    assert found, answer.location
    return found[1]


def batch(number: int) -> ImportBatch:
    with database.reading() as session:
        return session.get_one(ImportBatch, number)


def written(app: Flask, screen: Screen, place: str) -> dict[str, int]:
    """Judge a file, agree to it, write it; its counts."""
    work(app)
    number = int(place.rpartition("/")[2])
    screen.post(f"{place}/nap", {"sha256": batch(number).sha256})
    work(app)
    assert batch(number).state is BatchState.DONE
    return batch(number).counts


def test_an_export_of_other_names_is_mapped_once_and_read_by_itself_from_then_on(
    app: Flask, screen: Screen
) -> None:
    place = sent(screen, foreign())
    assert batch(1).state is BatchState.UNMAPPED
    page = Page.of(screen.get(f"{place}/ghep-cot"))
    page.check()
    form = page.forms[f"{place}/ghep-cot"]
    assert [form[f"column-{number}"] for number in range(len(FOREIGN))] == list(FOREIGN)
    assert (form["dates"], form["meant-TrangThaiHoSo-0"]) == ("day_first", "4")
    assert form["meant-DonViXuLy-0"] == "H62.02", "an agency that is known by this name"
    for words in ("theo tên cột", "Đọc thử 3 dòng đầu", "08:37 01/06/2021", "Trần T. Á. N.", "026…4723"):
        assert words in page.words, words
    for secret in ("Nguyệt", "026170274723", "0954125042"):
        assert secret not in page.words
    answer = agree(screen, place)
    assert (answer.status_code, "Chưa có cột cho Kênh nộp (KenhThucHien)" in answer.text) == (422, True)
    assert agree(screen, place, fixed__KenhThucHien="1").status_code == 303
    assert written(app, screen, place)["accepted"] == 3

    again = send(screen, foreign(4, first=2).encode())
    assert again.location.endswith("/nhap-du-lieu/2"), "no step in between"
    assert (written(app, screen, "/nhap-du-lieu/2")["accepted"], batch(2).source_columns_id) == (2, 1)
    vocabulary = send(screen, csv_of([dossier(1)]))
    assert (vocabulary.location.endswith("/nhap-du-lieu/3"), batch(3).source_columns_id) == (True, None)
    with database.reading() as session:
        names = session.execute(select(Person.full_name).distinct()).scalars().all()
        note = session.execute(select(AuditEntry).where(AuditEntry.action == "import.map")).scalar_one()
        assert session.execute(select(func.count()).select_from(Dossier)).scalar_one() == 5
    assert names == ["Trần Thị Ánh Nguyệt"]
    assert (note.facts["version"], note.facts["columns"]["MaHoSo"]) == (1, "Số biên nhận")


@ONE
def test_a_name_in_small_letters_is_masked_whatever_its_column_is_chosen_to_be(screen: Screen) -> None:
    place = sent(screen, foreign(ChuHoSo="kpă h'bia út"))
    for page in (screen.get(f"{place}/ghep-cot"), agree(screen, place, do="preview", column__2="")):
        assert "kpă H. Ú." in Page.of(page).words
        assert "h'bia" not in page.text
        assert "h&#39;bia" not in page.text


@ONE
def test_a_file_that_no_longer_fits_is_not_read_until_it_is_mapped_again(app: Flask, screen: Screen) -> None:
    agree(screen, sent(screen, foreign()), fixed__KenhThucHien="1")
    work(app)
    changed = sent(screen, foreign(columns=FOREIGN | {"NgayHenTra": "Hẹn", "ChuHoSo": "Người nộp"}))
    page = Page.of(screen.get(f"{changed}/ghep-cot"))
    assert "Tệp thiếu cột «Họ và tên», «Ngày hẹn trả» mà cách đọc đã lưu" in page.words
    form = page.forms[f"{changed}/ghep-cot"]
    assert (form["column-0"], form["column-2"], form["fixed-KenhThucHien"]) == ("MaHoSo", "ChuHoSo", "1")
    assert work(app)["checked"] == 0
    assert agree(screen, changed, column__6="NgayHenTra").status_code == 303
    assert work(app)["checked"] == 1
    with database.reading() as session:
        versions = session.execute(select(SourceColumns.version, SourceColumns.columns)).all()
    assert [(version, columns["NgayHenTra"]) for version, columns in versions] == [
        (1, "Ngày hẹn trả"),
        (2, "Hẹn"),
    ]


@ONE
def test_two_columns_for_one_field_are_refused_and_nothing_chosen_is_lost(screen: Screen) -> None:
    place = sent(screen, foreign())
    answer = agree(screen, place, column__3="ChuHoSo", fixed__KenhThucHien="2")
    assert answer.status_code == 422
    assert "Hai cột cùng được chọn cho Chủ hồ sơ (ChuHoSo)" in answer.text
    form = Page.of(answer).forms[f"{place}/ghep-cot"]
    assert (form["column-3"], form["fixed-KenhThucHien"]) == ("ChuHoSo", "2")
    tried = agree(screen, place, do="preview", column__3="", meant__TrangThaiHoSo__0="")
    assert (tried.status_code, batch(1).state) == (200, BatchState.UNMAPPED)
    assert "Trạng thái hồ sơ không hợp lệ" in tried.text


@ONE
def test_an_old_encoding_is_shown_and_agreed_to_once_for_its_source(app: Flask, screen: Screen) -> None:
    place = sent(screen, tcvn3(foreign()))
    page = Page.of(screen.get(f"{place}/ghep-cot"))
    assert "TCVN3 (.VnTime, ABC): Trần, Thị, Nguyệt" in page.words
    refused = agree(screen, place, fixed__KenhThucHien="1")
    assert (refused.status_code, "chọn bảng mã" in refused.text) == (422, True)
    assert agree(screen, place, fixed__KenhThucHien="1", encoding="tcvn3").status_code == 303
    assert written(app, screen, place)["accepted"] == 3
    assert send(screen, tcvn3(foreign(first=7))).location.endswith("/nhap-du-lieu/2")
    work(app)
    told = Page.of(screen.get("/nhap-du-lieu/2")).words
    assert "Đọc theo bảng mã TCVN3 (.VnTime, ABC) như đã xác nhận" in told
    assert "Cách ghép cột bản 1" in told
    other = sent(screen, cp1258(foreign(first=20)))
    assert "Windows-1258: " in screen.get(f"{other}/ghep-cot").text
    with database.reading() as session:
        assert session.execute(select(SourceColumns.encoding)).scalars().all() == [Encoding.TCVN3]


@ONE
def test_where_two_encodings_are_as_likely_none_is_chosen_beforehand(screen: Screen) -> None:
    head = ",".join(HEAD)
    row = ",".join(dossier(1, ChuHoSo="{}", TenTTHC="", TenLinhVuc="")[name] for name in HEAD)
    place = sent(screen, f"{head}\r\n{row}".encode().replace(b"{}", b"Tr\xe2n"))
    page = screen.get(f"{place}/ghep-cot").text
    assert "Không đủ chữ để biết chắc" in page
    assert not re.search(r'type="radio"[^>]* checked', page)
    assert agree(screen, place, encoding="utf-8").status_code == 422
    assert agree(screen, place, encoding="windows-1258").status_code == 303


@ONE
def test_a_map_saved_meanwhile_is_not_overwritten_unseen(screen: Screen) -> None:
    first, second = sent(screen, foreign()), sent(screen, foreign(first=9))
    seen = Page.of(screen.get(f"{second}/ghep-cot")).forms[f"{second}/ghep-cot"]
    agree(screen, first, fixed__KenhThucHien="1")
    stale = seen | {"do": "save", "fixed-KenhThucHien": "1"}
    answer = screen.post(f"{second}/ghep-cot", stale)
    assert (answer.status_code, "Người khác vừa lưu cách đọc mới" in answer.text) == (409, True)
    assert agree(screen, second, fixed__KenhThucHien="1").status_code == 303


@ONE
def test_who_imports_for_one_agency_maps_the_files_of_that_agency_only(
    app: Flask, people: dict[str, Worker], screen: Screen
) -> None:
    land = before(app, people["land"])
    agree(land, sent(land, foreign(NoiNopHoSo="H62.02")), fixed__KenhThucHien="1", fixed__NoiNopHoSo="H62.02")
    assert send(land, foreign(first=5).encode()).location.endswith("/nhap-du-lieu/2")
    sent(screen, foreign(first=9))
    with database.reading() as session:
        assert session.execute(select(SourceColumns.agency_id)).scalar_one() is not None


@ONE
def test_a_map_can_be_mended_until_the_file_is_agreed_to(app: Flask, screen: Screen) -> None:
    place = sent(screen, foreign())
    agree(screen, place, fixed__KenhThucHien="1", dates="month_first")
    work(app)
    assert batch(1).counts["refused"] == 3
    assert f"{place}/ghep-cot" in Page.of(screen.get(place)).links
    agree(screen, place, dates="day_first")
    assert written(app, screen, place)["accepted"] == 3
    assert screen.get(f"{place}/ghep-cot").status_code == 302
    assert agree_too_late(screen, place) == 303


def agree_too_late(screen: Screen, place: str) -> int:
    return int(screen.post(f"{place}/ghep-cot", {"do": "save"}).status_code)


@ONE
def test_a_file_given_up_before_it_was_mapped_leaves_nothing(app: Flask, screen: Screen) -> None:
    place = sent(screen, foreign())
    assert f"{place}/ghep-cot" in Page.of(screen.get(place)).links
    assert screen.post(f"{place}/bo", {}).status_code == 303
    assert (kept(app), batch(1).state) == ([], BatchState.DROPPED)


@ONE
def test_what_no_map_can_make_readable_is_refused_at_once(app: Flask, screen: Screen) -> None:
    for content in (b"a;b;c\n1;2;3\n", b"Ten,Tuoi,Que\nAn,20,Hue\n"):
        answer = send(screen, content)
        assert (answer.status_code, "thiếu cột" in answer.text) == (422, True)
    assert kept(app) == []


@ONE
def test_titles_serial_dates_and_a_foot_of_a_ministrys_table_are_read_as_what_they_are(
    app: Flask, screen: Screen
) -> None:
    head = ["STT", "Số biên nhận", "Mã thủ tục", "Người nộp", "NgayNhan", "HẠN_TRẢ", "Tình trạng", "Kênh", ""]
    rows = [
        [str(number), f"H62.02-261113-000{number}", "1.012784", "Trần Thị Ánh Nguyệt", "46339.4048611111",
         "46353", "Đang thẩm định", "Trực tiếp", ""]
        for number in (1, 2)
    ]  # fmt: skip
    foot = [["Tổng cộng", "2", *[""] * 7], ["", "", "", "Người lập biểu", *[""] * 5]]
    titles = [["BÁO CÁO HỒ SƠ ĐẤT ĐAI", *[""] * 8], [""] * 9]
    place = sent(screen, "\n".join(";".join(row) for row in [*titles, head, *rows, *foot]))
    page = Page.of(screen.get(f"{place}/ghep-cot"))
    assert page.forms[f"{place}/ghep-cot"]["dates"] == "spreadsheet"
    assert "09:43 13/11/2026" in page.words
    assert "Không phải dòng hồ sơ (dòng tổng, chân bảng)" in page.words
    agree(screen, place, fixed__DonViXuLy="H62.02")
    counts = written(app, screen, place)
    assert (counts["accepted"], counts["refused"], counts["reasons"]["no_dossier"]) == (2, 2, 2)
