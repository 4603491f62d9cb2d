"""What people keep of lists: columns, views, files and acts on several rows, on a known register."""

import csv
import datetime as dt
import io
import re
import subprocess
import threading
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support import screens
from tests.support.register import NOW, Register
from tests.support.screens import Page, Screen
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.extensions import database
from tthc_tracker.jobs import exporting, tasks
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.alert import AlertRecipient, OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.keptlist import ListExport, SavedView
from tthc_tracker.models.printing import PrintedAbout, PrintedSlip
from tthc_tracker.queries import accounts, lists, statisticslists
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.web.lists import files
from tthc_tracker.web.supervision import paper
from tthc_tracker.wording.formats import number

LIST = "/giam-sat/qua-han"
KEPT = "/danh-sach/overdue"


@pytest.fixture
def head(laid: tuple[Flask, Register]) -> Screen:
    return screens.before(laid[0], laid[1].office.head)


@pytest.fixture
def auditor(laid: tuple[Flask, Register]) -> Screen:
    return screens.before(laid[0], laid[1].office.auditor)


@pytest.fixture
def work(laid: tuple[Flask, Register]) -> Work:
    """The scheduler's surroundings, as a person runs it by hand."""
    var = laid[0].config["SETTINGS"].var
    return Work("https://localhost", "tthc@localhost", "", var, stopping=threading.Event())


def heads_of(page: str) -> list[str]:
    """The heads of the table."""
    table = page[page.index("<thead>") : page.index("</thead>")]
    heads = [re.sub(r"<svg.*?</svg>|<[^>]+>", "", head).strip() for head in table.split("<th ")[1:]]
    return [unescape(head.partition(">")[2]) for head in heads]


# --- columns and views


def test_columns_and_density_are_each_readers_own(head: Screen, auditor: Screen) -> None:
    head.post(f"{KEPT}/cot", {"column": ["owner", "officer"], "density": "compact"})
    shown = head.get(LIST).text
    assert "is-compact" in shown
    for words in ("Chủ hồ sơ", "Cán bộ thụ lý"):
        assert re.search(rf'<th scope="col"[^>]*>{words}</th>', shown)
    assert not re.search(r'<th scope="col"[^>]*>Tình trạng</th>', shown)
    assert "is-compact" in head.get("/giam-sat/sap-den-han").text, "density is of all lists"
    assert "is-compact" not in auditor.get(LIST).text
    head.post(f"{KEPT}/cot", {"reset": "1"})
    shown = head.get(LIST).text
    assert "is-compact" not in shown
    assert re.search(r'<th scope="col"[^>]*>Tình trạng</th>', shown)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/canh-bao?rule=overdue&severity=serious&person=1", "rule"),
        ("/canh-bao?rule=overdue&severity=serious&mail=1&part=new", "severity"),
        ("/phan-anh?kind=DUONG&tab=all", "kind"),
        ("/phien-hop/ket-luan?period=2026-Q3&tab=done", "period"),
    ],
)
def test_what_a_list_is_filtered_by_can_be_chosen_anew_or_dropped(
    head: Screen, address: str, name: str
) -> None:
    shown = head.get(address).text
    assert len(re.findall(rf'name="{name}"', shown.partition("<table")[0])) == 1, "in its own field alone"
    (without,) = re.findall(r'<a href="([^"]+)">Bỏ tất cả</a>', shown)
    assert f"{name}=" not in without
    for linked in ("person", "mail", "part", "tab"):
        if f"{linked}=" in address:
            assert f'type="hidden" name="{linked}"' in shown, "what a link narrowed stays when one filters"
            assert (f"{linked}=" in without) == (linked == "tab")


def test_a_part_that_is_a_column_of_its_own_is_not_said_twice(head: Screen) -> None:
    beneath = head.get(LIST).text
    assert re.search(r"cell-note[^>]*>[^<]*Phòng Địa chính", beneath)
    alone = head.get(f"{LIST}?columns=code,agency,unit").text
    assert "Phòng Địa chính" in alone
    assert not re.search(r"cell-note[^>]*>[^<]*Phòng Địa chính", alone)


def test_a_view_keeps_filters_order_columns_and_density(head: Screen) -> None:
    asked = "?channel=post&sort=newest&columns=code,owner&density=compact"
    saved = head.post(f"{KEPT}/che-do-xem{asked}", {"name": " Bưu  chính "})
    opened = head.get(saved.location)
    assert opened.location == f"{LIST}?channel=post&sort=newest&columns=code%2Cowner&density=compact"
    page = Page.of(head.get(opened.location))
    page.check()
    assert "Bưu chính" in page.words
    assert saved.location in page.links
    head.post(f"{saved.location}/xoa", {})
    assert head.get(saved.location).status_code == 404


def test_a_view_without_a_name_is_refused_in_words(head: Screen) -> None:
    refused = head.post(f"{KEPT}/che-do-xem?channel=post", {"name": " "})
    assert "Hãy đặt tên" in head.get(refused.location).text


def test_a_shared_view_reaches_the_unit_and_nobody_else(
    laid: tuple[Flask, Register], head: Screen, register: Register
) -> None:
    saved = head.post(f"{KEPT}/che-do-xem?channel=post", {"name": "Của phòng", "shared": "1"}).location
    private = head.post(f"{KEPT}/che-do-xem?channel=online", {"name": "Của riêng"}).location
    office = register.office
    colleague = screens.before(laid[0], office.officer)  # of the same unit
    assert colleague.get(saved).status_code == 302
    assert colleague.get(private).status_code == 404
    assert colleague.post(f"{saved}/xoa", {}).status_code == 404
    for stranger in (office.clerk, office.stranger, office.controller, office.auditor):
        assert screens.before(laid[0], stranger).get(saved).status_code == 404
    with database.reading() as session:
        view = session.execute(select(SavedView).where(SavedView.name == "Của phòng")).scalar_one()
    assert (view.agency_id, view.unit_id) == (office.ward, office.land_unit)


def test_who_may_not_share_is_refused(auditor: Screen) -> None:
    refused = auditor.post(f"{KEPT}/che-do-xem?channel=post", {"name": "Chung", "shared": "1"})
    assert refused.status_code == 403


# --- files


def test_a_workbook_holds_what_the_screen_shows_in_cells_to_reckon_with(
    head: Screen, register: Register
) -> None:
    asked = "?channel=post&columns=code,owner,due,standing,days"
    answer = head.post(f"{KEPT}/xuat{asked}", {"form": "xlsx", "reason": "Giao ban"})
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == (
        "Mã hồ sơ",
        "Chủ hồ sơ",
        "Hẹn trả",
        "Tiếp nhận",
        "Hạn theo luật",
        "Tình trạng",
        "Cảnh báo",
        "Số lần đôn đốc",
        "Số ngày trễ",
    )
    expected = register.of("overdue", lambda row: row.channel == "post")
    assert [row[0] for row in rows[1:]] == [row.code for row in expected]
    shown = head.get(LIST + asked).text
    for row in rows[1:6]:
        assert isinstance(row[2], dt.datetime)
        assert f"{row[2]:%H:%M %d/%m/%Y}" in shown
        assert row[5] in shown
        assert isinstance(row[8], int)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", f"A1:I{len(rows)}")
    assert all(cell.data_type in {"s", "n", "d"} for row in sheet.iter_rows() for cell in row), "a formula"


@pytest.mark.parametrize(
    "name",
    ["overdue", "late_reception", "due_soon", "counted", "counted_reception", "work", "handed", "results"],
)
def test_both_files_say_the_same_and_hold_every_column(head: Screen, name: str) -> None:
    every = head.post(f"/danh-sach/{name}/cot", {"density": "comfortable"}).location
    assert every
    form = {"reason": "Đối chiếu"}
    asked = "?cell=received_total&from=2026-10-01&to=2026-12-31" if name.startswith("counted") else ""
    text = head.post(f"/danh-sach/{name}/xuat{asked}", form | {"form": "csv"}).data.decode("utf-8-sig")
    book = openpyxl.load_workbook(
        io.BytesIO(head.post(f"/danh-sach/{name}/xuat{asked}", form | {"form": "xlsx"}).data)
    )
    plain = [[_said(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]
    assert [[cell.removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(text))] == plain


def _said(cell: Any) -> str:
    if isinstance(cell, dt.datetime):
        return f"{cell:%H:%M %d/%m/%Y}"
    return "" if cell is None else str(cell)


def test_a_long_list_is_written_in_the_background_for_its_owner_alone(
    laid: tuple[Flask, Register], head: Screen, auditor: Screen, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 100)
    asked = head.post(f"{KEPT}/xuat?sort=newest&columns=code", {"form": "csv", "reason": "Cả năm"})
    assert asked.location == "/xuat-tep"
    waiting = head.get("/xuat-tep").text
    assert "Đang tạo" in waiting
    assert "Tệp đã sẵn để tải" not in waiting
    counts = exporting.write_exports(work)
    expected = [row.code for row in laid[1].of("overdue")][::-1]
    assert counts == {"files": 1, "rows": len(expected)}
    ready = head.get("/xuat-tep").text
    assert "Tệp đã sẵn để tải: 1" in ready
    link = re.search(r'href="(/xuat-tep/\d+/tep)"', ready)[1]
    assert auditor.get(link).status_code == 404
    assert "/tep" not in auditor.get("/xuat-tep").text
    lines = head.get(link).data.decode("utf-8-sig").split()
    assert lines[-len(expected) :] == expected
    assert "Tệp đã sẵn để tải" not in head.get("/xuat-tep").text
    path = next(Path(work.var / "exports").glob("*.csv"))
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("most", [300_000, 5], ids=["all lines at once", "page by page"])
def test_a_long_file_of_a_number_has_what_its_pages_have(
    laid: tuple[Flask, Register], head: Screen, work: Work, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 5)
    monkeypatch.setattr(statisticslists, "MOST_LINES", most)
    monkeypatch.setattr(exporting, "BATCH", 40)
    question = "cell=received_total&from=2026-10-01&to=2026-12-31"
    head.post(f"/danh-sach/counted/xuat?{question}&columns=code", {"form": "csv", "reason": "Cả quý"})
    written = exporting.write_exports(work)["rows"]
    link = re.search(r'href="(/xuat-tep/\d+/tep)"', head.get("/xuat-tep").text)
    assert link
    codes = head.get(link[1]).data.decode("utf-8-sig").split()[-written:]
    one, asked = lists.kept("counted"), dict(pair.split("=") for pair in question.split("&"))
    with database.reading() as session:
        rights = accounts.rights_of(session, laid[1].office.head.user_id)
        page = one.page(session, Asked(asked, rights.scope, NOW, memberships=rights.memberships), "", 5_000)
    assert codes == [row.code for row in page.rows]
    assert written > 40


def test_housekeeping_forgets_files_after_a_week(
    head: Screen, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 100)
    head.post(f"{KEPT}/xuat", {"form": "xlsx", "reason": "Cả năm"})
    exporting.write_exports(work)
    stray = work.var / "exports" / ".999.csv.tmp"
    stray.write_text("")
    tasks.clean_up(work)
    assert not stray.exists()
    assert list((work.var / "exports").glob("*.xlsx"))
    exporting.forget_files(work, NOW + dt.timedelta(days=8))
    assert not list((work.var / "exports").iterdir())
    assert "Chưa có tệp nào" in head.get("/xuat-tep").text


def test_rights_taken_away_meanwhile_are_gone(
    laid: tuple[Flask, Register], head: Screen, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tthc_tracker.queries import accounts
    from tthc_tracker.queries.accounts import Rights

    monkeypatch.setattr(files, "AT_ONCE", 100)
    head.post(f"{KEPT}/xuat", {"form": "csv", "reason": "Cả năm"})
    nothing = Rights(frozenset(), laid[1].office.stranger.scope)
    monkeypatch.setattr(accounts, "rights_of", lambda *_: nothing)
    assert exporting.write_exports(work)["files"] == 0
    assert "không còn quyền" in head.get("/xuat-tep").text
    with database.transaction() as session:
        for row in session.execute(select(ListExport)).scalars():
            session.delete(row)


def test_paper_shows_the_first_rows_and_counts_the_rest(
    head: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ON_PAPER", 20)
    paper = head.get(f"{KEPT}/in").text
    assert paper.count("<tr>") == 21
    assert "Bản in có 20 hồ sơ đầu, còn 1.040 hồ sơ không in" in " ".join(paper.split())
    assert "Cấp xã · Thủ tục 1.004873" in head.get(f"{KEPT}/in?level=xa&procedure=1.004873").text


# --- several rows at once


def chosen(screen: Screen, action: str, rows: list[str], name: str = "overdue") -> dict[str, Any]:
    """The form that choosing leads to, as it would be sent."""
    page = screen.post(f"/danh-sach/{name}/chon", {"action": action, "chon": rows}).text
    key = re.search(r'name="submission_key" value="([0-9a-f]{32})"', page)
    assert key, page[:2000]
    return {"action": action, "chon": rows, "submission_key": key[1]}


def outcomes(page: str) -> dict[str, str]:
    """What was said of each row."""
    found = re.findall(r"<tr>(.*?)</tr>", page[page.index("<tbody>") : page.index("</tbody>")], re.DOTALL)
    texts = [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in found]
    return {text.split()[0]: text.partition(" ")[2] for text in texts}


def version(code: str) -> int:
    with database.reading() as session:
        return session.execute(select(Dossier.version).where(Dossier.code == code)).scalar_one()


def kinds(code: str) -> list[EventKind]:
    with database.reading() as session:
        statement = select(DossierEvent.kind).join(Dossier, Dossier.id == DossierEvent.dossier_id)
        return list(
            session.execute(statement.where(Dossier.code == code).order_by(DossierEvent.seq)).scalars()
        )


def test_each_row_is_done_or_refused_for_itself_and_never_twice(head: Screen, register: Register) -> None:
    first, second, stale = [row.code for row in register.of("overdue")[:3]]
    canary = next(row.code for row in register.rows if row.agency == "H50.19001")
    rows = [f"{code}|{version(code)}" for code in (first, second)]
    rows += [f"{stale}|{version(stale) + 5}", f"{canary}|1"]
    form = chosen(head, "assign", rows) | {"officer_id": str(register.office.officer.user_id), "note": "Gấp"}
    said = outcomes(head.post(f"{KEPT}/hang-loat", form).text)
    assert {code for code, words in said.items() if words.startswith("Xong")} == {first, second}
    assert "Đã có người cập nhật hồ sơ" in said[stale]
    assert "Không tìm thấy" in said[canary]
    again = outcomes(head.post(f"{KEPT}/hang-loat", form).text)
    assert "Đã làm từ lần gửi trước" in again[first]
    assert kinds(first).count(EventKind.ASSIGNED) == 1
    other = form | {"note": "Khác"}
    assert "đã gửi với nội dung khác" in outcomes(head.post(f"{KEPT}/hang-loat", other).text)[first]


def test_several_that_were_assigned_go_back_within_the_hour_row_by_row(
    head: Screen, register: Register
) -> None:
    first, second = [row.code for row in register.of("overdue")[40:42]]
    rows = [f"{code}|{version(code)}" for code in (first, second)]
    form = chosen(head, "assign", rows) | {"officer_id": str(register.office.head.user_id)}
    done = head.post(f"{KEPT}/hang-loat", form).text
    link = re.search(r'href="(/phan-cong-gan-day/[0-9a-f]{32})"', done)[1]
    assert link in head.get("/phan-cong-gan-day").text
    head.post(f"/ho-so/{second}/ghi-chu", {"note-text": "đã gọi", "note-version": version(second)})
    said = outcomes(head.post(f"{link}/hoan-tac", {}).text)
    assert said[first].startswith("Xong")
    assert "đã có người làm việc" in said[second]
    assert kinds(first)[-2:] == [EventKind.ASSIGNED, EventKind.TAKEN_BACK]
    assert kinds(second)[-1] is EventKind.NOTED
    assert "Hoàn tác" in head.get(link).text


def test_several_are_finished_together_and_what_cannot_be_says_why(head: Screen, register: Register) -> None:
    ours = register.of("overdue", lambda row: row.source == "desk")
    first, second = [row.code for row in ours[14:16]]
    other = next(row.code for row in register.rows if row.which == "finished" and row.agency == "H50.19000")
    rows = [f"{code}|{version(code)}" for code in (first, second, other)]
    form = chosen(head, "finish", rows)
    assert "Hãy chọn kết quả" in head.post(f"{KEPT}/hang-loat", form | {"kind": "refused"}).text
    said = outcomes(head.post(f"{KEPT}/hang-loat", form | {"kind": "granted"}).text)
    assert [said[code].startswith("Xong") for code in (first, second)] == [True, True], said
    assert "không còn ở bước" in said[other]
    assert kinds(first)[-1] is EventKind.FINISHED
    assert kinds(first).count(EventKind.FINISHED) == 1


def test_what_is_missing_is_said_once_and_nothing_typed_is_lost(head: Screen, register: Register) -> None:
    code = register.of("overdue")[5].code
    form = chosen(head, "assign", [f"{code}|{version(code)}"]) | {"note": "Ghi chú còn đây"}
    refused = head.post(f"{KEPT}/hang-loat", form)
    assert refused.status_code == 422
    assert "Hãy chọn phòng hoặc cán bộ thụ lý" in refused.text
    assert "Ghi chú còn đây" in refused.text
    assert code in refused.text


def test_the_whole_list_can_be_chosen_up_to_five_hundred(head: Screen) -> None:
    page = head.post(f"{KEPT}/chon", {"action": "remind", "all": "1"}).text
    assert page.count('name="chon"') == 500
    none = head.post(f"{KEPT}/chon", {"action": "remind"})
    assert "ít nhất một hồ sơ" in head.get(none.location).text


def test_a_reminder_is_an_event_each_and_one_letter_to_each_holder(head: Screen, register: Register) -> None:
    mine = [row.code for row in register.of("overdue") if row.officer == register.office.officer.user_id]
    rows = [f"{code}|{version(code)}" for code in mine[20:23]]
    form = chosen(head, "remind", rows) | {"note": "Xong trong hôm nay"}
    said = outcomes(head.post(f"{KEPT}/hang-loat", form).text)
    assert len(said) == 3
    assert all("Đã gửi lời nhắc" in words for words in said.values())
    assert all(kinds(code)[-1] is EventKind.URGED for code in mine[20:23])
    with database.reading() as session:
        letters = session.execute(select(OutboxMessage).where(OutboxMessage.kind == "reminder")).scalars()
        written = [(letter.user_id, len(letter.context["events"])) for letter in letters]
    assert written == [(register.office.officer.user_id, 3)]
    assert all("Nhắc xử lý" in head.get(f"/ho-so/{code}").text for code in mine[20:22])


def test_alerts_are_acknowledged_where_they_are_ones_own(head: Screen, register: Register) -> None:
    with database.reading() as session:
        open_before = session.execute(
            select(func.count()).where(
                AlertRecipient.user_id == register.office.head.user_id, AlertRecipient.open
            )
        ).scalar_one()
    rows = [f"{row.code}|{version(row.code)}" for row in register.of("overdue")[:12]]
    form = chosen(head, "acknowledge", rows) | {"note": "Đã giao xử lý", "by": "30/11/2026"}
    said = outcomes(head.post(f"{KEPT}/hang-loat", form).text)
    done = sum(words.startswith("Xong") for words in said.values())
    assert done + sum("Không có cảnh báo nào của bạn" in words for words in said.values()) == len(rows)
    with database.reading() as session:
        open_after = session.execute(
            select(func.count()).where(
                AlertRecipient.user_id == register.office.head.user_id, AlertRecipient.open
            )
        ).scalar_one()
    assert open_before - open_after == done


def test_receipts_of_several_dossiers_are_one_file(laid: tuple[Flask, Register], register: Register) -> None:
    clerk = screens.before(laid[0], register.office.clerk)
    found = [row.code for row in register.of("overdue")[30:33]]
    rows = [f"{code}|{version(code)}" for code in found]
    form = chosen(clerk, "receipts", rows, name="counted") | {"size": "a5"}
    page = clerk.post("/danh-sach/counted/hang-loat", form).text
    link = re.search(r'href="(/xuat-tep/\d+/tep)"', page)
    assert link, outcomes(page)
    pdf = clerk.get(link[1])
    assert pdf.data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf.data)) >= 3
    with database.reading() as session:
        prints = session.execute(select(Dossier.receipt_prints).where(Dossier.code.in_(found))).scalars()
        assert list(prints) == [1, 1, 1]


def test_slips_of_control_of_several_dossiers_are_one_file_and_each_is_kept(
    laid: tuple[Flask, Register], register: Register
) -> None:
    clerk = screens.before(laid[0], register.office.clerk)
    found = [row.code for row in register.of("overdue")[30:33]]  # received at this desk
    rows = [f"{code}|{version(code)}" for code in found]
    page = clerk.post(
        "/danh-sach/counted/hang-loat", chosen(clerk, "control_slips", rows, name="counted") | {"size": "a5"}
    ).text
    link = re.search(r'href="(/xuat-tep/\d+/tep)"', page)
    assert link, outcomes(page)
    assert len(re.findall(rb"/Type\s*/Page\b", clerk.get(link[1]).data)) == 3
    with database.reading() as session:
        kept = select(PrintedAbout.dossier_id).join(PrintedSlip, PrintedSlip.id == PrintedAbout.slip_id)
        about = session.execute(kept.where(PrintedSlip.kind == "control_slip")).scalars().all()
        assert len(set(about)) == 3


def test_leaders_print_who_is_late_of_exactly_what_is_filtered(
    head: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "AT_ONCE", 5_000)
    assert "/giam-sat/qua-han.pdf?" in head.get(LIST).text
    assert head.get("/giam-sat/qua-han.pdf?level=xa").data.startswith(b"%PDF")


def test_a_long_list_for_leaders_is_written_in_the_background(
    laid: tuple[Flask, Register], head: Screen, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "AT_ONCE", 5)
    asked = head.get("/giam-sat/qua-han.pdf?level=xa")
    assert asked.location == "/xuat-tep"
    assert "Danh sách chậm trễ" in head.get("/xuat-tep").text
    written = exporting.write_exports(work)
    late = written["rows"]  # others of this file may have finished some of the register's
    assert late > 1_000
    assert written == {"files": 1, "rows": late}
    assert f"{number(late)} hồ sơ" in head.get("/giam-sat/qua-han?level=xa").text
    link = re.search(r'href="(/xuat-tep/\d+/tep)"', head.get("/xuat-tep").text)
    assert link
    file = head.get(link[1])
    assert "cham-tre-" in file.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(file.data)) as parts:
        assert parts.namelist() == ["cham-tre-01.pdf", "cham-tre-02.pdf"]
        last = parts.read("cham-tre-02.pdf")
    shown = subprocess.run(["pdftotext", "-layout", "-", "-"], input=last, capture_output=True, check=True)
    text = " ".join(shown.stdout.decode().split())
    assert f"hồ sơ 1.001–{number(late)} trong {number(late)} hồ sơ" in text
    assert "Bộ lọc: Cấp xã" in text
    with database.reading() as session:
        slip = session.execute(select(PrintedSlip).where(PrintedSlip.kind == "late_list")).scalars().all()[-1]
    assert slip.content_id is None, "too long to be kept again: its digest is that of the file"


def test_what_one_may_do_to_nothing_is_not_offered(auditor: Screen) -> None:
    assert "data-pick-form" not in auditor.get(LIST).text
    assert auditor.post(f"{KEPT}/chon", {"action": "assign", "chon": ["X|1"]}).status_code == 403
