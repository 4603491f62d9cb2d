"""The page of a dossier: what each role may do, what is said when it cannot be done, and what it costs."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support import screens
from tests.support.databases import ENGINES
from tests.support.desk import Worker, new_key, open_office
from tests.support.moments import at
from tests.support.register import NOW
from tests.support.screens import House, Page, Screen
from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.lifecycle import Channel, State
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.receptionfacts import Paper, Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.account import Membership
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.procedure import Source
from tthc_tracker.services import processing, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.reception import ReceiveDossier, receive
from tthc_tracker.services.receptionchanges import CancelReception, cancel

MOST_QUERIES = 18
RECEIVED = at("Mon 2026-11-16 09:00")
DESK = {"assign", "hand_over", "finish", "note", "withdraw"}
_people = itertools.count(100)


@pytest.fixture(scope="module", params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with screens.house(request.param, tmp_path_factory.mktemp("house")) as app:
        with database.transaction() as session:
            office = open_office(session)
        yield House(app, office)


@pytest.fixture
def clerk(house: House) -> Screen:
    return house.before(house.office.clerk)


@pytest.fixture
def code(house: House) -> str:
    """A dossier received a week ago, assigned to nobody."""
    person = Party("Nguyễn Văn An", id_number=f"044093001{next(_people)}", phone="0912345678")
    facts = ReceptionFacts("1.004873", person, papers=(Paper("Tờ khai", originals=1),))
    with database.transaction() as session:
        command = ReceiveDossier(new_key(), house.office.ward, facts, RECEIVED)
        return receive(session, command, actor=house.office.clerk, now=RECEIVED).code


def change(code: str, **values: Any) -> None:
    with database.transaction() as session:
        session.execute(update(Dossier).where(Dossier.code == code).values(**values))


def stored(code: str) -> Dossier:
    with database.reading() as session:
        return session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()


def assign(house: House, code: str, by: Worker | None = None) -> None:
    with database.transaction() as session:
        command = processing.AssignDossier(
            Target(code, None), house.office.land_unit, house.office.officer.user_id
        )
        processing.assign(session, command, person=by or house.office.clerk, now=NOW)


def finish(house: House, code: str) -> None:
    with database.transaction() as session:
        command = release.FinishDossier(Target(code, None), release.ResultKind.GRANTED)
        release.finish(session, command, person=house.office.officer, now=NOW)


def withdraw(house: House, code: str) -> None:
    with database.transaction() as session:
        command = release.WithdrawDossier(Target(code, None), "người nộp đổi ý")
        release.withdraw(session, command, person=house.office.clerk, now=NOW)


PATHS = {
    "assign": "phan-cong", "hand_over": "chuyen", "finish": "xu-ly-xong", "return_result": "tra-ket-qua",
    "note": "ghi-chu", "withdraw": "rut", "reopen": "mo-lai",
    "note_digitised": "so-hoa-ket-qua",
}  # fmt: skip


def path_of(code: str, action: str = "") -> str:
    return f"/ho-so/{code}" + (f"/{PATHS[action]}" if action else "")


def offered(page: Page, code: str) -> set[str]:
    """The actions that the page has a form for."""
    return {action for action in PATHS if path_of(code, action) in page.forms}


def act(screen: Screen, code: str, action: str, page: Page | None = None, **fields: str) -> Any:
    """Fill in a form of the page and send it, as a browser does."""
    shown = page or Page.of(screen.get(path_of(code)))
    sent = shown.forms[path_of(code, action)] | {f"{action}-{name}": text for name, text in fields.items()}
    return screen.post(path_of(code, action), sent)


def test_a_dossier_is_worked_from_assignment_to_return_on_its_page(
    house: House, clerk: Screen, code: str
) -> None:
    office = house.office
    officer = str(office.officer.user_id)
    assert act(clerk, code, "assign", unit_id=str(office.land_unit), officer_id=officer).status_code == 302
    assert (
        act(clerk, code, "hand_over", unit_id=str(office.civil_unit), note="chuyển đúng phòng").status_code
        == 302
    )
    at_work = house.before(office.officer)
    done = act(at_work, code, "finish", kind="granted", number="12/GXN", result_on="20/11/2026",
               finished_at="20-11-2026 10h30")  # fmt: skip
    assert done.status_code == 302, done.text
    page = Page.of(clerk.get(path_of(code)))
    assert page.forms[path_of(code, "return_result")]["return_result-receiver"] == "Nguyễn Văn An"
    assert act(clerk, code, "return_result", receiver="Nguyễn Thị Bình", method="post").status_code == 302
    page = Page.of(clerk.get(path_of(code)))
    page.check()
    for words in (
        "Xử lý xong 10:30 20/11/2026, quá hạn",
        "Đã trả kết quả 14:00 23/11/2026 cho Nguyễn Thị Bình, qua bưu chính",
        "số 12/GXN, ngày 20/11/2026",
        "Phòng, đơn vị: Phòng Địa chính → thành Phòng Hộ tịch",
        "Lý do: chuyển đúng phòng",
    ):
        assert words in page.words
    assert stored(code).state is State.RETURNED


def test_the_forms_of_one_page_share_no_id_and_every_field_has_its_label(
    house: House, clerk: Screen, code: str
) -> None:
    page = Page.of(clerk.get(path_of(code)))
    page.check()
    assert offered(page, code) == DESK
    for words in ("Quá hạn 4 ngày", "Cách tính ngày hẹn trả", "Ngày bắt đầu không tính", "Tờ khai"):
        assert words in page.words


@pytest.mark.parametrize(
    ("who", "actions"),
    [
        pytest.param("clerk", DESK, id="the clerk does everything at the desk"),
        pytest.param("officer", {"assign", "hand_over", "finish", "note"}, id="the officer resolves"),
        pytest.param("head", {"assign", "hand_over", "finish", "note", "withdraw"}, id="the head decides"),
        pytest.param("controller", {"note"}, id="the controller above remarks"),
        pytest.param("auditor", set(), id="the auditor looks on"),
    ],
)
def test_each_role_is_offered_what_it_may_do(house: House, code: str, who: str, actions: set[str]) -> None:
    page = Page.of(house.before(getattr(house.office, who)).get(path_of(code)))
    assert offered(page, code) == actions
    assert ("Bạn chỉ xem hồ sơ này" in page.words) == (not actions)


def test_a_mirrored_dossier_is_only_assigned_and_remarked_on(house: House, clerk: Screen, code: str) -> None:
    with database.reading() as session:
        portal = session.execute(select(Source.id).where(Source.code == "provincial-portal")).scalar_one()
    change(code, source_id=portal, source_as_of=NOW)
    page = Page.of(clerk.get(path_of(code)))
    assert offered(page, code) == {"assign", "note"}
    assert "dữ liệu nguồn lúc 14:00 23/11/2026" in page.words
    assert "Sửa tiếp nhận" not in page.words
    assert (
        clerk.post(path_of(code, "withdraw"), {"withdraw-version": "1", "withdraw-reason": "x"}).status_code
        == 409
    )


def test_another_agencys_dossier_is_not_there(house: House, code: str) -> None:
    stranger = house.before(house.office.stranger)
    assert stranger.get(path_of(code)).status_code == 404
    for action in PATHS:
        names = ("reason", "text", "receiver")
        fields = {f"{action}-{name}": "x" for name in names}
        fields |= {f"{action}-version": "1", f"{action}-kind": "granted", f"{action}-method": "post"}
        assert stranger.post(path_of(code, action), fields).status_code in {403, 404}
    assert stranger.get("/ho-so/khong-co").status_code == 404
    assert stored(code).version == 1


def test_a_conflict_keeps_what_was_typed_and_tells_what_changed(
    house: House, clerk: Screen, code: str
) -> None:
    seen = Page.of(clerk.get(path_of(code)))
    assign(house, code, by=house.office.head)
    with database.transaction() as session:
        command = processing.NoteDossier(Target(code, None), "đã gọi điện")
        processing.note(session, command, person=house.office.officer, now=NOW)
    answer = act(clerk, code, "finish", page=seen, kind="refused", number="77/TB", reason="thiếu giấy tờ")
    assert answer.status_code == 409
    page = Page.of(answer)
    page.check()
    typed = page.forms[path_of(code, "finish")]
    assert (typed["finish-kind"], typed["finish-number"], typed["finish-reason"]) == (
        "refused", "77/TB", "thiếu giấy tờ",
    )  # fmt: skip
    changed = page.words.partition("Đã đổi từ khi bạn mở trang")[2].partition("Thời hạn")[0]
    for words in ("Phân công Phạm Thị Trưởng", "Ghi chú Trần Văn Thụ Lý", "đã gọi điện", "14:00 23/11/2026"):
        assert words in changed
    assert "Tiếp nhận Lê Thị Một Cửa" not in changed
    assert act(clerk, code, "finish", page=page).status_code == 302
    assert stored(code).result_number == "77/TB"


def test_what_can_no_longer_be_done_gives_back_what_was_typed(house: House, clerk: Screen, code: str) -> None:
    seen = Page.of(clerk.get(path_of(code)))
    withdraw(house, code)
    answer = act(clerk, code, "finish", page=seen, reason="lý do dài đã gõ")
    assert answer.status_code == 409
    page = Page.of(answer)
    assert "Nội dung bạn đã nhập: Lý do (bắt buộc khi từ chối) lý do dài đã gõ" in page.words
    assert "Rút hồ sơ Lê Thị Một Cửa" in page.words
    assert offered(page, code) == {"note"}


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        pytest.param("finish", {"kind": "refused"}, "phải ghi lý do", id="a refusal without its reason"),
        pytest.param("finish", {"finished_at": "1/11/2026 8:00"}, "trước khi tiếp nhận", id="too early"),
        pytest.param("finish", {"finished_at": "2027-11-01T08:00"}, "ở tương lai", id="in the future"),
        pytest.param("finish", {"finished_at": "hôm qua"}, "Thời điểm không đọc được", id="no moment"),
        pytest.param("finish", {"result_on": "31/12"}, "Ngày không đọc được", id="no day"),
        pytest.param("finish", {"number": "1" * 61}, "Dài nhất 60 ký tự", id="a number too long"),
        pytest.param("note", {"text": ""}, "Hãy ghi nội dung", id="an empty remark"),
        pytest.param("note", {"text": "x" * 501}, "Dài nhất 500 ký tự", id="a remark too long"),
        pytest.param("note", {"text": "a\u202eb"}, "Có ký tự lạ", id="a letter nobody types"),
        pytest.param("withdraw", {"reason": "  "}, "Hãy ghi lý do rút", id="no reason"),
        pytest.param("assign", {"unit_id": ""}, "Hãy chọn phòng hoặc cán bộ", id="nobody chosen"),
        pytest.param("assign", {"unit_id": "9" * 30}, "Hãy chọn phòng", id="a unit of thirty digits"),
        pytest.param("assign", {"unit_id": "999999"}, "không thuộc cơ quan", id="a unit that is none"),
        pytest.param("assign", {"officer_id": "999999"}, "không thuộc cơ quan", id="an officer that is none"),
        pytest.param("hand_over", {"unit_id": "x"}, "Hãy chọn lại", id="no unit at all"),
        pytest.param("note", {"version": "x", "text": "a"}, "Hãy tải lại trang", id="a version that is none"),
    ],
)
def test_what_is_wrong_is_said_in_its_place_and_nothing_changes(
    house: House, clerk: Screen, code: str, action: str, fields: dict[str, str], said: str
) -> None:
    answer = act(clerk, code, action, **fields)
    assert answer.status_code == 422
    page = Page.of(answer)
    page.check()
    assert said in page.words
    kept = page.forms[path_of(code, action)]
    long = {name: text for name, text in fields.items() if name in {"reason", "number"} and text.strip()}
    assert all(kept[f"{action}-{name}"] == text for name, text in long.items())
    assert stored(code).version == 1


def test_a_withdrawn_a_cancelled_and_a_refused_dossier_say_so_and_why(
    house: House, clerk: Screen, code: str
) -> None:
    withdraw(house, code)
    page = Page.of(clerk.get(path_of(code)))
    page.check()
    assert "Người nộp rút hồ sơ 14:00 23/11/2026. Lý do: người nộp đổi ý" in page.words
    assert "Trước hạn" not in page.words
    change(code, state=State.REFUSED)
    assert "Không được tiếp nhận (14:00 23/11/2026)" in Page.of(clerk.get(path_of(code))).words


def test_a_cancelled_dossier_keeps_its_page(house: House, clerk: Screen) -> None:
    facts = ReceptionFacts("1.004873", Party("Nguyễn Nhập Nhầm", id_number=f"044093001{next(_people)}"))
    with database.transaction() as session:
        command = ReceiveDossier(new_key(), house.office.ward, facts, NOW)
        code = receive(session, command, actor=house.office.clerk, now=NOW).code
        cancel(session, CancelReception(Target(code, 1), "nhập trùng"), actor=house.office.clerk, now=NOW)
    page = Page.of(clerk.get(path_of(code)))
    assert "Huỷ vì nhập nhầm 14:00 23/11/2026. Lý do: nhập trùng" in page.words
    assert offered(page, code) == {"note"}


def test_a_finish_by_mistake_is_taken_back_on_the_page(house: House, clerk: Screen, code: str) -> None:
    assign(house, code)
    finish(house, code)
    officer = house.before(house.office.officer)
    shown = officer.get(path_of(code))
    assert offered(Page.of(shown), code) == {"reopen", "note_digitised", "note"}
    for marked in ('href="#reopen-reason"', 'id="reopen-reason"'):  # inside the fold, which it opens
        assert marked in shown.text
    assert act(officer, code, "reopen", reason="ghi nhầm hồ sơ").status_code == 302
    assert stored(code).state is State.PROCESSING


def test_the_finish_asks_only_of_what_came_online_whether_paper_was_needed(house: House, code: str) -> None:
    assign(house, code)
    officer = house.before(house.office.officer)
    assert "Bản điện tử hay giấy" not in officer.get(path_of(code)).text
    change(code, channel=Channel.ONLINE, fully_electronic=None)
    assert act(officer, code, "finish", electronic="yes").status_code == 302
    assert stored(code).fully_electronic is True
    assert "hoàn toàn điện tử" in officer.get(path_of(code)).text


def test_whether_the_result_is_digitised_is_said_at_the_finish_and_put_right_after(
    house: House, code: str
) -> None:
    assign(house, code)
    officer = house.before(house.office.officer)
    assert act(officer, code, "finish", digitised="no").status_code == 302
    assert stored(code).result_digitised is False
    assert "kết quả chưa số hóa" in officer.get(path_of(code)).text
    assert act(officer, code, "note_digitised", digitised="no").status_code == 422
    assert act(officer, code, "note_digitised", digitised="yes").status_code == 302
    assert stored(code).result_digitised is True
    shown = officer.get(path_of(code)).text
    assert "Ghi việc số hóa kết quả" in shown
    assert "chưa số hóa" in shown
    assert "đã số hóa" in shown


def test_an_alert_on_the_dossier_is_acknowledged_from_its_page(house: House, code: str) -> None:
    assign(house, code)
    dossier = stored(code)
    with database.transaction() as session:
        alert = Alert(
            subject_type="dossier", subject_id=dossier.id, dossier_id=dossier.id, rule=Rule.OVERDUE,
            version=1, severity=Severity.SERIOUS, agency_id=house.office.ward, due_at=dossier.due_at,
            raised_at=NOW,
        )  # fmt: skip
        session.add(alert)
        session.flush()
        session.add(AlertRecipient(alert_id=alert.id, user_id=house.office.officer.user_id))
        path = f"/canh-bao/{alert.id}/ghi-nhan"
    officer = house.before(house.office.officer)
    page = Page.of(officer.get(path_of(code)))
    page.check()
    assert "Quá hạn 4 ngày" in page.words
    own = path.removesuffix("/ghi-nhan")
    assert own in page.links
    form = Page.of(officer.get(own)).forms[path]
    answer = officer.post(path, form | {"note": "mai xong", "by": "24/11/2026", "back": path_of(code)})
    assert (answer.status_code, answer.location) == (302, path_of(code))
    said = Page.of(house.before(house.office.clerk).get(path_of(code))).words
    assert "Trần Văn Thụ Lý ghi nhận 14:00 23/11/2026: mai xong" in said


def test_a_dossier_is_shown_under_each_of_its_codes(house: House, clerk: Screen, code: str) -> None:
    dossier = stored(code)
    old = f"000.00.19.{code}"
    with database.transaction() as session:
        session.add(
            DossierCode(code=old, dossier_id=dossier.id, source_id=dossier.source_id, kind="ministry")
        )
    assert f"Mã khác {old}" in Page.of(clerk.get(path_of(code))).words
    page = Page.of(clerk.get(path_of(old)))
    assert offered(page, code) == DESK, "its forms go to its own code"


def test_personal_data_stay_with_those_whose_work_asks_for_them(
    house: House, clerk: Screen, code: str
) -> None:
    words = Page.of(clerk.get(path_of(code))).words
    assert "Nguyễn Văn An" in words
    assert "091…678" in words
    assert "0912345678" not in words
    auditor = house.office.auditor.user_id
    with database.transaction() as session:
        session.execute(
            update(Membership).where(Membership.user_id == auditor).values(role=Role.ADMINISTRATOR)
        )
    text = house.before(house.office.auditor).get(path_of(code)).text
    with database.transaction() as session:
        session.execute(update(Membership).where(Membership.user_id == auditor).values(role=Role.AUDITOR))
    assert "Nguyễn V. A." in text
    for personal in ("0912345678", "Nguyễn Văn An", "044093001"):
        assert personal not in text


def test_the_page_costs_no_more_queries_than_it_declares(house: House, clerk: Screen, code: str) -> None:
    assert clerk.queries(path_of(code)) <= MOST_QUERIES
    assign(house, code)
    finish(house, code)
    assert clerk.queries(path_of(code)) <= MOST_QUERIES


@pytest.mark.parametrize("hostile", ["%00", "'--", "%25", "..%2f..", "a" * 400, "%F0%9F%99%82"])
def test_a_code_that_is_none_is_not_found(clerk: Screen, hostile: str) -> None:
    assert clerk.get(f"/ho-so/{hostile}").status_code in {400, 404}
    assert clerk.post(f"/ho-so/{hostile}/ghi-chu", {"note-version": "1", "note-text": "x"}).status_code in {
        400,
        404,
    }
