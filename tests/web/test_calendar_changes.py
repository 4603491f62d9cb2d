"""Changes of the calendar on the screen: proposed, weighed, agreed to; letters that somebody must approve."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.desk import Worker, hire, new_key, open_office
from tests.support.moments import at
from tests.support.screens import House, Page, house
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.jobs.calendars import change_calendar
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.calendarchange import CalendarMove
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.calendaryears import missing_ahead
from tthc_tracker.services import reception
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.web.calendar.forms import WEEK

NEW, LIST = "/lich/thay-doi/moi/", "/lich/thay-doi"
WHY = {"number": "Thông báo 12/TB-UBND", "signed_on": "20/11/2026", "text": "phòng tránh bão"}
HOLIDAY = WHY | {"first": "25/11/2026", "last": "", "agency": ""}


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house("sqlite", tmp_path_factory.mktemp("calendar")) as app:
        with database.transaction() as session:
            office = open_office(session)
            now = at("Mon 2026-11-23 09:00")
            for email in ("an@example.invalid", ""):
                party = Party("Nguyễn Văn An", id_number="044093001234", email=email)
                facts = ReceptionFacts("1.004873", party)
                command = ReceiveDossier(new_key(), office.ward, facts, now)
                reception.receive(session, command, actor=office.clerk, now=now)
        yield House(app, office)


def admin(town: House, agency: int | None = None) -> Worker:
    with database.transaction() as session:
        return hire(session, "Hồ Văn Quản Trị", Role.ADMINISTRATOR, agency or town.office.province)


def work() -> None:
    change_calendar(Work("https://localhost", "tracker@example.invalid", "", Path()))


def dates() -> set[dt.datetime]:
    with database.reading() as session:
        return {each for each in session.execute(select(Dossier.current_due_at)).scalars() if each}


def test_a_holiday_is_weighed_agreed_to_and_told_only_when_a_head_says_so(town: House) -> None:
    screen = town.before(admin(town))
    sent = screen.post(NEW + "nghi-le", HOLIDAY | {"submission_key": new_key()})
    assert sent.status_code == 303
    assert "Đang tính hệ quả" in Page.of(screen.get(sent.location)).words
    work()
    weighed = Page.of(screen.get(sent.location))
    weighed.check()
    assert "2 Đổi ngày hẹn trong 2 hồ sơ đang mở" in " ".join(weighed.words.split())
    assert dates() == {at("Fri 2026-11-27 09:00")}
    rows = Page.of(screen.get(f"/lich/ho-so-doi-ngay?change={sent.location.rpartition('/')[2]}"))
    rows.check()
    assert "09:00 27/11/2026" in rows.words
    assert "09:00 30/11/2026" in rows.words
    assert screen.post(sent.location + "/xac-nhan", {}).status_code == 303
    work()
    assert dates() == {at("Mon 2026-11-30 09:00")}
    assert "Đã có hiệu lực" in Page.of(screen.get(sent.location)).words
    with database.reading() as session:
        dossier = session.execute(select(Dossier.code).limit(1)).scalar_one()
    assert "phòng tránh bão" in Page.of(town.before(town.office.clerk).get(f"/ho-so/{dossier}")).words
    _letters(town)


def _letters(town: House) -> None:
    head = town.before(town.office.head)
    page = Page.of(head.get("/lich/thu-bao"))
    page.check()
    (where,) = [action for action in page.forms if action.startswith("/lich/thu-bao/")]
    work()
    assert _outbox() == 0
    assert head.post(where, {"viec": "gui"}).status_code == 303
    work()
    assert _outbox() == 1
    assert "Không có thư nào chờ duyệt" in Page.of(head.get("/lich/thu-bao")).words


def _outbox() -> int:
    with database.reading() as session:
        return len(session.execute(select(OutboxMessage.id).where(OutboxMessage.user_id.is_(None))).all())


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        pytest.param("nghi-le", {"first": ""}, "Hãy ghi ngày", id="no day"),
        pytest.param(
            "nghi-le", {"last": "20/11/2026"}, "Ngày cuối phải từ ngày đầu", id="ends before it begins"
        ),
        pytest.param(
            "nghi-le", {"number": "", "signed_on": "", "text": ""}, "Hãy ghi căn cứ", id="no decision"
        ),
        pytest.param("nghi-le", {"agency": "H99"}, "không có", id="an agency that there is not"),
        pytest.param(
            "lam-bu", {"worked_on": "28/11/2026", "windows": "7h"}, "không phải giờ", id="odd hours"
        ),
        pytest.param(
            "gio-lam-viec",
            {"first": "01/12/2026"} | dict.fromkeys(WEEK, ""),
            "ít nhất một thứ",
            id="a week without hours",
        ),
        pytest.param("goi-y", {"year": "26"}, "bốn chữ số", id="a year of two digits"),
        pytest.param("tep", {}, "Hãy chọn tệp", id="no file"),
    ],
)
def test_what_cannot_be_proposed_is_said_beside_its_field_and_nothing_typed_is_lost(
    town: House, kind: str, fields: dict[str, str], said: str
) -> None:
    given = HOLIDAY | fields | {"submission_key": new_key()}
    answer = town.before(admin(town)).post(NEW + kind, given)
    page = Page.of(answer)
    page.check()
    assert (answer.status_code, said in page.words) == (422, True)
    if kind == "nghi-le" and fields.get("number", "x"):
        assert page.forms[NEW + kind]["text"] == WHY["text"]


def test_a_file_is_taken_row_by_row_and_its_faults_are_named(town: House) -> None:
    screen = town.before(admin(town))

    def send(text: str) -> Any:
        file = (io.BytesIO(text.encode()), "lich.csv")
        return screen.post(NEW + "tep", WHY | {"submission_key": new_key(), "file": file})

    bad = send("date;kind;windows;basis\n2026-02-30;holiday;;x\n")
    assert bad.status_code == 422
    assert "Dòng 2, cột date" in Page.of(bad).words
    good = send("date;kind;windows;basis\n2026-12-24;swap_off;;CV 1\n2026-12-26;make_up;07:30-11:30;CV 1\n")
    assert good.status_code == 303
    assert "Nghỉ hoán đổi" in Page.of(screen.get(good.location)).words


def test_a_suggestion_is_compared_by_a_person_before_it_holds(town: House) -> None:
    screen = town.before(admin(town))
    sent = screen.post(NEW + "goi-y", {"year": "2028", "submission_key": new_key()})
    work()
    assert "chưa đối chiếu" in Page.of(screen.get(sent.location)).words
    refused = screen.post(sent.location + "/xac-nhan", {})
    assert (refused.status_code, "Hãy đối chiếu" in Page.of(refused).words) == (422, True)
    assert screen.post(sent.location + "/xac-nhan", {"compared": "1"}).status_code == 303
    work()
    assert "Lịch năm này là tạm tính" in Page.of(screen.get("/lich?nam=2028")).words


def test_the_nation_s_calendar_is_changed_at_the_top_only(town: House) -> None:
    screen = town.before(admin(town, town.office.ward))
    refused = screen.post(NEW + "nghi-le", HOLIDAY | {"submission_key": new_key()})
    assert (refused.status_code, "Lịch cả nước" in Page.of(refused).words) == (422, True)
    own = screen.post(NEW + "nghi-le", HOLIDAY | {"agency": "H50.19000", "submission_key": new_key()})
    assert own.status_code == 303
    other = town.before(admin(town, town.office.other))
    assert other.get(own.location).status_code == 404


def test_a_day_of_intake_more_moves_no_date_and_stands_in_the_year(town: House) -> None:
    screen, before = town.before(admin(town)), dates()
    asked = WHY | {"first": "28/11/2026", "windows": "07:30-11:00", "agency": "H50.19000"}
    refused = screen.post(NEW + "tiep-nhan-them", asked | {"windows": "", "submission_key": new_key()})
    assert (refused.status_code, "cần giờ mở quầy" in refused.text) == (422, True)
    sent = screen.post(NEW + "tiep-nhan-them", asked | {"submission_key": new_key()})
    work()
    weighed = Page.of(screen.get(sent.location))
    weighed.check()
    assert "Không hồ sơ đang mở nào đổi ngày hẹn" in weighed.words
    assert screen.post(sent.location + "/xac-nhan", {}).status_code == 303
    work()
    assert dates() == before
    year = Page.of(screen.get("/lich?nam=2026&agency=H50.19000"))
    year.check()
    said = year.words.partition("Ngày tiếp nhận thêm")[2]
    assert "28/11/2026 Thứ Bảy 07:30–11:00 Thông báo 12/TB-UBND ngày 20/11/2026" in " ".join(said.split())
    assert "Ngày tiếp nhận thêm" not in Page.of(screen.get("/lich?nam=2026&agency=H50.19001")).words


def test_a_change_given_up_moves_nothing(town: House) -> None:
    screen, before = town.before(admin(town)), dates()
    sent = screen.post(NEW + "nghi-le", HOLIDAY | {"submission_key": new_key()})
    work()
    assert screen.post(sent.location + "/bo", {}).status_code == 303
    assert screen.post(sent.location + "/xac-nhan", {}).status_code == 409
    work()
    assert dates() == before
    with database.reading() as session:
        assert session.execute(select(CalendarMove.dossier_id)).all() == []
    assert "Đã bỏ" in Page.of(screen.get(LIST)).words


def test_from_october_on_whoever_keeps_the_calendar_is_told_of_unknown_years(town: House) -> None:
    with database.reading() as session:
        assert missing_ahead(session, dt.date(2026, 9, 30)) == ()
        assert missing_ahead(session, dt.date(2026, 10, 1)) == (2028,)
    told = "Chưa có lịch năm 2028"
    assert told in Page.of(town.before(town.office.controller).get("/lich")).words
    assert "lịch làm việc năm 2028" in Page.of(town.before(town.office.controller).get("/")).words
    for path in ("/lich", "/"):
        assert "2028" not in Page.of(town.before(town.office.clerk).get(path)).words
