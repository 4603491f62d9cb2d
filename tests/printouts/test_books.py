"""Books and lists across A4: every line on them, heads repeated, the longest names, what closes a year."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.printouts.test_receipt import LONG_NAME, WARD, said, told
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.lifecycle import FinishClass, ResultKind, ReturnMethod, State
from tthc_tracker.printouts import late_list, register
from tthc_tracker.printouts.printout import Printout
from tthc_tracker.printouts.register import Volume
from tthc_tracker.queries.printouts import DeskHead, Heading
from tthc_tracker.queries.registers import BookLine
from tthc_tracker.queries.supervision import Row
from tthc_tracker.wording.registers import EVERY, chosen

NOW = at("Mon 2026-11-23 16:30")
HEAD = DeskHead(
    Heading("Sổ theo dõi hồ sơ", "", ""), "Ủy ban nhân dân tỉnh Quảng Trị", WARD, "Bộ phận Một cửa"
)
LINE = BookLine(
    number=1, code="H50.19333-261123-0001", procedure="Cấp Giấy xác nhận tình trạng hôn nhân", sets=1,
    owner="Nguyễn Thị Phương Thảo", address="Thôn Trung Nghĩa, xã Quang Phú", phone="0912345678",
    resolving=WARD, accepted_at=at("Mon 2026-11-16 09:00"), due_at=at("Thu 2026-11-19 09:00"),
    returned_at=at("Fri 2026-11-20 10:00"), method=ReturnMethod.COUNTER, given_by="Lê Thị Một Cửa",
    receiver="Trần Văn Nhận Thay", clerk="Lê Thị Một Cửa", state=State.RETURNED,
    result_kind=ResultKind.GRANTED, finish_class=FinishClass.LATE,
)  # fmt: skip
LATE = Row(
    id=1, code=LINE.code, version=1, procedure_code="1.004873", procedure=LINE.procedure,
    owner="Nguyễn T. P. T.",
    agency_code="H50.19333", agency=WARD, unit="Phòng Địa chính", officer="Trần Văn Thụ Lý",
    started_at=LINE.accepted_at, due_at=at("Thu 2026-11-19 09:00"), since=at("Thu 2026-11-19 09:00"),
    held_since=None, source="Một cửa", mirrored=False, source_as_of=None, alert="open",
    alert_rule=Rule.OVERDUE,
)  # fmt: skip


def written(folder: Path, paper: Printout) -> Path:
    path = folder / "book.pdf"
    path.write_bytes(paper.typeset())
    assert told(path)["Tagged"] == "yes"
    return path


def test_a_volume_has_every_line_under_its_head_and_goes_on_where_the_last_ended(tmp_path: Path) -> None:
    lines = [
        replace(LINE, number=number, code=f"H50.19333-261123-{number:04}") for number in range(1001, 1061)
    ]
    lines[7] = replace(lines[7], owner=LONG_NAME, address=LONG_NAME, procedure=LONG_NAME, phone="")
    paper = register.paper(HEAD, Volume(2026, 2, 1060, last=True), EVERY, lines, NOW)
    path = written(tmp_path, paper)
    pages, text = int(told(path)["Pages"]), said(path, "-raw").replace("\u200b", "").replace("- ", "-")
    width, height = (float(part) for part in told(path)["Page size"].split()[:3:2])
    assert width > height
    assert pages > 3
    assert text.count("Cơ quan chủ trì giải quyết") == pages
    assert all(line.code in text for line in lines)
    assert "Năm 2026 · Quyển 2 (số 1.001 đến 1.060)" in text
    for words in ("SỔ THEO DÕI HỒ SƠ", "Quá hạn", "16/11/2026", "Trần Văn Nhận Thay", "Ngày, tháng, năm"):
        assert words in text
    assert "Đến lúc in sổ có 1.060 hồ sơ." in text


def test_a_year_that_is_over_is_closed_on_the_last_volume_alone(tmp_path: Path) -> None:
    over = [register.paper(HEAD, Volume(2025, 1, 9, last=last), EVERY, [LINE], NOW) for last in (False, True)]
    texts = [said(written(tmp_path, paper)) for paper in over]
    closing = "Khoá sổ năm 2025: 9 hồ sơ, đánh số liên tục từ 1 đến 9."
    assert [closing in text for text in texts] == [False, True]
    assert ["Ký tên, đóng dấu" in text for text in texts] == [False, True]


@pytest.mark.parametrize(
    ("line", "note"),
    [
        pytest.param(replace(LINE, state=State.CANCELLED), "huỷ", id="cancelled keeps its line"),
        pytest.param(replace(LINE, state=State.WITHDRAWN), "rút", id="withdrawn"),
        pytest.param(replace(LINE, result_kind=ResultKind.REFUSED), "ừ chối", id="not granted"),
    ],
)
def test_the_last_column_says_how_it_ended(line: BookLine, note: str) -> None:
    assert note in EVERY[-1].text(line)


def test_columns_are_chosen_and_number_and_code_always_stand(tmp_path: Path) -> None:
    columns = chosen(["owner"])
    assert [column.key for column in columns] == ["number", "code", "owner"]
    text = said(written(tmp_path, register.paper(HEAD, Volume(2026, 1, 1, last=True), columns, [LINE], NOW)))
    assert "Nguyễn Thị Phương Thảo" in text
    assert "0912345678" not in text
    empty = said(written(tmp_path, register.paper(HEAD, Volume(2026, 1, 0, last=True), columns, [], NOW)))
    assert "chưa có hồ sơ" in empty


def test_leaders_read_who_is_late_with_how_much_and_nobody_elses_name(tmp_path: Path) -> None:
    head = replace(HEAD, heading=Heading("Danh sách đơn vị và cá nhân chậm trễ", "", ""))
    other = LATE._replace(
        agency=LONG_NAME, agency_code="H50.01", officer=None, unit=None, procedure=LONG_NAME
    )
    rows = [LATE._replace(id=number, code=f"H50.19333-261123-{number:04}") for number in range(1, 41)] + [
        other
    ]
    path = written(tmp_path, late_list.paper(head, rows, ["Cấp xã"], "Chỉ in 41 hồ sơ.", NOW))
    text = said(path, "-raw")
    for words in (
        "DANH SÁCH ĐƠN VỊ VÀ CÁ NHÂN CHẬM TRỄ", "41 hồ sơ quá hạn. Bộ lọc: Cấp xã.", "Chỉ in 41 hồ sơ.",
        "Trần Văn Thụ Lý", "Chưa phân công", f"{WARD} 40 4 1 0", "Tiếp nhận", "16/11/2026",
    ):  # fmt: skip
        assert words in text, words
    assert "Nguyễn" not in text
    assert f"Trang {told(path)['Pages']} / {told(path)['Pages']}" in text


def test_an_agency_under_nobody_stands_on_its_list_once(tmp_path: Path) -> None:
    head = replace(HEAD, superior="", agency="Ủy ban nhân dân tỉnh Quảng Trị")
    text = said(written(tmp_path, late_list.paper(head, [LATE], [], "", NOW)), "-raw")
    assert text.count("ỦY BAN NHÂN DÂN TỈNH QUẢNG TRỊ") == 1
