"""Field reports: taken in once, passed on with their date kept, answered, counted, told, forgotten."""

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.domain.test_photos import EXIF, JFIF, SECRET, TABLE, jpeg
from tests.support.desk import Office, Worker, hire, new_key
from tests.support.moments import at
from tthc_tracker.domain.alerting import OF_REPORTS, Rule
from tthc_tracker.domain.alertrules import SHIPPED, as_json
from tthc_tracker.domain.errors import (
    ConflictingDossier,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotNow,
    StaleVersion,
)
from tthc_tracker.domain.fieldreports import ReportAct, ReportChannel, ReportOutcome, ReportState, outcome
from tthc_tracker.domain.permissions import EVERYTHING, Role
from tthc_tracker.domain.personaldata import Ground
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.fieldreport import FieldReport, FieldReportKind
from tthc_tracker.models.personaldata import RetentionRule
from tthc_tracker.models.setting import Setting
from tthc_tracker.queries import fieldreportlist
from tthc_tracker.queries import fieldreports as reads
from tthc_tracker.queries.alertmail import content
from tthc_tracker.queries.fieldreportlist import Question, Tab
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import fieldreportalerts, fieldreportprivacy, fieldreports
from tthc_tracker.services.alertpreview import preview
from tthc_tracker.services.fieldreportfiles import Enclosed, load_kinds, load_reports
from tthc_tracker.services.fieldreporthandling import HandleReport, handle
from tthc_tracker.services.fieldreportphotos import FOLDER, Album
from tthc_tracker.services.fieldreportprivacy import EraseReport, ShowContact
from tthc_tracker.services.fieldreports import Reported, Sender, TakeReport
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.services.tablerows import BadRows, Outcome

pytestmark = pytest.mark.usefixtures("office")

MONDAY = at("Mon 2026-11-16 09:00")
SOON, LATE = at("Thu 2026-11-19 16:00"), at("Fri 2026-11-20 00:00")
TOLD = Reported("moi-truong", "Ngã ba chợ Đông Hà", "Rác tràn ra đường", contact_name="Trần Thị Canary",
                contact_phone="0987001777", contact_email="canary@nguoidan.test")  # fmt: skip


@pytest.fixture
def head(write: Session, office: Office) -> Worker:
    return hire(write, "Lê Thủ Trưởng", Role.HEAD_OF_AGENCY, office.ward)


def take(session: Session, office: Office, told: Reported = TOLD, now: dt.datetime = MONDAY) -> str:
    return fieldreports.take(session, TakeReport(new_key(), office.ward, told), person=office.clerk, now=now)


def row(session: Session, code: str) -> FieldReport:
    return session.execute(select(FieldReport).where(FieldReport.code == code)).scalar_one()


def act(
    session: Session, code: str, what: ReportAct, person: Worker, now: dt.datetime = MONDAY, **more: Any
) -> None:
    command = HandleReport(code, row(session, code).version, what, **more)
    handle(session, command, person=person, now=now)


def answer(session: Session, code: str, person: Worker, now: dt.datetime = MONDAY) -> None:
    act(session, code, ReportAct.ACCEPT, person, now)
    act(session, code, ReportAct.ANSWER, person, now, said="Đã dọn sạch")


def settle(session: Session, now: dt.datetime) -> fieldreportalerts.Tally:
    return fieldreportalerts.settle(session, Directory(session, now.date()), now=now)


def standing(session: Session) -> list[tuple[Rule, int]]:
    found = select(Alert.rule, Alert.agency_id).where(Alert.closed_at.is_(None)).order_by(Alert.id)
    return [(rule, agency) for rule, agency in session.execute(found)]


def test_a_report_gets_a_code_and_the_limit_of_its_kind(office: Office, write: Session) -> None:
    code = take(write, office)
    assert code == "H50.19000-PA-261116-0001"
    report = row(write, code)
    assert (report.state, report.late_from) == (ReportState.RECEIVED, LATE)
    view = reads.show(write, code, office.clerk.scope)
    assert (view.kind, view.handling, view.channel) == (
        "Vệ sinh môi trường, rác thải", "Phường Đông Hà", ReportChannel.DESK,
    )  # fmt: skip
    assert [deed.action for deed in view.deeds] == ["field_report_received"]
    assert (view.contact.name, view.contact.phone) == ("Trần T. C.", "098…777")


def test_the_same_form_sent_again_is_one_report(office: Office, write: Session) -> None:
    command = TakeReport(new_key(), office.ward, TOLD)
    codes = {fieldreports.take(write, command, person=office.clerk, now=MONDAY) for _ in range(2)}
    assert len(codes) == 1


REFUSED = {
    "no place": ({"place": " "}, "place"),
    "no words": ({"words": ""}, "words"),
    "no such kind": ({"kind": "ma"}, "kind"),
    "no such agency": ({"agency": "H99"}, "agency"),
    "a telephone that is none": ({"contact_phone": "12"}, "contact_phone"),
    "an address that is none": ({"contact_email": "canary"}, "contact_email"),
    "tomorrow": ({"received_at": at("Tue 2026-11-17 09:00")}, "received_at"),
    "a year without a calendar": ({"received_at": at("Fri 1999-01-01 09:00")}, "received_at"),
}


@pytest.mark.parametrize(("change", "field"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_cannot_be_is_refused_by_its_field(
    office: Office, write: Session, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        take(write, office, replace(TOLD, **change))
    assert refusal.value.field == field


def test_nobody_takes_in_for_another_desk_or_sees_its_reports(office: Office, write: Session) -> None:
    with pytest.raises(NotAllowed):
        fieldreports.take(write, TakeReport(new_key(), office.ward, TOLD), person=office.stranger, now=MONDAY)
    code = take(write, office)
    with pytest.raises(NotFound):
        reads.show(write, code, office.stranger.scope)
    with pytest.raises(NotFound):
        act(write, code, ReportAct.ACCEPT, office.stranger)
    with pytest.raises(NotAllowed):  # a superior looks on
        act(write, code, ReportAct.ACCEPT, office.controller)


def test_passed_on_and_handed_back_it_keeps_the_citizens_date(office: Office, write: Session) -> None:
    code = take(write, office)
    before = row(write, code).due_at
    act(write, code, ReportAct.FORWARD, office.clerk, agency="H50.19001", said="Thuộc địa bàn xã")
    report = row(write, code)
    assert (report.handling_agency_id, report.passed_by_id) == (office.other, office.ward)
    with pytest.raises(NotAllowed):  # it is the other's now, though the desk sees it still
        act(write, code, ReportAct.ACCEPT, office.clerk)
    act(write, code, ReportAct.ACCEPT, office.stranger)
    act(write, code, ReportAct.HAND_BACK, office.stranger, said="Không thuộc xã")
    report = row(write, code)
    assert (report.handling_agency_id, report.state, report.due_at) == (
        office.ward, ReportState.RECEIVED, before,
    )  # fmt: skip
    view = reads.show(write, code, office.clerk.scope)
    assert [(one.act, one.to_agency) for one in view.passages] == [
        (ReportAct.FORWARD, "Xã Cam Lộ"), (ReportAct.HAND_BACK, "Phường Đông Hà"),
    ]  # fmt: skip


def test_what_is_not_possible_as_it_stands_is_refused(office: Office, write: Session) -> None:
    code = take(write, office)
    with pytest.raises(NotNow):
        act(write, code, ReportAct.ANSWER, office.clerk, said="Xong")
    for change, field in (
        ({"agency": ""}, "agency"),
        ({"agency": "H50.19000"}, "agency"),
        ({"said": ""}, "said"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            act(
                write,
                code,
                ReportAct.FORWARD,
                office.clerk,
                **({"agency": "H50.19001", "said": "x"} | change),
            )
        assert refusal.value.field == field
    with pytest.raises(StaleVersion):
        handle(write, HandleReport(code, 9, ReportAct.ACCEPT), person=office.clerk, now=MONDAY)


def test_answered_it_is_published_by_a_head_and_rated(office: Office, write: Session, head: Worker) -> None:
    code = take(write, office)
    answer(write, code, office.officer)
    with pytest.raises(NotAllowed):
        act(write, code, ReportAct.PUBLISH, office.officer)
    act(write, code, ReportAct.PUBLISH, head)
    act(write, code, ReportAct.RATE, office.clerk, satisfied=False)
    act(write, code, ReportAct.WITHDRAW, head)
    report = row(write, code)
    assert (report.published, report.satisfied, report.answer) == (False, False, "Đã dọn sạch")


# --- alerts


def test_near_its_date_and_late_its_agency_and_its_head_are_told_once(
    office: Office, write: Session, head: Worker
) -> None:
    take(write, office)
    assert not settle(write, MONDAY).raised
    assert settle(write, SOON).raised == {Rule.FIELD_REPORT_SOON: 1}
    assert not settle(write, SOON).raised
    tally = settle(write, LATE)
    assert (tally.raised, tally.closed) == ({Rule.FIELD_REPORT_OVERDUE: 1}, 1)
    assert standing(write) == [(Rule.FIELD_REPORT_OVERDUE, office.ward)]
    theirs = select(AlertRecipient.user_id).join(Alert, Alert.id == AlertRecipient.alert_id)
    told = set(write.execute(theirs.where(Alert.closed_at.is_(None))).scalars())
    assert told == {office.clerk.user_id, head.user_id}


def test_the_alert_follows_who_has_it_and_ends_with_the_answer(office: Office, write: Session) -> None:
    code = take(write, office)
    settle(write, LATE)
    act(write, code, ReportAct.FORWARD, office.clerk, LATE, agency="H50.19001", said="Thuộc xã")
    assert standing(write) == []
    settle(write, LATE)
    assert standing(write) == [(Rule.FIELD_REPORT_OVERDUE, office.other)]
    act(write, code, ReportAct.HAND_BACK, office.stranger, LATE, said="Không thuộc xã")
    again = settle(write, LATE)
    assert (standing(write), again.raised) == ([(Rule.FIELD_REPORT_OVERDUE, office.ward)], {})
    answer(write, code, office.clerk, LATE)
    assert standing(write) == []
    assert not settle(write, LATE).raised


def test_the_preview_says_what_the_scan_then_raises_of_reports(
    office: Office, write: Session, head: Worker
) -> None:
    code = take(write, office)
    assert [one for one in preview(write, MONDAY) if one.rule in OF_REPORTS] == []
    (soon,) = (one for one in preview(write, SOON) if one.rule in OF_REPORTS)
    assert (soon.rule, soon.new, soon.subject_code) == (Rule.FIELD_REPORT_SOON, True, f"H50.19000/{code}")
    settle(write, LATE)
    (late,) = (one for one in preview(write, LATE) if one.rule in OF_REPORTS)
    assert (late.rule, late.new, len(late.recipients)) == (Rule.FIELD_REPORT_OVERDUE, False, 2)
    answer(write, code, office.clerk, LATE)
    assert [one for one in preview(write, LATE + dt.timedelta(hours=1)) if one.rule in OF_REPORTS] == []


def test_an_agency_that_wants_to_hear_nothing_is_told_nothing(office: Office, write: Session) -> None:
    take(write, office)
    settle(write, LATE)
    off = as_json(replace(SHIPPED[Rule.FIELD_REPORT_OVERDUE], active=False))
    row = {"agency_key": office.ward, "name": "alert.field_report_overdue", "valid_from": MONDAY.date()}
    write.add(Setting(**row, value=off))
    raise_revision(write, "settings")
    write.flush()
    tally = settle(write, LATE)
    assert (tally.closed, tally.raised, standing(write)) == (1, {}, [])


def test_the_digest_names_the_report_and_nobody(office: Office, write: Session, head: Worker) -> None:
    code = take(write, office)
    settle(write, LATE)
    context = {"since": MONDAY.isoformat()}
    mail = content(write, "digest", head.user_id, context, created_at=LATE, now=LATE)
    assert mail is not None
    (line,) = mail.new
    assert (line.rule, line.report_code, line.code, line.owner) == (
        Rule.FIELD_REPORT_OVERDUE, code, None, None,
    )  # fmt: skip


# --- sent by others


def sender(session: Session, office: Office) -> Sender:
    return Sender(ReportChannel.FILE, office.ward, user_id=office.controller.user_id)


def test_sent_again_it_is_the_same_and_other_content_changes_nothing(office: Office, write: Session) -> None:
    told = replace(TOLD, received_at=MONDAY)
    by = sender(write, office)
    first, new = fieldreports.take_sent(write, "PA-1", told, by, now=LATE)
    again, renewed = fieldreports.take_sent(write, "PA-1", told, by, now=LATE)
    assert (first.id, new, renewed) == (again.id, True, False)
    with pytest.raises(ConflictingDossier):
        fieldreports.take_sent(write, "PA-1", replace(told, words="Khác"), by, now=LATE)
    with pytest.raises(ConflictingDossier):
        fieldreports.take_sent(write, "PA-1", told, replace(by, channel=ReportChannel.API), now=LATE)
    with pytest.raises(InvalidInput):
        fieldreports.take_sent(write, "PA/1", told, by, now=LATE)


FILE = """code,kind,place,words,received_at,agency
PA-1,moi-truong,Chợ Cam Lộ,Rác chưa thu gom,2026-11-16 09:00,H50.19001
PA-2,giao-thong,Đường 9,Ổ gà,2026-11-16T08:00+07:00,
"""


def load(session: Session, office: Office, text: str, folder: Path, **photos: bytes) -> Outcome:
    enclosed = Enclosed(Album(folder), lambda name: photos.get(name.removesuffix(".jpg")))
    return load_reports(session, text, agency_id=office.ward, actor_id=None, now=LATE, photos=enclosed)


def test_a_file_is_taken_in_whole_or_not_at_all(office: Office, write: Session, tmp_path: Path) -> None:
    done = load(write, office, FILE, tmp_path)
    assert (done.added, done.unchanged) == (2, 0)
    assert row(write, "PA-1").handling_agency_id == office.other
    again = load(write, office, FILE, tmp_path)
    assert (again.added, again.unchanged) == (0, 2)
    bad = FILE.replace("moi-truong", "ma").replace("2026-11-16T08:00+07:00", "hôm qua").replace("PA-", "PB-")
    with pytest.raises(BadRows) as faults:
        load(write, office, bad.replace("Ổ gà", ""), tmp_path)
    found = [(fault.row, fault.column) for fault in faults.value.faults]
    assert found == [(2, "kind"), (3, "words"), (3, "received_at")]


def test_a_file_brings_its_photos_and_one_that_is_refused_leaves_none(
    office: Office, write: Session, tmp_path: Path
) -> None:
    head = "code,kind,place,words,received_at,photo\n"
    first = "PA-7,moi-truong,Chợ Cam Lộ,Rác,16/11/2026 09:00,cho.jpg\n"
    picture, folder = jpeg(JFIF, EXIF, TABLE), tmp_path / FOLDER
    bad = head + first + "".join(
        f"PA-{code},moi-truong,Chợ,Rác,16/11/2026 9:30,{photo}\n"
        for code, photo in ((8, "khong-gui.jpg"), (9, "hong.jpg"))
    )  # fmt: skip
    with pytest.raises(BadRows) as faults, write.begin_nested():
        load(write, office, bad, tmp_path, cho=picture, hong=b"<svg/>")
    found = [(fault.row, fault.column) for fault in faults.value.faults]
    assert (found, list(folder.iterdir())) == ([(3, "photo"), (4, "photo")], [])
    for _ in range(2):
        load(write, office, head + first, tmp_path, cho=picture)
    (kept,) = folder.iterdir()
    assert (row(write, "PA-7").photo, SECRET in kept.read_bytes()) == (kept.stem, False)
    assert row(write, "PA-7").received_at == at("Mon 2026-11-16 09:00")


def test_a_report_keeps_the_limit_of_its_day(office: Office, write: Session) -> None:
    code = take(write, office)
    file = "code,name,amount,unit,ended\nmoi-truong,Môi trường,1,working_day,\nma,Ma,2,working_hour,1\n"
    done = load_kinds(write, file, actor_id=None, now=MONDAY)
    assert (done.added, done.changed) == (1, 1)
    assert load_kinds(write, file, actor_id=None, now=MONDAY).unchanged == 2
    assert row(write, code).late_from == LATE
    assert row(write, take(write, office)).late_from == at("Wed 2026-11-18 00:00")
    with pytest.raises(InvalidInput):
        take(write, office, replace(TOLD, kind="ma"))
    with pytest.raises(BadRows):
        load_kinds(write, "code,name,amount,unit\nx,X,-1,working_day\n", actor_id=None, now=MONDAY)


# --- the list and the numbers


def test_a_list_holds_what_its_tab_says_and_pages_join(office: Office, write: Session) -> None:
    codes = [
        take(write, office, replace(TOLD, received_at=MONDAY + number * HOUR), LATE) for number in range(5)
    ]
    answer(write, codes[0], office.clerk, LATE)
    question = Question.of({"tab": "open", "kind": "moi-truong", "agency": "H50.19000", "from": "2026-11-16"})
    found, after = [], ""
    while True:
        page = fieldreportlist.page(write, question, office.clerk.scope, LATE, after=after, size=3)
        found += [one.code for one in page.rows]
        if not (after := page.after):
            break
    assert found == codes[1:]
    numbers = fieldreportlist.counts(write, question, office.clerk.scope, LATE)
    assert numbers == {Tab.OPEN: 4, Tab.SOON: 0, Tab.OVERDUE: 4, Tab.ANSWERED: 1, Tab.ALL: 5}
    assert fieldreportlist.count(write, question, office.stranger.scope, LATE).number == 0
    newest = fieldreportlist.page(write, replace(question, tab=Tab.ALL), EVERYTHING, LATE, size=2)
    second = fieldreportlist.page(
        write, replace(question, tab=Tab.ALL), EVERYTHING, LATE, after=newest.after, size=9
    )
    assert [one.code for one in (*newest.rows, *second.rows)] == codes[::-1]
    assert not fieldreportlist.page(write, replace(question, kind="khac"), EVERYTHING, LATE).rows
    assert not fieldreportlist.page(write, Question.of({"to": "2026-11-15"}), EVERYTHING, LATE).rows


HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
LIVES = st.lists(st.tuples(st.integers(0, 20), st.none() | st.integers(0, 15), st.booleans()), max_size=12)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LIVES, st.integers(0, 20), st.integers(0, 10))
def test_each_report_is_counted_once_and_the_cells_are_the_laws(
    office: Office, write: Session, lives: list[Any], first: int, length: int
) -> None:
    kind = write.execute(select(FieldReportKind).where(FieldReportKind.code == "moi-truong")).scalar_one()
    start = MONDAY.date() - DAY * 20 + DAY * first
    end = start + DAY * length
    last = dt.datetime.combine(end + DAY, dt.time(), MONDAY.tzinfo)
    with write.begin_nested() as nested:
        rows = [_lived(office, kind.id, number, *life) for number, life in enumerate(lives)]
        write.add_all(rows)
        write.flush()
        found = reads.counted(write, EVERYTHING, start, end)
        nested.rollback()
    begins = dt.datetime.combine(start, dt.time(), MONDAY.tzinfo)
    counted = [
        outcome(one.late_from, one.answered_at, last - dt.timedelta(minutes=1))
        for one in rows
        if one.received_at < last and (one.answered_at is None or one.answered_at >= begins)
    ]
    cells = [counted.count(cell) for cell in ReportOutcome]
    assert cells == [found.answered_on_time, found.answered_late, found.open_within, found.open_overdue]
    assert found.balances


def _lived(
    office: Office, kind_id: int, number: int, received: int, answered: int | None, late: bool
) -> FieldReport:
    taken = MONDAY - DAY * 20 + DAY * received
    done = None if answered is None else taken + DAY * answered
    due = taken + DAY * (2 if late else 9)
    return FieldReport(
        code=f"PX-{number}", channel=ReportChannel.FILE, kind_id=kind_id, receiving_agency_id=office.ward,
        handling_agency_id=office.ward, state=ReportState.ANSWERED if done else ReportState.ACCEPTED,
        place="x", words="x", received_at=taken, recorded_at=taken, limit_amount=3, limit_unit="working_day",
        due_at=due, soon_from=due, late_from=due, answered_at=done,
    )  # fmt: skip


def test_a_period_that_lasts_is_counted_as_it_stands_now(office: Office, write: Session) -> None:
    take(write, office)
    week = MONDAY.date(), MONDAY.date() + 6 * DAY
    assert reads.counted(write, EVERYTHING, *week).open_overdue == 1
    assert reads.counted(write, EVERYTHING, *week, now=SOON).open_within == 1
    assert reads.counted(write, office.stranger.scope, *week, now=SOON).received == 0


# --- who reported


def test_whoever_sees_the_contact_leaves_his_reason(office: Office, write: Session) -> None:
    code = take(write, office)
    with pytest.raises(InvalidInput):
        fieldreportprivacy.show(write, ShowContact(code, None), person=office.clerk, now=MONDAY)
    fieldreportprivacy.show(write, ShowContact(code, Ground.CONTACT), person=office.clerk, now=MONDAY)
    assert reads.contact(write, code, office.clerk.scope).phone == "0987001777"
    last = reads.show(write, code, office.clerk.scope).deeds[-1]
    assert (last.action, last.facts["ground"]) == ("field_report_contact_shown", "contact")


def test_a_photo_is_kept_without_its_place_and_goes_with_the_contact(
    office: Office, write: Session, head: Worker, tmp_path: Path
) -> None:
    album = Album(tmp_path)
    name = album.keep(jpeg(JFIF, EXIF, TABLE))
    photo = album.read(name)
    assert photo is not None
    assert SECRET not in photo.data
    for bad in (b"<svg/>", io.BytesIO(b"\xff\xd8\xff").read(), b"\0" * (5 * 1024 * 1024 + 1)):
        with pytest.raises(InvalidInput):
            album.keep(bad)
    code = take(write, office, replace(TOLD, photo=name))
    request = EraseReport(code, "đơn số 12")
    with pytest.raises(NotNow):
        fieldreportprivacy.erase(write, request, person=head, now=MONDAY)
    answer(write, code, office.clerk)
    with pytest.raises(NotAllowed):
        fieldreportprivacy.erase(write, request, person=office.clerk, now=MONDAY)
    erased = fieldreportprivacy.erase(write, request, person=head, now=MONDAY)
    assert erased.photos == [name]
    view = reads.show(write, code, EVERYTHING)
    assert (view.contact.given, view.photo, view.words, view.answer) == (False, None, "(đã xoá)", "(đã xoá)")
    assert reads.counted(write, EVERYTHING, MONDAY.date(), MONDAY.date()).answered_on_time == 1
    assert album.sweep(reads.kept_photos(write), 2**40) == 1
    assert album.read(name) is None


def test_the_term_of_all_procedures_holds_from_the_answer_on(office: Office, write: Session) -> None:
    answered, still_open = take(write, office), take(write, office)
    answer(write, answered, office.clerk)
    later = at("Mon 2027-01-11 09:00")
    assert fieldreportprivacy.erase_next(write, now=later).reports == 0, "nobody has set a term"
    write.add(RetentionRule(procedure_key=0, valid_from=MONDAY.date(), months=1, basis="thử"))
    write.flush()
    assert fieldreportprivacy.erase_next(write, now=MONDAY).reports == 0
    assert fieldreportprivacy.erase_next(write, now=later).reports == 1
    assert fieldreportprivacy.erase_next(write, now=later).reports == 0
    assert row(write, still_open).contact_name == "Trần Thị Canary"
