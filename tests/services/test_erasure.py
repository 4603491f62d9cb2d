"""Erased is erased: nothing of a person in any column, the chain whole, every number as it was."""

import zlib
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.support.desk import Office, Worker, hire, new_key
from tests.support.moments import at
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.exchangekept import Kept
from tthc_tracker.domain.fieldreports import ReportAct
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import ResultKind, ReturnMethod
from tthc_tracker.domain.permissions import EVERYTHING, Role
from tthc_tracker.domain.personalrequests import Verdict
from tthc_tracker.domain.receptionfacts import Paper, Party, ReceptionFacts
from tthc_tracker.domain.retention import ErasureCause
from tthc_tracker.extensions import Database
from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent, EventPrivate
from tthc_tracker.models.person import Person
from tthc_tracker.models.personaldata import PersonalErasure, RetentionRule
from tthc_tracker.models.printing import PrintedContent
from tthc_tracker.queries import retention as terms
from tthc_tracker.queries import search, trailchecks
from tthc_tracker.queries.statistics import statutory
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.services import (
    apologies,
    fieldreporthandling,
    fieldreportprivacy,
    fieldreports,
    personalrequests,
    printing,
    processing,
    reception,
    release,
    retention,
    sourcewords,
)
from tthc_tracker.services.acting import Target
from tthc_tracker.services.erasurerequests import ErasePerson
from tthc_tracker.services.fieldreporthandling import HandleReport
from tthc_tracker.services.fieldreportprivacy import EraseReport
from tthc_tracker.services.fieldreports import Reported, TakeReport
from tthc_tracker.services.personalrequests import DecideRequest
from tthc_tracker.services.printing import PrintSlip
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.release import FinishDossier, ReturnResult
from tthc_tracker.services.trailkeys import Keyring

RECEIVED = at("Mon 2026-11-16 09:00")
DONE = at("Wed 2026-11-18 10:00")
NOW = at("Mon 2026-11-23 09:00")
LATER = at("Mon 2027-01-11 09:00")
NAME, NUMBER, PHONE = "Tôn Nữ Canary Hoàng", "044193777001", "0987001777"
ADDRESS, EMAIL = "Ngõ Chim Yến 77", "canary77@nguoidan.test"
CANARIES = (NAME, NUMBER, PHONE, ADDRESS, EMAIL, fold(NAME), NUMBER[::-1], PHONE[::-1])
SECRET = "s" * 32


def received(session: Session, office: Office, **more: Any) -> str:
    """A dossier of the canary, with something of her wherever people type; its code."""
    party = Party(NAME, id_number=NUMBER, phone=PHONE, address=ADDRESS, email=EMAIL)
    facts = ReceptionFacts(
        "1.004873", party, abstract=f"cấp cho {NAME}", note=f"bà {NAME} nộp",
        papers=(Paper(f"Giấy uỷ quyền của {NAME}", originals=1),), **more,
    )  # fmt: skip
    command = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
    return reception.receive(session, command, actor=office.clerk, now=RECEIVED).code


def lived(session: Session, office: Office, code: str) -> None:
    """A remark, an apology, a paper, a result that she has collected: each with her name in it."""
    remark = processing.NoteDossier(Target(code, None), f"đã gọi {PHONE}")
    processing.note(session, remark, person=office.clerk, now=RECEIVED)
    excuse = apologies.WriteApology(Target(code, None), LatenessCause.STAFF, f"chờ bà {NAME} bổ sung")
    apologies.draft(session, excuse, person=office.officer, now=RECEIVED)
    approve = apologies.ApproveApology(Target(code, None))
    apologies.approve(session, approve, person=office.head, now=RECEIVED)
    dossier = session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()
    words = f'{{"name": "{NAME}", "id": "{NUMBER}"}}'.encode()
    slip = PrintSlip(
        "receipt", f"dossier:{dossier.id}", RECEIVED, "a5", "receipt", "v1", words, (dossier.id,)
    )
    printing.keep(session, slip, person_id=None, now=RECEIVED)
    done = FinishDossier(Target(code, None), ResultKind.GRANTED)
    release.finish(session, done, person=office.clerk, now=DONE)
    given = ReturnResult(Target(code, None), NAME, ReturnMethod.COUNTER)
    release.return_result(session, given, person=office.clerk, now=DONE)
    said = Kept(note=f"gọi {PHONE}", supplements=f'[{{"NoiDungBoSung": "giấy của {NAME}"}}]')
    sourcewords.put(session, dossier, said)


@pytest.fixture
def head(database: Database, office: Office) -> Worker:
    with database.transaction() as session:
        return hire(session, "Lê Thủ Trưởng", Role.HEAD_OF_AGENCY, office.ward)


@pytest.fixture
def code(database: Database, office: Office) -> str:
    with database.transaction() as session:
        known = received(session, office)
        lived(session, office, known)
    return known


def erase(
    database: Database, office: Office, head: Worker, codes: Iterable[str], basis: str = "Quyết định 12/QĐ"
) -> None:
    """Asked for by the head, consented to by a second person."""
    command = ErasePerson(NUMBER, tuple(codes), "đơn số 12", basis)
    with database.transaction() as session:
        number = personalrequests.ask_erasure(session, command, person=head, secret=SECRET, now=NOW)
        consent = DecideRequest(number, Verdict.APPROVED)
        personalrequests.decide(session, consent, person=office.controller, secret=SECRET, now=NOW)


def told(session: Session) -> list[str]:
    """Where a canary is found: every column of every table, words of papers unpacked."""
    found = []
    for table in [*Base.metadata.sorted_tables, text("dossier_search")]:
        name = getattr(table, "name", "dossier_search")
        for row in session.execute(text(f'SELECT * FROM "{name}"')).mappings():
            for column, value in row.items():
                said = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if name == "printed_content" and column == "body":
                    said = zlib.decompress(value).decode()
                said = said.encode().decode("unicode_escape", "replace") + said if "\\u" in said else said
                found += [f"{name}.{column}" for canary in CANARIES if canary.casefold() in said.casefold()]
    return sorted(set(found))


def statistics_of(session: Session, office: Office) -> list[object]:
    days = [(RECEIVED.date().replace(day=1), NOW.date()), (DONE.date(), LATER.date())]
    return [
        statutory(session, Question(first, last, by, EVERYTHING), LATER)
        for first, last in days
        for by in (By.AGENCY, By.SECTOR)
    ]


def test_a_person_is_gone_from_every_column_and_all_else_is_as_it_was(
    database: Database, office: Office, head: Worker, keyring: Keyring, code: str
) -> None:
    with database.reading() as session:
        before, counted = told(session), statistics_of(session, office)
    assert {"person.full_name", "event_private.payload", "dossier.abstract", "printed_content.body",
            "collection.receiver", "apology.reason", "dossier_component.name", "source_words.note",
            "source_words.supplements"} <= set(before)  # fmt: skip
    assert not {"dossier_event.reason", "dossier_event.facts", "audit_entry.facts"} & set(before)
    erase(database, office, head, [code])
    with database.reading() as session:
        assert told(session) == []
        assert statistics_of(session, office) == counted
        report = trailchecks.verify(session, keyring.all(), trailchecks.Span(), ())
        assert report.breaks == []
        assert report.erased > 0
        assert search.find(session, NAME, EVERYTHING).rows == ()
        last = session.execute(select(DossierEvent).order_by(DossierEvent.seq.desc()).limit(1)).scalar_one()
    assert (last.kind.value, last.reason) == ("personal_erased", "Quyết định 12/QĐ")


def test_who_told_of_something_in_the_field_is_gone_from_every_column(
    database: Database, office: Office, head: Worker, keyring: Keyring
) -> None:
    told_of = Reported("khac", f"trước {ADDRESS}", f"bà {NAME} nói", "", RECEIVED, NAME, PHONE, EMAIL)
    with database.transaction() as session:
        taken = TakeReport(new_key(), office.ward, told_of)
        code = fieldreports.take(session, taken, person=office.clerk, now=RECEIVED)
        acts = (
            (ReportAct.FORWARD, f"gọi {PHONE}", "H50.19001", office.clerk),
            (ReportAct.HAND_BACK, f"của bà {NAME}", "", office.stranger),
            (ReportAct.ACCEPT, "", "", office.clerk),
            (ReportAct.ANSWER, f"đã gọi bà {NAME}", "", office.clerk),
        )
        for version, (act, said, agency, person) in enumerate(acts, start=1):
            fieldreporthandling.handle(
                session, HandleReport(code, version, act, said, agency), person=person, now=RECEIVED
            )
    with database.reading() as session:
        before = set(told(session))
    assert {"field_report.contact_name", "field_report.words", "field_report.answer",
            "field_report_passage.reason"} <= before  # fmt: skip
    assert "audit_entry.facts" not in before
    with database.transaction() as session:
        fieldreportprivacy.erase(session, EraseReport(code, "đơn số 12"), person=head, now=NOW)
    with database.reading() as session:
        assert told(session) == []
        assert trailchecks.verify(session, keyring.all(), trailchecks.Span(), ()).breaks == []


def test_another_party_to_the_dossier_stays_named(database: Database, office: Office, head: Worker) -> None:
    with database.transaction() as session:
        other = Party("Phan Chủ Hồ Sơ", id_number="044093555001")
        code = received(session, office, owner=other)
        lived(session, office, code)
    erase(database, office, head, [code])
    with database.reading() as session:
        names = session.execute(select(Person.full_name).order_by(Person.full_name)).scalars().all()
        assert names == ["(đã xoá)", "Phan Chủ Hồ Sơ"]
        assert told(session) == []
        assert [row.code for row in search.find(session, "Phan Chủ", EVERYTHING).rows] == [code]


def test_what_is_open_or_not_collected_is_not_erased_on_any_ground(
    database: Database, office: Office, head: Worker, code: str
) -> None:
    with database.transaction() as session:
        still_open, uncollected = received(session, office), received(session, office)
        done = FinishDossier(Target(uncollected, None), ResultKind.GRANTED)
        release.finish(session, done, person=office.clerk, now=DONE)
    for held in (still_open, uncollected):
        with pytest.raises(InvalidInput, match=held) as refusal:
            erase(database, office, head, [code, held])
        assert refusal.value.field == "codes"
    with database.reading() as session:
        assert session.execute(select(PersonalErasure.dossier_id)).all() == []
        assert "event_private.payload" in told(session)


def test_before_the_term_is_over_a_legal_ground_is_needed(
    database: Database, office: Office, head: Worker, code: str
) -> None:
    with pytest.raises(InvalidInput, match="căn cứ pháp lý") as refusal:
        erase(database, office, head, [code], basis="")
    assert refusal.value.field == "basis"


def test_whoever_has_no_right_there_erases_nothing(
    database: Database, office: Office, head: Worker, code: str
) -> None:
    for worker in (office.clerk, office.controller):  # a superior looks on; the agency itself erases
        with pytest.raises(InvalidInput, match="không thuộc quyền xoá"):
            erase(database, office, worker, [code])


def test_a_reason_that_names_somebody_is_kept_apart_from_the_chain(
    database: Database, office: Office, head: Worker
) -> None:
    with database.transaction() as session:
        code = received(session, office)
        taken = release.WithdrawDossier(Target(code, None), f"bà {NAME} gọi từ 0987 001 777 xin rút")
        release.withdraw(session, taken, person=office.clerk, now=DONE)
        event = session.execute(select(DossierEvent).where(DossierEvent.kind == "withdrawn")).scalar_one()
        private = session.get_one(EventPrivate, (event.dossier_id, event.seq))
        assert event.reason == "bà … gọi từ … xin rút"
        assert private.payload["reason"] == f"bà {NAME} gọi từ 0987 001 777 xin rút"
    erase(database, office, head, [code])
    with database.reading() as session:
        assert told(session) == []


def rule(session: Session, months: int, procedure_id: int | None = None) -> None:
    session.add(
        RetentionRule(
            procedure_id=procedure_id, procedure_key=procedure_id or 0, valid_from=NOW.date(), months=months,
            basis="thử",
        )
    )  # fmt: skip


def test_a_run_takes_what_its_term_has_let_go_and_goes_on_where_it_stopped(
    database: Database, office: Office, code: str, monkeypatch: pytest.MonkeyPatch, keyring: Keyring
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    with database.transaction() as session:
        second = received(session, office)
        lived(session, office, second)
        still_open = received(session, office)
        assert terms.due(session, LATER.date()) == [], "nobody has set a term"
        rule(session, 1)
    with database.reading() as session:
        assert terms.due(session, NOW.date()) == []
        assert [one.dossiers for one in terms.due(session, LATER.date())] == [2]
    for left in (1, 0, 0):
        with database.transaction() as session:
            retention.erase_next(session, now=LATER)
        with database.reading() as session:
            assert sum(one.dossiers for one in terms.due(session, LATER.date())) == left
    with database.reading() as session:
        causes = session.execute(select(PersonalErasure.cause)).scalars().all()
        assert causes == [ErasureCause.TERM] * 2
        ids = select(Dossier.applicant_id).where(Dossier.code == still_open)
        assert session.get_one(Person, session.execute(ids).scalar_one()).full_name == NAME
        assert session.execute(select(PrintedContent.id)).all() == []
        assert trailchecks.verify(session, keyring.all(), trailchecks.Span(), ()).breaks == []


def test_a_procedures_own_term_goes_before_that_of_all(database: Database, office: Office, code: str) -> None:
    with database.transaction() as session:
        procedure = session.execute(select(Dossier.procedure_id).where(Dossier.code == code)).scalar_one()
        rule(session, 1)
        rule(session, 600, procedure)
    with database.reading() as session:
        assert terms.due(session, LATER.date()) == []
        assert terms.terms(session, RECEIVED.date()) == {}, "in force from its day on"
