"""Exports of other systems, on real input: every row with its verdict, and nothing added twice."""

import csv
import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.desk import SAMPLES, hire
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.importing import Whole
from tthc_tracker.domain.lifecycle import EventKind, FinishClass, ResultKind, ReturnMethod, State
from tthc_tracker.domain.permissions import Role, Scope
from tthc_tracker.domain.rowfaults import Refusal
from tthc_tracker.extensions import Database
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent, EventPrivate, Pause
from tthc_tracker.models.importing import SourceWords
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.models.setting import Setting
from tthc_tracker.queries import search
from tthc_tracker.services import calendars, catalogue, importreading, imports
from tthc_tracker.services.importjudging import Judged, Outcome, judge
from tthc_tracker.services.imports import ImportFile, Tally
from tthc_tracker.services.revisions import raise_revision

NOW = at("Mon 2026-11-23 08:00")
SOURCE = "provincial-portal"
UNANSWERED = "H62.02-210716-0018"


@pytest.fixture
def vinh_phuc(database: Database) -> Database:
    """The database with the sample's agencies and procedures."""
    with database.transaction() as session:
        catalogue.seed_reference(session, NOW)
        for kind, name in (("agencies", "agencies_vinhphuc.csv"), ("procedures", "procedures.csv")):
            text = (SAMPLES / name).read_text(encoding="utf-8-sig")
            catalogue.LOADERS[kind](session, text, actor_id=None, now=NOW)
    return database


def rows_of(name: str) -> list[importreading.RawRow]:
    """The rows of a sample with their numbers in the file."""
    with (SAMPLES / name).open(encoding="utf-8-sig", newline="") as file:
        return list(enumerate(csv.DictReader(file), start=2))


def load(
    database: Database,
    rows: list[importreading.RawRow],
    source: str = SOURCE,
    whole: Whole = Whole.AS_DECLARED,
) -> tuple[list[Judged], dict[str, Any]]:
    """Take rows in as one file of a source, in batches as the command does."""
    tally, judged = Tally(), []
    with database.reading() as session:
        register = imports.prepare(session, source)
    with database.transaction() as session:
        file = ImportFile(source, "sample.csv", "0" * 64, NOW, whole)
        batch_id = imports.open_batch(session, file, actor_id=None, now=NOW)
    for batch in importreading.in_batches(rows):
        with database.transaction() as session:
            done = imports.take(session, register, batch, batch_id=batch_id, as_of=NOW, now=NOW)
        tally.add(done)
        judged += done
    with database.transaction() as session:
        lacked = imports.close_batch(session, batch_id, tally.counts(), now=NOW)
    return judged, tally.counts() | lacked


def changed(row: importreading.RawRow, **fields: str) -> importreading.RawRow:
    """The same row saying something else."""
    return row[0], {**row[1], **fields}


def dossier(session: Session, code: str) -> Dossier:
    """The dossier of a code."""
    statement = select(Dossier).join(DossierCode).where(DossierCode.code == code)
    return session.execute(statement).scalar_one()


def test_the_messy_sample_gets_exactly_the_expected_verdicts(vinh_phuc: Database) -> None:
    expected = json.loads((SAMPLES / "expected_messy.json").read_text(encoding="utf-8"))
    judged, counts = load(vinh_phuc, rows_of("portal_export_messy.csv"))
    for name in ("rows", "accepted", "identical_repeats", "refused", "warnings"):
        assert counts[name] == expected[name], name
    verdicts = {
        item.number: "refused"
        if item.outcome is Outcome.REFUSED
        else "accepted with warning"
        if item.outcome is Outcome.NEW and item.warnings
        else "accepted"
        for item in judged
    }
    assert verdicts == {row["row"]: row["verdict"] for row in expected["by_row"]}


def test_a_second_load_of_the_same_file_adds_nothing(vinh_phuc: Database) -> None:
    rows = rows_of("portal_export_vinhphuc.csv")
    _, first = load(vinh_phuc, rows)
    _, second = load(vinh_phuc, rows)
    assert (first["accepted"], second["accepted"], second["unchanged"]) == (1606, 0, 1606)
    with vinh_phuc.reading() as session:
        assert session.execute(select(func.count()).select_from(Dossier)).scalar_one() == 1606
        assert session.execute(select(func.count()).select_from(DossierEvent)).scalar_one() == 1606


def test_judging_alone_writes_nothing_and_says_the_same(vinh_phuc: Database) -> None:
    rows = rows_of("portal_export_messy.csv")
    with vinh_phuc.reading() as session:
        dry = judge(session, imports.prepare(session, SOURCE), rows)
        assert session.execute(select(func.count()).select_from(Dossier)).scalar_one() == 0
    wet, _ = load(vinh_phuc, rows)
    assert [(item.number, item.outcome, item.warnings) for item in dry] == [
        (item.number, item.outcome, item.warnings) for item in wet
    ]


def test_a_later_file_moves_its_dossiers_on_with_one_event(vinh_phuc: Database) -> None:
    row = next(row for row in rows_of("portal_export_vinhphuc.csv") if row[1]["TrangThaiHoSo"] == "4")
    code = row[1]["MaHoSo"]
    load(vinh_phuc, [row])
    finished = changed(row, TrangThaiHoSo="9", NgayKetThucXuLy="20210913100000")
    _, counts = load(vinh_phuc, [finished])
    assert counts["updated"] == 1
    with vinh_phuc.reading() as session:
        stored = dossier(session, code)
        kinds = session.execute(
            select(DossierEvent.kind).where(DossierEvent.dossier_id == stored.id).order_by(DossierEvent.seq)
        ).scalars()
        assert list(kinds) == [EventKind.IMPORTED, EventKind.SOURCE_UPDATED]
        assert (stored.state, stored.closed_at) == (State.FINISHED, at("Mon 2021-09-13 10:00"))
        assert stored.version == 2


def test_a_later_file_changes_every_field_its_source_owns_and_keeps_people_out_of_the_facts(
    vinh_phuc: Database,
) -> None:
    row = next(
        row
        for row in rows_of("portal_export_vinhphuc.csv")
        if row[1]["TrangThaiHoSo"] == "4" and row[1]["KenhThucHien"] == "2"
    )
    code = row[1]["MaHoSo"]
    load(vinh_phuc, [row])
    told = {
        "SoDienThoai": "0912345678", "MaDoiTuong": "026080794999", "NgayNopHoSo": "20210830080000",
        "NoiNopHoSo": "H62.01", "DonViXuLy": "H62.01",
    }  # fmt: skip
    load(vinh_phuc, [changed(row, **told)])
    with vinh_phuc.reading() as session:
        stored = dossier(session, code)
        owner = session.get_one(Person, stored.owner_id)
        event = session.get_one(DossierEvent, (stored.id, 2))
        its_round = session.get_one(ReceptionRound, (stored.id, 1))
        kept = session.get_one(EventPrivate, (stored.id, 2)).payload
        desk = session.execute(select(Agency.id).where(Agency.code == "H62.01")).scalar_one()
        found = search.find(session, owner.name_folded, Scope(all=False, agency_ids=frozenset({desk})))
    assert (owner.phone, owner.phone_reversed, owner.id_reversed) == (
        "0912345678", "8765432190", "999497080620",
    )  # fmt: skip
    assert stored.submitted_at == its_round.started_at == at("Mon 2021-08-30 08:00")
    assert its_round.due_at == stored.reception_due_at
    assert event.facts["agency"][1] == event.facts["desk"][1] == "Sở Tư pháp"
    assert set(kept) == {"phone", "id_number"}
    assert "0912345678" not in str(event.facts)
    assert [each.code for each in found.rows] == [code]


def test_what_a_file_says_besides_is_kept_and_a_later_file_moves_it_on(vinh_phuc: Database) -> None:
    row = next(row for row in rows_of("portal_export_vinhphuc.csv") if row[1]["TrangThaiHoSo"] == "4")
    load(vinh_phuc, [changed(row, MaLinhVuc="G01", GhiChu="gọi trước", HinhThuc="Trực tiếp")])
    later = changed(row, MaLinhVuc="", GhiChu="đã gọi ông An", HinhThuc="Qua bưu điện")
    _, counts = load(vinh_phuc, [later])
    assert counts["updated"] == 1
    with vinh_phuc.reading() as session:
        stored = dossier(session, row[1]["MaHoSo"])
        words = session.get_one(SourceWords, stored.id)
        event = session.get_one(DossierEvent, (stored.id, 2))
        private = session.get_one(EventPrivate, (stored.id, 2)).payload
    assert (words.sector_code, words.note, words.return_way) == ("G01", "đã gọi ông An", "Qua bưu điện")
    assert stored.by_post
    assert event.facts == {"return_way": ["Trực tiếp", "Qua bưu điện"]}
    assert private == {"note": ["gọi trước", "đã gọi ông An"]}, "what somebody typed stands apart"
    assert load(vinh_phuc, [later])[1]["unchanged"] == 1
    load(vinh_phuc, [changed(row, GhiChu="", HinhThuc="Trực tuyến")])
    with vinh_phuc.reading() as session:
        stored = dossier(session, row[1]["MaHoSo"])
        assert (stored.by_post, stored.by_portal) == (False, True)


def test_a_later_file_pauses_and_lets_go_again(vinh_phuc: Database) -> None:
    row = next(row for row in rows_of("portal_export_vinhphuc.csv") if row[1]["TrangThaiHoSo"] == "4")
    waits = []
    for status in ("4", "5", "6", "4"):
        load(vinh_phuc, [changed(row, TrangThaiHoSo=status)])
        with vinh_phuc.reading() as session:
            pauses = session.execute(select(Pause.reason, Pause.ended_at).order_by(Pause.id)).all()
        waits.append([(reason, ended is None) for reason, ended in pauses])
    assert waits == [
        [],
        [("supplement", True)],
        [("supplement", False), ("payment", True)],
        [("supplement", False), ("payment", False)],
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"ChuHoSo": "Người Khác"}, Refusal.CONFLICT_WITH_STORED, id="another owner"),
        pytest.param({"MaTTHC": "1.001193"}, Refusal.CONFLICT_WITH_STORED, id="another procedure"),
        pytest.param(
            {"NgayTiepNhan": "20210612080000"}, Refusal.CONFLICT_WITH_STORED, id="another acceptance"
        ),
        pytest.param(
            {"TrangThaiHoSo": "4", "NgayKetThucXuLy": "", "NgayTra": ""},
            Refusal.BACKWARD_STATUS,
            id="backwards",
        ),
    ],
)
def test_what_a_source_may_not_change_is_a_conflict(
    vinh_phuc: Database, fields: dict[str, str], reason: Refusal
) -> None:
    row = rows_of("portal_export_vinhphuc.csv")[0]
    load(vinh_phuc, [row])
    judged, counts = load(vinh_phuc, [changed(row, **fields)])
    assert (counts["refused"], judged[0].refusal) == (1, reason)
    with vinh_phuc.reading() as session:
        assert dossier(session, row[1]["MaHoSo"]).version == 1


def test_a_status_that_goes_backwards_is_told_to_the_controller_once(vinh_phuc: Database) -> None:
    row = rows_of("portal_export_vinhphuc.csv")[0]
    load(vinh_phuc, [row])
    with vinh_phuc.transaction() as session:
        resolving = dossier(session, row[1]["MaHoSo"]).resolving_agency_id
        controller = hire(session, "Đỗ Thị Kiểm Soát", Role.CONTROLLER, resolving).user_id
    back = changed(row, TrangThaiHoSo="4", NgayKetThucXuLy="", NgayTra="")
    for _ in ("a file", "the next file"):
        load(vinh_phuc, [back])
    with vinh_phuc.reading() as session:
        [alert] = session.execute(select(Alert)).scalars()
        assert (alert.rule, alert.dossier_id) == (
            Rule.STATUS_BACKWARDS,
            dossier(session, row[1]["MaHoSo"]).id,
        )
        assert session.execute(select(AlertRecipient.user_id)).scalars().all() == [controller]


def test_a_code_of_another_source_is_never_overwritten(vinh_phuc: Database) -> None:
    row = rows_of("portal_export_vinhphuc.csv")[0]
    load(vinh_phuc, [row])
    judged, _ = load(vinh_phuc, [row], source="ministry-land")
    assert judged[0].refusal is Refusal.CONFLICT_WITH_SOURCE


@pytest.fixture
def messy(vinh_phuc: Database) -> Database:
    """The database with the messy sample loaded."""
    load(vinh_phuc, rows_of("portal_export_messy.csv"))
    return vinh_phuc


def test_a_refusal_after_acceptance_is_a_result_with_its_class(messy: Database) -> None:
    with messy.reading() as session:
        refused = dossier(session, "H62.02-210802-0935")
        assert (refused.state, refused.result_kind) == (State.FINISHED, ResultKind.REFUSED)
        assert refused.finish_class is FinishClass.EARLY


def test_a_refusal_that_is_handed_over_stays_one(messy: Database) -> None:
    code = "H62.02-210802-0935"
    row = next(row for row in rows_of("portal_export_messy.csv") if row[1]["MaHoSo"] == code)
    given = {"TrangThaiHoSo": "10", "NgayTra": "20210816090000", "HinhThuc": "Qua bưu chính"}
    load(messy, [(1, row[1] | given)])
    with messy.reading() as session:
        refused = dossier(session, code)
        assert (refused.state, refused.result_kind) == (State.RETURNED, ResultKind.REFUSED)
        assert refused.return_method is ReturnMethod.POST


def test_a_refusal_before_acceptance_stands_in_no_statistics_of_resolution(messy: Database) -> None:
    with messy.reading() as session:
        refused = dossier(session, "H62.02-210706-0011")
        assert (refused.state, refused.accepted_on, refused.finish_class) == (State.REFUSED, None, None)


def test_a_waiting_supplement_without_dates_pauses_nothing(messy: Database) -> None:
    with messy.reading() as session:
        waiting = dossier(session, "H62.02-210728-0017")
        pause = session.execute(select(Pause).where(Pause.dossier_id == waiting.id)).scalar_one()
        assert (waiting.state, waiting.paused_since, pause.imported) == (
            State.AWAITING_SUPPLEMENT,
            None,
            True,
        )


def test_a_first_file_that_says_asked_or_refused_without_a_date_has_answered_by_then(
    messy: Database,
) -> None:
    row = next(row for row in rows_of("portal_export_messy.csv") if row[1]["MaHoSo"] == UNANSWERED)
    codes = {"H62.02-210716-7718": "5", "H62.02-210716-7719": "3"}
    load(messy, [changed(row, MaHoSo=code, TrangThaiHoSo=status) for code, status in codes.items()])
    with messy.reading() as session:
        answers = [
            (its_round.answer, its_round.answered_at)
            for code in codes
            for its_round in [session.get_one(ReceptionRound, (dossier(session, code).id, 1))]
        ]
    assert answers == [("supplement", NOW), ("refusal", NOW)]


def test_clocks_go_by_the_hours_and_the_limit_of_the_desk_that_a_row_names(vinh_phuc: Database) -> None:
    with vinh_phuc.transaction() as session:
        desk = session.execute(select(Agency.id).where(Agency.code == "H62")).scalar_one()
        day = {"amount": "1", "unit": "working_day"}
        first = dt.date(2021, 9, 1)
        session.add(
            Setting(agency_id=desk, agency_key=desk, name="reception_limit", valid_from=first, value=day)
        )
        hours = "date,kind,windows,basis,agency\n2021-01-01,hours,08:00-12:00,thử,H62\n"
        calendars.load_calendar(session, hours, actor_id=None, now=NOW)
        raise_revision(session, "settings")
    in_august, in_september = "H62.02-210831-0006", "H62.03-210907-0002"
    rows = [
        row for row in rows_of("portal_export_vinhphuc.csv") if row[1]["MaHoSo"] in {in_august, in_september}
    ]
    load(vinh_phuc, rows)
    with vinh_phuc.reading() as session:
        of_hours, of_a_day = dossier(session, in_august), dossier(session, in_september)
        assert of_hours.submitted_at == at("Tue 2021-08-31 07:34")
        assert of_hours.reception_due_at == at("Wed 2021-09-01 12:00"), "eight hours of a desk open for four"
        assert of_a_day.submitted_at == at("Tue 2021-09-07 07:34")
        assert of_a_day.reception_due_at == at("Wed 2021-09-08 08:00")
        assert of_a_day.reception_late_from == at("Thu 2021-09-09 00:00"), "as a day limit"


def test_an_unanswered_online_dossier_runs_its_reception_clock(messy: Database) -> None:
    with messy.reading() as session:
        waiting = dossier(session, "H62.02-210716-0018")
        assert (waiting.state, waiting.reception_round) == (State.REGISTERED, 1)
        assert waiting.reception_due_at == at("Mon 2021-07-19 07:27")


def test_names_are_kept_as_written_in_nfc_and_ids_never_guessed(messy: Database) -> None:
    with messy.reading() as session:
        people = {
            code: session.get_one(Person, dossier(session, code).owner_id)
            for code in (
                "H62.03-210913-0062",
                "H62.02-210705-0011",
                "H62.03-210913-0063",
                "H62.03-210913-0064",
            )
        }
        assert people["H62.03-210913-0062"].full_name == "nguyễn VĂN an"
        assert people["H62.02-210705-0011"].id_number == "26093001234"
        assert people["H62.03-210913-0063"].id_number is None
        assert people["H62.03-210913-0064"].phone == "0912345678"


def test_a_promise_on_a_sunday_is_kept_and_flagged(messy: Database) -> None:
    with messy.reading() as session:
        stored = dossier(session, "H62.02-210802-0942")
        assert (stored.due_at, stored.due_on_day_off) == (at("Sun 2021-08-15 17:00"), True)


def test_the_source_is_as_fresh_as_its_last_file(messy: Database) -> None:
    with messy.reading() as session:
        assert session.execute(select(Source.as_of).where(Source.code == SOURCE)).scalar_one() == NOW


def test_what_is_seen_of_a_supplement_before_acceptance_closes_a_round_and_opens_the_next(
    messy: Database,
) -> None:
    row = next(row for row in rows_of("portal_export_messy.csv") if row[1]["MaHoSo"] == UNANSWERED)
    for status in ("5", "1"):
        load(messy, [changed(row, TrangThaiHoSo=status)])
    with messy.reading() as session:
        stored = dossier(session, UNANSWERED)
        rounds = select(ReceptionRound).where(ReceptionRound.dossier_id == stored.id)
        first, second = session.execute(rounds.order_by(ReceptionRound.round)).scalars()
    assert (first.answer, first.answered_at) == ("supplement", NOW)
    assert (second.started_at, second.answer, second.answered_at) == (NOW, None, None)
    assert (stored.reception_round, stored.reception_due_at) == (2, second.due_at)
    load(messy, [changed(row, TrangThaiHoSo="2", NgayTiepNhan="20261123080000")])
    with messy.reading() as session:
        answers = session.execute(rounds.with_only_columns(ReceptionRound.answer)).scalars().all()
    assert sorted(map(str, answers)) == ["receipt", "supplement"]
