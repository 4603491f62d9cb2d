"""Dossiers by wire: taken as rows of files are, once, by their own source only."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.bench.floors import listening
from tests.support import wire
from tests.support.desk import Office, open_office
from tests.support.moments import at, on
from tests.support.wire import System, accepted, dossier
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import EventKind, State
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.extensions import database
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.api import ApiAnswer
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.person import Person
from tthc_tracker.models.setting import Setting
from tthc_tracker.services import answering, calendars, housekeeping, imports, pausing
from tthc_tracker.services.acting import Target
from tthc_tracker.services.agencies import rebuild_scope
from tthc_tracker.services.answering import AcceptDossier, Sender
from tthc_tracker.services.importjudging import Outcome
from tthc_tracker.services.pausing import PauseDossier
from tthc_tracker.services.revisions import raise_revision

CODE = "H50.19000-261116-0001"
NOW = at("Mon 2026-11-16 10:30")
TUESDAY = at("Tue 2026-11-17 09:00")


@pytest.fixture
def office(app: Flask) -> Office:
    with database.transaction() as session:
        return open_office(session)


@pytest.fixture
def portal(app: Flask, office: Office) -> System:
    """The system of the provincial portal, with a key for everything."""
    return System(app, wire.token())


def kinds() -> list[EventKind]:
    with database.reading() as session:
        return list(session.execute(select(DossierEvent.kind).order_by(DossierEvent.seq)).scalars())


def count(model: type[Any]) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_new_dossier_is_answered_with_its_state_and_both_dates(portal: System) -> None:
    answer = portal.send("POST", "/dossiers", accepted())
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/dossiers/{CODE}"
    assert answer.json == {
        "MaHoSo": CODE, "TrangThaiHoSo": 4, "HanTiepNhan": "20261117090000", "NgayHenTra": "20261119100000",
        "warnings": [],
    }  # fmt: skip
    assert kinds() == [EventKind.IMPORTED]


def test_the_same_dossier_again_is_the_same_and_other_content_is_never_written_over_it(
    portal: System,
) -> None:
    first = portal.send("POST", "/dossiers", accepted())
    again = portal.send("POST", "/dossiers", accepted(KenhThucHien="2"))
    other = portal.send("POST", "/dossiers", accepted(NgayHenTra="20261120100000"))
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert other.mimetype == "application/problem+json"
    assert other.json["errors"][0]["field"] == "MaHoSo"
    another = portal.send("POST", "/dossiers", accepted(ChuHoSo="Trần Văn Khác", KenhThucHien=1))
    assert another.status_code == 409
    assert [error["field"] for error in another.json["errors"]] == ["ChuHoSo", "KenhThucHien"]
    assert (count(Dossier), kinds()) == (1, [EventKind.IMPORTED])
    assert portal.send("GET", f"/dossiers/{CODE}").json["NgayHenTra"] == "20261119100000"


def _give_own_hours(codes: Sequence[str], province: int) -> None:
    """Give agencies hours and a limit of their own; those that there are not are communes of the province."""
    first, limit = dt.date(2026, 1, 1), {"amount": "1", "unit": "working_day"}
    with database.transaction() as session:
        there = set(session.execute(select(Agency.code)).scalars())
        session.add_all(
            Agency(code=code, name=code, name_folded=code, level=Level.XA, parent_id=province)
            for code in codes
            if code not in there
        )
        session.flush()
        rebuild_scope(session)
        ids = session.execute(select(Agency.id).where(Agency.code.in_(codes))).scalars()
        session.add_all(
            Setting(agency_id=one, agency_key=one, name="reception_limit", valid_from=first, value=limit)
            for one in ids
        )
        hours = "".join(f"2026-01-01,hours,08:00-12:00,thử,{code}\n" for code in codes)
        calendars.load_calendar(session, f"date,kind,windows,basis,agency\n{hours}", actor_id=None, now=NOW)
        for name in ("agencies", "settings"):
            raise_revision(session, name)


def test_how_many_agencies_have_hours_of_their_own_is_nothing_to_a_dossier_of_one(
    portal: System, office: Office
) -> None:
    portal.send("POST", "/dossiers", wire.dossier())  # the first of a day opens its batch besides
    asked = []
    for number, codes in enumerate((["H50.19000"], [f"H50.20{more:03}" for more in range(49)])):
        _give_own_hours(codes, office.province)
        with listening(database.engine) as heard:
            answer = portal.send("POST", "/dossiers", wire.dossier(f"H50.19000-261116-100{number}"))
        assert answer.status_code == 201
        assert answer.json["HanTiepNhan"] == "20261117090000", "a day, by its own limit"
        asked.append([statement for statement, _ in heard])
    of_one, of_fifty = asked
    assert of_fifty == of_one


FAULTY: dict[str, tuple[dict[str, Any], str]] = {
    "no procedure": ({"MaTTHC": "x"}, "MaTTHC"),
    "no channel": ({"KenhThucHien": 9}, "KenhThucHien"),
    "no status": ({"TrangThaiHoSo": 11}, "TrangThaiHoSo"),
    "an agency nobody knows": ({"DonViXuLy": "H99"}, "DonViXuLy"),
    "due before acceptance": ({"NgayHenTra": "20261115100000"}, "NgayHenTra"),
    "no such day": ({"NgayTiepNhan": "31/02/2026"}, "NgayTiepNhan"),
    "a sign that no database keeps": ({"ChuHoSo": "a\u0000b"}, "ChuHoSo"),
    "half a sign": ({"GhiChu": "a\ud800b"}, "GhiChu"),
    "a list for a name": ({"ChuHoSo": ["x"]}, "ChuHoSo"),
    "a name without end": ({"ChuHoSo": "a" * 2001}, "ChuHoSo"),
    "a slip in a field's name": ({"MaHoso": "x"}, "MaHoso"),
    "a slip inside": ({"DanhSachHoSoBoSung": [{"x": 1}]}, "DanhSachHoSoBoSung.0.x"),
}

UNREADABLE = {
    "nothing": (b"", 400),
    "half of it": (b"{", 400),
    "not UTF-8": (b"\xff\xfe{}", 400),
    "not a number": (b'{"MaHoSo": NaN}', 400),
    "a name twice": (b'{"MaHoSo": "1", "MaHoSo": "2"}', 400),
    "too deep to read": (b"[" * 20_000, 400),
    "too deep to mean anything": (b'{"a":' + b"[" * 9 + b"]" * 9 + b"}", 400),
    "a number without end": (b'{"MaHoSo": ' + b"9" * 5000 + b"}", 422),
    "a list": (b"[1]", 422),
    "too long": (b'{"MaHoSo": "' + b"x" * 70_000 + b'"}', 413),
}


def test_a_field_that_cannot_be_taken_is_named(portal: System) -> None:
    for what, (fields, field) in FAULTY.items():
        answer = portal.send("POST", "/dossiers", json.dumps(accepted(**fields)).encode())
        named = [error["field"] for error in answer.json["errors"]]
        assert (answer.status_code, named) == (422, [field]), what
        assert answer.json["errors"][0]["message"], what
    assert count(Dossier) == 0


def test_all_that_is_wrong_with_a_body_is_told_at_once(portal: System) -> None:
    wrong = {
        "MaTTHC": "1.x", "KenhThucHien": "9", "NgayNopHoSo": "hôm qua", "TrangThaiHoSo": "44",
        "NgayTiepNhan": "31/02/2026", "NoiNopHoSo": "H50.99999",
    }  # fmt: skip
    answer = portal.send("POST", "/dossiers", accepted(**wrong))
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json["errors"]} == set(wrong)
    assert all(error["message"] for error in answer.json["errors"])


def test_a_body_that_cannot_be_read_is_refused_and_never_an_error_of_ours(portal: System) -> None:
    for what, (body, status) in UNREADABLE.items():
        answer = portal.send("POST", "/dossiers", body)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), what
        assert answer.json["detail"], what


def test_letters_that_fold_to_many_and_days_to_come_are_no_error_of_ours(portal: System) -> None:
    """One ligature is eighteen letters in the search key; a source's clock may be years ahead."""
    long = accepted(ChuHoSo="\ufdfa" * 200, TenLinhVuc="\ufdfa" * 200, MaTTHC="9.999999")
    assert portal.send("POST", "/dossiers", long).status_code == 201
    ahead = {"NgayTiepNhan": "21001116100000", "NgayHenTra": "21001119100000", "TrangThaiHoSo": 5}
    code = "H50.19000-261116-0002"
    assert portal.send("POST", "/dossiers", accepted(code, **ahead)).status_code == 201
    assert portal.send("PATCH", f"/dossiers/{code}/status", {"TrangThaiHoSo": 4}).status_code == 200


def test_only_json_is_read(portal: System) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert portal.send("POST", "/dossiers", b"MaHoSo=1", Content_Type=kind).status_code == 415


def test_decomposed_letters_are_kept_composed(portal: System) -> None:
    sent = portal.send("POST", "/dossiers", accepted(ChuHoSo="Nguye\u0302\u0303n Thi\u0323 Hoa\u0300"))
    assert sent.status_code == 201
    with database.reading() as session:
        assert session.execute(select(Person.full_name)).scalar_one() == "Nguy\u1ec5n Th\u1ecb Ho\u00e0"
    composed = portal.send("POST", "/dossiers", accepted(ChuHoSo="Nguy\u1ec5n Th\u1ecb Ho\u00e0"))
    assert composed.status_code == 200


def test_a_status_moves_on_with_one_event_and_never_back(portal: System) -> None:
    portal.send("POST", "/dossiers", accepted())
    finished = {"TrangThaiHoSo": 9, "NgayKetThucXuLy": "20261118100000"}
    assert portal.send("PATCH", f"/dossiers/{CODE}/status", finished).json["TrangThaiHoSo"] == 9
    assert portal.send("PATCH", f"/dossiers/{CODE}/status", finished).status_code == 200
    assert kinds() == [EventKind.IMPORTED, EventKind.SOURCE_UPDATED]
    returned = {"TrangThaiHoSo": 10, "NgayTra": "20261118110000"}
    assert portal.send("PATCH", f"/dossiers/{CODE}/status", returned).status_code == 200
    with database.reading() as session:
        stored = session.execute(select(Dossier)).scalar_one()
    assert (stored.state, stored.closed_at) == (State.RETURNED, at("Wed 2026-11-18 10:00"))
    back = portal.send("PATCH", f"/dossiers/{CODE}/status", {"TrangThaiHoSo": 4})
    assert (back.status_code, back.json["errors"][0]["field"]) == (409, "TrangThaiHoSo")
    assert count(DossierEvent) == 3


def test_a_status_that_undoes_the_acceptance_is_a_conflict(portal: System) -> None:
    portal.send("POST", "/dossiers", accepted(TrangThaiHoSo=2))
    back = portal.send("PATCH", f"/dossiers/{CODE}/status", {"TrangThaiHoSo": 1})
    assert (back.status_code, back.json["errors"][0]["field"]) == (409, "TrangThaiHoSo")
    assert portal.send("GET", f"/dossiers/{CODE}").json["TrangThaiHoSo"] == 2
    assert kinds() == [EventKind.IMPORTED]


BESIDES = {
    "MaLinhVuc": "G01", "HinhThuc": "Qua bưu chính", "GhiChu": "gọi trước", "HoSoCoThanhPhanSoHoa": "1",
    "TaiKhoanDuocXacThucVoiVNeID": "1", "DuocThanhToanTrucTuyen": "0",
    "DanhSachHoSoBoSung": [{"NoiDungBoSung": "bản vẽ", "NgayBoSung": "20261116080000"}],
    "KetQuaSoHoa": "0",
}  # fmt: skip


def test_every_field_of_the_vocabulary_is_given_back_as_it_was_sent(portal: System) -> None:
    assert portal.send("POST", "/dossiers", accepted(TrangThaiHoSo=2, **BESIDES)).status_code == 201
    assert portal.send("POST", "/dossiers", accepted(TrangThaiHoSo=2, **BESIDES)).status_code == 200
    assert BESIDES.items() <= portal.send("GET", f"/dossiers/{CODE}").json.items()
    with database.reading() as session:
        assert session.execute(select(Dossier.by_post)).scalar_one(), "it goes among what is posted"
        assert session.execute(select(Dossier.result_digitised)).scalar_one() is False
    said = {"TrangThaiHoSo": 4, "GhiChu": "đã gọi", "KetQuaSoHoa": "1"}
    moved = portal.send("PATCH", f"/dossiers/{CODE}/status", said)
    assert moved.status_code == 200
    shown = portal.send("GET", f"/dossiers/{CODE}").json
    assert (BESIDES | said).items() <= shown.items()
    with database.reading() as session:
        assert session.execute(select(Dossier.result_digitised)).scalar_one() is True
    again = portal.send("PATCH", f"/dossiers/{CODE}/status", said)
    assert again.status_code == 200
    assert kinds() == [EventKind.IMPORTED, EventKind.SOURCE_UPDATED]


def test_the_end_of_a_stop_is_not_the_finish_of_the_dossier_that_went_on(portal: System) -> None:
    portal.send("POST", "/dossiers", accepted())
    path = f"/dossiers/{CODE}/status"
    stopped = portal.send("PATCH", path, {"TrangThaiHoSo": 8, "NgayKetThucXuLy": "20261117100000"})
    assert stopped.status_code == 200
    undated = portal.send("PATCH", path, {"TrangThaiHoSo": 9})
    assert (undated.status_code, undated.json["errors"][0]["field"]) == (422, "NgayKetThucXuLy")


def test_files_and_wire_judge_alike(portal: System) -> None:
    """What came by wire is known to a file of the same source, and the other way round."""
    fields = {name: str(value) for name, value in accepted().items()}
    portal.send("POST", "/dossiers", accepted())
    with database.transaction() as session:
        register = imports.prepare(session, wire.PORTAL)
        file = imports.ImportFile(wire.PORTAL, "tep.csv", "0" * 64, NOW)
        batch = imports.open_batch(session, file, actor_id=None, now=NOW)
        other = fields | {"MaHoSo": "H50.19000-261116-0002"}
        judged = imports.take(
            session, register, [(1, fields), (2, other)], batch_id=batch, as_of=NOW, now=NOW
        )
    assert [item.outcome for item in judged] == [Outcome.UNCHANGED, Outcome.NEW]
    assert portal.send("POST", "/dossiers", accepted("H50.19000-261116-0002")).status_code == 200


def test_a_day_of_a_source_is_one_batch_with_its_counts(portal: System) -> None:
    for _ in range(2):
        portal.send("POST", "/dossiers", accepted())
    portal.send("PATCH", f"/dossiers/{CODE}/status", {"TrangThaiHoSo": 6})
    with database.reading() as session:
        batch = session.execute(select(ImportBatch)).scalar_one()
    assert batch.counts == {"rows": 3, "accepted": 1, "unchanged": 1, "updated": 1}
    assert batch.finished_at is not None


def test_a_code_of_another_source_is_a_conflict_that_does_not_say_whose(portal: System) -> None:
    stranger = System(portal.app, wire.token(wire.OTHER))
    portal.send("POST", "/dossiers", accepted())
    answer = stranger.send("POST", "/dossiers", accepted())
    assert answer.status_code == 409
    assert "Hệ thống thông tin" not in answer.text


def test_an_etag_saves_the_reading_until_something_changes(portal: System) -> None:
    portal.send("POST", "/dossiers", accepted())
    etag = portal.send("GET", f"/dossiers/{CODE}").headers["ETag"]
    unchanged = portal.send("GET", f"/dossiers/{CODE}", If_None_Match=etag)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    portal.send("PATCH", f"/dossiers/{CODE}/status", {"TrangThaiHoSo": 6})
    assert portal.send("GET", f"/dossiers/{CODE}", If_None_Match=etag).status_code == 200


def test_an_old_code_with_slashes_has_its_address(portal: System) -> None:
    assert portal.send("POST", "/dossiers", accepted("19/2026/TN-HT")).status_code == 201
    assert portal.send("GET", "/dossiers/19%2F2026%2FTN-HT").json["MaHoSo"] == "19/2026/TN-HT"
    moved = portal.send("PATCH", "/dossiers/19%2F2026%2FTN-HT/status", {"TrangThaiHoSo": 6})
    assert moved.status_code == 200
    assert portal.send("GET", f"/dossiers/{CODE}/status").status_code == 405


# --- our own desk as a source


def test_what_is_filed_with_our_desk_from_outside_is_a_registration_that_the_desk_decides_on(
    app: Flask, office: Office
) -> None:
    form = System(app, wire.token("desk"))
    refused = form.send("POST", "/dossiers", accepted())
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "TrangThaiHoSo")
    unknown = form.send("POST", "/dossiers", dossier(MaTTHC="9.999999"))
    assert (unknown.status_code, unknown.json["errors"][0]["field"]) == (422, "MaTTHC")
    assert form.send("POST", "/dossiers", dossier()).status_code == 201
    decided = form.send("PATCH", f"/dossiers/{CODE}/status", {"TrangThaiHoSo": 7})
    assert decided.status_code == 409
    shown = form.send("GET", f"/dossiers/{CODE}")
    assert shown.json["TrangThaiHoSo"] == 1
    assert "044093001234" not in shown.text
    assert "Hoà" not in shown.text


def test_the_desks_answer_reaches_the_system_that_filed_the_dossier(app: Flask, office: Office) -> None:
    form = System(app, wire.token("desk"))
    form.send("POST", "/dossiers", dossier())
    before = form.send("GET", "/dossiers").json
    with database.transaction() as session:
        answering.accept(
            session, AcceptDossier(Target(CODE, None)), person=office.clerk,
            sender=Sender("example.invalid", "s" * 32), now=NOW,
        )  # fmt: skip
    [told] = form.send("GET", f"/dossiers?changed_since={before['next']}").json["items"]
    assert (told["TrangThaiHoSo"], told["NgayHenTra"]) == (2, "20261119103000")
    assert told["NgayTiepNhan"] == "20261116103000"


def test_whether_a_clock_stands_since_when_and_by_what_it_counts_is_told(app: Flask, office: Office) -> None:
    form = System(app, wire.token("desk"))
    form.send("POST", "/dossiers", dossier())
    waiting = form.send("GET", f"/dossiers/{CODE}").json
    assert (waiting["limit_amount"], waiting["paused_since"], waiting["reception_round"]) == (None, None, 1)
    with database.transaction() as session:
        answering.accept(
            session, AcceptDossier(Target(CODE, None)), person=office.clerk,
            sender=Sender("example.invalid", "s" * 32), now=NOW,
        )  # fmt: skip
    before = form.send("GET", "/dossiers").json
    with database.transaction() as session:
        asked = PauseDossier(
            Target(CODE, None), PauseReason.PAYMENT, "chờ nộp thuế", "", on("Fri 2026-11-27")
        )
        pausing.pause(session, asked, person=office.officer, now=TUESDAY)
    [told] = form.send("GET", f"/dossiers?changed_since={before['next']}").json["items"]
    assert told["paused_since"] == "2026-11-17T09:00:00+07:00"
    assert (told["limit_amount"], told["limit_unit"], told["late"]) == ("3", "working_day", False)


# --- once


def test_a_key_gives_the_same_answer_again(portal: System) -> None:
    first = portal.send("POST", "/dossiers", accepted(), Idempotency_Key="k-1")
    again = portal.send("POST", "/dossiers", accepted(), Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert "Hoà" not in json.dumps(_kept_body(), ensure_ascii=False)


def _kept_body() -> Any:
    with database.reading() as session:
        return session.execute(select(ApiAnswer.body)).scalar_one()


def test_a_key_is_for_one_content_and_one_address(portal: System) -> None:
    portal.send("POST", "/dossiers", accepted(), Idempotency_Key="k-1")
    other = portal.send("POST", "/dossiers", accepted("H50.19000-261116-0002"), Idempotency_Key="k-1")
    elsewhere = portal.send("PATCH", f"/dossiers/{CODE}/status", {"TrangThaiHoSo": 6}, Idempotency_Key="k-1")
    assert (other.status_code, elsewhere.status_code) == (422, 422)
    assert count(Dossier) == 1


def test_a_refused_request_may_be_corrected_under_its_key(portal: System) -> None:
    refused = portal.send("POST", "/dossiers", accepted(DonViXuLy="H99"), Idempotency_Key="k-1")
    corrected = portal.send("POST", "/dossiers", accepted(), Idempotency_Key="k-1")
    assert (refused.status_code, corrected.status_code) == (422, 201)


def test_a_key_belongs_to_its_system(portal: System) -> None:
    neighbour = System(portal.app, wire.token())
    portal.send("POST", "/dossiers", accepted(), Idempotency_Key="k-1")
    answer = neighbour.send("POST", "/dossiers", accepted(), Idempotency_Key="k-1")
    assert (answer.status_code, "Idempotency-Replayed" in answer.headers) == (200, False)


def test_a_key_that_is_none_is_refused(portal: System) -> None:
    for key in ("", " ", "a b", "k" * 129):
        assert portal.send("POST", "/dossiers", accepted(), Idempotency_Key=key).status_code == 400


def test_answers_are_forgotten_after_two_days(portal: System) -> None:
    portal.send("POST", "/dossiers", accepted(), Idempotency_Key="k-1")
    with database.transaction() as session:
        kept = session.execute(select(ApiAnswer.created_at)).scalar_one()
        assert housekeeping.clean_up(session, kept)["answers"] == 0
        assert housekeeping.clean_up(session, kept.replace(year=kept.year + 1))["answers"] == 1
    assert count(ApiAnswer) == 0
