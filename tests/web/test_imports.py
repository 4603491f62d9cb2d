"""Nhập dữ liệu: nothing is written before somebody agrees, and what was written can be taken back."""

import csv
import datetime as dt
import errno
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from tests.support import pacing
from tests.support.desk import SAMPLES, Worker
from tests.support.moments import Wall
from tests.support.screens import HOST, Page, Screen, before, house
from tests.support.sending import csv_of, dossier, kept, open_province, send, work
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.lifecycle import EventKind, State
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.account import Membership
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry, DossierEvent
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.spreadsheets.intake import Shelf
from tthc_tracker.wording.faults import in_words

MESSY = (SAMPLES / "portal_export_messy.csv").read_bytes()
EXPECTED = json.loads((SAMPLES / "expected_messy.json").read_text(encoding="utf-8"))


FINISHED = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20210620090000"}


@pytest.fixture
def app(engine_kind: str, tmp_path: Path) -> Iterator[Flask]:
    with house(engine_kind, tmp_path) as made:
        yield made


@pytest.fixture
def people(app: Flask) -> dict[str, Worker]:
    return open_province()


@pytest.fixture
def screen(app: Flask, people: dict[str, Worker]) -> Screen:
    """The province's controller."""
    return before(app, people["controller"])


def place(answer: object) -> str:
    """Where an answer sends the browser."""
    found = re.sub(r"^https?://[^/]+", "", answer.location)
    assert re.fullmatch(r"/nhap-du-lieu/\d+", found), found
    return found


def stored() -> dict[str, int]:
    """How many dossiers there are in each state."""
    counted = select(Dossier.state, func.count()).group_by(Dossier.state).order_by(Dossier.state)
    with database.reading() as session:
        return dict(session.execute(counted).all())


def errors_of(screen: Screen, url: str) -> str:
    """The file of errors as it is taken."""
    with screen.get(f"{url}/loi.csv") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return answer.get_data().decode("utf-8-sig")


def batch(number: int = 1) -> ImportBatch:
    with database.reading() as session:
        return session.get_one(ImportBatch, number)


def loaded(app: Flask, screen: Screen, content: bytes, **more: str) -> str:
    """Send, judge, agree, write; the address of the file's page."""
    url = place(send(screen, content, **more))
    work(app)
    screen.post(f"{url}/nap", {"sha256": batch(int(url.rpartition("/")[2])).sha256})
    work(app)
    return url


def test_every_row_is_judged_before_anything_is_written(app: Flask, screen: Screen) -> None:
    url = place(send(screen, MESSY))
    assert "Đang kiểm tra" in screen.get(url).text
    assert screen.get(f"{url}/tien-do").headers.get("HX-Refresh") is None
    work(app)
    page = Page.of(screen.get(url))
    page.check()
    assert stored() == {}
    counts = batch().counts
    assert {name: counts[name] for name in ("rows", "accepted", "refused", "warnings")} == {
        name: EXPECTED[name] for name in ("rows", "accepted", "refused", "warnings")
    }
    assert screen.get(f"{url}/tien-do").headers["HX-Refresh"] == "true"
    for words in ("Chờ xác nhận", "20 dòng đầu", "Theo lý do", "11 dòng bị từ chối không được ghi"):
        assert words in page.words, words


def test_what_is_agreed_to_is_written_once(app: Flask, screen: Screen) -> None:
    url = place(send(screen, MESSY))
    work(app)
    agreed = {"sha256": batch().sha256}
    for _ in range(2):
        assert screen.post(f"{url}/nap", agreed).status_code == 303
    work(app)
    assert screen.post(f"{url}/nap", agreed).status_code == 303
    work(app)
    assert (batch().state, sum(stored().values())) == (BatchState.DONE, EXPECTED["accepted"])
    assert batch().counts["refused"] == EXPECTED["refused"]
    page = Page.of(screen.get(url))
    page.check()
    assert "Đã nạp" in page.words


def test_the_pace_of_a_file_leaves_out_what_lay_before_this_run(
    app: Flask, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = place(send(screen, csv_of([dossier(1)])))
    now = Wall.stopped(monkeypatch).moment
    gone_on_with = {
        "state": BatchState.CONFIRMED, "confirmed_at": now - dt.timedelta(hours=9), "rows_total": 40_000,
        "rows_done": 30_000, "pace_from": now - dt.timedelta(seconds=10), "pace_rows": 20_000,
    }  # fmt: skip
    with database.transaction() as session:
        session.execute(update(ImportBatch).values(gone_on_with))
    assert "1.000 dòng/giây · còn khoảng 10 giây" in screen.get(f"{url}/tien-do").text
    with database.transaction() as session:
        session.execute(update(ImportBatch).values(pace_from=None))
    assert "dòng/giây" not in screen.get(f"{url}/tien-do").text, "nobody is at it yet"


def test_agreeing_is_bound_to_the_file_that_was_shown(app: Flask, screen: Screen) -> None:
    url = place(send(screen, csv_of([dossier(1)])))
    assert screen.post(f"{url}/nap", {"sha256": batch().sha256}).status_code == 409  # not judged yet
    work(app)
    refused = screen.post(f"{url}/nap", {"sha256": "0" * 64})
    assert (refused.status_code, "Tệp đã khác" in refused.text) == (422, True)
    original = next(path for path in kept(app) if path.suffix == ".tep")
    original.write_bytes(csv_of([dossier(2)]))
    screen.post(f"{url}/nap", {"sha256": batch().sha256})
    work(app)
    assert (batch().state, stored()) == (BatchState.FAILED, {})
    assert "không còn đúng là tệp đã gửi" in screen.get(url).text


def test_the_file_of_errors_repeats_the_rows_and_its_taking_is_noted(app: Flask, screen: Screen) -> None:
    url = loaded(app, screen, MESSY)
    rows = list(csv.DictReader(io.StringIO(errors_of(screen, url), newline="")))
    assert {int(row["dong"]) for row in rows if row["ly_do"].startswith("Từ chối")} == {
        row["row"] for row in EXPECTED["by_row"] if row["verdict"] == "refused"
    }
    with database.reading() as session:
        actions = session.execute(select(AuditEntry.action).order_by(AuditEntry.id)).scalars().all()
    assert actions[-3:] == ["import.send", "import.confirm", "import.errors"]


def test_who_may_not_export_personal_data_gets_no_errors_of_others(
    app: Flask, people: dict[str, Worker], screen: Screen
) -> None:
    url = loaded(app, screen, MESSY)
    other = before(app, people["administrator"])
    assert "Tải tệp lỗi" not in other.get(url).text
    assert other.get(f"{url}/loi.csv").status_code == 403


def test_the_right_to_export_counts_where_it_is_held(
    app: Flask, people: dict[str, Worker], screen: Screen
) -> None:
    """An administrator of the province who oversees one agency takes that agency's errors, and no others'."""
    above = loaded(app, screen, MESSY)
    refused = csv_of([dossier(9, DonViXuLy="H62.01", NoiNopHoSo="H62.01", TrangThaiHoSo="99")])
    below = place(send(before(app, people["justice"]), refused))
    work(app)
    with database.transaction() as session:
        administrator, justice = people["administrator"], people["justice"]
        agency_id = justice.memberships[0].agency_id
        session.add(Membership(user_id=administrator.user_id, role=Role.CONTROLLER, agency_id=agency_id))
    both = before(app, administrator)
    assert both.get(f"{above}/loi.csv").status_code == 403
    with both.get(f"{below}/loi.csv") as answer:
        assert answer.status_code == 200


def test_the_preview_says_once_what_is_wrong_with_several_fields(app: Flask, screen: Screen) -> None:
    days = dict.fromkeys(("NgayNopHoSo", "NgayTiepNhan", "NgayHenTra"), "20211320070800")
    url = place(send(screen, csv_of([dossier(1, **days)])))
    work(app)
    said = screen.get(url).text.count("Ngày không có thật hoặc không đọc được")
    assert said == 2, "in the row, and in the counts by reason"


def test_the_preview_masks_people(app: Flask, screen: Screen) -> None:
    url = place(send(screen, csv_of([dossier(1)])))
    work(app)
    body = screen.get(url).text
    assert "Trần T. Á. N." in body
    assert not [secret for secret in ("Nguyệt", "026170274723", "0954125042") if secret in body]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "Tệp trống", id="an empty file"),
        pytest.param(b"PK\x03\x04" + b"\0" * 40, "hỏng hoặc bị cắt", id="a damaged workbook"),
        pytest.param(b"MaHoSo,ChuHoSo\nx,y\n", "thiếu cột", id="columns missing"),
        pytest.param(b"MaHoSo,ChuHoSo\nx,Tr\xe2n\n", "không phải UTF-8", id="another encoding"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_at_once_and_not_kept(
    app: Flask, screen: Screen, content: bytes, said: str
) -> None:
    answer = send(screen, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert kept(app) == []
    Page.of(answer).check()


def test_a_form_without_a_file_or_a_source_is_shown_again(app: Flask, screen: Screen) -> None:
    assert "Hãy chọn tệp" in send(screen, b"", name="").text
    assert "Hãy chọn nguồn" in send(screen, csv_of([dossier(1)]), source="").text
    assert send(screen, csv_of([dossier(1)]), source="desk").status_code == 422
    assert kept(app) == []


def test_the_same_form_twice_is_one_file(app: Flask, screen: Screen) -> None:
    first = send(screen, csv_of([dossier(1)]), key="a" * 32)
    again = send(screen, csv_of([dossier(1)]), key="a" * 32)
    assert place(first) == place(again)
    assert len(kept(app)) == 1


def test_a_name_is_shown_and_never_a_path(app: Flask, screen: Screen) -> None:
    url = place(send(screen, csv_of([dossier(1)]), name="../../etc/<b>mật\x00khẩu.csv"))
    assert batch().file_name == "<b>mậtkhẩu.csv"
    assert "&lt;b&gt;mậtkhẩu.csv" in screen.get(url).text
    assert [re.sub(r"^[0-9a-f]{32}", "", path.name) for path in kept(app)] == [".tep"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept(app))


@pytest.mark.parametrize("shortest", [1, 10_000], ids=["counted before", "counted while judged"])
def test_too_many_rows_are_refused(
    app: Flask, screen: Screen, monkeypatch: pytest.MonkeyPatch, shortest: int
) -> None:
    monkeypatch.setattr("tthc_tracker.jobs.importing.SCREEN_ROWS", 2)
    monkeypatch.setattr("tthc_tracker.jobs.importing.SHORTEST_ROW", shortest)
    if shortest == 1:
        monkeypatch.delattr("tthc_tracker.jobs.importing.judge")
    url = place(send(screen, csv_of([dossier(n) for n in range(3)])))
    work(app)
    assert batch().state is BatchState.UNUSABLE
    assert "hơn 50.000 dòng" in screen.get(url).text


def test_a_dropped_file_is_gone_and_writes_nothing(app: Flask, screen: Screen) -> None:
    url = place(send(screen, csv_of([dossier(1)])))
    work(app)
    assert screen.post(f"{url}/bo", {}).status_code == 303
    assert kept(app) == []
    assert screen.post(f"{url}/nap", {"sha256": batch().sha256}).status_code == 409
    assert stored() == {}


# --- whose


def test_rows_of_agencies_elsewhere_are_refused_and_tell_nothing(
    app: Flask, people: dict[str, Worker]
) -> None:
    """The canary: what another agency's register holds does not show in any verdict."""
    loaded(app, before(app, people["controller"]), csv_of([dossier(1)]))
    justice = before(app, people["justice"])
    own = {"DonViXuLy": "H62.01", "NoiNopHoSo": "H62.01"}
    url = place(send(justice, csv_of([
        dossier(1), dossier(2), dossier(1, **own), dossier(3, **own), dossier(1, ChuHoSo="Ai Khác", **own),
    ])))  # fmt: skip
    work(app)
    counts = batch(2).counts
    assert (counts["accepted"], counts["refused"], counts["unchanged"]) == (1, 4, 0)
    assert counts["reasons"] == {"out_of_scope": 2, "code_taken": 2}
    body = justice.get(url).text
    assert not [secret for secret in ("Nguyệt", "Đất đai", "Hệ thống đất đai") if secret in body]


def test_files_of_an_agency_elsewhere_are_not_there(app: Flask, people: dict[str, Worker]) -> None:
    url = place(send(before(app, people["land"]), csv_of([dossier(1)])))
    work(app)
    stranger = before(app, people["justice"])
    for path in (url, f"{url}/tien-do", f"{url}/loi.csv"):
        assert stranger.get(path).status_code == 404
    for path in ("nap", "bo", "hoan-tac"):
        assert stranger.post(f"{url}/{path}", {"sha256": batch().sha256}).status_code == 404
    assert "xuat.csv" not in stranger.get("/nhap-du-lieu").text
    assert "xuat.csv" in before(app, people["controller"]).get("/nhap-du-lieu").text
    assert before(app, people["clerk"]).get("/nhap-du-lieu").status_code == 403


def test_who_has_lost_the_right_writes_nothing_more(app: Flask, people: dict[str, Worker]) -> None:
    land = before(app, people["land"])
    url = place(send(land, csv_of([dossier(1)])))
    work(app)
    land.post(f"{url}/nap", {"sha256": batch().sha256})
    with database.transaction() as session:
        session.execute(text("UPDATE app_user SET active = false WHERE username = 'land'"))
    work(app)
    assert (batch().state, stored()) == (BatchState.FAILED, {})


# --- taking back


def test_a_file_is_taken_back_without_deleting_anything(app: Flask, screen: Screen) -> None:
    url = loaded(app, screen, csv_of([dossier(1), dossier(2, **FINISHED)]))
    assert screen.post(f"{url}/hoan-tac", {}).status_code == 303
    work(app)
    assert (batch().state, batch().counts["undone"], batch().counts["kept"]) == (BatchState.UNDONE, 2, 0)
    assert stored() == {State.CANCELLED: 2}
    with database.reading() as session:
        kinds = session.execute(
            select(DossierEvent.kind).order_by(DossierEvent.dossier_id, DossierEvent.seq)
        ).scalars()
        assert list(kinds) == [EventKind.IMPORTED, EventKind.CANCELLED] * 2
    page = Page.of(screen.get(url))
    assert "Đã huỷ 2 hồ sơ" in page.words
    assert screen.get("/ho-so/H62.02-210601-0001").status_code == 200


def test_the_right_file_brings_the_same_dossiers_again(app: Flask, screen: Screen) -> None:
    url = loaded(app, screen, csv_of([dossier(1, ChuHoSo="Nhầm Cột"), dossier(2, KenhThucHien="3")]))
    screen.post(f"{url}/hoan-tac", {})
    work(app)
    right = csv_of(
        [dossier(1), dossier(2, KenhThucHien="2", NgayTiepNhan="", TrangThaiHoSo="1", NgayHenTra="")]
    )
    again = loaded(app, screen, right)
    assert batch(2).counts["accepted"] == 2
    assert stored() == {State.PROCESSING: 1, State.REGISTERED: 1}
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(Dossier)).scalar_one() == 2
        versions = session.execute(select(Dossier.version)).scalars().all()
    assert versions == [3, 3]
    body = screen.get("/ho-so/H62.02-210601-0001").text
    assert "Trần Thị Ánh Nguyệt" in body
    loaded(app, screen, right)
    assert batch(3).counts["unchanged"] == 2
    # the third file speaks of the dossiers of the second
    assert screen.post(f"{again}/hoan-tac", {}).status_code == 422


def test_what_was_touched_since_stands_in_the_way_and_is_named(app: Flask, screen: Screen) -> None:
    url = loaded(app, screen, csv_of([dossier(1), dossier(2)]))
    loaded(app, screen, csv_of([dossier(2, **FINISHED)]))
    refused = screen.post(f"{url}/hoan-tac", {})
    named = re.search(r"nói đến hồ sơ (.*?)\. ", refused.text)
    assert (refused.status_code, named and named[1]) == (422, "H62.02-210601-0002")
    assert "Hoàn tác lần nhập này" not in screen.get(url).text
    changed = screen.post("/nhap-du-lieu/2/hoan-tac", {})
    assert (changed.status_code, "H62.02-210601-0002" in changed.text) == (422, True)
    assert stored() == {State.FINISHED: 1, State.PROCESSING: 1}


# --- kills


class _KilledError(BaseException):
    """The process is gone."""


def test_a_kill_in_the_middle_loses_and_doubles_nothing(
    app: Flask, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    pacing.fixed(monkeypatch, 2)
    rows = [dossier(n) for n in range(5)] + [dossier(9, ChuHoSo=""), dossier(0), dossier(1, ChuHoSo="Khác")]
    url = place(send(screen, csv_of(rows)))
    work(app)
    judged = batch().counts
    screen.post(f"{url}/nap", {"sha256": batch().sha256})
    for killed_at in (1, 2):
        _kill_in_batch(app, monkeypatch, killed_at)
    work(app)
    done = batch()
    written = {name: done.counts[name] for name in judged}
    assert (done.state, written, stored()) == (BatchState.DONE, judged, {State.PROCESSING: 5})
    rows = csv.DictReader(io.StringIO(errors_of(screen, url), newline=""))
    assert [row["dong"] for row in rows] == ["7", "9"]


def _kill_in_batch(app: Flask, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Die right before the commit of a batch of rows, with its errors written already."""
    from tthc_tracker.services import importstages

    seen = []
    as_it_is = importstages.note_written

    def die(*arguments: object, **more: object) -> None:
        seen.append(1)
        if len(seen) > number:
            raise _KilledError
        as_it_is(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(importstages, "note_written", die)
        with pytest.raises(_KilledError):
            work(app)


def test_two_runs_at_once_do_not_both_take_a_file_up(app: Flask, screen: Screen) -> None:
    from tthc_tracker.jobs.importing import LEASE
    from tthc_tracker.services import leases

    send(screen, csv_of([dossier(1)]))
    with database.transaction() as session:
        assert leases.acquire(session, LEASE, "somebody else") is not None
    assert work(app) == {"checked": 0, "loaded": 0, "undone": 0}
    assert batch().state is BatchState.WAITING


def test_files_are_kept_for_a_month(app: Flask, screen: Screen) -> None:
    import datetime as dt

    from tests.support.register import NOW
    from tthc_tracker.domain.importing import FILES_KEPT
    from tthc_tracker.services import importstages
    from tthc_tracker.spreadsheets.intake import Shelf

    loaded(app, screen, MESSY)
    place(send(screen, csv_of([dossier(1)])))
    month = NOW + FILES_KEPT
    with database.transaction() as session:
        assert importstages.forget_old(session, month - dt.timedelta(hours=1)) == []
        names = importstages.forget_old(session, month + dt.timedelta(hours=1))
    shelf = Shelf(app.config["SETTINGS"].var)
    for name in names:
        shelf.forget(name)
    assert kept(app) == []
    assert (batch(1).state, batch(2).state) == (BatchState.DONE, BatchState.DROPPED)
    assert screen.get("/nhap-du-lieu/1").status_code == 200


def test_a_full_disk_refuses_the_upload_and_says_so(
    app: Flask, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(_shelf: Shelf, _sent: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "keep", keep)
        answer = send(screen, csv_of([dossier(1)]))
    assert answer.status_code == 503
    assert "Đĩa của máy chủ đã đầy" in answer.text
    assert send(screen, csv_of([dossier(1)])).status_code == 303


def test_a_disk_that_fills_up_stops_a_file_and_does_not_give_it_up(
    app: Flask, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def preview(_shelf: Shelf, _name: str) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    place(send(screen, csv_of([dossier(1)])))
    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "preview", preview)
        result = runner.run(BY_NAME["import-files"], Work(HOST, "", "", app.config["SETTINGS"].var))
    assert in_words(result.error).startswith("Đĩa của máy chủ đã đầy")
    assert batch().state is BatchState.WAITING
    work(app)
    assert batch().state is BatchState.CHECKED
